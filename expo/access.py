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

from expo.models import User
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
    """Organizers: an active staff account. What each may do inside is a model permission."""
    return user.is_active and user.is_staff


PUBLIC_PAGES = (
    "home", "search", "search-suggestions", "styleguide", "healthz", "readyz", "robots", "sitemap", "sitemap-section",
    "favicon", "media", "hall-print", "zone-sign", "edition-exhibitor", "announcement-feed", "innovation-compare",
    "product-compare",
)  # fmt: skip
PUBLIC_NOUNS = (
    "exhibitor", "innovation", "product", "session", "organization", "sector", "zone", "hall", "announcement",
    "edition", "innovationplatform", "instrument", "partnercity", "country",
)  # fmt: skip

ALL = "view add change delete"
KEPT = "view add change"  # what has states is withdrawn and what is permanent stays: only organizers delete it
PLACES = "edition hall zone stand placepoint openinghours"
INNOVATION_LINES = "holding offeredmode metric ipright evidence"
PLATFORM_LINES = "capability rate servicemode"

# role, verbs, models, and whether that is the role's own work
GRANTS: tuple[tuple[str, str, str, bool], ...] = (
    ("organizer", ALL, f"exhibitor organization innovation product {PLACES}", True),
    ("organizer", ALL, "session announcement figure innovationplatform instrument partnercity", True),
    ("organizer", ALL, f"sector parameter {INNOVATION_LINES} {PLATFORM_LINES} speaker picture country", False),
    ("organizer", ALL, "synonym policyrule user", False),
    ("organizer", "view change delete", "revision", False),
    ("organizer", "view", "transition auth.group django_tasks_database.dbtaskresult", False),
    ("exhibition_manager", KEPT, "exhibitor organization product", True),
    ("exhibition_manager", ALL, "stand zone hall placepoint", True),
    ("exhibition_manager", ALL, "picture", False),
    ("exhibition_manager", "view change", "revision", False),
    ("exhibition_manager", "view", f"edition openinghours sector innovation parameter {INNOVATION_LINES}", False),
    ("exhibition_manager", "view", f"innovationplatform instrument {PLATFORM_LINES} partnercity country", False),
    ("exhibition_manager", "view", "session speaker announcement figure policyrule transition synonym", False),
    ("matchmaking_broker", KEPT, "innovation innovationplatform instrument", True),
    ("matchmaking_broker", ALL, f"{INNOVATION_LINES} {PLATFORM_LINES} picture synonym", False),
    ("matchmaking_broker", KEPT, "organization parameter", False),
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
            return view(request, *args, **kwargs)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.get_full_path())

    return guarded
