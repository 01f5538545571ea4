"""Listings: filters, counts, what is not understood, and the same number of queries at 1 and at 30 rows."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_countries import countries
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expo import registry
from expo.models import Exhibitor, Innovation, InnovationPlatform
from expo.search.page import ListingPage
from tests.factories import (
    at,
    make_announcement,
    make_capability,
    make_country,
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
    make_stand,
    make_zone,
)

pytestmark = pytest.mark.django_db


def page(noun: str, query: str = "") -> ListingPage:
    return ListingPage(registry.listings[noun], QueryDict(query), f"/en/{noun}s/")


def found(noun: str, query: str) -> list[Any]:
    return page(noun, query).rows


def counts(noun: str, facet: str, query: str = "") -> dict[str, int]:
    blocks = {block.name: block for block in page(noun, query).facets()}
    return {choice.value: choice.count for choice in blocks[facet].choices} if facet in blocks else {}


# ------------------------------------------------------------------ text
@pytest.mark.parametrize("text", ["magnet", "MAGNET", "永磁", "heavy magnet", "Magnet without", "GiaStar", "巨星"])
def test_text_finds_an_innovation_by_its_words_and_its_holder_in_both_languages(text: str) -> None:
    holder = make_organization(name_en="GiaStar", name_zh="巨星")
    magnet = make_innovation(
        title_en="Magnet without heavy rare earths",
        title_zh="无重稀土永磁体",
        organizations=[holder, make_organization()],
    )
    make_innovation(title_en="Robot", title_zh="机器人")
    assert [row.pk for row in found("innovation", QueryDict.fromkeys(["q"], text).urlencode())] == [magnet.pk]


def test_every_word_must_occur() -> None:
    make_innovation(title_en="Magnet")
    assert found("innovation", "q=magnet+robot") == []


def test_confidential_text_is_never_searched() -> None:
    make_innovation(abstract_confidential="secret canary")
    assert found("innovation", "q=canary") == []


def test_a_wildcard_is_an_ordinary_character() -> None:
    make_innovation(title_en="Magnet")
    assert found("innovation", "q=M%25t") == found("innovation", "q=Magne_") == []


def test_a_wide_space_or_a_control_character_divides_words() -> None:
    robot = make_innovation(title_zh="永磁机器人")
    make_innovation(title_zh="永磁体")
    for text in ("永磁\u3000机器人", "永磁\u00a0机器人", "永磁\x00机器人", "\u3000永磁 机器人"):
        result = page("innovation", QueryDict.fromkeys(["q"], text).urlencode())
        assert (result.rows, result.ignored, result.text) == ([robot], [], "永磁 机器人")


def test_a_text_without_words_is_named_and_left_out() -> None:
    make_innovation()
    assert page("innovation", "q=%00").ignored == ["q=\x00"]
    assert page("innovation", "q=%25").ignored == ["q=%"]


# ------------------------------------------------------------------ facets
def test_choosing_a_sector_brings_its_children() -> None:
    parent = make_sector(slug="materials")
    child = make_sector(slug="magnets", parent=parent)
    rows = {make_innovation(sector=parent), make_innovation(sector=child)}
    make_innovation()
    assert set(found("innovation", "sector=materials")) == rows
    assert counts("innovation", "sector")["materials"] == 2
    assert counts("innovation", "sector")["magnets"] == 1


def test_an_innovation_stands_where_its_organizations_stand() -> None:
    exhibitor, _empty = make_exhibitor(), make_zone()
    here = make_innovation(organizations=[exhibitor.organization])
    make_innovation()
    letter, hall = exhibitor.zone.letter, exhibitor.zone.hall.slug
    assert found("innovation", f"zone={letter}") == [here]
    assert found("innovation", f"hall={hall}") == [here]
    assert counts("innovation", "zone")[letter] == 1


def test_an_applicant_has_no_place_yet() -> None:
    exhibitor = make_exhibitor(state="submitted")
    make_innovation(organizations=[exhibitor.organization])
    assert found("innovation", f"zone={exhibitor.zone.letter}") == []


def test_an_innovation_of_two_organizations_in_one_zone_counts_once() -> None:
    zone, _empty = make_zone(), make_zone()
    both = [make_exhibitor(zone=zone).organization, make_exhibitor(zone=zone).organization]
    make_innovation(organizations=both)
    assert counts("innovation", "zone")[zone.letter] == 1
    assert counts("innovation", "kind")["enterprise"] == 1


def test_maturity_is_filtered_in_ranges() -> None:
    rows = {trl: make_innovation(trl=trl, trl_scale="iso16290" if trl else "") for trl in (None, 1, 3, 4, 7, 9)}
    assert set(found("innovation", "trl=1-3&trl=7-9")) == {rows[1], rows[3], rows[7], rows[9]}
    assert found("innovation", "trl=none") == [rows[None]]
    assert counts("innovation", "trl") == {"1-3": 2, "4-6": 1, "7-9": 2, "none": 1}


def test_modes_metrics_stage_and_team_filter_innovations() -> None:
    row = make_innovation(stage="mature", team_available=True)
    row.offered_modes.create(mode="in_kind")
    row.offered_modes.create(mode="exclusive")
    metric = make_metric(innovation=row)
    make_innovation()
    for query in (
        "mode=in_kind",
        "mode=in_kind&mode=exclusive",
        f"metric={metric.parameter.slug}",
        "stage=mature",
        "team=True",
    ):
        assert found("innovation", query) == [row], query
    assert counts("innovation", "stage") == {"early": 0, "middle": 0, "mature": 1, "none": 1}


def test_a_facet_ignores_its_own_choice_and_heeds_the_others() -> None:
    make_organization(kind="university", region="CN-SC")
    make_organization(kind="hospital", region="CN-BJ")
    assert counts("organization", "kind", "kind=university") == counts("organization", "kind")
    assert counts("organization", "kind", "region=CN-BJ")["university"] == 0


def test_products_are_filtered_by_price_and_stock() -> None:
    cheap, dear, open_price = (
        make_product(price=10, stock=0),
        make_product(price=1000, stock=3),
        make_product(price=None, stock=None),
    )
    assert found("product", "price_min=10&price_max=10.00") == [cheap]
    assert found("product", "price_min=11") == [dear]
    assert found("product", "stock=in-stock") == [dear]
    assert found("product", "stock=sold-out") == [cheap]
    assert found("product", "stock=none") == [open_price]
    assert [row.price for row in found("product", "sort=price")] == [10, 1000, None]


def test_exhibitors_of_the_current_edition_are_listed_unless_another_is_asked_for() -> None:
    now, then = make_exhibitor(), make_exhibitor(edition=make_edition(number=12))
    assert found("exhibitor", "") == [now]
    assert found("exhibitor", "edition=12") == [then]
    assert counts("exhibitor", "edition") == {"13": 1, "12": 1}


def test_exhibitors_are_ordered_by_stand() -> None:
    zone = make_zone()
    second, first, none = (make_exhibitor(zone=zone) for _ in range(3))
    make_stand(zone=zone, exhibitor=first, number="01")
    make_stand(zone=zone, exhibitor=second, number="02")
    assert found("exhibitor", "sort=walk") == [first, second, none]


def test_sessions_are_filtered_by_day_in_the_fairs_time_zone() -> None:
    early = make_session(starts_at=at(27, "00:30"), ends_at=at(27, "01:00"))  # still the 26th in UTC
    make_session()
    assert found("session", "day=2025-09-27") == [early]
    assert counts("session", "day") == {"2025-09-26": 1, "2025-09-27": 1}


# ------------------------------------------------------------------ what is not understood
NONSENSE = [
    "zone=Q", "sector=nope", "trl=99", "sort=nope", "page=0", "page=999", "page=x", "price_min=abc", "utm_source=x",
    "price_max=1e400", "price_min=NaN", "kind=%00", "page=1.5", "page=%E0%A5%A7", "nonsense=1", "price_min=-5",
    "page=0000000012", f"page={'9' * 5000}", f"page=000000001{'9' * 5000}",
]  # fmt: skip


@pytest.mark.parametrize("query", NONSENSE)
def test_a_malformed_parameter_is_named_and_left_out(client: Client, query: str) -> None:
    make_product()
    response = client.get(f"{reverse('product-list')}?{query}")
    assert response.status_code == 200
    assert response.context["page"].total == 1
    assert "left out" in response.context["warning"]
    assert query.split("=")[0] in response.context["warning"]


def test_one_mistyped_value_does_not_cost_the_others() -> None:
    zone = make_zone()
    row = make_exhibitor(zone=zone)
    make_exhibitor()
    result = page("exhibitor", f"zone={zone.letter}&zone=9")
    assert (result.rows, result.ignored) == ([row], ["zone=9"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["q", "zone", "sector", "page", "sort", "price_min", "stock", "x"]),
        st.text(max_size=30),
        max_size=4,
    )
)
def test_no_address_of_a_listing_fails(client: Client, parameters: dict[str, str]) -> None:
    assert client.get("/en/products/", parameters).status_code == 200


# ------------------------------------------------------------------ the page
def test_chips_take_one_choice_away_each() -> None:
    zone, other = make_zone(), make_zone()
    chips = page("exhibitor", f"zone={zone.letter}&zone={other.letter}&q=mag").chips()
    assert [chip.remove_url for chip in chips] == [
        f"/en/exhibitors/?zone={other.letter}&q=mag",
        f"/en/exhibitors/?zone={zone.letter}&q=mag",
        f"/en/exhibitors/?zone={zone.letter}&zone={other.letter}",
    ]


def test_an_empty_page_says_which_filter_to_drop() -> None:
    zone = make_zone()
    make_exhibitor(zone=zone)
    empty = make_zone()
    chips = page("exhibitor", f"zone={empty.letter}&kind=enterprise").chips()
    assert [(chip.label, chip.rows_without) for chip in chips] == [(empty.name, 1), ("enterprise", 0)]


def test_pages_hold_twenty_and_every_row_once() -> None:
    rows = {make_innovation().pk for _ in range(45)}
    pages = [page("innovation", f"page={n}") for n in (1, 2, 3)]
    assert [len(p.rows) for p in pages] == [20, 20, 5]
    assert {row.pk for p in pages for row in p.rows} == rows
    assert (pages[0].previous_url, pages[0].next_url) == ("", "/en/innovations/?page=2")


def test_htmx_gets_the_fragment_of_the_same_template(client: Client) -> None:
    make_innovation()
    full = client.get("/en/innovations/?q=Innovation").content.decode()
    response = client.get("/en/innovations/?q=Innovation&sort=&x=1", headers={"HX-Request": "true"})
    part = response.content.decode()
    assert part.lstrip().startswith("<div class=")
    assert "<html" in full
    assert "<html" not in part
    assert response["HX-Push-Url"] == "/en/innovations/?q=Innovation"
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("noun", ["innovation", "session", "figure"])
def test_the_count_is_said_by_a_live_region_that_stays(client: Client, noun: str) -> None:
    address = reverse(f"{noun}-list")
    said = 'id="count-said" role="status"'
    assert client.get(address).content.decode().count(said) == 1
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert 'id="count"' in part
    assert said not in part
    assert "aria-live" not in part


MAKERS: dict[str, Callable[[], Any]] = {
    "exhibitor": lambda: make_stand(exhibitor=(e := make_exhibitor(zone=shared_zone())), zone=e.zone),
    "innovation": lambda: make_metric(
        innovation=make_innovation(organizations=[make_exhibitor(zone=shared_zone()).organization])
    ),
    "product": lambda: make_product(organization=make_exhibitor(zone=shared_zone()).organization),
    "session": lambda: make_session(place=shared_place()),
    "organization": make_organization,
    "sector": make_sector,
    "announcement": make_announcement,
    "figure": make_figure,
    "innovationplatform": lambda: make_platform(organization=make_exhibitor(zone=shared_zone()).organization),
    "instrument": lambda: make_capability(instrument=make_instrument(platform=shared_platform())),
    "partnercity": lambda: make_partnercity(country=make_country(code=next(codes))),
    "country": lambda: make_partnercity(country=make_country(code=next(codes))),
}
codes = itertools.cycle(code for code, _name in countries)


def shared_zone() -> Any:
    return make_edition().zones.first() or make_zone()


def shared_platform() -> Any:
    return InnovationPlatform.objects.first() or make_platform()


def shared_place() -> Any:
    hall = make_edition().halls.first() or make_hall()
    return hall.places.first() or make_placepoint(hall=hall)


@pytest.mark.parametrize("noun", MAKERS)
def test_a_listing_asks_as_many_questions_for_thirty_rows_as_for_one(client: Client, noun: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(reverse(f"{noun}-list")).status_code == 200
        return len(asked)

    MAKERS[noun]()
    client.get(reverse(f"{noun}-list"))  # content types are read once a process
    one = queries()
    for _ in range(29):
        MAKERS[noun]()
    assert queries() == one


def test_the_search_page_groups_what_it_finds(client: Client) -> None:
    make_innovation(title_en="Magnet for robots")
    make_product(title_en="Magnet by the piece")
    response = client.get("/en/search/?q=magnet")
    assert [group.listing.noun for group in response.context["result"].groups] == ["innovation", "product"]
    assert client.get("/en/search/").status_code == 200


@pytest.mark.parametrize("text", ["", "\x00", "\u3000", "\u00a0", "\x00 \u3000"])
def test_the_search_page_finds_nothing_for_a_text_without_words(client: Client, text: str) -> None:
    make_innovation()
    response = client.get("/en/search/", {"q": text})
    assert (response.status_code, response.context["groups"]) == (200, [])


def test_the_search_page_reads_a_wide_space_between_words(client: Client) -> None:
    make_innovation(title_zh="永磁机器人")
    make_innovation(title_zh="永磁体")
    groups = client.get("/zh-hans/search/", {"q": "永磁\u3000机器人"}).context["result"].groups
    assert [group.total for group in groups] == [1]


def test_drafts_of_any_noun_are_not_listed() -> None:
    make_exhibitor(state="submitted")
    make_innovation(state="draft")
    make_product(state="paused")
    make_session(state="draft")
    make_announcement(publish_at=None)
    make_announcement(publish_at=at(20, "09:00").replace(year=2099))
    make_figure(origin="sample")
    for noun in ("exhibitor", "innovation", "product", "session", "announcement", "figure"):
        assert found(noun, "") == [], noun
    assert (Exhibitor.objects.count(), Innovation.objects.count()) == (1, 1)
