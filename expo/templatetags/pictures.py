"""Uploaded pictures and places in a template; what they need was fetched before."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from expo.models import Picture, Stand
from expo.pictures import srcset

register = template.Library()


@register.simple_tag
def picture(row: Picture, css_class: str = "", sizes: str = "(min-width: 64rem) 24rem, 100vw") -> SafeString:
    """An uploaded picture in its sizes, loaded when it comes into view."""
    return format_html(
        '<img class="pic {}" src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" loading="lazy">',
        css_class,
        row.upload.url,
        srcset(row),
        sizes,
        row.width,
        row.height,
        row.alt,
    )


@register.filter
def first_stand(row: Any) -> Stand | None:
    """Where an innovation or product is shown: a stand of one of its organizations, fetched as `participations`."""
    holdings = row.holdings.all() if hasattr(row, "holdings") else [row]
    for holding in holdings:
        for exhibitor in getattr(holding.organization, "participations", []):
            for stand in exhibitor.places():
                return stand
    return None


@register.filter
def stand_of_row(row: Any) -> Stand | None:
    """The first stand of an exhibitor whose stands are at hand; nothing for other nouns."""
    return next(iter(row.places()), None) if hasattr(row, "places") else None


@register.filter
def kind_of_row(row: Any) -> str:
    return str(row._meta.verbose_name)


@register.filter
def title_of_row(row: Any) -> Any:
    return row.title if hasattr(row, "title") else row.name
