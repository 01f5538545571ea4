"""The FilterSet every listing has: text, facets, ranges, sort. What it does not understand it names and leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any, ClassVar
from weakref import proxy

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from expo.search.facets import SHORT, Choice, FacetBlock, FacetFilter, Option, RangeField
from expo.search.measures import Reach
from expo.search.memory import stamp
from expo.search.query import SearchQuery
from expo.search.text import MAX_LENGTH, matching, tidy

PAGE = "page"
RELEVANCE = "relevance"  # the order of a text search, unless another one is chosen


class FairFilterSet(django_filters.FilterSet):
    """`SEARCHED` are the columns of the text search, `SORTS` the orders by name, the first one is the default.

    `TITLES` are the beginnings of the searched columns that name a row.
    `CODES` are the codes that `patent:` or `stand:` asks for and any text finds, by field: the ways to one, each the
    columns that joined make it.
    `MARKS`: the mark that rows bear which are shown while nothing is chosen in that facet.
    `ALSO` are paths to further rows that orders and ranges read.
    `OTHER_PARAMETERS` mean something to the page, not to the rows; they stay in its addresses, all but the page number.
    """

    SEARCHED: ClassVar[tuple[str, ...]] = ()
    SORTS: ClassVar[dict[str, tuple[Any, tuple[Any, ...]]]] = {}
    RANGES: ClassVar[dict[str, tuple[Any, str, tuple[str, str]]]] = {}
    OTHER_PARAMETERS: ClassVar[tuple[str, ...]] = (PAGE,)
    TITLES: ClassVar[tuple[str, ...]] = ("title", "name", "label")
    CODES: ClassVar[Mapping[str, tuple[tuple[str, ...], ...]]] = {}
    MARKS: ClassVar[Mapping[str, str]] = {}
    ALSO: ClassVar[tuple[str, ...]] = ()

    q = django_filters.CharFilter()
    sort = django_filters.CharFilter()

    def __init__(self, data: QueryDict, queryset: QuerySet[Any]) -> None:
        """Without django-filter's own, which copies every filter deeply and makes a class of forms each time."""
        self.stamp = stamp()
        self.data, self.is_bound = QueryDict(mutable=True), True
        self.queryset, self.request, self.form_prefix = queryset, None, None
        self.filters = {name: copy(row) for name, row in self.base_filters.items()}
        for row in self.filters.values():
            row.parent = proxy(self)  # what held each other would stay until the garbage is collected
        self.ignored: list[tuple[str, str]] = []
        self.cleaned: dict[str, Any] = {}
        self._understand(data)

    # -------------------------------------------------------------- what came in
    def _understand(self, data: QueryDict) -> None:
        """Keep the parameters that make sense; note the (name, value) pairs that do not."""
        for name, values in data.lists():
            if name == PAGE:
                continue
            for value in dict.fromkeys(filter(None, (value.strip() for value in values))):
                if name in self.OTHER_PARAMETERS:
                    self.data[name] = value
                elif (meant := self._cleaned(name, value)) is not None:
                    self._keep(name, value, meant)
                else:
                    self.ignored.append((name, value))

    def _keep(self, name: str, value: str, meant: Any) -> None:
        """A facet takes many values; of anything else the last one counts."""
        if isinstance(self.filters[name], FacetFilter):
            self.data.appendlist(name, meant)
            self.cleaned.setdefault(name, []).append(meant)
        else:
            self.data[name] = tidy(value) if name == "q" else value
            if name == "q" and (rest := value[MAX_LENGTH:].strip()):
                self.ignored.append((name, rest))
            self.cleaned[name] = meant

    def leave_out(self, name: str) -> None:
        """Note that the page could make nothing of one of its `OTHER_PARAMETERS`."""
        self.ignored += [(name, value) for value in self.data.pop(name)]

    def _cleaned(self, name: str, value: str) -> Any:
        """What a parameter's value means; None where it means nothing here."""
        if name == "q":
            return tidy(value) if SearchQuery.parse(tidy(value)) else None
        row = self.filters.get(name)
        if row is None or not value.isprintable():
            return None
        if name == "sort":
            return value if value in self.SORTS or value == RELEVANCE else None
        if isinstance(row, FacetFilter):
            return value if value in row.known else None
        try:
            return row.field.clean(value)
        except forms.ValidationError:
            return None

    # -------------------------------------------------------------- rows
    def rows(self, *, without: str = "") -> QuerySet[Any]:
        """The filtered rows in the chosen order; `without` leaves one filter out."""
        rows = self.queryset
        for name, value in self.cleaned.items():
            if name == "q":
                rows = matching(rows, value, self.SEARCHED, self.CODES)
            elif name not in ("sort", without):
                rows = self.filters[name].filter(rows, value)
        return rows.order_by(*self.order())

    @property
    def qs(self) -> QuerySet[Any]:
        return self.rows()

    def order(self) -> tuple[Any, ...]:
        """The chosen order of the database, which knows no relevance."""
        name = self.sort_name()
        return self.SORTS[name if name in self.SORTS else next(iter(self.SORTS))][1] if self.SORTS else ("pk",)

    def sort_name(self) -> str:
        """A text is answered by relevance unless another order is chosen; without a text there is none."""
        chosen, text = (self.cleaned.get(name) for name in ("sort", "q"))
        if text and (not chosen or chosen == RELEVANCE):
            return RELEVANCE
        return chosen if chosen and chosen != RELEVANCE else next(iter(self.SORTS), "")

    # -------------------------------------------------------------- what the page shows
    def facet_filters(self) -> Mapping[str, FacetFilter]:
        return {name: f for name, f in self.filters.items() if isinstance(f, FacetFilter)}

    @classmethod
    def facet_names(cls) -> list[str]:
        return [name for name, row in cls.base_filters.items() if isinstance(row, FacetFilter)]

    @classmethod
    def end_names(cls) -> list[str]:
        return [name for _label, _unit, ends in cls.RANGES.values() for name in ends]

    def ends(self) -> Mapping[str, Any]:
        """The filters that are ends of ranges; each gives the numbers of its rows by `values`."""
        return {name: self.filters[name] for name in self.end_names()}

    def marks(self, rows: QuerySet[Any]) -> Iterable[tuple[str, int]]:
        """(mark, key) of rows that a listing shows only unless asked otherwise."""
        return ()

    def measures(self, rows: QuerySet[Any]) -> Iterable[tuple[int, str]]:
        """(key, term) of what rows state of parameters, for the index."""
        return ()

    def reach(self) -> Reach | None:
        """The range of a parameter that is asked for."""
        return None

    def without(self, name: str, value: str) -> QueryDict:
        """The parameters without one choice, and without what means nothing when it is gone."""
        query = self.data.copy()
        query.setlist(name, [kept for kept in query.getlist(name) if kept != value])
        if not query.getlist(name):
            del query[name]
        return query

    def facets(self, counts: Mapping[str, Mapping[str, int]] | None = None) -> list[FacetBlock]:
        """Every facet with the count each value would leave, then the ranges. Without `counts` the database counts."""
        blocks = []
        for name, facet in self.facet_filters().items():
            counted: Mapping[str, int]
            if counts is None:
                counted = facet.count(self.rows(without=name) if facet.is_counted else self.queryset)
            else:
                counted = counts.get(name, {})
            blocks.append(self._facet(name, facet, counted))
        return [block for block in blocks if block.is_of_use()] + [self._range(name) for name in self.RANGES]

    def _facet(self, name: str, facet: FacetFilter, counts: Mapping[str, int]) -> FacetBlock:
        chosen = self.cleaned.get(name) or ()
        options: Iterable[Option] = facet.loaded
        if len(facet.loaded) > SHORT:
            options = [option for option in options if counts.get(option.value) or option.value in chosen]
        shown = tuple(
            Choice(
                option.value, str(option.label), counts.get(option.value, 0), option.value in chosen,
                f"f-{name}-{option.value}", option.plate, option.hue, option.depth,
            )
            for option in options
        )  # fmt: skip
        return FacetBlock(name, str(facet.label), "choices", shown)

    def _range(self, name: str) -> FacetBlock:
        label, unit, ends = self.RANGES[name]
        labels = (_("at least"), _("at most"))
        fields = tuple(
            RangeField(end, text, self.data.get(end, ""), f"f-{end}", unit)
            for end, text in zip(ends, labels, strict=True)
        )
        return FacetBlock(name, str(label), "range", fields=fields)

    def chosen(self) -> list[tuple[str, str, str]]:
        """(parameter, value, words) of every choice made, for the chips."""
        made = []
        for name, facet in self.facet_filters().items():
            labels = {option.value: str(option.label) for option in facet.loaded}
            made += [(name, value, labels[value]) for value in self.cleaned.get(name) or []]
        for label, unit, ends in self.RANGES.values():
            for end, sign in zip(ends, "≥≤", strict=True):
                if value := self.data.get(end):
                    made.append((end, value, f"{label} {sign} {value} {unit}".strip()))
        if text := self.cleaned.get("q"):
            made.append(("q", text, f"“{text}”"))
        return made
