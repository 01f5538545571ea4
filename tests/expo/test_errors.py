"""What is said where a page is refused: in the site's look, and what to do."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_form_without_its_token_is_refused_with_what_to_do() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/admin/login/", {"username": "x", "password": "y", "csrfmiddlewaretoken": "no"})
    html = response.content.decode()
    assert response.status_code == 403
    assert "This form could not be accepted" in html
    assert "allow cookies, reload the page" in html
    assert "expo/site" in html
