"""What the start page and the readiness page show: the queue, figures, the day, the latest acts, live counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib.admin import AdminSite
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from expo import registry
from expo.admin.log import Entry, entries
from expo.models import Edition, Session, SessionState, Transition
from expo.programme import day_to_show

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
class Start:
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
    return Start(
        queue=queue_for(request),
        figures=figures_for(site, request),
        day=day,
        is_today=is_today,
        sessions=sessions,
        log=latest_moves() if request.user.has_perm("expo.view_transition") else [],
    )


def queue_for(request: HttpRequest) -> list[Line]:
    """The tasks of this person; what waits for nobody stands last."""
    rows = [Line(task, task.count(), task.url()) for task in registry.tasks_for(request)]
    return sorted(rows, key=lambda row: row.count == 0)


def figures_for(site: AdminSite, request: HttpRequest) -> list[Figure]:
    figures = []
    for model, model_admin in site._registry.items():
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


def latest_moves() -> list[Entry]:
    return entries(Transition.objects.select_related("by", "content_type")[:LATEST])


def findings() -> list[Finding]:
    found = []
    for check in sorted(registry.checks.values(), key=lambda check: check.position):
        rows = check.rows()
        count = rows.count() if isinstance(rows, QuerySet) else len(rows)
        found.append(Finding(check, count, [check.describe(row) for row in rows[:ROWS_SHOWN]]))
    return found
