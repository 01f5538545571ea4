"""The files of an import stay with its test."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _own_imports(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"
