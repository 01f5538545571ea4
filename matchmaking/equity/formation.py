"""Who holds what of a company on the day it is formed, and what has to be right about it.

A unit is one share, or in a limited liability company one yuan of registered capital at par 1.00. Sources: Company Law
(2023), art. 50, on contributions in kind; Promotion of Transformation law (2015), art. 45, on the reward floor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from matchmaking.equity.errors import EquityError, sentence
from matchmaking.equity.exact import EXACT, amount, balance, count, percent, whole_number
from matchmaking.equity.percentages import percentages, share

CASH = "cash"
TECHNOLOGY = "technology"
POOL = "pool"
GRANT = "grant"
CONTRIBUTIONS = (CASH, TECHNOLOGY, POOL, GRANT)


@dataclass(frozen=True)
class Stake:
    """One row of the table: units (whole, of any sign: the check speaks of 0 and less) for one kind of contribution.

    `is_team`: a person or a shareholding platform of the research team.
    EquityError: `holder_missing`, `not_whole`, `contribution_unknown`.
    """

    holder: str
    units: int
    contribution: str
    is_team: bool = False

    def __post_init__(self) -> None:
        if not self.holder.strip():
            raise EquityError("holder_missing")
        whole_number(self.holder, self.units)
        if self.contribution not in CONTRIBUTIONS:
            raise EquityError("contribution_unknown", contribution=self.contribution, known=", ".join(CONTRIBUTIONS))


@dataclass(frozen=True)
class Formation:
    """All stakes, in the order of the table, and the price of one unit at par in the deal's currency.

    Any iterable of stakes is kept as a tuple. EquityError: `not_an_amount`, `par_not_positive`.
    """

    stakes: tuple[Stake, ...]
    par: Decimal = Decimal("1.00")

    def __post_init__(self) -> None:
        object.__setattr__(self, "stakes", tuple(self.stakes))
        if balance("par", self.par) <= 0:
            raise EquityError("par_not_positive", par=self.par)

    @property
    def total(self) -> int:
        return sum(stake.units for stake in self.stakes)

    @property
    def technology_units(self) -> int:
        """The technology stake, everybody's."""
        return self.units_by_contribution()[TECHNOLOGY]

    @property
    def team_units(self) -> int:
        """The team's part of the technology stake; what it pays for in cash is no reward and does not count."""
        return sum(stake.units for stake in self.stakes if stake.is_team and stake.contribution == TECHNOLOGY)

    @property
    def registered_capital(self) -> Decimal:
        """Total units at par, exact."""
        return _at_par(self, self.total)

    @property
    def team_share_of_technology(self) -> Decimal | None:
        """Percent of the technology stake, two places; None where there is none to have a share of."""
        return _share(self.team_units, self.technology_units)

    @property
    def team_share_of_company(self) -> Decimal | None:
        """Percent of all units that the team holds for its technology, two places; None of a company without units."""
        return _share(self.team_units, self.total)

    def units_by_contribution(self) -> dict[str, int]:
        """Units of each of the four contributions, 0 where nobody makes it."""
        units = dict.fromkeys(CONTRIBUTIONS, 0)
        for stake in self.stakes:
            units[stake.contribution] += stake.units
        return units

    def units_by_holder(self) -> dict[str, int]:
        """All units of each holder, whatever given for, in the order of the table."""
        units: Counter[str] = Counter()
        for stake in self.stakes:
            units[stake.holder] += stake.units
        return dict(units)

    def percentages(self, places: int = 2) -> dict[str, Decimal]:
        """Percent of the company by holder; they add up to exactly 100. EquityError as `percentages` raises it."""
        return percentages(self.units_by_holder(), places)


@dataclass(frozen=True)
class Finding:
    """What a check found: a key of SENTENCES, how bad it is, and the values its sentence names. str() is English."""

    code: str
    severity: Literal["error", "warning"]
    values: dict[str, object]

    def __str__(self) -> str:
        return sentence(self.code, self.values)


@dataclass(frozen=True)
class RewardFloor:
    """The team's technology units (`has`) and the fewest that keep the floor (`needed`), whether or not it applies."""

    applies: bool
    floor_pct: int
    needed: int
    has: int
    ok: bool


