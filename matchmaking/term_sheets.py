"""Term sheets: what they add up to, what is wrong with them, their hash, and the next version."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import PolicyRule, User
from expo.models.base import MOST_DIGITS
from matchmaking import equity
from matchmaking.equity_words import told
from matchmaking.models import Deal, EquityLine, TeamLine, TechnologyLine, TermSheet
from matchmaking.models.term_sheet import refuse_when_frozen

LINES: tuple[tuple[str, type[models.Model]], ...] = (
    ("technology_lines", TechnologyLine),
    ("team_lines", TeamLine),
    ("equity_lines", EquityLine),
)
ALL_CONTRIBUTIONS = Decimal("100.00")
MOST_CAPITAL = Decimal(10**MOST_DIGITS - 1).scaleb(-2)  # to the cent


def formation_of(sheet: TermSheet) -> equity.Formation:
    """The stakes of a sheet, by the holders' short names."""
    stakes = [
        equity.Stake(line.short, line.units, line.contribution, is_team=line.is_of_team)
        for line in sheet.equity_lines.all()
    ]
    return equity.Formation(tuple(stakes), par=sheet.par_value)


def agreed_value(sheet: TermSheet) -> Decimal | None:
    """What all its technology is agreed to be worth; None without technology."""
    return _sum(line.agreed_value for line in sheet.technology_lines.all())


def appraised_value(sheet: TermSheet) -> Decimal | None:
    """What all its technology was appraised at; None where any asset lacks an appraisal."""
    values = [line.appraised_value for line in sheet.technology_lines.all()]
    return None if None in values else _sum(values)


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


# ------------------------------------------------------------------ what is wrong
def problems(sheet: TermSheet, *, day: dt.date | None = None) -> tuple[list[str], list[str]]:
    """(errors, warnings) in words. A sheet with an error is not saved; a warning is for people to judge."""
    errors: list[str] = []
    warnings: list[str] = []
    contributions = [line.contribution for line in sheet.team_lines.all()]
    if contributions and (total := sum(contributions)) != ALL_CONTRIBUTIONS:
        errors.append(_("The contributions of the team add up to %(total)s %%, not to 100.00 %%.") % {"total": total})
    if sheet.equity_lines.all():
        formation = formation_of(sheet)
        if formation.registered_capital > MOST_CAPITAL:
            words = _("A registered capital of %(amount)s has more than the %(most)d digits that are kept exactly.")
            errors.append(words % {"amount": f"{formation.registered_capital:,}", "most": MOST_DIGITS})
        found = equity.check_formation(
            formation,
            agreed=agreed_value(sheet),
            appraised=appraised_value(sheet),
            declared_total=sheet.total_units,
        )
        for finding in found:
            (errors if finding.severity == "error" else warnings).append(told(finding))
        floor_errors, floor_warnings = reward_problems(sheet, formation, day=day or timezone.localdate())
        errors += floor_errors
        warnings += floor_warnings
    return errors, warnings


def reward_problems(sheet: TermSheet, formation: equity.Formation, *, day: dt.date) -> tuple[list[str], list[str]]:
    """The legal floor of the team's reward, by the dated rule; an unverified rule only warns."""
    rule = PolicyRule.objects.on(day).filter(key="reward.floor.equity_pct").order_by("-valid_from").first()
    if rule is None or not formation.technology_units:
        return [], []
    floor = equity.reward_floor(formation, floor_pct=int(rule.value), applies=is_bound(sheet.deal))
    if floor.ok:
        return [], []
    words = _(
        "The team holds %(has)s of %(all)s technology units; the law asks for %(percent)s %%, that is %(needed)s."
    ) % {
        "has": f"{floor.has:,}",
        "all": f"{formation.technology_units:,}",
        "percent": floor.floor_pct,
        "needed": f"{floor.needed:,}",
    }
    return ([words], []) if rule.is_verified else ([], [words])


def is_bound(deal: Deal) -> bool:
    """Whether the legal floor binds: where a state-established institution is a party, or nothing else is agreed."""
    of_state = deal.parties.filter(role="university", organization__is_state_established=True).exists()
    return equity.needs_floor(of_state, deal.has_reward_agreement)


