"""What the tests of the organizers' pages share: addresses, and what a browser would send."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse
from PIL import Image


def page(record: Any, name: str = "change") -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{name}", args=[record.pk])


def listing(model: Any, query: str = "") -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") + query


def act_url(record: Any, act: str) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_act", args=[record.pk, act])


def typed(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """What a browser would send from the form at `url`, with some fields typed over."""
    context = client.get(url).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data: dict[str, Any] = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            widget = bound.field.widget
            if getattr(getattr(widget, "widget", widget), "allow_multiple_selected", False):
                data[bound.html_name] = [str(part) for part in value or []]
                continue
            value = widget.format_value(value) if hasattr(widget, "format_value") else value
            if isinstance(value, (list, tuple)):
                value = value[0] if value else ""
            if hasattr(widget, "widgets"):
                for number, part in enumerate(widget.decompress(bound.value())):
                    data[f"{bound.html_name}_{number}"] = "" if part is None else str(part)
            elif getattr(widget, "input_type", "") == "checkbox":
                if bound.value():
                    data[bound.html_name] = "on"
            elif getattr(widget, "input_type", "") != "file":
                data[bound.html_name] = "" if value is None else str(value)
            if bound.field.show_hidden_initial:
                data |= hidden(str(bound.as_hidden(only_initial=True)))
    if "classified" in data:
        data["classified"] = "no"
    return {**data, **changes}


def hidden(html: str) -> dict[str, str]:
    """Names and values of hidden inputs."""
    inputs = re.findall(r"<input[^>]*>", html)
    found = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag, re.DOTALL)) for tag in inputs]
    return {name[1]: unescape(value[1]) if value else "" for name, value in found if name}


def bulk(client: Client, model: Any, act: str, rows: list[Any], **words: Any) -> Any:
    data = {"action": act, ACTION_CHECKBOX_NAME: [row.pk for row in rows], **words}
    return client.post(listing(model), data, follow=True)


def agreed(asked: Any, **words: Any) -> dict[str, Any]:
    """What a browser sends from the page that says what cannot be undone, with the tick."""
    return {"apply": "1", "understood": "on", "seen": asked.context["form"]["seen"].value(), **words}


def words_of(response: Any) -> str:
    return response.content.decode()


def a_picture(width: int = 640, height: int = 480, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, kind)
    return out.getvalue()
