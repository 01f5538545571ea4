"""A deal as the public may see it: three legs, each hidden, as a teaser or in full, and the cap table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from expo.models import Transition
from matchmaking import equity
from matchmaking.models import (
    WAY,
    Deal,
    DealParty,
    DealState,
    EquityLine,
    LegPublication,
    TeamLine,
    TechnologyLine,
    TermSheet,
)
from matchmaking.models.naming import gives_away
from matchmaking.parties import unnamed, words_of
from matchmaking.term_sheets import agreed_value, appraised_value, formation_of

Hidden = None
TEAM_SHADES = 3  # colors of the team's family in a cap table; further members begin again


@dataclass(frozen=True)
class TechnologyLeg:
    """In full: every asset with its price. A teaser tells how many of what kind."""

    is_full: bool
    kinds: tuple[tuple[str, int], ...]
    lines: tuple[TechnologyLine, ...] = ()
    agreed: Decimal | None = None
    appraised: Decimal | None = None
    price_bases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Member:
    line: TeamLine
    share_of_company: Decimal | None


@dataclass(frozen=True)
class TeamLeg:
    """In full: every member. A teaser tells how many of what role."""

    is_full: bool
    roles: tuple[tuple[str, int], ...]
    members: tuple[Member, ...] = ()
    team_of_technology: Decimal | None = None
    institution_of_technology: Decimal | None = None
    team_of_company: Decimal | None = None


@dataclass(frozen=True)
class Part:
    """What one kind of contribution makes of the company."""

    kind: str
    label: str
    amount: Decimal
    percent: Decimal


@dataclass(frozen=True)
class CapRow:
    """A holder in the cap table; `x` and `width` are per cent of the bar's width, `tone` is its color's name.

    `short`, `holder` and `note` are what the public may read: who is not to be named is told by its kind.
    """

    line: EquityLine
    short: str
    holder: str
    note: str
    percent: Decimal
    tone: str
    x: Decimal
    width: Decimal


@dataclass(frozen=True)
class EquityLeg:
    """In full: capital, parts and holders. A teaser tells what kinds of contribution come together."""

    is_full: bool
    contributions: tuple[str, ...]
    capital: Decimal | None = None
    total_units: int = 0
    parts: tuple[Part, ...] = ()
    rows: tuple[CapRow, ...] = ()


@dataclass(frozen=True)
class Step:
    state: str
    label: str
    is_done: bool
    is_current: bool


@dataclass(frozen=True)
class Shown:
    deal: Deal
    sheet: TermSheet | None
    technology: TechnologyLeg | None
    team: TeamLeg | None
    equity: EquityLeg | None
    steps: tuple[Step, ...]

    @property
    def fingerprint(self) -> str:
        """The beginning of the terms' hash, where all terms are open: what is hidden could be guessed from it."""
        legs = (self.technology, self.team, self.equity)
        return self.sheet.content_hash[:12] if self.sheet and all(leg and leg.is_full for leg in legs) else ""


def shown(deal: Deal) -> Shown:
    """The public face of a deal. Prefetch the lines of its term sheets."""
    sheet = deal.current_sheet
    return Shown(
        deal=deal,
        sheet=sheet,
        technology=technology_leg(deal, sheet) if sheet and sheet.technology_lines.all() else Hidden,
        team=team_leg(deal, sheet) if sheet and sheet.team_lines.all() else Hidden,
        equity=equity_leg(deal, sheet) if sheet and sheet.equity_lines.all() else Hidden,
        steps=steps(deal),
    )


def _counted(lines: Any, field: str) -> tuple[tuple[str, int], ...]:
    labels = [str(getattr(line, f"get_{field}_display")()) for line in lines]
    return tuple(Counter(labels).items())


def technology_leg(deal: Deal, sheet: TermSheet) -> TechnologyLeg | None:
    if deal.technology_leg == LegPublication.HIDDEN:
        return Hidden
    lines = tuple(sheet.technology_lines.all())
    kinds = _counted(lines, "kind")
    if deal.technology_leg == LegPublication.TEASER:
        return TechnologyLeg(False, kinds)
    bases = tuple(dict.fromkeys(str(line.get_price_basis_display()) for line in lines))
    return TechnologyLeg(True, kinds, lines, agreed_value(sheet), appraised_value(sheet), bases)


