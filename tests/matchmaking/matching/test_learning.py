"""Weights learned from decisions: enough of them, measured on others, and never far from what they were."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from matchmaking.matching.learning import LEAST, Decision, TooFew, judged, learn
from matchmaking.matching.parts import BUDGET, DEFAULTS, MATURITY, NAMES, REQUIREMENTS, SUBJECT, Valued, weighed


def decisions(count: int, wants: Callable[[dict[str, float]], bool], seed: int = 7) -> list[Decision]:
    """Random matches in which everything is stated, decided by `wants` of their values."""
    rng, found = random.Random(seed), []  # noqa: S311
    for _i in range(count):
        values = {name: rng.random() for name in NAMES}
        parts = weighed([Valued(name, value) for name, value in values.items()])
        found.append(Decision(tuple(parts), wants(values)))
    return found


def by_budget(values: dict[str, float]) -> bool:
    return values[BUDGET] > 0.5


def test_below_two_hundred_it_refuses_and_says_how_many_are_missing() -> None:
    with pytest.raises(TooFew) as refused:
        learn(decisions(LEAST - 30, by_budget))
    assert (refused.value.missing, refused.value.kind) == (30, "any")


def test_decisions_of_one_kind_alone_teach_nothing() -> None:
    with pytest.raises(TooFew) as refused:
        learn(decisions(300, lambda values: True))
    assert (refused.value.missing, refused.value.kind) == (20, "unwanted")


def test_what_decides_gains_weight_and_the_order_of_unseen_ones_gets_better() -> None:
    learned = learn(decisions(400, by_budget))
    assert sum(learned.weights.values()) == 100
    assert learned.weights[BUDGET] > DEFAULTS[BUDGET]
    assert learned.coefficients[BUDGET] == max(learned.coefficients.values())
    assert (learned.learned_from, learned.before.count) == (300, 100)
    assert learned.before.right is not None
    assert learned.after.right is not None
    assert learned.after.right > learned.before.right


def test_no_part_leaves_the_bounds_however_loud_the_decisions_are() -> None:
    learned = learn(decisions(2000, by_budget))
    growth = [(learned.weights[name] + 0.5) / DEFAULTS[name] for name in (SUBJECT, REQUIREMENTS, MATURITY, BUDGET)]
    assert max(growth) / min(growth) <= 4.5  # twice against half, and what rounding adds


def test_a_part_that_few_decisions_speak_of_keeps_its_weight_in_proportion() -> None:
    rows = []
    for row in decisions(300, by_budget):
        values = [Valued(part.name, part.value) for part in row.parts if part.name != MATURITY]
        rows.append(Decision(tuple(weighed(values)), row.is_wanted))
    learned = learn(rows)
    assert MATURITY in learned.kept
    assert MATURITY not in learned.coefficients
    assert learned.said[MATURITY] == 0


def test_decisions_by_chance_change_little() -> None:
    rng = random.Random(3)  # noqa: S311
    learned = learn(decisions(600, lambda values: rng.random() > 0.5))
    assert learned.after.right is not None
    assert abs(learned.after.right - 0.5) < 0.15


def test_weights_that_tell_nothing_put_half_of_the_pairs_right() -> None:
    parts = tuple(weighed([Valued(SUBJECT, 0.5)]))
    assert judged([Decision(parts, True), Decision(parts, False)], DEFAULTS).right == 0.5
    assert judged([Decision(parts, True)], DEFAULTS).right is None
