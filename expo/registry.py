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

    `context` is what its own template shows beside the rows; `feed` is the url name of its feed.
    `compare` is the url name of the page that shows some of them side by side.
    `namespace` is that of its urls, where it is not `expo`'s own. `menu` is its place in the main menu, 0 for none.
    `beginning` is the text whose beginning its card shows, where it shows no claim.
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
    feed: str = ""
    compare: str = ""
    namespace: str = ""
    menu: int = 0
    beginning: str = ""

    @property
    def url_name(self) -> str:
        return self._in_namespace(f"{self.noun}-list")

    @property
    def detail_name(self) -> str:
        return self._in_namespace(f"{self.noun}-detail")

    def _in_namespace(self, name: str) -> str:
        return f"{self.namespace}:{name}" if self.namespace else name


@dataclass(frozen=True)
class Panel:
    """Rows of one noun on another noun's page. `rows` gets the page's record and gives at most `limit` of them.

    `lede` is the sentence below its title on the home page.
    """

    page: str
    name: str
    title: str | Promise
    rows: Callable[[Any], Iterable[Any]]
    template: str = "expo/_links.html"
    position: int = 0
    more_url: Callable[[Any], str] | None = None
    lede: str | Promise = ""


@dataclass(frozen=True)
class Task:
    """What waits for somebody: a count with a link. Shown where the permission (`app.codename`) is held.

    `count_for` counts for one person where not everybody with the permission sees the same rows.
    """

    name: str
    label: str | Promise
    hint: str | Promise
    action: str | Promise
    count: Callable[[], int]
    url: Callable[[], str]
    permission: str
    position: int = 0
    count_for: Callable[[User], int] | None = None


@dataclass(frozen=True)
class Access:
    """Who may come through a url. `rule` is a tested function of the user; `name` is a url name or `namespace:*`."""

    name: str
    rule: Callable[[User | AnonymousUser], bool]
    label: str


@dataclass(frozen=True)
class Grant:
    """What a staff role may do with a model (`app.model`): `verbs` are of view, add, change and delete.

    `own` work stands in the role's menu and first on its start page.
    """

    role: str
    model: str
    verbs: frozenset[str]
    own: bool = False


@dataclass(frozen=True)
class Description:
    """How search engines are told of a noun: `describe` gives its schema.org data from PUBLIC_FIELDS alone.

    The keys are schema.org's, with `@type`; what is empty is left out. Empty data says that there is nothing
    to tell of this one. Samples are never asked for.
    """

    model: type[Model]
    describe: Callable[[Any], dict[str, Any]]


@dataclass(frozen=True)
class Check:
    """A live count on the readiness page: rows that are not ready yet. Shown where the permission is held."""

    name: str
    label: str | Promise
    help: str | Promise
    rows: Callable[[], Sequence[Any] | QuerySet[Any]]
    describe: Callable[[Any], tuple[str, str]]
    position: int = 0
    permission: str = ""


@dataclass(frozen=True)
class Job:
    """Something the minute clock does: every so many minutes, or daily at an hour of the fair's time."""

    name: str
    run: Callable[[], object]
    every_minutes: int = 0
    daily_at: str = ""


@dataclass(frozen=True)
class Table:
    """A noun that goes in and out as CSV and XLSX. `resource` names its class (`package.module:Class`, a subclass of
    `expo.exchange.tables.TableResource`): it is imported when somebody needs it. `catalog` gives the rows for the
    printed catalog, in reading order; without it the noun is not printed. Importing takes the permissions to add
    and to change the model. `asks_secrecy` has every upload say first that nothing in it is classified."""

    noun: str
    model: type[Model]
    resource: str
    title: str | Promise
    catalog: Callable[[], QuerySet[Any]] | None = None
    position: int = 0
    asks_secrecy: bool = False

    @property
    def permissions(self) -> tuple[str, str]:
        label, name = self.model._meta.app_label, self.model._meta.model_name
        return (f"{label}.add_{name}", f"{label}.change_{name}")


@dataclass(frozen=True)
class Column:
    """One column of what machines read. `value` gives plain data of a record: numbers that must be exact as texts.

    `kind` is of text, decimal, whole, flag, day, moment, address; `table` has rows with the columns `parts`.
    """

    name: str
    kind: str
    value: Callable[[Any], Any]
    meaning: str | Promise = ""
    choices: tuple[str, ...] = ()
    is_list: bool = False
    parts: tuple[Column, ...] = ()


