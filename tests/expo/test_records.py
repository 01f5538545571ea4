"""The three records, and the version that is checked on every save."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from expo import saving
from expo.errors import DomainError
from expo.models import Innovation, Organization, PolicyRule, Revision, StaleVersion, Transition, User
from expo.publication import pause_innovation, publish_innovation
from tests.factories import make_innovation, make_organization, make_product

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ versions
def test_saving_raises_the_version() -> None:
    organization = make_organization()
    organization.name_en = "Other"
    organization.save()
    organization.refresh_from_db()
    assert (organization.version, organization.name_en) == (2, "Other")


def test_the_second_of_two_editors_is_told_and_overwrites_nothing() -> None:
    first = make_organization()
    second = Organization.objects.get(pk=first.pk)
    first.name_en = "First"
    first.save()
    second.name_en = "Second"
    with pytest.raises(StaleVersion) as refusal:
        second.save()
    assert "Nothing of theirs or yours is lost" in str(refusal.value)
    assert second.version == 1
    assert Organization.objects.get(pk=first.pk).name_en == "First"


def test_a_save_of_some_fields_raises_the_version_too() -> None:
    organization = make_organization()
    organization.about_en = "New"
    organization.save(update_fields=["about_en"])
    assert Organization.objects.get(pk=organization.pk).version == 2


def test_a_failed_save_leaves_the_version_as_it_was() -> None:
    organization = make_organization()
    organization.name_en = organization.name_zh = ""
    with pytest.raises(IntegrityError), transaction.atomic():
        organization.save()
    assert organization.version == 1


def test_a_state_is_never_typed_in(organizer: User) -> None:
    product = make_product(state="draft")
    product.state = "published"
    with pytest.raises(DomainError) as refusal:
        saving.save_record(product, by=organizer)
    assert refusal.value.field == "state"


def test_what_is_saved_is_checked_and_signed(organizer: User) -> None:
    organization = make_organization()
    organization.about_en = "Makes magnets."
    saving.save_record(organization, by=organizer)
    assert organization.history.first().history_user == organizer
    organization.country, organization.region = "DE", "CN-SC"
    with pytest.raises(ValidationError):
        saving.save_record(organization, by=organizer)


def test_a_new_record_starts_in_its_first_state(organizer: User) -> None:
    innovation = saving.save_record(Innovation(slug="new", title_en="New"), by=organizer)
    assert innovation.state == "draft"
    with pytest.raises(DomainError):
        saving.save_record(Innovation(slug="newer", title_en="Newer", state="published"), by=organizer)


# ------------------------------------------------------------------ transitions
def test_every_move_leaves_a_transition(organizer: User) -> None:
    innovation = make_innovation()
    pause_innovation(innovation, by=organizer)
    publish_innovation(innovation, by=organizer)
    moves = [(t.from_state, t.to_state, t.by) for t in Transition.objects.of(innovation)]
    assert moves == [("paused", "published", organizer), ("published", "paused", organizer)]


def test_a_transition_is_never_changed(organizer: User) -> None:
    pause_innovation(make_innovation(), by=organizer)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Transition.objects.update(reason="I was never here")


def test_a_transition_is_never_deleted_unless_it_was_a_samples(organizer: User) -> None:
    pause_innovation(make_innovation(origin="sample"), by=organizer)
    Transition.objects.all().delete()
    pause_innovation(make_innovation(), by=organizer)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Transition.objects.all().delete()


def test_somebody_who_moved_something_cannot_be_erased(organizer: User) -> None:
    pause_innovation(make_innovation(), by=organizer)
    with pytest.raises(IntegrityError):
        organizer.delete()


# ------------------------------------------------------------------ revisions
def propose(innovation: Innovation, by: User, **data: Any) -> Revision:
    return saving.propose(innovation, data=data, by=by)


def test_the_public_reads_the_old_text_until_a_revision_is_approved(visitor: User, organizer: User) -> None:
    innovation = make_innovation(claim_en="Old")
    revision = propose(innovation, visitor, claim_en="New")
    assert Innovation.objects.get().claim_en == "Old"
    saving.approve(revision, by=organizer)
    assert Innovation.objects.get().claim_en == "New"
    assert Transition.objects.of(revision).get().to_state == "approved"


def test_a_revision_of_a_row_changed_meanwhile_is_not_applied(visitor: User, organizer: User) -> None:
    innovation = make_innovation(claim_en="Old")
    revision = propose(innovation, visitor, claim_en="New")
    innovation.uses_en = "Motors"
    innovation.save()
    with pytest.raises(StaleVersion):
        saving.approve(revision, by=organizer)
    revision.refresh_from_db()
    assert (revision.state, Innovation.objects.get().claim_en) == ("proposed", "Old")


def test_a_revision_is_given_back_with_words_only(visitor: User, organizer: User) -> None:
    revision = propose(make_innovation(), visitor, claim_en="New")
    with pytest.raises(DomainError):
        saving.give_back(revision, by=organizer, reason=" ")
    saving.give_back(revision, by=organizer, reason="Say by how much.")
    with pytest.raises(DomainError, match="decided already"):
        saving.approve(revision, by=organizer)


def test_one_change_of_a_record_waits_at_a_time(visitor: User) -> None:
    innovation = make_innovation()
    propose(innovation, visitor, claim_en="One")
    with pytest.raises(ValidationError):
        propose(innovation, visitor, claim_en="Two")


@pytest.mark.parametrize("field", ["state", "version", "origin", "slug", "position", "is_landmark", "nonsense"])
def test_a_revision_cannot_reach_what_organizers_decide(field: str, visitor: User) -> None:
    with pytest.raises(DomainError, match=field):
        propose(make_innovation(), visitor, **{field: "published"})


# ------------------------------------------------------------------ policy rules
def rule(**values: Any) -> PolicyRule:
    return PolicyRule(
        **{"key": "notice.min_days", "value": 15, "valid_from": dt.date(2016, 1, 1), "source": "test", **values}
    )


def test_a_policy_rule_holds_in_its_time_only() -> None:
    rule(valid_to=dt.date(2025, 12, 31)).save()
    rule(valid_from=dt.date(2026, 1, 1), value=20).save()
    values = [PolicyRule.objects.value("notice.min_days", dt.date(year, 6, 1)) for year in (2015, 2020, 2026)]
    assert values == [None, 15, 20]


def test_two_policy_rules_of_one_key_cannot_hold_at_once() -> None:
    rule().save()
    with pytest.raises(ValidationError) as refusal:
        rule(valid_from=dt.date(2020, 1, 1)).full_clean()
    assert "valid_from" in refusal.value.message_dict
    rule(valid_from=dt.date(2010, 1, 1), valid_to=dt.date(2015, 12, 31)).full_clean()


def test_a_policy_rule_cannot_end_before_it_begins() -> None:
    with pytest.raises(IntegrityError):
        rule(valid_to=dt.date(2015, 1, 1)).save()
