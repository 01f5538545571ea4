"""What the start page and the readiness page show: the queue, figures, the day, the latest acts, live counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib.admin import AdminSite
from django.contrib.auth import get_permission_codename
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from expo import registry
from expo.admin.log import Entry, entries
from expo.models import Edition, Session, SessionState, Transition
from expo.programme import day_to_show
from expo.roles import Role, kinds_open_to, leads, own_work, roles_of

if TYPE_CHECKING:
    from django.utils.functional import Promise

LATEST = 10
ROWS_SHOWN = 20


@dataclass(frozen=True)
class Counted:
    """A figure of the start page, declared by a model's admin as `counted`: words, rows, and the list of them."""

    label: str | Promise
    rows: Callable[[Any], QuerySet[Any]]
    query: str = ""


@dataclass(frozen=True)
class Figure:
    label: str
    count: int
    url: str


@dataclass(frozen=True)
class Line:
    """One line of the queue."""

    task: registry.Task
    count: int
    url: str


@dataclass(frozen=True)
class Finding:
    """A live count of the readiness page with its first rows: (words, url)."""

    check: registry.Check
    count: int
    rows: list[tuple[str, str]]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True)
class Shelf:
    """Records by job, under one heading: the own work of a person first, then what is there to look up."""

    name: str
    title: str
    groups: list[dict[str, Any]]


@dataclass(frozen=True)
class Start:
    roles: list[Role]
    own: Shelf | None
    others: Shelf
    queue: list[Line]
    figures: list[Figure]
    day: dt.date | None
    is_today: bool
    sessions: list[Session]
    log: list[Entry]


def start_of(site: AdminSite, request: HttpRequest, *, now: dt.datetime) -> Start:
    day, is_today, sessions = (
        sessions_of_the_day(now) if request.user.has_perm("expo.view_session") else (None, False, [])
    )
    own, others = shelves_for(site, request)
    return Start(
        roles=roles_of(request.user),
        own=own,
        others=others,
        queue=queue_for(request),
        figures=figures_for(site, request),
        day=day,
        is_today=is_today,
        sessions=sessions,
        log=latest_moves(request) if request.user.has_perm("expo.view_transition") else [],
    )


def queue_for(request: HttpRequest) -> list[Line]:
    """The tasks of this person; what waits for nobody stands last."""
    rows = [Line(task, count_of(task, request), task.url()) for task in registry.tasks_for(request)]
    return sorted(rows, key=lambda row: row.count == 0)


def count_of(task: registry.Task, request: HttpRequest) -> int:
    return task.count_for(request.user) if task.count_for else task.count()  # type: ignore[arg-type]


def shelves_for(site: AdminSite, request: HttpRequest) -> tuple[Shelf | None, Shelf]:
    """Who leads finds everything in one place; others what they work on apart from what they only look up."""
    groups = site.get_app_list(request)
    own = [] if leads(request.user) else narrowed(groups, look_up=False)
    if not own:
        return None, Shelf("records", gettext("All records"), groups)
    return (
        Shelf("records", gettext("Your records"), own),
        Shelf("look-up", gettext("To look up"), narrowed(groups, look_up=True)),
    )


def narrowed(groups: list[dict[str, Any]], *, look_up: bool) -> list[dict[str, Any]]:
    """The groups with only those records that may be read and not changed, or only the others."""
    kept = [{**group, "models": [m for m in group["models"] if m["view_only"] == look_up]} for group in groups]
    return [group for group in kept if group["models"]]


def figures_for(site: AdminSite, request: HttpRequest) -> list[Figure]:
    """The person's own work first; all of what may be seen."""
    figures, own = [], own_work(request.user)
    for model, model_admin in sorted(site._registry.items(), key=lambda item: item[0]._meta.label_lower not in own):
        counted = getattr(model_admin, "counted", ())
        if not counted or not model_admin.has_view_permission(request):
            continue
        base = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for row in counted:
            url = f"{base}?{row.query}" if row.query else base
            figures.append(Figure(str(row.label), row.rows(model._default_manager.all()).count(), url))
    return figures


def sessions_of_the_day(now: dt.datetime) -> tuple[dt.date | None, bool, list[Session]]:
    """Today's sessions, or the next day's that has some, drafts included."""
    edition = Edition.objects.current()
    if edition is None:
        return None, False, []
    rows = Session.objects.filter(edition=edition).exclude(state=SessionState.CANCELED)
    sessions = list(rows.select_related("edition", "place__hall", "place__zone"))
    day = day_to_show(edition, [session.day for session in sessions], now=now)
    of_day = [session for session in sessions if session.day == day]
    return day, day == now.astimezone(ZoneInfo(edition.time_zone)).date(), of_day


def latest_moves(request: HttpRequest) -> list[Entry]:
    """The last moves of what the person may see."""
    rows = Transition.objects.filter(content_type__in=kinds_open_to(request.user, "view"))
    return entries(rows.select_related("by", "content_type")[:LATEST])


def checks_for(request: HttpRequest) -> list[registry.Check]:
    rows = registry.checks.values()
    return sorted(
        (check for check in rows if not check.permission or request.user.has_perm(check.permission)),
        key=lambda check: check.position,
    )


def findings(request: HttpRequest) -> list[Finding]:
    """Each check with its rows; those of several kinds with the rows the person can mend."""
    found = []
    for check in checks_for(request):
        rows = check.rows()
        if not isinstance(rows, QuerySet):
            rows = [row for row in rows if may_mend(request, row)]
        elif not check.permission and not may_change(request, rows.model):
            continue
        count = rows.count() if isinstance(rows, QuerySet) else len(rows)
        found.append(Finding(check, count, [check.describe(row) for row in rows[:ROWS_SHOWN]]))
    return found


def may_mend(request: HttpRequest, row: Any) -> bool:
    """Whether the person may change a row; of a pair, its first."""
    return may_change(request, type(row if isinstance(row, Model) else row[0]))


def may_change(request: HttpRequest, model: type[Model]) -> bool:
    options = model._meta
    return request.user.has_perm(f"{options.app_label}.{get_permission_codename('change', options)}")
