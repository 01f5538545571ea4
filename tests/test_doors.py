"""Every url has a row in the access table, and the table holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from expo.models import User
from expo.registry import access_of, accesses


def names(patterns: list[Any], namespace: str = "") -> Iterator[str]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from names(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"


ALL = sorted(set(names(get_resolver().url_patterns)))


@pytest.mark.parametrize("name", ALL)
def test_url_has_an_access_row(name: str) -> None:
    assert access_of(name) is not None, f"{name}: write down in access.py who may come through"


def test_no_access_row_is_left_over() -> None:
    spaces = {name.rpartition(":")[0] for name in ALL}
    dead = [name for name in accesses if name not in ALL and name.removesuffix(":*") not in spaces]
    assert dead == []


def test_a_stranger_is_sent_to_sign_in_from_the_admin(client: Client, db: None) -> None:
    for name in ("admin:index", "admin:readiness", "admin:expo_exhibitor_changelist"):
        assert client.get(reverse(name)).status_code == 302


def test_a_visitor_with_an_account_is_no_organizer(client: Client, visitor: User) -> None:
    client.force_login(visitor)
    response = client.get(reverse("admin:expo_exhibitor_changelist"))
    assert response.status_code == 302
    assert "login" in response["Location"]
