"""The cast: people who use the fair, and the client they come with."""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import coverage
import hypothesis
import pytest
from django.db.backends.sqlite3.base import DatabaseOperations
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from expo.models import User
from tests.factories import make_user, numbers_of_its_own

# A busy machine is no fault of the code: nothing in a test is timed.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: at the end one process would be left alone with them."""
    items.sort(key=lambda item: item.get_closest_marker("sweep") is None)


def pytest_collection_finish() -> None:
    """What is imported stays: looking through all of it again and again for garbage took a seventh of the suite."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Coverage costs two thirds on top: it waits while a test sweeps over what closer ones measure."""
    measuring = coverage.Coverage.current()
    if measuring is None or item.get_closest_marker("sweep") is None:
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    """Uploads and index of a test stay with it (no index: pages ask the database); passwords are easy to guess."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.SEMANTIC_SEARCH = False  # the tests of meaning switch it on
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True, scope="session")
def _log_emptied_between_tests() -> Iterator[None]:
    """SQLite empties tables by DELETE, which append-only ones refuse; PostgreSQL truncates."""
    flush = DatabaseOperations.sql_flush

    def without_the_trigger(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            found = cursor.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE '%_no_delete'").fetchall()
        statements: list[str] = flush(self, style, tables, **options)
        return [*(f"DROP TRIGGER {name}" for name, _sql in found), *statements, *(sql for _name, sql in found)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", without_the_trigger)
        yield


@pytest.fixture(autouse=True)
def _own_numbers() -> Iterator[None]:
    """What a test makes has the same names whichever process runs it, and after whatever else."""
    with numbers_of_its_own():
        yield


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A request leaves its language behind; every test begins in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def organizer(db: None) -> User:
    return make_user(name="He Ping", is_staff=True, is_superuser=True)


@pytest.fixture
def visitor(db: None) -> User:
    return make_user(name="Visitor")


@pytest.fixture
def organizer_client(organizer: User) -> Client:
    client = Client()
    client.force_login(organizer)
    return client
