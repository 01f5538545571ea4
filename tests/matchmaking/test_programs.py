"""Programs of both sides read their matches and introductions by token, and their servers hear of new ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from expo.api_tokens import create_token
from expo.models import Organization, WebhookDelivery
from expo.webhooks import create_webhook
from matchmaking import introductions
from matchmaking.match_news import tell_new
from matchmaking.matching.parts import Part
from matchmaking.models import Introduction, Match, NeverShow
from matchmaking.programs import EVENTS
from tests.factories import (
    make_demand,
    make_innovation,
    make_introduction,
    make_member,
    make_organization,
    make_product,
)

pytestmark = pytest.mark.django_db
MATCHES, INTRODUCTIONS = "/api/v1/matches/", "/api/v1/introductions/"
MATURITY = Part("maturity", 60, 60, 1.0, {"wanted": 6, "offered": 7, "is_in_use": False})
SECRET = "XYZZY-secret"
Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def _as_often_as_needed(settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 0


@pytest.fixture
def asking() -> Organization:
    return make_organization(name_en="Magnet Works")


@pytest.fixture
def offering() -> Organization:
    return make_organization(name_en="Alloy Institute")


def reader_of(organization: Organization) -> Ask:
    """Asks with a token of the organization and gives the answer, which must be of the status."""
    plain = create_token(make_member(organization, "editor"), organization, name="Reader", days=30)[1]

    def asked(path: str, status: int = 200, **query: Any) -> Any:
        response = Client().get(path, query, headers={"Authorization": f"Bearer {plain}"})
        assert response.status_code == status, response.content
        assert "no-store" in response["Cache-Control"]
        assert "ETag" not in response
        return response.json()

    return asked


def make_match(demand: Any, offer: Any, score: int = 60, **values: Any) -> Match:
    parts = [MATURITY.to_dict()]
    values = {"score": score, "parts": parts, "offer_score": score, "offer_parts": parts, **values}
    noun = {offer._meta.model_name: offer}
    return Match.objects.create(demand=demand, **noun, found_at=timezone.now(), matched_at=timezone.now(), **values)


# ------------------------------------------------------------------ matches
def test_each_side_reads_its_own_score_with_reasons(asking: Organization, offering: Organization) -> None:
    demand = make_demand(organization=asking, title_en="A magnet")
    offer = make_innovation(organizations=[offering], title_en="An alloy")
    make_match(demand, offer, 60, offer_score=55)
    row = reader_of(asking)(MATCHES, demand=demand.slug)["results"][0]
    assert (row["side"], row["score"], row["demand"]["key"], row["offer"]["title"]) == (
        "asking", 60, demand.slug, "An alloy",
    )  # fmt: skip
    assert row["fits"] == [{"part": "maturity", "words": "You ask for TRL 6 or more; they offer 7."}]
    assert sum(part["points"] for part in row["parts"]) == row["score"]
    other = reader_of(offering)(MATCHES, innovation=offer.slug, lang="zh-hans")["results"][0]
    assert (other["side"], other["score"]) == ("offering", 55)
    assert "/zh-hans/" in other["offer"]["url"]


def test_a_demand_that_is_not_named_names_nobody_to_the_side_that_offers(
    asking: Organization, offering: Organization
) -> None:
    demand = make_demand(organization=asking, confidentiality="anonymous", problem_en=SECRET)
    offer = make_innovation(organizations=[offering], abstract_confidential=SECRET)
    make_match(demand, offer)
    told = reader_of(offering)(MATCHES, innovation=offer.slug)
    assert told["results"][0]["demand"]["organization"] is None
    assert "Magnet" not in json.dumps(told)
    mine = reader_of(asking)(MATCHES, demand=demand.slug)
    assert mine["results"][0]["demand"]["organization"]["name"] == "Magnet Works"
    assert SECRET not in json.dumps([told, mine])


def test_what_is_not_ones_own_is_not_there(asking: Organization, offering: Organization) -> None:
    demand = make_demand(organization=asking)
    make_match(demand, make_innovation(organizations=[offering]))
    stranger = reader_of(make_organization())
    stranger(MATCHES, 404, demand=demand.slug)
    reader_of(offering)(MATCHES, 404, demand=demand.slug)
    stranger(MATCHES, 404, demand="none\0")
    NeverShow.objects.create(organization=offering, other=asking, at=timezone.now())
    assert reader_of(asking)(MATCHES, demand=demand.slug)["results"] == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({}, "demand"), ({"demand": "a", "product": "b"}, "product"), ({"demand": "a", "color": "red"}, "color"),
        ({"demand": "a", "page_size": "0"}, "page_size"), ({"demand": "a", "lang": "fr"}, "lang"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named(asking: Organization, query: dict[str, str], parameter: str) -> None:
    assert reader_of(asking)(MATCHES, 400, **query)["errors"][0]["parameter"] == parameter


def test_a_cursor_walks_over_every_match_once_however_many_are_equal(
    asking: Organization, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    demand, ask = make_demand(organization=asking), reader_of(asking)
    for number in range(7):
        make_match(demand, make_product(), 60 if number % 3 else 80)
    url, query, seen = MATCHES, {"demand": demand.slug, "page_size": "3"}, []
    while url:
        with django_assert_max_num_queries(8):
            told = ask(url, **query)
        seen += [row["key"] for row in told["results"]]
        scores = [row["score"] for row in told["results"]]
        assert scores == sorted(scores, reverse=True)
        url, query = told["next"], {}
    assert len(seen) == len(set(seen)) == 7
    cursor = ask(MATCHES, demand=demand.slug, page_size="3")["next"].partition("cursor=")[2].replace("%3A", ":")
    other = make_demand(organization=asking)
    for bad in (cursor, "1", "🦀"):
        assert ask(MATCHES, 400, demand=other.slug, cursor=bad)["errors"][0]["parameter"] == "cursor"


# ------------------------------------------------------------------ introductions
def test_both_sides_read_an_introduction_each_from_its_own(asking: Organization, offering: Organization) -> None:
    demand = make_demand(organization=asking, confidentiality="anonymous")
    offer = make_innovation(organizations=[offering], abstract_confidential=SECRET)
    row = make_introduction(demand=demand, offer=offer, text=SECRET)
    ours, theirs = reader_of(offering), reader_of(asking)
    told = ours(f"{INTRODUCTIONS}{row.code}/")
    assert (told["side"], told["wrote_first"], told["is_our_turn"], told["other"]) == ("offering", True, False, None)
    assert told["demand"]["organization"] is None
    assert "Magnet" not in json.dumps(told)
    answered = theirs(f"{INTRODUCTIONS}{row.code}/")
    assert (answered["side"], answered["is_our_turn"], answered["other"]["name"]) == ("asking", True, "Alloy Institute")
    assert SECRET not in json.dumps([told, answered]), "what people write stays on the page"
    by = make_member(asking, "editor")
    introductions.accept(row, organization=asking, by=by)
    told = ours(f"{INTRODUCTIONS}{row.code}/")
    assert (told["state"], told["other"]["name"]) == ("accepted", "Magnet Works")
    assert [move["state"] for move in told["history"]] == ["sent", "accepted"]


def test_introductions_are_listed_by_state_and_side_to_their_two_organizations(
    asking: Organization, offering: Organization, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [
        make_introduction(demand=make_demand(organization=asking), offer=make_innovation(organizations=[offering]))
        for _number in range(5)
    ]
    make_introduction()
    ask = reader_of(asking)
    with django_assert_max_num_queries(10):
        told = ask(INTRODUCTIONS, page_size="3")
    assert [row["key"] for row in told["results"]] == [row.code for row in rows[:1:-1]]
    assert [row["key"] for row in ask(told["next"])["results"]] == [row.code for row in rows[1::-1]]
    assert len(ask(INTRODUCTIONS, state="sent", side="asking")["results"]) == 5
    assert ask(INTRODUCTIONS, state="accepted")["results"] == ask(INTRODUCTIONS, side="offering")["results"] == []
    assert ask(INTRODUCTIONS, 400, state="gone")["errors"][0]["parameter"] == "state"
    reader_of(make_organization())(f"{INTRODUCTIONS}{rows[0].code}/", 404)


# ------------------------------------------------------------------ webhooks
def listening(organization: Organization) -> None:
    url = f"https://{organization.slug}.example/"
    create_webhook(organization, url=url, events=[*EVENTS], by=make_member(organization, "editor"))


def told_to(organization: Organization) -> list[tuple[str, dict[str, Any]]]:
    rows = WebhookDelivery.objects.filter(webhook__organization=organization).order_by("pk")
    return list(rows.values_list("event", "payload"))


def test_servers_of_both_sides_hear_of_an_introduction_in_codes_alone(
    asking: Organization, offering: Organization
) -> None:
    listening(asking)
    listening(offering)
    demand = make_demand(organization=asking, confidentiality="anonymous")
    row = make_introduction(demand=demand, offer=make_innovation(organizations=[offering]), text=SECRET)
    by = make_member(asking, "editor")
    introductions.ask_question(row, organization=asking, by=by, text=f"{SECRET}?")
    introductions.answer_question(row, organization=offering, by=None, text=f"{SECRET}!")
    introductions.accept(row, organization=asking, by=by)
    names = [[event.removeprefix("introduction.") for event, _payload in told_to(side)] for side in (asking, offering)]
    assert names == [["received", "message", "state_changed"], ["message", "state_changed"]]
    _event, payload = told_to(offering)[-1]
    assert (payload["introduction"], payload["state"], payload["side"]) == (row.code, "accepted", "offering")
    assert payload["api"].endswith(f"{INTRODUCTIONS}{row.code}/")
    told = json.dumps([told_to(asking), told_to(offering)])
    assert SECRET not in told
    assert "Magnet" not in told
    assert asking.slug not in json.dumps(told_to(offering))


def test_what_nobody_answers_is_told_once_to_each_server(asking: Organization, offering: Organization) -> None:
    from matchmaking.introducing.clock import nudge_and_close

    listening(asking)
    listening(offering)
    make_introduction(demand=make_demand(organization=asking), offer=make_innovation(organizations=[offering]))
    late = Introduction.objects.get().due_at
    for _time in range(2):
        nudge_and_close(now=late)
    assert [payload["state"] for event, payload in told_to(offering)] == ["stale"]


def test_strong_new_matches_are_told_to_their_two_sides(asking: Organization, offering: Organization) -> None:
    listening(asking)
    listening(offering)
    demand = make_demand(organization=asking)
    strong = make_match(demand, make_innovation(organizations=[offering]), 90, offer_score=50)
    weak = make_match(demand, make_innovation(organizations=[offering]), 30)
    for _time in range(2):
        tell_new(demand, [strong, weak], now=timezone.now())
    assert told_to(offering) == []
    [(event, payload)] = told_to(asking)
    assert (event, payload["match"], payload["score"]) == ("match.new", strong.pk, 90)
    assert payload["api"].endswith(f"{MATCHES}?demand={demand.slug}")
