"""Walking order: the way through the halls, for exhibitors and for what they show."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from expo import registry
from expo.models import Exhibitor, Zone
from expo.search.changes import affected
from expo.search.documents import OrderOfMany
from tests.factories import (
    make_edition,
    make_exhibitor,
    make_hall,
    make_innovation,
    make_organization,
    make_product,
    make_stand,
    make_zone,
)

pytestmark = pytest.mark.django_db


def walk(noun: str = "exhibitor") -> list[Any]:
    listing = registry.listings[noun]
    return list(listing.filterset(QueryDict("sort=walk"), listing.queryset()).rows())


def at(zone: Zone, number: str, x: float = 0, y: float = 0) -> Exhibitor:
    exhibitor = make_exhibitor(zone=zone)
    make_stand(zone=zone, exhibitor=exhibitor, number=number, x=x, y=y)
    return exhibitor


def test_halls_and_zones_come_one_after_the_other() -> None:
    last, first = make_hall(position=2), make_hall(position=1)
    a, b, c = make_zone(hall=last, letter="A"), make_zone(hall=first, letter="C"), make_zone(hall=first, letter="B")
    one, two, three, four = at(a, "01"), at(b, "01"), at(c, "01"), at(make_zone(hall=last, letter="D"), "01")
    assert walk() == [three, two, one, four]


def test_rows_are_walked_to_and_fro() -> None:
    zone = make_zone()
    rows = [(4, 4), (10, 4), (10, 8), (4, 8), (4, 12), (10, 12)]
    exhibitors = [at(zone, f"{number}", x, y) for number, (x, y) in zip([5, 1, 6, 2, 4, 3], rows, strict=True)]
    assert walk() == exhibitors


def test_stands_that_are_not_drawn_follow_their_numbers() -> None:
    zone = make_zone()
    ten, two, twelve, two_a = (at(zone, number) for number in ("10", "2", "12", "2A"))
    assert walk() == [two, two_a, ten, twelve]


def test_co_exhibitors_stand_with_their_host_and_who_has_no_stand_comes_last() -> None:
    zone = make_zone()
    nowhere, host, other = make_exhibitor(zone=zone), at(zone, "01"), at(zone, "02", x=9)
    guest = make_exhibitor(zone=zone, host=host)
    assert walk() == [host, guest, other, nowhere]


@pytest.mark.parametrize("noun", ["innovation", "product"])
def test_things_are_where_their_organization_stands_this_year(noun: str) -> None:
    zone, past = make_zone(), make_zone(edition=make_edition(number=12))
    second, first, host = at(zone, "02", x=9), at(zone, "01"), at(zone, "03", x=20)
    guest = make_exhibitor(zone=zone, host=host)
    make_stand(zone=past, exhibitor=make_exhibitor(edition=past.edition, zone=past, organization=second.organization))

    def shown_by(exhibitor: Exhibitor | None) -> Any:
        organization = exhibitor.organization if exhibitor else make_organization()
        if noun == "product":
            return make_product(organization=organization)
        return make_innovation(organizations=[make_organization(), organization])

    things = [shown_by(exhibitor) for exhibitor in (None, guest, second, first)]
    assert walk(noun) == things[::-1]


@pytest.mark.parametrize("noun", ["innovation", "product"])
def test_many_together_are_where_each_of_them_is(noun: str) -> None:
    zone = make_zone()
    hosts = [at(zone, f"{number}", x=number * 4) for number in range(1, 4)]
    first, guest = at(zone, "9"), make_exhibitor(zone=zone, host=hosts[1])
    for exhibitor in (*hosts, guest):
        make_product(organization=exhibitor.organization)
        make_innovation(organizations=[make_organization(), exhibitor.organization, first.organization])
    make_innovation(organizations=[])
    listing = registry.listings[noun]
    order = listing.filterset.SORTS["walk"][1][0]
    assert isinstance(order, OrderOfMany)
    one_by_one = listing.queryset().annotate(way=order.expression).values_list("pk", "way")
    assert order.of_many(listing.queryset()) == {pk: way for pk, way in one_by_one if way}


def test_stands_of_one_exhibitor_are_listed_by_number() -> None:
    exhibitor = make_exhibitor()
    for number in ("10", "9", "9A"):
        make_stand(zone=exhibitor.zone, exhibitor=exhibitor, number=number)
    assert [stand.number for stand in exhibitor.places()] == ["9", "9A", "10"]


def test_a_moved_stand_brings_its_whole_zone_to_the_index_again() -> None:
    zone = make_zone()
    moved, neighbor = at(zone, "01"), at(zone, "02", x=9)
    innovation, product = (
        make_innovation(organizations=[neighbor.organization]),
        make_product(organization=moved.organization),
    )
    stand = moved.stands.get()
    found = affected([("expo.Stand", stand.pk)])
    assert {("exhibitor", moved.pk), ("exhibitor", neighbor.pk)} <= found
    assert {("innovation", innovation.pk), ("product", product.pk)} <= found
