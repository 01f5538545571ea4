"""What the tests of own pages share: who comes, addresses, and what a browser would send."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from expo.models import MemberRole, Membership, Organization, User
from tests.expo.admin_pages import hidden
from tests.factories import make_user


def works_for(organization: Organization, role: str = MemberRole.EDITOR, **words: Any) -> User:
    user = make_user(**words)
    Membership.objects.create(organization=organization, user=user, role=role)
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, organization: Organization, noun: str, record: Any = None, **words: Any) -> str:
    kwargs = {"slug": organization.slug, "noun": noun, **words}
    if record is not None:
        kwargs["pk"] = getattr(record, "pk", record)
    return reverse(name, kwargs=kwargs)


def sent(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What a browser would send from the form at an address, with some fields typed over."""
    editor = client.get(address).context["editor"]
    data: dict[str, Any] = {"opened": editor.opened}
    for form in [editor.form, *(part for rows in editor.formsets.values() for part in (rows.management_form, *rows))]:
        for bound in form:
            value, widget = bound.value(), bound.field.widget
            if getattr(widget, "allow_multiple_selected", False):
                data[bound.html_name] = [str(part) for part in value or []]
            elif getattr(widget, "input_type", "") == "checkbox":
                data |= {bound.html_name: "on"} if value else {}
            else:
                shown = widget.format_value(value)
                shown = shown[0] if isinstance(shown, list) and shown else shown
                data[bound.html_name] = "" if shown in (None, []) else str(shown)
            if bound.field.show_hidden_initial:
                data |= hidden(str(bound.as_hidden(only_initial=True)))
    if "classified" in data:
        data["classified"] = "no"
    return {**data, **changes}
