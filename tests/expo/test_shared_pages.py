"""Pages that strangers share: kept under the generation, never stale, never somebody's own."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from expo.jobs import bring_in_due_news
from expo.models import Innovation, User, Zone
from expo.search import answers, changes, everywhere, generation, index, memory
from expo.search.engine import Engine
from tests.factories import make_announcement, make_edition, make_innovation, make_zone

pytestmark = pytest.mark.django_db
INNOVATIONS = "/en/innovations/"


@pytest.fixture(autouse=True)
def fair(settings: Settings, tmp_path: Path) -> Iterator[Innovation]:
    """An index that a worker keeps fresh, one innovation, and some seconds of the minute that pages are kept for."""
    if (left := 60 - time.time() % 60) < 6:
        time.sleep(left)
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    make_edition()
    innovation = make_innovation(title_en="Samarium magnet", title_zh="钐钴磁体")
    index.rebuild()
    generation.beat()
    yield innovation
    generation.forget()
    memory.forget()


def queries_of(client: Client, address: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, headers=headers).status_code == 200
    return len(queries)


@pytest.mark.parametrize("address", [INNOVATIONS, "/zh-hans/innovations/?q=磁体", "/en/search/?q=magnet", "/en/"])
def test_a_page_is_made_once_for_all_strangers(address: str) -> None:
    first = Client().get(address)
    with CaptureQueriesContext(connection) as queries:
        second = Client().get(address)
    assert (second.content, len(queries)) == (first.content, 0)
    assert second.headers == first.headers
    assert {"ETag", "Content-Security-Policy", "Content-Length"} <= second.headers.keys()
    assert not second.cookies


def test_a_browser_that_has_the_page_is_told_that_nothing_changed(client: Client) -> None:
    etag = client.get(INNOVATIONS)["ETag"]
    answer = client.get(INNOVATIONS, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert client.get("/zh-hans/innovations/", headers={"If-None-Match": etag}).status_code == 200


def test_a_change_is_on_the_page_as_soon_as_the_index_has_it(client: Client, fair: Innovation) -> None:
    etag = client.get(INNOVATIONS)["ETag"]
    Innovation.objects.filter(pk=fair.pk).update(title_en="Neodymium magnet")
    changes.drain()
    answer = client.get(INNOVATIONS, headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert "Neodymium magnet" in answer.content.decode()


def test_what_is_withdrawn_is_gone_from_card_and_page(client: Client, fair: Innovation) -> None:
    assert "Samarium" in client.get(INNOVATIONS).content.decode()
    Innovation.objects.filter(pk=fair.pk).update(state="draft")
    changes.drain()
    assert "Samarium" not in client.get(INNOVATIONS).content.decode()


def test_a_zone_that_is_renamed_has_its_new_name_among_the_filters(client: Client) -> None:
    zone = make_zone(letter="Q", name_en="Quiet zone")
    make_zone(letter="R", name_en="Rest zone")
    changes.drain()
    assert "Quiet zone" in client.get("/en/").content.decode()
    Zone.objects.filter(pk=zone.pk).update(name_en="Loud zone")
    changes.drain()
    assert "Loud zone" in client.get("/en/").content.decode()


def test_nothing_is_kept_while_no_worker_keeps_the_index_fresh(client: Client, fair: Innovation) -> None:
    assert "Samarium" in client.get(INNOVATIONS).content.decode()
    long_ago = time.time() - generation.FRESH - 1
    os.utime(generation.root() / generation.HEARTBEAT, (long_ago, long_ago))
    Innovation.objects.filter(pk=fair.pk).update(title_en="Neodymium magnet")
    answer = client.get(INNOVATIONS)
    assert "Neodymium" in answer.content.decode()
    assert "ETag" not in answer


def test_somebody_who_is_signed_in_gets_a_page_of_their_own(client: Client, organizer: User) -> None:
    client.get(INNOVATIONS)
    client.force_login(organizer)
    assert "ETag" not in client.get(INNOVATIONS)


def test_a_kept_page_is_for_its_own_host_and_scheme(client: Client, settings: Settings) -> None:
    client.get(INNOVATIONS)
    assert client.get(INNOVATIONS, headers={"Host": "elsewhere.example"}).status_code == 400
    settings.SECURE_HSTS_SECONDS = 60
    assert "Strict-Transport-Security" in Client().get(INNOVATIONS, secure=True)
    assert "Strict-Transport-Security" not in Client().get(INNOVATIONS)


def test_no_cache_on_the_way_mixes_up_strangers_and_others(client: Client, organizer: User) -> None:
    client.force_login(organizer)
    for address in (INNOVATIONS, "/en/search/", "/en/"):
        assert "Cookie" in client.get(address)["Vary"]


@pytest.mark.parametrize("address", ["/api/v1/innovations/?facets=1", "/en/search/"])
def test_counts_of_an_older_index_are_not_kept_as_newer(
    client: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker publishes a change after a page has opened the index and before it counts."""

    class Overtaken(Engine):
        def __init__(self, opened: generation.Opened, *more: Any) -> None:
            super().__init__(opened, *more)
            monkeypatch.undo()
            make_innovation(title_en="Newcomer")
            changes.drain()

    for module in (answers, everywhere):
        monkeypatch.setattr(module, "Engine", Overtaken)
    client.get(address)
    overtaken = client.get(address).content
    memory.forget()
    assert overtaken == client.get(address).content


