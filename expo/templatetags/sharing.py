"""What a shared page says of itself."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def again(context: Context, name: str) -> SafeString:
    """What the page put into a block, once more and on one line: a title is written once and read in two places."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    text = " ".join(block.render(context).split()) if block else ""
    return mark_safe(text)  # noqa: S308  the block has escaped it
