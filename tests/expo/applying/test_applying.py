"""Applying: a draft needs nothing, handing in needs everything that is asked, and copying writes over nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from expo import registration
from expo.errors import DomainError
from expo.exhibiting import applying, questions
from expo.exhibiting.track import standing_of, track_of
from expo.models import Answer, Exhibitor, Notice, QuestionKind, StaleVersion, Transition, User
from tests.factories import (
    make_application,
    make_edition,
    make_exhibitor,
    make_member,
    make_organization,
    make_question,
    make_stand,
    make_user,
    make_zone,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Any:
    return make_organization(name_en="Anzhou Glass", name_zh="安州玻璃")


@pytest.fixture
def editor(house: Any) -> User:
    return make_member(house, "editor", name="An Ruoli", email="an@example.org")


def kinds_of(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


# ------------------------------------------------------------------ begin
def test_an_organization_applies_once_for_an_edition(house: Any, editor: User) -> None:
    edition = make_edition()
    exhibitor = applying.begin_application(house, edition=edition, by=editor)
    assert (exhibitor.state, exhibitor.contact_name, exhibitor.contact_email) == ("draft", "An Ruoli", "an@example.org")
    with pytest.raises(DomainError, match="already"):
        applying.begin_application(house, edition=edition, by=editor)
    assert Exhibitor.objects.count() == 1


def test_an_edition_takes_applications_until_its_last_day_is_over(house: Any, editor: User) -> None:
    edition = make_edition()
    edition.closes_on = dt.date(2025, 9, 28)
    edition.save()
    late = dt.datetime(2025, 9, 28, 15, 59, tzinfo=dt.UTC)  # one minute before midnight at the fair
    assert applying.editions_that_take(late) == [edition]
    assert applying.editions_that_take(late + dt.timedelta(minutes=2)) == []
    with pytest.raises(DomainError, match="no applications any more"):
        applying.begin_application(house, edition=edition, by=editor, now=late + dt.timedelta(minutes=2))


def test_an_edition_that_is_not_the_current_one_takes_none(house: Any, editor: User) -> None:
    with pytest.raises(DomainError):
        applying.begin_application(house, edition=make_edition(number=12), by=editor)


def test_what_a_sample_organization_begins_is_a_sample(editor: User) -> None:
    sample = make_organization(origin="sample")
    assert applying.begin_application(sample, edition=make_edition(), by=editor).is_sample


# ------------------------------------------------------------------ write
def test_a_draft_needs_nothing_and_takes_nothing_else(house: Any, editor: User) -> None:
    exhibitor = applying.begin_application(house, edition=make_edition(), by=editor)
    applying.save_draft(exhibitor, values={"claim_zh": "玻璃"}, version=exhibitor.version, by=editor)
    assert Exhibitor.objects.get().claim_zh == "玻璃"
    for foreign in ("state", "zone", "edition", "organization", "assigned_to", "origin", "host"):
        with pytest.raises(DomainError, match="not part of an application"):
            applying.save_draft(exhibitor, values={foreign: None}, version=exhibitor.version, by=editor)


def test_a_zone_of_another_edition_cannot_be_wished_for(house: Any, editor: User) -> None:
    exhibitor = make_application(organization=house)
    other = make_zone(edition=make_edition(number=12))
    with pytest.raises(DomainError) as refusal:
        applying.save_draft(exhibitor, values={"zone_wish": other}, version=exhibitor.version, by=editor)
    assert refusal.value.field == "zone_wish"


def test_of_two_who_write_a_draft_the_second_is_told(house: Any, editor: User) -> None:
    exhibitor = make_application(organization=house)
    read_at = exhibitor.version
    applying.save_draft(exhibitor, values={"claim_en": "First"}, version=read_at, by=editor)
    with pytest.raises(StaleVersion):
        applying.save_draft(exhibitor, values={"claim_en": "Second"}, version=read_at, by=editor)
    assert Exhibitor.objects.get().claim_en == "First"


def test_what_is_handed_in_is_no_longer_written(house: Any, editor: User) -> None:
    exhibitor = make_application(organization=house)
    applying.hand_in(exhibitor, by=editor)
    with pytest.raises(DomainError, match="submitted"):
        applying.save_draft(exhibitor, values={"claim_en": "Late"}, version=exhibitor.version, by=editor)
    with pytest.raises(DomainError, match="submitted"):
        applying.save_answers(exhibitor, values={})


# ------------------------------------------------------------------ hand in
def test_what_is_missing_is_said_in_words(house: Any, editor: User) -> None:
    exhibitor = applying.begin_application(house, edition=make_edition(), by=editor)
    make_question(label_en="How heavy is it?", is_required=True)
    with pytest.raises(DomainError) as refusal:
        applying.hand_in(exhibitor, by=editor)
    for words in ("in one sentence", "at your stand", "zone you wish", "area", "products", "How heavy is it?"):
        assert words in str(refusal.value)
    assert Exhibitor.objects.get().state == "draft"
    assert not Notice.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_language_is_enough(house: Any, editor: User, language: str) -> None:
    other = "zh" if language == "en" else "en"
    exhibitor = make_application(organization=house, **{f"claim_{other}": "", f"shows_{other}": ""})
    assert applying.missing(exhibitor) == []


def test_every_step_is_in_the_track_with_its_words_and_told(house: Any, editor: User, organizer: User) -> None:
    exhibitor = make_application(organization=house)
    applying.hand_in(exhibitor, by=editor)
    registration.give_back(exhibitor, by=organizer, reason="Name the voltage.")
    assert standing_of(exhibitor).reason == "Name the voltage."
    applying.hand_in(exhibitor, by=editor)
    zone = make_zone()
    registration.accept(exhibitor, by=organizer, zone=zone, stand=make_stand(zone=zone, number="07"))
    steps = [(step.words, step.who, step.reason) for step in track_of(exhibitor)]
    assert steps[-1] == ("Begun", "", "")
    assert ("Sent back to be mended", "the organizers", "Name the voltage.") in steps
    assert steps[0] == (f"Stand {zone.letter}07 given", "the organizers", "")
    assert ("Handed in", "An Ruoli", "") in steps
    assert kinds_of(editor) == [
        "application-submitted",
        "application-returned",
        "application-submitted",
        "application-accepted",
    ]
    told = Notice.objects.get(user=editor, kind="application-accepted")
    assert told.data["stand"] == f"{zone.letter}07"
    assert told.url == f"/work/{house.slug}/exhibiting/13/"


def test_members_who_only_read_are_not_told(house: Any, editor: User) -> None:
    reader = make_member(house, "member")
    applying.hand_in(make_application(organization=house), by=editor)
    assert kinds_of(reader) == []


def test_a_declined_application_is_final_for_its_edition(house: Any, editor: User, organizer: User) -> None:
    exhibitor = make_application(organization=house)
    applying.hand_in(exhibitor, by=editor)
    registration.decline(exhibitor, by=organizer, reason="The hall is full.")
    assert Notice.objects.get(user=editor, kind="application-declined").data["reason"] == "The hall is full."
    with pytest.raises(DomainError):
        applying.hand_in(exhibitor, by=editor)
    with pytest.raises(DomainError):
        applying.begin_application(house, edition=exhibitor.edition, by=editor)


def test_a_stand_taken_meanwhile_leaves_the_application_undecided(house: Any, editor: User, organizer: User) -> None:
    zone = make_zone()
    stand, faster = make_stand(zone=zone), make_exhibitor(zone=zone)
    exhibitor = make_application(organization=house, state="submitted")
    registration.accept(make_application(zone=zone, state="submitted"), by=organizer, stand=stand)
    with pytest.raises(DomainError, match="is given to"):
        registration.accept(exhibitor, by=organizer, zone=zone, stand=stand)
    stored = Exhibitor.objects.get(pk=exhibitor.pk)
    assert (stored.state, stored.zone, list(faster.stands.all())) == ("submitted", None, [])
    assert not Transition.objects.of(exhibitor).exists()
    assert kinds_of(editor) == []


# ------------------------------------------------------------------ who reviews
def reviewer(**words: Any) -> User:
    from django.contrib.auth.models import Group

    user = make_user(is_staff=True, **words)
    user.groups.add(Group.objects.get(name="exhibition_manager"))
    return user


def test_managers_hear_of_what_arrives_and_the_reviewer_of_what_comes_again(house: Any, editor: User) -> None:
    first, second = reviewer(), reviewer()
    exhibitor = make_application(organization=house)
    applying.hand_in(exhibitor, by=editor)
    assert kinds_of(first) == kinds_of(second) == ["application-arrived"]
    applying.assign(exhibitor, reviewer=first, by=second)
    assert kinds_of(first) == ["application-arrived", "application-in-hand"]
    registration.give_back(exhibitor, by=first, reason="More.")
    applying.hand_in(exhibitor, by=editor)
    assert kinds_of(first)[-1] == "application-in-hand"
    assert kinds_of(second) == ["application-arrived"]


def test_only_who_may_decide_is_given_an_application(house: Any, organizer: User) -> None:
    exhibitor = make_application(organization=house, state="submitted")
    with pytest.raises(DomainError, match="may not review"):
        applying.assign(exhibitor, reviewer=make_user(is_staff=True), by=organizer)
    applying.assign(exhibitor, reviewer=organizer, by=organizer)
    assert Exhibitor.objects.get().assigned_to == organizer
    assert kinds_of(organizer) == []  # who takes it needs no word of it
    applying.assign(exhibitor, reviewer=None, by=organizer)
    assert Exhibitor.objects.get().assigned_to is None


def test_a_draft_is_given_to_nobody(organizer: User) -> None:
    with pytest.raises(DomainError):
        applying.assign(make_application(), reviewer=organizer, by=organizer)


# ------------------------------------------------------------------ copy forward
def test_an_application_is_filled_from_an_earlier_edition(house: Any, editor: User) -> None:
    before = make_edition(number=12)
    old = make_application(
        organization=house, edition=before, state="accepted", zone=make_zone(edition=before, letter="C"),
        zone_wish=None, claim_en="Old claim", contact_phone="123",
    )  # fmt: skip
    asked_then = make_question(edition=before, kind=QuestionKind.SOME_OF, label_en="Which?", choices="a\nb\nc")
    Answer.objects.create(exhibitor=old, question=asked_then, value=["a", "c"])
    same = make_question(kind=QuestionKind.SOME_OF, label_en="Which? ", choices="a\nb")
    make_question(kind=QuestionKind.LINE, label_en="Which?")
    zone = make_zone(letter="C")
    exhibitor = applying.begin_application(house, edition=make_edition(), by=editor)
    applying.save_draft(exhibitor, values={"claim_zh": "新的"}, version=exhibitor.version, by=editor)
    applying.copy_forward(exhibitor, source=old, by=editor)
    stored = Exhibitor.objects.get(pk=exhibitor.pk)
    assert (stored.claim_en, stored.claim_zh, stored.zone_wish) == ("Old claim", "新的", zone)
    assert (stored.contact_phone, stored.contact_name, stored.state, stored.zone) == ("123", "An Ruoli", "draft", None)
    assert questions.answers_of(exhibitor) == {same.pk: ["a"]}
    assert applying.copy_forward(exhibitor, source=old, by=editor) == []


def test_nothing_is_copied_from_somebody_else_or_from_later(house: Any, editor: User) -> None:
    exhibitor = make_application(organization=house)
    stranger = make_application(edition=make_edition(number=12))
    later = make_application(organization=house, edition=make_edition(number=14))
    for source in (stranger, later, exhibitor):
        with pytest.raises(DomainError, match="earlier edition"):
            applying.copy_forward(exhibitor, source=source, by=editor)


def test_a_value_that_the_record_refuses_is_not_stored(house: Any, editor: User) -> None:
    exhibitor = make_application(organization=house)
    with pytest.raises(ValidationError):
        applying.save_draft(exhibitor, values={"contact_email": "no address"}, version=exhibitor.version, by=editor)
