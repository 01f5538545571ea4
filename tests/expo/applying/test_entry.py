"""The entry of an accepted exhibitor: texts wait for approval, the rest is stored at once, locked fields stay."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from expo import saving
from expo.errors import DomainError
from expo.exhibiting import applying, entry, questions
from expo.exhibiting.track import track_of
from expo.models import Exhibitor, FieldLock, Revision, StaleVersion, User
from tests.factories import make_application, make_exhibitor, make_member, make_question

pytestmark = pytest.mark.django_db


@pytest.fixture
def exhibitor() -> Exhibitor:
    return make_exhibitor(claim_en="Old claim")


@pytest.fixture
def editor(exhibitor: Exhibitor) -> User:
    return make_member(exhibitor.organization, "editor", name="An Ruoli")


def change(exhibitor: Exhibitor, by: User, **values: Any) -> Revision | None:
    waiting = entry.mark_of(entry.waiting_change(exhibitor))
    return entry.change_entry(exhibitor, values=values, version=exhibitor.version, waiting=waiting, by=by)


def test_the_public_reads_the_old_text_until_the_new_one_is_approved(
    exhibitor: Exhibitor, editor: User, organizer: User
) -> None:
    revision = change(exhibitor, editor, claim_en="New claim", contact_phone="123")
    assert revision is not None
    stored = Exhibitor.objects.get()
    assert (stored.claim_en, stored.contact_phone) == ("Old claim", "123")
    saving.approve(revision, by=organizer)
    assert Exhibitor.objects.get().claim_en == "New claim"
    assert track_of(exhibitor)[0].words == "Change of your entry approved"


def test_what_concerns_the_organizers_alone_needs_no_approval(exhibitor: Exhibitor, editor: User) -> None:
    assert change(exhibitor, editor, products_planned="Three magnets") is None
    assert Exhibitor.objects.get().products_planned == "Three magnets"


def test_a_newer_change_joins_the_one_that_waits(exhibitor: Exhibitor, editor: User, organizer: User) -> None:
    change(exhibitor, editor, claim_en="Second")
    newer = change(exhibitor, editor, shows_en="More")
    assert newer is not None
    assert newer.data == {"claim_en": "Second", "shows_en": "More"}
    assert Revision.objects.filter(state="proposed").get() == newer
    saving.approve(newer, by=organizer)
    stored = Exhibitor.objects.get()
    assert (stored.claim_en, stored.shows_en) == ("Second", "More")


def test_a_telephone_number_stored_meanwhile_does_not_spoil_what_waits(
    exhibitor: Exhibitor, editor: User, organizer: User
) -> None:
    waits = change(exhibitor, editor, claim_en="New claim")
    assert change(exhibitor, editor, contact_phone="123") == waits
    saving.approve(entry.waiting_change(exhibitor), by=organizer)  # type: ignore[arg-type]
    stored = Exhibitor.objects.get()
    assert (stored.claim_en, stored.contact_phone) == ("New claim", "123")


def test_a_change_back_to_the_public_text_leaves_nothing_waiting(exhibitor: Exhibitor, editor: User) -> None:
    change(exhibitor, editor, claim_en="New claim")
    assert change(exhibitor, editor, claim_en="Old claim") is None
    assert entry.waiting_change(exhibitor) is None


def test_the_second_of_two_changes_is_told(exhibitor: Exhibitor, editor: User) -> None:
    change(exhibitor, editor, claim_en="First")
    mark = entry.mark_of(entry.waiting_change(exhibitor))
    for version, waiting in ((exhibitor.version, ""), (exhibitor.version - 1, mark)):
        with pytest.raises(StaleVersion):
            entry.change_entry(exhibitor, values={"claim_en": "Second"}, version=version, waiting=waiting, by=editor)
    assert entry.waiting_change(exhibitor).data == {"claim_en": "First"}  # type: ignore[union-attr]


def test_a_locked_field_is_refused_with_its_reason_and_nothing_is_stored(exhibitor: Exhibitor, editor: User) -> None:
    FieldLock.objects.create(edition=exhibitor.edition, field="area_wanted", reason_en="The stands are built.")
    FieldLock.objects.create(edition=exhibitor.edition, field="claim_en", reason_en="The catalog is printed.")
    for values in ({"area_wanted": 99, "contact_phone": "1"}, {"claim_en": "New", "contact_phone": "1"}):
        with pytest.raises(DomainError, match=r"The stands are built|The catalog is printed"):
            change(exhibitor, editor, **values)
    assert Exhibitor.objects.get().contact_phone == ""
    assert change(exhibitor, editor, claim_en="Old claim", contact_phone="1") is None  # as it is: no change


def test_only_fields_of_the_entry_are_written(exhibitor: Exhibitor, editor: User) -> None:
    for foreign in ("state", "zone", "zone_wish", "organization", "assigned_to", "host"):
        with pytest.raises(DomainError, match="not part of your entry"):
            change(exhibitor, editor, **{foreign: None})


def test_an_entry_keeps_its_sentence(exhibitor: Exhibitor, editor: User) -> None:
    with pytest.raises(ValidationError):
        change(exhibitor, editor, claim_en="", claim_zh="")


def test_who_is_not_accepted_has_no_entry_to_change(editor: User) -> None:
    with pytest.raises(DomainError):
        change(make_application(), editor, claim_en="New")


def test_answers_are_mended_after_acceptance_unless_they_are_locked(exhibitor: Exhibitor) -> None:
    question = make_question()
    entry.change_answers(exhibitor, values={question.pk: "One"})
    with pytest.raises(DomainError):
        applying.save_answers(exhibitor, values={question.pk: "Two"})
    FieldLock.objects.create(edition=exhibitor.edition, field="answers", reason_en="The orders are placed.")
    with pytest.raises(DomainError, match="orders are placed"):
        entry.change_answers(exhibitor, values={question.pk: "Two"})
    assert questions.answers_of(exhibitor) == {question.pk: "One"}
