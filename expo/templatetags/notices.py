"""What the masthead says of a person's notices."""

from __future__ import annotations

from typing import Any

from django import template

from expo.notices import unread_count

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_notices(context: Any) -> int:
    """`{% unread_notices as count %}`, inside `{% live %}`: strangers cost no query, and read no session."""
    request = context.get("request")
    return unread_count(request.user) if request is not None and request.COOKIES else 0
