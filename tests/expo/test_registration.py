"""Exhibiting: applications and their decisions, and the stands that are scarce."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from expo import registration, stands
from expo.errors import DomainError
from expo.models import Exhibitor, Stand, Transition, User
from expo.models.exhibitor import EXHIBITOR_MOVES, ExhibitorState
from expo.transitions import check_move
from tests.factories import (
    make_edition,
    make_exhibitor,
    make_hall,
    make_innovation,
    make_organization,
    make_placepoint,
    make_product,
    make_stand,
    make_zone,
)

pytestmark = pytest.mark.django_db


def test_an_application_goes_from_draft_to_the_floor(organizer: User) -> None:
    exhibitor = make_exhibitor(state="draft")
    stand = make_stand(zone=exhibitor.zone)
    registration.submit(exhibitor, by=None)
    registration.accept(exhibitor, by=organizer, stand=stand)
    states = [t.to_state for t in Transition.objects.of(exhibitor).order_by("pk")]
    assert states == ["submitted", "in_review", "accepted", stand.code]
    assert Exhibitor.objects.public().get().places() == [stand]


def test_nobody_is_accepted_without_a_zone(organizer: User) -> None:
    exhibitor = make_exhibitor(state="submitted", zone=None)
    with pytest.raises(DomainError) as refusal:
        registration.accept(exhibitor, by=organizer)
    assert refusal.value.field == "zone"
    assert Exhibitor.objects.get().state == "submitted"
    assert not Transition.objects.exists()


def test_the_database_itself_refuses_an_accepted_exhibitor_without_a_zone() -> None:
    with pytest.raises(IntegrityError):
        make_exhibitor(zone=None)


def test_the_zone_given_on_acceptance_must_be_of_the_edition(organizer: User) -> None:
    exhibitor = make_exhibitor(state="submitted", zone=None)
    other = make_zone(edition=make_edition(number=12))
    with pytest.raises(ValidationError):
        registration.accept(exhibitor, by=organizer, zone=other)
    assert Exhibitor.objects.get().state == "submitted"


@pytest.mark.parametrize("act", [registration.decline, registration.give_back])
def test_a_refusal_needs_words(act: object, organizer: User) -> None:
    exhibitor = make_exhibitor(state="submitted")
    with pytest.raises(DomainError) as refusal:
        act(exhibitor, by=organizer, reason="  ")  # type: ignore[operator]
    assert refusal.value.field == "reason"
    assert Exhibitor.objects.get().state == "submitted"


def test_a_declined_application_keeps_the_words(organizer: User) -> None:
    exhibitor = make_exhibitor(state="in_review")
    registration.decline(exhibitor, by=organizer, reason="The hall is full.")
    assert Transition.objects.of(exhibitor).get().reason == "The hall is full."


def test_a_returned_application_can_be_handed_in_again(organizer: User) -> None:
    exhibitor = make_exhibitor(state="submitted")
    registration.give_back(exhibitor, by=organizer, reason="Name a contact.")
    assert exhibitor.state == "returned"
    with pytest.raises(DomainError):
        registration.submit(exhibitor, by=None)
    registration.redraft(exhibitor, by=None)
    assert registration.submit(exhibitor, by=None).state == "submitted"


@pytest.mark.parametrize("state", ExhibitorState.values)
@pytest.mark.parametrize("to", ExhibitorState.values)
def test_only_the_moves_of_the_table_are_made(state: str, to: str) -> None:
    exhibitor = make_exhibitor(state=state)
    if to in EXHIBITOR_MOVES[state]:
        check_move(exhibitor, to)
    else:
        with pytest.raises(DomainError):
            check_move(exhibitor, to)


def test_a_move_made_twice_is_refused_the_second_time(organizer: User) -> None:
    exhibitor = make_exhibitor(state="submitted")
    stale = Exhibitor.objects.get()
    registration.accept(exhibitor, by=organizer)
    with pytest.raises(DomainError):
        registration.accept(stale, by=organizer)


def test_withdrawing_frees_the_stand_and_lets_co_exhibitors_go(organizer: User) -> None:
    host = make_exhibitor()
    guest = make_exhibitor(host=host, zone=host.zone)
    stand = stands.give_stand(make_stand(zone=host.zone), exhibitor=host, by=organizer)
    registration.withdraw(host, by=organizer, reason="Cannot come")
    stand.refresh_from_db()
    guest.refresh_from_db()
    assert (stand.exhibitor, guest.host, host.state) == (None, None, "withdrawn")


def test_an_organization_exhibits_once_an_edition() -> None:
    exhibitor = make_exhibitor()
    with pytest.raises(IntegrityError):
        make_exhibitor(organization=exhibitor.organization, zone=exhibitor.zone)


def test_a_co_exhibitor_has_no_co_exhibitors() -> None:
    host = make_exhibitor()
    guest = make_exhibitor(host=host, zone=host.zone)
    third = make_exhibitor(zone=host.zone)
    third.host = guest
    with pytest.raises(ValidationError) as refusal:
        third.full_clean()
    assert "host" in refusal.value.message_dict
    host.host = third
    with pytest.raises(ValidationError):
        host.full_clean()


def test_a_co_exhibitor_shares_its_hosts_stand(organizer: User) -> None:
    host = make_exhibitor()
    guest = make_exhibitor(host=host, zone=host.zone)
    stand = stands.give_stand(make_stand(zone=host.zone), exhibitor=host, by=organizer)
    assert guest.places() == [stand]
    with pytest.raises(DomainError, match="co-exhibitor"):
        stands.give_stand(make_stand(zone=host.zone), exhibitor=guest, by=organizer)


# ------------------------------------------------------------------ stands
def test_a_stand_is_given_once(organizer: User) -> None:
    first, second = make_exhibitor(), make_exhibitor()
    stand = stands.give_stand(make_stand(zone=first.zone), exhibitor=first, by=organizer)
    with pytest.raises(DomainError, match=f"Stand {stand.code} is given to “{first}”") as refusal:
        stands.give_stand(stand, exhibitor=second, by=organizer)
    assert refusal.value.field == "stand"
    assert Stand.objects.get().exhibitor == first


def test_giving_a_stand_to_its_holder_changes_nothing(organizer: User) -> None:
    exhibitor = make_exhibitor()
    stand = stands.give_stand(make_stand(zone=exhibitor.zone), exhibitor=exhibitor, by=organizer)
    assert stands.give_stand(stand, exhibitor=exhibitor, by=organizer).version == stand.version


@pytest.mark.parametrize("state", ["draft", "submitted", "declined", "withdrawn"])
def test_only_accepted_exhibitors_get_a_stand(state: str, organizer: User) -> None:
    exhibitor = make_exhibitor(state=state)
    with pytest.raises(DomainError, match="not accepted"):
        stands.give_stand(make_stand(zone=exhibitor.zone), exhibitor=exhibitor, by=organizer)


def test_a_stand_of_another_edition_is_refused(organizer: User) -> None:
    stand = make_stand(zone=make_zone(edition=make_edition(number=12)))
    with pytest.raises(DomainError, match="another edition"):
        stands.give_stand(stand, exhibitor=make_exhibitor(), by=organizer)


def test_moving_to_a_taken_stand_moves_nothing(organizer: User) -> None:
    mover, holder = make_exhibitor(), make_exhibitor()
    old = stands.give_stand(make_stand(zone=mover.zone), exhibitor=mover, by=organizer)
    taken = stands.give_stand(make_stand(zone=holder.zone), exhibitor=holder, by=organizer)
    with pytest.raises(DomainError):
        stands.move_stand(mover, leaves=old, enters=taken, by=organizer)
    old.refresh_from_db()
    assert old.exhibitor == mover


def test_moving_to_another_zone_takes_the_exhibitor_along(organizer: User) -> None:
    exhibitor = make_exhibitor()
    old = stands.give_stand(make_stand(zone=exhibitor.zone), exhibitor=exhibitor, by=organizer)
    new = stands.move_stand(exhibitor, leaves=old, enters=make_stand(), by=organizer)
    old.refresh_from_db()
    exhibitor.refresh_from_db()
    assert (old.exhibitor, new.exhibitor, exhibitor.zone) == (None, exhibitor, new.zone)


def test_a_stand_somebody_else_holds_cannot_be_left(organizer: User) -> None:
    exhibitor, other = make_exhibitor(), make_exhibitor()
    theirs = stands.give_stand(make_stand(zone=other.zone), exhibitor=other, by=organizer)
    with pytest.raises(DomainError, match="not held"):
        stands.move_stand(exhibitor, leaves=theirs, enters=make_stand(), by=organizer)


def test_the_impact_of_a_move_counts_what_the_public_sees(organizer: User) -> None:
    host = make_exhibitor()
    guest = make_exhibitor(host=host, zone=host.zone)
    make_innovation(organizations=[host.organization, guest.organization])
    make_innovation(organizations=[host.organization], state="draft")
    make_product(organization=guest.organization)
    enters = make_stand()
    impact = stands.impact_of_move(host, leaves=None, enters=enters)
    assert (impact.co_exhibitors, impact.innovations, impact.products) == ((guest,), 1, 1)
    assert (impact.changes_zone, impact.blocker) == (True, "")
    stands.give_stand(enters, exhibitor=make_exhibitor(), by=organizer)
    enters.refresh_from_db()
    assert "given to" in stands.impact_of_move(host, leaves=None, enters=enters).blocker


# ------------------------------------------------------------------ the floor
def test_a_stand_lies_in_its_zone() -> None:
    stand = make_stand()
    stand.x = Decimal(70)
    with pytest.raises(ValidationError) as refusal:
        stand.full_clean()
    assert "zone" in refusal.value.message_dict


def test_a_zone_lies_in_its_hall_and_edition() -> None:
    zone = make_zone()
    zone.width = Decimal(200)
    with pytest.raises(ValidationError):
        zone.full_clean()
    zone = make_zone()
    zone.hall = make_hall(edition=make_edition(number=12))
    with pytest.raises(ValidationError):
        zone.full_clean()


def test_a_place_lies_in_its_hall() -> None:
    place = make_placepoint()
    place.x = Decimal(500)
    with pytest.raises(ValidationError):
        place.full_clean()


def test_a_stand_number_comes_once_a_zone() -> None:
    stand = make_stand(number="01")
    with pytest.raises(IntegrityError):
        make_stand(zone=stand.zone, number="01")


def test_an_organization_without_any_name_is_refused() -> None:
    with pytest.raises(IntegrityError):
        make_organization(name_en="", name_zh="")


# ------------------------------------------------------------------ what was read a while ago
def test_accepting_heeds_the_zone_somebody_else_chose_meanwhile(organizer: User) -> None:
    exhibitor = make_exhibitor(state="submitted")
    stale = Exhibitor.objects.get()
    exhibitor.zone = chosen = make_zone()
    exhibitor.save()
    registration.accept(stale, by=organizer)
    assert Exhibitor.objects.get().zone == chosen


def test_a_stand_is_not_given_to_somebody_who_withdrew_meanwhile(organizer: User) -> None:
    exhibitor = make_exhibitor()
    stale = Exhibitor.objects.get()
    registration.withdraw(exhibitor, by=organizer)
    with pytest.raises(DomainError, match="not accepted"):
        stands.give_stand(make_stand(zone=stale.zone), exhibitor=stale, by=organizer)


def test_moving_never_frees_a_stand_that_belongs_to_another_by_now(organizer: User) -> None:
    first, second = make_exhibitor(), make_exhibitor()
    stale = stands.give_stand(make_stand(zone=first.zone), exhibitor=first, by=organizer)
    stands.release_stand(stale, by=organizer)
    stands.give_stand(stale, exhibitor=second, by=organizer)
    with pytest.raises(DomainError, match="not held"):
        stands.move_stand(first, leaves=stale, enters=make_stand(), by=organizer)
    assert Stand.objects.get(pk=stale.pk).exhibitor == second


def test_co_exhibitors_follow_their_host_to_its_new_zone(organizer: User) -> None:
    host = make_exhibitor()
    guest = make_exhibitor(host=host, zone=host.zone)
    new = stands.move_stand(host, leaves=None, enters=make_stand(), by=organizer)
    guest.refresh_from_db()
    assert guest.zone == new.zone


def test_a_co_exhibitor_is_accepted_after_its_host(organizer: User) -> None:
    host = make_exhibitor(state="submitted")
    guest = make_exhibitor(state="submitted", host=host, zone=host.zone)
    with pytest.raises(DomainError, match="host"):
        registration.accept(guest, by=organizer)
    registration.accept(host, by=organizer)
    assert registration.accept(guest, by=organizer).state == "accepted"


@pytest.mark.parametrize(("typed", "kept"), [("12a", "12A"), (" 07 ", "07")])
def test_a_stand_number_is_kept_as_on_the_sign(typed: str, kept: str) -> None:
    stand = make_stand(number=typed)
    stand.full_clean()
    assert stand.number == kept


@pytest.mark.parametrize("number", ["A 1", "1/2", "1&2", "", "1234"])
def test_a_stand_number_that_breaks_an_address_is_refused(number: str) -> None:
    stand = make_stand()
    stand.number = number
    with pytest.raises(ValidationError):
        stand.full_clean()
