"""Rewards in money: of a license's net income, and of an institution's own use."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.equity import license_reward, net_income, self_use_rewards
from tests.matchmaking.equity.deals import refusal_of

FEE = Decimal("1000000.00")
COSTS = [Decimal("20000.00"), Decimal("15000.00"), Decimal("45000.00")]


def test_reward_of_a_license_is_half_of_the_net_income_or_more_by_own_rule() -> None:
    net = net_income(FEE, COSTS)
    assert str(net) == "920000.00"
    assert str(license_reward(net, pct=50)) == "460000.00"
    assert str(license_reward(net, pct=70)) == "644000.00"


def test_license_that_cost_more_than_it_brought_owes_no_reward() -> None:
    net = net_income(Decimal("50000"), COSTS)
    assert net == Decimal("-30000")
    assert str(license_reward(net, pct=50)) == "0.00"


def test_fraction_of_a_cent_is_rounded_up() -> None:
    assert str(license_reward(Decimal("0.01"), pct=50)) == "0.01"
    assert str(license_reward(Decimal("100.01"), pct=50)) == "50.01"


def test_year_of_loss_owes_nothing_and_takes_nothing_from_the_others() -> None:
    profits = {2026: Decimal("2000000"), 2027: Decimal("-500000"), 2028: Decimal("4000000")}
    assert self_use_rewards(profits, pct=5) == {2026: 100_000, 2027: 0, 2028: 200_000}


@given(st.integers(0, 10**40), st.integers(0, 100))
def test_reward_never_undercuts_the_rule_and_is_never_a_cent_above_it(cents: int, pct: int) -> None:
    reward = Fraction(license_reward(Decimal(f"{cents}E-2"), pct=pct))
    assert 0 <= reward - Fraction(cents * pct, 10_000) < Fraction(1, 100)


@pytest.mark.parametrize(
    ("fee", "costs", "code"),
    [
        (1000000.0, [], "not_an_amount"),
        (Decimal("NaN"), [], "not_an_amount"),
        (Decimal(-1), [], "negative"),
        (FEE, [20000], "not_an_amount"),
        (FEE, [Decimal(-1)], "negative"),
    ],
)
def test_income_that_is_no_amount_is_refused(fee: Decimal, costs: list[Decimal], code: str) -> None:
    assert refusal_of(lambda: net_income(fee, costs)).code == code


def test_reward_by_no_percentage_is_refused() -> None:
    assert refusal_of(lambda: license_reward(FEE, pct=101)).code == "percent_out_of_range"
    assert refusal_of(lambda: license_reward(FEE, pct=True)).code == "not_whole"
    assert refusal_of(lambda: license_reward(Decimal("Infinity"), pct=50)).code == "not_an_amount"
    assert refusal_of(lambda: self_use_rewards({2026: 1.0}, pct=5)).code == "not_an_amount"  # type: ignore[dict-item]
