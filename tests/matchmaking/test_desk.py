"""The broker's desk: what waits between two, whom nobody answers and why, and what a broker does about it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from expo.errors import DomainError
from expo.models import Metric, Notice, User
from expo.notices import in_words
from expo.search import changes
from matchmaking import declines, desk
from matchmaking.demands import publish_demand
from matchmaking.models import Demand, Introduction, Match, MatchDecision
from tests.factories import (
    make_demand,
    make_innovation,
    make_member,
    make_organization,
    make_parameter,
    make_sector,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def broker(db: None) -> User:
    user = make_user(is_staff=True, name="Bo Ker")
    user.groups.add(Group.objects.get(name="matchmaking_broker"))
    return user


@pytest.fixture
def at_the_desk(client: Client, broker: User) -> Client:
    client.force_login(broker)
    return client


def an_introduction(demand: Demand, **values: Any) -> Introduction:
    given = {
        "asking": demand.organization, "offering": make_organization(), "from_side": "asking",
        "due_at": timezone.now() + DAY, "pair_key": f"{demand.pk}", **values,
    }  # fmt: skip
    return Introduction.objects.create(demand=demand, **given)


def old(demand: Demand) -> Demand:
    Demand.objects.filter(pk=demand.pk).update(created_at=timezone.now() - 30 * DAY)
    return demand


def scored(demand: Demand, score: int) -> Match:
    now = timezone.now()
    return Match.objects.create(
        demand=demand, innovation=make_innovation(), score=score, offer_score=score, found_at=now, matched_at=now
    )


# ------------------------------------------------------------------ the three lists
def test_the_most_urgent_introduction_lies_on_top_and_ended_ones_are_gone() -> None:
    late = an_introduction(make_demand(), due_at=timezone.now() - DAY, state="stale")
    soon = an_introduction(make_demand())
    an_introduction(make_demand(), state="accepted")
    assert list(desk.open_introductions()) == [late, soon]


def test_a_demand_that_nobody_talks_about_for_a_week_is_unanswered() -> None:
    silent, talked, fresh = old(make_demand()), old(make_demand()), make_demand()
    an_introduction(talked)
    assert list(desk.unanswered_demands()) == [silent]
    assert list(desk.unanswered_demands(now=timezone.now() + 30 * DAY)) == [silent, fresh]
    old(make_demand(state="solved"))
    assert list(desk.unanswered_demands()) == [silent]


def test_a_demand_is_unanswered_only_after_it_was_public_for_a_while(broker: User) -> None:
    demand = old(make_demand(state="verified"))
    publish_demand(demand, by=broker)
    assert not desk.unanswered_demands()
    assert list(desk.unanswered_demands(now=timezone.now() + 8 * DAY)) == [demand]


def test_demands_whose_best_match_is_weak_are_found_the_emptiest_first() -> None:
    fitting, weak, empty = make_demand(), make_demand(), make_demand()
    scored(fitting, 60)
    scored(weak, 59)
    found = list(desk.unfitting_demands())
    assert {row.pk: row.best for row in found} == {weak.pk: 59, empty.pk: None}  # type: ignore[attr-defined]


# ------------------------------------------------------------------ why nobody fits
def test_the_fair_says_what_is_missing() -> None:
    sector, strength = make_sector(), make_parameter(name_en="tensile strength")
    demand = make_demand(sector=sector, trl_wanted=7, targets=[])
    assert desk.why_nobody_fits(demand)[0] == "No innovation is published in this field."
    innovation = make_innovation(sector=sector)
    make_target(demand=demand, parameter=strength)
    told = desk.why_nobody_fits(demand)
    assert told[0] == "No innovation in this field states its TRL; TRL 7 is asked for."
    assert told[1] == "Nobody in this field states: tensile strength."
    innovation.trl, innovation.trl_scale = 5, "iso16290"
    innovation.save()
    Metric.objects.create(innovation=innovation, parameter=strength, operator="ge", value=1)
    told = desk.why_nobody_fits(demand)
    assert told[0] == "No innovation above TRL 5 in this field; TRL 7 is asked for."
    assert not any("Nobody in this field states" in words for words in told)


def test_reasons_given_are_counted_among_them() -> None:
    demand = make_demand(sector=make_sector())
    for _i in range(2):
        MatchDecision.objects.create(
            demand=demand, innovation=make_innovation(sector=demand.sector), side="asking", verdict="declined",
            reason="price", organization=demand.organization, at=timezone.now(),
        )  # fmt: skip
    assert "Declined: price (2)." in desk.why_nobody_fits(demand)
    assert desk.why_nobody_fits(make_demand(sector=None)) == [
        "The demand names no field, so nothing can be looked for in it."
    ]


# ------------------------------------------------------------------ calls
def test_a_call_that_confirms_the_need_verifies_the_demand(broker: User) -> None:
    demand = make_demand(state="submitted")
    words = {"spoken_with": "Ms. Tang", "summary_en": "They need it by spring."}
    desk.write_up_call(demand, by=broker, on=timezone.localdate(), **words)
    demand.refresh_from_db()
    assert (demand.state, demand.verified_by) == ("verified", broker)
    assert demand.calls.get().summary_en == "They need it by spring."


def test_a_call_that_does_not_confirm_it_moves_nothing(broker: User) -> None:
    demand = make_demand(state="submitted")
    words = {"spoken_with": "Ms. Tang", "summary_zh": "尚无预算。"}
    desk.write_up_call(demand, by=broker, on=timezone.localdate(), is_real=False, **words)
    demand.refresh_from_db()
    assert demand.state == "submitted"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"on": dt.date(2999, 1, 1)}, "future"),
        ({"spoken_with": " "}, "whom you spoke with"),
        ({"summary_en": " "}, "what was said"),
    ],
)
def test_a_call_that_says_nothing_is_refused(broker: User, values: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {"on": dt.date(2025, 9, 1), "spoken_with": "Ms. Tang", "summary_en": "Yes.", **values}
    with pytest.raises(DomainError, match=words):
        desk.write_up_call(make_demand(), by=broker, **given)


# ------------------------------------------------------------------ proposing by hand
def test_a_proposal_is_a_match_with_a_reason_whatever_its_score(broker: User) -> None:
    demand, innovation = make_demand(), make_innovation()
    changes.drain()  # the index has both
    match = desk.propose_match(demand, innovation, by=broker, reason="They met at the forum.")
    assert (match.source, match.proposed_by, match.proposed_reason) == ("broker", broker, "They met at the forum.")
    assert sum(part["points"] for part in match.parts) == match.score
    again = desk.propose_match(demand, innovation, by=broker, reason="And once more.")
    assert (again.pk, again.proposed_reason) == (match.pk, "And once more.")


def test_both_sides_hear_of_a_proposal_and_find_it_whatever_its_score(broker: User) -> None:
    demand, innovation = make_demand(), make_innovation()
    buyer = make_member(demand.organization, "editor")
    seller = make_member(innovation.holdings.get().organization, "editor")
    changes.drain()
    for _time in range(2):
        match = desk.propose_match(demand, innovation, by=broker, reason="They met at the forum.")
    assert match.score < desk.FITS
    for user in (buyer, seller):
        notice = Notice.objects.get(user=user)
        client = Client()
        client.force_login(user)
        page = client.get(f"/en{notice.url}").content.decode()
        assert "They met at the forum." in page


@pytest.mark.parametrize("state", ["draft", "verified", "withdrawn"])
def test_nothing_is_proposed_for_a_demand_that_is_not_open(broker: User, state: str) -> None:
    demand, innovation = make_demand(state=state, confidentiality="nda_only"), make_innovation()
    changes.drain()
    with pytest.raises(DomainError, match="not open"):
        desk.propose_match(demand, innovation, by=broker, reason="They met at the forum.")
    assert not Match.objects.exists()


def test_no_proposal_without_a_reason_or_between_two_of_one_house(broker: User) -> None:
    demand = make_demand()
    own = make_innovation(organizations=[demand.organization])
    changes.drain()
    with pytest.raises(DomainError, match="Say why"):
        desk.propose_match(demand, make_innovation(), by=broker, reason=" ")
    with pytest.raises(DomainError, match="the same organization"):
        desk.propose_match(demand, own, by=broker, reason="Because.")


# ------------------------------------------------------------------ the pages
def test_the_desk_shows_its_lists(at_the_desk: Client) -> None:
    demand = old(make_demand(title_en="A quieter valve", sector=make_sector()))
    waiting = an_introduction(make_demand(title_en="A lighter gear"))
    page = reverse("admin:desk")
    assert "A lighter gear" in at_the_desk.get(page).content.decode()
    assert "A quieter valve" in at_the_desk.get(page, {"show": "unanswered"}).content.decode()
    assert "No innovation is published in this field" in at_the_desk.get(page, {"show": "unfitting"}).content.decode()
    assert "A lighter gear" not in at_the_desk.get(page, {"mine": "1"}).content.decode()
    assert at_the_desk.get(page, {"show": "nonsense", "page": "x"}).status_code == 200
    body = at_the_desk.get(reverse("admin:desk-demand", args=[waiting.demand_id])).content.decode()
    assert "Hand over" in body
    assert at_the_desk.get(reverse("admin:desk-demand", args=[demand.pk + 999])).status_code == 404


def test_why_people_say_no_is_counted_over_the_whole_fair(at_the_desk: Client) -> None:
    page, asks = reverse("admin:desk"), {"show": "declined"}
    assert "Nobody has said no yet" in at_the_desk.get(page, asks).content.decode()
    gear, valve = make_demand(title_en="A lighter gear"), make_demand(title_en="A quieter valve")
    said = ((gear, "asking", "price", 1), (gear, "asking", "price", 100), (valve, "offering", "no_budget", 1))

    def say(*, of_sample: bool) -> None:
        for demand, side, reason, days in said:
            MatchDecision.objects.create(
                demand=demand, innovation=make_innovation(), side=side, organization=demand.organization,
                verdict="declined", reason=reason, at=timezone.now() - days * DAY, of_sample=of_sample,
            )  # fmt: skip

    say(of_sample=True)
    body = at_the_desk.get(page, asks).content.decode()
    assert "Nothing real was declined yet; these are samples." in body
    assert declines.count() == 0
    say(of_sample=False)
    alone = an_introduction(valve, state="declined", decline_reason="price", answered_at=timezone.now())
    assert alone.offer is None
    found = declines.overview()
    assert not found.of_samples
    assert [(row.reason, row.asking, row.offering, row.lately) for row in found.rows] == [
        ("price", 2, 1, 2), ("no_budget", 0, 1, 1),
    ]  # fmt: skip
    assert found.rows[0].demands == ((gear, 2), (valve, 1))
    assert declines.count() == 4
    body = at_the_desk.get(page, asks).content.decode()
    assert reverse("admin:desk-demand", args=[gear.pk]) in body
    assert "samples" not in body


def test_a_broker_takes_an_introduction_over_and_gives_it_on(at_the_desk: Client, broker: User) -> None:
    waiting = an_introduction(make_demand())
    url = reverse("admin:desk-broker", args=[waiting.code])
    at_the_desk.post(url, {f"i{waiting.pk}-broker": broker.pk})
    waiting.refresh_from_db()
    assert waiting.broker == broker
    publicity = make_user(is_staff=True)
    publicity.groups.add(Group.objects.get(name="publicity"))
    for stranger in (make_user(), publicity):
        at_the_desk.post(url, {f"i{waiting.pk}-broker": stranger.pk})
        waiting.refresh_from_db()
        assert waiting.broker == broker
    colleague = make_user(is_staff=True)
    colleague.groups.add(Group.objects.get(name="matchmaking_broker"))
    for _time in range(2):
        at_the_desk.post(url, {f"i{waiting.pk}-broker": colleague.pk})
    told = Notice.objects.get()
    assert (told.user, told.url) == (colleague, "/admin/desk/?mine=1")
    assert waiting.demand.title_en in in_words(told).words  # type: ignore[union-attr]
    at_the_desk.post(url, {f"i{waiting.pk}-broker": ""})
    waiting.refresh_from_db()
    assert waiting.broker is None
    assert at_the_desk.get(url).status_code == 405


def test_what_is_wrong_comes_back_with_what_was_typed(at_the_desk: Client) -> None:
    demand = make_demand()
    answer = at_the_desk.post(reverse("admin:desk-propose", args=[demand.pk]), {"reason": "They fit well."})
    assert "Choose one innovation" in answer.content.decode()
    assert "They fit well." in answer.content.decode()
    call = {"on": "2999-01-01", "spoken_with": "Ms. Tang", "summary_en": "Words that stay."}
    answer = at_the_desk.post(reverse("admin:desk-call", args=[demand.pk]), call)
    assert "cannot lie in the future" in answer.content.decode()
    assert "Words that stay." in answer.content.decode()


def test_nobody_else_sits_at_the_desk(client: Client) -> None:
    publicist = make_user(is_staff=True)
    publicist.groups.add(Group.objects.get(name="publicity"))
    client.force_login(publicist)
    demand = make_demand()
    assert client.get(reverse("admin:desk")).status_code == 403
    assert client.post(reverse("admin:desk-call", args=[demand.pk])).status_code == 403
    client.logout()
    assert client.get(reverse("admin:desk")).status_code == 302
