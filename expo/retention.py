"""What is kept how long: the rules `retention.*` say it, and once a day what is older goes.

Without a rule in force nothing goes, except what pages and mails promise to delete. Each kind leaves one entry in the
audit log: what went, and how much.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from expo import audit
from expo.models import (
    AuditAct,
    AuditEntry,
    Enquiry,
    EnquiryState,
    Notice,
    OutboxMail,
    PolicyRule,
    User,
    VisitItem,
    VisitList,
)
from expo.models.enquiry import CONFIRM_WITHIN
from expo.people.personal_data import delete_account
from expo.webhooks import KEPT_DAYS, old_deliveries

logger = logging.getLogger(__name__)
CHUNK = 500
AUDIT_LEAST = 366  # days; the database itself refuses to delete what is not a year old


@dataclass(frozen=True)
class Keeping:
    """One kind of data: the rule that says how many days, and the rows that are over at a moment.

    `days` is what was promised to people: then no rule is asked.
    """

    key: str
    label: str | Promise
    over: Callable[[dt.datetime], QuerySet[Any]]
    remove: Callable[[QuerySet[Any]], int] = lambda rows: rows.delete()[0]
    least: int = 1
    days: int | None = None


@dataclass(frozen=True)
class Outcome:
    """`days` is None where no rule is in force: then nothing goes."""

    key: str
    days: int | None
    count: int


def enquiries(before: dt.datetime) -> QuerySet[Enquiry]:
    """Those nobody waits for any more; an open one stays until it is answered."""
    return Enquiry.objects.exclude(state=EnquiryState.OPEN).filter(updated_at__lt=before)


def mails(before: dt.datetime) -> QuerySet[OutboxMail]:
    """Those that left, and those that were given up."""
    return OutboxMail.objects.exclude(sent_at=None, given_up_at=None).filter(created_at__lt=before)


def unowned_visit_lists(before: dt.datetime) -> QuerySet[VisitList]:
    """Lists of strangers whose session is long over."""
    newer = VisitItem.objects.filter(visit_list=OuterRef("pk"), added_at__gte=before)
    return VisitList.objects.filter(~Exists(newer), user=None, updated_at__lt=before)


def unverified_accounts(before: dt.datetime) -> QuerySet[User]:
    """Accounts somebody signed up for and never proved the address of. Those that organizers made have no such row."""
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    rows = User.objects.filter(Exists(addresses), ~Exists(addresses.filter(verified=True)))
    rows = rows.filter(memberships=None)  # whom organizers made an owner stays: the organization keeps one
    return rows.filter(date_joined__lt=before, last_login=None, is_staff=False, is_superuser=False)


def close_accounts(accounts: QuerySet[User]) -> int:
    """Each by the same way as its person would."""
    for user in accounts:
        delete_account(user)
    return len(accounts)


KEPT = (
    Keeping("retention.enquiry_days", _("Enquiries that nobody waits for any more"), enquiries),
    Keeping("retention.notice_days", _("Notices in your inbox"), lambda before: Notice.objects.filter(at__lt=before)),
    Keeping("retention.outbox_days", _("To whom a mail was sent, and when"), mails),
    Keeping("retention.unowned_visit_list_days", _("Visit lists of people without an account"), unowned_visit_lists),
    Keeping(
        "retention.unverified_account_days",
        _("Accounts whose e-mail address was never confirmed"),
        unverified_accounts,
        close_accounts,
    ),
    Keeping(
        "retention.audit_days",
        _("The log of who changed what"),
        lambda before: AuditEntry.objects.filter(at__lt=before),
        least=AUDIT_LEAST,
    ),
)
# The page and the mail that ask for a confirmation say it.
PROMISED = (
    Keeping(
        "enquiry.confirm_within",
        _("Enquiries whose e-mail address was not confirmed"),
        lambda before: Enquiry.objects.never_confirmed(before + CONFIRM_WITHIN),
        days=CONFIRM_WITHIN.days,
    ),
    Keeping("webhook.delivery_days", _("What was sent to organizations’ servers"), old_deliveries, days=KEPT_DAYS),
)


def periods(*, now: dt.datetime | None = None) -> list[tuple[Keeping, int | None]]:
    """Every kind with the days it is kept at a moment; None where no rule is in force."""
    values = PolicyRule.objects.values_on(timezone.localdate(now or timezone.now()))
    return [(keeping, _days(keeping, values.get(keeping.key))) for keeping in (*PROMISED, *KEPT)]


def _days(keeping: Keeping, value: Any) -> int | None:
    if keeping.days is not None:
        return keeping.days
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        logger.error("The rule %s is no number of days, so nothing is removed by it.", keeping.key)
        return None
    return max(value, keeping.least)


def apply_retention(*, now: dt.datetime | None = None, dry_run: bool = False) -> list[Outcome]:
    """Remove what is over; how much of each. With `dry_run` it is only counted."""
    at = now or timezone.now()
    outcomes = [_apply(keeping, days, at, dry_run=dry_run) for keeping, days in periods(now=at)]
    if not dry_run:
        call_command("clearsessions", verbosity=0)
    return outcomes


def _apply(keeping: Keeping, days: int | None, now: dt.datetime, *, dry_run: bool) -> Outcome:
    if days is None:
        return Outcome(keeping.key, None, 0)
    rows = keeping.over(now - dt.timedelta(days=days))
    if dry_run:
        return Outcome(keeping.key, days, rows.count())
    return Outcome(keeping.key, days, _remove(keeping, rows))


def _remove(keeping: Keeping, rows: QuerySet[Any]) -> int:
    """In small steps, so that nobody waits for it; what something else holds fast stays, and is told in the log."""
    count, keys = 0, list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        part = rows.model._base_manager.filter(pk__in=keys[start : start + CHUNK])
        try:
            with transaction.atomic(), audit.told_as_one():
                keeping.remove(part)
                count += len(keys[start : start + CHUNK])
        except ProtectedError:
            logger.warning("%s: some rows are still needed elsewhere and stay.", keeping.key)
    if count:
        name = str(rows.model._meta.verbose_name_plural)
        audit.record(AuditAct.DELETED, title=f"{name}: {count}", changes=[keeping.key])
    return count
