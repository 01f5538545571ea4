"""Deadlines in working days, Monday to Friday at the fair's place. Public holidays count as working days."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings

from expo.models import PolicyRule

FAIR_ZONE = ZoneInfo(settings.TIME_ZONE)  # working days are those of the fair's place
WEEKEND = (5, 6)
MOST_DAYS = 60  # a rule that says more is a slip of the hand


def days_of(rule: str, at: dt.datetime, *, usual: int) -> int:
    """How many days a house rule gives on the day of `at`; `usual` where no rule in force names a sensible number."""
    days = PolicyRule.objects.value(rule, at.astimezone(FAIR_ZONE).date())
    return days if isinstance(days, int) and 0 < days <= MOST_DAYS else usual


def working_days_after(at: dt.datetime, days: int) -> dt.datetime:
    """So many working days later, at the same hour."""
    moment, left = at, days
    while left:
        moment += dt.timedelta(days=1)
        left -= moment.astimezone(FAIR_ZONE).weekday() not in WEEKEND
    return moment
