"""Links from a list of the organizers to its import and export."""

from __future__ import annotations

from typing import Any

from django import template

from expo import registry

register = template.Library()


@register.simple_tag
def table_of(changes: Any) -> registry.Table | None:
    """The table by which the rows of this list go in and out, where they have one."""
    return next((table for table in registry.tables.values() if table.model is changes.model), None)


@register.simple_tag(takes_context=True)
def exported_query(context: Any) -> str:
    """The list's filters as they stand in its address; the page's number is left out."""
    query = context["request"].GET.copy()
    query.pop("p", None)
    return f"?{query.urlencode()}" if query else ""
