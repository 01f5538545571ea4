"""Demands as a table: the columns, and targets written into one cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from expo.exchange.cells import Cell, Choices, closest
from expo.exchange.nouns import write_modes
from expo.exchange.tables import Column, TableResource
from expo.models import Measured, Mode, Parameter
from expo.models.base import MOST_DIGITS, is_too_long
from matchmaking.models import Confidentiality, Demand, TargetMetric, WantedMode
from matchmaking.models.codes import new_code
from matchmaking.models.demand import CODED, is_coded

Op = Measured.Operator
SIGNS = {"=": Op.EQ, "<=": Op.LE, "≤": Op.LE, ">=": Op.GE, "≥": Op.GE}
NUMBER = r"[-−]?\d+(?:\.\d+)?"
TARGET = re.compile(rf"([a-z0-9-]+)\s*(=|<=|>=|≤|≥)\s*({NUMBER})(?:\s*\.\.\s*({NUMBER}))?\s*(%)?")
PLACES = 6  # as the database keeps them
Target = tuple[Parameter, str, Decimal, Decimal | None, bool]


class Targets(Cell):
    """`coercivity >= 1900; production-cost <= -10 %; thickness = 2 .. 4`: a per cent sign means a change in per cent
    of the baseline. Conditions are written on the demand's page."""

    def prepare(self, rows: Iterable[Mapping[str, str]], column: str) -> None:
        self.parameters = {parameter.slug: parameter for parameter in Parameter.objects.all()}

    def clean(self, value: str, row: Mapping[str, str] | None = None, **kwargs: Any) -> list[Target]:
        return list(dict.fromkeys(self._target(part.strip()) for part in value.split(";") if part.strip()))

    def _target(self, text: str) -> Target:
        match = TARGET.fullmatch(text)
        if match is None:
            raise ValueError(_("“%(text)s” is no target. Write it like: coercivity >= 1900") % {"text": text})
        slug, sign, low, high, change = match.groups()
        if slug not in self.parameters:
            near = closest(slug, self.parameters)
            words = _("There is no parameter “%(slug)s”.") % {"slug": slug}
            guess = _("Do you mean “%(near)s”?") % {"near": near}
            raise ValueError(f"{words} {guess}" if near else words)
        if high is not None and (sign != "=" or _number(high) <= _number(low)):
            raise ValueError(_("“%(text)s” is no range. Write it like: thickness = 2 .. 4") % {"text": text})
        operator = Op.BETWEEN if high is not None else SIGNS[sign]
        return self.parameters[slug], operator, _number(low), _number(high) if high else None, bool(change)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "; ".join(written(*target) for target in value or [])

    def allowed(self) -> str:
        return _("targets with semicolons between them: coercivity >= 1900; production-cost <= -10 %")


def _number(text: str) -> Decimal:
    """ValueError in words where it could not be given back to the last digit."""
    number = Decimal(text.replace("−", "-"))
    if is_too_long(number) or number.adjusted() >= MOST_DIGITS - PLACES:
        raise ValueError(_("At most %(most)d digits are kept exactly. Enter a shorter number.") % {"most": MOST_DIGITS})
    if number != round(number, PLACES):
        raise ValueError(_("“%(value)s” has too many decimals; at most %(most)d.") % {"value": text, "most": PLACES})
    return number


def written(parameter: Parameter, operator: str, low: Decimal, high: Decimal | None, is_change: bool) -> str:
    sign = {Op.LE: "<=", Op.GE: ">="}.get(Op(operator), "=")
    numbers = " .. ".join(f"{number.normalize():f}" for number in (low, high) if number is not None)
    return f"{parameter.slug} {sign} {numbers}{' %' if is_change else ''}"


def targets_of(demand: Demand) -> list[Target]:
    return [_as_target(row) for row in demand.target_metrics.all()]


def _as_target(row: TargetMetric) -> Target:
    return row.parameter, row.operator, row.value, row.value_to, row.is_change


def write_targets(pairs: Sequence[tuple[Any, Any]]) -> None:
    """The targets of each demand in the order given; one that stays keeps its baseline and its condition."""
    for demand, targets in pairs:
        held = {written(*_as_target(row)): row for row in demand.target_metrics.select_related("parameter")}
        for position, target in enumerate(targets or []):
            row = held.pop(written(*target), None) or TargetMetric(demand=demand)
            row.parameter, row.operator, row.value, row.value_to, row.is_change = target
            row.position = position
            row.save()
        TargetMetric.objects.filter(pk__in=[row.pk for row in held.values()]).delete()


class DemandTable(TableResource):
    SELECT = ("organization", "sector")
    PREFETCH = ("wanted_modes", "target_metrics__parameter")
    EXAMPLES = {
        "slug": "magnet-for-traction-motors", "title_en": "Magnet for traction motors", "title_zh": "牵引电机用磁体",
        "organization": "huixi-drive-systems", "confidentiality": "public", "kind": "key_technology",
        "sector": "magnetic-materials", "targets": "coercivity >= 1900; production-cost <= -10 %",
        "modes": "in_kind; joint_development", "budget_min": "300000.00", "budget_max": "800000.00",
        "deadline": "2027-03-31",
    }  # fmt: skip

    targets = Column(
        "targets_written",
        Targets(),
        meaning=gettext_lazy("Figures that an answer must reach"),
        reads=targets_of,
        writes=write_targets,
    )
    modes = Column(
        "modes_named",
        Choices(Mode.choices),
        meaning=gettext_lazy("Ways of cooperation that would do"),
        reads=lambda demand: [row.mode for row in demand.wanted_modes.all()],
        writes=write_modes(WantedMode, "demand"),
    )

    class Meta:
        model = Demand
        import_id_fields = ("slug",)
        fields = (
            "slug", "state", "confidentiality", "organization", "title_en", "title_zh", "claim_en", "claim_zh",
            "problem_en", "problem_zh", "situation_en", "situation_zh", "limits_en", "limits_zh", "kind", "sector",
            "targets", "trl_wanted", "modes", "budget_min", "budget_max", "currency", "budget_reason_en",
            "budget_reason_zh", "deadline", "accepts_equity", "wants_team", "region_wanted", "ip_expectation",
            "decision_owner", "decision_owner_email", "expires_on", "position", "origin",
        )  # fmt: skip

    def import_field(
        self, field: Column, instance: Any, row: Mapping[str, str], is_m2m: bool = False, **kwargs: Any
    ) -> None:
        """A demand without its name has a code for a key, else the second import would not find it again."""
        said = row.get("confidentiality", "").casefold()
        words: dict[str, str] = self.columns["confidentiality"].widget.words
        is_named = words.get(said, said) in ("", Confidentiality.PUBLIC)
        if field.column_name == "slug" and not is_named and not is_coded(row.get("slug", "")):
            raise ValueError(
                _("Its address must not name the enterprise. Write a code, for example %(code)s.")
                % {"code": CODED + new_code()}
            )
        super().import_field(field, instance, row, is_m2m, **kwargs)

    def check_together(self, outcomes: Sequence[Any]) -> None:
        """What the stored targets say of a demand that goes without its name, as its page checks it."""
        for outcome in outcomes:
            demand = outcome.record
            if demand.pk is None or demand.is_named or not outcome.is_record_changed:
                continue
            for target in demand.target_metrics.all():
                try:
                    demand.check_that_none_names_it(target, ("baseline", "condition"))
                except ValidationError as error:
                    outcome.row.blame("confidentiality", error.messages[0])
                    break
