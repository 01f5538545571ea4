"""A stated figure held against one that is asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from expo.demo import load_fixtures
from expo.generating import generate
from expo.models import Innovation, Metric, Parameter
from expo.search import changes, generation
from matchmaking import targets
from matchmaking.matching.figures import Verdict, compare, span
from matchmaking.models import Demand, TargetMetric
from matchmaking.targets import answers_to, asked_for_by, hold_against
from tests.factories import make_demand, make_innovation, make_metric, make_parameter, make_sector, make_target

MET, PARTLY, MISSED, UNKNOWN = Verdict.MET, Verdict.PARTLY, Verdict.MISSED, Verdict.UNKNOWN


def said(model: Any, parameter: Parameter, words: str) -> Any:
    """“ge 5”, “between -20 -15”; a “%” in front makes it a change."""
    operator, *values = words.removeprefix("%").split()
    value_to = Decimal(values[1]) if len(values) > 1 else None
    return model(
        parameter=parameter,
        operator=operator,
        value=Decimal(values[0]),
        value_to=value_to,
        is_change=words.startswith("%"),
    )


@pytest.mark.parametrize(
    ("asked", "stated", "better", "verdict"),
    [
        # The customer asks for at least ten per cent less; 20 to 15 per cent less is stated.
        ("%le -10", "%between -20 -15", "lower", MET),
        ("%le -10", "%between -15 -5", "lower", PARTLY),
        ("%le -10", "%between -8 -5", "lower", MISSED),
        ("%le -10", "%eq -10", "lower", MET),
        # A change and a plain value say nothing of each other.
        ("%le -10", "le -10", "lower", UNKNOWN),
        ("le 90", "%le 90", "lower", UNKNOWN),
        # One value.
        ("ge 5", "eq 5", "higher", MET),
        ("ge 5", "eq 4.999999", "higher", MISSED),
        ("le 5", "eq 5", "lower", MET),
        ("le 5", "eq 5.000001", "lower", MISSED),
        ("eq 5", "eq 5", "neither", MET),
        ("eq 5", "eq 6", "neither", MISSED),
        ("eq 5", "eq 4", "neither", MISSED),
        # Ranges, both ends included.
        ("between 1 9", "between 1 9", "neither", MET),
        ("between 1 9", "between 2 8", "neither", MET),
        ("between 2 8", "between 1 9", "neither", PARTLY),
        ("between 2 8", "between 8 9", "neither", PARTLY),
        ("between 2 8", "between 9 10", "neither", MISSED),
        ("between 2 8", "between 0 1", "neither", MISSED),
        ("ge 5", "between 4 6", "higher", PARTLY),
        ("ge 5", "between 5 6", "higher", MET),
        # Open ends promise nothing of how far they reach.
        ("ge 5", "ge 5", "higher", MET),
        ("ge 5", "ge 4", "higher", PARTLY),
        ("ge 5", "le 4", "higher", MISSED),
        ("ge 5", "le 9", "higher", PARTLY),
        ("le 100", "le 90", "lower", MET),
        ("le 90", "le 100", "lower", PARTLY),
        ("le 90", "ge 91", "lower", MISSED),
        ("between 50 100", "le 90", "lower", PARTLY),
        ("between 50 100", "le 90", "neither", PARTLY),
        ("between 50 100", "ge 60", "higher", PARTLY),
        ("between 50 100", "ge 60", "neither", PARTLY),
        ("eq 5", "ge 5", "higher", PARTLY),
        ("eq 5", "ge 5", "neither", PARTLY),
    ],
)
def test_a_stated_figure_meets_meets_partly_or_misses_a_target(
    asked: str, stated: str, better: str, verdict: Verdict
) -> None:
    parameter = Parameter(pk=1, name_en="Loss", better=better)
    assert compare(said(TargetMetric, parameter, asked), said(Metric, parameter, stated)) == verdict


def test_two_quantities_say_nothing_of_each_other() -> None:
    one, other = Parameter(pk=1), Parameter(pk=2)
    assert compare(said(TargetMetric, one, "eq 5"), said(Metric, other, "eq 5")) == UNKNOWN


@pytest.mark.parametrize(
    ("words", "ends"), [("eq 5", (5, 5)), ("le 5", (None, 5)), ("ge 5", (5, None)), ("between 5 6", (5, 6))]
)
def test_the_span_of_a_figure(words: str, ends: tuple[int | None, int | None]) -> None:
    assert span(said(Metric, Parameter(pk=1), words)) == ends


@pytest.mark.django_db
def test_of_several_statements_the_best_one_answers_and_silence_is_unknown() -> None:
    heat, price = make_parameter(better="higher"), make_parameter(better="lower")
    demand = make_demand(targets=[{"parameter": heat, "value": 150}, {"parameter": price, "operator": "le"}])
    innovation = make_innovation()
    make_metric(innovation=innovation, parameter=heat, value=120)
    best = make_metric(innovation=innovation, parameter=heat, value=180, position=1)
    answer = hold_against(demand, innovation, demand.shown_targets)
    assert [(row.stated, row.verdict) for row in answer.comparisons] == [(best, MET), (None, UNKNOWN)]
    assert (answer.met, answer.stated) == (1, 1)


@pytest.mark.django_db
def test_innovations_of_the_field_that_state_something_answer_best_ones_first() -> None:
    field = make_sector()
    part, heat, price = make_sector(parent=field), make_parameter(better="higher"), make_parameter(better="lower")
    demand = make_demand(
        sector=part, targets=[{"parameter": heat, "value": 150}, {"parameter": price, "operator": "le", "value": 9}]
    )
    weak, strong, mute, elsewhere, unready = (
        make_innovation(sector=field),
        make_innovation(sector=part),
        make_innovation(sector=part),
        make_innovation(),
        make_innovation(sector=part, state="draft"),
    )
    for innovation, value in ((weak, 120), (strong, 180), (elsewhere, 180), (unready, 180)):
        make_metric(innovation=innovation, parameter=heat, value=value)
    make_metric(innovation=strong, parameter=price, value=8)
    assert [answer.innovation for answer in answers_to(demand)] == [strong, weak]
    assert mute.metrics.count() == 0
    assert answers_to(demand, limit=1)[0].met == 2


def a_field_with_demand() -> Demand:
    """Of a part of a field, with three targets; innovations of all places that state some of them, in turn."""
    field = make_sector(slug="field")
    part, sibling, elsewhere = make_sector(slug="part", parent=field), make_sector(parent=field), make_sector()
    asked = [make_parameter() for _n in range(3)]
    for n in range(24):
        sector = (part, field, sibling, elsewhere)[n % 4]
        innovation = make_innovation(slug=f"innovation-{n}", sector=sector, position=99 - n)
        for parameter in [*asked[: n % 5], make_parameter()][-3:]:
            make_metric(innovation=innovation, parameter=parameter, value=180, is_change=n == 21)
    make_metric(innovation=Innovation.objects.get(slug="innovation-4"), parameter=asked[0], value=200, position=1)
    make_metric(innovation=make_innovation(sector=part, state="draft"), parameter=asked[0])
    return make_demand(sector=part, targets=[{"parameter": row, "value": 150} for row in (*asked, asked[0])])


@pytest.mark.django_db
@pytest.mark.parametrize("candidates", [40, 3])
def test_the_index_and_the_database_find_the_same_answers_in_the_same_order(
    candidates: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where there are more of them than are looked at."""
    monkeypatch.setattr(targets, "CANDIDATES", candidates)
    demand = a_field_with_demand()

    def found() -> list[tuple[Innovation, int, int]]:
        return [(answer.innovation, answer.met, answer.stated) for answer in answers_to(demand, limit=99)]

    without = found()
    assert len(without) == min(candidates, 8)
    changes.rebuild()
    assert generation.opened() is not None
    assert found() == without
    Metric.objects.filter(innovation=without[0][0]).delete()
    Innovation.objects.filter(pk=without[1][0].pk).update(state="draft")
    gone = {row[0] for row in without[:2]}
    assert [row[0] for row in found()] == [row[0] for row in without if row[0] not in gone]  # none in their place


