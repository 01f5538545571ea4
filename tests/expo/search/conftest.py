"""The whole fair with its index, built once for the module that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from expo.search import generation, index, memory
from tests.fair import loaded


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("index")


@pytest.fixture(scope="module")
def whole_fair(django_db_setup: None, django_db_blocker: DjangoDbBlocker, folder: Path) -> Iterator[None]:
    with loaded(django_db_blocker), override_settings(SEARCH_INDEX_DIR=folder):
        index.rebuild()
        yield
    generation.forget()
    memory.forget()


@pytest.fixture
def indexed_fair(whole_fair: None, settings: Settings, folder: Path) -> None:
    """For each test of the module the index of all."""
    settings.SEARCH_INDEX_DIR = folder
