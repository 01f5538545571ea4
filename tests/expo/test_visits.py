"""The visit list: anybody marks what stands at the fair, walks it hall by hall, and keeps it on signing in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from expo import visits
from expo.errors import DomainError
from expo.models import Exhibitor, User, VisitItem, VisitList
from expo.visits import add, begin, change, merge, remove, share, stop_sharing, tour_of
from tests.factories import (
    make_edition,
    make_exhibitor,
    make_hall,
    make_innovation,
    make_instrument,
    make_organization,
    make_person,
    make_product,
    make_stand,
    make_zone,
)

pytestmark = pytest.mark.django_db
LIST = "/en/visits/"


def add_url(record: Any) -> str:
    slug = record.organization.slug if isinstance(record, Exhibitor) else record.slug
    return reverse("visit-add", args=[record._meta.model_name, slug])


def words(response: Any) -> str:
    return response.content.decode()


def placed(**overrides: Any) -> Exhibitor:
    """An exhibitor with a stand."""
    exhibitor = make_exhibitor(**overrides)
    make_stand(exhibitor=exhibitor, zone=exhibitor.zone)
    return exhibitor


def marked(client: Client, record: Any) -> VisitItem:
    assert client.post(add_url(record), follow=True).status_code == 200  # and what it said has been read
    item = VisitItem.objects.filter(object_id=record.pk, content_type__model=record._meta.model_name).last()
    assert item is not None
    return item


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# ------------------------------------------------------------------ marking
@pytest.mark.parametrize("make", [make_exhibitor, make_innovation, make_product])
def test_a_public_page_leads_to_a_page_with_one_button(client: Client, make: Any) -> None:
    record = make()
    page = words(client.get(record.get_absolute_url()))
    assert f'href="{add_url(record)}"' in page
    assert not client.session.keys()
    asked = client.get(add_url(record))
    assert len(re.findall(r"<button[^>]*btn--main", words(asked))) == 1
    assert not VisitList.objects.exists()  # looking stores nothing
    done = client.post(add_url(record), follow=True)
    assert str(record) in words(done)
    assert "on your visit list" in words(done)


def test_marking_twice_keeps_one_with_its_note(client: Client) -> None:
    record = make_product()
    item = marked(client, record)
    change(item, note="Ask for the price", is_visited=True)
    assert "already" in words(client.get(add_url(record)))
    client.post(add_url(record))
    item = VisitItem.objects.get()
    assert (item.note, item.is_visited) == ("Ask for the price", True)


@pytest.mark.parametrize("path", ["instrument/microscope", "session/x", "exhibitor/nobody", "product/draft", "user/1"])
def test_what_stands_nowhere_or_is_not_public_cannot_be_marked(client: Client, path: str) -> None:
    make_instrument(slug="microscope")
    make_product(slug="draft", state="draft")
    for answer in (client.get(f"/en/visits/add/{path}/"), client.post(f"/en/visits/add/{path}/")):
        assert answer.status_code == 404
    assert not VisitList.objects.exists()


def test_a_hidden_record_and_an_earlier_edition_are_refused_by_the_domain() -> None:
    make_edition()
    for record in (make_product(state="paused"), make_instrument(), make_exhibitor(edition=make_edition(number=12))):
        with pytest.raises(DomainError, match="cannot be put on the list"):
            add(begin(None), record)


def test_a_list_has_room_for_a_fixed_number(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setattr(visits, "MOST", 2)
    first = make_product()
    for record in (first, make_product()):
        client.post(add_url(record))
    assert "at most 2 things" in words(client.post(add_url(make_product()), follow=True))
    client.post(add_url(first))
    assert VisitItem.objects.count() == 2


# ------------------------------------------------------------------ the order
def test_the_list_walks_hall_by_hall_and_stand_by_stand() -> None:
    west, east = make_hall(position=1, name_en="West"), make_hall(position=2, name_en="East")
    first, second = make_zone(hall=west, letter="A"), make_zone(hall=east, letter="B")
    near, far, other = (make_exhibitor(zone=zone) for zone in (first, first, second))
    for exhibitor, x in ((near, 5), (far, 20), (other, 5)):
        make_stand(exhibitor=exhibitor, zone=exhibitor.zone, x=x, y=10)
    product = make_product(organization=near.organization)
    innovation = make_innovation(organizations=[make_organization(), far.organization])
    nowhere = make_product()
    mine = begin(None)
    for record in (nowhere, other, far, innovation, product, near):
        add(mine, record)
    tour = tour_of(mine)
    assert [walk.hall and walk.hall.name_en for walk in tour.walks] == ["West", "East", None]
    assert [stop.record for stop in tour.stops] == [near, product, far, innovation, other, nowhere]
    assert tour.stops[3].stands == far.places()


def test_a_co_exhibitor_stands_at_its_hosts_stand() -> None:
    host = placed()
    guest = make_exhibitor(host=host, zone=host.zone)
    mine = begin(None)
    add(mine, guest)
    (stop,) = tour_of(mine).stops
    assert stop.stands == host.places()


def test_a_long_list_asks_no_more_questions_than_a_short_one() -> None:
    mine, client = begin(person := make_person()), Client()
    client.force_login(person)

    def queries(more: int) -> int:
        for _n in range(more):
            exhibitor = placed()
            add(mine, exhibitor)
            add(mine, make_product(organization=exhibitor.organization))
            add(mine, make_innovation(organizations=[exhibitor.organization]))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(LIST).status_code == 200
        return len(asked)

    queries(1)
    assert queries(1) == queries(8)


# ------------------------------------------------------------------ notes, ticks, taking off
def test_notes_and_ticks_are_kept(client: Client) -> None:
    item = marked(client, placed())
    client.post(reverse("visit-note", args=[item.pk]), {"note": " Ask for  samples "})
    client.post(reverse("visit-tick", args=[item.pk]), {"visited": "yes"})
    item.refresh_from_db()
    assert (item.note, item.is_visited) == ("Ask for samples", True)
    page = words(client.get(LIST))
    assert "Ask for samples" in page
    assert "1 is visited" in page
    client.post(reverse("visit-tick", args=[item.pk]), {"visited": "no"})
    client.post(reverse("visit-note", args=[item.pk]), {"note": ""})
    item.refresh_from_db()
    assert (item.note, item.is_visited) == ("", False)


@pytest.mark.parametrize("note", ["x" * 501, "a\x00b"])
def test_a_bad_note_is_refused_in_words(client: Client, note: str) -> None:
    item = marked(client, make_product())
    response = client.post(reverse("visit-note", args=[item.pk]), {"note": note}, follow=True)
    assert "msg--stop" in words(response)
    item.refresh_from_db()
    assert item.note == ""


def test_what_was_taken_off_is_put_back_with_its_note(client: Client) -> None:
    record = make_product()
    item = marked(client, record)
    change(item, note="Ask", is_visited=True)
    response = client.post(reverse("visit-remove", args=[item.pk]), follow=True)
    assert not VisitItem.objects.exists()
    assert "Put it back" in words(response)
    client.post(reverse("visit-put-back"))
    again = VisitItem.objects.get()
    assert (again.note, again.is_visited) == ("Ask", True)
    assert "nothing to put back" in words(client.post(reverse("visit-put-back"), follow=True))
    assert client.post(reverse("visit-remove", args=[item.pk])).status_code == 404


def test_putting_back_shows_nothing_that_was_hidden_meanwhile(client: Client) -> None:
    record = make_product(title_en="Hidden magnet")
    client.post(reverse("visit-remove", args=[marked(client, record).pk]))
    record.__class__.objects.filter(pk=record.pk).update(state="paused")
    assert "Hidden magnet" not in words(client.post(reverse("visit-put-back"), follow=True))


def test_what_is_not_public_any_more_gives_no_word_of_itself(client: Client) -> None:
    record = make_product(title_en="Hidden magnet")
    item = marked(client, record)
    change(item, note="My own words")
    record.__class__.objects.filter(pk=record.pk).update(state="withdrawn")
    token = share(item.visit_list).share_token
    page = words(client.get(LIST))
    assert "No longer shown" in page
    assert "My own words" in page
    assert "Hidden magnet" not in page + words(client.get(f"/en/visits/shared/{token}/"))
    assert client.post(reverse("visit-remove", args=[item.pk])).status_code == 302


# ------------------------------------------------------------------ whose it is
def test_nobody_reaches_anothers_items(client: Client) -> None:
    of_stranger, of_person = marked(client, make_product()), add(begin(make_person()), make_product())
    for other in (Client(), signed_in(make_person())):
        marked(other, make_product())
        for item in (of_stranger, of_person):
            for name in ("visit-note", "visit-tick", "visit-remove"):
                assert other.post(reverse(name, args=[item.pk]), {"note": "x", "visited": "yes"}).status_code == 404
    assert client.post(reverse("visit-remove", args=[of_person.pk])).status_code == 404
    assert Client().post(reverse("visit-remove", args=[of_person.pk])).status_code == 404
    assert set(VisitItem.objects.values_list("note", flat=True)) == {""}


@pytest.mark.parametrize("forged", ["other", "account", "words", 0, None])
def test_a_session_leads_to_no_list_of_an_account(client: Client, forged: Any) -> None:
    theirs = begin(make_person())
    add(theirs, make_product(title_en="Theirs"))
    session = client.session
    session[visits.SESSION_KEY] = theirs.pk if forged == "account" else forged
    session.save()
    assert "Theirs" not in words(client.get(LIST))


def test_signing_in_keeps_what_was_marked_before(client: Client) -> None:
    both, new, own = make_product(), make_product(), make_product()
    person = make_person()
    change(add(begin(person), both), note="From the office")
    add(begin(person), own)
    change(marked(client, both), note="From the hall", is_visited=True)
    change(marked(client, new), note="New")
    token = share(VisitList.objects.get(user=None)).share_token
    client.force_login(person)
    kept = {item.object_id: (item.note, item.is_visited) for item in person.visit_list.items.all()}
    assert kept == {
        both.pk: ("From the office / From the hall", True), new.pk: ("New", False), own.pk: ("", False),
    }  # fmt: skip
    assert not VisitList.objects.filter(user=None).exists()
    assert visits.SESSION_KEY not in client.session
    assert client.get(f"/en/visits/shared/{token}/").status_code == 200
    client.logout()
    assert str(new) not in words(client.get(LIST))


def test_a_merged_note_fits_and_loses_nothing_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    person, record = make_person(), make_product()
    stranger = begin(None)
    change(add(begin(person), record), note="a" * 400)
    change(add(stranger, record), note="b" * 400)
    add(stranger, make_product())
    monkeypatch.setattr(visits, "MOST", 1)
    own = merge(stranger, person)
    assert own.items.count() == 2
    assert len(own.items.get(object_id=record.pk).note) == 500


# ------------------------------------------------------------------ sharing
def test_a_shared_list_is_read_without_notes_until_it_is_stopped(client: Client) -> None:
    record = placed()
    item = marked(client, record)
    change(item, note="Secret plan", is_visited=True)
    page = words(client.post(reverse("visit-share"), follow=True))
    found = re.search(r'href="http[^"]*(/en/visits/shared/[^"]+)"', page)
    assert found is not None
    shared = Client().get(found[1])
    assert record.organization.name_en in words(shared)
    assert "Secret plan" not in words(shared)
    assert "csrfmiddlewaretoken" not in words(shared)
    assert ">visited<" not in words(shared)
    assert shared["X-Robots-Tag"] == "noindex"
    assert Client().post(found[1]).status_code == 405
    client.post(reverse("visit-share-stop"))
    assert Client().get(found[1]).status_code == 404
    assert share(item.visit_list).share_token not in found[1]
    assert Client().get("/en/visits/shared/None/").status_code == 404


def test_sharing_again_keeps_the_link() -> None:
    mine = begin(None)
    assert share(mine).share_token == share(mine).share_token
    assert stop_sharing(mine).share_token is None


# ------------------------------------------------------------------ doors
def test_an_empty_list_says_how_to_fill_it(client: Client) -> None:
    page = words(client.get(LIST))
    assert "Your list is empty" in page
    assert reverse("exhibitor-list") in page
    assert not VisitList.objects.exists()


def test_changes_take_post_with_a_token() -> None:
    client, strict = Client(), Client(enforce_csrf_checks=True)
    item = marked(client, make_product())
    urls = [reverse(f"visit-{name}", args=[item.pk]) for name in ("note", "tick", "remove")]
    urls += [reverse(f"visit-{name}") for name in ("put-back", "share", "share-stop")]
    for url in urls:
        assert client.get(url).status_code == 405
        assert strict.post(url).status_code == 403
    assert strict.post(add_url(make_product())).status_code == 403
    assert client.post(LIST).status_code == 405


def test_the_pages_speak_chinese_too(client: Client) -> None:
    record = placed()
    marked(client, record)
    assert record.organization.name_zh in words(client.get("/zh-hans/visits/"))
    assert client.get(add_url(record).replace("/en/", "/zh-hans/")).status_code == 200


def test_removing_returns_what_is_enough_to_put_it_back() -> None:
    mine, record = begin(None), make_product()
    item = remove(change(add(mine, record), note="Ask"))
    assert add(mine, record, note=item.note).note == "Ask"
