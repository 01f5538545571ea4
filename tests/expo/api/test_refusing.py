"""What the API does not understand it names, in one shape, and what is not public it does not know."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client
from pytest_django import Settings

from expo.models import InnovationState, ProductState
from expo.registry import open_data
from expo.search import generation, index
from tests.expo.api.conftest import Ask
from tests.factories import (
    make_deal,
    make_demand,
    make_exhibitor,
    make_innovation,
    make_instrument,
    make_organization,
    make_platform,
    make_product,
    make_term_sheet,
)
from tests.fair import private_texts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("colour=red", "colour"),
        ("page=2", "page"),
        ("format=json", "format"),
        ("at=2025-09-26", "at"),
        ("sector=alchemy", "sector"),
        ("stock=in-stock&stock=plenty", "stock"),
        ("price_min=cheap", "price_min"),
        ("price_min=1e400", "price_min"),
        ("price_min=1&price_min=2", "price_min"),
        ("sort=beauty", "sort"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=٣", "page_size"),
        ("fields=slug,secret", "fields"),
        ("fields=title", "fields"),
        ("lang=fr", "lang"),
        ("facets=perhaps", "facets"),
        ("q=" + "x" * 201, "q"),
        ("q=%22%22%22", "q"),
        ("q=%00", "q"),
        ("sector=%00", "sector"),
    ],
)
def test_bad_input_is_named(client: Client, query: str, parameter: str) -> None:
    response = client.get(f"/api/v1/products/?{query}")
    assert response.status_code == 400
    assert [(*error,) for error in response.json()["errors"]] == [("parameter", "message")]
    assert response.json()["errors"][0]["parameter"] == parameter
    assert response["Cache-Control"] == "no-store"


def test_all_that_is_wrong_is_named_at_once(ask: Ask) -> None:
    told = ask("products/", status=400, colour="red", sector="alchemy", page_size="many")
    assert {error["parameter"] for error in told["errors"]} == {"colour", "sector", "page_size"}


def test_a_refusal_speaks_the_language_asked_for(client: Client) -> None:
    assert client.get("/api/v1/products/?page_size=0&lang=zh-hans")["Content-Language"] == "zh-hans"


def test_a_text_that_is_too_long_or_empty_is_told_so(ask: Ask) -> None:
    assert "200" in ask("products/", status=400, q="magnet " * 40)["errors"][0]["message"]
    assert "no word" in ask("products/", status=400, q='"')["errors"][0]["message"]


def test_a_star_is_no_copy_of_an_answer_that_there_is_not(client: Client, tmp_path: Path, settings: Settings) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path
    index.rebuild()
    generation.beat()
    assert client.get("/api/v1/products/?colour=red", headers={"If-None-Match": "*"}).status_code == 400
    assert client.get("/api/v1/products/none/", headers={"If-None-Match": "*"}).status_code == 404


def test_empty_values_ask_for_nothing(ask: Ask) -> None:
    assert ask("products/", q="", sector="", fields="", lang="", cursor="", page_size="", facets="")["count"] == 0


def test_the_root_and_a_record_take_no_filters(ask: Ask) -> None:
    product = make_product()
    assert ask("", status=400, q="x")["errors"][0]["parameter"] == "q"
    assert ask(f"products/{product.slug}/", status=400, sector="x")["errors"][0]["parameter"] == "sector"


@pytest.mark.parametrize("path", ["nothing/", "products/nothing/", "editions/999/", f"editions/{10**40}/", "a/b/c/"])
def test_what_is_not_there_is_told_in_the_same_shape(ask: Ask, path: str) -> None:
    assert ask(path, status=404)["errors"][0]["parameter"] is None


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_writing_is_refused_in_the_same_shape(client: Client, method: str) -> None:
    response = getattr(client, method)("/api/v1/products/")
    assert response.status_code == 405
    assert response.json()["errors"][0]["message"] == "This API is only to read: ask with GET."
    assert response["Allow"] == "GET, HEAD"


def test_another_format_is_refused_in_the_same_shape(client: Client) -> None:
    response = client.get("/api/v1/products/", headers={"Accept": "text/csv"})
    assert response.status_code == 406
    assert response.json()["errors"]


def test_who_asks_too_often_waits(client: Client, settings: Settings) -> None:
    caches["process"].clear()
    settings.API_REQUESTS_PER_MINUTE = 2
    statuses = [client.get("/api/v1/").status_code for _i in range(3)]
    assert statuses == [200, 200, 429]
    response = client.get("/api/v1/products/", headers={"X-Forwarded-For": "203.0.113.9"})
    assert response.status_code == 429, "a header that anybody can send is not believed"
    assert int(response["Retry-After"]) > 0
    assert response.json()["errors"]
    caches["process"].clear()


# ------------------------------------------------------------------ what is not public
CANARY = "canary7f3"


def everything(client: Client) -> str:
    """All that the API tells, by lists and by records, in every language."""
    told = ""
    for noun in client.get("/api/v1/").json()["nouns"]:
        for language in ("", "?lang=en", "?lang=zh-hans"):
            text = client.get(noun["url"] + language).content.decode()
            told += text
        for row in client.get(noun["url"]).json()["results"]:
            told += client.get(f"{noun['url']}{row['key']}/").content.decode()
    return told


def test_private_texts_never_leave(client: Client) -> None:
    firm = make_organization()
    records = [
        firm, make_exhibitor(organization=firm), make_innovation(organizations=[firm]), make_product(organization=firm),
        make_demand(organization=firm), make_instrument(organization=firm), make_platform(organization=firm),
        make_deal(is_published=True),
    ]  # fmt: skip
    planted = 0
    for record in records:
        names = private_texts(record)
        type(record)._base_manager.filter(pk=record.pk).update(**dict.fromkeys(names, CANARY))
        planted += len(names)
    assert planted > 8
    told = everything(client)
    assert firm.slug in told
    assert CANARY not in told


@pytest.mark.parametrize("confidentiality", ["anonymous", "nda_only"])
def test_who_asks_without_a_name_is_not_named(client: Client, confidentiality: str) -> None:
    firm = make_organization(name_en=CANARY, slug=CANARY)
    demand = make_demand(organization=firm, confidentiality=confidentiality)
    told = everything(client)
    assert demand.slug in told
    assert CANARY not in told
    assert client.get(f"/api/v1/demands/?organization={CANARY}").status_code == 400


def test_a_demand_by_title_only_keeps_its_details(client: Client) -> None:
    details = {f"{name}_{lang}": CANARY for name in ("problem", "situation", "limits") for lang in ("en", "zh")}
    make_demand(confidentiality="nda_only", **details, budget_max=987_654_321, budget_min=987_654_321, modes=["sole"])
    told = everything(client)
    assert CANARY not in told
    assert "987654321" not in told
    row = client.get("/api/v1/demands/").json()["results"][0]
    assert (row["targets"], row["modes"], row["deadline"], row["currency"]) == ([], [], None, None)


def test_a_deal_shows_only_open_legs_and_named_parties(client: Client) -> None:
    hidden = make_organization(name_en=CANARY, slug=CANARY)
    parties = [
        {"role": "investor", "organization": hidden, "is_named": False},
        {"role": "university", "is_named": True},
    ]
    deal = make_deal(is_published=True, equity_leg="teaser", parties=parties, note=CANARY)
    make_term_sheet(deal=deal)
    assert CANARY not in everything(client)
    row = client.get(f"/api/v1/deals/{deal.code}/").json()
    assert (row["team_share"], row["amount"], row["currency"]) == (None, None, None)
    assert [party["role"] for party in row["parties"]] == ["university"]


def test_what_is_not_published_is_not_there(client: Client) -> None:
    draft = make_innovation(state=InnovationState.DRAFT, slug=CANARY)
    make_product(state=ProductState.DRAFT)
    make_deal()
    shown = make_product(innovation=draft)
    told = everything(client)
    assert CANARY not in told
    assert shown.slug in told
    assert client.get(f"/api/v1/innovations/{CANARY}/").status_code == 404


def test_every_noun_has_rows_of_the_public_only() -> None:
    """A record is looked up where the list looks."""
    for row in open_data.values():
        keys = set(row.listing.queryset().values_list("pk", flat=True))
        assert set((row.one or row.listing.queryset)().values_list("pk", flat=True)) == keys
