"""One page of a listing, ready to show: rows, facets, chips, pager, and what of the address was not understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from expo.registry import Listing
from expo.search.answers import Answers, answers
from expo.search.facets import FacetBlock
from expo.search.filterset import PAGE, RELEVANCE, FairFilterSet


@dataclass(frozen=True)
class Chip:
    label: str
    remove_url: str
    rows_without: int | None = None


@dataclass(frozen=True)
class PageLink:
    number: int
    url: str
    is_current: bool = False
    is_gap: bool = False


@dataclass(frozen=True)
class SortOption:
    value: str
    label: str
    is_chosen: bool


class Hits(Sequence[Any]):
    """The keys that were found, as Django's paginator wants them."""

    def __init__(self, found: Answers) -> None:
        self.found = found

    def __len__(self) -> int:
        return self.found.total

    def __getitem__(self, part: Any) -> Any:
        return self.found.keys(part.start, part.stop - part.start) if part.stop > part.start else []


class ListingPage:
    """The state of a listing that an address describes. Every address gives a page; nothing raises."""

    def __init__(self, listing: Listing, query: QueryDict, path: str) -> None:
        self.listing = listing
        self.path = path
        rows: Any = SimpleLazyObject(listing.queryset)  # the index answers most pages without it
        self.filterset: FairFilterSet = listing.filterset(query, rows)
        self.query = self.filterset.data
        self.answers = answers(listing, self.filterset, offset=self._offset(query), limit=listing.per_page)
        self.paginator = Paginator(Hits(self.answers), listing.per_page)
        self.page = self._page(query.get(PAGE, "1"))
        self.keys: list[int] = list(self.page.object_list)

    def _offset(self, query: QueryDict) -> int:
        """Where the asked page begins, so that one question to the index answers total and page."""
        number = query.get(PAGE, "1")
        is_number = number.isascii() and number.isdigit() and len(number) < 5
        return (max(1, int(number)) - 1) * self.listing.per_page if is_number else 0

    def _page(self, number: str) -> Page[Any]:
        if number.isascii() and number.isdigit() and len(number) < 9 and 1 <= int(number) <= self.paginator.num_pages:
            return self.paginator.page(int(number))
        self.filterset.ignored.append((PAGE, number))
        return self.paginator.page(1)

    @cached_property
    def rows(self) -> list[Any]:
        """The page's records, for pages that show them in a way of their own."""
        return self.answers.records(self.keys)

    @cached_property
    def related(self) -> list[int]:
        """Keys of records near in meaning that are no hits: below the best hits, where these leave room."""
        has_room = self.page.number == 1 and self.sort == RELEVANCE and self.total < self.listing.per_page
        return self.answers.related() if has_room else []

    @property
    def ignored(self) -> list[str]:
        return [f"{name}={value}" for name, value in self.filterset.ignored]

    # -------------------------------------------------------------- addresses
    def url(self, query: QueryDict, page: int = 1) -> str:
        """`query` is without a page number, as the FilterSet keeps it."""
        encoded = self.encoded if query is self.query else query.urlencode()
        parts = filter(None, [encoded, f"{PAGE}={page}" if page > 1 else ""])
        return "?".join(filter(None, [self.path, "&".join(parts)]))

    @cached_property
    def encoded(self) -> str:
        return self.query.urlencode()

    def url_without(self, name: str, value: str) -> str:
        return self.url(self.filterset.without(name, value))

    # -------------------------------------------------------------- what the template shows
    @property
    def total(self) -> int:
        return self.paginator.count

    def total_words(self) -> str:
        """“73 innovations”."""
        options = self.listing.model._meta
        nouns = options.verbose_name if self.total == 1 else options.verbose_name_plural
        return _("%(count)s %(nouns)s") % {"count": f"{self.total:,}", "nouns": nouns}

    @property
    def text(self) -> str:
        return str(self.filterset.cleaned.get("q") or "")

    @property
    def sort(self) -> str:
        return self.filterset.sort_name()

    def sorts(self) -> list[SortOption]:
        """The first is the one that needs no choice."""
        chosen = self.sort
        orders = {RELEVANCE: _("Best match")} if self.text else {}
        orders |= {name: str(label) for name, (label, _order) in self.filterset.SORTS.items()}
        return [SortOption(name if i else "", label, name == chosen) for i, (name, label) in enumerate(orders.items())]

    def facets(self) -> list[FacetBlock]:
        return self.filterset.facets(self.answers.counts())

    def hits(self) -> QuerySet[Any]:
        """All rows that were found, not only this page's."""
        return self.answers.every()

    def chips(self) -> list[Chip]:
        """The choices made; where nothing is left, each says how many rows come back when it goes."""
        empty = self.total == 0
        return [
            Chip(words, self.url_without(name, value), self._count_without(name, value) if empty else None)
            for name, value, words in self.filterset.chosen()
        ]

    def _count_without(self, name: str, value: str) -> int:
        rows: Any = SimpleLazyObject(self.listing.queryset)
        return self.answers.total_of(self.listing.filterset(self.filterset.without(name, value), rows))

    @property
    def clear_url(self) -> str:
        return self.path

    def page_links(self) -> list[PageLink]:
        shown = self.paginator.get_elided_page_range(self.page.number, on_each_side=1, on_ends=1)
        return [
            PageLink(n, self.url(self.query, n), n == self.page.number)
            if isinstance(n, int)
            else PageLink(0, "", is_gap=True)
            for n in shown
        ]

    @property
    def previous_url(self) -> str:
        return self.url(self.query, self.page.number - 1) if self.page.has_previous() else ""

    @property
    def next_url(self) -> str:
        return self.url(self.query, self.page.number + 1) if self.page.has_next() else ""

    def warning(self) -> str:
        """What of the address was not understood, in words; empty when all was."""
        if not self.ignored:
            return ""
        return _("Not understood and left out: %(parts)s") % {
            "parts": ", ".join(part[:80] for part in self.ignored[:5])
        }
