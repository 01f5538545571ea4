"""What a person may do for an organization: predicates over the roles of its members, and the lists they open.

A right is asked with `may_write(user, organization)`; lists start from the person (`Organization.objects.of(user)`).
"""

from __future__ import annotations

import rules
from django.contrib.auth.models import AnonymousUser

from expo.models import MemberRole, Membership, Organization, User

Person = User | AnonymousUser
RANK = {MemberRole.MEMBER: 1, MemberRole.EDITOR: 2, MemberRole.OWNER: 3}


def roles_in(user: Person) -> dict[int, str]:
    """Organization key -> role, asked for once in the life of the user object."""
    if not user.is_authenticated or not user.is_active:
        return {}
    if not hasattr(user, "_roles_in"):
        rows = Membership.objects.filter(user_id=user.pk).values_list("organization_id", "role")
        user._roles_in = dict(rows)  # type: ignore[attr-defined]
    return user._roles_in  # type: ignore[attr-defined]


def forget_roles(user: Person) -> None:
    """After the memberships of a person changed."""
    if hasattr(user, "_roles_in"):
        del user._roles_in


def has_role(user: Person, organization: Organization, least: str) -> bool:
    """Whether a person has at least this role in an organization."""
    role = roles_in(user).get(organization.pk)
    return role is not None and RANK[MemberRole(role)] >= RANK[MemberRole(least)]


@rules.predicate
def may_read(user: Person, organization: Organization) -> bool:
    return has_role(user, organization, MemberRole.MEMBER)


@rules.predicate
def may_write(user: Person, organization: Organization) -> bool:
    return has_role(user, organization, MemberRole.EDITOR)


@rules.predicate
def may_lead(user: Person, organization: Organization) -> bool:
    return has_role(user, organization, MemberRole.OWNER)


BY_ROLE = {MemberRole.MEMBER: may_read, MemberRole.EDITOR: may_write, MemberRole.OWNER: may_lead}


def register() -> None:
    rules.add_perm("expo.read_workspace", may_read)
    rules.add_perm("expo.write_workspace", may_write)
    rules.add_perm("expo.lead_workspace", may_lead)
