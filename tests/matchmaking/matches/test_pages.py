"""The pages of matches: each works, keeps strangers out, refuses wrong methods and bad input, and twice is once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from expo.models import Organization, User
from expo.search import changes
from matchmaking.decisions import decline_match, never_show
from matchmaking.introductions import accept
from matchmaking.match_rows import demand_lines, undecided
from matchmaking.models import Demand, Introduction, Match, MatchDecision, MatchRun, NeverShow, Side
from tests.factories import (
    make_demand,
    make_innovation,
    make_instrument,
    make_introduction,
    make_match,
    make_member,
    make_organization,
    make_product,
    make_sector,
    make_teammember,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Organization:
    return make_organization(name_en="Fucheng Drives", name_zh="涪城驱动")


@pytest.fixture
def editor(own: Organization) -> User:
    return make_member(own, "editor", name="Zhao Min")


@pytest.fixture
def client(editor: User) -> Client:
    return client_of(editor)


@pytest.fixture
def demand(own: Organization) -> Demand:
    return make_demand(organization=own, title_en="Motor magnet", title_zh="电机磁体", slug="motor-magnet")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, organization: Organization, *rest: Any) -> str:
    return reverse(f"matchmaking:{name}", args=[organization.slug, *rest])


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def titles(response: Any) -> list[str]:
    return [str(getattr(row.record, "title", "") or row.record.name) for row in response.context["rows"]]


# ------------------------------------------------------------------ one demand's list
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_match_is_told_with_its_reasons_and_never_as_a_bare_number(
    client: Client, own: Organization, demand: Demand, language: str
) -> None:
    offer = make_innovation(title_en="Dry magnet", title_zh="无镝磁体", trl=7, trl_scale="iso16290")
    make_match(demand=demand, offer=offer)
    page = words(client.get(url("demand-matches", own, demand.slug).replace("/en/", f"/{language}/")))
    assert ("无镝磁体" if language == "zh-hans" else "Dry magnet") in page
    assert offer.organizations.get().name_zh in page or offer.organizations.get().name_en in page
    if language == "en":
        assert "Subject <b>60</b> of 60" in page
        assert "Maturity <b>?</b> of 10" in page
        assert "2 of your 3 key terms occur in their text: magnet, rare." in page
        assert "They state no TRL. You ask for 6 or more. It may lift this match to 90." in page
        assert "Who Decides" in page  # of one's own demand


def test_the_best_stand_first_and_weaker_ones_on_demand(client: Client, own: Organization, demand: Demand) -> None:
    for score in (59, 71, 95):
        make_match(demand=demand, score=score, offer=make_innovation(title_en=f"Of {score}", title_zh=""))
    make_match()
    page = client.get(url("demand-matches", own, demand.slug))
    assert titles(page) == ["Of 95", "Of 71"]
    assert "2 of 3 matches" in words(page)
    assert "Show the weaker one" in words(page)
    weaker = client.get(url("demand-matches", own, demand.slug) + "?least=0")
    assert titles(weaker) == ["Of 95", "Of 71", "Of 59"]
    assert [row.rank for row in weaker.context["rows"]] == [1, 2, 3]


def test_what_a_broker_proposed_stands_in_the_list_whatever_its_score(
    client: Client, own: Organization, demand: Demand
) -> None:
    make_match(demand=demand, score=45, offer=make_innovation(title_en="Proposed", title_zh=""), source="broker")
    make_match(demand=demand, score=45)
    assert titles(client.get(url("demand-matches", own, demand.slug))) == ["Proposed"]
    assert [(line.fitting, line.total) for line in demand_lines(own)] == [(1, 2)]


def test_filters_narrow_the_list_and_bad_values_are_told(client: Client, own: Organization, demand: Demand) -> None:
    field = make_sector(slug="magnets")
    early = make_match(demand=demand, offer=make_innovation(title_en="Early", sector=field), score=90)
    ripe = make_innovation(title_en="Ripe", title_zh="", trl=8, trl_scale="iso16290")
    make_match(demand=demand, offer=ripe, score=80, found_at=timezone.now())
    make_match(demand=demand, offer=make_product(title_en="Bought", title_zh=""), score=70)
    make_match(demand=demand, offer=make_instrument(name_en="Measured", name_zh=""), score=65)
    client.post(url("match-shortlist", own, early.pk))
    for query, expected in {
        "trl=on": ["Ripe"], "noun=product": ["Bought"], "noun=instrument": ["Measured"], "sector=magnets": ["Early"],
        "shortlist=on": ["Early"], "least=80": ["Early", "Ripe"], "met=on": [],
        "noun=innovation&least=80&trl=on": ["Ripe"],
    }.items():  # fmt: skip
        assert titles(client.get(url("demand-matches", own, demand.slug) + f"?{query}")) == expected, query
    newest = client.get(url("demand-matches", own, demand.slug) + "?sort=newest")
    assert titles(newest)[0] == "Ripe"
    bad = client.get(url("demand-matches", own, demand.slug) + "?noun=nonsense&sector=%00&least=x&page=99")
    assert bad.status_code == 200
    assert "field__error" in words(bad)


def test_a_demand_that_asks_for_people_reads_who_would_come_along(
    client: Client, own: Organization, demand: Demand
) -> None:
    asks = [{"name": "subject", "weight": 90, "points": 80, "value": 0.9, "facts": {}},
            {"name": "team", "weight": 10, "points": 0, "value": None, "facts": {"available": None}}]  # fmt: skip
    with_team = make_innovation(title_en="With its people", team_available=True)
    without = make_innovation(title_en="Without them", team_available=False)
    for innovation in (with_team, without):
        make_match(demand=demand, offer=innovation, parts=asks)
        make_teammember(innovation=innovation, name_en=f"Chen of {innovation.pk}", role="pi",
                         expertise_en="sintering", agreed_on=dt.date(2026, 1, 5))  # fmt: skip
        make_teammember(innovation=innovation, name_en="Hidden Li")
    page = words(client.get(url("demand-matches", own, demand.slug)))
    assert f"Who would come along:</strong> Chen of {with_team.pk}, principal investigator" in page
    assert "sintering" in page
    assert f"Chen of {without.pk}" not in page
    assert "Hidden Li" not in page
    assert titles(client.get(url("demand-matches", own, demand.slug), {"team": "on"})) == ["With its people"]
    Match.objects.update(parts=asks[:1])
    assert "Who would come along" not in words(client.get(url("demand-matches", own, demand.slug)))


def test_what_was_withdrawn_or_declined_stands_in_no_list(client: Client, own: Organization, demand: Demand) -> None:
    gone, refused, hated = (make_match(demand=demand) for _n in range(3))
    stays = make_match(demand=demand)
    gone.offer.state = "withdrawn"
    gone.offer.save()
    theirs = refused.offer.organizations.get()
    decline_match(refused.demand, refused.offer, side=Side.OFFERING, organization=theirs, by=None, reason="price")
    never_show(hated.offer.organizations.get(), own, by=None)
    page = client.get(url("demand-matches", own, demand.slug))
    assert [row.match for row in page.context["rows"]] == [stays]
    assert "1 ×" in words(page)  # why others said no
    assert theirs.name_en not in words(page)


def test_what_would_fill_an_empty_list_is_said(client: Client, own: Organization) -> None:
    thin = make_demand(organization=own, targets=[], problem_en="", problem_zh="", deadline=None)
    page = words(client.get(url("demand-matches", own, thin.slug)))
    assert "Nobody fits yet" in page
    assert "a target in figures" in page
    assert "the day it is needed by" in page
    assert "No innovation is published in this field." in page


def test_how_far_two_are_is_said_with_the_match(client: Client, own: Organization, demand: Demand) -> None:
    match, met = make_match(demand=demand, score=90), make_match(demand=demand, score=80)
    make_introduction(demand=demand, offer=match.offer, from_side="asking")
    earlier = make_introduction(demand=make_demand(organization=own), offer=met.offer)
    accept(earlier, organization=own, by=make_member(own, "owner"))
    page = client.get(url("demand-matches", own, demand.slug))
    assert "You wrote on" in words(page)
    assert words(page).count("You have met before.") == 1
    assert [row.may_write for row in page.context["rows"]] == [False, True]
    assert titles(client.get(url("demand-matches", own, demand.slug) + "?met=on")) == [str(met.offer.title)]


def test_a_run_at_work_is_told(client: Client, own: Organization, demand: Demand) -> None:
    MatchRun.objects.create(state="done", ended_at=timezone.now())
    MatchRun.objects.create(state="running", done=340, total=500)
    assert "a new computation is at 340 of 500" in words(client.get(url("demand-matches", own, demand.slug)))


# ------------------------------------------------------------------ the offering side
@pytest.mark.parametrize("confidentiality", ["anonymous", "nda_only"])
def test_the_side_that_offers_learns_no_name_and_nothing_that_waits_for_an_nda(confidentiality: str) -> None:
    holder, asking = make_organization(), make_organization(name_en="Secret Works", name_zh="密厂")
    hidden = make_demand(
        organization=asking, confidentiality=confidentiality, budget_max=9_876_543, modes=["exclusive"]
    )
    offer = make_innovation(organizations=[holder])
    shown = [{"name": "sector", "weight": 100, "points": 70, "value": 0.7,
              "facts": {"wanted": {"en": "Magnets", "zh": ""}, "offered": {"en": "Magnets", "zh": ""}}}]  # fmt: skip
    make_match(demand=hidden, offer=offer, offer_parts=shown)
    client = client_of(make_member(holder, "editor"))
    for query in ("", "?sort=deadline", "?met=on"):
        page = client.get(url("offer-matches", holder, "innovation", offer.slug) + query)
        assert "Secret Works" not in words(page)
        assert "密厂" not in words(page)
        if confidentiality == "nda_only":
            assert "9,876,543" not in words(page)
            assert "key terms" not in words(page)
    page = client.get(url("offer-matches", holder, "innovation", offer.slug))
    assert [row.score for row in page.context["rows"]] == [70]
    assert str(hidden.title) in words(page)


def test_both_sides_read_the_words_in_their_own_person(own: Organization, demand: Demand) -> None:
    match = make_match(demand=demand)
    holder = match.offer.organizations.get()
    client = client_of(make_member(holder, "member"))
    page = words(client.get(url("offer-matches", holder, "innovation", match.offer.slug)))
    assert "You state no TRL. They ask for 6 or more." in page
    assert "Not for us" not in page  # members read, editors decide


# ------------------------------------------------------------------ the overview
def test_the_overview_counts_by_record_and_what_was_looked_at_is_no_news(client: Client, own: Organization) -> None:
    caches["default"].clear()
    demand = make_demand(organization=own, title_en="Asked", title_zh="")
    make_demand(organization=own, state="draft", title_en="Begun", title_zh="")
    offer = make_innovation(organizations=[own], title_en="Offered", title_zh="")
    for score in (90, 65, 40):
        make_match(demand=demand, score=score)
    make_match(offer=offer, score=75)
    make_match(demand=demand, score=95, found_at=timezone.now() - dt.timedelta(days=30))
    assert undecided(own) == 2
    page = client.get(url("work-matches", own))
    (asked,), offered = page.context["asking"], page.context["offering"].object_list
    assert (asked.total, asked.fitting, asked.new, asked.best) == (4, 3, 2, 95)
    assert [(line.record, line.total, line.best) for line in offered] == [(offer, 1, 75)]
    assert "Begun" in words(page)
    assert undecided(own) == 0
    make_match(demand=demand, score=90, found_at=timezone.now())
    assert undecided(own) == 1


def test_an_organization_with_nothing_is_told_what_to_do(client: Client, own: Organization) -> None:
    assert "Nothing of yours is public yet" in words(client.get(url("work-matches", own)))


@pytest.mark.parametrize("side", ["asking", "offering", "overview", "compare"])
def test_lists_ask_the_database_equally_often_for_one_and_for_many(
    client: Client, own: Organization, side: str
) -> None:
    demand, offer = make_demand(organization=own), make_innovation(organizations=[own])
    address = {
        "asking": url("demand-matches", own, demand.slug) + "?least=0",
        "offering": url("offer-matches", own, "innovation", offer.slug) + "?least=0",
        "overview": url("work-matches", own),
        "compare": url("match-compare", own, demand.slug),
    }[side]

    def fill(count: int) -> None:
        for _n in range(count):
            made = [
                make_match(demand=demand, offer=make()) for make in (make_innovation, make_product, make_instrument)
            ]
            make_match(offer=offer)
            if side == "overview":
                make_match(demand=make_demand(organization=own))
                make_match(offer=make_innovation(organizations=[own]))
                make_demand(organization=own, state="draft")
            for match in made:
                make_introduction(demand=demand, offer=match.offer, from_side="asking")

    def queries() -> int:
        keys = "&".join(f"match={key}" for key in Match.objects.of_demand(demand).values_list("pk", flat=True)[:4])
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(f"{address}?{keys}" if side == "compare" else address).status_code == 200
        return len(found)

    fill(1)
    queries()  # what is asked once a process
    few = queries()
    fill(5)
    assert queries() == few


# ------------------------------------------------------------------ deciding
def test_a_match_goes_on_the_shortlist_and_off_and_twice_is_once(
    client: Client, own: Organization, demand: Demand
) -> None:
    match = make_match(demand=demand)
    for _n in range(2):
        answer = client.post(url("match-shortlist", own, match.pk), {"query": "least=0&sort=newest"})
    assert answer["Location"] == url("demand-matches", own, demand.slug) + "?least=0&sort=newest"
    assert MatchDecision.objects.get().by == own.memberships.get().user
    for _n in range(2):
        client.post(url("match-shortlist", own, match.pk), {"off": "1"})
    assert not MatchDecision.objects.exists()


def test_not_for_us_wants_a_reason_and_loses_no_word(client: Client, own: Organization, demand: Demand) -> None:
    match = make_match(demand=demand)
    for data in ({"reason": "", "note": "kept words"}, {"reason": "x", "note": "kept words"}):
        page = client.post(url("match-decline", own, match.pk), data)
        assert page.status_code == 200
        assert "kept words" in words(page)
    assert "Say why in words" in words(client.post(url("match-decline", own, match.pk), {"reason": "other"}))
    done = client.post(url("match-decline", own, match.pk), {"reason": "price", "note": "Twice ours"})
    assert done["Location"] == url("demand-matches", own, demand.slug)
    assert MatchDecision.objects.get().reason == "price"
    twice = client.post(url("match-decline", own, match.pk), {"reason": "price", "note": "Twice ours"})
    assert twice["Location"] == url("demand-matches", own, demand.slug)
    again = client.post(url("match-decline", own, match.pk), {"reason": "price", "note": "Three times ours"})
    assert again.status_code == 404
    assert "Three times ours" in words(again)
    assert "Twice ours" in words(client.get(url("match-declined", own)))
    row = MatchDecision.objects.get()
    for _n in range(2):
        done = client.post(url("match-put-back", own, row.pk))
        assert done["Location"] == url("match-declined", own)
    assert not MatchDecision.objects.exists()


def test_an_innovation_withdrawn_between_list_and_click_is_told_and_nothing_is_lost(
    client: Client, own: Organization, demand: Demand
) -> None:
    match = make_match(demand=demand)
    match.offer.state = "withdrawn"
    match.offer.save()
    for name in ("match-shortlist", "match-decline"):
        page = client.post(url(name, own, match.pk), {"reason": "price", "note": "My words"})
        assert page.status_code == 404
        assert "This match is not there any more" in words(page)
        assert "My words" in words(page)
        assert url("demand-matches", own, demand.slug) in words(page)
    assert not MatchDecision.objects.exists()


def test_matches_are_compared_side_by_side_up_to_four(client: Client, own: Organization, demand: Demand) -> None:
    rows = [make_match(demand=demand, score=score) for score in (90, 80, 70, 65, 62)]
    keys = [*(row.pk for row in rows), "x", make_match().pk]
    page = client.get(url("match-compare", own, demand.slug), {"match": keys})
    assert [column.score for column in page.context["columns"]] == [90, 80, 70, 65]
    assert "Only the first 4" in words(page)
    assert [cell["is_best"] for cell in page.context["lines"][0]["cells"]] == [True, False, False, False]
    assert "Nothing is ticked" in words(client.get(url("match-compare", own, demand.slug)))


def test_an_organization_is_put_on_the_list_of_never_and_taken_off(client: Client, own: Organization) -> None:
    rival = make_demand(organization=make_organization(name_en="Rival Works", name_zh="对手厂")).organization
    page = url("match-never", own)
    assert "Rival Works" in words(client.get(page + "?q=rival"))
    assert "No organization of this name" in words(client.get(page + "?q=nobody%00"))
    for other in ("", "none", own.slug):
        assert client.post(page, {"other": other}).status_code == 200
    for _n in range(2):
        assert client.post(page, {"other": rival.slug}).status_code == 302
    row = NeverShow.objects.get()
    for _n in range(2):
        assert client.post(url("match-never-remove", own, row.pk))["Location"] == page
    assert not NeverShow.objects.exists()


# ------------------------------------------------------------------ trying
def test_a_text_and_a_draft_are_tried_in_private_and_nothing_is_stored(own: Organization) -> None:
    make_innovation(title_en="Neodymium magnet", title_zh="", claim_en="Magnets for motors", claim_zh="")
    draft = make_demand(organization=own, state="draft", title_en="Neodymium magnet for motors", title_zh="")
    changes.rebuild()
    client = client_of(make_member(own, "member"))
    page = client.post(url("match-try", own), {"text": "Neodymium magnet"})
    assert titles_of(page) == ["Neodymium magnet"]
    redirected = client.get(url("demand-matches", own, draft.slug), follow=True)
    assert titles_of(redirected) == ["Neodymium magnet"]
    assert not Match.objects.exists()
    assert not Introduction.objects.exists()


def titles_of(response: Any) -> list[str]:
    return [str(row.record.title) for row in response.context["found"]]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  ", "Write or paste what you need first."),
        ("the of and with", "words that every text has"),
        ("We need this for our own use, and we want it now.", "words that every text has"),
        ("的了和，与及是有。", "words that every text has"),
        ("🧲🔋 👩‍🔬", "words that every text has"),
        ("12 34", "words that every text has"),
        ("magnet " * 8_000, "More than 50,000 characters"),
    ],
)
def test_a_text_that_says_nothing_or_too_much_is_told_so_and_kept(
    client: Client, own: Organization, text: str, told: str
) -> None:
    page = client.post(url("match-try", own), {"text": text})
    assert told in words(page)
    assert text.strip()[:60] in page.content.decode()


def test_of_a_very_long_text_the_beginning_is_read_and_that_is_said(client: Client, own: Organization) -> None:
    make_innovation(title_en="Neodymium magnet")
    assert "Matching is not ready" in words(client.post(url("match-try", own), {"text": "magnet"}))
    changes.rebuild()
    page = words(client.post(url("match-try", own), {"text": "Neodymium magnet. " * 2_700}))
    assert "Only the first 20000 characters were read" in page.replace(",", "")


@pytest.mark.parametrize("text", ["magnet " * 2_857, "磁体" * 10_000, "x" * 50_000, "<b>магнит</b>"])
def test_a_text_that_nothing_answers_reads_what_would_help(client: Client, own: Organization, text: str) -> None:
    make_innovation(title_en="Turbine blade", title_zh="叶片", claim_en="Turns", claim_zh="转动")
    changes.rebuild()
    page = client.post(url("match-try", own), {"text": text})
    assert titles_of(page) == []
    assert "Nothing at the fair answers this yet. Say what it must do, in which field, and in figures" in words(page)


# ------------------------------------------------------------------ who may
def test_strangers_find_nothing_and_members_only_read(own: Organization, demand: Demand) -> None:
    match = make_match(demand=demand)
    reads = [
        url("work-matches", own), url("demand-matches", own, demand.slug), url("match-compare", own, demand.slug),
        url("match-declined", own), url("match-never", own), url("match-try", own),
    ]  # fmt: skip
    writes = [url("match-shortlist", own, match.pk), url("match-decline", own, match.pk), url("match-never", own)]
    rival = make_member(make_organization(), "owner")
    for user in (make_user(), rival):
        stranger = client_of(user)
        assert {stranger.get(page).status_code for page in reads} == {404}
        assert {stranger.post(page).status_code for page in writes} == {404}
    member = client_of(make_member(own, "member"))
    assert {member.get(page).status_code for page in reads} == {200}
    assert {member.post(page).status_code for page in writes} == {403}
    theirs = rival.memberships.get().organization
    assert client_of(rival).get(url("demand-matches", theirs, demand.slug)).status_code == 404
    assert client_of(rival).post(url("match-shortlist", theirs, match.pk)).status_code == 404
    assert client_of(rival).get(url("offer-matches", theirs, "innovation", match.offer.slug)).status_code == 404
    assert not MatchDecision.objects.exists()


def test_wrong_methods_and_unknown_nouns(client: Client, own: Organization, demand: Demand) -> None:
    match = make_match(demand=demand)
    assert client.get(url("match-shortlist", own, match.pk)).status_code == 405
    assert client.get(url("match-decline", own, match.pk)).status_code == 405
    assert client.post(url("demand-matches", own, demand.slug)).status_code == 405
    assert client.get(url("offer-matches", own, "exhibitor", "x")).status_code == 404
    assert client.get(url("offer-matches", own, "product", "x")).status_code == 404


def test_interest_begins_an_introduction_with_the_score_and_its_parts(
    client: Client, own: Organization, demand: Demand
) -> None:
    match = make_match(demand=demand)
    address = reverse("matchmaking:introduction-new", args=[own.slug]) + f"?match={match.pk}"
    assert address in words(client.get(url("demand-matches", own, demand.slug)))
    client.post(address, {"text": "Let us meet."})
    sent = Introduction.objects.get()
    assert (sent.score, sent.source) == (80, "match")
