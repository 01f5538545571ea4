"""What a workspace shows around each of its pages: whom the person acts for, its menu, and what waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest
from django.urls import reverse

from expo.models import MemberRole, Organization, User
from expo.registry import PersonPage, WorkspacePage, person_pages, workspace_pages
from expo.rights import has_role, roles_in

if TYPE_CHECKING:
    from django.utils.functional import Promise

START = "work-start"


@dataclass(frozen=True)
class Entry:
    """One line of a menu, with how many rows of it wait for somebody."""

    label: str | Promise
    url: str
    count: int = 0
    hint: str | Promise = ""
    action: str | Promise = ""
    is_current: bool = False


@dataclass(frozen=True)
class Other:
    """Another organization of the same person, and where the switch leads."""

    organization: Organization
    url: str


@dataclass(frozen=True)
class Workspace:
    organization: Organization
    role: str
    url: str
    is_start: bool
    entries: list[Entry]
    others: list[Other]

    @property
    def waiting(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.count]

    @property
    def count(self) -> int:
        return sum(entry.count for entry in self.entries)


def workspace_of(request: HttpRequest) -> Workspace | None:
    """What the page's template shows as `workspace`; None outside of one. Asks the database only when it is shown."""
    organization: Organization | None = getattr(request, "acting_for", None)
    if organization is None:
        return None
    user, url = cast(User, request.user), reverse(START, args=[organization.slug])
    return Workspace(
        organization,
        role_words(user, organization),
        url,
        request.path == url,
        entries_for(user, organization, path=request.path),
        [
            Other(other, switch_url(request, other))
            for other in Organization.objects.of(user).exclude(pk=organization.pk)
        ],
    )


def role_words(user: User, organization: Organization) -> str:
    return str(MemberRole(roles_in(user)[organization.pk]).label)


def pages_for(user: User, organization: Organization) -> list[WorkspacePage]:
    """The pages that the person's role opens, in order."""
    rows = (row for row in workspace_pages.values() if has_role(user, organization, row.role))
    return sorted(rows, key=lambda row: row.position)


def entries_for(user: User, organization: Organization, *, path: str = "") -> list[Entry]:
    entries = []
    for row in pages_for(user, organization):
        url = reverse(row.name, args=[organization.slug])
        count = row.count(organization) if row.count else 0
        entries.append(Entry(row.label, url, count, row.hint, row.action, path.startswith(url)))
    return entries


def switch_url(request: HttpRequest, other: Organization) -> str:
    """The same page of another organization, where it is one of the menu and the person may open it there."""
    match = request.resolver_match
    row = workspace_pages.get(match.view_name) if match else None
    if row is None or not has_role(request.user, other, row.role):
        return reverse(START, args=[other.slug])
    return reverse(row.name, args=[other.slug])


def steps_for(user: User, organization: Organization) -> list[Entry]:
    """What an organization could do next: its pages that are still empty."""
    rows = (row for row in pages_for(user, organization) if row.is_empty is not None and row.is_empty(organization))
    return [Entry(row.first or row.label, reverse(row.name, args=[organization.slug])) for row in rows]


# ------------------------------------------------------------------ a person's own pages
def my_menu(request: HttpRequest) -> list[Entry]:
    """The menu of a person's own pages. Asks the database only when it is shown."""
    return [entry for entry in my_entries(cast(User, request.user), path=request.path) if entry.label]


def my_entries(user: User, *, path: str = "") -> list[Entry]:
    rows: Iterable[PersonPage] = sorted(person_pages.values(), key=lambda row: row.position)
    entries = []
    for row in rows:
        url = reverse(row.name)
        count = row.count(user) if row.count else 0
        entries.append(Entry(row.label, url, count, row.hint, row.action, path.startswith(url)))
    return entries
