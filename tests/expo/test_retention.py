"""What is kept how long: the written rules say it, and nothing goes before its time or without a rule."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.utils import timezone

from expo.masking import JsonLine, PlainLine, masked
from expo.models import (
    AuditEntry,
    Enquiry,
    Innovation,
    Notice,
    OutboxMail,
    PolicyRule,
    User,
    VisitItem,
    VisitList,
)
from expo.outbox import post
from expo.retention import KEPT, apply_retention
from tests.factories import make_innovation, make_organization, make_user

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def rule(key: str, days: Any) -> PolicyRule:
    values = {"valid_from": dt.date(2020, 1, 1), "source": "house rule", "unit": "days"}
    return PolicyRule.objects.create(key=f"retention.{key}", value=days, **values)


def ago(days: float) -> dt.datetime:
    return timezone.now() - days * DAY


def counts(**options: Any) -> dict[str, int]:
    found = {outcome.key.removeprefix("retention."): outcome.count for outcome in apply_retention(**options)}
    return {key: count for key, count in found.items() if count}


def an_enquiry(age: float, state: str = "answered") -> Enquiry:
    innovation = make_innovation()
    enquiry = Enquiry.objects.create(
        organization=make_organization(), content_type=ContentType.objects.get_for_model(Innovation),
        object_id=innovation.pk, about=str(innovation), name="Li", email="li@example.org", state=state,
    )  # fmt: skip
    Enquiry.objects.filter(pk=enquiry.pk).update(updated_at=ago(age))
    return enquiry


# ------------------------------------------------------------------ the rules
def test_the_fixture_has_a_rule_for_everything_that_is_kept() -> None:
    rows = json.loads(Path(settings.BASE_DIR, "fixtures", "policyrule.json").read_text())
    rules = {row["fields"]["key"]: row["fields"] for row in rows if row["fields"]["key"].startswith("retention.")}
    assert set(rules) == {keeping.key for keeping in KEPT}
    for fields in rules.values():
        assert (fields["source"], fields["unit"]) == ("house rule", "days")
    assert rules["retention.audit_days"]["value"] >= 365


def test_without_a_rule_nothing_goes() -> None:
    an_enquiry(5000)
    assert counts() == {}
    rule("enquiry_days", 30).delete()
    PolicyRule.objects.create(
        key="retention.enquiry_days", value=30, valid_from=dt.date(2020, 1, 1), valid_to=dt.date(2021, 1, 1), source="x"
    )
    assert counts() == {}


@pytest.mark.parametrize("value", ["30", 0, -5, True, 1.5, {}])
def test_a_rule_that_is_no_number_of_days_removes_nothing(value: Any) -> None:
    an_enquiry(5000)
    rule("enquiry_days", value)
    assert counts() == {}
    assert Enquiry.objects.count() == 1


# ------------------------------------------------------------------ each kind
def test_old_enquiries_go_but_none_that_waits() -> None:
    rule("enquiry_days", 100)
    old, young, waiting, spam = an_enquiry(101), an_enquiry(99), an_enquiry(500, "open"), an_enquiry(101, "spam")
    old.messages.create(from_sender=True, text="?", at=ago(101))
    assert counts(dry_run=True) == {"enquiry_days": 2}
    assert Enquiry.objects.count() == 4
    assert counts() == {"enquiry_days": 2}
    assert set(Enquiry.objects.all()) == {young, waiting}
    assert counts() == {}
    assert spam.pk is not None


def test_a_question_nobody_confirmed_goes_after_the_week_that_was_promised_without_any_rule() -> None:
    late, young, answered = an_enquiry(0, "unconfirmed"), an_enquiry(0, "unconfirmed"), an_enquiry(0)
    Enquiry.objects.filter(pk__in=[late.pk, answered.pk]).update(created_at=ago(7.1))
    Enquiry.objects.filter(pk=young.pk).update(created_at=ago(6.9))
    assert counts(dry_run=True) == {"enquiry.confirm_within": 1}
    assert Enquiry.objects.count() == 3
    assert counts() == {"enquiry.confirm_within": 1}
    assert set(Enquiry.objects.all()) == {young, answered}
    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.title, entry.changes) == ("deleted", "enquiries: 1", ["enquiry.confirm_within"])


def test_old_notices_and_mails_go() -> None:
    rule("notice_days", 30)
    rule("outbox_days", 30)
    user = make_user()
    for age in (31, 29):
        Notice.objects.create(user=user, kind="x", key=f"n{age}", at=ago(age))
    for age in (31, 29):
        for name in ("sent", "lost", "waits"):
            mail = post(key=f"{name}-{age}", to="li@example.org", subject="x", text="x", language="en")
            assert mail is not None
            done = {"sent": {"sent_at": ago(age)}, "lost": {"given_up_at": ago(age)}}.get(name, {})
            OutboxMail.objects.filter(pk=mail.pk).update(created_at=ago(age), **done)
    assert counts() == {"notice_days": 1, "outbox_days": 2}
    assert set(OutboxMail.objects.values_list("key", flat=True)) == {"sent-29", "lost-29", "waits-29", "waits-31"}


def test_visit_lists_of_strangers_go_once_nobody_marks_anything() -> None:
    rule("unowned_visit_list_days", 30)
    innovation = make_innovation()

    def a_list(age: float, *, last: float, user: User | None = None) -> VisitList:
        row = VisitList.objects.create(user=user)
        kind = ContentType.objects.get_for_model(innovation)
        item = VisitItem.objects.create(visit_list=row, content_type=kind, object_id=innovation.pk)
        VisitItem.objects.filter(pk=item.pk).update(added_at=ago(last))
        VisitList.objects.filter(pk=row.pk).update(updated_at=ago(age))
        return row

    kept = [a_list(40, last=5), a_list(5, last=40), a_list(40, last=40, user=make_user())]
    a_list(40, last=40)
    assert counts() == {"unowned_visit_list_days": 1}
    assert set(VisitList.objects.all()) == set(kept)


def test_accounts_never_confirmed_go_and_no_others() -> None:
    rule("unverified_account_days", 30)

    def an_account(age: float, *, verified: bool | None = False, **values: Any) -> User:
        user = make_user(date_joined=ago(age), **values)
        if verified is not None:
            EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
        return user

    kept = {
        an_account(29), an_account(31, verified=True), an_account(31, verified=None), an_account(31, is_staff=True),
        an_account(31, last_login=ago(20)),
    }  # fmt: skip
    gone = an_account(31)
    assert counts() == {"unverified_account_days": 1}
    assert not User.objects.filter(email=gone.email).exists()
    assert kept <= set(User.objects.all())


def test_the_audit_log_keeps_a_year_whatever_the_rule_says() -> None:
    rule("audit_days", 10)
    for age in (367, 364, 11):
        AuditEntry.objects.create(at=ago(age), act="added", title=f"of {age} days")
    assert counts() == {"audit_days": 1}
    assert not AuditEntry.objects.filter(title="of 367 days").exists()
    assert AuditEntry.objects.filter(title__startswith="of ").count() == 2


# ------------------------------------------------------------------ how it is told
def test_what_went_is_one_entry_of_the_log() -> None:
    rule("enquiry_days", 100)
    for _ in range(3):
        an_enquiry(200)
    last = AuditEntry.objects.latest("pk").pk
    apply_retention()
    (entry,) = AuditEntry.objects.filter(pk__gt=last)
    assert (entry.act, entry.title, entry.changes) == ("deleted", "enquiries: 3", ["retention.enquiry_days"])


def test_the_command_prints_what_goes() -> None:
    rule("enquiry_days", 100)
    an_enquiry(200)
    for words in (["--dry-run"], []):
        out = io.StringIO()
        call_command("apply_retention", *words, stdout=out)
        verb = "would go" if words else "gone"
        assert f"after  100 days: 1 {verb}" in out.getvalue()
        assert "retention.notice_days" in out.getvalue()
        assert "no rule in force: nothing goes" in out.getvalue()
    assert not Enquiry.objects.exists()


# ------------------------------------------------------------------ logs
@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Mail to li.ming+fair@mail.example.org failed", "Mail to ***@mail.example.org failed"),
        ("GET /en/visit/?email=li%40example.org&x=1", "***%40example.org&x=1"),
        ("Key (email)=(o'neill@example.org) exists", "(***@example.org)"),
        ("two: a@b.org, c@d.org", "two: ***@b.org, ***@d.org"),
        ("no address: @home, 3 @ 5, user@host", "no address: @home, 3 @ 5, user@host"),
    ],
)
def test_addresses_are_masked(text: str, safe: str) -> None:
    assert safe in masked(text)


@pytest.mark.parametrize("formatter", [PlainLine("{levelname} {message}", style="{"), JsonLine("{message}", style="{")])
def test_no_log_line_holds_an_address(formatter: logging.Formatter) -> None:
    record = logging.LogRecord("expo", logging.INFO, __file__, 1, "Sent to %s", ("li@example.org",), None)
    record.who = "wang@example.org"
    try:
        raise ValueError("zhao@example.org")
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)
    line = formatter.format(record)
    assert "***@example.org" in line
    assert not {"li@", "wang@", "zhao@"} & {name for name in ("li@", "wang@", "zhao@") if name in line}


def test_the_program_logs_through_these_lines() -> None:
    for name in ("plain", "json"):
        assert settings.LOGGING["formatters"][name]["()"].startswith("expo.masking.")
