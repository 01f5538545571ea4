"""Who may come through which url: one written table, read by the doors, by `show_permissions` and by the tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from expo.models import User
from expo.people.second_factor import acts_as_staff, needs_second_factor
from expo.registry import Access, access_of, add_access
from expo.roles import grant

Person = User | AnonymousUser
View = Callable[..., HttpResponseBase]


def anyone(user: Person) -> bool:
    return True


def signed_in(user: Person) -> bool:
    """Anybody with an account. What each may do inside follows from the rows that the view fetches through the user."""
    return user.is_authenticated and user.is_active


def staff(user: Person) -> bool:
    """Organizers: an active staff account, with a second factor where the fair asks for it. What each may do inside
    is a model permission."""
    return acts_as_staff(user)


PUBLIC_PAGES = (
    "home", "search", "search-suggestions", "styleguide", "healthz", "readyz", "robots", "sitemap", "sitemap-section",
    "favicon", "media", "hall-print", "zone-sign", "edition-exhibitor", "announcement-feed", "innovation-compare",
    "product-compare", "invitation-detail",
)  # fmt: skip
# what each finds inside follows from the organizations they act for
PERSONAL_PAGES = (
    "my-start", "work-start", "work-profile", "work-members", "work-invite", "work-leave", "work-member-role",
    "work-member-remove",
    "work-invitation-resend", "work-invitation-revoke", "work-request-approve", "work-request-decline",
    "joinrequest-withdraw", "invitation-accept", "organization-join", "organization-new",
)  # fmt: skip
PUBLIC_NOUNS = (
    "exhibitor", "innovation", "product", "session", "organization", "sector", "zone", "hall", "announcement",
    "edition", "innovationplatform", "instrument", "partnercity", "country",
)  # fmt: skip

APPLICATION_PAGES = (
    "application-list", "application-begin", "application-detail", "application-edit", "application-questions",
    "application-submit", "application-copy", "application-withdraw", "application-take-back",
)  # fmt: skip
# what each finds follows from the token in the address, or from the session
ENQUIRY_DOORS = (
    "enquiry-new", "enquiry-sent", "enquiry-confirm", "enquiry-thread", "enquiry-thread-write",
    "enquiry-thread-contact",
)  # fmt: skip
VISIT_DOORS = (
    "visit-list", "visit-add", "visit-note", "visit-tick", "visit-remove", "visit-put-back", "visit-share",
    "visit-share-stop", "visit-shared",
)  # fmt: skip
ENQUIRY_PAGES = (
    "my-enquiries", "my-enquiry", "my-enquiry-write", "my-enquiry-contact", "work-enquiries", "work-enquiry",
    "work-enquiry-answer", "work-enquiry-hand-over", "work-enquiry-move",
)  # fmt: skip
SEARCH_PAGES = (
    "my-searches", "my-search", "my-search-new", "my-search-rename", "my-search-tell", "my-search-remove",
    "my-search-put-back",
)  # fmt: skip
PROGRAM_PAGES = (
    "work-programs", "work-token-new", "work-token-revoke", "work-webhook-new", "work-webhook-change",
    "work-webhook-test", "work-webhook-secret", "work-webhook-remove",
)  # fmt: skip
NOTICE_PAGES = ("notice-list", "notice-open", "notice-read", "notice-settings")

# ---- accounts: the pages of django-allauth, and what belongs to them
ACCOUNT_DOORS = (
    "account_login", "account_logout", "account_signup", "account_inactive", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_email_verification_sent", "account_confirm_login_code", "mfa_authenticate", "mfa_login_webauthn",
    "consent", "privacy",
)  # fmt: skip
ACCOUNT_PAGES = (
    "account_reauthenticate", "account_email", "account_change_password", "account_set_password", "mfa_index",
    "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn",
    "mfa_remove_webauthn", "mfa_edit_webauthn", "mfa_reauthenticate_webauthn", "usersessions_list",
    "my-settings", "my-data", "my-delete",
)  # fmt: skip
# ---- accounts end

ALL = "view add change delete"
KEPT = "view add change"  # what has states is withdrawn and what is permanent stays: only organizers delete it
PLACES = "edition hall zone stand placepoint openinghours"
INNOVATION_LINES = "holding offeredmode metric ipright evidence"
REVIEWING = "teammember assessment"  # people who have not agreed to be named, and what reviewers think
PLATFORM_LINES = "capability rate servicemode"

# role, verbs, models, and whether that is the role's own work
GRANTS: tuple[tuple[str, str, str, bool], ...] = (
    ("organizer", ALL, f"exhibitor organization innovation product {PLACES}", True),
    ("organizer", ALL, "session announcement figure innovationplatform instrument partnercity", True),
    ("organizer", ALL, f"sector parameter {INNOVATION_LINES} {PLATFORM_LINES} speaker picture country", False),
    ("organizer", ALL, f"synonym policyrule user {REVIEWING}", False),
    ("organizer", ALL, "question fieldlock", False),
    ("organizer", "view change delete", "revision", False),
    ("organizer", "view", "transition auth.group django_tasks_database.dbtaskresult", False),
    ("organizer", ALL, "broadcast", False),
    ("organizer", "view", "enquiry", False),  # in figures alone
    ("organizer", "view", "auditentry consent", False),
    ("organizer", "view change", "outboxmail", False),  # to change one is to send it again
    ("organizer", KEPT, "membership", False),
    ("organizer", "view change", "invitation joinrequest", False),
    ("exhibition_manager", "view change", "membership invitation joinrequest", False),
    ("matchmaking_broker", "view change", "membership invitation joinrequest", False),
    ("exhibition_manager", KEPT, "exhibitor organization product", True),
    ("exhibition_manager", ALL, "stand zone hall placepoint", True),
    ("exhibition_manager", ALL, "picture question fieldlock broadcast", False),
    ("exhibition_manager", "view", "enquiry", False),
    ("exhibition_manager", "view change", "revision", False),
    ("exhibition_manager", "view", f"edition openinghours sector innovation parameter {INNOVATION_LINES}", False),
    ("exhibition_manager", "view", f"innovationplatform instrument {PLATFORM_LINES} partnercity country", False),
    ("exhibition_manager", "view", "session speaker announcement figure policyrule transition synonym", False),
    ("matchmaking_broker", KEPT, "innovation innovationplatform instrument", True),
    ("matchmaking_broker", ALL, f"{INNOVATION_LINES} {PLATFORM_LINES} picture synonym", False),
    ("matchmaking_broker", KEPT, "organization parameter assessment", False),
    ("matchmaking_broker", ALL, "teammember", False),
    ("matchmaking_broker", "view change", "revision", False),
    ("matchmaking_broker", "view", f"exhibitor product sector {PLACES} session speaker", False),
    ("matchmaking_broker", "view", "announcement figure partnercity country policyrule transition", False),
    ("publicity", KEPT, "session announcement", True),
    ("publicity", ALL, "figure openinghours", True),
    ("publicity", KEPT, "partnercity", True),
    ("publicity", KEPT, "country", False),
    ("publicity", ALL, "speaker picture synonym", False),
    ("publicity", "view change", "revision", False),
    ("publicity", "view", f"exhibitor organization product sector innovation parameter {INNOVATION_LINES}", False),
    ("publicity", "view", f"innovationplatform instrument {PLATFORM_LINES}", False),
    ("publicity", "view", "edition hall zone stand placepoint transition", False),
)


def register() -> None:
    for role, verbs, models, own in GRANTS:
        for model in models.split():
            grant(role, model if "." in model else f"expo.{model}", verbs, own=own)
    for name in (*PUBLIC_PAGES, "figure-list"):
        add_access(Access(name, anyone, "anyone"))
    for noun in PUBLIC_NOUNS:
        add_access(Access(f"{noun}-list", anyone, "anyone"))
        add_access(Access(f"{noun}-detail", anyone, "anyone"))
    for name in (*PERSONAL_PAGES, *APPLICATION_PAGES, *SEARCH_PAGES, *PROGRAM_PAGES):
        add_access(Access(name, signed_in, "signed in"))
    for name in NOTICE_PAGES:
        add_access(Access(name, signed_in, "signed in"))
    add_access(Access("notice-stop", anyone, "anyone"))  # the token in the address is the proof
    for name in (*ACCOUNT_DOORS, *ENQUIRY_DOORS, *VISIT_DOORS):
        add_access(Access(name, anyone, "anyone"))
    for name in (*ACCOUNT_PAGES, *ENQUIRY_PAGES):
        add_access(Access(name, signed_in, "signed in"))
    add_access(Access("api:*", anyone, "anyone"))
    add_access(Access("admin:*", staff, "staff"))


def door(view: View) -> View:
    """Let in whom the table lets in: others are asked to sign in, or refused when they have."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        match = request.resolver_match
        row = access_of(match.view_name) if match else None
        if row is None:
            raise PermissionDenied(f"No access row for {match.view_name if match else request.path}.")
        if row.rule(request.user):
            response = view(request, *args, **kwargs)
            if row.rule is not anyone:  # on a machine that many use, Back must not show the last one's pages
                add_never_cache_headers(response)
            return response
        if needs_second_factor(request.user):
            return redirect("mfa_index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.get_full_path())

    return guarded
