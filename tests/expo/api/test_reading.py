"""Programs read what the public reads: every noun, by the listing's own filters, in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from expo import registry
from expo.columns import columns_in
from expo.models import Holding, IpRight
from expo.registry import open_data
from expo.search import generation, index
from expo.search.page import ListingPage
from tests.expo.api.conftest import Ask
from tests.factories import (
    make_announcement,
    make_deal,
    make_demand,
    make_edition,
    make_exhibitor,
    make_figure,
    make_innovation,
    make_instrument,
    make_metric,
    make_organization,
    make_platform,
    make_product,
    make_sector,
    make_session,
    make_stand,
    make_term_sheet,
)

pytestmark = pytest.mark.django_db


def test_every_listing_can_be_read_under_the_word_of_its_pages() -> None:
    assert set(open_data) == set(registry.listings)
    for noun, row in open_data.items():
        assert reverse(registry.listings[noun].url_name).endswith(f"/en/{row.address}/")


def test_every_public_field_is_a_column() -> None:
    for noun, row in open_data.items():
        missing = set(row.listing.model.PUBLIC_FIELDS) - set(columns_in(noun, ""))
        assert missing == set(), noun


@pytest.fixture
def whole_fair() -> None:
    """Something of every noun."""
    exhibitor = make_exhibitor()
    make_stand(zone=exhibitor.zone, exhibitor=exhibitor)
    make_metric(innovation=make_innovation(organizations=[exhibitor.organization]))
    make_product(organization=exhibitor.organization)
    make_announcement()
    make_figure()
    make_session()
    make_platform()
    make_instrument()
    make_demand(modes=["exclusive"])
    make_deal(is_published=True)


@pytest.mark.usefixtures("whole_fair")
def test_what_there_is_leads_to_lists_and_these_to_records(ask: Ask) -> None:
    for noun in ask("")["nouns"]:
        found = ask(noun["url"])
        assert found["count"] == noun["count"] == len(found["results"])
        for row in found["results"]:
            assert ask(f"{noun['url']}{row['key']}/") == row
            assert row["url"].startswith("http://localhost:8000/en/")


def test_an_exhibitor_says_where_it_stands(ask: Ask) -> None:
    exhibitor = make_exhibitor()
    make_stand(zone=exhibitor.zone, exhibitor=exhibitor, number="07")
    row = ask(f"exhibitors/{exhibitor.slug}/")
    assert row["stands"] == [f"{exhibitor.zone.letter}07"]
    assert row["organization_name_zh"] == exhibitor.organization.name_zh
    assert row["organization_url"] == f"http://localhost:8000/en/organizations/{exhibitor.slug}/"


def test_an_exhibitor_of_two_editions_is_this_years(ask: Ask) -> None:
    firm = make_organization()
    make_exhibitor(organization=firm)
    make_exhibitor(organization=firm, edition=make_edition(number=12))
    assert ask(f"exhibitors/{firm.slug}/")["edition"] == 13
    assert [row["edition"] for row in ask("exhibitors/", edition="12")["results"]] == [12]


def test_an_innovation_states_its_metrics_exactly(ask: Ask) -> None:
    metric = make_metric(value=Decimal("8.05"), condition_en="at 20 °C")
    row = ask(f"innovations/{metric.innovation.slug}/")
    assert row["metrics"][0]["value"] == "8.05"
    assert row["metrics"][0]["condition_en"] == "at 20 °C"


def test_only_the_fields_asked_for_come(ask: Ask) -> None:
    product = make_product()
    assert ask("products/", fields="slug, title_en")["results"] == [
        {"slug": product.slug, "title_en": product.title_en}
    ]
    assert ask(f"products/{product.slug}/", fields="price") == {"price": "18.60"}


def test_one_language_takes_the_place_of_both(ask: Ask) -> None:
    product = make_product(title_zh="", claim_zh="现货")
    row = ask(f"products/{product.slug}/", lang="zh-hans")
    assert (row["title"], row["claim"]) == (product.title_en, "现货")
    assert "title_en" not in row
    assert "/zh-hans/products/" in row["url"]
    assert (
        ask("products/", lang="zh-hans", facets="1")["facets"].keys() == ask("products/", facets="1")["facets"].keys()
    )


def test_a_metric_speaks_the_language_too(ask: Ask) -> None:
    metric = make_metric()
    row = ask(f"innovations/{metric.innovation.slug}/", lang="zh-hans")["metrics"][0]
    assert row["parameter_name"] == metric.parameter.name_zh
    assert "parameter_name_en" not in row


def test_filters_are_those_of_the_listing(ask: Ask) -> None:
    dear, cheap = make_product(price=900), make_product(price=10)
    found = ask("products/", price_max="100")["results"]
    assert [row["slug"] for row in found] == [cheap.slug]
    assert {row["slug"] for row in ask("products/", sector=[dear.sector.slug, cheap.sector.slug])["results"]} == {
        dear.slug,
        cheap.slug,
    }
    assert [row["slug"] for row in ask("products/", sort="price")["results"]] == [cheap.slug, dear.slug]


@pytest.mark.parametrize("indexed", [False, True])
def test_facets_count_what_the_page_counts(ask: Ask, indexed: bool) -> None:
    field = make_sector()
    for _i in range(3):
        make_innovation(sector=field, trl=5, trl_scale="iso16290")
    make_innovation(title_en="Another")
    if indexed:
        index.rebuild()
    query = {"q": "innovation", "sector": field.slug}
    listing = registry.listings["innovation"]
    request = Client().get("/en/innovations/", query).wsgi_request
    page = ListingPage(listing, request.GET, "/en/innovations/")
    shown = {
        block.name: [(row.value, row.label, row.count) for row in block.choices]
        for block in page.facets()
        if block.choices
    }
    told = ask("innovations/", **query, facets="1")
    assert told["count"] == page.total == 3
    assert {
        name: [(row["value"], row["label"], row["count"]) for row in rows] for name, rows in told["facets"].items()
    } == shown


def test_search_is_the_engines(ask: Ask) -> None:
    make_innovation(title_en="Sintered magnets", title_zh="烧结磁体")
    make_innovation(title_en="A lidar", title_zh="激光雷达")
    index.rebuild()
    assert [row["title_en"] for row in ask("innovations/", q="magnet")["results"]] == ["Sintered magnets"]
    assert [row["title_zh"] for row in ask("innovations/", q="雷达")["results"]] == ["激光雷达"]


def fill(noun: str) -> None:
    if noun == "innovations":
        innovation = make_metric(innovation=make_innovation(organizations=[make_organization(), make_organization()]))
        Holding.objects.filter(innovation=innovation.innovation).update(role="co_holder")
        IpRight.objects.create(innovation=innovation.innovation, kind="invention", number="")
    elif noun == "exhibitors":
        exhibitor = make_exhibitor()
        make_stand(zone=exhibitor.zone, exhibitor=exhibitor)
    elif noun == "products":
        make_product(innovation=make_innovation())
    elif noun == "instruments":
        make_instrument(platform=make_platform())
    elif noun == "demands":
        make_demand(modes=["exclusive"])
    elif noun == "deals":
        make_term_sheet(deal=make_deal(is_published=True, equity_leg="full"))
    else:
        make_session()


@pytest.mark.parametrize(
    "noun", ["innovations", "exhibitors", "products", "instruments", "demands", "deals", "programme"]
)
def test_thirty_rows_take_as_many_queries_as_one(
    ask: Ask, noun: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    fill(noun)
    ask(f"{noun}/")
    with django_assert_max_num_queries(60) as one:
        ask(f"{noun}/", page_size=50)
    for _i in range(14):
        fill(noun)
    with django_assert_max_num_queries(60) as many:
        assert ask(f"{noun}/", page_size=50)["count"] == 15
    assert len(many) <= len(one)


def test_the_same_answer_is_not_sent_twice(client: Client, settings: Settings) -> None:
    make_product()
    index.rebuild()
    generation.beat()
    first = client.get("/api/v1/products/?sort=price&page_size=5")
    again = client.get("/api/v1/products/?page_size=5&sort=price", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/api/v1/products/?page_size=5&sort=price&lang=en", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200


def test_a_change_brings_a_new_answer(client: Client) -> None:
    product = make_product()
    index.rebuild()
    generation.beat()
    tag = client.get("/api/v1/products/")["ETag"]
    with index.writing():
        index.write([("product", product.pk)])
    assert client.get("/api/v1/products/", headers={"If-None-Match": tag}).status_code == 200


def test_nothing_is_remembered_where_nobody_notes_changes(client: Client) -> None:
    assert "ETag" not in client.get("/api/v1/products/")


def test_an_answer_brings_no_cookie_and_may_be_read_by_any_page(client: Client) -> None:
    response = client.get("/api/v1/products/", headers={"Origin": "https://elsewhere.example"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert "cookie" not in response["Vary"].lower()
    assert not response.cookies


def test_a_page_elsewhere_may_only_read(client: Client) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    assert client.options("/api/v1/products/", headers=asked)["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "Access-Control-Allow-Origin" not in client.get("/en/", headers={"Origin": "https://elsewhere.example"})


def test_a_head_request_is_answered_without_a_body(client: Client) -> None:
    response = client.head("/api/v1/products/")
    assert (response.status_code, response.content) == (200, b"")
