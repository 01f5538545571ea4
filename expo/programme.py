"""What is on now and what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from expo.models import Edition, Session, SessionState


@dataclass(frozen=True)
class Entry:
    """A session with its place in time: past, now, next or later."""

    session: Session
    when: str


@dataclass(frozen=True)
class Day:
    day: dt.date
    entries: tuple[Entry, ...]


def near(sessions: QuerySet[Session], *, now: dt.datetime) -> QuerySet[Session]:
    """The sessions that may be on or next: not over yet, and begun within a day."""
    return sessions.filter(ends_at__gt=now, starts_at__lt=now + dt.timedelta(days=1))


def entries(sessions: Iterable[Session], *, now: dt.datetime, among: Iterable[Entry] = ()) -> list[Entry]:
    """The sessions by start, each marked. “Next” are those that start first after now, on the same day.

    Sessions that are only some of the programme's, as on one page of many, are compared with those `among`.
    """
    rows = sorted(sessions, key=lambda session: (session.starts_at, session.slug))
    next_start = _next_start([*rows, *(entry.session for entry in among)], now)
    return [Entry(session, _when(session, now, next_start)) for session in rows]


def _next_start(sessions: list[Session], now: dt.datetime) -> dt.datetime | None:
    to_come = [s for s in sessions if s.starts_at > now and s.state == SessionState.PUBLISHED]
    first = min(to_come, key=lambda session: session.starts_at, default=None)
    if first is None or first.day != now.astimezone(ZoneInfo(first.edition.time_zone)).date():
        return None
    return first.starts_at


def _when(session: Session, now: dt.datetime, next_start: dt.datetime | None) -> str:
    if session.is_on(now):
        return "now"
    if session.ends_at <= now:
        return "past"
    return "next" if session.starts_at == next_start and session.state == SessionState.PUBLISHED else "later"


def by_day(rows: Iterable[Entry]) -> list[Day]:
    return [Day(day, tuple(group)) for day, group in groupby(rows, key=lambda entry: entry.session.day)]


def day_to_show(edition: Edition, days: list[dt.date], *, now: dt.datetime) -> dt.date | None:
    """Today when the fair is on, else the next day with sessions, else its first day."""
    today = now.astimezone(ZoneInfo(edition.time_zone)).date()
    return next((day for day in sorted(days) if day >= today), min(days, default=None))


def moment(text: str, edition: Edition) -> dt.datetime | None:
    """A moment as written in an address, like 2025-09-26T10:20, in the fair's time zone; None where it is none."""
    if not text.isprintable():
        return None
    try:
        value = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    if not dt.MINYEAR < value.year < dt.MAXYEAR:  # another time zone or a day more would leave the calendar
        return None
    zone = ZoneInfo(edition.time_zone)
    return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
