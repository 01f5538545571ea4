"""Percentages of a table add up to exactly 100, whoever holds what."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.equity import MOST_PLACES, percentages, share
from tests.matchmaking.equity.deals import make_formation, refusal_of

HOLDINGS = st.dictionaries(
    st.text(max_size=3), st.one_of(st.integers(0, 40), st.integers(0, 10**60)), min_size=1, max_size=12
).filter(lambda units: any(units.values()))
PLACES = st.integers(0, MOST_PLACES)


def shown(units: dict[str, int], places: int = 2) -> str:
    return " ".join(f"{holder} {value}" for holder, value in percentages(units, places).items())


def test_table_of_the_new_company_is_exact() -> None:
    units = make_formation().units_by_holder()
    assert shown(units) == "INV 60.00 UNI 9.00 PI 10.50 B 6.30 C 4.20 ESOP 10.00"


def test_table_after_a_round_is_exact() -> None:
    units = {**make_formation().units_by_holder(), "SA": 2_500_000}
    assert shown(units) == "INV 48.00 UNI 7.20 PI 8.40 B 5.04 C 3.36 ESOP 8.00 SA 20.00"


def test_tie_of_remainders_goes_to_more_units() -> None:
    """Rounding half up would show 1.58 and 12.63, and 100.01 in total."""
    units = {**make_formation().units_by_holder(), "C": 157_500, "ESOP": 1_262_500}
    two, four = percentages(units), percentages(units, 4)
    assert (two["C"], two["ESOP"], sum(two.values())) == (Decimal("1.57"), Decimal("12.63"), 100)
    assert (str(four["C"]), str(four["ESOP"])) == ("1.5750", "12.6250")


def test_table_of_a_team_that_owns_most_of_its_result() -> None:
    """Sichuan University: the team owns 82 % of a result worth 2.0 million, an enterprise adds 8.0 million."""
    units = {"enterprise": 8_000_000, "team": 1_640_000, "university": 360_000}
    assert shown(units) == "enterprise 80.00 team 16.40 university 3.60"


def test_thirds_add_up_and_the_first_name_gets_the_last_digit() -> None:
    assert shown({"b": 1, "c": 1, "a": 1}) == "b 33.33 c 33.33 a 33.34"
    assert shown({"b": 1, "c": 1, "a": 1}, 0) == "b 33 c 33 a 34"


def test_rounding_of_a_table_with_seven_holders() -> None:
    units = {"INV": 6_000_000, "UNI": 1_170_000, "PI": 1_050_000, "B": 630_000, "C": 420_000, "ESOP": 1_000_000}
    assert shown({**units, "SEED": 2_730_000}) == "INV 46.15 UNI 9.00 PI 8.08 B 4.85 C 3.23 ESOP 7.69 SEED 21.00"


def test_holder_without_units_is_shown_with_nothing() -> None:
    assert shown({"a": 3, "b": 0, "c": 3, "d": 3}) == "a 33.34 b 0.00 c 33.33 d 33.33"


def test_holders_may_be_keys_of_any_kind() -> None:
    assert percentages({7: 1, ("x", 2): 3}) == {7: 25, ("x", 2): 75}
    assert percentages({1: 1, "1": 1, "2": 1}) == percentages({"2": 1, "1": 1, 1: 1})


def test_the_callers_precision_does_not_round_a_percentage() -> None:
    with localcontext() as context:
        context.prec = 3
        assert shown({"a": 2, "b": 1}, 6) == "a 66.666667 b 33.333333"
        assert str(share(2, 3, 6)) == "66.666667"


@given(HOLDINGS, PLACES)
def test_percentages_add_up_to_exactly_a_hundred(units: dict[str, int], places: int) -> None:
    values = percentages(units, places).values()
    assert sum(values) == 100
    assert {value.as_tuple().exponent for value in values} == {-places}


@given(HOLDINGS, PLACES)
def test_no_percentage_is_a_last_digit_away_from_the_truth(units: dict[str, int], places: int) -> None:
    total = sum(units.values())
    for holder, value in percentages(units, places).items():
        assert abs(Fraction(value) - Fraction(100 * units[holder], total)) < Fraction(1, 10**places)


@given(HOLDINGS, PLACES)
def test_who_has_more_is_never_shown_with_less(units: dict[str, int], places: int) -> None:
    table = percentages(units, places)
    ordered = [table[holder] for holder in sorted(units, key=lambda holder: (units[holder], table[holder]))]
    assert ordered == sorted(ordered)


@given(HOLDINGS, PLACES, st.randoms(use_true_random=False))
def test_order_of_the_rows_does_not_matter(units: dict[str, int], places: int, random: object) -> None:
    rows = list(units.items())
    random.shuffle(rows)  # type: ignore[attr-defined]
    table = percentages(dict(rows), places)
    assert table == percentages(units, places)
    assert list(table) == [holder for holder, _ in rows]


@given(HOLDINGS, PLACES, st.integers(1, 10**30))
def test_splitting_every_unit_changes_nothing(units: dict[str, int], places: int, factor: int) -> None:
    split = {holder: number * factor for holder, number in units.items()}
    assert percentages(split, places) == percentages(units, places)


@pytest.mark.parametrize(
    ("units", "code"),
    [
        ({}, "no_holders"),
        ({"a": 0, "b": 0}, "total_not_positive"),
        ({"a": 3, "b": -1}, "negative"),
        ({"a": 1.0}, "not_whole"),
        ({"a": Decimal(1)}, "not_whole"),
        ({"a": "1"}, "not_whole"),
        ({"a": True}, "not_whole"),
        ({"a": None}, "not_whole"),
    ],
)
def test_units_that_are_none_are_refused(units: dict[str, int], code: str) -> None:
    assert refusal_of(lambda: percentages(units)).code == code


@pytest.mark.parametrize(
    ("places", "code"),
    [(-1, "places_out_of_range"), (7, "places_out_of_range"), (2.0, "not_whole"), (True, "not_whole")],
)
def test_places_that_make_no_table_are_refused(places: int, code: str) -> None:
    assert refusal_of(lambda: percentages({"a": 1}, places)).code == code
    assert refusal_of(lambda: share(1, 1, places)).code == code


@pytest.mark.parametrize(
    ("part", "whole", "places", "expected"),
    [
        (2_100_000, 3_000_000, 2, "70.00"),
        (1_837_500, 3_000_000, 2, "61.25"),
        (157_500, 10_000_000, 2, "1.58"),
        (1_262_500, 10_000_000, 2, "12.62"),
        (2, 3, 2, "66.67"),
        (1, 3, 2, "33.33"),
        (1, 2, 0, "50"),
        (1, 200, 0, "0"),
        (3, 200, 0, "2"),
        (0, 5, 2, "0.00"),
        (5, 5, 2, "100.00"),
    ],
)
def test_single_share_is_rounded_half_to_even(part: int, whole: int, places: int, expected: str) -> None:
    assert str(share(part, whole, places)) == expected


@given(st.integers(1, 10**60).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))), PLACES)
def test_single_share_is_the_nearest_there_is(pair: tuple[int, int], places: int) -> None:
    part, whole = pair
    assert abs(Fraction(share(part, whole, places)) - Fraction(100 * part, whole)) <= Fraction(1, 2 * 10**places)


@pytest.mark.parametrize(
    ("part", "whole", "code"),
    [
        (1, 0, "total_not_positive"),
        (0, 0, "total_not_positive"),
        (1, -1, "negative"),
        (-1, 1, "negative"),
        (2, 1, "part_above_whole"),
        (0.5, 1, "not_whole"),
        (1, 1.0, "not_whole"),
        (True, 1, "not_whole"),
    ],
)
def test_share_of_nothing_or_of_less_is_refused(part: int, whole: int, code: str) -> None:
    assert refusal_of(lambda: share(part, whole)).code == code