@dataclass(frozen=True)
class OpenData:
    """What machines may read of a listing's noun: its model's PUBLIC_FIELDS, and `columns` beside them.

    `address` is the noun's word in addresses, the same as on the site; `key` the field that ends a record's address,
    looked up in `one`. `rows` fetches what the columns read. `named` are the rows that others may name, by themselves
    the public ones.
    """

    noun: str
    address: str
    key: str = "slug"
    columns: Callable[[], tuple[Column, ...]] = tuple
    rows: Callable[[QuerySet[Any]], QuerySet[Any]] = field(default=lambda rows: rows)
    one: Callable[[], QuerySet[Any]] | None = None
    named: Callable[[], QuerySet[Any]] | None = None

    @property
    def listing(self) -> Listing:
        return listings[self.noun]


@dataclass(frozen=True)
class WorkspacePage:
    """A page of an organization's workspace, reached from its menu: `name` is the url name, its argument the
    organization's slug. `count` says how many rows of it wait for the organization; `role` is the least that opens it.

    `hint` says in a sentence what those rows are, `action` what one does with them. While `is_empty` holds, the start
    page offers `first` as a next step (“Write your first innovation”), which leads to the page.
    """

    name: str
    label: str | Promise
    position: int = 0
    count: Callable[[Any], int] | None = None
    role: str = "member"
    hint: str | Promise = ""
    action: str | Promise = ""
    is_empty: Callable[[Any], bool] | None = None
    first: str | Promise = ""


@dataclass(frozen=True)
class PersonPage:
    """A page of a person's own, whatever the organization, reached from the menu of `my-start`: `name` is the url name.

    `count` says how many rows of it wait for the person, `hint` what they are, `action` what one does with them.
    A page without a `label` stands in no menu: it only tells what waits.
    """

    name: str
    label: str | Promise = ""
    position: int = 0
    count: Callable[[User], int] | None = None
    hint: str | Promise = ""
    action: str | Promise = ""


@dataclass(frozen=True)
class NoticeKind:
    """What people are told. `words` is one sentence with `%(name)s` for the data; `body` may say more below it.

    `delivery` is how it is mailed unless the person says otherwise: at_once, daily or never. What is
    `for_staff` only organizers are told, and asked how they want it.
    """

    code: str
    label: str | Promise
    words: str | Promise
    body: str | Promise = ""
    delivery: str = "at_once"
    position: int = 0
    for_staff: bool = False


@dataclass(frozen=True)
class PersonalData:
    """What the system holds about a person that no foreign key ties to the account: such rows are found by themselves.

    `rows` gives it as plain data for the export; `forget` removes it with the account and says how many rows it were.
    `covers` are foreign keys (`app.Model.field`) whose rows it takes care of, though they do not go with the account.
    """

    name: str
    label: str | Promise
    rows: Callable[[User], list[dict[str, Any]]]
    forget: Callable[[User], int] | None = None
    covers: tuple[str, ...] = ()


Row = TypeVar("Row")


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
grants: Register[Grant] = Register()
descriptions: Register[Description] = Register()
checks: Register[Check] = Register()
jobs: Register[Job] = Register()
tables: Register[Table] = Register()
open_data: Register[OpenData] = Register()
workspace_pages: Register[WorkspacePage] = Register()
person_pages: Register[PersonPage] = Register()
notice_kinds: Register[NoticeKind] = Register()
personal_data: Register[PersonalData] = Register()


def add_listing(row: Listing) -> None:
    listings.add(row.noun, row)


def add_panel(row: Panel) -> None:
    panels.add(f"{row.page}/{row.name}", row)


def add_task(row: Task) -> None:
    tasks.add(row.name, row)


def add_access(row: Access) -> None:
    accesses.add(row.name, row)


def add_grant(row: Grant) -> None:
    grants.add(f"{row.role}/{row.model}", row)


def add_description(row: Description) -> None:
    descriptions.add(row.model._meta.label, row)


def add_check(row: Check) -> None:
    checks.add(row.name, row)


def add_job(row: Job) -> None:
    jobs.add(row.name, row)


def menu() -> list[Listing]:
    """The listings of the main menu, in order."""
    return sorted((row for row in listings.values() if row.menu), key=lambda row: row.menu)


def add_table(row: Table) -> None:
    tables.add(row.noun, row)


def add_open_data(row: OpenData) -> None:
    open_data.add(row.noun, row)


def add_workspace_page(row: WorkspacePage) -> None:
    workspace_pages.add(row.name, row)


def add_person_page(row: PersonPage) -> None:
    person_pages.add(row.name, row)


def add_notice_kind(row: NoticeKind) -> None:
    notice_kinds.add(row.code, row)


def add_personal_data(row: PersonalData) -> None:
    personal_data.add(row.name, row)


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