def team_leg(deal: Deal, sheet: TermSheet) -> TeamLeg | None:
    """Shares are told only where the equity leg is open too."""
    if deal.team_leg == LegPublication.HIDDEN:
        return Hidden
    lines = tuple(sheet.team_lines.all())
    roles = _counted(lines, "role")
    if deal.team_leg == LegPublication.TEASER:
        return TeamLeg(False, roles)
    if deal.equity_leg != LegPublication.FULL or not sheet.equity_lines.all():
        return TeamLeg(True, roles, tuple(Member(line, None) for line in lines))
    formation = formation_of(sheet)
    percents = formation.percentages()
    holders = {line.member_id: line.short for line in sheet.equity_lines.all() if line.member_id}
    members = tuple(Member(line, percents.get(holders.get(line.pk, ""))) for line in lines)
    share = formation.team_share_of_technology
    return TeamLeg(
        True, roles, members, share, 100 - share if share is not None else None, formation.team_share_of_company
    )


def equity_leg(deal: Deal, sheet: TermSheet) -> EquityLeg | None:
    if deal.equity_leg == LegPublication.HIDDEN:
        return Hidden
    lines = list(sheet.equity_lines.all())
    contributions = tuple(dict.fromkeys(str(line.get_contribution_display()) for line in lines))
    if deal.equity_leg == LegPublication.TEASER:
        return EquityLeg(False, contributions)
    formation = formation_of(sheet)
    return EquityLeg(
        True, contributions, formation.registered_capital, formation.total, parts(formation), cap_rows(deal, lines)
    )


def parts(formation: equity.Formation) -> tuple[Part, ...]:
    """The company by kind of contribution, adding up to 100.00."""
    units = {kind: n for kind, n in formation.units_by_contribution().items() if n}
    labels = dict(EquityLine.Contribution.choices)
    percents = equity.percentages(units)
    return tuple(Part(kind, str(labels[kind]), formation.par * n, percents[kind]) for kind, n in units.items())


# The role in which a kind of holder is a party.
ROLES: dict[str, str] = {
    EquityLine.Family.INVESTOR: DealParty.Role.INVESTOR,
    EquityLine.Family.INSTITUTION: DealParty.Role.UNIVERSITY,
    EquityLine.Family.TEAM: DealParty.Role.TEAM,
    EquityLine.Family.POOL: DealParty.Role.PLATFORM_FUND,
    EquityLine.Family.FUND: DealParty.Role.GOV_FUND,
}


def may_name(deal: Deal, line: EquityLine, hidden: set[str]) -> bool:
    """A holder of the team is named where the team's leg is open, any other unless it is a party not to be named.

    Where any party of its role is not to be named, only a holder that is known to be another one is.
    """
    if line.is_of_team and deal.team_leg != LegPublication.FULL:
        return False
    told = f"{line.short} {line.holder_en} {line.holder_zh} {line.note_en} {line.note_zh}"
    if gives_away(told, hidden):
        return False
    role = ROLES[line.family]
    if all(party.is_named for party in deal.parties.all() if party.role == role):
        return True
    return gives_away(told, words_of(deal, named=True))


def cap_rows(deal: Deal, lines: list[EquityLine]) -> tuple[CapRow, ...]:
    """The lines with their percentages, adding up to 100.00, and where each begins on the bar."""
    percents = equity.percentages({line.pk: line.units for line in lines})
    hidden = unnamed(deal)
    rows: list[CapRow] = []
    begins, seen = Decimal(0), Counter[str]()
    for line in lines:
        seen[line.family] += 1
        n, percent = seen[line.family], percents[line.pk]
        tone = f"team{(n - 1) % TEAM_SHADES + 1}" if line.is_of_team else line.family
        words = (line.short, line.holder, line.note)
        if not may_name(deal, line, hidden):
            words = (f"{line.family[0].upper()}{n}", str(line.get_family_display()), "")
        rows.append(CapRow(line, *words, percent, tone, begins, percent))
        begins += percent
    return tuple(rows)


def steps(deal: Deal) -> tuple[Step, ...]:
    """The way of a deal. One that left the way (objection, termination) stands where it left it."""
    state = {DealState.OBJECTION: DealState.PUBLIC_NOTICE}.get(DealState(deal.state), DealState(deal.state))
    reached = WAY.index(state) if state in WAY else _last_step(deal)
    ended = state not in WAY
    return tuple(
        Step(str(step), str(step.label), i < reached or (ended and i == reached), i == reached and not ended)
        for i, step in enumerate(WAY)
    )


def _last_step(deal: Deal) -> int:
    """The furthest step that an ended deal reached, by its log; -1 for none."""
    states = set(Transition.objects.of(deal).values_list("to_state", flat=True))
    return max((i for i, step in enumerate(WAY) if step in states), default=-1)
