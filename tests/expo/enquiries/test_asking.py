"""Asking and answering: who is heard at once, what the organization sees, and how long it has."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from expo import enquiries, enquiry_limits
from expo.enquiries import answer, ask, close, confirm, due, hand_over, mark_spam, reopen, share_contact, write_again
from expo.enquiry_counts import counts_by_organization, received_by_nobody
from expo.errors import DomainError
from expo.models import Enquiry, EnquiryState, Holding, Notice, Organization, OutboxMail, PolicyRule, Transition, User
from expo.people.by_address import forget_enquiries
from tests.factories import (
    SHANGHAI,
    make_edition,
    make_enquiry,
    make_exhibitor,
    make_innovation,
    make_instrument,
    make_member,
    make_organization,
    make_person,
    make_product,
    make_user,
)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 4, 15, 0, tzinfo=SHANGHAI)  # a Wednesday
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def asked(record: Any, **words: Any) -> Enquiry:
    values = {"text": "How strong is it?", "name": "Li Na", "email": "li@else.example", "language": "en", "now": NOW}
    return ask(record, **{**values, **words})


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


# ------------------------------------------------------------------ who answers
def test_a_question_goes_to_who_exhibits_sells_or_lends() -> None:
    for record in (make_exhibitor(), make_product(), make_instrument()):
        assert asked(record).organization == record.organization


def test_a_question_about_an_innovation_goes_to_its_first_holder() -> None:
    maker, second, first = (make_organization() for _n in range(3))
    innovation = make_innovation(organizations=[maker, second, first])
    places = ((maker, 0, "manufacturer"), (second, 2, "holder"), (first, 1, "holder"))
    for organization, position, role in places:
        Holding.objects.filter(innovation=innovation, organization=organization).update(position=position, role=role)
    assert asked(innovation).organization == first


@pytest.mark.parametrize(
    "make",
    [
        lambda: make_exhibitor(state="submitted", zone=None),
        lambda: make_product(state="draft"),
        lambda: make_innovation(state="paused"),
        lambda: make_instrument(external_open=False),
        lambda: make_exhibitor(edition=make_edition(number=12)),
        make_organization,
    ],
)
def test_nobody_asks_about_what_is_not_shown(make: Any) -> None:
    make_edition()
    record = make()
    with pytest.raises(DomainError, match="not shown"):
        asked(record)
    assert not Enquiry.objects.exists()


# ------------------------------------------------------------------ who is heard
def test_a_person_with_a_confirmed_address_is_heard_at_once(organization: Organization, editor: User) -> None:
    person = make_person(email="li@else.example")
    enquiry = asked(make_exhibitor(organization=organization), sender=person, email="LI@else.example")
    assert (enquiry.state, enquiry.sender, enquiry.confirmed_at) == (EnquiryState.OPEN, person, NOW)
    assert told(editor) == ["enquiry-received"]
    assert not OutboxMail.objects.exists()


def test_a_stranger_is_heard_after_the_link_of_the_mail_was_confirmed(organization: Organization, editor: User) -> None:
    enquiry = asked(make_exhibitor(organization=organization))
    assert enquiry.state == EnquiryState.UNCONFIRMED
    assert told(editor) == []
    assert not Enquiry.objects.visible_to(editor).exists()
    mail = OutboxMail.objects.get()
    assert (mail.to, mail.user) == ("li@else.example", None)
    assert enquiry.token in mail.text
    assert "How strong" not in mail.text + mail.html
    assert "Li Na" not in mail.text + mail.html
    confirm(enquiry, now=NOW + HOUR)
    assert told(editor) == ["enquiry-received"]
    assert list(Enquiry.objects.visible_to(editor)) == [enquiry]


def test_confirming_twice_hands_over_once(organization: Organization, editor: User) -> None:
    enquiry = asked(make_exhibitor(organization=organization))
    first = confirm(enquiry, now=NOW)
    again = confirm(enquiry, now=NOW + DAY)
    assert again.confirmed_at == first.confirmed_at == NOW
    assert told(editor) == ["enquiry-received"]


@pytest.mark.parametrize("is_mine", [True, False])
def test_an_account_with_another_or_unconfirmed_address_is_a_stranger(is_mine: bool) -> None:
    person = make_user(email="li@else.example") if is_mine else make_person(email="other@else.example")
    enquiry = asked(make_exhibitor(), sender=person)
    assert (enquiry.state, enquiry.sender) == (EnquiryState.UNCONFIRMED, None)


def test_who_confirms_and_has_an_account_finds_the_question_there() -> None:
    person = make_person(email="li@else.example")
    assert confirm(asked(make_exhibitor()), now=NOW).sender == person


def test_a_link_is_good_for_a_week_and_then_the_question_goes() -> None:
    enquiry = asked(make_exhibitor())
    Enquiry.objects.update(created_at=NOW)
    assert not Enquiry.objects.never_confirmed(NOW + 7 * DAY).exists()
    late = NOW + 7 * DAY + HOUR
    with pytest.raises(DomainError, match="out of date"):
        confirm(enquiry, now=late)
    assert list(Enquiry.objects.never_confirmed(late)) == [enquiry]


def test_a_confirmed_question_is_never_taken_for_a_forgotten_one() -> None:
    make_enquiry()
    assert not Enquiry.objects.never_confirmed(NOW + 3650 * DAY).exists()


# ------------------------------------------------------------------ the clock
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-02", "2026-11-05"),
        ("2026-11-04", "2026-11-09"),
        ("2026-11-06", "2026-11-11"),
        ("2026-11-07", "2026-11-11"),
    ],
)
def test_an_answer_is_due_after_three_working_days(start: str, end: str) -> None:
    begins, ends = (dt.datetime.fromisoformat(f"{day}T10:30+08:00") for day in (start, end))
    assert due(begins) == ends


def test_the_rule_of_the_house_sets_the_days_and_a_broken_one_does_not() -> None:
    rule = PolicyRule.objects.create(
        key="enquiry.answer_days", value=1, valid_from=dt.date(2026, 1, 1), source="house rule"
    )
    assert due(NOW) == NOW + DAY
    for broken in ("soon", 0, -3, 4000, [3]):
        PolicyRule.objects.filter(pk=rule.pk).update(value=broken)
        assert due(NOW) == NOW + 5 * DAY  # over a weekend


def test_what_waits_too_long_is_overdue() -> None:
    enquiry = make_enquiry(now=NOW)
    assert not Enquiry.objects.overdue(NOW + 5 * DAY - HOUR).exists()
    assert list(Enquiry.objects.overdue(NOW + 5 * DAY + HOUR)) == [enquiry]


# ------------------------------------------------------------------ answering
def test_an_answer_reaches_an_account_in_its_inbox(organization: Organization, editor: User) -> None:
    person = make_person()
    enquiry = make_enquiry(record=make_exhibitor(organization=organization), sender=person)
    done = answer(enquiry, text="Two tesla.", by=editor, now=NOW)
    assert (done.state, done.answered_at, done.due_at) == (EnquiryState.ANSWERED, NOW, None)
    assert told(person) == ["enquiry-answered"]


def test_an_answer_reaches_a_stranger_by_mail_with_the_link(organization: Organization, editor: User) -> None:
    enquiry = make_enquiry(record=make_exhibitor(organization=organization))
    answer(enquiry, text="Two tesla.", by=editor)
    mail = OutboxMail.objects.first()
    assert mail is not None
    assert mail.to == enquiry.email
    assert f"/en/enquiries/thread/{enquiry.token}/" in mail.text
    assert "Two tesla" not in mail.text


def test_nobody_is_written_to_who_has_left(organization: Organization, editor: User) -> None:
    person = make_person()
    enquiry = make_enquiry(record=make_exhibitor(organization=organization), sender=person, text="Is it mine?")
    forget_enquiries(person)
    enquiry.refresh_from_db()
    assert (enquiry.name, enquiry.sender) == ("", None)
    answer(enquiry, text="Two tesla.", by=editor)
    assert not OutboxMail.objects.exists()


def test_the_mail_speaks_the_senders_language(editor: User, organization: Organization) -> None:
    record = make_exhibitor(organization=organization)
    enquiry = make_enquiry(record=record, language="zh-hans")
    answer(enquiry, text="Two tesla.", by=editor)
    assert all("/zh-hans/enquiries/" in mail.text and "磁体厂" in mail.text for mail in OutboxMail.objects.all())


def test_who_answers_has_read_what_came_meanwhile(organization: Organization, editor: User) -> None:
    enquiry = make_enquiry(record=make_exhibitor(organization=organization))
    seen = enquiry.messages.get().pk
    answer(enquiry, text="Two tesla.", by=editor, after=seen)
    colleague = make_member(organization, "owner")
    with pytest.raises(DomainError, match="meanwhile"):
        answer(enquiry, text="Three tesla.", by=colleague, after=seen)
    assert enquiry.messages.count() == 2


def test_an_answered_question_waits_again_when_the_sender_writes(organization: Organization, editor: User) -> None:
    enquiry = make_enquiry(record=make_exhibitor(organization=organization))
    answer(enquiry, text="Two tesla.", by=editor, now=NOW)
    again = write_again(enquiry, text="And how heavy?", now=NOW + DAY)
    assert again.state == EnquiryState.OPEN
    assert again.due_at == due(NOW + DAY)
    assert told(editor) == ["enquiry-received", "enquiry-again"]
    assert answer(again, text="Two tonnes.", by=editor).answered_at == NOW


def test_a_colleague_has_it_in_hand_and_is_the_one_who_hears(organization: Organization, editor: User) -> None:
    colleague = make_member(organization, "editor")
    enquiry = make_enquiry(record=make_exhibitor(organization=organization))
    hand_over(enquiry, to=colleague, by=editor)
    write_again(enquiry, text="And how heavy?")
    assert told(colleague) == ["enquiry-received", "enquiry-handed", "enquiry-again"]
    assert told(editor) == ["enquiry-received"]


def test_a_question_is_handed_only_to_who_may_answer(organization: Organization, editor: User) -> None:
    enquiry = make_enquiry(record=make_exhibitor(organization=organization))
    strangers = [
        make_member(organization, "member"),
        make_member(make_organization(), "owner"),
        make_user(),
        make_member(organization, "editor", is_active=False),
    ]
    for stranger in strangers:
        with pytest.raises(DomainError, match="Choose a colleague"):
            hand_over(enquiry, to=stranger, by=editor)
        assert told(stranger) == []


def test_when_who_had_it_in_hand_leaves_all_hear_again(organization: Organization, editor: User) -> None:
    colleague = make_member(organization, "editor")
    enquiry = make_enquiry(record=make_exhibitor(organization=organization))
    hand_over(enquiry, to=colleague, by=editor)
    colleague.memberships.all().delete()
    write_again(enquiry, text="And how heavy?")
    assert told(editor)[-1] == "enquiry-again"
    assert "enquiry-again" not in told(colleague)


def test_closing_without_an_answer_is_told_and_spam_is_not(organization: Organization, editor: User) -> None:
    person, record = make_person(), make_exhibitor(organization=organization)
    closed, spam = (make_enquiry(record=record, sender=person) for _n in range(2))
    close(closed, by=editor)
    mark_spam(spam, by=editor)
    assert told(person) == ["enquiry-closed"]
    with pytest.raises(DomainError, match="Nothing can be added"):
        write_again(spam, text="Please!")
    assert reopen(spam, by=editor).state == EnquiryState.OPEN


def test_a_closed_question_is_answered_only_after_it_was_opened(organization: Organization, editor: User) -> None:
    enquiry = make_enquiry(record=make_exhibitor(organization=organization))
    close(enquiry, by=editor)
    with pytest.raises(DomainError, match="closed"):
        answer(enquiry, text="Two tesla.", by=editor)
    with pytest.raises(DomainError, match="cannot become"):
        close(enquiry, by=editor)
    assert answer(reopen(enquiry, by=editor), text="Two tesla.", by=editor).state == EnquiryState.ANSWERED


def test_every_move_leaves_a_transition_without_the_words(organization: Organization, editor: User) -> None:
    enquiry = make_enquiry(record=make_exhibitor(organization=organization), text="Is it secret?")
    answer(enquiry, text="No.", by=editor)
    rows = Transition.objects.of(enquiry).order_by("pk")
    assert [(row.from_state, row.to_state) for row in rows] == [
        ("", "unconfirmed"), ("unconfirmed", "open"), ("open", "answered"),
    ]  # fmt: skip
    assert not any("secret" in f"{row.title} {row.reason} {row.evidence}" for row in rows)


# ------------------------------------------------------------------ contact
def test_contact_data_are_shown_only_while_the_sender_agrees() -> None:
    enquiry = make_enquiry(phone="+86 1", company="Li & Co")
    assert enquiries.shared_contact(enquiry) is None
    shown = enquiries.shared_contact(share_contact(enquiry, True))
    assert shown is not None
    assert (shown.email, shown.phone, shown.company) == (enquiry.email, "+86 1", "Li & Co")
    assert enquiries.shared_contact(share_contact(enquiry, False)) is None


# ------------------------------------------------------------------ against spam
def test_the_same_words_twice_are_refused_kindly() -> None:
    record = make_exhibitor()
    asked(record)
    with pytest.raises(DomainError, match="already"):
        asked(record, email="LI@else.example", text=" How strong is it? ")
    asked(make_exhibitor())  # another organization has not heard them
    asked(record, email="other@else.example")


def test_a_sender_asks_a_handful_of_times_an_hour_and_a_day() -> None:
    person = make_person()

    def send(at: dt.datetime, count: int) -> None:
        for _n in range(count):
            asked(make_exhibitor(), sender=person, email=person.email, now=at)

    (hour, an_hour), (_day, a_day) = enquiry_limits.OF_SENDER
    send(NOW, an_hour)
    with pytest.raises(DomainError, match="a lot in a short time"):
        send(NOW + HOUR / 2, 1)
    send(NOW + hour + HOUR, an_hour)
    send(NOW + 2 * hour + 2 * HOUR, a_day - 2 * an_hour)
    with pytest.raises(DomainError, match="a lot in a short time"):
        send(NOW + 8 * HOUR, 1)
    send(NOW + 2 * DAY, 1)


def test_nobodys_mailbox_is_filled_with_links() -> None:
    for _n in range(3):
        asked(make_exhibitor())
    with pytest.raises(DomainError, match="wait to be confirmed"):
        asked(make_exhibitor())
    assert OutboxMail.objects.count() == 3


def test_strangers_cannot_flood_an_organization_and_known_people_reach_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(enquiry_limits, "OF_STRANGERS", ((HOUR, 3),))
    record = make_exhibitor()
    for n in range(3):
        asked(record, email=f"bot{n}@else.example", text=f"Buy {n}")
    with pytest.raises(DomainError, match="more questions than it can read"):
        asked(record, email="bot4@else.example", text="Buy 4")
    person = make_person()
    assert asked(record, sender=person, email=person.email).state == EnquiryState.OPEN


def test_a_network_address_is_counted_without_being_kept() -> None:
    where = enquiry_limits.hashed("203.0.113.9")
    assert "203.0.113" not in where
    (_hour, most), _day = enquiry_limits.OF_ADDRESS
    for n in range(most):
        asked(make_exhibitor(), email=f"n{n}@else.example", address_hash=where)
    with pytest.raises(DomainError, match="your network"):
        asked(make_exhibitor(), email="last@else.example", address_hash=where)
    asked(make_exhibitor(), email="last@else.example", address_hash=enquiry_limits.hashed("203.0.113.10"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write your message"), ("  \n\x00 ", "Write your message"), ("x" * 5001, "at most 5000"),
        ("https://a.example http://b.example www.c.example", "at most 2 links"),
    ],
)  # fmt: skip
def test_words_that_are_none_too_many_or_advertising_are_refused(text: str, words: str) -> None:
    with pytest.raises(DomainError, match=words) as refusal:
        asked(make_exhibitor(), text=text)
    assert refusal.value.field == "text"
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("email", ["", "no", "a@b", "a@b.example\nBcc: c@d.example", "a@b.example, c@d.example"])
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(DomainError, match="no e-mail address") as refusal:
        asked(make_exhibitor(), email=email)
    assert refusal.value.field == "email"


def test_a_title_with_line_breaks_gives_a_mail_no_other_receiver(organization: Organization, editor: User) -> None:
    product = make_product(organization=organization, title_en="Magnet\r\nBcc: all@else.example\u2028x")
    enquiry = make_enquiry(record=product)
    answer(enquiry, text="Two tesla.", by=editor)
    for mail in OutboxMail.objects.all():
        assert mail.to == enquiry.email
        assert "\n" not in mail.subject
        assert "\r" not in mail.subject


# ------------------------------------------------------------------ nobody there, and figures
def test_a_question_that_nobody_can_read_is_kept_and_counted(organization: Organization) -> None:
    make_member(organization, "member")
    make_member(organization, "editor", is_active=False)
    make_enquiry(record=make_exhibitor(organization=organization))
    assert received_by_nobody() == 1
    make_member(organization, "owner")
    assert received_by_nobody() == 0


def test_figures_by_organization_count_no_spam_and_none_unconfirmed(organization: Organization, editor: User) -> None:
    record = make_exhibitor(organization=organization)
    for hours in (1, 3, 8):
        answer(make_enquiry(record=record, now=NOW), text="Yes.", by=editor, now=NOW + hours * HOUR)
    make_enquiry(record=record, now=NOW)
    make_enquiry(record=record, now=NOW + 20 * DAY)
    mark_spam(make_enquiry(record=record), by=editor)
    asked(record)
    row = next(iter(counts_by_organization(now=NOW + 20 * DAY)))
    assert (row.organization, row.received, row.waiting, row.overdue, row.answered) == (organization, 5, 2, 1, 3)
    assert (row.median, row.nobody) == (3 * HOUR, 0)
