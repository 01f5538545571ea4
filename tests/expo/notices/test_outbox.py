"""Mails leave once, whatever the mail server does, and organizers see those that do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import timezone
from pytest_django import Settings

from expo import outbox
from expo.errors import DomainError
from expo.models import OutboxMail
from expo.outbox import post, send_due
from tests.expo.notices.mail_server import Server, mail_server
from tests.factories import make_user

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def later(minutes: float) -> dt.datetime:
    return timezone.now() + minutes * MINUTE


def write(name: str, **more: Any) -> OutboxMail | None:
    values = {"to": f"{name}@example.org", "subject": f"For {name}", "text": "Come and see.\n", "language": "en"}
    return post(**{"key": f"test-{name}", **values, **more})


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    with mail_server(settings) as found:
        yield found


# ------------------------------------------------------------------ writing down
def test_the_same_mail_is_posted_once(server: Server) -> None:
    assert write("li") is not None
    assert write("li", subject="Again") is None
    assert send_due() == 1
    assert write("li") is None
    assert send_due() == 0
    assert server.receivers == ["li@example.org"]


def test_what_is_rolled_back_is_not_sent(server: Server) -> None:
    with transaction.atomic():
        write("li")
        transaction.set_rollback(True)
    assert send_due() == 0
    assert server.taken == []


@pytest.mark.parametrize("sign", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x00", "\x1c", "\x85", "\u2028", "\u2029"])
def test_no_other_header_is_smuggled_in(sign: str) -> None:
    bad = f"Hello{sign}Bcc: everybody@example.org"
    for values in ({"subject": bad}, {"headers": {"List-Unsubscribe": bad}}, {"headers": {f"X{sign}Bcc": "x"}}):
        with pytest.raises(DomainError):
            write("li", **values)
    with pytest.raises(DomainError):
        write("li", to=f"li@example.org{sign}Bcc: everybody@example.org")
    assert not OutboxMail.objects.exists()


@pytest.mark.parametrize("name", ["Bcc", "to", "FROM", "Message-ID", "Subject", "X Y", "X:Y", ""])
def test_headers_that_say_who_writes_to_whom_are_not_given(name: str) -> None:
    with pytest.raises(DomainError):
        write("li", headers={name: "other@example.org"})


@pytest.mark.parametrize("to", ["", "li", "li@example.org, other@example.org", "li@example.org\n"])
def test_a_mail_goes_to_one_address(to: str) -> None:
    with pytest.raises(DomainError):
        write("li", to=to)


def test_a_long_subject_is_cut() -> None:
    mail = write("li", subject="长" * 300)
    assert mail is not None
    mail.refresh_from_db()
    assert (len(mail.subject), mail.subject[-1]) == (200, "…")


# ------------------------------------------------------------------ as it arrives
def test_a_mail_arrives_as_it_was_written(server: Server, settings: Settings) -> None:
    text = "您好。\n.\nFrom here on, a point alone.\n"
    write("li", subject="入驻申请", text=text, html="<p>您好。</p>", language="zh-hans", headers={"X-Kind": "test"})
    assert send_due() == 1
    ((to, mail),) = server.taken
    assert (to, mail["To"], mail["From"]) == ("li@example.org", "li@example.org", settings.DEFAULT_FROM_EMAIL)
    assert (mail["Subject"], mail["X-Kind"], mail["Content-Language"]) == ("入驻申请", "test", "zh-CN")
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == text
    assert "<p>您好。</p>" in html.get_content()


def test_the_words_of_a_mail_are_forgotten_once_it_left(server: Server) -> None:
    write("li", text="Your code: 123456", html="<p>123456</p>")
    send_due()
    mail = OutboxMail.objects.get()
    assert mail.sent_at is not None
    assert (mail.text, mail.html, mail.last_error) == ("", "", "")


# ------------------------------------------------------------------ what goes wrong
def test_one_bad_mail_holds_up_no_other(server: Server) -> None:
    troubles = {"a": "refused", "b": "", "c": "later", "d": "hangs up", "e": "", "f": ""}
    for name, trouble in troubles.items():
        write(name)
        server.bad[f"{name}@example.org"] = trouble
    assert send_due() == 3
    assert server.receivers == [f"{name}@example.org" for name in "bef"]
    waiting = OutboxMail.objects.filter(sent_at=None)
    assert {mail.to[0] for mail in waiting} == set("acd")
    for mail in waiting:
        assert mail.attempts == 1
        assert mail.last_error
        assert mail.given_up_at is None
        assert mail.text == "Come and see.\n"
    assert "SMTPRecipientsRefused" in waiting.get(to="a@example.org").last_error
    assert "a@example.org" not in waiting.get(to="a@example.org").last_error

    server.bad.clear()
    assert send_due() == 0  # not at once again
    assert send_due(now=later(2)) == 3
    assert sorted(server.receivers) == sorted(f"{name}@example.org" for name in troubles)


def test_while_the_mail_server_is_down_nothing_is_lost_and_nobody_blamed(settings: Settings) -> None:
    for name in ("li", "wang", "zhao"):
        write(name)
    with mail_server(settings):
        pass  # its port is closed now
    assert send_due() == 0
    assert set(OutboxMail.objects.values_list("attempts", "sent_at")) == {(0, None)}
    assert all(mail.last_error for mail in outbox.troubled())
    assert outbox.troubled().count() == 3
    with mail_server(settings) as server:
        assert send_due() == 0  # a minute's rest
        assert send_due(now=later(1.1)) == 3
        assert len(server.taken) == 3
    assert outbox.troubled().count() == 0


def test_a_mail_whose_arrival_is_unknown_comes_again_under_the_same_id(server: Server) -> None:
    write("li")
    server.bad["li@example.org"] = "silent"
    assert send_due() == 0
    server.bad.clear()
    assert send_due(now=later(2)) == 1
    ids = [mail["Message-ID"] for _to, mail in server.taken]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_tries_grow_rarer_until_it_is_given_up(server: Server) -> None:
    mail = write("li")
    assert mail is not None
    server.bad["li@example.org"] = "later"
    begin, tries = mail.created_at, []
    now = begin
    while OutboxMail.objects.filter(given_up_at=None).exists():
        now = OutboxMail.objects.get().next_try_at
        tries.append((now - begin) / dt.timedelta(hours=1))
        send_due(now=now)
    assert [round(hours, 1) for hours in tries[:6]] == [0, 0, 0.1, 0.6, 2.6, 10.6]
    assert 5 * 24 <= tries[-1] < 6 * 24
    assert len(tries) == 11
    assert send_due(now=now + dt.timedelta(days=30)) == 0
    assert outbox.troubled().count() == 1

    server.bad.clear()
    assert outbox.try_again(OutboxMail.objects.all(), now=now) == 1
    assert send_due(now=now) == 1
    assert outbox.try_again(OutboxMail.objects.all(), now=now) == 0
    assert send_due(now=now) == 0
    assert server.receivers == ["li@example.org"]


def test_a_worker_that_dies_in_the_middle_loses_no_mail(server: Server) -> None:
    write("li")
    assert outbox.claim() is not None  # and then nothing more
    assert send_due(now=later(5)) == 0
    assert send_due(now=later(11)) == 1
    assert server.receivers == ["li@example.org"]


def test_what_has_no_user_or_lost_its_user_leaves_too(server: Server) -> None:
    user = make_user()
    write("li", user=user)
    user.delete()
    assert send_due() == 1


@pytest.mark.django_db(transaction=True)  # the worker closes its connection
def test_the_worker_sends_what_waits(server: Server) -> None:
    for number in range(25):
        write(f"p{number}")
    call_command("work", "--once")
    assert len(server.taken) == 25


def test_what_one_worker_claimed_no_other_claims() -> None:
    for name in ("li", "wang"):
        write(name)
    claimed = [outbox.claim() for _ in range(3)]
    assert [mail.to[:2] if mail else None for mail in claimed] == ["li", "wa", None]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time by itself")
def test_two_workers_never_send_one_mail_twice(server: Server) -> None:
    for number in range(12):
        write(f"p{number}")
    barrier = Barrier(3)

    def work(_number: int) -> int:
        try:
            barrier.wait()
            return send_due()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) == 12
    assert sorted(server.receivers) == sorted(f"p{number}@example.org" for number in range(12))


def test_without_a_mail_server_mails_are_files(settings: Settings, tmp_path: Any) -> None:
    settings.EMAIL_BACKEND, settings.VAR_DIR = "expo.mail_files.EmailBackend", tmp_path
    write("li")
    write("wang")
    assert send_due() == 2
    texts = [path.read_text() for path in sorted((tmp_path / "mails").glob("*.eml"))]
    assert ["To: li@example.org" in text for text in texts] == [True, False]
    assert all("Come and see." in text for text in texts)
