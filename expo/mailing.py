"""Notices by mail: at once but bundled, or once a day, and the link that stops them."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import Delivery, Notice, NoticeSetting, OutboxMail, User
from expo.notices import ALL, in_words
from expo.outbox import post
from expo.people.letters import fair_name
from expo.registry import notice_kinds

logger = logging.getLogger(__name__)
GATHER = dt.timedelta(minutes=1)  # what happens together is told together
PAUSE = dt.timedelta(minutes=10)  # between two mails to one person
DIGEST_HOUR = 8
PEOPLE_A_RUN = 500
MOST_IN_A_MAIL = 20
SALT = "expo.mailing.stop"


# ------------------------------------------------------------------ who gets what
def _delivered() -> QuerySet[Any]:
    """The notices that wait to be mailed, with the `delivery` their person wants."""
    own = NoticeSetting.objects.filter(user=OuterRef("user"), kind=OuterRef("kind")).values("delivery")
    every = NoticeSetting.objects.filter(user=OuterRef("user"), kind=ALL).values("delivery")
    usual = Case(
        *(When(kind=kind.code, then=Value(kind.delivery)) for kind in notice_kinds.values()),
        default=Value(str(Delivery.NEVER)),
    )
    return Notice.objects.filter(mailed_at=None).annotate(delivery=Coalesce(Subquery(own), Subquery(every), usual))


def settle_unmailed(*, now: dt.datetime | None = None) -> int:
    """Take out what is not mailed: read already, wanted in the inbox only, or for an account that is closed.

    Its `mailed_at` is its own time, so that nothing looks at it again.
    """
    at = now or timezone.now()
    not_mailed = Q(delivery=Delivery.NEVER) | Q(read_at__isnull=False) | Q(user__is_active=False)
    rows = _delivered().filter(not_mailed, at__lte=at - GATHER)
    return Notice.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[:5000])).update(mailed_at=F("at"))


def mail_notices(*, now: dt.datetime | None = None) -> int:
    """Write the mails of what is told at once; how many. What came within ten minutes of the last mail waits for them.

    Nothing here is sent: the worker takes it from the outbox.
    """
    at = now or timezone.now()
    settle_unmailed(now=at)
    due = _delivered().filter(delivery=Delivery.AT_ONCE, at__lte=at - GATHER)
    rested = Notice.objects.filter(mailed_at__gt=at - PAUSE).exclude(mailed_at=F("at")).values("user")
    people = due.exclude(user__in=rested).order_by("user").values_list("user", flat=True).distinct()[:PEOPLE_A_RUN]
    return _write_to(people, Q(delivery=Delivery.AT_ONCE, at__lte=at), now=at)


def mail_digests(*, now: dt.datetime | None = None) -> int:
    """Write the mail of the day to everybody for whom eight o'clock has passed since something was told."""
    at, written = now or timezone.now(), 0
    settle_unmailed(now=at)
    waiting = _delivered().filter(delivery=Delivery.DAILY)
    for zone in waiting.order_by("user__time_zone").values_list("user__time_zone", flat=True).distinct():
        before = Q(delivery=Delivery.DAILY, at__lte=last_digest(zone, at))
        people = waiting.filter(before, user__time_zone=zone).order_by("user").values_list("user", flat=True).distinct()
        written += _write_to(people[:PEOPLE_A_RUN], before, now=at)
    return written


def last_digest(zone: str, now: dt.datetime) -> dt.datetime:
    """The last eight o'clock in a time zone, up to now."""
    there = now.astimezone(ZoneInfo(zone))
    today = there.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return today if today <= there else today - dt.timedelta(days=1)


def _write_to(people: Any, which: Q, *, now: dt.datetime) -> int:
    written = 0
    for user in User.objects.filter(pk__in=list(people)).order_by("pk"):
        written += write_mail(user, which, now=now) is not None
    return written


# ------------------------------------------------------------------ one mail
def write_mail(user: User, which: Q, *, now: dt.datetime) -> OutboxMail | None:
    """Put those of a person's waiting notices that fit into one mail. Two workers at once write it once."""
    with transaction.atomic():
        keys = list(_delivered().filter(which, user=user).values_list("pk", flat=True))
        held = Notice.objects.select_for_update().filter(pk__in=keys, mailed_at=None).order_by("at", "pk")
        notices = list(held)
        if not notices:
            return None
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=now)
        try:
            with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
                return post(**_mail(user, notices), now=now)
        except DomainError as error:  # an address that is none: the inbox has the notices
            logger.warning("The notices of account %s cannot be mailed: %s", user.pk, error)
            return None


def _mail(user: User, notices: Sequence[Notice]) -> dict[str, Any]:
    """What `post` is given, in the language and time zone that are active."""
    told = [in_words(notice) for notice in notices]
    stop, headers = _ways_to_stop(user, notices)
    context = {
        "told": told[:MOST_IN_A_MAIL],
        "more": len(told) - MOST_IN_A_MAIL if len(told) > MOST_IN_A_MAIL else 0,
        "fair": fair_name(),
        "zone": user.time_zone,
        "inbox_url": settings.SITE_URL + reverse("notice-list"),
        "settings_url": settings.SITE_URL + reverse("notice-settings"),
        "stop_url": stop,
        "site_url": settings.SITE_URL,
    }
    words = told[0].words if len(told) == 1 else _("%(count)d notices for you") % {"count": len(told)}
    context["title"] = " ".join(words.split())
    return {
        "key": f"notices-{user.pk}-{max(notice.pk for notice in notices)}",
        "to": user.email,
        "user": user,
        "language": user.language,
        "subject": _("%(fair)s: %(words)s") % {"fair": context["fair"], "words": context["title"]},
        "text": render_to_string("mail/notices.txt", context).strip() + "\n",
        "html": render_to_string("mail/notices.html", context),
        "headers": headers,
    }


# ------------------------------------------------------------------ stopping them
def _ways_to_stop(user: User, notices: Sequence[Notice]) -> tuple[str, dict[str, str]]:
    """The address that stops mails like this one, and the headers by which a mail program asks for it (RFC 8058)."""
    kinds = {notice.kind for notice in notices}
    token = stop_token(user, kinds.pop() if len(kinds) == 1 else ALL)
    url = settings.SITE_URL + reverse("notice-stop", args=[token])
    return url, {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def stop_token(user: User, kind: str) -> str:
    """What stops mails without signing in. It says nothing about the person to anybody else, and never expires."""
    return signing.dumps([user.pk, kind], salt=SALT)


def read_stop_token(token: str) -> tuple[User, str]:
    """Whose mails of which kind a token stops. Raises DomainError where we did not make it, or the account is gone."""
    try:
        key, kind = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        key, kind = None, ""
    user = User.objects.filter(pk=key).first()
    if user is None or (kind != ALL and kind not in notice_kinds):
        raise DomainError(_("This link is not complete, or its account is closed. No mail comes from here."))
    return user, kind
