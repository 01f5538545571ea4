"""What is not ready yet: rows for the organizers, and the service itself for whoever watches over it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from expo.models import Organization, Origin, PlacePoint, User
from expo.waiting import one_language_only
from tests.expo.test_settings import PRODUCTION, start
from tests.factories import (
    make_announcement,
    make_edition,
    make_exhibitor,
    make_figure,
    make_hall,
    make_innovation,
    make_instrument,
    make_metric,
    make_organization,
    make_partnercity,
    make_placepoint,
    make_platform,
    make_product,
    make_sector,
    make_session,
    make_user,
    make_zone,
)


def make_known_organization(**overrides: str) -> Organization:
    """One that exhibits, so that the public sees it."""
    return make_exhibitor(organization=make_organization(**overrides)).organization


# ------------------------------------------------------------------ the second language
HALF: list[tuple[Callable[..., Any], dict[str, str]]] = [
    (make_announcement, {"body_zh": ""}),
    (make_edition, {"summary_en": "A fair"}),
    (make_exhibitor, {"claim_en": ""}),
    (make_figure, {"scope_zh": ""}),
    (make_hall, {"note_en": "Level floor"}),
    (make_instrument, {"location_zh": "3号楼"}),
    (make_partnercity, {"about_en": "A yearly workshop"}),
    (make_platform, {"approver_zh": ""}),
    (make_innovation, {"uses_en": "Motors"}),
    (make_known_organization, {"about_zh": "做磁体"}),
    (make_placepoint, {"name_zh": ""}),
    (make_product, {"unit_en": "piece"}),
    (make_sector, {"claim_en": "Materials"}),
    (make_session, {"title_zh": ""}),
    (make_zone, {"claim_zh": "新材料"}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("make", "half"), HALF, ids=lambda value: getattr(value, "__name__", ""))
def test_a_row_in_one_language_is_found_wherever_the_text_stands(
    make: Callable[..., Model], half: dict[str, str]
) -> None:
    row = make()
    assert one_language_only() == []
    for name, value in half.items():
        setattr(row, name, value)
    row.save()
    assert one_language_only() == [row]


@pytest.mark.django_db
def test_a_parameter_in_one_language_is_found() -> None:
    parameter = make_metric().parameter
    parameter.name_zh = ""
    parameter.save()
    assert one_language_only() == [parameter]


@pytest.mark.django_db
def test_what_the_public_does_not_see_need_not_be_translated_yet() -> None:
    make_innovation(state="draft", uses_en="Motors")
    make_announcement(publish_at=None, body_zh="")
    make_figure(origin=Origin.SAMPLE, scope_zh="")
    assert one_language_only() == []


@pytest.mark.django_db
def test_finding_and_naming_them_costs_the_same_at_any_number() -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert [str(row) for row in one_language_only()]
        return len(queries)

    def fill() -> None:
        make_placepoint(name_zh="")
        make_exhibitor(claim_en="")
        make_session(title_zh="")

    fill()
    once = cost()
    for _number in range(5):
        fill()
    assert PlacePoint.objects.filter(name_zh="").count() == 6
    assert cost() == once


@pytest.mark.django_db
def test_the_readiness_page_leads_to_where_each_is_mended(organizer_client: Client) -> None:
    rows = [make(**half) for make, half in HALF if make is not make_edition]
    response = organizer_client.get(reverse("admin:readiness"))
    finding = next(row for row in response.context["findings"] if row.check.name == "one-language")
    assert finding.count == len(rows)
    for _words, url in finding.rows:
        assert organizer_client.get(url).status_code == 200, url


# ------------------------------------------------------------------ machines need no cookie
MACHINES = ("/healthz", "/robots.txt", "/sitemap.xml", "/sitemap-innovation.xml", "/favicon.ico")


@pytest.mark.django_db
@pytest.mark.parametrize("path", MACHINES)
def test_what_machines_fetch_asks_nobody_who_they_are(path: str, client: Client, organizer: User) -> None:
    client.force_login(organizer)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert "Cookie" not in response.get("Vary", "")
    assert not any("django_session" in query["sql"] for query in queries)


@pytest.mark.django_db
def test_the_organizers_pages_speak_the_persons_language(client: Client) -> None:
    client.force_login(make_user(language="zh-hans", is_staff=True, is_superuser=True))
    response = client.get(reverse("admin:index"), headers={"accept-language": "en"})
    assert response["Content-Language"] == "zh-hans"


# ------------------------------------------------------------------ readyz
ASK = """
import django; django.setup()
from django.test import Client
response = Client(headers={"host": "expo.example.org"}).get("/readyz")
print(response.status_code, response.json()["reason"])
"""


def test_readyz_says_soon_that_the_database_is_down(tmp_path: Path) -> None:
    began = time.monotonic()
    answer = start("-c", ASK, var=tmp_path, **PRODUCTION, DATABASE_URL="postgres://nobody@127.0.0.1:9/expo")
    assert "503 The database does not answer." in answer.stdout, answer.stderr
    assert time.monotonic() - began < 15
