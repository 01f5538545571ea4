"""The parts of a score: what each may earn, what it earned, and the facts its words are made from.

A part is asked for where the demand says something about it; the weights of those asked for are scaled to 100 points.
A part is earned where the offer says something too; where it does not, the part is open: it earns nothing, and the
words say what it could change. So the points of all parts add up to the score, always.

Who asks for little cannot be answered wholly: what is missing to LEAST of what could be asked for is a part as well,
which is open whoever offers.
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
UNSAID = "unsaid"  # what the demand does not tell, of no weight of its own

# Points of 100 where everything is asked for. What a partner can do and how far it is outweighs the terms, which can be
# talked about; where and when come last. Organizers change them (`MatchWeights`).
DEFAULTS: Mapping[str, int] = {
    SUBJECT: 40, REQUIREMENTS: 20, MATURITY: 10, SECTOR: 8, MODES: 6, BUDGET: 6, EQUITY: 3, TEAM: 3, REGION: 2,
    DEADLINE: 2,
}  # fmt: skip
NAMES = tuple(DEFAULTS)
# Of 100, by weight, what a demand asks for before all points can be earned: a text alone earns up to 57, with its
# field up to 68, which is no strong match yet; with targets and what is needed of the terms all of them.
LEAST = 70


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
    found = [
        Part(row.name, points[row.name], earned(points[row.name], row.value), row.value, row.facts) for row in asked
    ]
    if points.get(UNSAID):
        named = {row.name for row in values}
        facts = {"parts": [name for name in NAMES if name not in named]}
        found.append(Part(UNSAID, points[UNSAID], 0, None, facts))
    return found


def could_earn(parts: Iterable[Part]) -> int:
    """Of 100 points those of all that the demand asks for."""
    return 100 - sum(part.weight for part in parts if part.name == UNSAID)


def earned(points: int, value: float | None) -> int:
    return int(points * (value or 0.0) + 0.5)


def shares(names: Iterable[str], weights: Mapping[str, int]) -> dict[str, int]:
    """The weights of the parts asked for, scaled to 100 in whole points by largest remainder (of equals the heavier
    part, then the earlier name). A part of no weight has none. Below LEAST what is missing to it is UNSAID.
    """
    named = set(names)
    asked = {name: 100 * weights[name] for name in NAMES if name in named and weights.get(name, 0) > 0}
    missing = LEAST * sum(weights.get(name, 0) for name in NAMES) - sum(asked.values())
    if asked and missing > 0:
        asked[UNSAID] = missing
    whole, names = sum(asked.values()), (*NAMES, UNSAID)
    parts = {name: divmod(100 * weight, whole) for name, weight in asked.items()}
    points = {name: share for name, (share, _rest) in parts.items()}
    order = sorted(points, key=lambda name: (-parts[name][1], -asked[name], names.index(name)))
    for name in order[: 100 - sum(points.values())]:
        points[name] += 1
    return points
