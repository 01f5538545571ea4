"""Publishing: what the public may see, and what it would miss."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from expo import publication
from expo.errors import DomainError
from expo.models import Evidence, Innovation, Product, Session, Transition, User
from tests.factories import (
    at,
    make_innovation,
    make_metric,
    make_organization,
    make_placepoint,
    make_product,
    make_sector,
    make_session,
)

pytestmark = pytest.mark.django_db


def test_a_submitted_innovation_is_reviewed_and_published(organizer: User) -> None:
    innovation = make_innovation(state="draft")
    publication.submit_innovation(innovation, by=None)
    publication.publish_innovation(innovation, by=organizer)
    assert [t.to_state for t in Transition.objects.of(innovation).order_by("pk")] == [
        "submitted",
        "in_review",
        "published",
    ]
    assert Innovation.objects.public().get() == innovation


@pytest.mark.parametrize("state", ["draft", "submitted", "in_review", "returned", "paused", "withdrawn", "archived"])
def test_the_public_sees_published_innovations_only(state: str) -> None:
    make_innovation(state=state)
    assert not Innovation.objects.public().exists()


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"claim_en": "", "claim_zh": ""}, "one sentence"),
        ({"sector": None}, "sector"),
        ({"trl": 7, "trl_scale": "iso16290"}, "evidence"),
    ],
)
def test_an_incomplete_innovation_is_not_published(missing: dict[str, object], words: str, organizer: User) -> None:
    innovation = make_innovation(state="in_review", **missing)
    with pytest.raises(DomainError, match=words):
        publication.publish_innovation(innovation, by=organizer)
    assert Innovation.objects.get().state == "in_review"


def test_a_trl_with_evidence_can_be_published(organizer: User) -> None:
    innovation = make_innovation(state="in_review", trl=7, trl_scale="iso16290")
    Evidence.objects.create(innovation=innovation, kind="test_report", title_en="Report")
    assert publication.publish_innovation(innovation, by=organizer).state == "published"


def test_a_returned_innovation_carries_the_reason(organizer: User) -> None:
    innovation = make_innovation(state="submitted")
    publication.return_innovation(innovation, by=organizer, reason="Evidence is older than two years.")
    assert Transition.objects.of(innovation).first().reason == "Evidence is older than two years."
    with pytest.raises(DomainError):
        publication.reject_innovation(make_innovation(state="submitted"), by=organizer, reason="")


def test_withdrawing_hides_an_innovation(organizer: User) -> None:
    innovation = make_innovation()
    publication.withdraw_innovation(innovation, by=organizer, reason="Sold")
    assert not Innovation.objects.public().exists()
    with pytest.raises(DomainError):
        publication.publish_innovation(innovation, by=organizer)


def test_a_returned_innovation_is_opened_again() -> None:
    innovation = make_innovation(state="returned")
    assert publication.redraft_innovation(innovation, by=None).state == "draft"


@pytest.mark.parametrize("act", [publication.expire_innovation, publication.withdraw_innovation])
def test_what_is_no_longer_offered_is_put_away(act: Callable[..., Innovation], organizer: User) -> None:
    innovation = act(make_innovation(), by=organizer)
    assert publication.archive_innovation(innovation, by=organizer).state == "archived"
    with pytest.raises(DomainError):
        publication.publish_innovation(innovation, by=organizer)


def test_a_rejected_innovation_stays_rejected(organizer: User) -> None:
    innovation = make_innovation(state="in_review")
    publication.reject_innovation(innovation, by=organizer, reason="Not a result.")
    with pytest.raises(DomainError):
        publication.submit_innovation(innovation, by=organizer)


def test_a_product_is_published_paused_and_withdrawn(organizer: User) -> None:
    product = make_product(state="draft")
    for act, state in (
        (publication.publish_product, "published"),
        (publication.pause_product, "paused"),
        (publication.publish_product, "published"),
        (publication.withdraw_product, "withdrawn"),
    ):
        assert act(product, by=organizer).state == state
    assert not Product.objects.public().exists()


def test_a_product_without_a_claim_is_not_published(organizer: User) -> None:
    with pytest.raises(DomainError, match="one sentence"):
        publication.publish_product(make_product(state="draft", claim_en="", claim_zh=""), by=organizer)


# ------------------------------------------------------------------ what the database refuses
@pytest.mark.parametrize("trl", [0, 10])
def test_trl_goes_from_one_to_nine(trl: int) -> None:
    with pytest.raises(IntegrityError):
        make_innovation(trl=trl, trl_scale="iso16290")


def test_a_trl_names_its_scale() -> None:
    with pytest.raises(IntegrityError):
        make_innovation(trl=5)


def test_a_price_is_not_negative() -> None:
    with pytest.raises(IntegrityError):
        make_product(price=-1)


@pytest.mark.parametrize("values", [{"operator": "between"}, {"operator": "between", "value_to": 4}, {"value_to": 9}])
def test_a_metric_range_is_in_order(values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        make_metric(**values)


def test_an_organization_is_named_once_in_an_innovation() -> None:
    holder = make_organization()
    with pytest.raises(IntegrityError):
        make_innovation(organizations=[holder, holder])


def test_a_bad_patent_number_is_told_at_its_field() -> None:
    right = make_innovation().ip_rights.create(kind="invention", number="201710601862.4")
    with pytest.raises(ValidationError) as refusal:
        right.full_clean()
    assert "number" in refusal.value.message_dict
    right.kind = "trade_secret"
    right.full_clean()


def test_sectors_have_two_levels() -> None:
    parent = make_sector()
    child = make_sector(parent=parent)
    grandchild = make_sector()
    grandchild.parent = child
    with pytest.raises(ValidationError):
        grandchild.full_clean()
    parent.parent = make_sector()
    with pytest.raises(ValidationError):
        parent.full_clean()


# ------------------------------------------------------------------ sessions
def test_a_session_needs_a_place_to_be_published(organizer: User) -> None:
    with pytest.raises(DomainError, match="no place"):
        publication.publish_session(make_session(state="draft", place=None), by=organizer)


def test_two_sessions_cannot_be_published_at_one_place_and_time(organizer: User) -> None:
    place = make_placepoint()
    first = make_session(place=place)
    second = make_session(place=place, state="draft", starts_at=at(26, "10:30"), ends_at=at(26, "11:30"))
    with pytest.raises(DomainError, match=f"clashes with “{first}”"):
        publication.publish_session(second, by=organizer)
    publication.cancel_session(first, by=organizer, reason="Speaker is ill")
    assert publication.publish_session(second, by=organizer).state == "published"


def test_sessions_may_follow_each_other_at_one_place(organizer: User) -> None:
    place = make_placepoint()
    make_session(place=place)
    after = make_session(place=place, state="draft", starts_at=at(26, "11:00"), ends_at=at(26, "12:00"))
    assert publication.publish_session(after, by=organizer).state == "published"


def test_a_canceled_session_stays_on_the_programme(organizer: User) -> None:
    session = make_session()
    publication.cancel_session(session, by=organizer, reason="Storm")
    assert Session.objects.public().get() == session
    assert publication.redraft_session(session, by=organizer).state == "draft"
    assert not Session.objects.public().exists()


def test_one_speaker_cannot_be_at_two_places() -> None:
    one, two = make_session(), make_session(starts_at=at(26, "10:30"), ends_at=at(26, "11:30"))
    organization = make_organization()
    for session in (one, two):
        session.speakers.create(name_en="Lin Yue", name_zh="林越", organization=organization)
    later = make_session(starts_at=at(26, "12:00"), ends_at=at(26, "13:00"))
    later.speakers.create(name_en="Lin Yue", name_zh="林越", organization=organization)
    assert Session.objects.all().clashing() == [(one, two)]


def test_a_session_ends_after_it_starts() -> None:
    with pytest.raises(IntegrityError):
        make_session(ends_at=at(26, "09:00"))


def test_publishing_judges_what_is_stored_now(organizer: User) -> None:
    innovation = make_innovation(state="in_review")
    stale = Innovation.objects.get()
    innovation.claim_en = innovation.claim_zh = ""
    innovation.save()
    with pytest.raises(DomainError, match="one sentence"):
        publication.publish_innovation(stale, by=organizer)
