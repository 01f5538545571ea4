"""From a public page to an introduction: who is offered it, for which organization, about which of its own things."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from expo.models import Innovation, Organization, User
from matchmaking import introductions
from matchmaking.decisions import decline_match, never_show
from matchmaking.models import Demand, Introduction
from tests.factories import (
    make_demand,
    make_innovation,
    make_instrument,
    make_introduction,
    make_match,
    make_member,
    make_organization,
    make_person,
    make_product,
)

pytestmark = pytest.mark.django_db
HELP, ASK, CONTACT = "We can help", "Ask for an introduction", "You are in contact since"


@pytest.fixture
def own() -> Organization:
    return make_organization(name_en="Alloy Institute", name_zh="合金研究所")


@pytest.fixture
def editor(own: Organization) -> User:
    return make_member(own, "editor", name="Wang Li")


@pytest.fixture
def client(editor: User) -> Client:
    return client_of(editor)


@pytest.fixture
def demand() -> Demand:
    return make_demand(organization=make_organization(name_en="Tangli Sensors", name_zh="唐力传感"))


@pytest.fixture
def magnet(own: Organization) -> Innovation:
    return make_innovation(title_en="Magnet without terbium", organizations=[own])


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def begin(record: Any) -> str:
    return reverse("matchmaking:introduction-begin", args=[record._meta.model_name, record.slug])


def writing(organization: Organization, record: Any) -> str:
    noun = record._meta.model_name
    query = f"demand={record.slug}" if noun == "demand" else f"offer={noun}%2F{record.slug}"
    return reverse("matchmaking:introduction-new", args=[organization.slug]) + f"?{query}"


def words(response: Any) -> str:
    return response.content.decode()


# ------------------------------------------------------------------ what a public page offers
def test_a_stranger_is_led_through_signing_in_to_the_same_place(demand: Demand) -> None:
    for record, label in ((demand, HELP), (make_innovation(), ASK), (make_product(), ASK), (make_instrument(), ASK)):
        page = Client().get(record.get_absolute_url())
        assert label in words(page)
        assert begin(record) in words(page)
        answer = Client().get(begin(record))
        assert answer.status_code == 302
        assert answer["Location"].endswith(f"?next={begin(record)}")


def test_nobody_is_offered_an_introduction_to_themselves(client: Client, own: Organization, magnet: Innovation) -> None:
    hidden = make_demand(organization=own, confidentiality="anonymous")
    for record in (magnet, hidden, make_product(organization=own), make_instrument(organization=own)):
        page = words(client.get(record.get_absolute_url()))
        assert begin(record) not in page
        assert "This is of an organization that you act for" in words(client.get(begin(record)))


def test_a_demand_that_is_solved_asks_for_nobody(client: Client) -> None:
    solved = make_demand(state="solved")
    assert HELP not in words(client.get(solved.get_absolute_url()))
    gone = client.get(begin(solved))
    assert gone.status_code == 404
    assert "This is not shown any more" in words(gone)


def test_who_is_in_contact_is_led_there_and_nobody_else_sees_it(
    client: Client, own: Organization, magnet: Innovation, demand: Demand
) -> None:
    contact = make_introduction(demand=demand, offer=magnet)
    thread = reverse("matchmaking:introduction", args=[own.slug, contact.code])
    theirs = client_of(make_member(demand.organization, "owner"))
    page = client.get(demand.get_absolute_url())
    assert CONTACT in words(page)
    assert thread in words(page)
    assert "no-store" in page["Cache-Control"]
    assert "Cookie" in page["Vary"]
    assert CONTACT in words(theirs.get(magnet.get_absolute_url()))
    rival = client_of(make_member(make_organization(), "owner"))
    for stranger in (Client(), rival):
        for record, label in ((demand, HELP), (magnet, ASK)):
            page = stranger.get(record.get_absolute_url())
            assert CONTACT not in words(page)
            assert label in words(page)
    introductions.close(contact, organization=own, by=None, reason="gone")
    assert CONTACT not in words(client.get(demand.get_absolute_url()))


def test_a_public_page_asks_as_much_of_a_member_of_many_as_of_a_member_of_one(editor: User, demand: Demand) -> None:
    client, counts = client_of(editor), []
    for more in (0, 5):
        for _number in range(more):
            _join(editor)
        for record in (demand, make_innovation()):
            with CaptureQueriesContext(connection) as asked:
                client.get(record.get_absolute_url())
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


def _join(user: User) -> Organization:
    organization = make_organization()
    user.memberships.create(organization=organization, role="editor")
    make_introduction(offer=make_innovation(organizations=[organization]))
    return organization


# ------------------------------------------------------------------ for which organization
def test_one_organization_is_taken_at_once_and_of_several_one_is_chosen(
    client: Client, own: Organization, editor: User, demand: Demand
) -> None:
    assert client.get(begin(demand))["Location"] == writing(own, demand)
    other = _join(editor)
    page = words(client.get(begin(demand)))
    assert writing(own, demand) in page
    assert writing(other, demand) in page


def test_who_only_reads_along_or_acts_for_nobody_reads_what_to_do(own: Organization, demand: Demand) -> None:
    member = client_of(make_member(own, "member"))
    assert "Its editors and owners write" in words(member.get(begin(demand)))
    nobody = client_of(make_person())
    page = words(nobody.get(begin(demand)))
    assert "You act for none yet" in page
    register = f"{reverse('organization-new')}?next={begin(demand)}"
    assert register in page
    values = {"name_en": "New Alloys", "name_zh": "", "kind": "enterprise", "country": "CN", "city_en": "Mianyang"}
    came = nobody.post(register, values)
    assert came["Location"] == begin(demand), words(came)
    assert "/introductions/new/" in nobody.get(begin(demand))["Location"]


def test_registering_leads_to_no_other_host() -> None:
    client = client_of(make_person())
    values = {"name_en": "New Alloys", "kind": "enterprise", "country": "CN"}
    came = client.post(reverse("organization-new") + "?next=//elsewhere.example/", values)
    assert came["Location"].startswith("/en/work/")


def test_an_anonymous_demand_names_nobody_on_the_way(client: Client, own: Organization) -> None:
    hidden = make_demand(organization=make_organization(name_en="Quiet Works"), confidentiality="anonymous")
    _join_page = words(client.get(begin(hidden), follow=True))
    assert "it is not named yet" in _join_page
    assert "Quiet Works" not in _join_page
    nobody = client_of(make_person())
    assert "Quiet Works" not in words(nobody.get(begin(hidden)))


# ------------------------------------------------------------------ about which of one's own
def test_what_answers_a_demand_is_chosen_with_the_words_and_brings_its_reasons(
    client: Client, own: Organization, magnet: Innovation, demand: Demand
) -> None:
    make_product(organization=own, title_en="Test bench")
    make_innovation(title_en="Draft", organizations=[own], state="draft")
    make_match(demand=demand, offer=magnet)
    page = words(client.get(writing(own, demand)))
    order = [page.index(title) for title in ("None in particular", "Magnet without terbium", "Test bench")]
    assert order == sorted(order)
    assert "Draft" not in page
    chosen_from = page.split("<fieldset")[-1].split("</fieldset>")[0]
    assert "80" not in re.sub(r"<[^>]+>", "", chosen_from)  # a match is never a bare number
    client.post(writing(own, demand), {"about": f"innovation/{magnet.slug}", "text": "We make it."})
    sent = Introduction.objects.get()
    assert (sent.demand, sent.innovation, sent.source, sent.score) == (demand, magnet, "search", 80)
    assert sent.parts


def test_none_in_particular_is_a_choice_too(client: Client, own: Organization, magnet: Innovation) -> None:
    offer = make_product()
    ours = make_demand(organization=own, title_en="Ring magnet")
    assert "Ring magnet" in words(client.get(writing(own, offer)))
    client.post(writing(own, offer), {"about": "", "text": "Tell us more."})
    client.post(writing(own, offer), {"about": f"demand/{ours.slug}", "text": "It could serve us."})
    assert [(row.demand, row.product) for row in Introduction.objects.order_by("pk")] == [(None, offer), (ours, offer)]


def test_what_is_under_way_or_declined_is_told_and_not_offered_again(
    client: Client, own: Organization, magnet: Innovation, demand: Demand
) -> None:
    declined = make_innovation(title_en="Powder", organizations=[own])
    pair = {"side": "asking", "organization": demand.organization, "by": None, "reason": "price"}
    decline_match(demand, declined, **pair)
    make_introduction(demand=demand, offer=magnet)
    page = words(client.get(writing(own, demand)))
    assert "You are in contact already" in page
    assert "They have said that this is not for them: Powder" in " ".join(page.split())
    for taken in (magnet, declined):
        assert f'value="innovation/{taken.slug}"' not in page
        answer = client.post(writing(own, demand), {"about": f"innovation/{taken.slug}", "text": "My words."})
        assert "This cannot be chosen any more" in words(answer)
        assert "My words." in words(answer)
    assert Introduction.objects.count() == 1


def test_two_that_never_meet_read_so_before_they_write(client: Client, own: Organization, demand: Demand) -> None:
    never_show(demand.organization, own, by=None)
    page = words(client.get(writing(own, demand)))
    assert "is not wanted" in page
    assert "<textarea" not in page


def test_a_demand_of_ours_that_names_nobody_is_marked_among_the_choices(client: Client, own: Organization) -> None:
    make_demand(organization=own, title_en="Ring magnet", confidentiality="anonymous")
    page = words(client.get(writing(own, make_product())))
    assert "Ring magnet (without your name)" in page
    assert "do not tell your name in your words" in page


def test_the_form_asks_the_database_as_often_for_ten_of_ours_as_for_two(
    client: Client, own: Organization, demand: Demand
) -> None:
    counts = []
    for more in (2, 8):
        for _number in range(more):
            make_match(demand=demand, offer=make_innovation(organizations=[own]))
        with CaptureQueriesContext(connection) as asked:
            page = client.get(writing(own, demand))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert '<select name="about"' in words(page)
