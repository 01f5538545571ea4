"""The FilterSet every listing has: text, facets, ranges, sort. What it does not understand it names and leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from expo.search.facets import Choice, FacetBlock, FacetFilter, RangeField
from expo.search.text import matching, tidy, words_of

PAGE = "page"
RELEVANCE = "relevance"  # the order of a text search, unless another one is chosen
SHORT = 9  # a list up to this long also shows the values that would leave nothing


class FairFilterSet(django_filters.FilterSet):
    """`SEARCHED` are the columns of the text search, `SORTS` the orders by name, the first one is the default.

    `TITLES` are the beginnings of the searched columns that name a row.
    `MARKS`: the mark that rows bear which are shown while nothing is chosen in that facet.
    `ALSO` are paths to further rows that orders and ranges read.
    `OTHER_PARAMETERS` mean something to the page, not to the rows; they stay in its addresses, all but the page number.
    """

    SEARCHED: ClassVar[tuple[str, ...]] = ()
    SORTS: ClassVar[dict[str, tuple[Any, tuple[Any, ...]]]] = {}
    RANGES: ClassVar[dict[str, tuple[Any, str, tuple[str, str]]]] = {}
    OTHER_PARAMETERS: ClassVar[tuple[str, ...]] = (PAGE,)
    TITLES: ClassVar[tuple[str, ...]] = ("title", "name", "label")
    MARKS: ClassVar[Mapping[str, str]] = {}
    ALSO: ClassVar[tuple[str, ...]] = ()

    q = django_filters.CharFilter(method="filter_text")
    sort = django_filters.CharFilter(method="filter_nothing")

    def __init__(self, data: QueryDict, queryset: QuerySet[Any]) -> None:
        super().__init__(queryset=queryset)
        self.data, self.is_bound = QueryDict(mutable=True), True
        for facet in self.facet_filters().values():
            facet.load()
        self.ignored: list[tuple[str, str]] = []
        self._understand(data)
        self.form.is_valid()

    # -------------------------------------------------------------- what came in
    def _understand(self, data: QueryDict) -> None:
        """Keep the parameters that make sense; note the (name, value) pairs that do not."""
        for name, values in data.lists():
            if name == PAGE:
                continue
            for value in dict.fromkeys(filter(None, (value.strip() for value in values))):
                if name in self.OTHER_PARAMETERS:
                    self.data[name] = value
                elif self._accepts(name, value):
                    self.data.appendlist(name, tidy(value) if name == "q" else value)
                else:
                    self.ignored.append((name, value))

    def leave_out(self, name: str) -> None:
        """Note that the page could make nothing of one of its `OTHER_PARAMETERS`."""
        self.ignored += [(name, value) for value in self.data.pop(name)]

    def _accepts(self, name: str, value: str) -> bool:
        if name == "q":
            return bool(words_of(value))
        if name not in self.filters or not value.isprintable():
            return False
        if name == "sort":
            return value in self.SORTS or value == RELEVANCE
        field = self.filters[name].field
        try:
            field.clean([value] if isinstance(field, forms.MultipleChoiceField) else value)
        except forms.ValidationError:
            return False
        return True

    # -------------------------------------------------------------- rows
    def filter_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return matching(rows, value, self.SEARCHED)

    def filter_nothing(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows

    def rows(self, *, without: str = "") -> QuerySet[Any]:
        """The filtered rows in the chosen order; `without` leaves one filter out."""
        rows = self.queryset
        for name, value in self.form.cleaned_data.items():
            if name != without:
                rows = self.filters[name].filter(rows, value)
        return rows.order_by(*self.order())

    def order(self) -> tuple[Any, ...]:
        """The chosen order of the database, which knows no relevance."""
        name = self.sort_name()
        return self.SORTS[name if name in self.SORTS else next(iter(self.SORTS))][1] if self.SORTS else ("pk",)

    def sort_name(self) -> str:
        """A text is answered by relevance unless another order is chosen; without a text there is none."""
        chosen, text = (self.form.cleaned_data.get(name) for name in ("sort", "q"))
        if text and (not chosen or chosen == RELEVANCE):
            return RELEVANCE
        return chosen if chosen and chosen != RELEVANCE else next(iter(self.SORTS), "")

    # -------------------------------------------------------------- what the page shows
    def facet_filters(self) -> Mapping[str, FacetFilter]:
        return {name: f for name, f in self.filters.items() if isinstance(f, FacetFilter)}

    def ends(self) -> Mapping[str, Any]:
        """The filters that are ends of ranges; each gives the numbers of its rows by `values`."""
        return {name: self.filters[name] for _label, _unit, ends in self.RANGES.values() for name in ends}

    def marks(self, rows: QuerySet[Any]) -> Iterable[tuple[str, int]]:
        """(mark, key) of rows that a listing shows only unless asked otherwise."""
        return ()

    def facets(self, counts: Mapping[str, Mapping[str, int]] | None = None) -> list[FacetBlock]:
        """Every facet with the count each value would leave, then the ranges. Without `counts` the database counts."""
        blocks = [
            self._facet(name, facet, facet.count(self.rows(without=name)) if counts is None else counts.get(name, {}))
            for name, facet in self.facet_filters().items()
        ]
        return [block for block in blocks if len(block.choices) > 1 or any(c.is_chosen for c in block.choices)] + [
            self._range(name) for name in self.RANGES
        ]

    def _facet(self, name: str, facet: FacetFilter, counts: Mapping[str, int]) -> FacetBlock:
        chosen = self.form.cleaned_data.get(name) or []
        choices = tuple(
            Choice(
                value=option.value, label=str(option.label), count=counts.get(option.value, 0), plate=option.plate,
                hue=option.hue, is_chosen=option.value in chosen, id=f"f-{name}-{option.value}", depth=option.depth,
            )
            for option in facet.loaded
        )  # fmt: skip
        shown = choices if len(choices) <= SHORT else tuple(c for c in choices if c.count or c.is_chosen)
        return FacetBlock(name, str(facet.label), "choices", shown)

    def _range(self, name: str) -> FacetBlock:
        label, unit, ends = self.RANGES[name]
        labels = (_("at least"), _("at most"))
        fields = tuple(
            RangeField(end, text, self.form.data.get(end, ""), f"f-{end}", unit)
            for end, text in zip(ends, labels, strict=True)
        )
        return FacetBlock(name, str(label), "range", fields=fields)

    def chosen(self) -> list[tuple[str, str, str]]:
        """(parameter, value, words) of every choice made, for the chips."""
        made = []
        for name, facet in self.facet_filters().items():
            labels = {option.value: str(option.label) for option in facet.loaded}
            made += [(name, value, labels[value]) for value in self.form.cleaned_data.get(name) or []]
        for label, unit, ends in self.RANGES.values():
            for end, sign in zip(ends, "≥≤", strict=True):
                if value := self.form.data.get(end):
                    made.append((end, value, f"{label} {sign} {value} {unit}".strip()))
        if text := self.form.cleaned_data.get("q"):
            made.append(("q", text, f"“{text}”"))
        return made
