"""Records as they stand in a listing: each one's HTML is made once, and remembered until something public changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import get_template
from django.utils.translation import get_language

from expo.pictures import attach_pictures
from expo.registry import Listing
from expo.search.memory import Stamp, memory_of
from expo.search.page import ListingPage

Records = Callable[[Sequence[int]], list[Any]]


@dataclass(frozen=True, slots=True)
class Card:
    """`tick` is the box that chooses the record to compare, where its noun can be compared.

    `encoded` is the HTML in UTF-8, which takes half the memory of a text with Chinese in it.
    """

    pk: int
    encoded: bytes
    tick: str

    @property
    def html(self) -> str:
        return self.encoded.decode()


def cards(page: ListingPage) -> list[Card]:
    """In the page's order."""
    return cards_of(page.listing, page.keys, page.answers.records, "h2", page.filterset.stamp)


def related_cards(page: ListingPage) -> list[Card]:
    return cards_of(page.listing, page.related, page.answers.records, "h3", page.filterset.stamp)


def cards_of(listing: Listing, keys: Sequence[int], records: Records, heading: str, now: Stamp | None) -> list[Card]:
    """In the order of the keys. Only records that are not remembered are fetched; those that are gone are left out."""
    memory = memory_of(now) if now else {}
    language = get_language()
    names = {key: (language, "card", listing.noun, heading, key) for key in keys}
    found: dict[int, Card | None] = {key: memory.get(name) for key, name in names.items()}
    if missing := [key for key, card in found.items() if card is None]:
        rows = records(missing)
        attach_pictures(rows)
        template, tick = get_template(listing.card), get_template("expo/_compare_tick.html")
        has_tick = listing.compare and heading == "h2"
        for row in rows:
            html = template.render({"row": row, "heading": heading})
            card = Card(row.pk, html.encode(), tick.render({"slug": row.slug}) if has_tick else "")
            found[row.pk] = memory[names[row.pk]] = card
    return [card for card in found.values() if card]
