"""Pages whose frame is kept: what all requests for an address share is rendered once, `{% live %}` parts every time.

A frame holds nothing personal: what depends on who asks, or on the query, stands inside `{% live %}`.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django.http import HttpRequest
from django.template import RequestContext, Template
from django.template.base import NodeList
from django.template.loader import get_template

from expo.search.memory import Stamp, remembered
from expo.templatetags.live import HOLES, MARK

Frame = tuple[list[str], list[NodeList]]


def framed(
    request: HttpRequest, template_name: str, context: dict[str, Any], *, key: Hashable, now: Stamp | None
) -> str:
    """As Django's `render_to_string`. `key` tells apart what the frame shows besides the language.

    Without a stamp all is made anew."""
    template: Template = get_template(template_name).template  # type: ignore[attr-defined]
    full = RequestContext(request)
    # taken off again, or context and page hold each other until the garbage is collected, which takes longer than pages
    with full.push(context), full.bind_template(template):
        if now is None:
            return str(template.render(full))
        pieces, holes = remembered(("frame", template_name, key), lambda: _frame(template, full), now)
        with full.render_context.push_state(template):
            filled = [hole.render(full) for hole in holes]
    return "".join(part for pair in zip(pieces, [*filled, ""], strict=True) for part in pair)


def _frame(template: Template, context: Any) -> Frame:
    """The page in pieces, and what belongs between them."""
    holes: list[NodeList] = []
    with context.update({HOLES: holes}):
        pieces = template.render(context).split(MARK)
    return pieces, holes
