"""The parts of a score: what each may earn, what it earned, and the facts its words are made from.

A part is asked for where the demand says something about it; the weights of those asked for are scaled to 100 points.
A part is earned where the offer says something too; where it does not, the part is open: it earns nothing, and the
words say what it could change. So the points of all parts add up to the score, always.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SUBJECT = "subject"  # what both texts are about
REQUIREMENTS = "requirements"  # targets in figures
SECTOR = "sector"
MATURITY = "maturity"  # TRL asked against offered
MODES = "modes"  # ways of cooperation
BUDGET = "budget"  # against the price
EQUITY = "equity"  # shares wished against offered
TEAM = "team"  # the people come along
REGION = "region"
DEADLINE = "deadline"  # needed by, against ready from

# Points of 100 where everything is asked for. What a partner can do and how far it is outweighs the terms, which can be
# talked about; where and when come last. Organizers change them (`MatchWeights`).
DEFAULTS: Mapping[str, int] = {
    SUBJECT: 40, REQUIREMENTS: 20, MATURITY: 10, SECTOR: 8, MODES: 6, BUDGET: 6, EQUITY: 3, TEAM: 3, REGION: 2,
    DEADLINE: 2,
}  # fmt: skip
NAMES = tuple(DEFAULTS)


@dataclass(frozen=True)
class Part:
    """`value` is 0..1, None while it is open; `points` of `weight` were earned. `facts` are plain data (JSON)."""

    name: str
    weight: int
    points: int
    value: float | None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.value is None

    def to_dict(self) -> dict[str, Any]:
        names = ("name", "weight", "points", "value", "facts")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Part:
        return cls(data["name"], data["weight"], data["points"], data["value"], dict(data.get("facts", {})))


@dataclass(frozen=True)
class Valued:
    """One part before weights: `value` None where only the demand said something."""

    name: str
    value: float | None
    facts: dict[str, Any] = field(default_factory=dict)


def read(stored: Iterable[Mapping[str, Any]]) -> list[Part]:
    """The parts of a stored match."""
    return [Part.from_dict(row) for row in stored]


def total(parts: Iterable[Part]) -> int:
    return sum(part.points for part in parts)


def could_be(parts: Sequence[Part], part: Part) -> int:
    """The score if an open part turned out to fit wholly."""
    return total(parts) + part.weight - part.points


def weighed(values: Sequence[Valued], weights: Mapping[str, int] = DEFAULTS) -> list[Part]:
    """Values as parts, in the order of NAMES, each earned to the nearest point."""
    return shared_out(values, shares([row.name for row in values], weights))


def shared_out(values: Sequence[Valued], points: Mapping[str, int]) -> list[Part]:
    """The same with the points of each part known."""
    asked = sorted((row for row in values if row.name in points), key=lambda row: NAMES.index(row.name))
    return [
        Part(row.name, points[row.name], earned(points[row.name], row.value), row.value, row.facts) for row in asked
    ]


def earned(points: int, value: float | None) -> int:
    return int(points * (value or 0.0) + 0.5)


def shares(names: Iterable[str], weights: Mapping[str, int]) -> dict[str, int]:
    """The weights of the parts asked for, scaled to 100 in whole points by largest remainder (of equals the heavier
    part, then the earlier name). A part of no weight has none.
    """
    named = set(names)
    asked = [name for name in NAMES if name in named and weights.get(name, 0) > 0]
    whole = sum(weights[name] for name in asked)
    parts = {name: divmod(100 * weights[name], whole) for name in asked}
    points = {name: share for name, (share, _rest) in parts.items()}
    order = sorted(points, key=lambda name: (-parts[name][1], -weights[name], NAMES.index(name)))
    for name in order[: 100 - sum(points.values())]:
        points[name] += 1
    return points