@pytest.mark.django_db
def test_the_real_magnet_answers_its_demand_first_among_many_samples() -> None:
    load_fixtures()
    demand = Demand.objects.get(slug="sintered-magnet-without-heavy-rare-earths")
    generate(400, seed=1)
    without = answers_to(demand)
    assert without[0].innovation.slug == "heavy-rare-earth-free-ndfeb-magnet"
    changes.rebuild()
    assert answers_to(demand) == without


@pytest.mark.django_db
def test_a_demand_without_figures_or_field_asks_nobody() -> None:
    assert answers_to(make_demand(targets=[])) == []
    assert answers_to(make_demand(sector=None)) == []
    assert answers_to(make_demand(confidentiality="nda_only")) == []
    assert asked_for_by(make_innovation()) == []
    assert asked_for_by(make_metric(innovation=make_innovation(sector=None)).innovation) == []


@pytest.mark.django_db
def test_an_innovation_finds_open_demands_but_none_that_hides_its_targets() -> None:
    sector, heat = make_sector(), make_parameter(better="higher")
    innovation = make_metric(innovation=make_innovation(sector=sector), parameter=heat, value=180).innovation
    target = {"parameter": heat, "value": 150}
    asked = make_demand(sector=sector, targets=[target])
    make_demand(sector=sector, targets=[target], confidentiality="nda_only")
    make_demand(sector=sector, targets=[target], state="solved")
    make_demand(targets=[target])
    other = make_demand(sector=sector, targets=[])
    make_target(demand=other)
    assert [(answer.demand, answer.met) for answer in asked_for_by(innovation)] == [(asked, 1)]
