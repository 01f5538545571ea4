"""What decisions teach about the weights: a logistic regression small enough to be read.

Each decision is the parts of a match and whether the side wanted to meet. A part that nobody asked for stands at its
mean, one that is open at nothing, as in the score. Coefficients become weights of 100 again, none below half and none
above twice what it was: decisions correct the weights, they do not replace them. What was learned is measured on the
newest quarter of the decisions, which were not learned from, beside the weights it would replace.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from matchmaking.matching.parts import DEFAULTS, NAMES, Part, Valued, total, weighed

LEAST = 200  # real decisions; with fewer chance speaks
LEAST_OF_A_KIND = 20  # of wanted and of unwanted ones
LEAST_SAID = 30  # decisions that must say something about a part, else its weight stays
HELD_BACK = 0.25  # the newest ones
RIDGE = 1.0  # pulls coefficients to nothing: of two parts that say the same none takes it all
STEPS = 25
NARROWEST, WIDEST = 0.5, 2.0  # of the weight before
Row = list[float]


@dataclass(frozen=True)
class Decision:
    """The parts of a match as they were, and whether the side wanted to meet. In the order of time."""

    parts: tuple[Part, ...]
    is_wanted: bool


@dataclass(frozen=True)
class Judged:
    """How well weights tell wanted from unwanted on `count` decisions. `right` is the share of pairs of one of each in
    which the wanted one has the higher score, equals counting half (AUC); None where one kind is missing.
    """

    count: int
    wanted: int
    right: float | None


@dataclass(frozen=True)
class Learned:
    """`weights` of 100; `coefficients` and `said` by part, `said` in how many decisions it was asked for and stated."""

    weights: dict[str, int]
    coefficients: dict[str, float]
    said: dict[str, int]
    learned_from: int
    before: Judged
    after: Judged
    kept: tuple[str, ...] = field(default=())  # parts that too few decisions say something about


class TooFew(ValueError):
    """`missing` decisions more are needed, of `kind`: any, wanted or unwanted."""

    def __init__(self, missing: int, kind: str) -> None:
        super().__init__(kind)
        self.missing = missing
        self.kind = kind


def learn(decisions: Sequence[Decision], weights: Mapping[str, int] = DEFAULTS) -> Learned:
    """Weights that fit the decisions better. Raises TooFew."""
    _require_enough(decisions)
    held = max(1, round(HELD_BACK * len(decisions)))
    taught, kept_back = decisions[:-held], decisions[-held:]
    said = {name: sum(_value(row, name) is not None for row in taught) for name in NAMES}
    names = [name for name in NAMES if said[name] >= LEAST_SAID and weights.get(name, 0) > 0]
    coefficients = _fitted(taught, names)
    found = _as_weights(coefficients, weights)
    return Learned(
        found,
        {name: round(coefficients[name], 3) for name in names},
        said,
        len(taught),
        judged(kept_back, weights),
        judged(kept_back, found),
        tuple(name for name in NAMES if name not in names),
    )


def _require_enough(decisions: Sequence[Decision]) -> None:
    if len(decisions) < LEAST:
        raise TooFew(LEAST - len(decisions), "any")
    wanted = sum(row.is_wanted for row in decisions)
    for count, kind in ((wanted, "wanted"), (len(decisions) - wanted, "unwanted")):
        if count < LEAST_OF_A_KIND:
            raise TooFew(LEAST_OF_A_KIND - count, kind)


# ------------------------------------------------------------------ measuring
def judged(decisions: Sequence[Decision], weights: Mapping[str, int]) -> Judged:
    scores = [(score(row.parts, weights), row.is_wanted) for row in decisions]
    wanted = [value for value, is_wanted in scores if is_wanted]
    others = [value for value, is_wanted in scores if not is_wanted]
    pairs = len(wanted) * len(others)
    right = sum((one > other) + 0.5 * (one == other) for one in wanted for other in others)
    return Judged(len(decisions), len(wanted), round(right / pairs, 4) if pairs else None)


def score(parts: Sequence[Part], weights: Mapping[str, int]) -> int:
    """What the match would have earned with other weights."""
    return total(reweighed(parts, weights))


def reweighed(parts: Sequence[Part], weights: Mapping[str, int]) -> list[Part]:
    return weighed([Valued(part.name, part.value, part.facts) for part in parts if part.name in DEFAULTS], weights)


# ------------------------------------------------------------------ fitting
def _value(decision: Decision, name: str) -> float | None:
    """What a part earned of its weight; None where nobody asked for it, 0 where it is open."""
    return next((part.value or 0.0 for part in decision.parts if part.name == name), None)


def _fitted(decisions: Sequence[Decision], names: Sequence[str]) -> dict[str, float]:
    """Coefficients of the parts by Newton's method (iteratively reweighted least squares), with a ridge."""
    known = {name: [value for row in decisions if (value := _value(row, name)) is not None] for name in names}
    means = {name: fmean(values) for name, values in known.items()}
    rows = [
        [1.0, *((_value(row, name) if _value(row, name) is not None else means[name]) - means[name] for name in names)]  # type: ignore[operator]
        for row in decisions
    ]
    wanted = [float(row.is_wanted) for row in decisions]
    size = len(names) + 1
    found = [0.0] * size
    for _step in range(STEPS):
        slope = [0.0] + [-RIDGE * value for value in found[1:]]
        bend = [[RIDGE * (i == j and i > 0) for j in range(size)] for i in range(size)]
        for row, is_wanted in zip(rows, wanted, strict=True):
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, _times(row, found)))))
            for i in range(size):
                slope[i] += (is_wanted - chance) * row[i]
                for j in range(i + 1):
                    bend[i][j] += chance * (1 - chance) * row[i] * row[j]
        for i in range(size):
            for j in range(i):
                bend[j][i] = bend[i][j]
        step = _solved(bend, slope)
        found = [value + change for value, change in zip(found, step, strict=True)]
        if max(map(abs, step)) < 1e-9:
            break
    return dict(zip(names, found[1:], strict=True))


def _times(row: Row, other: Row) -> float:
    return sum(one * two for one, two in zip(row, other, strict=True))


def _solved(matrix: list[Row], right: Row) -> Row:
    """Gauss's elimination with the largest pivot; the ridge keeps the matrix regular."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for i in range(size):
        pivot = max(range(i, size), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(i + 1, size):
            share = rows[k][i] / (rows[i][i] or 1e-12)
            rows[k] = [value - share * above for value, above in zip(rows[k], rows[i], strict=True)]
    found = [0.0] * size
    for i in reversed(range(size)):
        known = sum(rows[i][k] * found[k] for k in range(i + 1, size))
        found[i] = (rows[i][-1] - known) / (rows[i][i] or 1e-12)
    return found


def _as_weights(coefficients: Mapping[str, float], weights: Mapping[str, int]) -> dict[str, int]:
    """The points of the learned parts shared out by their coefficients, within the bounds; all others stay."""
    pool = sum(weights[name] for name in coefficients)
    whole = sum(max(value, 0.0) for value in coefficients.values())
    found = {name: int(weights.get(name, 0)) for name in NAMES}
    if not whole or not pool:
        return found
    for name, value in coefficients.items():
        share = pool * max(value, 0.0) / whole
        found[name] = round(min(max(share, NARROWEST * weights[name]), WIDEST * weights[name]))
    return _of_100(found)


def _of_100(points: Mapping[str, int]) -> dict[str, int]:
    """The same proportions in whole points of 100."""
    parts = weighed([Valued(name, 0.0) for name, value in points.items() if value > 0], points)
    return {name: next((part.weight for part in parts if part.name == name), 0) for name in NAMES}
