"""Demands go out as a table and come in again."""

from __future__ import annotations

import pytest

from expo.exchange.exporting import export
from expo.models import User
from expo.registry import tables
from matchmaking.models import Demand, TargetMetric
from tests.expo.exchange.files import csv_of, errors_of, imported, judge
from tests.factories import make_demand, make_organization, make_parameter, make_sector

pytestmark = pytest.mark.django_db
HEADER = ("slug", "confidentiality", "organization", "title_en", "sector", "targets", "modes")


@pytest.fixture
def ground() -> None:
    make_organization(slug="huixi-drives")
    make_sector(slug="magnetics")
    make_parameter(slug="coercivity", unit="kA/m")
    make_parameter(slug="production-cost", unit="CNY")


def row(**cells: str) -> tuple[str, ...]:
    values = {
        "slug": "magnet", "confidentiality": "public", "organization": "huixi-drives", "title_en": "Magnet",
        "sector": "magnetics", "targets": "coercivity >= 1900; production-cost <= -10 %", "modes": "in_kind",
    }  # fmt: skip
    return tuple((values | cells)[name] for name in HEADER)


def test_a_demand_comes_in_with_its_targets(ground: None, organizer: User) -> None:
    imported("demand", csv_of(HEADER, row()), by=organizer)
    demand = Demand.objects.get(slug="magnet")
    assert [(t.parameter.slug, t.operator, t.value, t.is_change) for t in demand.target_metrics.all()] == [
        ("coercivity", "ge", 1900, False),
        ("production-cost", "le", -10, True),
    ]
    assert demand.state == "draft"


def test_a_target_that_stays_keeps_its_condition(ground: None, organizer: User) -> None:
    imported("demand", csv_of(HEADER, row()), by=organizer)
    TargetMetric.objects.filter(parameter__slug="coercivity").update(condition_en="20 °C")
    imported("demand", csv_of(HEADER, row(targets="coercivity >= 1900; coercivity = 1.5 .. 2")), by=organizer)
    assert [(t.operator, t.condition_en) for t in TargetMetric.objects.all()] == [("ge", "20 °C"), ("between", "")]


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ("coercivty >= 1900", "Do you mean “coercivity”?"),
        ("coercivity about 1900", "is no target"),
        ("coercivity = 5 .. 2", "is no range"),
        ("coercivity >= 2 .. 5", "is no range"),
        ("coercivity >= 99999999999999999999", "At most 15 digits"),
        ("coercivity >= 1.2345678", "too many decimals"),
    ],
)
def test_a_target_nobody_can_measure_is_refused(ground: None, organizer: User, targets: str, words: str) -> None:
    assert words in errors_of("demand", csv_of(HEADER, row(targets=targets)), by=organizer)["targets"]


def test_a_demand_without_its_name_needs_a_code(ground: None, organizer: User) -> None:
    data = csv_of(HEADER, row(confidentiality="anonymous"))
    assert "code" in errors_of("demand", data, by=organizer)["slug"]
    assert not Demand.objects.exists()


def test_what_the_public_sees_may_be_written_in_words(ground: None, organizer: User) -> None:
    (outcome,) = judge("demand", csv_of(HEADER, row(confidentiality="Public, with our name")), by=organizer)
    assert (outcome.kind, outcome.errors) == ("new", {})


def test_a_target_written_twice_is_one(ground: None, organizer: User) -> None:
    imported("demand", csv_of(HEADER, row(targets="coercivity >= 1900; coercivity >= 1900.0")), by=organizer)
    assert TargetMetric.objects.count() == 1


def test_no_file_hides_a_name_that_the_targets_still_tell(ground: None, organizer: User) -> None:
    firm = make_organization(slug="bluerock", name_en="Bluerock Drives")
    demand = make_demand(slug="d-23456789ab", organization=firm, confidentiality="public")
    TargetMetric.objects.create(
        demand=demand,
        parameter=make_parameter(slug="density"),
        operator="ge",
        value=1,
        condition_en="Bluerock test rig",
    )
    data = csv_of(("slug", "confidentiality"), (demand.slug, "anonymous"))
    assert "names the enterprise" in errors_of("demand", data, by=organizer)["confidentiality"]


def test_what_goes_out_comes_in_as_the_same(organizer: User) -> None:
    make_demand()
    make_demand(confidentiality="anonymous")
    data = export(tables["demand"], "csv", rows=None, everything=True)
    assert {outcome.kind for outcome in judge("demand", data, by=organizer)} == {"same"}
