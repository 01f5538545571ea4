"""Who comes through which door of the own pages: every address, every stranger, every wrong method."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from expo.models import MemberRole, Organization, Picture
from tests.expo.own.writing import client_of, url, works_for
from tests.factories import make_innovation, make_instrument, make_organization, make_product, make_user

pytestmark = pytest.mark.django_db
READ = ("own-record", "own-preview")
WRITTEN = ("own-edit", "own-pictures")  # a form that editors fill
POSTED = ("own-take-back",)


@pytest.fixture
def firm() -> Organization:
    return make_organization()


def own(firm: Organization, noun: str) -> Any:
    if noun == "innovation":
        return make_innovation(organizations=[firm], state="draft")
    if noun == "product":
        return make_product(organization=firm, state="draft")
    return make_instrument(organization=firm, state="hidden")


def addresses(firm: Organization, noun: str, record: Any) -> dict[str, str]:
    picture = Picture.objects.create(record=record, upload="uploads/x", alt_en="A magnet")
    found = {name: url(name, firm, noun, record) for name in (*READ, *WRITTEN, *POSTED)}
    found |= {name: url(name, firm, noun) for name in (f"own-{noun}-list", "own-new")}
    found["own-act"] = url("own-act", firm, noun, record, act="submit")
    found["own-picture"] = url("own-picture", firm, noun, record, picture=picture.pk)
    return found


NOUNS = ("innovation", "product", "instrument")


@pytest.mark.parametrize("noun", NOUNS)
def test_editors_come_in_everywhere_members_read_and_strangers_find_nothing(noun: str, firm: Organization) -> None:
    record = own(firm, noun)
    doors = addresses(firm, noun, record)
    open_to_read = {f"own-{noun}-list", *READ}
    people = {
        "editor": client_of(works_for(firm)),
        "owner": client_of(works_for(firm, MemberRole.OWNER)),
        "member": client_of(works_for(firm, MemberRole.MEMBER)),
        "stranger": client_of(works_for(make_organization(), MemberRole.OWNER)),
        "visitor": client_of(make_user()),
        "staff": client_of(make_user(is_staff=True, is_superuser=True)),
        "anonymous": Client(),
    }
    for who, client in people.items():
        for name, address in doors.items():
            if name in ("own-take-back", "own-picture"):
                wanted = {"anonymous": 302}.get(who, 405)
                assert client.get(address).status_code == wanted, (who, name)
                continue
            wanted = {"stranger": 404, "visitor": 404, "staff": 404, "anonymous": 302}.get(who, 200)
            if who == "member" and name not in open_to_read:
                wanted = 403
            assert client.get(address).status_code == wanted, (who, name)


@pytest.mark.parametrize("noun", NOUNS)
def test_only_editors_write(noun: str, firm: Organization) -> None:
    record = own(firm, noun)
    doors = addresses(firm, noun, record)
    before = type(record).objects.values().get(pk=record.pk)
    words = {"title_en": "Taken", "name_en": "Taken", "classified": "no", "delete": "1", "version": "1"}
    outside = ((client_of(works_for(firm, MemberRole.MEMBER)), 403),
               (client_of(works_for(make_organization(), MemberRole.OWNER)), 404), (Client(), 302))  # fmt: skip
    for client, wanted in outside:
        for name, address in doors.items():
            expected = 405 if (wanted != 302 and name in READ) or (name.endswith("-list") and wanted != 302) else wanted
            assert client.post(address, words).status_code == expected, name
    assert type(record).objects.values().get(pk=record.pk) == before
    assert type(record).objects.count() == 1
    assert Picture.objects.count() == 1


@pytest.mark.parametrize("noun", NOUNS)
def test_anothers_record_is_not_there_under_the_own_address(noun: str, firm: Organization) -> None:
    """Every number of another's, below one's own organization: nothing is found, nothing is written."""
    theirs = own(make_organization(), noun)
    mine = own(firm, noun)
    client = client_of(works_for(firm, MemberRole.OWNER))
    foreign = Picture.objects.create(record=theirs, upload="uploads/y", alt_en="Theirs")
    for name in (*READ, *WRITTEN):
        assert client.get(url(name, firm, noun, theirs)).status_code == 404, name
    for name in (*WRITTEN, *POSTED):
        assert client.post(url(name, firm, noun, theirs), {"classified": "no"}).status_code == 404, name
    assert client.post(url("own-act", firm, noun, theirs, act="submit")).status_code == 404
    for record in (theirs, mine):
        at = url("own-picture", firm, noun, record, picture=foreign.pk)
        assert client.post(at, {"delete": "1"}).status_code == 404
    assert Picture.objects.get() == foreign


def test_numbers_and_acts_that_are_none_are_not_found(firm: Organization) -> None:
    client, record = client_of(works_for(firm)), own(firm, "innovation")
    for address in (
        url("own-edit", firm, "innovation", 10**30),
        url("own-act", firm, "innovation", record, act="burn"),
        url("own-picture", firm, "innovation", record, picture=0).replace("/0/", "/x/"),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404


def test_an_act_is_posted_with_a_token(firm: Organization) -> None:
    record, user = own(firm, "product"), works_for(firm)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.post(url("own-act", firm, "product", record, act="submit")).status_code == 403
    record.refresh_from_db()
    assert record.state == "draft"


@pytest.mark.parametrize("noun", NOUNS)
def test_the_list_asks_as_often_for_thirty_as_for_one(noun: str, firm: Organization) -> None:
    client, address = client_of(works_for(firm)), url(f"own-{noun}-list", firm, noun)
    own(firm, noun)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        assert client.get(address).status_code == 200
    for _number in range(29):
        own(firm, noun)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(address).context["entries"]) == 20
    assert len(many) == len(few)


def test_every_page_speaks_both_languages(firm: Organization) -> None:
    client, record = client_of(works_for(firm)), own(firm, "innovation")
    for name in (*READ, *WRITTEN):
        address = url(name, firm, "innovation", record).replace("/en/", "/zh-hans/", 1)
        assert client.get(address).status_code == 200, name
