"""The pages of introductions: each works for both sides, keeps strangers out, refuses wrong methods and bad input."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from expo.models import Innovation, Organization, User
from matchmaking import introductions
from matchmaking.matching.parts import Part
from matchmaking.models import Introduction, IntroductionMessage, Match, NdaText
from tests.factories import (
    at,
    make_demand,
    make_innovation,
    make_instrument,
    make_introduction,
    make_member,
    make_organization,
    make_user,
)

pytestmark = pytest.mark.django_db


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
def wish(own: Organization) -> Introduction:
    """Some enterprise has written to the institute."""
    return make_introduction(offer=make_innovation(organizations=[own]), from_side="asking")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(introduction: Introduction, organization: Organization, *act: str) -> str:
    name = "matchmaking:introduction-act" if act else "matchmaking:introduction"
    return reverse(name, args=[organization.slug, introduction.code, *act])


def new(organization: Organization, **query: Any) -> str:
    words = "&".join(f"{name}={value}" for name, value in query.items())
    return reverse("matchmaking:introduction-new", args=[organization.slug]) + f"?{words}"


def listing(organization: Organization, show: str = "ours") -> str:
    return reverse("matchmaking:work-introductions", args=[organization.slug]) + f"?show={show}"


def words(response: Any) -> str:
    return response.content.decode()


def make_match(**values: Any) -> Match:
    scores = {"score": 90, "parts": [{"secret": "zibbling"}], "offer_score": 70, "offer_parts": []}
    return Match.objects.create(**{**scores, "found_at": at(20, "10:00"), "matched_at": at(20, "10:00"), **values})


# ------------------------------------------------------------------ reading
def test_an_editor_s_first_look_is_told_to_the_other_side_and_a_member_s_is_not(
    client: Client, own: Organization, wish: Introduction
) -> None:
    member = client_of(make_member(own, "member"))
    assert "You read along" in words(member.get(page(wish, own)))
    client.head(page(wish, own))
    wish.refresh_from_db()
    assert wish.state == "sent"
    shown = client.get(page(wish, own))
    assert wish.messages.get().text in words(shown)
    assert "no-store" in shown["Cache-Control"]
    wish.refresh_from_db()
    assert wish.state == "acknowledged"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_both_sides_see_the_same_clock(client: Client, own: Organization, wish: Introduction, language: str) -> None:
    other = client_of(make_member(wish.asking, "editor"))
    for side, organization in ((client, own), (other, wish.asking)):
        shown = words(side.get(page(wish, organization).replace("/en/", f"/{language}/")))
        assert "(CST)" in shown
        assert "badge--wait" in shown


def test_strangers_and_other_organizations_find_nothing(own: Organization, wish: Introduction) -> None:
    rival = make_member(make_organization(), "owner")
    for user in (make_user(), rival):
        stranger = client_of(user)
        for url in (page(wish, own), listing(own), new(own, offer="innovation/x")):
            assert stranger.get(url).status_code == 404
        assert stranger.post(page(wish, own, "accept")).status_code == 404
    theirs = rival.memberships.get().organization
    assert client_of(rival).get(page(wish, theirs)).status_code == 404
    wish.refresh_from_db()
    assert wish.state == "sent"


def test_wrong_methods_and_unknown_acts(client: Client, own: Organization, wish: Introduction) -> None:
    assert client.post(page(wish, own)).status_code == client.post(listing(own)).status_code == 405
    assert client.get(page(wish, own, "accept")).status_code == 405
    assert client.post(page(wish, own, "nonsense")).status_code == 404
    assert client.get(listing(own, "nonsense")).status_code == 404
    member = client_of(make_member(own, "member"))
    assert member.post(page(wish, own, "accept")).status_code == 403


def test_an_introduction_about_an_instrument_names_it(client: Client, own: Organization) -> None:
    furnace = make_instrument(organization=own, name_en="Diffusion furnace")
    about = make_introduction(demand=None, offer=furnace, from_side="asking")
    for url in (listing(own), page(about, own)):
        assert "Diffusion furnace" in words(client.get(url))


# ------------------------------------------------------------------ the list
def test_the_list_shows_whose_turn_it_is_and_the_menu_counts_ours(
    client: Client, own: Organization, wish: Introduction
) -> None:
    mine = make_introduction(offer=wish.offer)
    introductions.accept(make_introduction(offer=wish.offer, from_side="asking"), organization=own, by=None)
    closed = make_introduction(offer=wish.offer)
    introductions.close(closed, organization=own, by=None, reason="gone")
    found = {show: words(client.get(listing(own, show))) for show in ("ours", "theirs", "touch", "over")}
    assert [shown.count('class="asked__what"') for shown in found.values()] == [1, 1, 1, 1]
    assert wish.code in found["ours"]
    assert mine.code in found["theirs"]
    assert closed.code in found["over"]
    start = words(client.get(reverse("work-start", args=[own.slug])))
    assert "Organizations that would like to meet you" in start


def test_a_question_of_theirs_is_our_turn(own: Organization, client: Client, wish: Introduction) -> None:
    introductions.ask_question(wish, organization=own, by=None, text="How hot?")
    assert wish.code in words(client.get(listing(own, "theirs")))
    other = client_of(make_member(wish.asking, "editor"))
    assert wish.code in words(other.get(listing(wish.asking)))


def test_the_list_asks_the_database_as_often_for_thirty_as_for_one(client: Client, own: Organization) -> None:
    offer = make_innovation(organizations=[own])
    counts = []
    for more in (1, 11):
        for _number in range(more):
            make_introduction(offer=offer, from_side="asking", demand=make_demand(confidentiality="nda_only"))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(listing(own))
        counts.append(len(asked))
    assert counts[0] == counts[1]


# ------------------------------------------------------------------ writing first
def test_interested_in_a_match_leads_to_a_form_and_a_thread(client: Client, own: Organization, editor: User) -> None:
    demand, offer = make_demand(), make_innovation(organizations=[own])
    match = make_match(demand=demand, innovation=offer)
    shown = client.get(new(own, match=match.pk))
    assert str(demand.title) in words(shown)
    sent = client.post(new(own, match=match.pk), {"text": "We have it."})
    wish = Introduction.objects.get()
    assert sent["Location"] == page(wish, own)
    assert (wish.from_side, wish.source, wish.sender) == ("offering", "match", editor)
    assert (wish.score, wish.parts) == (70, [])  # as the side that offers may see it, whoever wrote
    again = client.get(new(own, match=match.pk))
    assert again["Location"] == page(wish, own)


def test_both_sides_read_why_they_could_fit_and_the_offering_one_only_what_it_may_know(
    own: Organization, client: Client
) -> None:
    demand, offer = make_demand(confidentiality="nda_only"), make_innovation(organizations=[own])
    buyer = client_of(make_member(demand.organization, "editor"))
    public = Part("maturity", 10, 10, 1.0, {"wanted": 6, "offered": 7, "is_in_use": False}).to_dict()
    secret = Part("maturity", 10, 10, 1.0, {"wanted": 8, "offered": 9, "is_in_use": False}).to_dict()
    match = make_match(demand=demand, innovation=offer, parts=[secret], offer_parts=[public])
    assert "offer 9" in strip_tags(words(buyer.get(new(demand.organization, match=match.pk))))
    assert "offer 7" in strip_tags(words(client.get(new(own, match=match.pk))))
    buyer.post(new(demand.organization, match=match.pk), {"text": "Let us meet."})
    shown = strip_tags(words(client.get(page(Introduction.objects.get(), own))))
    assert "you offer 7" in shown
    assert "offer 9" not in shown


def test_a_reason_stored_in_another_form_breaks_no_page(client: Client, own: Organization, wish: Introduction) -> None:
    Introduction.objects.update(parts=[{"odd": 1}])
    assert client.get(page(wish, own)).status_code == 200


def test_one_may_ask_first_and_write_about_an_offer_alone(client: Client, own: Organization) -> None:
    offer = make_innovation(slug="their-alloy")
    shown = words(client.get(new(own, offer="innovation/their-alloy", ask=1)))
    assert "Ask a question" in shown
    client.post(new(own, offer="innovation/their-alloy"), {"text": "How hot may it get?"})
    wish = Introduction.objects.get()
    assert (wish.from_side, wish.asking, wish.demand, wish.innovation) == ("asking", own, None, offer)


@pytest.mark.parametrize("text", ["", " ", "x" * 5001])
def test_bad_words_come_back_with_what_is_wrong(client: Client, own: Organization, text: str) -> None:
    make_innovation(slug="their-alloy")
    response = client.post(new(own, offer="innovation/their-alloy"), {"text": text})
    assert (response.status_code, Introduction.objects.count()) == (200, 0)
    assert "needs your attention" in words(response)


def test_what_was_taken_back_meanwhile_loses_no_words(client: Client, own: Organization) -> None:
    offer = make_innovation(organizations=[own])
    match = make_match(demand=make_demand(), innovation=offer)
    Innovation.objects.update(state="withdrawn")
    queries: tuple[dict[str, Any], ...] = (
        {"match": match.pk}, {"match": 10**18}, {"match": "x"}, {"demand": "nothing"}, {"offer": "user/1"}, {},
        {"demand": "%00"}, {"offer": "innovation/%00"},
        {"demand": match.demand.slug, "offer": f"innovation/{offer.slug}"},
    )  # fmt: skip
    for query in queries:
        response = client.post(new(own, **query), {"text": "We have it, and it took an hour to write."})
        assert response.status_code == 404
        assert "took an hour to write" in words(response)
        assert "not shown any more" in words(response)
    assert not Introduction.objects.exists()


def test_nobody_writes_about_a_match_of_others(client: Client, own: Organization) -> None:
    match = make_match(demand=make_demand(title_en="Of others"), innovation=make_innovation())
    response = client.get(new(own, match=match.pk))
    assert response.status_code == 404
    assert "Of others" not in words(response)


def test_the_second_click_keeps_the_words_and_leads_to_what_there_is(client: Client, own: Organization) -> None:
    make_innovation(slug="their-alloy")
    url = new(own, offer="innovation/their-alloy")
    client.post(url, {"text": "Let us meet."})
    again = words(client.post(url, {"text": "Let us meet soon."}))
    assert "Let us meet soon." in again
    assert Introduction.objects.get().code in again
    assert IntroductionMessage.objects.count() == 1


def test_the_form_about_an_anonymous_demand_names_nobody_and_warns_who_is_not_named(
    client: Client, own: Organization
) -> None:
    enterprise = make_organization(name_en="Magnet Works")
    buyer = make_member(enterprise, "editor")
    demand = make_demand(organization=enterprise, confidentiality="anonymous", title_en="A cheaper magnet")
    make_innovation(organizations=[own], slug="our-alloy")
    query = {"demand": demand.slug, "offer": "innovation/our-alloy"}
    shown = words(client.get(new(own, **query)))
    assert "not named yet" in shown
    assert "Magnet Works" not in shown
    theirs = words(client_of(buyer).get(new(enterprise, **query)))
    assert "Your demand is anonymous" in theirs
    assert "Alloy Institute" in theirs
    refused = client_of(buyer).post(new(enterprise, **query), {"text": "Magnet Works writes."})
    assert "tells who you are" in words(refused)


# ------------------------------------------------------------------ acts
def test_an_introduction_is_walked_through_from_both_sides(
    client: Client, own: Organization, wish: Introduction
) -> None:
    other, theirs = client_of(make_member(wish.asking, "editor")), wish.asking
    steps = (
        (client, own, "question", {"text": "How hot?"}, "clarifying"),
        (other, theirs, "reply", {"text": "180 degrees."}, "acknowledged"),
        (client, own, "accept", {"text": ""}, "accepted"),
        (other, theirs, "write", {"text": "When?"}, "accepted"),
        (client, own, "wish", {"step": "meeting"}, "accepted"),
        (other, theirs, "wish", {"step": "meeting"}, "accepted"),
        (other, theirs, "unwish", {"step": "meeting"}, "accepted"),
        (other, theirs, "wish", {"step": "meeting"}, "accepted"),
        (other, theirs, "close", {"reason": "met"}, "closed"),
    )
    for side, organization, act, typed, state in steps:
        response = side.post(page(wish, organization, act), typed, follow=True)
        assert response.status_code == 200
        assert 'class="msg msg--stop"' not in words(response)
        wish.refresh_from_db()
        assert wish.state == state
    assert set(wish.wishes.values_list("side", "step")) == {("asking", "meeting"), ("offering", "meeting")}
    assert "both sides wish for it" in words(client.get(page(wish, own)))


def test_declining_and_handing_over(client: Client, own: Organization, editor: User) -> None:
    wish = make_introduction(demand=None, offer=make_innovation(organizations=[own]), from_side="asking")
    colleague = make_member(own, "owner", name="Luo Heng")
    client.post(page(wish, own, "hand"), {"to": str(colleague.pk)})
    assert "Luo Heng" in words(client.get(page(wish, own)))
    bad = client.post(page(wish, own, "decline"), {"reason": "other", "note": ""})
    assert "Say why in words" in words(bad)
    client.post(page(wish, own, "decline"), {"reason": "price", "note": "Too little <b>money</b>."})
    told = words(client_of(make_member(wish.asking, "editor")).get(page(wish, wish.asking)))
    assert "Too little &lt;b&gt;money" in told
    wish.refresh_from_db()
    assert wish.state == "declined"


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("accept", {"text": "x" * 5001}),
        ("question", {}),
        ("decline", {"reason": "no_reply"}),
        ("close", {"reason": "met"}),
        ("reply", {"text": "Ours."}),
        ("write", {"text": "Hello."}),
        ("wish", {"step": "dinner"}),
        ("unwish", {}),
        ("hand", {"to": "0"}),
    ],
)
def test_what_does_not_fit_changes_nothing_and_says_why(
    client: Client, own: Organization, wish: Introduction, act: str, typed: dict[str, str]
) -> None:
    before = (wish.state, wish.version)
    response = client.post(page(wish, own, act), typed)
    assert response.status_code == 200
    assert "needs your attention" in words(response)
    wish.refresh_from_db()
    assert (wish.state, wish.version) == before
    assert wish.messages.count() == 1


def test_words_to_what_was_taken_back_meanwhile_stay_on_the_page(
    client: Client, own: Organization, wish: Introduction
) -> None:
    introductions.close(wish, organization=wish.asking, by=None, reason="taken_back")
    shown = words(client.post(page(wish, own, "accept"), {"text": "Gladly, after an hour of thought."}))
    assert "closed already" in shown
    assert "after an hour of thought" in shown


def test_an_organization_with_introductions_is_not_deleted(organizer_client: Client, wish: Introduction) -> None:
    url = reverse("admin:expo_organization_delete", args=[wish.asking.pk])
    organizer_client.post(url, {"post": "yes", "understood": "yes"})
    assert Organization.objects.filter(pk=wish.asking.pk).exists()
    assert "introduction" in words(organizer_client.get(url))


# ------------------------------------------------------------------ organizers
def test_organizers_see_who_is_in_touch_and_never_the_words(organizer_client: Client, wish: Introduction) -> None:
    message = wish.messages.get().text
    for url in (
        reverse("admin:matchmaking_introduction_changelist"),
        reverse("admin:matchmaking_introduction_change", args=[wish.pk]),
    ):
        shown = words(organizer_client.get(url))
        assert wish.code in shown
        assert message not in shown


def test_the_agreement_is_written_and_put_in_force_in_the_admin(organizer_client: Client) -> None:
    add = reverse("admin:matchmaking_ndatext_add")
    for number in (1, 2):
        organizer_client.post(add, {"text_en": f"Keep it, {number}.", "text_zh": "请保密。"})
    first, second = NdaText.objects.order_by("version")
    assert (first.version, second.version, second.is_current) == (1, 2, False)
    rows = reverse("admin:matchmaking_ndatext_changelist")
    organizer_client.post(rows, {"action": "put_in_force", "_selected_action": [second.pk]})
    second.refresh_from_db()
    assert second.is_current
    change = reverse("admin:matchmaking_ndatext_change", args=[second.pk])
    organizer_client.post(change, {"text_en": "Keep it well.", "text_zh": "请保密。"})
    second.refresh_from_db()
    assert second.text_en == "Keep it well."
    assert second.digest in words(organizer_client.get(change))
