"""What a page shows of itself when it is shared: words of its own, and a picture that needs none."""

from __future__ import annotations

import html
import re
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image

from expo import registry
from expo.cards import FOLDER, NOUNS, SIZE, card_of, card_of_noun
from expo.cards.drawing import draw
from expo.models import Picture
from expo.pictures import attach_pictures, prepare, save_picture
from tests.factories import (
    make_announcement,
    make_edition,
    make_exhibitor,
    make_hall,
    make_innovation,
    make_organization,
)

SITE = "http://localhost:8000"


def meta(client: Client, url: str) -> dict[str, str]:
    """The Open Graph of a page; what is named twice has its values joined."""
    body = client.get(url).content.decode()
    found: dict[str, str] = {}
    for name, value in re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', body):
        found[name] = " ".join(filter(None, [found.get(name), html.unescape(value)]))
    return found


def make_picture(record: object, **overrides: object) -> Picture:
    """A prepared picture, uploaded as 1600 by 800."""
    out = BytesIO()
    Image.new("RGB", (1600, 800), "navy").save(out, "PNG")
    values = {"upload": SimpleUploadedFile("magnet.png", out.getvalue()), "alt_en": "A magnet", **overrides}
    return prepare(save_picture(Picture(record=record, **values)))


# ------------------------------------------------------------------ the drawn cards
@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cards")
    call_command("draw_cards", into=folder, stdout=StringIO())
    return folder


@pytest.mark.parametrize("noun", NOUNS)
def test_the_committed_card_is_what_the_command_draws(drawn: Path, noun: str) -> None:
    with Image.open(FOLDER / f"{noun}.png") as committed, Image.open(drawn / f"{noun}.png") as fresh:
        assert committed.size == fresh.size == SIZE
        assert committed.convert("RGB").tobytes() == fresh.convert("RGB").tobytes(), "run manage.py draw_cards"


@pytest.mark.parametrize("noun", NOUNS)
def test_a_card_is_small(noun: str) -> None:
    assert (FOLDER / f"{noun}.png").stat().st_size <= 60 * 1024


def test_every_card_is_a_different_picture() -> None:
    assert len({(FOLDER / f"{noun}.png").read_bytes() for noun in NOUNS}) == len(NOUNS)


def test_no_card_is_left_over() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(NOUNS)


@pytest.mark.parametrize("noun", list(registry.listings))
def test_every_noun_that_can_be_listed_has_a_card(noun: str) -> None:
    assert noun in NOUNS


def test_a_noun_without_a_card_cannot_be_drawn() -> None:
    with pytest.raises(KeyError):
        draw("weather")


def test_a_noun_without_a_card_is_shared_with_the_fairs() -> None:
    assert card_of_noun("weather") == card_of_noun("home")


# ------------------------------------------------------------------ what pages say
@pytest.mark.django_db
def test_a_shared_innovation_names_itself_and_its_card(client: Client) -> None:
    innovation = make_innovation(title_en="Magnet & more", claim_en='Costs "less"')
    found = meta(client, innovation.get_absolute_url())
    assert found["og:title"] == "Magnet & more"
    assert found["og:description"] == 'Costs "less"'
    assert found["og:url"] == SITE + innovation.get_absolute_url()
    assert found["og:image"] == f"{SITE}/static/expo/cards/innovation.png"
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert (found["og:type"], found["twitter:card"]) == ("website", "summary_large_image")


@pytest.mark.django_db
def test_a_shared_page_says_its_language_and_the_other(client: Client) -> None:
    make_edition(short_name_en="Mianyang Expo", short_name_zh="绵阳科博会")
    english, chinese = meta(client, "/en/innovations/"), meta(client, "/zh-hans/innovations/")
    assert (english["og:locale"], english["og:locale:alternate"]) == ("en_US", "zh_CN")
    assert (chinese["og:locale"], chinese["og:locale:alternate"]) == ("zh_CN", "en_US")
    assert (english["og:site_name"], chinese["og:site_name"]) == ("Mianyang Expo", "绵阳科博会")
    assert english["og:image"] == chinese["og:image"], "a card has no words"


@pytest.mark.django_db
@pytest.mark.parametrize("noun", list(registry.listings))
def test_a_shared_listing_has_its_title_and_card(client: Client, noun: str) -> None:
    make_edition()
    row = registry.listings[noun]
    found = meta(client, reverse(row.url_name))
    assert found["og:title"] == str(row.title)
    assert found["og:image"].endswith(f"/cards/{noun}.png")


@pytest.mark.django_db
def test_pages_of_the_fair_itself_have_the_fairs_card(client: Client) -> None:
    edition = make_edition(summary_en="Science and technology in Mianyang.")
    found = meta(client, "/en/")
    assert found["og:title"] == edition.name
    assert found["og:description"] == "Science and technology in Mianyang."
    assert found["og:image"].endswith("/cards/home.png")
    assert meta(client, "/en/search/?q=magnet")["og:image"].endswith("/cards/home.png")


@pytest.mark.django_db
def test_a_hall_and_a_news_page_have_their_own(client: Client) -> None:
    assert meta(client, make_hall().get_absolute_url())["og:image"].endswith("/cards/hall.png")
    news = meta(client, make_announcement().get_absolute_url())
    assert news["og:image"].endswith("/cards/announcement.png")
    assert news["og:type"] == "article"
    assert meta(client, "/en/news/")["og:type"] == "website"


@pytest.mark.django_db
def test_an_uploaded_picture_takes_the_cards_place(client: Client) -> None:
    organization = make_organization()
    exhibitor = make_exhibitor(organization=organization)
    picture = make_picture(organization)
    found = meta(client, exhibitor.get_absolute_url())
    assert found["og:image"] == SITE + picture.upload.url
    assert (found["og:image:width"], found["og:image:height"]) == ("1280", "640")
    assert found["og:image:alt"] == "A magnet"
    response = client.get(found["og:image"].removeprefix(SITE))
    assert response.status_code == 200
    response.close()


@pytest.mark.django_db
def test_a_picture_that_is_not_ready_is_not_shared() -> None:
    innovation = make_innovation()
    picture = make_picture(innovation)
    Picture.objects.filter(pk=picture.pk).update(state=Picture.State.WAITING)
    attach_pictures([innovation])
    assert card_of(innovation) == card_of_noun("innovation")
