"""The check boxes of facets: a page shows up to two hundred of them, so each one's HTML is put together once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.template.defaultfilters import capfirst
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from expo.search.facets import Choice, FacetBlock

register = template.Library()


@register.simple_tag
def facet_choices(facet: FacetBlock) -> SafeString:
    """A list of check boxes; what is more than fits at first sight unfolds."""
    html = f'<ul role="list">{_rows(facet.name, facet.first)}</ul>'
    if more := facet.more:
        summary = conditional_escape(_("All %(number)s") % {"number": len(facet.choices)})
        html += f'<details class="facet__more" id="more-{facet.name}"><summary>{summary}</summary>'
        html += f'<ul role="list">{_rows(facet.name, more)}</ul></details>'
    return mark_safe(html)  # noqa: S308  escaped in _row, the rest is names of filters and numbers


def _rows(name: str, choices: Iterable[Choice]) -> str:
    """`name` is the parameter of the facet."""
    rows = []
    for choice in choices:
        begin, end = _row(name, choice.id, choice.value, choice.label, choice.plate, choice.hue, choice.depth)
        state = " checked" if choice.is_chosen else "" if choice.count else " disabled"
        rows.append(f"{begin}{state}{end}{choice.count}</span></label></li>")
    return "".join(rows)


@register.simple_tag
def facet_options(choices: Iterable[Choice]) -> SafeString:
    """The same for a list to choose one of."""
    rows = [_option(row.value, row.label, row.is_chosen) for row in choices]
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
