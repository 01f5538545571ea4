"""Floor plans as data: what is where, what is marked, what stays unnamed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from expo.floor import Rect, label_spot, letter_spot
from expo.models import ExhibitorState, Hall, Stand, Zone
from expo.plans import directory, hall_plan, hall_plans, outline, plan_of
from tests.factories import (
    make_edition,
    make_exhibitor,
    make_hall,
    make_organization,
    make_placepoint,
    make_stand,
    make_zone,
)

pytestmark = pytest.mark.django_db


def taken_stand(zone: Zone) -> Stand:
    return make_stand(zone=zone, exhibitor=make_exhibitor(zone=zone))


def test_lengths_are_decimetres_and_neighbors_touch() -> None:
    zone = make_zone()
    make_stand(zone=zone, number="01", x=Decimal("4.04"), y=10, width=Decimal("2.04"), depth=3)
    make_stand(zone=zone, number="02", x=Decimal("6.08"), y=10, width=Decimal("2.04"), depth=3)
    west, east = hall_plan(zone.hall).stands
    assert west.rect.right == east.rect.x
    assert all(isinstance(value, int) for value in (west.rect.x, west.rect.y, west.rect.width, west.rect.height))


def test_a_plan_takes_the_same_queries_for_one_stand_and_for_thirty() -> None:
    counts = []
    for number in (1, 30):
        zone = make_zone()
        for _ in range(number):
            host = taken_stand(zone).exhibitor
            make_exhibitor(zone=zone, host=host)
        with CaptureQueriesContext(connection) as queries:
            plan = hall_plan(Hall.objects.get(pk=zone.hall_id))
            assert all(stand.url and stand.title and stand.co_exhibitors for stand in plan.stands)
        assert len(plan.stands) == number
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_plans_of_many_halls_take_the_queries_of_one() -> None:
    counts = []
    for number in (1, 3):
        for _ in range(number):
            taken_stand(make_zone())
        with CaptureQueriesContext(connection) as queries:
            assert all(plan.stands[0].title for plan in hall_plans(Hall.objects.filter(zones__stands__isnull=False)))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("state", [state for state in ExhibitorState if state != ExhibitorState.ACCEPTED])
def test_an_exhibitor_that_is_not_accepted_stays_unnamed(state: str) -> None:
    zone = make_zone()
    stand = make_stand(zone=zone, exhibitor=make_exhibitor(zone=zone, state=state))
    [drawn] = hall_plan(zone.hall).stands
    assert drawn.exhibitor is None
    assert drawn.url == ""
    assert drawn.title == f"{stand.code}, free"


def test_a_stand_is_read_out_with_its_exhibitor_and_those_who_share_it() -> None:
    zone = make_zone(letter="C")
    host = make_exhibitor(zone=zone, organization=make_organization(name_en="Longmen Sensing"))
    make_exhibitor(zone=zone, host=host, organization=make_organization(name_en="Moli Vision"))
    make_exhibitor(zone=zone, host=host, state=ExhibitorState.DRAFT)
    make_stand(zone=zone, number="12", exhibitor=host)
    assert hall_plan(zone.hall).stands[0].title == "C12, Longmen Sensing, with Moli Vision"


def test_marks_are_told_and_lead_to_the_same_marks() -> None:
    zone = make_zone(letter="C")
    stand = make_stand(zone=zone, number="12")
    plan = plan_of([stand])
    assert plan is not None
    assert [drawn.code for drawn in plan.marked] == ["C12"]
    assert plan.marks_title.endswith("stand C12")
    assert plan.url == stand.get_absolute_url()
    assert [row.is_on for row in plan.zones] == [True]


def test_a_zone_or_a_place_is_marked_without_a_stand() -> None:
    hall = make_hall()
    zone = make_zone(letter="C", hall=hall)
    place = make_placepoint(hall=hall, slug="stage-c", name_en="Stage C")
    in_zone, at_place = plan_of([], zone=zone), plan_of([], place=place)
    assert in_zone is not None
    assert in_zone.marks_title.endswith("zone C")
    assert "?zone=C" in in_zone.url
    assert at_place is not None
    assert at_place.marks_title.endswith("Stage C")
    assert at_place.url.endswith("#place-stage-c")


def test_there_is_no_plan_without_a_hall() -> None:
    homeless = make_zone()
    homeless.hall = None
    homeless.save()
    assert plan_of([]) is None
    assert plan_of([], zone=homeless) is None


def test_halls_of_earlier_editions_have_no_plan_on_todays_pages() -> None:
    earlier = make_zone(edition=make_edition(number=12))
    assert plan_of([make_stand(zone=earlier)]) is None


def test_a_closer_look_shows_one_zone_and_its_stands_only() -> None:
    hall = make_hall()
    near = make_zone(letter="C", hall=hall, x=2, y=2, width=40, depth=20)
    far = make_zone(letter="D", hall=hall, x=50, y=30, width=40, depth=20)
    make_stand(zone=near)
    make_stand(zone=far)
    plan = hall_plan(hall, closeup="C")
    assert {stand.zone.letter for stand in plan.stands} == {"C"}
    assert plan.view.width < plan.wall.width
    assert hall_plan(hall, closeup="Q").view == hall_plan(hall).view


def test_a_zone_that_has_no_place_yet_is_not_drawn() -> None:
    zone = make_zone(width=0, depth=0)
    assert hall_plan(zone.hall).zones == ()


@pytest.mark.parametrize(
    ("x", "y", "gap"),
    [(52, 60, "M490 600H550"), (52, 0, "M490 0H550"), (0, 30, "M0 270V330"), (96, 30, "M960 270V330")],
)
def test_an_entrance_is_a_gap_in_the_nearest_wall(x: int, y: int, gap: str) -> None:
    hall = make_hall(width=96, depth=60)
    make_placepoint(hall=hall, kind="entrance", x=x, y=y)
    assert [door.gap for door in hall_plan(hall).doors] == [gap]


def test_an_entrance_in_the_middle_of_the_floor_breaks_no_wall() -> None:
    hall = make_hall()
    make_placepoint(hall=hall, kind="entrance", x=40, y=30)
    assert hall_plan(hall).doors == ()


def test_where_a_place_is_can_be_said_in_words() -> None:
    hall = make_hall(width=96, depth=60)
    zone = make_zone(letter="D", hall=hall, x=54, y=33, width=39, depth=24)
    make_placepoint(hall=hall, slug="a", kind="toilet", x=Decimal("94.5"), y=45)
    make_placepoint(hall=hall, slug="b", kind="toilet", x=60, y=40, zone=zone)
    assert [place.where for place in hall_plan(hall).places] == ["east wall, near zone D", "zone D"]


def test_labels_keep_off_stands_and_off_each_other() -> None:
    hall = make_hall()
    zone = make_zone(hall=hall)
    make_stand(zone=zone, x=14, y=29, width=20, depth=3)
    for slug in ("a", "b"):
        make_placepoint(hall=hall, slug=slug, kind="stage", x=12, y=30)
    plan = hall_plan(hall)
    boxes = [place.label.box for place in plan.places if place.label]
    assert boxes
    assert not any(box.overlaps(stand.rect) for box in boxes for stand in plan.stands)
    assert not any(box.overlaps(other) for i, box in enumerate(boxes) for other in boxes[:i])


def test_a_letter_stands_in_the_corner_or_where_there_is_room() -> None:
    zone = Rect(0, 0, 400, 200)
    assert letter_spot(zone, [], largest=90, smallest=20).box.x == 10
    corner_taken = [Rect(0, 0, 100, 120)]
    spot = letter_spot(zone, corner_taken, largest=90, smallest=20)
    assert not spot.box.overlaps(corner_taken[0])
    assert letter_spot(zone, [zone], largest=90, smallest=20).size == 20


def test_a_label_without_room_is_left_out() -> None:
    room = Rect(0, 0, 50, 20)
    assert label_spot("Roadshow stage", 25, 10, size=14, away=10, within=room, taken=[]) is None


def test_the_directory_names_every_exhibitor_once_with_all_its_stands() -> None:
    zone = make_zone(letter="C")
    second = make_exhibitor(zone=zone, organization=make_organization(name_en="Beta", name_zh="贝塔"))
    first = make_exhibitor(zone=zone, organization=make_organization(name_en="Alpha", name_zh="阿尔法"))
    make_exhibitor(zone=zone, host=second, organization=make_organization(name_en="Gamma", name_zh="伽马"))
    for number, holder in (("01", second), ("02", first), ("03", second), ("04", None)):
        make_stand(zone=zone, number=number, exhibitor=holder)
    entries = directory(stand.stand for stand in hall_plan(zone.hall).stands)
    assert [(str(entry.exhibitor), [stand.code for stand in entry.stands]) for entry in entries] == [
        ("Alpha", ["C02"]),
        ("Beta", ["C01", "C03"]),
        ("Gamma", ["C01", "C03"]),
    ]


def test_chinese_names_are_listed_by_their_sound() -> None:
    zone = make_zone()
    for name in ("中科", "安州", "Alpha"):
        organization = make_organization(name_en="", name_zh=name)
        make_stand(zone=zone, exhibitor=make_exhibitor(zone=zone, organization=organization))
    with translation.override("zh-hans"):
        entries = directory(stand.stand for stand in hall_plan(zone.hall).stands)
        assert [str(entry.exhibitor.title) for entry in entries] == ["Alpha", "安州", "中科"]


def test_the_outline_of_a_card_asks_nothing_of_the_database() -> None:
    zone = make_zone()
    hall = Hall.objects.prefetch_related("zones").get(pk=zone.hall_id)
    with CaptureQueriesContext(connection) as queries:
        assert [drawn.zone for drawn in outline(hall).zones] == [zone]
    assert len(queries) == 0
