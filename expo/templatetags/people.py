"""Format only: what a person's own pages show."""

from __future__ import annotations

import re
from typing import Any

import segno
from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from expo.people.second_factor import needs_second_factor

register = template.Library()

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("MicroMessenger", "WeChat"),
            ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
           ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip


@register.filter
def browser(agent: str) -> str:
    """What a browser calls itself, in two words: “Firefox, Windows”."""
    names = [next((name for mark, name in table if re.search(mark, agent)), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, names)) or _("another program")


@register.simple_tag
def qr_of(address: str) -> SafeString:
    """The address as a square that a camera reads; dark on light in every theme."""
    code = segno.make_qr(address, error="m")
    svg = code.svg_inline(scale=5, border=3, dark="#14202e", light="#ffffff", omitsize=True)
    return mark_safe(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S308  made of modules


@register.simple_tag(takes_context=True)
def must_set_up_second_factor(context: Any) -> bool:
    return needs_second_factor(context["request"].user)