# ------------------------------------------------------------------ the text that everybody signs
def terms(sheet: TermSheet) -> dict[str, Any]:
    """All that is agreed on, as plain values in a fixed order, the same in every database.

    The note on what is new in a version and the dates of editing are no terms; a note beside a holder is one.
    """
    content: dict[str, Any] = {
        "deal": sheet.deal.code,
        "currency": sheet.deal.currency,
        "par_value": f"{sheet.par_value:.2f}",
        "vesting_months": sheet.vesting_months,
        "cliff_months": sheet.cliff_months,
    }
    for name, model in LINES:
        rows = getattr(sheet, name).order_by("position", "pk").values(*_columns(model))
        content[name] = [{column: _plain(value) for column, value in row.items()} for row in rows]
    return content


# What a line points to goes into the text by its name: keys differ from one database to the next.
NAMED_BY = {"innovation": ("innovation__slug",), "member": ("member__name_en", "member__name_zh")}


def _columns(model: type[models.Model]) -> list[str]:
    names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    return [column for name in names if name != "term_sheet" for column in NAMED_BY.get(name, (name,))]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, dt.date) else value


def hash_of(sheet: TermSheet) -> str:
    text = json.dumps(terms(sheet), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# ------------------------------------------------------------------ acts
def settle(sheet: TermSheet, *, by: User | None) -> TermSheet:
    """After its lines were written: check them, write the hash, and tell the deal its figures. All or nothing."""
    with transaction.atomic():
        deal = sheet.deal = Deal.objects.select_for_update().get(pk=sheet.deal_id)
        refuse_when_frozen(deal)
        stored = as_stored(sheet)
        if not stored.is_current:
            raise DomainError(_("“%(sheet)s” is not in force: another version took its place.") % {"sheet": sheet})
        errors, _warnings = problems(stored)
        if errors:
            raise DomainError(" ".join(errors), field="total_units" if _is_off_total(stored) else "")
        sheet.created_by = sheet.created_by or by
        sheet.content_hash = hash_of(sheet)
        sheet.save(update_fields=["created_by", "content_hash", "updated_at"])
        tell_deal(deal, stored)
    return sheet


def as_stored(sheet: TermSheet) -> TermSheet:
    """The sheet as it stands in the database now, with all its lines."""
    lines = [name for name, _model in LINES]
    return TermSheet.objects.select_related("deal").prefetch_related(*lines).get(pk=sheet.pk)


def _is_off_total(sheet: TermSheet) -> bool:
    return sheet.total_units is not None and sheet.total_units != formation_of(sheet).total


def tell_deal(deal: Deal, sheet: TermSheet) -> None:
    """Keep on the deal what listings filter by."""
    formation = formation_of(sheet) if sheet.equity_lines.exists() else None
    share = formation.team_share_of_company if formation else None
    amount = formation.registered_capital if formation else None
    if (deal.team_share, deal.amount) != (share, amount):
        deal.team_share, deal.amount = share, amount
        deal.save(update_fields=["team_share", "amount", "updated_at"])


def next_version(deal: Deal, *, by: User | None) -> TermSheet:
    """A copy of the sheet in force under the next number, now in force itself; the first sheet is empty."""
    with transaction.atomic():
        deal = Deal.objects.select_for_update().get(pk=deal.pk)
        refuse_when_frozen(deal)
        old = deal.term_sheets.filter(is_current=True).first()
        last = deal.term_sheets.aggregate(last=models.Max("number"))["last"] or 0
        new = TermSheet(deal=deal, number=last + 1, created_by=by)
        if old is not None:
            old.is_current = False
            old.save(update_fields=["is_current", "updated_at"])
            for name in ("par_value", "total_units", "vesting_months", "cliff_months"):
                setattr(new, name, getattr(old, name))
        new.save()
        if old is not None:
            _copy_lines(old, new)
        new.content_hash = hash_of(new)
        new.save(update_fields=["content_hash", "updated_at"])
    return new


def _copy_lines(old: TermSheet, new: TermSheet) -> None:
    members: dict[int, TeamLine] = {}
    for name, _model in LINES:  # the team before the equity that points to it
        for line in getattr(old, name).order_by("position", "pk"):
            was, line.pk, line._state.adding, line.term_sheet = line.pk, None, True, new
            if isinstance(line, EquityLine) and line.member_id:
                line.member = members[line.member_id]
            line.save()
            if isinstance(line, TeamLine):
                members[was] = line
