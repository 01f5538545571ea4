"""Who acts for which organization: members, invitations, and the requests that nobody else can answer."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from expo import audit
from expo.admin import jobs
from expo.admin.acts import Act, ActsAdmin
from expo.admin.base import FairAdmin, badge
from expo.models import Invitation, JoinRequest, Membership, RequestState, User
from expo.people.joining import approve_request, decline_request, may_decide
from expo.people.membership import add_member, change_role, remove_member, revoke_invitation

ORGANIZATION = ("organization__name_en", "organization__name_zh", "organization__slug")
NOBODY_ELSE = "unled"


class ReadAndAct(ActsAdmin, FairAdmin):
    """Rows that are read, and moved by their acts alone."""

    job = jobs.ACCOUNTS

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            raise PermissionDenied
        return super().changeform_view(request, *args, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context |= {"show_save": False, "show_save_and_continue": False, "show_save_and_add_another": False}
        return super().render_change_form(request, context, *args, **kwargs)


class NobodyElse(admin.SimpleListFilter):
    title = _("who answers")
    parameter_name = NOBODY_ELSE

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("organizers: there is no owner"))]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(pk__in=JoinRequest.objects.for_organizers().values("pk")) if self.value() else rows


@admin.register(JoinRequest)
class JoinRequestAdmin(ReadAndAct):
    acts = (
        Act("approve", _("Make owner"), approve_request, frozenset({RequestState.WAITING}), tone="go"),
        Act(
            "decline", _("Decline"), decline_request, frozenset({RequestState.WAITING}), reason="required", tone="stop"
        ),
    )
    list_display = ("organization", "user", "state_badge", "created_at")
    list_filter = (NobodyElse, "state")
    list_select_related = ("organization", "user")
    search_fields = (*ORGANIZATION, "user__name", "user__email")
    search_help_text = _("Organization or person")
    fields = ("organization", "user", "message", "state", "created_at", "decided_by", "decided_at", "reason")

    def may(self, request: HttpRequest, act: Act, record: Any = None) -> bool:
        """An owner answers where there is one; the list offers the acts, and each row says whether it takes them."""
        return super().may(request, act, record) and (
            record is None or may_decide(cast(User, request.user), record.organization)
        )


@admin.register(Invitation)
class InvitationAdmin(ReadAndAct):
    acts = (Act("revoke", _("Take back"), revoke_invitation, frozenset(), tone="stop"),)
    list_display = ("organization", "email", "role", "expires_at", "accepted_at", "revoked_at")
    list_filter = ("role",)
    list_select_related = ("organization",)
    search_fields = (*ORGANIZATION, "email")
    search_help_text = _("Organization or e-mail address")
    fields = (
        "organization", "email", "role", "invited_by", "created_at", "expires_at", "accepted_at", "accepted_by",
        "revoked_at",
    )  # fmt: skip

    def acts_for(self, request: HttpRequest, record: Any) -> list[Act]:
        return [act for act in self.acts if record.is_open and self.may(request, act, record)]


@admin.register(Membership)
class MembershipAdmin(ActsAdmin, FairAdmin):
    """Organizers bring the first owner in, and mend what an organization cannot mend by itself."""

    job = jobs.ACCOUNTS
    acts = (Act("remove", _("Remove"), remove_member, frozenset(), tone="stop"),)
    list_display = ("user", "organization", "role_badge", "function", "created_at")
    list_filter = ("role", "function")
    list_select_related = ("organization", "user")
    search_fields = (*ORGANIZATION, "user__name", "user__email")
    search_help_text = _("Organization or person")
    autocomplete_fields = ("organization", "user")
    fields = ("organization", "user", "role", "function")

    @admin.display(description=_("role"), ordering="role")
    def role_badge(self, member: Membership) -> str:
        return badge(member.role, member.get_role_display())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("organization", "user")

    def acts_for(self, request: HttpRequest, record: Any) -> list[Act]:
        return [act for act in self.acts if self.may(request, act, record)]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are removed by the act, which looks after the last owner and tells them."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: BaseForm, change: bool) -> None:
        if not change:
            made = add_member(obj.organization, user=obj.user, role=obj.role, by=cast(User, request.user))
            obj.pk, obj._state.adding = made.pk, False
        else:
            change_role(obj, role=obj.role, by=cast(User, request.user))
        if Membership.objects.filter(pk=obj.pk).exclude(function=obj.function).update(function=obj.function):
            audit.changed(obj, "function")
