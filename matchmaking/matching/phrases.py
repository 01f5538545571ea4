"""Pieces of sentences from plain facts: figures, sums, days, names of choices."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from expo.amounts import money, plain
from expo.models import Mode, Region
from matchmaking.matching import parts

GAP = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")


def closed_up(words: str) -> str:
    """Sentences have a gap for figures that begin with digits; Chinese has none before one that begins with a word."""
    return GAP.sub("", words)


def listed(words: Sequence[str]) -> str:
    return pgettext("between the words of a list", ", ").join(words)


def figure(said: Mapping[str, Any], target: Mapping[str, Any]) -> str:
    """“at least 1,600 kA/m”, “at least 10 % less”; `said` with the unit of its target, and its condition."""
    words = _change(said) if target["is_change"] else f"{_bounds(said)} {target['unit']}".strip()
    condition = _in_active(said)
    return _("%(figure)s (%(condition)s)") % {"figure": words, "condition": condition} if condition else words


def _bounds(said: Mapping[str, Any]) -> str:
    value = plain(Decimal(said["value"]))
    match said["operator"]:
        case "between":
            return _("%(low)s to %(high)s") % {"low": value, "high": plain(Decimal(said["value_to"]))}
        case "ge":
            return _("at least %(value)s") % {"value": value}
        case "le":
            return _("at most %(value)s") % {"value": value}
        case _other:
            return value


def _change(said: Mapping[str, Any]) -> str:
    """Of what is compared with today: at most −10 per cent is at least 10 per cent less."""
    ends = [Decimal(said[name]) for name in ("value", "value_to") if said[name] is not None]
    is_less = max(ends) <= 0
    if min(ends) < 0 < max(ends):
        return f"{plain(ends[0], signed=True)} … {plain(ends[-1], signed=True)} %"
    turned = {"ge": "le", "le": "ge"} if is_less else {}
    sizes = sorted(abs(end) for end in ends)
    bounds = _bounds({
        "operator": turned.get(said["operator"], said["operator"]), "value": sizes[0], "value_to": sizes[-1]
    })  # fmt: skip
    return closed_up((_("%(size)s %% less") if is_less else _("%(size)s %% more")) % {"size": bounds})


def _in_active(said: Mapping[str, Any]) -> str:
    zh, en = said.get("condition_zh", ""), said.get("condition_en", "")
    return str((zh or en) if (get_language() or "en").startswith("zh") else (en or zh))


def amounts(low: str | None, high: str | None, currency: str) -> str:
    """A range of money: “¥1,200,000 to ¥1,800,000”, “up to …”, “from …”; one sum where both ends are the same."""
    if low is None and high is None:
        return _("not stated")
    if low == high and low is not None:
        return money(Decimal(low), currency)
    if low is None and high is not None:
        return _("up to %(sum)s") % {"sum": money(Decimal(high), currency)}
    if high is None and low is not None:
        return _("from %(sum)s") % {"sum": money(Decimal(low), currency)}
    sums = {"low": money(Decimal(low or 0), currency), "high": money(Decimal(high or 0), currency)}
    return _("%(low)s to %(high)s") % sums


def date(told: str | None) -> str:
    return date_format(dt.date.fromisoformat(told), "DATE_FORMAT") if told else ""


def mode_label(mode: str) -> str:
    return str(Mode(mode).label) if mode in Mode.values else mode


def region_label(code: str) -> str:
    """Of a region of China, or of a country."""
    if code in Region.values:
        return str(Region(code).label)
    from django_countries import countries

    return str(countries.name(code)) or code


def matter(name: str) -> str:
    """What a part is about, within a sentence."""
    matters = {
        parts.SUBJECT: _("the subject"),
        parts.REQUIREMENTS: _("figures to be reached"),
        parts.SECTOR: _("the field"),
        parts.MATURITY: _("the TRL"),
        parts.MODES: _("the way of working"),
        parts.BUDGET: _("the budget"),
        parts.EQUITY: _("shares"),
        parts.TEAM: _("the team"),
        parts.REGION: _("the region"),
        parts.DEADLINE: _("the time"),
    }
    return matters.get(name, name)
