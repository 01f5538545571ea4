"""What a search says beside a card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def card_items(cards: Iterable[Any], notes: Mapping[int, SafeString] | None = None) -> SafeString:
    """The items of a list of cards (`views.cards.Card`), each with what was found in its text."""
    notes = notes or {}
    return mark_safe(  # noqa: S308  made of what is safe
        "".join(f"<li>{card.html}{found(notes, card.pk)}{card.tick}</li>" for card in cards)
    )


@register.simple_tag
def found(notes: Mapping[int, SafeString], pk: int) -> str:
    """The sentence of the record in which the asked words stand; nothing where its card shows them."""
    note = notes.get(pk) if notes else None
    if not note:
        return ""
    return format_html('<p class="found"><span class="visually-hidden">{}</span> {}</p>', _("From the text:"), note)
