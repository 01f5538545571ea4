"""The table that attempts are counted in: every process sees it, so a limit holds for all of them."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.utils import timezone


def make_table(**kwargs: Any) -> None:
    """After every migrate; one that is there stays."""
    call_command("createcachetable", verbosity=0)


def forget_expired() -> int:
    """Counters and sessions name network addresses: delete those that count no longer, and those that are over.

    Returns how many counters went.
    """
    call_command("clearsessions")
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    table = connection.ops.quote_name(caches["default"]._table)  # type: ignore[attr-defined]
    now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608  our own table's name
        return cursor.rowcount
