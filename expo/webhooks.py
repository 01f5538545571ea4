"""Webhooks: an organization's server is told of events, signed as standardwebhooks.com says, until it takes them.

An event is written down with the act it tells of and sent by the worker. Whether it was taken cannot be known where the
server falls silent after it got it: then it is sent again, with the same id, by which the server tells repeats apart.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import logging
import secrets
import time
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from expo import audit
from expo.errors import DomainError
from expo.locking import lock, unlock
from expo.models import MemberRole, Organization, User, Webhook, WebhookDelivery
from expo.notices import members_of, tell
from expo.outside import Unreachable, checked_url, send
from expo.programs import webhook_events
from expo.registry import NoticeKind, WorkspacePage, add_notice_kind, add_workspace_page
from expo.rights import has_role

logger = logging.getLogger(__name__)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
# How long after each failed attempt comes the next; after the last it is given up.
WAITS = (MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR, DAY)
# Longer than any sending takes: a worker that was killed meanwhile lost its claim after this time.
CLAIM = 2 * MINUTE
STOP_AFTER = 20  # failures in a row
GONE = 410  # by which a server says that it wants nothing any more
A_TURN = 20.0  # seconds that one turn of the worker sends
MOST = 5  # webhooks of an organization
SHOWN = 20  # deliveries
KEPT_DAYS = 30  # deliveries are kept so long
TEST = "test"
PURPOSE = "webhook"
PREFIX = "whsec_"
AGENT = "expo-webhooks/1"


# ------------------------------------------------------------------ writing down what happened
def emit(
    organization: Organization, event: str, key: str, payload: dict[str, Any], *, now: dt.datetime | None = None
) -> list[WebhookDelivery]:
    """Tell an organization's servers of an event, each once: `key` says what happened (`match-7`).

    Call it inside the transaction of the act: what is rolled back is not told. The payload holds codes and addresses,
    nothing personal and nothing confidential.
    """
    if event not in webhook_events:
        raise ImproperlyConfigured(f"There is no event “{event}”.")
    hooks = Webhook.objects.filter(organization=organization, is_active=True)
    return _write([hook for hook in hooks if event in hook.events], event, key, payload, now or timezone.now())


def emit_many(event: str, told: Iterable[tuple[int, str, dict[str, Any]]], *, now: dt.datetime | None = None) -> int:
    """The same for many at once: (key of the organization, key, payload)."""
    hooks, at = listening(event), now or timezone.now()
    rows = [
        WebhookDelivery(webhook=hook, event=event, key=key, payload=payload, next_attempt_at=at)
        for organization, key, payload in told
        for hook in hooks.get(organization, ())
    ]
    WebhookDelivery.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)


def listening(event: str) -> dict[int, list[Webhook]]:
    """The active webhooks that listen to an event, by the key of their organization."""
    if event not in webhook_events:
        raise ImproperlyConfigured(f"There is no event “{event}”.")
    found: dict[int, list[Webhook]] = {}
    for hook in Webhook.objects.filter(is_active=True):
        if event in hook.events:
            found.setdefault(hook.organization_id, []).append(hook)
    return found


def _write(
    hooks: Sequence[Webhook], event: str, key: str, payload: dict[str, Any], at: dt.datetime
) -> list[WebhookDelivery]:
    rows = [WebhookDelivery(webhook=hook, event=event, key=key, payload=payload, next_attempt_at=at) for hook in hooks]
    return WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)


# ------------------------------------------------------------------ the signature
def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature_of(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """As Standard Webhooks has it: HMAC-SHA256 over id, time and body, by the bytes that the secret stands for."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def message_of(delivery: WebhookDelivery, at: dt.datetime) -> tuple[bytes, dict[str, str]]:
    """Body and headers. The id is the same at every attempt; the time is the attempt's."""
    told = {"type": delivery.event, "timestamp": delivery.created_at.isoformat(), "data": delivery.payload}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    message_id, timestamp = str(delivery.event_id), int(at.timestamp())
    secret = unlock(delivery.webhook.locked_secret, PURPOSE)
    return body, {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature_of(secret, message_id, timestamp, body),
    }


