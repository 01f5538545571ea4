"""Every address x method x actor against the written table; a new url without a row fails, as does any other answer."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.shortcuts import resolve_url
from django.test import Client
from django.test.client import ClientHandler

from expo.permission_table import ACTORS, Row, row_for, rows
from tests.expo.permission_world import Address, World, addresses

pytestmark = [pytest.mark.django_db, pytest.mark.sweep]
METHODS = ("GET", "POST")
STAFF = ACTORS[6:]
BY_GRANT = "grant"  # the roles' own table says it, and tests/expo/test_roles.py tries it on every page of the admin


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Thousands are refused here; only what breaks is worth a line."""
    caplog.set_level(logging.ERROR, "django.request")


def answer(client: Client, method: str, address: str) -> str:
    """`in` sends to the sign-in page, `go` to any other; else the status. Nothing of it stays."""
    caches["process"].clear()  # counts how often one asks
    with transaction.atomic():
        response = client.generic(method, address, content_type="application/x-www-form-urlencoded")
        if response.streaming:
            b"".join(response)
        transaction.set_rollback(True)
    if response.status_code in (301, 302, 303):
        to_sign_in = (
            response["Location"].startswith(resolve_url(settings.LOGIN_URL)) or "/login/" in response["Location"]
        )
        return "in" if to_sign_in else "go"
    return str(response.status_code)


@cache
def door() -> ClientHandler:
    """The way in, its middleware loaded once for all the thousands that come."""
    return ClientHandler(enforce_csrf_checks=False)


def as_actor(session: str) -> Client:
    client = Client(raise_request_exception=False)
    client.handler = door()
    if session:
        client.cookies["sessionid"] = session
    return client


def walked(world: World, sessions: dict[str, str], row: Address, method: str, actors: Any) -> dict[str, str]:
    address = world.address(row)
    return {actor: answer(as_actor(sessions[actor]), method, address) for actor in actors}


def differences(expected: Row | None, found: dict[str, str]) -> list[str]:
    if expected is None:
        return list(found)
    return [
        actor
        for actor, told in found.items()
        if told != expected.answers[actor] and not (expected.answers[actor] == BY_GRANT and is_by_grant(told))
    ]


def is_by_grant(told: str) -> bool:
    return told in ("200", "go", "400", "403", "404", "405")


def as_line(name: str, method: str, found: dict[str, str]) -> str:
    """A row as the table holds it."""
    return f"{name:<34} {method:<5} " + " ".join(f"{found.get(actor, '?'):<5}" for actor in ACTORS).rstrip()


def walk(chosen: list[Address], actors: Sequence[str] = ACTORS) -> list[str]:
    """What was answered otherwise than the table says, as rows that could be in it."""
    table, world = rows(), World()
    sessions, wrong = world.clients(), []
    for row in chosen:
        for method in METHODS:
            found = walked(world, sessions, row, method, actors)
            if odd := differences(row_for(table, row.name, method, row.route), found):
                wrong.append(f"{as_line(row.name, method, found)}   # {row.route}: {', '.join(odd)}")
    return wrong


def test_every_address_answers_everybody_as_the_table_says() -> None:
    """Read the rows of a failure one by one: each goes into `permission_table.txt` only if it is right."""
    wrong = walk([row for row in addresses() if not row.name.startswith("admin:")])
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_admin_lets_staff_in_alone_at_every_address() -> None:
    """Who acts for an organization is a visitor there."""
    wrong = walk([row for row in addresses() if row.name.startswith("admin:")], ("anonymous", "visitor", *STAFF))
    assert not wrong, "\n" + "\n".join(wrong)


def test_no_row_is_left_over() -> None:
    known = addresses()
    left = [row.name for row in rows() if not any(row.fits(one.name, row.method, one.route) for one in known)]
    assert left == []


def test_no_address_is_without_a_name() -> None:
    """But those by which Django's admin passes old addresses on."""
    assert [row for row in addresses() if row.name == "unnamed"] == []
