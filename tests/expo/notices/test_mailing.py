"""Notices by mail: bundled, when the person wants them, in the person's language, and stopped by one click."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail as mails
from django.test import Client
from pytest_django import Settings

from expo.mailing import last_digest, mail_digests, mail_notices, stop_token
from expo.models import Delivery, Notice, NoticeSetting, OutboxMail, User
from expo.notices import deliveries, mark_read, set_deliveries, stop_mails, tell
from expo.outbox import send_due
from tests.factories import at, make_user

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
NOON = at(20, "12:00")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def happen(user: User, kind: str = "test-answer", *, key: str = "one", when: dt.datetime = NOON, **data: Any) -> None:
    values = {"name_en": "Lake Lab", "name_zh": "湖泊实验室", "text": "yes & no", "days": 3, **data}
    tell(kind, [user], key=key, url="/my/", now=when, **values)


def minutes(count: float) -> dt.datetime:
    return NOON + count * MINUTE


# ------------------------------------------------------------------ when
def test_what_happens_together_comes_in_one_mail() -> None:
    user = make_user()
    happen(user, key="a")
    happen(user, key="b", when=minutes(0.5), text="later")
    assert mail_notices(now=minutes(0.9)) == 0
    assert mail_notices(now=minutes(1.1)) == 1
    mail = OutboxMail.objects.get()
    assert (mail.to, mail.user) == (user.email, user)
    assert "2 notices for you" in mail.subject
    assert "yes & no" in mail.text
    assert "later" in mail.text
    assert mail_notices(now=minutes(60)) == 0


def test_a_person_gets_at_most_one_mail_in_ten_minutes() -> None:
    user, other = make_user(), make_user()
    happen(user, key="a")
    assert mail_notices(now=minutes(2)) == 1
    happen(user, key="b", when=minutes(3))
    happen(user, key="c", when=minutes(8))
    happen(other, key="b", when=minutes(3))
    assert mail_notices(now=minutes(5)) == 1  # the other's
    assert mail_notices(now=minutes(11)) == 0
    assert mail_notices(now=minutes(12.1)) == 1
    assert OutboxMail.objects.filter(user=user).count() == 2


def test_the_digest_comes_at_eight_in_the_persons_own_time_zone() -> None:
    shanghai, berlin = make_user(), make_user(time_zone="Europe/Berlin")
    for user in (shanghai, berlin):
        happen(user, "test-news", when=at(20, "09:00"))
        happen(user, "test-news", key="two", when=at(20, "10:00"))
    assert mail_notices(now=at(20, "11:00")) == 0
    assert mail_digests(now=at(20, "13:59")) == 0  # 07:59 in Berlin
    assert mail_digests(now=at(20, "14:05")) == 1
    assert OutboxMail.objects.get().user == berlin
    assert mail_digests(now=at(21, "07:55")) == 0
    assert mail_digests(now=at(21, "08:01")) == 1
    assert mail_digests(now=at(22, "08:01")) == 0
    for mail in OutboxMail.objects.all():
        assert "2 notices for you" in mail.subject


@pytest.mark.parametrize(
    ("zone", "now", "last"),
    [
        ("Asia/Shanghai", at(20, "08:00"), at(20, "08:00")),
        ("Asia/Shanghai", at(20, "07:59"), at(19, "08:00")),
        ("Europe/Berlin", at(20, "14:00"), at(20, "14:00")),
        ("Pacific/Auckland", at(20, "03:00"), at(19, "04:00")),
    ],
)
def test_the_last_eight_o_clock(zone: str, now: dt.datetime, last: dt.datetime) -> None:
    assert last_digest(zone, now) == last


def test_a_kind_is_mailed_as_the_person_wants() -> None:
    user = make_user()
    set_deliveries(user, {"test-answer": "never", "test-news": "at_once", "test-quiet": "daily"})
    happen(user, "test-answer", key="a")
    happen(user, "test-news", key="b")
    happen(user, "test-quiet", key="c")
    assert mail_notices(now=minutes(2)) == 1
    assert "News of Lake Lab" in OutboxMail.objects.get().subject
    assert mail_digests(now=at(21, "08:01")) == 1
    assert "Something small" in OutboxMail.objects.latest("pk").subject
    set_deliveries(user, {"test-answer": "at_once"})
    assert mail_notices(now=at(22, "08:01")) == 0  # what was only for the inbox is not mailed afterwards


def test_what_was_read_is_not_mailed() -> None:
    user = make_user()
    happen(user, "test-answer", key="a")
    mark_read(Notice.objects.filter(user=user), now=NOON)
    assert mail_notices(now=minutes(2)) == 0
    assert not OutboxMail.objects.exists()


def test_closed_accounts_get_no_mail() -> None:
    user = make_user()
    happen(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert mail_notices(now=minutes(2)) == 0
    assert mail_digests(now=at(25, "12:00")) == 0


def test_an_address_that_is_none_holds_up_nobody() -> None:
    happen(make_user(email="root@nowhere"))
    happen(make_user())
    assert mail_notices(now=minutes(2)) == 1
    assert mail_notices(now=minutes(3)) == 0


def test_many_notices_make_no_endless_mail() -> None:
    user = make_user()
    for number in range(25):
        happen(user, key=f"n{number}")
    assert mail_notices(now=minutes(2)) == 1
    text = OutboxMail.objects.get().text
    assert text.count("answered") == 20
    assert "5 more notices are in your inbox." in text


def test_the_queries_of_a_run_do_not_grow_with_the_notices(django_assert_max_num_queries: Any) -> None:
    users = [make_user() for _ in range(3)]
    for user in users:
        for number in range(10):
            happen(user, key=f"n{number}")
    with django_assert_max_num_queries(6 + 3 * 9):
        assert mail_notices(now=minutes(2)) == 3


# ------------------------------------------------------------------ how it reads
@pytest.mark.parametrize(("language", "name"), [("en", "Lake Lab"), ("zh-hans", "湖泊实验室")])
def test_a_mail_speaks_the_persons_language(language: str, name: str, settings: Settings) -> None:
    user = make_user(language=language, time_zone="Europe/Berlin")
    happen(user)
    mail_notices(now=minutes(2))
    mail = OutboxMail.objects.get()
    assert mail.language == language
    assert name in mail.subject
    for body in (mail.text, mail.html):
        assert name in body
        assert f"{settings.SITE_URL}/{language}/my/" in body
        assert f"{settings.SITE_URL}/{language}/my/notices/settings/" in body
        assert "6:00" in body  # noon in Shanghai
        assert "Europe/Berlin" in body


def test_what_others_typed_is_text_in_a_mail() -> None:
    user = make_user()
    happen(user, name_en="<b>Lab\r\nBcc: x@example.org", text="<script>alert(1)</script>")
    assert mail_notices(now=minutes(2)) == 1
    send_due()
    (mail,) = mails.outbox
    assert "\n" not in mail.subject
    assert mail.recipients() == [user.email]
    html = str(mail.alternatives[0][0])
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<script>alert(1)</script>" in mail.body


def test_every_registered_kind_can_be_said_in_both_languages() -> None:
    from django.utils import translation

    from expo.notices import in_words
    from expo.registry import notice_kinds

    for kind in notice_kinds.values():
        names = set(re.findall(r"%\((\w+)\)([a-z])", f"{kind.words} {kind.body}"))
        data = {name: 7 if sign == "d" else "Lake Lab" for name, sign in names}
        for language in ("en", "zh-hans"):
            with translation.override(language):
                told = in_words(Notice(kind=kind.code, data=data, url="/my/"))
            assert told.words, kind.code
            assert "%(" not in told.words + told.body, kind.code
            assert told.url == f"/{language}/my/"


# ------------------------------------------------------------------ stopping
def test_one_click_stops_one_kind_without_signing_in(settings: Settings) -> None:
    user = make_user()
    happen(user)
    mail_notices(now=minutes(2))
    send_due()
    headers = mails.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = headers["List-Unsubscribe"].strip("<>")
    assert url.startswith(settings.SITE_URL)
    assert url in mails.outbox[0].body
    path = url.removeprefix(settings.SITE_URL)
    client = Client(enforce_csrf_checks=True)
    page = client.get(path)
    assert page.status_code == 200
    assert "Stop these mails" in page.content.decode()
    assert deliveries(user)["test-answer"] == Delivery.AT_ONCE  # a look stops nothing: programs follow links
    for _time in range(2):
        assert client.post(path, ONE_CLICK).status_code == 200
    assert deliveries(user)["test-answer"] == Delivery.NEVER
    assert deliveries(user)["test-news"] == Delivery.DAILY
    happen(user, key="more", when=minutes(30))
    assert mail_notices(now=minutes(40)) == 0
    assert not client.cookies.get(settings.SESSION_COOKIE_NAME)


def test_one_click_on_a_bundle_stops_all() -> None:
    user = make_user()
    happen(user, "test-answer", key="a")
    set_deliveries(user, {"test-news": "at_once"})
    happen(user, "test-news", key="c")
    mail_notices(now=minutes(2))
    url = OutboxMail.objects.get().headers["List-Unsubscribe"].strip("<>")
    assert Client().post("/" + url.split("/", 3)[3], ONE_CLICK).status_code == 200
    now_set = deliveries(user)
    assert {code: now_set[code] for code in ("test-answer", "test-news", "test-office")} == {
        "test-answer": "never", "test-news": "never", "test-office": "never",
    }  # fmt: skip
    happen(user, "test-news", key="d", when=minutes(30))
    assert mail_notices(now=minutes(40)) == 0


def test_a_person_may_choose_anew_after_stopping_all() -> None:
    user = make_user()
    stop_mails(user)
    set_deliveries(user, {"test-answer": "daily"})
    now_set = deliveries(user)
    assert (now_set["test-answer"], now_set["test-news"]) == ("daily", "never")
    set_deliveries(user, dict.fromkeys(now_set, "at_once"))
    assert set(deliveries(user).values()) == {"at_once"}


def test_only_our_own_links_stop_mails(client: Client) -> None:
    user, other = make_user(), make_user()
    token = stop_token(user, "test-answer")
    forged = stop_token(other, "test-answer").split(":")[0] + ":" + token.partition(":")[2]
    for bad in (token[:-1], token + "x", forged, "x", stop_token(user, "no-such-kind"), "%00", "a" * 3000):
        assert client.post(f"/en/notices/stop/{bad}/").status_code == 404
    user.delete()
    assert client.post(f"/en/notices/stop/{token}/").status_code == 404
    assert not NoticeSetting.objects.exists()
