"""Samples go with one command, and nothing real goes with them."""

import pytest
from django.core.management import CommandError, call_command

from expo.errors import DomainError
from expo.models import (
    Exhibitor,
    Hall,
    Innovation,
    Organization,
    Parameter,
    Product,
    Revision,
    Session,
    Stand,
    Transition,
    User,
    Zone,
)
from expo.publication import pause_innovation
from expo.samples import remove_samples
from expo.saving import approve, give_back, propose
from expo.stands import give_stand
from tests.factories import (
    make_exhibitor,
    make_hall,
    make_innovation,
    make_metric,
    make_organization,
    make_placepoint,
    make_product,
    make_sector,
    make_session,
    make_stand,
    make_zone,
)

pytestmark = pytest.mark.django_db


def test_removing_samples_leaves_what_is_real(organizer: User) -> None:
    real_zone = make_zone(hall=make_hall(origin="sample"), origin="editorial")
    holder = make_organization(origin="editorial")
    real = make_innovation(organizations=[holder], origin="editorial")
    sample_org = make_organization(origin="sample")
    exhibitor = make_exhibitor(organization=sample_org, zone=real_zone, origin="sample")
    give_stand(make_stand(zone=real_zone, origin="sample"), exhibitor=exhibitor, by=organizer)
    sample = make_innovation(organizations=[sample_org], origin="sample")
    make_metric(innovation=sample)
    pause_innovation(sample, by=organizer)
    make_product(organization=sample_org, origin="sample", innovation=sample)
    make_session(origin="sample", place=make_placepoint(hall=real_zone.hall, origin="sample"))

    counts = remove_samples()

    assert counts["innovations"] == 1
    assert list(Innovation.objects.all()) == [real]
    assert list(Organization.objects.all()) == [holder]
    zone = Zone.objects.get()
    assert (zone.hall, zone.width) == (None, 0)
    for model in (Exhibitor, Product, Session, Stand, Hall, Parameter, Transition):
        assert not model.objects.exists(), model
    assert not Innovation.history.filter(id=sample.pk).exists()


def test_removing_samples_twice_does_nothing_the_second_time() -> None:
    make_organization(origin="sample")
    assert remove_samples()
    assert remove_samples() == {}


def test_real_rows_that_use_samples_are_named_and_nothing_goes() -> None:
    zone = make_zone(origin="sample", hall=make_hall(origin="editorial"))
    exhibitor = make_exhibitor(organization=make_organization(name_en="Puci Magnetics"), zone=zone)
    holder = make_organization(origin="sample")
    make_innovation(title_en="Cold spray", organizations=[holder], origin="editorial")
    make_exhibitor(organization=holder, zone=zone, origin="sample")
    make_session(origin="sample")

    with pytest.raises(DomainError, match=r"“Cold spray” \(innovation\), “Puci Magnetics” \(exhibitor\)\.") as refusal:
        remove_samples()

    assert "Organization" not in str(refusal.value)
    assert (Session.objects.count(), Exhibitor.objects.count(), Zone.objects.count()) == (1, 2, 1)
    exhibitor.refresh_from_db()
    assert exhibitor.zone == zone
    with pytest.raises(CommandError, match="Puci Magnetics"):
        call_command("remove_samples", yes=True)


def test_sample_sectors_go_with_their_parts() -> None:
    make_sector(parent=make_sector(origin="sample"), origin="sample")
    assert remove_samples() == {"sectors": 2}


def test_parameters_stay_unless_samples_alone_were_measured_by_them() -> None:
    unused = Parameter.objects.create(slug="density", name_en="Density", name_zh="密度")
    shared = make_metric(innovation=make_innovation(origin="editorial")).parameter
    sample = make_innovation(origin="sample")
    make_metric(innovation=sample, parameter=shared)
    make_metric(innovation=sample)
    remove_samples()
    assert set(Parameter.objects.all()) == {unused, shared}


def test_changes_of_samples_go_with_their_moves_and_those_of_real_rows_stay(visitor: User, organizer: User) -> None:
    real, sample = make_innovation(origin="editorial"), make_innovation(origin="sample")
    kept = propose(real, data={"claim_en": "Costs half"}, by=visitor)
    approve(propose(sample, data={"claim_en": "Costs half"}, by=visitor), by=organizer)
    give_back(propose(sample, data={"claim_en": "Free"}, by=visitor), by=organizer, reason="Say why.")
    propose(sample, data={"claim_en": "Costs nothing"}, by=visitor)
    assert Transition.objects.filter(of_sample=True).count() == 2
    remove_samples()
    assert list(Revision.objects.all()) == [kept]
    assert not Transition.objects.exists()


def test_a_real_place_in_a_sample_hall_is_named_and_stays() -> None:
    place = make_placepoint(hall=make_hall(origin="sample"), name_en="Stage of light", origin="editorial")
    with pytest.raises(DomainError, match="Stage of light"):
        remove_samples()
    place.refresh_from_db()
