"""The seams: what each package shows through the pages, start pages and doors that `expo` owns.

Packages register frozen rows in `AppConfig.ready()`. A row that is there already stops the start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest
    from django.utils.functional import Promise

    from expo.models import User
    from expo.search.filterset import FairFilterSet
    from expo.search.page import ListingPage


@dataclass(frozen=True)
class Listing:
    """One noun that the public can list: the listing view, the search page and the sitemap iterate these.

    `context` is what its own template shows beside the rows.
    """

    noun: str
    model: type[Model]
    filterset: type[FairFilterSet]
    queryset: Callable[[], QuerySet[Any]]
    card: str
    title: str | Promise
    lede: str | Promise = ""
    placeholder: str | Promise = ""
    template: str = "expo/listing.html"
    context: Callable[[HttpRequest, ListingPage], dict[str, Any]] = field(default=lambda request, page: {})
    related: Callable[[QuerySet[Any]], QuerySet[Any]] = field(default=lambda rows: rows)
    per_page: int = 20
    layout: str = "cards"
    in_search: bool = True
    in_sitemap: bool = True

    @property
    def url_name(self) -> str:
        return f"{self.noun}-list"


@dataclass(frozen=True)
class Panel:
    """Rows of one noun on another noun's page. `rows` gets the page's record and gives at most `limit` of them."""

    page: str
    name: str
    title: str | Promise
    rows: Callable[[Any], Iterable[Any]]
    template: str = "expo/_links.html"
    position: int = 0
    more_url: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Task:
    """What waits for somebody: a count with a link. Shown where the permission (`app.codename`) is held."""

    name: str
    label: str | Promise
    hint: str | Promise
    action: str | Promise
    count: Callable[[], int]
    url: Callable[[], str]
    permission: str
    position: int = 0


@dataclass(frozen=True)
class Access:
    """Who may come through a url. `rule` is a tested function of the user; `name` is a url name or `namespace:*`."""

    name: str
    rule: Callable[[User | AnonymousUser], bool]
    label: str


@dataclass(frozen=True)
class Check:
    """A live count on the readiness page: rows that are not ready yet."""

    name: str
    label: str | Promise
    help: str | Promise
    rows: Callable[[], Sequence[Any] | QuerySet[Any]]
    describe: Callable[[Any], tuple[str, str]]
    position: int = 0


@dataclass(frozen=True)
class Job:
    """Something the minute clock does: every so many minutes, or daily at an hour of the fair's time."""

    name: str
    run: Callable[[], object]
    every_minutes: int = 0
    daily_at: str = ""


Row = TypeVar("Row", Listing, Panel, Task, Access, Check, Job)


class Register(dict[str, Row]):
    """Rows by key; adding one twice fails at start."""

    def add(self, key: str, row: Row) -> None:
        if key in self:
            raise ImproperlyConfigured(f"{type(row).__name__} “{key}” is registered twice.")
        self[key] = row


listings: Register[Listing] = Register()
panels: Register[Panel] = Register()
tasks: Register[Task] = Register()
accesses: Register[Access] = Register()
checks: Register[Check] = Register()
jobs: Register[Job] = Register()


def add_listing(row: Listing) -> None:
    listings.add(row.noun, row)


def add_panel(row: Panel) -> None:
    panels.add(f"{row.page}/{row.name}", row)


def add_task(row: Task) -> None:
    tasks.add(row.name, row)


def add_access(row: Access) -> None:
    accesses.add(row.name, row)


def add_check(row: Check) -> None:
    checks.add(row.name, row)


def add_job(row: Job) -> None:
    jobs.add(row.name, row)


def panels_of(page: str) -> list[Panel]:
    """The panels of a page (a url name), in order."""
    return sorted((row for row in panels.values() if row.page == page), key=lambda row: row.position)


def access_of(url_name: str) -> Access | None:
    """The row of a url name, or of its whole namespace."""
    namespace = url_name.rpartition(":")[0]
    return accesses.get(url_name) or accesses.get(f"{namespace}:*")


def tasks_for(request: HttpRequest) -> list[Task]:
    rows = (row for row in tasks.values() if request.user.has_perm(row.permission))
    return sorted(rows, key=lambda row: row.position)
