"""Public pages: each works, keeps strangers from what is not public, and refuses wrong methods."""

from __future__ import annotations

import json
import re

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from expo.models import Record
from expo.structured import structured
from tests.factories import (
    make_announcement,
    make_country,
    make_edition,
    make_exhibitor,
    make_figure,
    make_innovation,
    make_instrument,
    make_metric,
    make_organization,
    make_partnercity,
    make_platform,
    make_product,
    make_sector,
    make_session,
    make_stand,
    make_zone,
)

pytestmark = pytest.mark.django_db

MAKERS = {
    "exhibitor": make_exhibitor, "innovation": make_innovation, "product": make_product, "session": make_session,
    "organization": lambda: make_exhibitor().organization, "sector": make_sector, "zone": make_zone,
    "announcement": make_announcement, "innovationplatform": make_platform, "instrument": make_instrument,
    "partnercity": make_partnercity, "country": make_country,
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("noun", MAKERS)
def test_a_detail_page_shows_its_record_in_both_languages(client: Client, noun: str, language: str) -> None:
    record = MAKERS[noun]()
    url = record.get_absolute_url().replace("/en/", f"/{language}/")
    response = client.get(url)
    assert response.status_code == 200
    suffix = "zh" if language == "zh-hans" else "en"
    subject = getattr(record, "organization", record) if noun == "exhibitor" else record
    assert getattr(subject, f"title_{suffix}", None) or getattr(subject, f"name_{suffix}") in response.content.decode()


@pytest.mark.parametrize("noun", MAKERS)
def test_an_unknown_thing_is_not_found(client: Client, noun: str) -> None:
    make_edition()
    assert client.get(reverse(f"{noun}-detail", args=["nobody"])).status_code == 404


@pytest.mark.parametrize("noun", MAKERS)
def test_pages_are_read_only(client: Client, noun: str) -> None:
    record = MAKERS[noun]()
    assert client.post(record.get_absolute_url()).status_code == 405
    assert client.post(reverse(f"{noun}-list")).status_code == 405


@pytest.mark.parametrize(
    ("noun", "hidden"),
    [
        ("exhibitor", {"state": "in_review"}), ("innovation", {"state": "paused"}), ("product", {"state": "draft"}),
        ("session", {"state": "draft"}), ("announcement", {"publish_at": None}),
        ("innovationplatform", {"state": "applied"}), ("innovationplatform", {"state": "delisted"}),
        ("instrument", {"state": "hidden"}), ("instrument", {"state": "retired"}),
        ("instrument", {"external_open": False}),
    ],
)  # fmt: skip
def test_what_is_not_public_is_not_found(client: Client, noun: str, hidden: dict[str, object]) -> None:
    record = MAKERS[noun](**hidden)
    assert client.get(record.get_absolute_url()).status_code == 404


def test_confidential_words_are_on_no_page(client: Client) -> None:
    innovation = make_innovation(abstract_confidential="CANARY-41")
    exhibitor = make_exhibitor(
        contact_name="CANARY-42", contact_email="canary43@example.org", contact_phone="CANARY-44"
    )
    platform = make_platform(organization=exhibitor.organization)
    contact = {"contact_name": "CANARY-45", "contact_email": "canary43@example.org", "contact_phone": "CANARY-46"}
    instrument = make_instrument(
        organization=exhibitor.organization, platform=platform, original_value="4242424.25", **contact
    )
    city = make_partnercity(contact_name="CANARY-47", contact_email="canary43@example.org")
    pages = [innovation.get_absolute_url(), exhibitor.get_absolute_url(), "/en/", "/en/search/?q=CANARY"]
    pages += [row.get_absolute_url() for row in (platform, instrument, instrument.sector, city, city.country)]
    pages += [reverse(f"{noun}-list") for noun in ("innovationplatform", "instrument", "partnercity", "country")]
    for url in [
        *pages,
        reverse("innovation-list"),
        reverse("exhibitor-list"),
        exhibitor.organization.get_absolute_url(),
    ]:
        body = client.get(url).content.decode()
        assert not re.search(r"CANARY-4|canary43|4,?242,?424", body), url


def test_public_and_confidential_fields_do_not_meet() -> None:
    for model in (model for model in apps.get_models() if issubclass(model, Record)):
        names = {field.name for field in model._meta.get_fields()}
        assert set(model.PUBLIC_FIELDS) <= names, model
        assert set(model.PUBLIC_FIELDS).isdisjoint(getattr(model, "CONFIDENTIAL_FIELDS", ())), model
        assert not [name for name in model.PUBLIC_FIELDS if name.startswith("contact")], model


def test_a_missing_language_shows_the_other_one_marked(client: Client) -> None:
    innovation = make_innovation(title_zh="", title_en="Only English")
    body = client.get(f"/zh-hans/innovations/{innovation.slug}/").content.decode()
    assert '<span lang="en">Only English</span> <span class="fallback">' in body


def test_a_detail_page_asks_as_many_questions_for_ten_organizations_as_for_one(client: Client) -> None:
    def queries(count: int) -> int:
        holders = [
            make_stand(exhibitor=(e := make_exhibitor()), zone=e.zone).exhibitor.organization for _ in range(count)
        ]
        innovation = make_innovation(organizations=holders)
        for _ in range(count):
            make_metric(innovation=innovation)
            make_product(innovation=innovation, organization=holders[0])
        with CaptureQueriesContext(connection) as asked:
            assert client.get(innovation.get_absolute_url()).status_code == 200
        return len(asked)

    queries(1)
    assert queries(1) == queries(6)


def test_an_earlier_participation_stays_reachable(client: Client) -> None:
    then = make_exhibitor(edition=make_edition(number=12))
    assert client.get(then.get_absolute_url()).status_code == 200
    assert client.get(reverse("exhibitor-detail", args=[then.slug])).status_code == 404
    assert client.get(reverse("edition-exhibitor", args=[11, then.slug])).status_code == 404


# ------------------------------------------------------------------ home
def test_home_works_before_there_is_anything(client: Client) -> None:
    assert client.get("/en/").status_code == 200
    for noun in ("exhibitor", "innovation", "session", "hall", "figure", "edition"):
        assert client.get(reverse(f"{noun}-list")).status_code == 200


def test_home_shows_landmarks_themes_figures_and_news(client: Client) -> None:
    make_innovation(title_en="Magnet of magnets", is_landmark=True)
    make_innovation(title_en="Ordinary thing")
    make_sector(name_en="Low-altitude economy", is_theme=True)
    make_figure(label_en="things counted", on_home=True)
    make_figure(label_en="sample counted", on_home=True, origin="sample")
    make_announcement(title_en="Doors open")
    body = client.get("/en/").content.decode()
    for words in ("Magnet of magnets", "Low-altitude economy", "things counted", "Doors open"):
        assert words in body
    assert "Ordinary thing" not in body
    assert "sample counted" not in body


def test_the_root_leads_to_the_visitors_language(client: Client) -> None:
    assert client.get("/", headers={"Accept-Language": "zh-CN,zh;q=0.9"})["Location"] == "/zh-hans/"
    assert client.get("/", headers={"Accept-Language": "de"})["Location"] == "/en/"


def test_the_language_switch_stays_on_the_page_and_keeps_the_query(client: Client) -> None:
    body = client.get("/en/innovations/?trl=7-9&q=x").content.decode()
    assert 'href="/zh-hans/innovations/?trl=7-9&amp;q=x"' in body


# ------------------------------------------------------------------ machines
def test_health_and_readiness_answer(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok", "semantic": False}


def test_health_asks_no_database(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        client.get("/healthz")


def test_a_missing_migration_is_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'expo' AND name LIKE '0002%'")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "missing" in response.json()["reason"]


def test_the_site_map_names_real_rows_in_both_languages_and_no_sample(client: Client) -> None:
    real, sample = make_innovation(origin="editorial"), make_innovation(origin="sample")
    assert client.get("/sitemap.xml").status_code == 200
    body = client.get("/sitemap-innovation.xml").content.decode()
    assert f"/en/innovations/{real.slug}/" in body
    assert f"/zh-hans/innovations/{real.slug}/" in body
    assert sample.slug not in body
    pages = client.get("/sitemap-pages.xml").content.decode()
    assert "/en/programme/" in pages
    for section in (
        "exhibitor",
        "product",
        "session",
        "organization",
        "sector",
        "zone",
        "hall",
        "figure",
        "announcement",
        "edition",
    ):
        assert client.get(f"/sitemap-{section}.xml").status_code == 200, section


def test_robots_are_led_to_the_site_map(client: Client) -> None:
    body = client.get("/robots.txt").content.decode()
    assert "Disallow: /admin/" in body
    assert "/sitemap.xml" in body


def test_samples_and_filtered_listings_stay_out_of_search_engines(client: Client) -> None:
    sample, real = make_innovation(origin="sample"), make_innovation(origin="editorial")
    assert client.get(sample.get_absolute_url())["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in client.get(real.get_absolute_url())
    assert client.get("/en/innovations/?q=x")["X-Robots-Tag"] == "noindex"


def test_structured_data_is_read_by_machines_and_cannot_end_its_script(client: Client) -> None:
    innovation = make_innovation(title_en="</script><b>&", origin="editorial")
    body = client.get(innovation.get_absolute_url()).content.decode()
    text = re.search(r'<script type="application/ld\+json">(.*?)</script>', body)[1]  # type: ignore[index]
    data = json.loads(text)
    assert (data["@type"], data["name"]) == ("CreativeWork", "</script><b>&")
    assert structured(make_innovation(origin="sample")) == ""


@pytest.mark.parametrize(
    "make", [make_exhibitor, make_product, make_session, make_organization, make_announcement, make_edition]
)
def test_structured_data_names_the_thing(make: object) -> None:
    data = json.loads(structured(make()))  # type: ignore[operator]
    assert data.get("name") or data.get("headline")


# ------------------------------------------------------------------ errors and headers
def test_a_wrong_address_gets_the_sites_own_page(client: Client) -> None:
    make_edition()
    for url in ("/en/nothing-here/", "/nothing", "/zh-hans/exhibitors/none/"):
        response = client.get(url)
        assert response.status_code == 404
        assert "<html" in response.content.decode()


def test_the_content_security_policy_allows_our_own_files_only(client: Client) -> None:
    policy = client.get("/en/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_failure_shows_our_page_and_no_secret(client: Client, settings: Settings) -> None:
    client.raise_request_exception = False
    settings.ROOT_URLCONF = "tests.broken_urls"
    response = client.get("/broken/")
    assert response.status_code == 500
    assert "canary" not in response.content.decode()
    assert "<html" in response.content.decode()
