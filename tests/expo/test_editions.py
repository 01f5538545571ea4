"""One edition beside another, and what belongs to one organization, one currency, one time zone."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import translation

from expo import registry
from expo.models import Edition, Exhibitor, InnovationState
from expo.search.page import ListingPage
from tests.factories import (
    at,
    make_edition,
    make_exhibitor,
    make_hall,
    make_innovation,
    make_organization,
    make_placepoint,
    make_product,
    make_session,
    make_stand,
    make_zone,
)

pytestmark = pytest.mark.django_db


def page(noun: str, query: str = "") -> ListingPage:
    return ListingPage(registry.listings[noun], QueryDict(query), f"/en/{noun}s/")


def counts(noun: str, facet: str, query: str = "") -> dict[str, int]:
    blocks = {block.name: block for block in page(noun, query).facets()}
    return {choice.value: choice.count for choice in blocks[facet].choices} if facet in blocks else {}


def offered(noun: str, facet: str, query: str = "") -> list[str]:
    filterset = page(noun, query).filterset
    return [option.value for option in filterset.facet_filters()[facet].loaded]


def body_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


@pytest.fixture
def earlier() -> Edition:
    make_edition()
    return make_edition(number=12, name_en="The 12th Expo")


@pytest.fixture
def then(earlier: Edition) -> Exhibitor:
    """An exhibitor of the earlier edition, with a stand."""
    zone = make_zone(edition=earlier, letter="Q", slug="old-zone", name_en="Old zone")
    exhibitor = make_exhibitor(edition=earlier, zone=zone)
    make_stand(zone=zone, exhibitor=exhibitor)
    return exhibitor


# ------------------------------------------------------------------ the archive
def test_an_earlier_participation_has_an_address_without_a_query(client: Client, then: Exhibitor) -> None:
    url = f"/en/editions/12/exhibitors/{then.slug}/"
    assert then.get_absolute_url() == url
    body = body_of(client, url)
    assert re.search(rf'rel="canonical" href="[^"]*{url}"', body)
    assert f"/zh-hans/editions/12/exhibitors/{then.slug}/" in body


def test_both_participations_of_an_organization_have_a_page(client: Client, then: Exhibitor) -> None:
    now = make_exhibitor(organization=then.organization, claim_en="Shows it now")
    assert "Shows it now" in body_of(client, now.get_absolute_url())
    assert "Shows it now" not in body_of(client, then.get_absolute_url())


def test_the_current_edition_has_one_address_for_an_exhibitor(client: Client) -> None:
    now = make_exhibitor()
    response = client.get(reverse("edition-exhibitor", args=[13, now.slug]))
    assert response["Location"] == now.get_absolute_url()


@pytest.mark.parametrize("query", ["edition=abc", "edition=12", "unknown=1"])
def test_a_page_without_filters_ignores_a_query(client: Client, query: str) -> None:
    assert client.get(f"{make_exhibitor().get_absolute_url()}?{query}").status_code == 200


@pytest.mark.parametrize("with_stand", [True, False])
def test_an_archive_page_links_to_no_floor_of_its_own(client: Client, then: Exhibitor, *, with_stand: bool) -> None:
    if not with_stand:
        then.stands.all().delete()
    body = body_of(client, then.get_absolute_url())
    main = body[body.index("<main") : body.index("</main>")]
    assert "Old zone" in main
    assert not re.findall(r'href="/en/(?:halls|zones)/[^"]+"', main)


def test_every_link_of_the_archive_leads_somewhere(client: Client, then: Exhibitor, earlier: Edition) -> None:
    hall = make_hall(edition=earlier)
    session = make_session(edition=earlier, place=make_placepoint(hall=hall))
    listing = f"{reverse('exhibitor-list')}?edition=12"
    for url in (then.get_absolute_url(), session.get_absolute_url(), earlier.get_absolute_url(), listing):
        for link in set(re.findall(r'href="(/(?:en|zh-hans)/[^"#?]*)', body_of(client, url))):
            assert client.get(link, follow=True).status_code == 200, (url, link)


def test_a_session_of_this_edition_leads_to_its_hall(client: Client) -> None:
    session = make_session()
    assert f'href="{session.place.hall.get_absolute_url()}"' in body_of(client, session.get_absolute_url())


def test_the_archive_page_keeps_its_panels(client: Client, then: Exhibitor) -> None:
    product = make_product(organization=then.organization)
    assert product.get_absolute_url() in body_of(client, then.get_absolute_url())


def test_a_guest_names_only_an_accepted_host(client: Client) -> None:
    host = make_exhibitor(organization=make_organization(name_en="Host Works"))
    guest = make_exhibitor(host=host)
    make_stand(zone=host.zone, exhibitor=host)
    assert "Host Works" in body_of(client, guest.get_absolute_url())
    Exhibitor.objects.filter(pk=host.pk).update(state="withdrawn")
    assert "Host Works" not in body_of(client, guest.get_absolute_url())


# ------------------------------------------------------------------ options of an edition
def test_the_archive_offers_its_own_zones_and_halls(then: Exhibitor) -> None:
    make_exhibitor(zone=make_zone(letter="B"))
    assert offered("exhibitor", "zone") == ["B"]
    assert offered("exhibitor", "zone", "edition=12") == ["Q"]
    assert offered("exhibitor", "hall", "edition=12") == [then.zone.hall.slug]
    assert page("exhibitor", "edition=12&zone=Q").rows == [then]
    assert page("exhibitor", "edition=12&zone=Q").ignored == []
    assert page("exhibitor", "zone=Q").ignored == ["zone=Q"]
    assert offered("exhibitor", "zone", "edition=12&edition=13") == ["B", "Q"]


def test_the_archive_offers_its_own_days(earlier: Edition) -> None:
    make_session()
    old = make_session(edition=earlier, starts_at=at(3, "10:00"), ends_at=at(3, "11:00"))
    assert offered("session", "day") == ["2025-09-26"]
    assert offered("session", "day", "edition=12") == ["2025-09-03"]
    assert page("session", "edition=12&day=2025-09-03").rows == [old]
    assert offered("session", "hall", "edition=12") == [old.place.hall.slug]


@pytest.mark.parametrize("number", ["", "abc", "99", "²", "12 "])
def test_an_edition_nobody_knows_leaves_the_current_one(number: str) -> None:
    zone = make_exhibitor().zone
    assert offered("exhibitor", "zone", QueryDict.fromkeys(["edition"], number).urlencode()) == [zone.letter]


# ------------------------------------------------------------------ time zones
def test_a_day_is_one_of_the_editions_time_zone() -> None:
    tokyo = make_edition(time_zone="Asia/Tokyo")
    late = make_session(edition=tokyo, starts_at=at(25, "23:30"), ends_at=at(26, "00:30"))
    assert offered("session", "day") == ["2025-09-26"]
    assert counts("session", "day", "day=2025-09-26") == {"2025-09-26": 1}
    assert page("session", "day=2025-09-26").rows == [late]


def test_days_of_two_editions_are_each_told_in_their_own_time_zone() -> None:
    abroad = make_edition(number=12, time_zone="Asia/Tokyo")
    for edition in (abroad, make_edition()):
        make_session(edition=edition, starts_at=at(25, "23:30"), ends_at=at(26, "00:30"))
    found = counts("session", "day", "edition=12&edition=13")
    assert found == {"2025-09-25": 1, "2025-09-26": 1}


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Asia/Shanghai", "China Standard Time (UTC+8)"), ("Asia/Tokyo", "Asia/Tokyo (UTC+9)"),
        ("Asia/Kolkata", "Asia/Kolkata (UTC+5:30)"), ("America/St_Johns", "America/St_Johns (UTC−2:30)"),
        ("Europe/Berlin", "Europe/Berlin (UTC+2)"), ("UTC", "UTC (UTC+0)"),
    ],
)  # fmt: skip
def test_an_edition_names_its_time_zone_as_on_its_opening_day(zone: str, name: str) -> None:
    edition = Edition(number=1, opens_on=dt.date(2025, 9, 26), time_zone=zone)
    assert edition.zone_name == name


def test_china_standard_time_has_a_chinese_name() -> None:
    with translation.override("zh-hans"):
        assert make_edition().zone_name == "北京时间（UTC+8）"


def test_pages_name_the_editions_time_zone(client: Client) -> None:
    edition = make_edition(time_zone="Asia/Tokyo")
    edition.opening_hours.create(day=edition.opens_on, opens=dt.time(9), closes=dt.time(17))
    for url in (make_session().get_absolute_url(), edition.get_absolute_url(), "/en/"):
        body = body_of(client, url)
        assert "Asia/Tokyo (UTC+9)" in body
        assert "All times are Asia/Tokyo (UTC+9)." in body
    assert "China Standard Time" not in body_of(client, edition.get_absolute_url())


# ------------------------------------------------------------------ of one organization
def test_an_organization_leads_to_all_it_holds_and_sells(client: Client) -> None:
    holder = make_organization(slug="gia", name_en="GiaStar")
    exhibitor = make_exhibitor(organization=holder)
    for _ in range(8):
        make_product(organization=holder, innovation=make_innovation(organizations=[holder, make_organization()]))
    make_innovation()
    make_product()
    for url in (holder.get_absolute_url(), exhibitor.get_absolute_url()):
        body = body_of(client, url)
        for noun in ("innovation", "product"):
            more = f"{reverse(f'{noun}-list')}?organization=gia"
            assert f'href="{more}"' in body
            assert "GiaStar" in body_of(client, more)
    for noun in ("innovation", "product"):
        listed = page(noun, "organization=gia")
        assert listed.total == 8
        assert [(chip.label, chip.remove_url) for chip in listed.chips()] == [("GiaStar", f"/en/{noun}s/")]
        assert counts(noun, "organization", "organization=gia") == {"gia": 8}
        assert counts(noun, "organization") == {}


@pytest.mark.parametrize("noun", ["innovation", "product"])
@pytest.mark.parametrize("slug", ["nobody", "%00", "a'b"])
def test_an_unknown_organization_is_named_and_left_out(noun: str, slug: str) -> None:
    listed = page(noun, f"organization={slug}")
    assert len(listed.ignored) == 1
    assert listed.chips() == []


def test_who_only_applied_is_in_no_list_of_choices() -> None:
    make_exhibitor(organization=make_organization(country="DE"))
    applicant = make_exhibitor(organization=make_organization(country="FR"), state="submitted").organization
    assert offered("exhibitor", "country") == ["DE"]
    assert offered("organization", "country") == ["DE"]
    assert page("innovation", f"organization={applicant.slug}").chips() == []


# ------------------------------------------------------------------ products
def test_a_draft_innovations_title_finds_no_product() -> None:
    make_product(innovation=make_innovation(title_en="DRAFTWORD", state=InnovationState.DRAFT))
    assert page("product", "q=DRAFTWORD").rows == []


def test_a_price_range_is_of_one_currency() -> None:
    cheap, dear = make_product(price=10), make_product(price=900)
    make_product(price=10, currency="USD")
    assert page("product", "price_max=100").rows == [cheap]
    assert page("product", "price_min=5&sort=price").rows == [cheap, dear]


def test_the_lowest_price_comes_first_within_its_currency() -> None:
    unpriced = make_product(price=None)
    dollars, euros = make_product(price=1, currency="USD"), make_product(price=5, currency="EUR")
    dear, cheap = make_product(price=900), make_product(price=10)
    assert page("product", "sort=price").rows == [cheap, dear, euros, dollars, unpriced]