def check_formation(
    formation: Formation, *, agreed: Decimal | None, appraised: Decimal | None, declared_total: int | None = None
) -> list[Finding]:
    """Everything that is wrong with a formation, errors and warnings; nothing found is an empty list.

    `agreed` and `appraised` are the sums over the technology contributed, in the currency of par; None: not known yet.
    Errors: `total_not_positive`, `units_not_positive`, `holder_twice`, `declared_total_differs`,
    `stake_not_agreed_value`, `agreed_above_appraised`. Warnings: `agreed_value_missing`, `founders_liable`.
    EquityError `not_an_amount`, `negative`, `not_whole` for a value that is none.
    """
    return [*_rows(formation), *_sum(formation, declared_total), *_worth(formation, agreed, appraised)]


def needs_floor(state_established: bool, has_written_agreement: bool) -> bool:
    """Whether the reward floor binds: always a state-established institution, others unless they agreed in writing.

    An institution's own written rule counts as an agreement. Promotion of Transformation law, art. 45.
    """
    return state_established or not has_written_agreement


def reward_floor(formation: Formation, *, floor_pct: int, applies: bool) -> RewardFloor:
    """Whether the team has at least `floor_pct` (whole, 0 to 100) percent of the technology stake: no rounding.

    `needed` is the fewest units that pass. A floor that does not apply is always kept; see `needs_floor`.
    Promotion of Transformation law, art. 45. EquityError: `not_whole`, `percent_out_of_range`.
    """
    hundredfold = percent(floor_pct) * formation.technology_units
    return RewardFloor(
        applies=applies,
        floor_pct=floor_pct,
        needed=-(-hundredfold // 100),
        has=formation.team_units,
        ok=not applies or 100 * formation.team_units >= hundredfold,
    )


def main_contributor_ok(main_units: int, team_units: int, pct: int) -> bool:
    """Whether the main contributors have at least `pct` (whole, 0 to 100) percent of the team's units: no rounding.

    State Council 2016 No. 16, not verified: a reason to warn, not to refuse.
    EquityError: `not_whole`, `negative`, `part_above_whole`, `percent_out_of_range`.
    """
    if count("main_units", main_units) > count("team_units", team_units):
        raise EquityError("part_above_whole", part=main_units, whole=team_units)
    return 100 * main_units >= percent(pct) * team_units


def _rows(formation: Formation) -> Iterator[Finding]:
    for stake in formation.stakes:
        if stake.units <= 0:
            yield _error("units_not_positive", holder=stake.holder, contribution=stake.contribution, units=stake.units)
    rows = Counter((stake.holder, stake.contribution) for stake in formation.stakes)
    for (holder, contribution), times in rows.items():
        if times > 1:
            yield _error("holder_twice", holder=holder, contribution=contribution, times=times)


def _sum(formation: Formation, declared_total: int | None) -> Iterator[Finding]:
    total = formation.total
    if total <= 0:
        yield _error("total_not_positive", total=total)
    if declared_total is not None and whole_number("declared_total", declared_total) != total:
        yield _error("declared_total_differs", total=total, declared=declared_total, difference=total - declared_total)


def _worth(formation: Formation, agreed: Decimal | None, appraised: Decimal | None) -> Iterator[Finding]:
    """What is contributed in kind is valued neither too high nor too low. Company Law (2023), art. 50."""
    ceiling = None if appraised is None else amount("appraised", appraised)
    if agreed is None:
        if formation.technology_units:
            yield Finding("agreed_value_missing", "warning", {"units": formation.technology_units})
        return
    stake = _at_par(formation, formation.technology_units)
    if stake != amount("agreed", agreed):
        yield _error("stake_not_agreed_value", stake=stake, agreed=agreed, difference=EXACT.subtract(stake, agreed))
    if ceiling is not None and agreed > ceiling:
        yield _error("agreed_above_appraised", agreed=agreed, appraised=ceiling)
        # Stays when an approver overrides the error: the liability does.
        yield Finding("founders_liable", "warning", {"shortfall": EXACT.subtract(agreed, ceiling)})


def _error(code: str, **values: object) -> Finding:
    return Finding(code, "error", values)


def _at_par(formation: Formation, units: int) -> Decimal:
    return EXACT.multiply(Decimal(units), formation.par)


def _share(part: int, whole: int) -> Decimal | None:
    """None also where negative units make it no share; the check says which."""
    return share(part, whole) if whole > 0 and 0 <= part <= whole else None
