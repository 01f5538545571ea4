"""An organization's server is told of what happened: signed, until it takes it, once it took it never again."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from expo import webhooks
from expo.errors import DomainError
from expo.models import AuditEntry, Notice, Organization, User, Webhook, WebhookDelivery
from expo.retention import apply_retention
from expo.webhooks import (
    WAITS,
    change_webhook,
    create_webhook,
    emit,
    emit_many,
    remove_webhook,
    renew_secret,
    send_due,
    send_test,
)
from tests.expo.programs.server import Listener, listening
from tests.factories import make_member, make_organization

pytestmark = pytest.mark.django_db
EVENT = "match.new"


@pytest.fixture(autouse=True)
def _own_machine(settings: Settings) -> None:
    settings.DEBUG = True  # the server of these tests is on it


@pytest.fixture
def server() -> Iterator[Listener]:
    with listening() as found:
        yield found


@pytest.fixture
def own() -> Organization:
    return make_organization()


@pytest.fixture
def owner(own: Organization) -> User:
    return make_member(own, "owner")


@pytest.fixture
def hooked(own: Organization, owner: User, server: Listener) -> tuple[Webhook, str]:
    return create_webhook(own, url=server.url, events=[EVENT], by=owner)


def later(hours: float) -> dt.datetime:
    return timezone.now() + dt.timedelta(hours=hours)


# ------------------------------------------------------------------ what is told
def test_only_who_listens_is_told_and_each_thing_once(own: Organization, hooked: tuple[Webhook, str]) -> None:
    emit(own, EVENT, "match-7", {"match": 7})
    emit(own, EVENT, "match-7", {"match": 7})
    emit(own, "introduction.message", "message-1", {})
    emit(make_organization(), EVENT, "match-8", {})
    emit_many(EVENT, [(own.pk, "match-9", {"match": 9}), (0, "match-9", {})])
    assert sorted(WebhookDelivery.objects.values_list("key", flat=True)) == ["match-7", "match-9"]
    with pytest.raises(ImproperlyConfigured):
        emit(own, "weather.changed", "x", {})


def test_what_is_rolled_back_is_not_told(own: Organization, hooked: tuple[Webhook, str], server: Listener) -> None:
    with transaction.atomic():
        emit(own, EVENT, "match-7", {})
        transaction.set_rollback(True)
    assert send_due() == 0
    assert server.got == []


def test_the_signature_is_that_of_standard_webhooks(
    own: Organization, hooked: tuple[Webhook, str], server: Listener
) -> None:
    _hook, secret = hooked
    emit(own, EVENT, "match-7", {"title": "磁体"})
    assert send_due() == 1
    headers, body = server.got[0]
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    key = base64.b64decode(secret.split("_", 1)[1])
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    told = json.loads(body)
    assert (told["type"], told["data"]) == (EVENT, {"title": "磁体"})
    assert dt.datetime.fromisoformat(told["timestamp"]).tzinfo


def test_a_known_signature() -> None:
    """The example of the Standard Webhooks libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    found = webhooks.signature_of(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


# ------------------------------------------------------------------ until it is taken
def test_a_server_that_fails_is_tried_again_with_the_same_id_and_never_after_it_took_it(
    own: Organization, hooked: tuple[Webhook, str], server: Listener
) -> None:
    server.answers = [500, 302]
    emit(own, EVENT, "match-7", {})
    assert send_due() == 0
    row = WebhookDelivery.objects.get()
    assert (row.attempts, row.status, row.problem) == (1, 500, "")
    assert send_due() == 0, "it rests first"
    assert len(server.got) == 1
    assert send_due(now=later(0.1)) == 0
    assert send_due(now=later(1)) == 1
    assert send_due(now=later(100)) == 0
    row.refresh_from_db()
    assert (row.attempts, row.status, row.problem, row.webhook.failures) == (3, 200, "", 0)
    assert len({headers["webhook-id"] for headers, _body in server.got}) == 1
    assert len({headers["webhook-signature"] for headers, _body in server.got}) == 3, "each attempt has its own time"


def test_one_that_is_removed_while_it_is_sent_stops_nobody_else(
    own: Organization, owner: User, hooked: tuple[Webhook, str], server: Listener
) -> None:
    emit(own, EVENT, "match-7", {})
    server.answers = [500]
    delivery = webhooks.claim()
    assert delivery is not None
    webhooks.remove_webhook(hooked[0], by=owner)
    assert not webhooks._sent(delivery, timezone.now())


def test_it_is_given_up_in_the_end(own: Organization, hooked: tuple[Webhook, str], server: Listener) -> None:
    server.answers = [500] * 20
    emit(own, EVENT, "match-7", {})
    now = timezone.now()
    for wait in (dt.timedelta(0), *WAITS):
        now += wait
        send_due(now=now)
    row = WebhookDelivery.objects.get()
    assert (row.attempts, row.given_up_at) == (1 + len(WAITS), now)
    assert send_due(now=now + dt.timedelta(days=30)) == 0


def test_a_server_that_failed_waits_for_the_next_turn_and_holds_up_no_other(
    own: Organization, owner: User, hooked: tuple[Webhook, str], server: Listener
) -> None:
    with listening() as other:
        create_webhook(own, url=other.url, events=[EVENT], by=owner)
        server.answers = [500]
        for number in range(3):
            emit(own, EVENT, f"match-{number}", {})
        assert send_due() == 3
    assert (len(server.got), len(other.got)) == (1, 3)


def test_what_another_worker_holds_is_not_sent_twice(own: Organization, hooked: tuple[Webhook, str]) -> None:
    emit(own, EVENT, "match-7", {})
    assert webhooks.claim() is not None
    assert webhooks.claim() is None
    assert webhooks.claim(now=later(1)) is not None, "a worker that died lost its claim"


def test_after_many_failures_it_is_stopped_and_the_owners_are_told(
    own: Organization, owner: User, hooked: tuple[Webhook, str], server: Listener
) -> None:
    hook, _secret = hooked
    server.answers = [500] * webhooks.STOP_AFTER
    for number in range(webhooks.STOP_AFTER + 1):
        emit(own, EVENT, f"match-{number}", {})
        send_due(now=later(number))
    hook.refresh_from_db()
    assert (hook.is_active, len(server.got)) == (False, webhooks.STOP_AFTER)
    assert Notice.objects.get().user == owner
    waiting = WebhookDelivery.objects.filter(delivered_at=None, given_up_at=None).count()
    change_webhook(hook, url=hook.url, events=[EVENT], is_active=True, by=owner)
    assert sum(send_due(now=later(1000)) for _turn in range(3)) == waiting > 1


def test_a_server_that_is_gone_is_stopped_at_once(
    own: Organization, hooked: tuple[Webhook, str], server: Listener
) -> None:
    server.answers = [410]
    emit(own, EVENT, "match-7", {})
    send_due()
    assert Webhook.objects.get().stopped_at is not None


def test_deliveries_are_forgotten_after_thirty_days(own: Organization, hooked: tuple[Webhook, str]) -> None:
    for key in ("done", "waiting"):
        emit(own, EVENT, key, {})
    WebhookDelivery.objects.filter(key="done").update(delivered_at=timezone.now())
    WebhookDelivery.objects.update(created_at=timezone.now() - dt.timedelta(days=31))
    apply_retention()
    assert WebhookDelivery.objects.get().key == "waiting"


# ------------------------------------------------------------------ what people do
def test_the_secret_is_stored_locked_and_a_new_one_signs_from_then_on(
    own: Organization, owner: User, hooked: tuple[Webhook, str], server: Listener
) -> None:
    hook, secret = hooked
    assert secret not in hook.locked_secret
    emit(own, EVENT, "match-7", {})
    other = renew_secret(hook, by=owner)
    send_due()
    headers, body = server.got[0]
    args = headers["webhook-id"], int(headers["webhook-timestamp"]), body
    assert headers["webhook-signature"] == webhooks.signature_of(other, *args)
    assert headers["webhook-signature"] != webhooks.signature_of(secret, *args)


def test_a_test_says_what_the_server_answers_and_is_not_repeated(
    owner: User, hooked: tuple[Webhook, str], server: Listener
) -> None:
    hook, _secret = hooked
    server.answers = [503]
    send_test(hook, by=owner)
    with pytest.raises(DomainError, match="on its way already"):
        send_test(hook, by=owner)
    send_due()
    row = WebhookDelivery.objects.get()
    assert (row.status, row.given_up_at is not None, row.webhook.failures) == (503, True, 0)


def test_bad_webhooks_are_refused_in_words(own: Organization, owner: User, hooked: tuple[Webhook, str]) -> None:
    hook, _secret = hooked
    with pytest.raises(DomainError, match="told already"):
        create_webhook(own, url=hook.url, events=[EVENT], by=owner)
    with pytest.raises(DomainError, match="Choose one event"):
        create_webhook(own, url="https://a.example/", events=["weather"], by=owner)
    with pytest.raises(DomainError, match="editors and owners"):
        create_webhook(own, url="https://a.example/", events=[EVENT], by=make_member(own, "member"))
    for number in range(webhooks.MOST - 1):
        create_webhook(own, url=f"https://a.example/{number}", events=[EVENT], by=owner)
    with pytest.raises(DomainError, match="At most 5"):
        create_webhook(own, url="https://a.example/", events=[EVENT], by=owner)


def test_the_log_tells_who_changed_a_webhook_and_nothing_of_its_address(
    owner: User, hooked: tuple[Webhook, str], server: Listener
) -> None:
    hook, _secret = hooked
    renew_secret(hook, by=owner)
    remove_webhook(hook, by=owner)
    told = [(row.act, row.title, row.changes) for row in AuditEntry.objects.filter(content_type__model="webhook")]
    assert sorted(act for act, _title, _changes in told) == ["added", "changed", "deleted"]
    assert "127.0.0.1" not in str(told)


def test_a_webhook_is_made_tested_and_removed_by_buttons(own: Organization, owner: User, server: Listener) -> None:
    client = Client()
    client.force_login(owner)
    pages = f"/en/work/{own.slug}/programs/"
    bad = client.post(f"{pages}webhooks/new/", {"hook-url": "ftp://x", "hook-events": [EVENT]}).content.decode()
    assert "It begins with https://" in bad
    made = client.post(f"{pages}webhooks/new/", {"hook-url": server.url, "hook-events": [EVENT]})
    assert "whsec_" in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    hook = Webhook.objects.get()
    one = f"{pages}webhooks/{hook.pk}/"
    assert "whsec_" not in client.get(one).content.decode()
    client.post(f"{one}test/")
    send_due()
    assert '<span class="badge badge--go">200</span>' in client.get(one).content.decode()
    client.post(one, {"url": server.url, "events": [EVENT]})
    hook.refresh_from_db()
    assert not hook.is_active
    client.post(f"{one}remove/")
    assert not Webhook.objects.exists()
