"""Whether a stated figure reaches one that is asked for. Works on rows of the database and on plain facts alike."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

EQ, LE, GE, BETWEEN = "eq", "le", "ge", "between"


class Verdict(StrEnum):
    MET = "met"
    PARTLY = "partly"
    MISSED = "missed"
    UNKNOWN = "unknown"


RANK = (Verdict.MET, Verdict.PARTLY, Verdict.MISSED, Verdict.UNKNOWN)


class Stated(Protocol):
    """What a target and a metric share."""

    @property
    def parameter_id(self) -> int: ...
    @property
    def operator(self) -> str: ...
    @property
    def value(self) -> Decimal: ...
    @property
    def value_to(self) -> Decimal | None: ...
    @property
    def is_change(self) -> bool: ...


@dataclass(frozen=True)
class Figure:
    """A target or a metric; `unit` is that of the parameter, or % of a change."""

    parameter_id: int
    operator: str
    value: Decimal
    value_to: Decimal | None = None
    is_change: bool = False
    unit: str = ""
    name_en: str = ""
    name_zh: str = ""
    condition_en: str = ""
    condition_zh: str = ""

    def said(self) -> dict[str, Any]:
        """Plain data: the figure without its name."""
        return {
            "operator": self.operator,
            "value": f"{self.value:f}",
            "value_to": None if self.value_to is None else f"{self.value_to:f}",
            "condition_en": self.condition_en,
            "condition_zh": self.condition_zh,
        }


def span(stated: Stated) -> tuple[Decimal | None, Decimal | None]:
    """The values it allows, both ends included; None is no end."""
    if stated.operator == BETWEEN:
        return stated.value, stated.value_to
    if stated.operator == LE:
        return None, stated.value
    return (stated.value, None) if stated.operator == GE else (stated.value, stated.value)


def compare(target: Stated, stated: Stated) -> Verdict:
    """MET where all that is stated lies within the target, PARTLY where some of it may, MISSED where nothing can."""
    if target.parameter_id != stated.parameter_id or target.is_change != stated.is_change:
        return Verdict.UNKNOWN
    low, high = span(target)
    from_, to = span(stated)
    reaches_low = low is None or (from_ is not None and from_ >= low)
    reaches_high = high is None or (to is not None and to <= high)
    if reaches_low and reaches_high:
        return Verdict.MET
    below = low is not None and to is not None and to < low
    above = high is not None and from_ is not None and from_ > high
    return Verdict.MISSED if below or above else Verdict.PARTLY
