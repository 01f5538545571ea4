"""What the workspace of an organization shows of its own people and profile."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from expo.models import JoinRequest, MemberRole, Membership, Organization
from expo.people.profile import is_unfinished
from expo.registry import WorkspacePage, add_workspace_page


def requests_waiting(organization: Organization) -> int:
    return JoinRequest.objects.waiting().filter(organization=organization).count()


def is_alone(organization: Organization) -> bool:
    return Membership.objects.filter(organization=organization).count() < 2


def register() -> None:
    add_workspace_page(
        WorkspacePage(
            "work-profile",
            _("Profile"),
            position=70,
            role=MemberRole.EDITOR,
            is_empty=is_unfinished,
            first=_("Say who you are: name, place and a few sentences in both languages"),
        )
    )
    add_workspace_page(
        WorkspacePage(
            "work-members",
            _("Members"),
            position=80,
            count=requests_waiting,
            hint=_("People who ask to act for the organization. An owner answers."),
            action=_("Answer"),
            is_empty=is_alone,
            first=_("Invite a colleague, so that somebody else can answer too"),
        )
    )
