"""Records side by side: one row a fact, one cell a record. Pure: it reads records that were fetched with their parts.

A better value is marked only where it is certain: same parameter, same condition, same baseline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from expo.models import Exhibitor, Innovation, Metric, Parameter, Product

MOST = 4
Op = Metric.Operator
Words = str | Promise


# ------------------------------------------------------------------ what is chosen
@dataclass(frozen=True)
class Choice:
    """The records of a comparison by their slugs, in order, and what was asked beyond the four."""

    slugs: tuple[str, ...]
    too_many: tuple[str, ...] = ()


def choice_of(asked: Iterable[str]) -> Choice:
    """Each once; what is no text is nothing."""
    slugs = tuple(dict.fromkeys(slug for slug in (text.strip() for text in asked) if slug and slug.isprintable()))
    return Choice(slugs[:MOST], slugs[MOST:])


# ------------------------------------------------------------------ rows
@dataclass(frozen=True)
class Cell:
    """What one record states, nothing where it does not; `mark` says in words that it is the best of the row."""

    values: tuple[Any, ...] = ()
    mark: str = ""


@dataclass(frozen=True)
class Row:
    """`kind` says how the values are shown; `condition` and `note` stand below the label."""

    label: Words
    kind: str
    cells: tuple[Cell, ...]
    condition: Words = ""
    note: Words = ""

    @property
    def differs(self) -> bool:
        return len({tuple(str(value) for value in cell.values) for cell in self.cells}) > 1


def differing(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row.differs]


def row_of(records: Sequence[Any], label: Words, kind: str, values: Callable[[Any], Iterable[Any]]) -> Row:
    """Empty values are not stated."""
    cells = (Cell(tuple(value for value in values(record) if value not in (None, ""))) for record in records)
    return Row(label, kind, tuple(cells))


@dataclass(frozen=True)
class Amounts:
    """A range of money; an end that is None is open."""

    low: Decimal | None
    high: Decimal | None
    currency: str


def asked_for(innovation: Innovation) -> Amounts | None:
    low, high = innovation.price_min, innovation.price_max
    return None if low is None and high is None else Amounts(low, high, innovation.currency)


def innovation_rows(records: Sequence[Innovation]) -> list[Row]:
    def row(label: Words, kind: str, values: Callable[[Innovation], Iterable[Any]]) -> Row:
        return row_of(records, label, kind, values)

    team = {True: _("the team comes along"), False: _("the team stays"), None: ""}
    return [
        row(_("In one sentence"), "text", lambda one: [one.claim]),
        row(_("Maturity"), "trl", lambda one: [one.trl]),
        row(_("Stage"), "words", lambda one: [one.get_stage_display()]),
        row(_("On offer"), "words", lambda one: [mode.get_mode_display() for mode in one.offered_modes.all()]),
        row(_("Team"), "words", lambda one: [team[one.team_available]]),
        row(_("Price expected"), "amounts", lambda one: [asked_for(one)]),
        row(_("Rights"), "words", lambda one: [str(right) for right in one.ip_rights.all()]),
        row(_("Field"), "text", lambda one: [one.sector.name] if one.sector else []),
        row(_("Holder"), "link", lambda one: [holding.organization for holding in one.holdings.all()]),
        row(_("Stand"), "stand", lambda one: stands(holding.organization for holding in one.holdings.all())),
        *metric_rows(records),
    ]


@dataclass(frozen=True)
class Price:
    """For one `unit`."""

    amount: Decimal
    currency: str
    unit: Any


def price_of(product: Product) -> Price | None:
    return None if product.price is None else Price(product.price, product.currency, product.unit)


def product_rows(records: Sequence[Product]) -> list[Row]:
    def row(label: Words, kind: str, values: Callable[[Product], Iterable[Any]]) -> Row:
        return row_of(records, label, kind, values)

    prices = [price_of(product) for product in records]
    units = {(price.currency, str(price.unit)) for price in prices if price}
    days = [product.lead_time_days for product in records]
    cheap = lowest([price.amount if price else None for price in prices]) if len(units) == 1 else set()
    return [
        row(_("In one sentence"), "text", lambda one: [one.claim]),
        marked(row(_("Price per unit"), "price", lambda one: [price_of(one)]), cheap, _("lowest here")),
        row(_("Minimum order"), "quantity", lambda one: [Quantity(one.minimum_order, one.unit)]),
        marked(row(_("Lead time"), "days", lambda one: [one.lead_time_days]), lowest(days), _("soonest here")),
        row(_("Availability"), "stock", lambda one: [Stock(one.stock)]),
        row(_("Field"), "text", lambda one: [one.sector.name] if one.sector else []),
        row(_("Sold by"), "link", lambda one: [one.organization]),
        row(_("Stand"), "stand", lambda one: stands([one.organization])),
    ]


@dataclass(frozen=True)
class Quantity:
    number: int
    unit: Any


@dataclass(frozen=True)
class Stock:
    """As the card's fragment shows it."""

    stock: int | None


