"""Who asks the API: any program, without a cookie."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def _as_often_as_needed(settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 0


@pytest.fixture
def ask(client: Client, db: None) -> Ask:
    """Asks with the parameters and gives the answer, which must be of the status."""

    def asked(path: str, status: int = 200, **query: Any) -> Any:
        response = client.get(path if path.startswith(("/", "http")) else f"/api/v1/{path}", query)
        assert response.status_code == status, response.content
        assert response["Content-Type"] == "application/json"
        return response.json()

    return asked
