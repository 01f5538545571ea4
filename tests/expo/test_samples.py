"""Samples go with one command, and nothing real goes with them."""

import pytest

from expo.models import (
    Exhibitor,
    Hall,
    Innovation,
    Organization,
    Parameter,
    Product,
    Session,
    Stand,
    Transition,
    User,
    Zone,
)
from expo.publication import pause_innovation
from expo.samples import remove_samples
from expo.stands import give_stand
from tests.factories import (
    make_exhibitor,
    make_hall,
    make_innovation,
    make_metric,
    make_organization,
    make_placepoint,
    make_product,
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