# ------------------------------------------------------------------ sending
def send_due(*, now: dt.datetime | None = None, seconds: float = A_TURN) -> int:
    """Send what is due for so many seconds, and say how many were taken. Nothing raises: what fails comes again.

    A server that failed is left alone for the rest of the turn, so that a slow one does not hold up the others.
    """
    until, taken, failed = time.monotonic() + seconds, 0, set[int]()
    while time.monotonic() < until and (delivery := claim(now=now, without=failed)) is not None:
        if _sent(delivery, now or timezone.now()):
            taken += 1
        else:
            failed.add(delivery.webhook_id)
    return taken


def due(at: dt.datetime) -> QuerySet[WebhookDelivery]:
    waiting = WebhookDelivery.objects.filter(delivered_at=None, given_up_at=None, next_attempt_at__lte=at)
    return waiting.filter(webhook__is_active=True)


def claim(*, now: dt.datetime | None = None, without: Iterable[int] = ()) -> WebhookDelivery | None:
    """Take the next due delivery, so that no other worker takes it; the claim ends by itself."""
    at = now or timezone.now()
    rows = due(at).exclude(webhook__in=list(without))
    if not rows.exists():  # without a lock: most turns of the worker find nothing
        return None
    with transaction.atomic():
        locked = rows.select_for_update(skip_locked=True, of=("self",)).select_related("webhook__organization")
        delivery = locked.order_by("next_attempt_at", "pk").first()
        if delivery is not None:
            delivery.attempts += 1
            delivery.next_attempt_at = at + CLAIM
            delivery.save(update_fields=["attempts", "next_attempt_at"])
    return delivery


def _sent(delivery: WebhookDelivery, at: dt.datetime) -> bool:
    """Send one and note what came of it."""
    status, problem = None, ""
    try:
        body, headers = message_of(delivery, at)
        with override("en"):  # the words are kept as the code has them, and translated for whoever reads them
            status = send(delivery.webhook.url, body, headers)
    except Unreachable as error:
        problem = str(error)
    except Exception as error:  # whatever it is, the others must leave
        logger.exception("Delivery #%s could not be made.", delivery.pk)
        problem = type(error).__name__
    if status is not None and 200 <= status < 300:
        _taken(delivery, status, at)
        return True
    _failed(delivery, status, problem, at)
    return False


def _taken(delivery: WebhookDelivery, status: int, at: dt.datetime) -> None:
    WebhookDelivery.objects.filter(pk=delivery.pk).update(delivered_at=at, status=status, problem="")
    Webhook.objects.filter(pk=delivery.webhook_id).exclude(failures=0).update(failures=0)


def _failed(delivery: WebhookDelivery, status: int | None, problem: str, at: dt.datetime) -> None:
    """Wait for the next attempt, or give up. A test is not tried again: somebody looks at its answer."""
    over = delivery.attempts > len(WAITS) or delivery.event == TEST
    with transaction.atomic():
        WebhookDelivery.objects.filter(pk=delivery.pk).update(
            status=status, problem=problem[:300], given_up_at=at if over else None,
            next_attempt_at=at if over else at + WAITS[delivery.attempts - 1],
        )  # fmt: skip
        if delivery.event != TEST:
            hook = Webhook.objects.select_for_update(of=("self",)).filter(pk=delivery.webhook_id).first()
            if hook is None:  # removed while it was sent
                return
            Webhook.objects.filter(pk=hook.pk).update(failures=F("failures") + 1)
            if hook.is_active and (hook.failures + 1 >= STOP_AFTER or status == GONE):
                _stop(hook, at)
    logger.info("Delivery #%s failed at attempt %s.", delivery.pk, delivery.attempts)


