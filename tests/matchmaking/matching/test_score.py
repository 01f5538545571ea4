"""What an offer earns of a demand, part by part, and the words that are made of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from expo.models import Mode, Region
from matchmaking.match_rows import STRONG
from matchmaking.matching import parts, score
from matchmaking.matching.facts import DemandFacts, OfferFacts, Place, Shared, Text
from matchmaking.matching.figures import Figure
from matchmaking.matching.parts import NAMES, SECTOR, SUBJECT, UNSAID, Part, Valued, could_be, shares, total, weighed
from matchmaking.matching.phrases import matter
from matchmaking.matching.score import SERVED_BY, asked_for, excluded, valued, worth
from matchmaking.matching.sentences import SENTENCES
from matchmaking.matching.words import explained, part_label

MATERIALS, MAGNETS, GLASS, ROBOTS = Place(1), Place(2, 1), Place(3, 1), Place(4)
READ = Text(0.2, True, 0.5, {"en": Shared(12, ("magnet", "coercivity"))})


def part(name: str, demand: DemandFacts, **offer: Any) -> Part:
    """The part of that name, between a demand and an innovation."""
    found = weighed(valued(demand, OfferFacts(**{"noun": "innovation", "key": 1, **offer}), text=READ))
    return next(row for row in found if row.name == name)


def yuan(amount: int | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)


def words_of(demand: DemandFacts, offer: OfferFacts, side: str) -> str:
    told = explained(weighed(valued(demand, offer, text=READ)), side=side)
    return " | ".join(row.words for rows in (told.fits, told.misses, told.questions) for row in rows)


@pytest.mark.parametrize(
    ("budget", "price", "value"),
    [
        ((None, 100), (None, 100), 1.0),
        ((None, 100), (20, 100), 1.0),
        ((None, 100), (50, 150), 0.75),
        ((None, 100), (100, 200), 0.5),
        ((None, 100), (125, 200), 0.25),
        ((None, 100), (150, None), 0.0),
        ((None, 100), (1_000, 2_000), 0.0),
        ((50, None), (900, 1_000), 1.0),
        ((None, 0), (10, 20), 0.0),
        ((None, 0), (0, 0), 1.0),
        ((100, 200), (None, None), None),
        ((200, 100), (50, 60), None),
        ((100, 200), (60, 50), None),
    ],
)
def test_a_price_is_held_against_the_end_of_the_budget(budget: Any, price: Any, value: float | None) -> None:
    low, high = map(yuan, budget)
    demand = DemandFacts(budget_min=low, budget_max=high)
    found = part(parts.BUDGET, demand, price_min=yuan(price[0]), price_max=yuan(price[1]))
    assert found.value == value


def test_sums_in_two_currencies_and_contradictory_ranges_become_questions_that_say_so() -> None:
    offer = OfferFacts("innovation", 1, price_min=Decimal(10), currency="EUR")
    assert "two currencies, which are not compared" in words_of(DemandFacts(budget_max=Decimal(100)), offer, "asking")
    upside_down = DemandFacts(budget_min=Decimal(9), budget_max=Decimal(5))
    assert "ends below where it begins" in words_of(upside_down, replace(offer, currency="CNY"), "offering")


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [(MAGNETS, MAGNETS, 1.0), (MAGNETS, MATERIALS, 0.8), (MATERIALS, GLASS, 0.8), (MAGNETS, GLASS, 0.4),
     (MAGNETS, ROBOTS, 0.0), (MATERIALS, ROBOTS, 0.0), (MAGNETS, None, None)],
)  # fmt: skip
def test_fields_are_as_near_from_either_side(one: Place, other: Place | None, value: float | None) -> None:
    assert part(parts.SECTOR, DemandFacts(sector=one), sector=other).value == value
    if other is not None:
        assert part(parts.SECTOR, DemandFacts(sector=other), sector=one).value == value


@pytest.mark.parametrize(("offered", "value"), [(9, 1.0), (6, 1.0), (5, 0.7), (4, 0.4), (1, 0.0), (None, None)])
def test_each_missing_level_of_readiness_costs(offered: int | None, value: float | None) -> None:
    found = part(parts.MATURITY, DemandFacts(trl=6), trl=offered)
    assert found.value == (None if value is None else pytest.approx(value))


def test_more_rights_serve_who_asks_for_fewer_and_never_the_other_way_round() -> None:
    assert set(SERVED_BY) == set(Mode.values)
    assert part(parts.MODES, DemandFacts(modes=frozenset(["non_exclusive"])), modes=frozenset(["sole"])).value == 1.0
    want = DemandFacts(modes=frozenset(["exclusive", "joint_development"]))
    assert part(parts.MODES, want, modes=frozenset(["assignment"])).value == 0.5
    assert excluded(want, OfferFacts("innovation", 1, modes=frozenset(["non_exclusive"]))) == "modes"
    assert excluded(want, OfferFacts("innovation", 1)) == ""


def test_a_target_that_nobody_states_is_open_inside_the_part() -> None:
    cost = Figure(1, "le", Decimal(-10), is_change=True, unit="%", name_en="Cost")
    force = Figure(2, "ge", Decimal(1600), unit="kA/m", name_en="Coercivity")
    demand = DemandFacts(targets=(cost, force))
    stated = Figure(1, "between", Decimal(-20), Decimal(-15), True)
    found = part(parts.REQUIREMENTS, demand, figures=(stated,))
    assert (found.value, [row["verdict"] for row in found.facts["targets"]]) == (0.5, ["met", "unknown"])
    assert part(parts.REQUIREMENTS, demand, figures=(Figure(3, "eq", Decimal(1)),)).value is None
    told = words_of(demand, OfferFacts("innovation", 1, figures=(stated,)), "asking")
    assert "Cost: you ask for at least 10 % less; they state 15 to 20 % less." in told
    assert "Coercivity (at least 1,600 kA/m)" in told
    told = words_of(demand, OfferFacts("innovation", 1, figures=(stated,)), "offering")
    assert "Cost: they ask for at least 10 % less; you state 15 to 20 % less." in told


def test_an_open_part_says_what_it_could_change() -> None:
    found = weighed(valued(DemandFacts(trl=6), OfferFacts("innovation", 1), text=READ))
    most = could_be(found, next(row for row in found if row.is_open))
    assert f"It may lift this match to {most}." in explained(found, side="asking").questions[0].words


def test_what_waits_for_an_agreement_is_not_among_the_parts_that_are_shown() -> None:
    demand = DemandFacts(
        is_detailed=False, kind="talent", sector=MAGNETS, trl=6, budget_max=Decimal(5), deadline=dt.date(2027, 1, 1),
        modes=frozenset(["in_kind"]), accepts_equity=True, region="CN-SC", targets=(Figure(1, "ge", Decimal(1)),),
    )  # fmt: skip
    assert asked_for(demand.shown(), "innovation") == [parts.SUBJECT, parts.SECTOR, parts.TEAM]


# ------------------------------------------------------------------ of any pair
AMOUNTS = st.none() | st.decimals(0, 10**9, places=2)
MODES = st.frozensets(st.sampled_from(Mode.values))
PLACES = st.none() | st.sampled_from([MATERIALS, MAGNETS, GLASS, ROBOTS])
DAYS = st.none() | st.dates(dt.date(2025, 1, 1), dt.date(2030, 1, 1))
FLAGS = st.none() | st.booleans()
VALUES = st.decimals(-1_000, 1_000, places=1)
FIGURES = st.lists(
    st.one_of(
        st.builds(Figure, st.integers(1, 4), st.sampled_from(["eq", "le", "ge"]), VALUES, is_change=st.booleans()),
        st.builds(Figure, st.integers(1, 4), st.just("between"), VALUES, VALUES, is_change=st.booleans()),
    ),
    max_size=4,
).map(tuple)
DEMANDS = st.builds(
    DemandFacts, kind=st.sampled_from(["key_technology", "product", "talent"]), sector=PLACES,
    trl=st.none() | st.integers(1, 9), modes=MODES, budget_min=AMOUNTS, budget_max=AMOUNTS,
    currency=st.sampled_from(["CNY", "EUR"]), accepts_equity=FLAGS, wants_team=FLAGS,
    region=st.sampled_from(["", *Region.values]), deadline=DAYS, targets=FIGURES,
)  # fmt: skip
OFFERS = st.builds(
    OfferFacts, st.sampled_from(["innovation", "product", "instrument"]), st.just(1), sector=PLACES,
    trl=st.none() | st.integers(1, 9), modes=MODES, price_min=AMOUNTS, price_max=AMOUNTS,
    currency=st.sampled_from(["CNY", "EUR"]), team=FLAGS, regions=st.frozensets(st.sampled_from(["CN-SC", "DE"])),
    ready_on=DAYS, figures=FIGURES,
)  # fmt: skip
TEXTS = st.builds(Text, st.none() | st.floats(0, 1), st.booleans())
WEIGHTS = st.fixed_dictionaries({name: st.integers(0, 100) for name in NAMES})


@given(DEMANDS, OFFERS, TEXTS, WEIGHTS)
def test_the_parts_of_every_pair_add_up_to_its_score(
    demand: DemandFacts, offer: OfferFacts, text: Text, weights: dict[str, int]
) -> None:
    values = valued(demand, offer, text=text)
    found = weighed(values, weights)
    assert sum(row.weight for row in found) == (100 if found else 0)
    assert all(0 <= row.points <= row.weight and (row.points == 0 or row.value is not None) for row in found)
    points = shares(asked_for(demand, offer.noun), weights)
    assert score.score(demand, offer, text=text, points=points) == total(found) <= 100
    for side in ("asking", "offering"):
        for language in ("en", "zh-hans"):
            with translation.override(language):
                told = explained(found, side=side)
                assert {row.part for rows in vars(told).values() for row in rows} == {row.name for row in found}
    assert set(SENTENCES) == {*NAMES, UNSAID}
    assert all(part_label(name) != name and matter(name) != name for name in NAMES)


def without_each(facts: Any) -> Iterator[Any]:
    """The facts as often as there are some, each time without one of them, however deep it lies."""
    if isinstance(facts, dict):
        for name, value in facts.items():
            rest = {other: said for other, said in facts.items() if other != name}
            yield rest
            yield from ({**rest, name: less} for less in without_each(value))
    elif isinstance(facts, list):
        for place, value in enumerate(facts):
            yield from ([*facts[:place], less, *facts[place + 1 :]] for less in without_each(value))


@pytest.mark.parametrize("side", ["asking", "offering"])
@pytest.mark.parametrize("says_all", [True, False])
def test_a_stored_part_that_lacks_newer_facts_leaves_out_what_it_cannot_say(side: str, says_all: bool) -> None:
    figure = Figure(1, "ge", Decimal(5), unit="K", name_en="Heat", name_zh="热", condition_en="dry")
    demand = DemandFacts(
        sector=MAGNETS, trl=6, budget_max=Decimal(5), deadline=dt.date(2027, 1, 1), modes=frozenset(["in_kind"]),
        accepts_equity=True, wants_team=True, region="CN-SC", targets=(figure, replace(figure, parameter_id=2)),
    )  # fmt: skip
    offer = OfferFacts(
        "innovation", 1, sector=GLASS, trl=5, price_min=Decimal(4), ready_on=dt.date(2026, 1, 1), team=False,
        modes=frozenset(["in_kind"]), regions=frozenset(["DE"]), figures=(figure,),
    ) if says_all else OfferFacts("innovation", 1)  # fmt: skip
    found = weighed(valued(demand, offer, text=READ))
    assert {row.name for row in found} == set(NAMES)
    whole, tried = set(words_by_part(found, side)), 0
    for place, row in enumerate(found):
        for facts in without_each(json.loads(json.dumps(row.facts))):
            told = words_by_part([*found[:place], replace(row, facts=facts), *found[place + 1 :]], side)
            assert whole - told <= {words for words in whole if words[0] == row.name}
            assert {name for name, _words in told - whole} <= {"requirements"}  # a name or a condition less
            tried += 1
    assert tried > 30


def words_by_part(found: list[Part], side: str) -> set[tuple[str, str]]:
    told = explained(found, side=side)
    return {(row.part, row.words) for rows in (told.fits, told.misses, told.questions) for row in rows}


@given(DEMANDS, OFFERS, TEXTS, st.data())
def test_an_offer_that_improves_one_fact_never_loses_points(
    demand: DemandFacts, offer: OfferFacts, text: Text, data: st.DataObject
) -> None:
    before = total(weighed(valued(demand, offer, text=text)))
    better = [
        replace(offer, trl=min(9, (offer.trl or 0) + 1)),
        replace(offer, sector=demand.sector),
        replace(offer, modes=offer.modes | demand.modes),
        replace(offer, team=True),
        replace(offer, regions=offer.regions | {demand.region}),
        replace(offer, figures=(*offer.figures, *demand.targets)),
    ]
    if offer.ready_on is not None:
        better.append(replace(offer, ready_on=offer.ready_on - dt.timedelta(days=30)))
    low, high = offer.price_min, offer.price_max
    if low is not None and high is not None and low <= high:
        better.append(replace(offer, price_min=low / 2, price_max=high / 2))
    found = data.draw(st.sampled_from(better))
    if found.modes != offer.modes and demand.accepts_equity is False:
        return  # to offer shares as well is no improvement for who gives none
    assert total(weighed(valued(demand, found, text=text))) >= before


# ------------------------------------------------------------------ who says little
def test_a_text_alone_is_no_strong_match_however_well_it_is_answered() -> None:
    best = Text(1.0, True)
    alone = weighed(valued(DemandFacts(), OfferFacts("innovation", 1), text=best))
    assert [(row.name, row.points, row.weight) for row in alone] == [(SUBJECT, 57, 57), (UNSAID, 0, 43)]
    with_field = weighed(valued(DemandFacts(sector=MAGNETS), OfferFacts("innovation", 1, sector=MAGNETS), text=best))
    assert total(alone) < total(with_field) < STRONG
    question = explained(alone, side="asking").questions[0].words
    assert question.startswith("You say nothing of: figures to be reached, the TRL, the field, the way of working.")
    assert "It may lift this match to 100." in question


@given(st.floats(0, 1), st.permutations(NAMES[1:]))
def test_to_ask_for_more_that_fits_lowers_no_score(subject: float, order: list[str]) -> None:
    asked, last = [Valued(SUBJECT, subject)], 0
    for name in order:
        asked.append(Valued(name, 1.0))
        found = total(weighed(asked))
        assert found >= last - 1  # whole points: at most the one that is rounded
        last = found


@given(st.floats(0, 1), st.floats(0, 1), st.booleans(), st.integers(1, 32), st.integers(1, 32))
def test_the_fewer_words_a_text_has_the_more_of_them_must_be_found(
    one: float, other: float, is_semantic: bool, few: int, many: int
) -> None:
    (low, high), (few, many) = sorted((one, other)), sorted((few, many))
    short, long = ((words / 32) ** 0.5 for words in (few, many))
    assert worth(low, is_semantic=is_semantic, certainty=short) <= worth(high, is_semantic=is_semantic, certainty=short)
    assert worth(low, is_semantic=is_semantic, certainty=short) <= worth(low, is_semantic=is_semantic, certainty=long)


@given(DEMANDS, DEMANDS, OFFERS, TEXTS)
def test_what_waits_for_an_agreement_moves_nothing_that_the_side_that_offers_reads(
    one: DemandFacts, other: DemandFacts, offer: OfferFacts, text: Text
) -> None:
    """Not even the score: who changes an offer could guess from it what is hidden. Instead it says what is missing."""
    shown = [
        weighed(valued(row.shown(), offer, text=text))
        for row in (replace(hidden, kind="process", sector=MAGNETS, is_detailed=False) for hidden in (one, other))
    ]
    assert shown[0] == shown[1]
    assert {row.name for row in shown[0]} == {SUBJECT, SECTOR, UNSAID}
    assert total(shown[0]) < STRONG
    told = explained(shown[0], side="offering").questions[-1].words
    assert "In public they say nothing of: figures to be reached, the TRL" in told
    assert "What they say later may also speak against this match." in told
