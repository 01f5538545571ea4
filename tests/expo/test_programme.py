"""What is on now and what comes next, in the fair's time zone."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from expo import programme
from expo.models import Session
from tests.factories import at, make_edition, make_hall, make_placepoint, make_session

pytestmark = pytest.mark.django_db


def marks(now: dt.datetime) -> dict[str, str]:
    rows = Session.objects.public().prefetch_related("speakers")
    return {entry.session.title_en: entry.when for entry in programme.entries(rows, now=now)}


def test_sessions_are_marked_past_now_next_and_later() -> None:
    make_session(title_en="one", starts_at=at(26, "09:00"), ends_at=at(26, "10:00"))
    make_session(title_en="two", starts_at=at(26, "10:00"), ends_at=at(26, "11:00"))
    make_session(title_en="three", starts_at=at(26, "11:00"), ends_at=at(26, "12:00"))
    make_session(title_en="also", starts_at=at(26, "11:00"), ends_at=at(26, "12:00"))
    make_session(title_en="four", starts_at=at(26, "14:00"), ends_at=at(26, "15:00"))
    assert marks(at(26, "10:20")) == {"one": "past", "two": "now", "three": "next", "also": "next", "four": "later"}


def test_a_session_is_on_from_its_start_and_over_at_its_end() -> None:
    make_session(title_en="one")
    assert [marks(at(26, clock))["one"] for clock in ("09:59", "10:00", "10:59", "11:00")] == [
        "next",
        "now",
        "now",
        "past",
    ]


def test_tomorrows_first_session_is_not_next_tonight() -> None:
    make_session(title_en="one", starts_at=at(27, "09:00"), ends_at=at(27, "10:00"))
    assert marks(at(26, "20:00")) == {"one": "later"}
    assert marks(at(27, "00:10")) == {"one": "next"}


def test_a_canceled_session_is_neither_on_nor_next() -> None:
    make_session(title_en="one", state="canceled")
    assert marks(at(26, "10:20")) == {"one": "later"}
    assert marks(at(26, "09:20")) == {"one": "later"}


def test_the_home_page_shows_today_or_the_next_day_or_the_first() -> None:
    edition = make_edition()
    days = [dt.date(2025, 9, 26), dt.date(2025, 9, 28)]
    shown = [programme.day_to_show(edition, days, now=at(day, "10:00")) for day in (1, 26, 27, 28, 30)]
    assert [day.day if day else None for day in shown] == [26, 26, 28, 28, 26]
    assert programme.day_to_show(edition, [], now=at(26, "10:00")) is None


def test_the_programme_can_be_seen_at_another_moment(client: Client) -> None:
    make_session(title_en="Opening of the sales zone")
    response = client.get("/en/programme/?at=2025-09-26T10:20")
    assert "On now" in response.content.decode()
    assert "On now" not in client.get("/en/programme/").content.decode()


EDGES = ("0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "0001-01-01T00:00", "9999-12-31")


@pytest.mark.parametrize("text", ["", "soon", "2025-13-01T10:00", "2025-09-26T10:20\x00", "9" * 500, *EDGES])
def test_a_moment_that_is_none_is_named_and_shows_the_programme_as_it_is(client: Client, text: str) -> None:
    make_session()
    response = client.get("/en/programme/", {"at": text})
    assert response.status_code == 200
    assert programme.moment(text, make_edition()) is None
    assert response.context["at"] is None
    assert (f"at={text[:77]}" in response.context["warning"]) == bool(text)


def test_a_moment_with_a_zone_is_brought_into_the_fairs() -> None:
    moment = programme.moment("2025-09-26T02:20:00+00:00", make_edition())
    assert moment == at(26, "10:20")


def test_every_address_of_the_programme_keeps_the_moment(client: Client) -> None:
    for _ in range(61):
        make_session()
    asked = {"at": "2025-09-26T10:20", "kind": "forum", "q": "Session"}
    Session.objects.update(kind="forum")
    kept = "at=2025-09-26T10%3A20"
    page = client.get("/en/programme/", asked).context["page"]
    assert kept in page.next_url
    assert all(kept in link.url for link in page.page_links())
    assert [kept in chip.remove_url for chip in page.chips()] == [True, True]
    response = client.get("/en/programme/", asked, headers={"HX-Request": "true"})
    assert kept in response["HX-Push-Url"]
    response = client.get("/en/programme/", {**asked, "at": "soon"}, headers={"HX-Request": "true"})
    assert "at=" not in response["HX-Push-Url"]


def test_now_and_next_are_of_the_whole_programme_not_of_one_page(client: Client) -> None:
    for _ in range(60):
        make_session(starts_at=at(26, "09:00"), ends_at=at(26, "09:30"))
    make_session(title_en="on", starts_at=at(26, "10:00"), ends_at=at(26, "11:00"))
    make_session(title_en="then", starts_at=at(26, "11:00"), ends_at=at(26, "12:00"))
    make_session(title_en="later", starts_at=at(26, "12:00"), ends_at=at(26, "13:00"))
    context = client.get("/en/programme/?at=2025-09-26T10:20").context
    assert [(entry.session.title_en, entry.when) for entry in context["now_and_next"]] == [
        ("on", "now"),
        ("then", "next"),
    ]
    assert [entry.when for day in context["days"] for entry in day.entries] == ["past"] * 60


def test_what_is_next_on_another_page_leaves_this_one_unmarked(client: Client) -> None:
    for clock in range(60):
        make_session(starts_at=at(26, "09:00"), ends_at=at(26, f"10:{clock:02}"))
    make_session(starts_at=at(26, "11:00"), ends_at=at(26, "12:00"))
    context = client.get("/en/programme/?at=2025-09-26T08:00&page=2").context
    assert [entry.when for day in context["days"] for entry in day.entries] == ["later"]


def test_now_and_next_heed_the_filters(client: Client) -> None:
    make_session(title_en="forum", kind="forum")
    make_session(title_en="other", kind="roadshow")
    context = client.get("/en/programme/?at=2025-09-26T10:20&kind=forum").context
    assert [entry.session.title_en for entry in context["now_and_next"]] == ["forum"]


def test_a_moment_of_the_programme_takes_the_same_queries_for_one_session_and_for_thirty(client: Client) -> None:
    counts = []
    hall = make_hall()
    for number in (1, 29):
        for _ in range(number):
            make_session(place=make_placepoint(hall=hall))
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/en/programme/?at=2025-09-26T10:20").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
