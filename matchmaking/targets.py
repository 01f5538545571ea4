"""Whether a stated metric reaches a target, and which innovations state something that a demand asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q

from expo.models import Holding, Innovation, Metric, Parameter, Sector
from expo.search.sharing import Wanted, sharing_most
from matchmaking.matching.figures import RANK, Verdict, compare
from matchmaking.models import Demand, TargetMetric


@dataclass(frozen=True)
class Comparison:
    """One target and what an innovation states of it; `stated` is None where it says nothing."""

    target: TargetMetric
    stated: Metric | None
    verdict: Verdict


@dataclass(frozen=True)
class Answer:
    """An innovation held against a demand: target by target."""

    innovation: Innovation
    demand: Demand
    comparisons: tuple[Comparison, ...]

    @property
    def met(self) -> int:
        return sum(row.verdict == Verdict.MET for row in self.comparisons)

    @property
    def stated(self) -> int:
        return sum(row.stated is not None for row in self.comparisons)


def hold_against(demand: Demand, innovation: Innovation, targets: Sequence[TargetMetric]) -> Answer:
    """Each target with the best of what the innovation states of it."""
    rows = []
    for target in targets:
        found = [(compare(target, metric), metric) for metric in innovation.metrics.all()]
        known = sorted((row for row in found if row[0] != Verdict.UNKNOWN), key=lambda row: RANK.index(row[0]))
        verdict, stated = known[0] if known else (Verdict.UNKNOWN, None)
        rows.append(Comparison(target, stated, verdict))
    return Answer(innovation, demand, tuple(rows))


def _by_parameter(rows: Any, path: str, parameters: Sequence[Parameter | int]) -> Any:
    """Rows that state one of the parameters at least, most shared ones first, in a stable order."""
    rows = rows.filter(**{f"{path}__parameter__in": parameters})
    return rows.annotate(shared=Count(f"{path}__parameter", distinct=True)).order_by("-shared", "position", "slug")


CANDIDATES = 40


def best(answers: Iterable[Answer], limit: int) -> list[Answer]:
    """Those that meet most; of equals the real one before a sample, and the one that says more."""
    known = (answer for answer in answers if answer.stated)
    return sorted(known, key=lambda row: (-row.met, row.innovation.is_sample, -row.stated))[:limit]


def answers_to(demand: Demand, *, limit: int = 3) -> list[Answer]:
    """Published innovations that state what the demand asks for, in the same field, those that meet most first."""
    targets = demand.shown_targets
    if not targets or demand.sector is None:
        return []
    found = [hold_against(demand, innovation, targets) for innovation in _stating(targets, demand.sector)]
    return best(found, limit)


def _stating(targets: Sequence[TargetMetric], sector: Sector) -> list[Innovation]:
    """Innovations near the sector, those that state most of the targets first, then in their listing's order.

    The index finds them; the database, which counts what every innovation of the field states, only while it must."""
    metrics = Prefetch("metrics", Metric.objects.select_related("parameter"))
    holdings = Prefetch("holdings", Holding.objects.select_related("organization"))
    rows = Innovation.objects.public().filter(near(sector)).prefetch_related(metrics, holdings)
    parameters = [target.parameter.slug for target in targets]
    whole = [sector.parent.slug] if sector.parent else []
    wanted = Wanted("innovation", "metric", parameters, "sector", among=[sector.slug], exactly=whole)
    keys = sharing_most(wanted, limit=CANDIDATES)
    if keys is None:
        return list(_by_parameter(rows, "metrics", [target.parameter_id for target in targets])[:CANDIDATES])
    known = {row.pk: row for row in rows.filter(pk__in=keys).order_by()}
    return [known[key] for key in keys if key in known]


def asked_for_by(innovation: Innovation, *, limit: int = 3) -> list[Answer]:
    """Open demands in the same field that ask for what the innovation states."""
    parameters = [metric.parameter_id for metric in innovation.metrics.all()]
    if not parameters or innovation.sector is None:
        return []
    targets = Prefetch("target_metrics", TargetMetric.objects.select_related("parameter"))
    rows = Demand.objects.public().open().detailed().filter(near(innovation.sector))
    rows = _by_parameter(rows, "target_metrics", parameters).prefetch_related(targets)
    found = [hold_against(demand, innovation, demand.shown_targets) for demand in rows[:CANDIDATES]]
    return best(found, limit)


def near(sector: Sector) -> Q:
    """Rows of a sector, of its parts, or of the whole it is part of; its siblings are other fields."""
    found = Q(sector=sector) | Q(sector__parent=sector)
    return found | Q(sector=sector.parent_id) if sector.parent_id else found
