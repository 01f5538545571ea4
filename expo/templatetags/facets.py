"""The check boxes of facets: a page shows up to two hundred of them, so each one's HTML is put together once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.template.defaultfilters import capfirst
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from expo.search.facets import Choice

register = template.Library()


@register.simple_tag
def facet_choices(name: str, choices: Iterable[Choice]) -> SafeString:
    """The rows of a list, one a value: `name` is the parameter of the facet."""
    rows = []
    for choice in choices:
        begin, end = _row(name, choice.id, choice.value, choice.label, choice.plate, choice.hue, choice.depth)
        state = " checked" if choice.is_chosen else "" if choice.count else " disabled"
        rows.append(f"{begin}{state}{end}{choice.count}</span></label></li>")
    return mark_safe("".join(rows))  # noqa: S308  escaped in _row, the rest is numbers


@register.simple_tag
def facet_options(choices: Iterable[Choice]) -> SafeString:
    """The same for a list to choose one of."""
    rows = (_option(row.value, row.label, row.is_chosen) for row in choices)
    return mark_safe("".join(rows))  # noqa: S308  escaped in _option


@lru_cache(maxsize=10_000)
def _option(value: str, label: str, is_chosen: bool) -> str:
    return format_html('<option value="{}"{}>{}</option>', value, mark_safe(" selected") if is_chosen else "", label)


@lru_cache(maxsize=10_000)
def _row(name: str, html_id: str, value: str, label: str, plate: str, hue: str, depth: int) -> tuple[str, str]:
    """What stands before and behind the state of the check box, up to the count."""
    css = mark_safe(' class="facet__child"') if depth else ""
    begin = format_html('<li{}><label><input type="checkbox" id="{}" name="{}" value="{}"', css, html_id, name, value)
    sign = format_html('<b class="plate z-{}">{}</b>', (hue or plate).lower(), plate) if plate else ""
    words = format_html('<span class="facet__name">{}<span>{}</span></span>', sign, capfirst(label))
    return begin, f'> {words} <span class="count">'