def _stop(hook: Webhook, at: dt.datetime) -> None:
    """Send nothing any more, and tell the owners. What waits is kept until it is switched on again."""
    Webhook.objects.filter(pk=hook.pk).update(is_active=False, stopped_at=at)
    audit.changed(hook, "is_active")
    organization = hook.organization
    names = {"organization_en": organization.name_en, "organization_zh": organization.name_zh}
    url = reverse("work-webhook-change", args=[organization.slug, hook.pk])
    owners = members_of(organization, least=MemberRole.OWNER)
    tell("webhook-stopped", owners, key=f"webhook-{hook.pk}-{at.isoformat()}", url=url, now=at, **names)


# ------------------------------------------------------------------ what people do
def create_webhook(
    organization: Organization, *, url: str, events: Sequence[str], by: User
) -> tuple[Webhook, str]:  # fmt: skip
    """A new webhook and its secret, which is shown this once. DomainError for a bad address or the sixth."""
    _check_right(by, organization)
    secret = new_secret()
    hook = Webhook(organization=organization, url=checked_url(url), events=_known(events), created_by=by)
    hook.locked_secret = lock(secret, PURPOSE)
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        if organization.webhooks.count() >= MOST:
            told = ngettext("At most %(most)d address is told.", "At most %(most)d addresses are told.", MOST)
            raise DomainError(told % {"most": MOST})
        _save(hook)
    return hook, secret


def change_webhook(hook: Webhook, *, url: str, events: Sequence[str], is_active: bool, by: User) -> Webhook:
    """Switched on again it begins anew: what failed before is forgotten, and what waits is sent."""
    _check_right(by, hook.organization)
    with transaction.atomic():
        held = Webhook.objects.select_for_update(of=("self",)).select_related("organization").get(pk=hook.pk)
        if is_active and not held.is_active:
            held.failures, held.stopped_at = 0, None
        held.url, held.events, held.is_active = checked_url(url), _known(events), is_active
        _save(held)
    return held


def renew_secret(hook: Webhook, *, by: User) -> str:
    """Another secret in place of the old one, shown this once."""
    _check_right(by, hook.organization)
    secret = new_secret()
    hook.locked_secret = lock(secret, PURPOSE)
    hook.save(update_fields=["locked_secret"])
    return secret


def remove_webhook(hook: Webhook, *, by: User) -> None:
    _check_right(by, hook.organization)
    hook.delete()


def send_test(hook: Webhook, *, by: User, now: dt.datetime | None = None) -> WebhookDelivery:
    """A delivery that means nothing, sent at the next turn of the worker. DomainError while it is switched off."""
    _check_right(by, hook.organization)
    if not hook.is_active:
        raise DomainError(_("Switch it on first."))
    at = now or timezone.now()
    if hook.deliveries.filter(event=TEST, delivered_at=None, given_up_at=None).exists():
        raise DomainError(_("A test is on its way already."))
    return _write([hook], TEST, f"test-{uuid.uuid4()}", {"organization": hook.organization.slug}, at)[0]


def _check_right(user: User, organization: Organization) -> None:
    if not has_role(user, organization, MemberRole.EDITOR):
        raise DomainError(_("Only editors and owners of the organization may do this."))


def _known(events: Sequence[str]) -> list[str]:
    known = [event for event in webhook_events if event in events]
    if not known:
        raise DomainError(_("Choose one event at least."), field="events")
    return known


def _save(hook: Webhook) -> None:
    try:
        hook.full_clean()
    except ValidationError as error:
        raise DomainError(" ".join(error.messages), field="url") from error
    hook.save()


# ------------------------------------------------------------------ what is kept
def old_deliveries(before: dt.datetime) -> QuerySet[WebhookDelivery]:
    """Those that are not on their way any more."""
    return WebhookDelivery.objects.exclude(delivered_at=None, given_up_at=None).filter(created_at__lt=before)


def register() -> None:
    add_workspace_page(WorkspacePage("work-programs", gettext_lazy("Programs"), position=85, role=MemberRole.EDITOR))
    add_notice_kind(
        NoticeKind(
            "webhook-stopped",
            gettext_lazy("A webhook of my organization was stopped"),
            gettext_lazy("A server of “%(organization)s” takes no messages any more, so we stopped sending them."),
            gettext_lazy("Look at the last deliveries, mend the server, and switch it on again."),
            position=110,
        )
    )
