"""What of a page is live: rendered for every request, while the rest is kept (`expo/views/frames.py`)."""

from __future__ import annotations

import secrets

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context

register = template.Library()

HOLES = "live_holes"  # the context variable that gathers the live parts while a frame is made
MARK = f"<!--{secrets.token_hex(16)}-->"  # nobody can write it into a text


class LiveNode(Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        holes = context.get(HOLES)
        if holes is None:
            return self.nodelist.render(context)
        holes.append(self.nodelist)
        return MARK


@register.tag
def live(parser: Parser, token: Token) -> LiveNode:
    """`{% live %}…{% endlive %}`. Not inside a loop or `with`: of a kept page only the page's own context is there."""
    nodelist = parser.parse(("endlive",))
    parser.delete_first_token()
    return LiveNode(nodelist)
