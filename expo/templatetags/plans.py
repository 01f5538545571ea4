"""Format only: the marks of floor plans and signs."""

from __future__ import annotations

import segno
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from expo import plans
from expo.models import Hall

register = template.Library()

QUIET_ZONE = 2  # modules of white around a code; the sheet it stands on is white too

# Line drawings on a grid of 24, inside a square badge.
GLYPHS = {
    "entrance": "M12 5h6v14h-6M5 12h8M10 8.5l3.5 3.5-3.5 3.5",
    "exit": "M12 5H6v14h6M10 12h9M15.5 8.5 19 12l-3.5 3.5",
    "stage": "M12 5v6M8.5 10.5a3.5 3.5 0 0 0 7 0M12 14v5M8.5 19h7",
    "room": "M7 19V5h10v14M4.5 19h15M14 12v.2",
    "information": "M12 6v.2M10 11h2v7M9.5 18h5",
    "toilet": "M8 5.5v.2M8 9.5v9M5.5 10h5M16 5.5v.2M16 9.5l-3 5.5h6zM16 15v3.5",
    "accessible_toilet": "M10.5 5v.2M10.5 8.5V14h5l2.5 5M10.5 10.5h4M8 12.5a4.3 4.3 0 1 0 5.8 5.2",
    "first_aid": "M12 6v12M6 12h12",
    "food": "M6 8h9v6a3 3 0 0 1-3 3H9a3 3 0 0 1-3-3zM15 10h3v3.5h-3",
    "lift": "M8 10l4-4 4 4M8 14l4 4 4-4",
    "stairs": "M5 18h4v-4h4v-4h4V6h3",
    "wardrobe": "M12 10.5V9a2 2 0 1 0-2-2M12 10.5 19.5 16h-15z",
}


@register.simple_tag
def glyph(kind: str) -> SafeString:
    """The drawing of a place's kind; it stands beside its name or inside something named."""
    return mark_safe(f'<path d="{GLYPHS.get(kind, GLYPHS["information"])}"/>')  # noqa: S308  our own markup


@register.simple_tag
def qr(address: str) -> SafeString:
    """An address to scan. It stands beside the address in words."""
    code = segno.make(address, micro=False, error="m")
    drawing = code.svg_inline(omitsize=True, border=QUIET_ZONE, svgclass="qr", lineclass="qr__ink")
    return format_html('<span role="img" aria-label="{}">{}</span>', f"QR {address}", mark_safe(drawing))  # noqa: S308  our own markup


@register.simple_tag
def plan_outline(hall: Hall) -> plans.Plan:
    """The small plan on a hall's card. The listing has loaded the zones."""
    return plans.outline(hall)