def stands(organizations: Iterable[Any]) -> list[Any]:
    """Where to see it, of organizations fetched with their `participations`."""
    present: Iterable[Exhibitor] = (here for row in organizations for here in row.participations)
    return [stand for exhibitor in present for stand in exhibitor.places()]


# ------------------------------------------------------------------ metrics
Line = tuple[int, bool, str, str, str, str]


def line_of(metric: Metric) -> Line:
    """Metrics of one line can be compared: same parameter, change or value, baseline and condition."""
    return (
        metric.parameter_id, metric.is_change, metric.baseline_en, metric.baseline_zh, metric.condition_en,
        metric.condition_zh,
    )  # fmt: skip


def metric_rows(records: Sequence[Innovation]) -> list[Row]:
    """A row a line, what most records state first; lines of one parameter stay together."""
    lines: dict[Line, list[list[Metric]]] = {}
    for column, record in enumerate(records):
        for metric in record.metrics.all():
            cells = lines.setdefault(line_of(metric), [[] for _record in records])
            cells[column].append(metric)
    parameters: dict[tuple[int, bool], list[list[list[Metric]]]] = {}
    for line, cells in lines.items():
        parameters.setdefault(line[:2], []).append(cells)
    groups = sorted(parameters.values(), key=lambda group: -stated_by(group))
    return [
        metric_row(cells, is_split=len(group) > 1 and number == 0)
        for group in groups
        for number, cells in enumerate(group)
    ]


def stated_by(lines: Iterable[Sequence[Sequence[Metric]]]) -> int:
    """How many records state the parameter in any of its lines."""
    return len({column for cells in lines for column, metrics in enumerate(cells) if metrics})


def metric_row(cells: Sequence[Sequence[Metric]], *, is_split: bool) -> Row:
    """`is_split` says that other lines of the same parameter follow."""
    first = next(metric for metrics in cells for metric in metrics)
    name = first.parameter.name
    label = capfirst(_("change of %(parameter)s") % {"parameter": name} if first.is_change else str(name))
    words = [str(first.condition)] if first.condition else []
    if first.baseline:
        words.append(_("compared with %(baseline)s") % {"baseline": first.baseline})
    note = _("Stated under different conditions, so not compared with the next lines.") if is_split else ""
    condition = pgettext("between facts", "; ").join(words)
    row = Row(label, "measure", tuple(Cell(tuple(metrics)) for metrics in cells), condition, note)
    return marked(row, best(cells), _("best here"))


def marked(row: Row, columns: set[int], words: str) -> Row:
    cells = (Cell(cell.values, words if column in columns else "") for column, cell in enumerate(row.cells))
    return Row(row.label, row.kind, tuple(cells), row.condition, row.note)


def lowest(numbers: Sequence[Decimal | int | None]) -> set[int]:
    """The columns with the lowest number; none where all are equal or fewer than two are known."""
    known = [number for number in numbers if number is not None]
    if len(set(known)) < 2:
        return set()
    return {column for column, number in enumerate(numbers) if number == min(known)}


def best(cells: Sequence[Sequence[Metric]]) -> set[int]:
    """The columns whose value is certainly no worse than any other, and better than one. A record that states two
    values of one line leaves it open which one counts.
    """
    stated = {column: metrics[0] for column, metrics in enumerate(cells) if metrics}
    if len(stated) < 2 or any(len(metrics) > 1 for metrics in cells):
        return set()
    good = {
        column
        for column, metric in stated.items()
        if all(no_worse(metric, other) for at, other in stated.items() if at != column)
    }
    return good if len(good) < len(stated) else set()


def no_worse(one: Metric, other: Metric) -> bool:
    """Certainly as good as the other, by what is stated: “≥ 8” promises more than “≥ 7” or 7.5, but not than 8.5."""
    better = one.parameter.better
    if better == Parameter.Better.NEITHER:
        return False
    sign = 1 if better == Parameter.Better.HIGHER else -1
    promise = Op.GE if sign == 1 else Op.LE
    if one.operator not in (Op.EQ, Op.BETWEEN, promise):
        return False  # “≤ 5” where more is better promises nothing
    worst, most = ends(one, sign)
    if other.operator in (Op.EQ, Op.BETWEEN):
        other_worst, other_most = ends(other, sign)
        return worst >= other_most if one.operator == promise else worst >= other_worst and most >= other_most
    return one.operator == other.operator == promise and worst >= ends(other, sign)[0]


def ends(metric: Metric, sign: int) -> tuple[Decimal, Decimal]:
    """(worse end, better end), turned so that more is better."""
    values = [sign * metric.value, sign * (metric.value if metric.value_to is None else metric.value_to)]
    return min(values), max(values)
