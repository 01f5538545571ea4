"""What is on now and what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

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


def entries(sessions: Iterable[Session], *, now: dt.datetime) -> list[Entry]:
    """The sessions by start, each marked. “Next” are those that start first after now, on the same day."""
    rows = sorted(sessions, key=lambda session: (session.starts_at, session.slug))
    to_come = [s for s in rows if s.starts_at > now and s.state == SessionState.PUBLISHED]
    first = (
        to_come[0]
        if to_come and to_come[0].day == now.astimezone(ZoneInfo(to_come[0].edition.time_zone)).date()
        else None
    )
    return [Entry(session, _when(session, now, first.starts_at if first else None)) for session in rows]


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
    zone = ZoneInfo(edition.time_zone)
    return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
