"""Enquiries in figures, by organization: all that organizers see of them. The words stay between the two sides."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from expo.models import Enquiry, EnquiryState, Organization


@dataclass(frozen=True)
class Counts:
    """`nobody` is how many of those that wait can be read by nobody there; `median` the time until the first answer."""

    organization: Organization
    received: int
    waiting: int
    overdue: int
    answered: int
    nobody: int
    median: dt.timedelta | None


def received_by_nobody() -> int:
    return Enquiry.objects.received_by_nobody().count()


def counts_by_organization(*, now: dt.datetime | None = None) -> list[Counts]:
    """Each organization that was ever asked, where somebody waits too long first. Spam is not counted."""
    at = now or timezone.now()
    heard = Enquiry.objects.delivered().exclude(state=EnquiryState.SPAM)
    late = Q(state=EnquiryState.OPEN, due_at__lt=at)
    rows = (
        heard.order_by()
        .values("organization")
        .annotate(
            received=Count("pk"),
            waiting=Count("pk", filter=Q(state=EnquiryState.OPEN)),
            overdue=Count("pk", filter=late),
            answered=Count("answered_at"),
        )
    )
    lost = Enquiry.objects.received_by_nobody().order_by().values("organization").annotate(n=Count("pk"))
    nobody = dict(lost.values_list("organization", "n"))
    times = _usual_times()
    organizations = Organization.objects.in_bulk([row["organization"] for row in rows])
    counted = [
        Counts(
            organizations[row["organization"]],
            row["received"],
            row["waiting"],
            row["overdue"],
            row["answered"],
            nobody.get(row["organization"], 0),
            times.get(row["organization"]),
        )
        for row in rows
    ]
    return sorted(counted, key=lambda row: (-row.nobody, -row.overdue, -row.received, row.organization.slug))


def _usual_times() -> dict[int, dt.timedelta]:
    """The median time until the first answer, by organization."""
    seconds: dict[int, list[float]] = defaultdict(list)
    answered = Enquiry.objects.filter(answered_at__isnull=False, confirmed_at__isnull=False)
    times: Any = answered.order_by().values_list("organization", "confirmed_at", "answered_at")
    for organization, asked, told in times:
        seconds[organization].append((told - asked).total_seconds())
    return {key: dt.timedelta(seconds=median(lengths)) for key, lengths in seconds.items()}
