"""Hall pages: the plan and its tables, the sheet and the sign."""

from __future__ import annotations

import re
from html import unescape

import pytest
import segno
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from expo.models import Exhibitor, ExhibitorState, Hall, Stand, Zone
from tests.factories import (
    make_edition,
    make_exhibitor,
    make_hall,
    make_organization,
    make_placepoint,
    make_stand,
    make_zone,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def zone() -> Zone:
    hall = make_hall(slug="hall-1", name_en="Hall 1", name_zh="1号馆")
    return make_zone(letter="C", slug="advanced-materials", name_en="Advanced materials", name_zh="先进材料", hall=hall)


@pytest.fixture
def stand(zone: Zone) -> Stand:
    organization = make_organization(slug="puci", name_en="Puci Magnetics", name_zh="璞磁材料")
    return make_stand(zone=zone, number="12", exhibitor=make_exhibitor(zone=zone, organization=organization))


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return unescape(response.content.decode())


def plan_link(html: str, code: str) -> str:
    """The opening tag of a stand in the drawing."""
    found = re.search(rf'<(a|g)\b[^>]*id="stand-{code}"[^>]*>', html)
    assert found, code
    return found.group()


def test_every_taken_stand_leads_to_its_exhibitor_and_back(client: Client, zone: Zone) -> None:
    for _ in range(3):
        make_stand(zone=zone, exhibitor=make_exhibitor(zone=zone))
    html = read(client, zone.hall.get_absolute_url())
    for stand in Stand.objects.select_related("zone__hall", "exhibitor__organization", "exhibitor__edition"):
        assert f'href="{stand.exhibitor.get_absolute_url()}"' in plan_link(html, stand.code)
        assert f'aria-label="{stand.code}, {stand.exhibitor}"' in plan_link(html, stand.code)
        assert stand.get_absolute_url() in html
        assert stand.get_absolute_url() in read(client, stand.exhibitor.get_absolute_url())


def test_a_free_stand_is_drawn_and_listed_but_leads_nowhere(client: Client, zone: Zone) -> None:
    make_stand(zone=zone, number="07")
    html = read(client, zone.hall.get_absolute_url())
    assert "plan__stand--free" in plan_link(html, "C07")
    assert "href" not in plan_link(html, "C07")
    assert "1 stand, 1 free" in html


def test_the_table_names_stand_exhibitors_zone_and_area(client: Client, stand: Stand) -> None:
    make_exhibitor(zone=stand.zone, host=stand.exhibitor, organization=make_organization(name_en="Heling Institute"))
    html = read(client, stand.zone.hall.get_absolute_url())
    table = html[html.index("<table") : html.index("</table>")]
    assert "<caption>" in table
    assert table.count('scope="col"') == 4
    assert 'scope="row"' in table
    for words in ("Puci Magnetics", "Heling Institute", "Advanced materials", ">9<"):
        assert words in table


def test_places_are_listed_with_kind_and_where(client: Client, zone: Zone) -> None:
    make_placepoint(hall=zone.hall, slug="first-aid", kind="first_aid", name_en="Nurse", x=95, y=30)
    html = read(client, zone.hall.get_absolute_url())
    for words in ('id="place-first-aid"', "Nurse", "First aid", "East wall, near zone C"):
        assert words in html


@pytest.mark.parametrize("state", [state for state in ExhibitorState if state != ExhibitorState.ACCEPTED])
@pytest.mark.parametrize("name", ["hall-detail", "hall-print", "zone-sign"])
def test_names_of_those_not_accepted_never_appear(client: Client, zone: Zone, name: str, state: str) -> None:
    secret = make_organization(slug="secret", name_en="Secret Works", name_zh="保密厂")
    host = make_exhibitor(zone=zone, state=state, organization=secret)
    make_stand(zone=zone, exhibitor=host)
    guest = make_organization(name_en="Secret Guest", name_zh="保密客")
    make_exhibitor(zone=zone, host=host, state=state, organization=guest)
    html = read(client, reverse(name, args=[zone.slug if name == "zone-sign" else zone.hall.slug]))
    for word in ("Secret", "secret", "保密"):
        assert word not in html


def test_a_stand_asked_for_is_marked(client: Client, stand: Stand) -> None:
    html = read(client, stand.get_absolute_url())
    assert "plan__stand--on" in plan_link(html, "C12")
    assert "plan__pin" in html
    assert "plan__stand--on" in plan_link(read(client, f"{stand.zone.hall.get_absolute_url()}?stand=c12"), "C12")


@pytest.mark.parametrize(
    "query", ["stand=C99", "zoom=9", "zoom=-1", "zoom=%00", "zone=Q", "zone=<b>", "stand=%E5", "foo=1"]
)
def test_what_the_address_asks_in_vain_is_named_and_left_out(client: Client, stand: Stand, query: str) -> None:
    page = stand.zone.hall.get_absolute_url()
    html = read(client, f"{page}?{query}")
    assert f"Not understood and left out: {query.split('=')[0]}=" in html
    assert "plan__stand--on" not in html
    assert "Not understood" not in read(client, f"{page}?zoom=2&zone=C&stand=C12")
    assert "Not understood" not in read(client, f"{page}?zoom=&zone=&stand=")


def test_what_was_not_understood_is_escaped(client: Client, zone: Zone) -> None:
    content = client.get(f"{zone.hall.get_absolute_url()}?zone=<script>").content.decode()
    assert "zone=&lt;script&gt;" in content


def test_the_plan_is_enlarged_by_plain_links(client: Client, zone: Zone) -> None:
    page = zone.hall.get_absolute_url()
    html = read(client, page)
    assert 'href="?zoom=2#plan"' in html
    assert 'href="?zone=C#plan"' in html
    assert 'tabindex="0"' in html
    assert "plan-view--2" in read(client, f"{page}?zoom=2")
    closer = read(client, f"{page}?zone=C&zoom=2")
    assert 'href="?zoom=3&zone=C#plan"' in closer
    assert re.search(r'viewBox="[^"]*"', closer[closer.index("plan-view") :]) != re.search(
        r'viewBox="[^"]*"', html[html.index("plan-view") :]
    )


def test_halls_of_other_editions_and_unknown_ones_are_not_there(client: Client) -> None:
    earlier = make_zone(edition=make_edition(number=12))
    for name, slug in (
        ("hall-detail", "nowhere"), ("hall-print", "nowhere"), ("zone-sign", "nowhere"),
        ("hall-detail", earlier.hall.slug), ("hall-print", earlier.hall.slug), ("zone-sign", earlier.slug),
    ):  # fmt: skip
        assert client.get(reverse(name, args=[slug])).status_code == 404


@pytest.mark.parametrize("name", ["hall-detail", "hall-print", "zone-sign"])
def test_pages_are_for_reading_only(client: Client, zone: Zone, name: str) -> None:
    url = reverse(name, args=[zone.slug if name == "zone-sign" else zone.hall.slug])
    assert client.post(url).status_code == 405


@pytest.mark.parametrize("name", ["hall-detail", "hall-print", "zone-sign"])
def test_pages_take_the_same_queries_for_one_stand_and_for_thirty(client: Client, zone: Zone, name: str) -> None:
    url = reverse(name, args=[zone.slug if name == "zone-sign" else zone.hall.slug])
    counts = []
    for number in (1, 29):
        for _ in range(number):
            host = make_exhibitor(zone=zone)
            make_stand(zone=zone, exhibitor=host)
            make_exhibitor(zone=zone, host=host)
        with CaptureQueriesContext(connection) as queries:
            read(client, url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_samples_are_marked_and_kept_out_of_search_engines(client: Client, stand: Stand) -> None:
    page = stand.zone.hall.get_absolute_url()
    assert "noindex" not in read(client, page)
    Hall.objects.update(origin="sample")
    html = read(client, page)
    assert "noindex" in html
    assert 'class="sample"' in html[html.index("<h1") : html.index("</h1>")]


def test_a_sign_says_that_its_exhibitors_are_samples(client: Client, stand: Stand) -> None:
    url = reverse("zone-sign", args=[stand.zone.slug])
    assert "invented to show the site" not in main(read(client, url))
    Exhibitor.objects.update(origin="sample")
    assert "invented to show the site" in main(read(client, url))


def main(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


def code_of(address: str) -> str:
    """The drawing of an address as a QR code: its one path."""
    drawing = segno.make(address, micro=False, error="m").svg_inline(border=2)
    found = re.search(r' d="([^"]+)"', drawing)
    assert found
    return found.group(1)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_sheet_of_a_hall_has_plan_lists_and_code(
    client: Client, stand: Stand, settings: Settings, language: str
) -> None:
    settings.SITE_URL = "https://expo.example.org"
    with translation.override(language):
        html = main(read(client, reverse("hall-print", args=["hall-1"])))
    assert "1号馆" in html
    assert "Hall 1" in html
    assert 'id="stand-C12"' in html
    assert html.count("Puci Magnetics" if language == "en" else "璞磁材料") >= 3
    assert code_of(f"https://expo.example.org/{language}/halls/hall-1/") in html


def test_the_sign_of_a_zone_speaks_both_languages_and_leads_to_its_page(
    client: Client, stand: Stand, settings: Settings
) -> None:
    settings.SITE_URL = "https://expo.example.org"
    html = main(read(client, reverse("zone-sign", args=["advanced-materials"])))
    for words in ("Advanced materials", "先进材料", "Puci Magnetics", "璞磁材料", "C12", 'class="sign__letter">C<'):
        assert words in html
    assert code_of("https://expo.example.org/en/zones/advanced-materials/") in html


def test_a_sign_hangs_without_a_hall_and_without_stands(client: Client, zone: Zone) -> None:
    Zone.objects.update(hall=None, claim_en="Magnets, ceramics, glass")
    assert "Magnets, ceramics, glass" in read(client, reverse("zone-sign", args=[zone.slug]))


def test_an_empty_hall_says_what_would_fill_it(client: Client) -> None:
    assert "No stands are drawn here yet." in read(client, make_hall().get_absolute_url())


@pytest.mark.parametrize("name", ["hall-detail", "hall-print", "zone-sign"])
def test_pages_hold_no_inline_style_or_script(client: Client, stand: Stand, name: str) -> None:
    html = read(client, reverse(name, args=[stand.zone.slug if name == "zone-sign" else "hall-1"]))
    assert not re.search(r"<[^>]+\sstyle=", html)
    assert "<style" not in html
    assert not re.search(r"\son[a-z]+=", main(html))


def test_the_card_of_a_hall_draws_its_zones(client: Client, stand: Stand) -> None:
    html = main(read(client, reverse("hall-list")))
    assert "plan__zone" in html
    assert stand.zone.hall.get_absolute_url() in html


def test_home_leads_from_the_plan_to_the_zones(client: Client, stand: Stand) -> None:
    html = read(client, reverse("home"))
    assert re.search(rf'<a class="plan__zone[^>]*href="{stand.zone.get_absolute_url()}"', html)


def test_a_page_of_a_stand_shows_it_in_place(client: Client, stand: Stand) -> None:
    html = read(client, stand.exhibitor.get_absolute_url())
    assert "plan--quiet" in html
    assert "Floor plan of Hall 1: stand C12" in html
