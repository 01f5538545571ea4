"""Asking for a metric: one parameter, and a range in its unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from expo.models.base import MOST_DIGITS
from expo.models.metric import MeasuredQuerySet
from expo.options import measured_parameters
from expo.search.facets import FacetBlock, ManyFacet, RangeField
from expo.search.filterset import FairFilterSet
from expo.search.measures import CHANGE, Reach, key_of, terms

PARAMETER = "parameter"
ENDS = ("at_least", "at_most")
LARGEST = 10**12  # what a metric can hold


class ParameterFacet(ManyFacet):
    """The parameters that rows state, changes in per cent apart. The one that is chosen may have a range."""

    is_counted = False  # `metric` counts them already

    def of(self, key: str) -> MeasuredQuerySet:
        """All statements of one parameter."""
        slug, is_change = key.removesuffix(CHANGE), key.endswith(CHANGE)
        return self.stated().filter(parameter__slug=slug, is_change=is_change)

    def stated(self) -> MeasuredQuerySet:
        return self.related().order_by()  # type: ignore[return-value]

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        reach = self.parent.reach()
        return qs.filter(pk__in=self.of(reach.key).reaching(reach.low, reach.high).values(self.back)) if reach else qs

    def count(self, qs: QuerySet[Any]) -> dict[str, int]:
        rows = self.stated().filter(**{f"{self.back}__in": qs.order_by().values("pk")})
        counted = rows.values_list(self.column, "is_change").annotate(n=Count(self.back, distinct=True))
        return {key_of(slug, is_change): n for slug, is_change, n in counted}

    def values(self, qs: QuerySet[Any]) -> Iterable[tuple[int, str]]:
        rows = self.stated().filter(**{f"{self.back}__in": qs.order_by().values("pk")})
        found = rows.values_list(self.back, self.column, "is_change")
        return ((pk, key_of(slug, is_change)) for pk, slug, is_change in found)

    def terms(self, qs: QuerySet[Any]) -> Iterable[tuple[int, str]]:
        """(key, term) of all that rows state, for the index."""
        rows = self.stated().filter(**{f"{self.back}__in": qs.order_by().values("pk")})
        line = (self.back, self.column, "is_change")
        found = rows.order_by(*line).values_list(*line, "operator", "value", "value_to")
        for (pk, slug, is_change), group in groupby(found, key=lambda row: row[:3]):
            yield from ((pk, term) for term in terms(key_of(slug, is_change), [row[3:] for row in group]))


class EndFilter(django_filters.NumberFilter):
    """An end of the range; the facet reads it."""

    def __init__(self) -> None:
        limits = [MinValueValidator(1 - LARGEST), MaxValueValidator(LARGEST - 1)]
        super().__init__(max_digits=MOST_DIGITS, decimal_places=6, validators=limits)

    def filter(self, qs: QuerySet[Any], value: Decimal) -> QuerySet[Any]:
        return qs


def parameter_facet(related: Callable[[], QuerySet[Any]], back: str) -> ParameterFacet:
    """For rows whose statements are `related()`; `back` leads from one to its row."""
    label = gettext_lazy("Value of a metric")
    return ParameterFacet(
        label=label, column="parameter__slug", options=measured_parameters, related=related, back=back
    )


class MeasuredFilter(FairFilterSet):
    """Rows that state metrics: `parameter` names one, `at_least` and `at_most` are the ends of a range in its unit.

    What “reaching” means says `MeasuredQuerySet.reaching`. FilterSets of this kind have a `parameter_facet`.
    """

    at_least = EndFilter()
    at_most = EndFilter()

    def _understand(self, data: QueryDict) -> None:
        super()._understand(data)
        chosen = self.cleaned.get(PARAMETER, [])
        if len(chosen) > 1:
            self.ignored += [(PARAMETER, value) for value in chosen[1:]]
            self.data[PARAMETER] = chosen[0]
            del chosen[1:]
        low, high = (self.cleaned.get(end) for end in ENDS)
        if not chosen or (low is not None and high is not None and low > high):
            self._forget_ends()

    def _forget_ends(self) -> None:
        """Ends without a parameter have no unit, and nothing lies in a range upside down."""
        for end in ENDS:
            if self.cleaned.pop(end, None) is not None:
                self.leave_out(end)

    def reach(self) -> Reach | None:
        chosen = self.cleaned.get(PARAMETER)
        low, high = (self.cleaned.get(end) for end in ENDS)
        return Reach(chosen[0], low, high) if chosen else None

    def measures(self, rows: QuerySet[Any]) -> Iterable[tuple[int, str]]:
        facet: Any = self.filters[PARAMETER]
        return facet.terms(rows)

    def without(self, name: str, value: str) -> QueryDict:
        """A range goes with its last end: who takes it away does not ask who states the parameter at all."""
        query = super().without(name, value)
        if name == PARAMETER or (name in ENDS and not any(end in query for end in ENDS)):
            for other in (PARAMETER, *ENDS):
                query.pop(other, None)
        return query

    # -------------------------------------------------------------- what the page shows
    def _facet(self, name: str, facet: Any, counts: Any) -> FacetBlock:
        """One to choose from those in use, and two ends in the unit of the chosen one."""
        block = super()._facet(name, facet, counts)
        if name != PARAMETER:
            return block
        choices = tuple(row for row in block.choices if row.count or row.is_chosen)
        for row in choices:
            row.label = with_unit(row.label, facet.known[row.value].unit)
        reach = self.reach()
        unit = facet.known[reach.key].unit if reach else ""
        fields = (
            RangeField(end, words, self.data.get(end, ""), f"f-{end}", unit)
            for end, words in zip(ENDS, (_("at least"), _("at most")), strict=True)
        )
        return FacetBlock(name, block.label, "measure", choices, tuple(fields))

    def chosen(self) -> list[tuple[str, str, str]]:
        """The parameter's chip tells the range instead, an end each."""
        made = super().chosen()
        if (reach := self.reach()) is None:
            return made
        facet: Any = self.filters[PARAMETER]
        option = facet.known[reach.key]
        label = capfirst(str(option.label))
        ends = [
            (end, self.data[end], f"{label} {sign} {self.data[end]} {option.unit}".strip())
            for end, sign in zip(ENDS, "≥≤", strict=True)
            if end in self.data
        ]
        stated = [(PARAMETER, reach.key, _("%(parameter)s is stated") % {"parameter": label})]
        at = next(i for i, (name, *_rest) in enumerate(made) if name == PARAMETER)
        return [*made[:at], *(ends or stated), *made[at + 1 :]]


@lru_cache(maxsize=1_000)
def with_unit(label: str, unit: str) -> str:
    return capfirst(f"{label} ({unit})" if unit else label)