def test_the_same_question_typed_otherwise_is_one_page(client: Client) -> None:
    first = client.get("/en/innovations/?trl=7-9&q=magnet")["ETag"]
    assert client.get("/en/innovations/?q=magnet&sort=&trl=7-9")["ETag"] == first
    assert client.get("/en/innovations/?q=magnets&trl=7-9")["ETag"] != first


def test_the_part_that_changes_in_place_is_another_answer_than_the_page(client: Client) -> None:
    whole = client.get(INNOVATIONS).content
    part = client.get(INNOVATIONS, headers={"HX-Request": "true"})
    assert part["HX-Push-Url"] == INNOVATIONS
    assert b"<html" not in part.content
    assert client.get(INNOVATIONS).content == whole
    assert client.get(INNOVATIONS, headers={"HX-Request": "true"})["HX-Push-Url"] == INNOVATIONS


def test_a_filtered_page_stays_out_of_search_engines_when_it_is_kept(client: Client) -> None:
    for _again in range(2):
        assert client.get("/en/innovations/?q=magnet")["X-Robots-Tag"] == "noindex"
        assert "X-Robots-Tag" not in client.get(INNOVATIONS)


def test_the_language_link_of_a_kept_frame_leads_to_the_same_question(client: Client, settings: Settings) -> None:
    settings.KEEP_PAGES = False
    for typed in ("magnet", "cobalt"):
        assert f'href="/zh-hans/innovations/?q={typed}"' in client.get(f"/en/innovations/?q={typed}").content.decode()


def test_a_page_made_of_kept_parts_is_the_page_made_anew(client: Client, settings: Settings) -> None:
    settings.KEEP_PAGES = False
    addresses = [INNOVATIONS, "/en/innovations/?q=magnet&trl=none", "/en/innovations/?nonsense=1", "/zh-hans/figures/"]
    twice = [[client.get(address).content for address in addresses] for _again in range(2)]
    (generation.root() / generation.HEARTBEAT).unlink()
    assert twice == [[client.get(address).content for address in addresses]] * 2


def test_cards_are_fetched_once(client: Client, settings: Settings) -> None:
    settings.KEEP_PAGES = False
    first = queries_of(client, INNOVATIONS)
    assert queries_of(client, INNOVATIONS) == 0 < first


class Fading(dict[Any, Any]):
    """What another thread empties: whatever has been looked for by `in` is gone a moment later."""

    def __contains__(self, key: object) -> bool:
        was_in = super().__contains__(key)
        self.pop(key, None)
        return was_in


@pytest.mark.parametrize("keep", [True, False])
def test_what_another_thread_lets_go_of_is_missing_on_no_page(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch, keep: bool
) -> None:
    settings.KEEP_PAGES = keep
    monkeypatch.setattr(memory, "_kept", (memory.stamp(), Fading(pages=Fading())))
    for address in (
        INNOVATIONS,
        "/en/innovations/?q=samarium",
        "/en/search/?q=magnet",
        "/en/search/suggestions/?q=sam",
    ):
        counts = {client.get(address).content.count(b"Samarium") for _again in range(4)}
        assert len(counts) == 1
        assert min(counts) > 0


def test_many_questions_do_not_fill_the_memory(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expo.shared_pages.MOST_PAGES", 3)
    for number in range(6):
        client.get(f"/en/innovations/?q=word{number}")
    now = memory.stamp()
    assert now is not None
    assert len(memory.memory_of(now)["pages"]) == 3


def test_news_appear_in_the_listing_when_their_hour_has_come(client: Client) -> None:
    now = timezone.now()
    make_announcement(title_en="The doors are open", publish_at=now + dt.timedelta(minutes=1))
    changes.drain()
    assert "The doors are open" not in client.get("/en/news/").content.decode()
    later = now + dt.timedelta(minutes=2)
    assert bring_in_due_news(now=now) == 0
    assert bring_in_due_news(now=later) == 1
