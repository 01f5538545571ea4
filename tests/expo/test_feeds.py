"""News can be followed from elsewhere: what is public, nothing else, in each language."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from expo.models import Announcement
from tests.factories import at, make_announcement, make_edition

pytestmark = pytest.mark.django_db
ATOM = {"atom": "http://www.w3.org/2005/Atom"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ENGLISH, CHINESE = "/en/news/feed/", "/zh-hans/news/feed/"


def feed(client: Client, url: str = ENGLISH) -> ElementTree.Element:
    return ElementTree.fromstring(client.get(url).content)  # noqa: S314  our own


def entries(client: Client, url: str = ENGLISH) -> list[ElementTree.Element]:
    return feed(client, url).findall("atom:entry", ATOM)


def text(element: ElementTree.Element, name: str) -> str:
    return element.findtext(f"atom:{name}", "", ATOM)


def link(element: ElementTree.Element, rel: str) -> str:
    return next(x.attrib["href"] for x in element.findall("atom:link", ATOM) if x.attrib["rel"] == rel)


def test_the_feed_is_atom_and_names_its_source(client: Client) -> None:
    make_edition(short_name_en="Mianyang Expo")
    make_announcement()
    response = client.get(ENGLISH)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = feed(client)
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    assert text(root, "title") == "Mianyang Expo | News"
    assert root.findtext("atom:author/atom:name", "", ATOM) == "Organizers"
    assert link(root, "self") == "http://localhost:8000/en/news/feed/"
    assert link(root, "alternate") == "http://localhost:8000/en/news/"


def test_an_entry_has_its_whole_text_and_a_short_one(client: Client) -> None:
    body = "Doors open at nine & <early>.\n\n" + "Come in. " * 60
    announcement = make_announcement(title_en="Doors <open>", body_en=body)
    (entry,) = entries(client)
    assert text(entry, "title") == "Doors <open>"
    assert link(entry, "alternate") == "http://localhost:8000" + announcement.get_absolute_url()
    assert text(entry, "content").startswith("<p>Doors open at nine &amp; &lt;early&gt;.</p>")
    assert text(entry, "content").count("Come in.") == 60
    assert len(text(entry, "summary")) < 250
    assert "<early>" not in text(entry, "summary")


def test_drafts_future_news_and_samples_are_not_in_it(client: Client) -> None:
    now = timezone.now()
    make_announcement(title_en="Draft", publish_at=None)
    make_announcement(title_en="Future", publish_at=now + dt.timedelta(hours=1))
    make_announcement(title_en="Invented", origin="sample")
    make_announcement(title_en="Past", publish_at=now - dt.timedelta(hours=1))
    assert [text(entry, "title") for entry in entries(client)] == ["Past"]


def test_the_newest_come_first_and_no_more_than_thirty(client: Client) -> None:
    for number in range(32):
        make_announcement(title_en=f"News {number}", publish_at=at(1, "09:00") + dt.timedelta(hours=number))
    titles = [text(entry, "title") for entry in entries(client)]
    assert (titles[0], len(titles)) == ("News 31", 30)


def test_each_language_has_its_own_feed(client: Client) -> None:
    make_announcement(title_en="Doors open", title_zh="开门")
    english, chinese = feed(client), feed(client, CHINESE)
    assert (english.attrib[LANG], chinese.attrib[LANG]) == ("en", "zh-hans")
    assert text(entries(client, CHINESE)[0], "title") == "开门"
    assert text(english, "id") != text(chinese, "id")
    assert text(entries(client)[0], "id") != text(entries(client, CHINESE)[0], "id")


def test_news_in_one_language_says_in_the_other_feed_which(client: Client) -> None:
    make_announcement(title_zh="", body_zh="", title_en="Doors open")
    (entry,) = entries(client, CHINESE)
    assert entry.attrib[LANG] == "en"
    content = entry.find("atom:content", ATOM)
    assert content is not None
    assert content.attrib[LANG] == "en"


def test_an_entry_keeps_its_id_and_tells_of_its_change(client: Client) -> None:
    announcement = make_announcement(slug="doors")
    first = entries(client)[0]
    later = timezone.now() + dt.timedelta(days=1)
    Announcement.objects.filter(pk=announcement.pk).update(title_en="Other", updated_at=later)
    second = entries(client)[0]
    assert text(first, "id") == text(second, "id") == "tag:localhost,2025:en/news/doors"
    assert text(first, "updated") < text(second, "updated")
    assert text(first, "published") == text(second, "published")


def test_what_was_written_long_before_counts_as_new_when_it_is_published(client: Client) -> None:
    announcement = make_announcement(publish_at=at(26, "09:00"))
    Announcement.objects.filter(pk=announcement.pk).update(updated_at=at(1, "09:00"))
    (entry,) = entries(client)
    assert dt.datetime.fromisoformat(text(entry, "updated")) == at(26, "09:00")


def test_a_reader_that_has_the_feed_already_gets_no_body(client: Client) -> None:
    make_announcement()
    first = client.get(ENGLISH)
    assert client.get(ENGLISH, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.get(ENGLISH, headers={"if-modified-since": first["Last-Modified"]}).status_code == 304
    make_announcement(publish_at=timezone.now())
    assert client.get(ENGLISH, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_the_feed_cannot_be_written_to(client: Client) -> None:
    assert client.post(ENGLISH).status_code == 405


def test_the_feed_is_empty_before_there_is_news(client: Client) -> None:
    assert entries(client) == []


@pytest.mark.parametrize(("language", "url", "word"), [("en", ENGLISH, "News"), ("zh-hans", CHINESE, "公告")])
def test_every_page_leads_readers_to_the_feed(client: Client, language: str, url: str, word: str) -> None:
    make_edition()
    with translation.override(language):
        body = client.get(reverse("innovation-list")).content.decode()
        news = client.get(reverse("announcement-list")).content.decode()
    assert f'<link rel="alternate" type="application/atom+xml" title="{word}" href="{url}">' in body
    assert f'<a href="{url}" type="application/atom+xml">' in news
    assert f'<a href="{url}"' not in body
