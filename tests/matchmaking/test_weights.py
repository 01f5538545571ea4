"""The weights of matching in organizers' hands: proposed, looked at, adopted; and learned from real decisions only."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from expo.errors import DomainError
from expo.models import User
from matchmaking import introductions, weights
from matchmaking.decisions import decline_match
from matchmaking.matching.parts import BUDGET, DEFAULTS, MATURITY, NAMES, SUBJECT, Part, Valued, total, weighed
from matchmaking.models import Demand, Match, MatchDecision, MatchWeights
from tests.factories import at, make_demand, make_innovation, make_introduction, make_user

pytestmark = pytest.mark.django_db
ALL_ON_SUBJECT = dict.fromkeys(NAMES, 0) | {SUBJECT: 100}
OTHERS = dict(DEFAULTS) | {SUBJECT: 30, MATURITY: 20}


def parts_of(**values: float) -> list[Part]:
    return weighed([Valued(name, value) for name, value in values.items()])


def a_match(demand: Demand, **values: float) -> Match:
    parts = parts_of(**values)
    stored, now = [part.to_dict() for part in parts], timezone.now()
    return Match.objects.create(
        demand=demand, innovation=make_innovation(), score=total(parts), parts=stored, offer_score=total(parts),
        offer_parts=stored, found_at=now, matched_at=now,
    )  # fmt: skip


def decide(count: int, *, of_sample: bool = False, **values: Any) -> None:
    """Half of them wanted: those whose budget fits."""
    demand = make_demand()
    for i in range(count):
        is_wanted = i % 2 == 0
        row = {"subject": (i % 10) / 10, "budget": 0.9 if is_wanted else 0.2, **values}
        MatchDecision.objects.create(
            demand=demand, innovation=make_innovation(), side="asking", organization=demand.organization,
            verdict="shortlisted" if is_wanted else "declined", reason="" if is_wanted else "price",
            at=timezone.now(), parts=[part.to_dict() for part in parts_of(**row)], of_sample=of_sample,
        )  # fmt: skip


# ------------------------------------------------------------------ proposing and adopting
@pytest.mark.parametrize(
    ("values", "words"),
    [
        (dict(DEFAULTS) | {SUBJECT: 41}, "add up to 101"),
        (dict(DEFAULTS) | {SUBJECT: -1}, "whole numbers"),
        (dict(DEFAULTS) | {SUBJECT: "40"}, "whole numbers"),
        ({"beauty": 100}, "no part called"),
    ],
)
def test_weights_that_are_no_hundred_points_are_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(DomainError, match=words):
        weights.propose_weights(values, by=None)


def test_the_defaults_count_until_others_are_adopted() -> None:
    assert weights.values_in_force() == DEFAULTS
    proposed = weights.propose_weights(OTHERS, by=None)
    assert weights.values_in_force() == DEFAULTS
    weights.adopt_weights(proposed, by=make_user())
    assert weights.values_in_force() == OTHERS


def test_adopting_what_is_in_force_changes_nothing() -> None:
    proposed = weights.propose_weights(OTHERS, by=None)
    first = weights.adopt_weights(proposed, by=make_user())
    assert weights.adopt_weights(proposed, by=make_user()).adopted_at == first.adopted_at


# ------------------------------------------------------------------ what would change
def test_a_preview_tells_whose_first_match_would_be_another() -> None:
    demand = make_demand()
    mature, fitting = a_match(demand, subject=0.2, maturity=1.0), a_match(demand, subject=0.9, maturity=0.0)
    steady = make_demand()
    a_match(steady, subject=0.9, maturity=0.9)
    assert fitting.score > mature.score
    seen = weights.preview(dict(DEFAULTS) | {SUBJECT: 10, MATURITY: 40})
    assert (seen.demands, seen.first) == (2, 1)
    (changed,) = seen.examples
    assert (changed.before, changed.after) == (fitting, mature)
    assert changed.score_after > changed.score_before


def test_a_preview_of_nothing_says_so() -> None:
    assert weights.preview(OTHERS).demands == 0


# ------------------------------------------------------------------ learning
def test_too_few_decisions_are_refused_with_how_many_are_missing() -> None:
    decide(12)
    with pytest.raises(DomainError, match="188 more are needed"):
        weights.learn_weights()


def test_a_decline_that_says_nothing_of_the_fit_teaches_nothing_and_is_told() -> None:
    decide(40)
    demand, parts = make_demand(), [part.to_dict() for part in parts_of(subject=1)]
    for reason in ("duplicate", "no_budget", "competitor_conflict", "other"):
        MatchDecision.objects.create(
            demand=demand, innovation=make_innovation(), side="offering", organization=demand.organization,
            verdict="declined", reason=reason, at=timezone.now(), parts=parts,
        )  # fmt: skip
    assert len(weights.last_words()) == 44
    assert len(weights.decisions()) == 41
    with pytest.raises(DomainError, match=r"159 more are needed.* 3 more say nothing of how well two fit"):
        weights.learn_weights()


def test_the_reasons_stand_beside_the_weights_that_were_learned(organizer_client: Client) -> None:
    decide(240)
    MatchDecision.objects.filter(pk__in=MatchDecision.objects.filter(verdict="declined")[:5]).update(reason="duplicate")
    row = weights.learn_weights()
    assert row.evaluation["declined"] == {"price": 115, "duplicate": 5}
    body = organizer_client.get(reverse("admin:matchmaking_matchweights_look", args=[row.pk])).content.decode()
    assert "5 declines were left out" in body
    assert '<td class="n" data-label="Declined for it">115</td>' in body


def test_samples_never_count() -> None:
    decide(210, of_sample=True)
    with pytest.raises(CommandError, match="200 more"):
        call_command("learn_weights", stdout=io.StringIO())


def test_who_wanted_to_meet_has_said_so_also_after_it_is_over_and_the_last_word_counts() -> None:
    match = a_match(make_demand(), subject=0.5, budget=0.5)
    told = make_introduction(demand=match.demand, offer=match.offer, parts=match.parts, now=at(1, "10:00"))
    assert [row.is_wanted for row in weights.decisions()] == [True]
    introductions.accept(told, organization=told.asking, by=None, now=at(2, "10:00"))
    introductions.close(told, organization=told.asking, by=None, reason="done", now=at(3, "10:00"))
    assert [row.is_wanted for row in weights.decisions()] == [True, True]
    decline_match(
        match.demand, match.offer, side="asking", organization=told.asking, by=None, reason="price", now=at(4, "10:00")
    )
    assert [row.is_wanted for row in weights.decisions()] == [True, False]


def test_what_was_learned_waits_to_be_adopted() -> None:
    decide(240)
    out = io.StringIO()
    call_command("learn_weights", stdout=out)
    found = MatchWeights.objects.get()
    assert (found.origin, found.adopted_at, sum(found.values.values())) == ("learned", None, 100)
    assert found.values[BUDGET] > DEFAULTS[BUDGET]
    assert weights.values_in_force() == DEFAULTS
    judged = found.evaluation["judged_after"]
    assert judged["count"] == 60
    assert judged["right"] > found.evaluation["judged_before"]["right"]
    assert "an organizer adopts them" in out.getvalue()


# ------------------------------------------------------------------ in the admin
def test_an_organizer_writes_looks_and_adopts(organizer_client: Client) -> None:
    a_match(make_demand(), subject=0.5, maturity=0.5)
    posted = {**OTHERS, "note": "Maturity counts more this year."}
    answer = organizer_client.post(reverse("admin:matchmaking_matchweights_add"), posted)
    row = MatchWeights.objects.get()
    page = reverse("admin:matchmaking_matchweights_look", args=[row.pk])
    assert (answer.status_code, answer["Location"]) == (302, page)
    body = organizer_client.get(page).content.decode()
    assert "Maturity counts more this year." in body
    assert "What would change" in body
    assert organizer_client.post(page).status_code == 302
    assert weights.values_in_force() == OTHERS
    assert "In force" in organizer_client.get(page).content.decode()


def test_weights_that_do_not_add_up_come_back_with_words(organizer_client: Client) -> None:
    answer = organizer_client.post(reverse("admin:matchmaking_matchweights_add"), {**OTHERS, SUBJECT: 1})
    assert answer.status_code == 200
    assert "The weights add up to 71" in answer.content.decode()
    assert not MatchWeights.objects.exists()


def test_a_broker_reads_the_weights_and_adopts_none(client: Client) -> None:
    from django.contrib.auth.models import Group

    broker: User = make_user(is_staff=True)
    broker.groups.add(Group.objects.get(name="matchmaking_broker"))
    row = weights.propose_weights(OTHERS, by=None)
    client.force_login(broker)
    page = reverse("admin:matchmaking_matchweights_look", args=[row.pk])
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 403
    assert weights.values_in_force() == DEFAULTS
    assert client.get(reverse("admin:matchmaking_matchrun_changelist")).status_code == 200


def test_nobody_adopts_weights_that_are_not_there(organizer_client: Client) -> None:
    assert organizer_client.post(reverse("admin:matchmaking_matchweights_look", args=[4])).status_code == 404
    assert organizer_client.get(reverse("admin:matchmaking_matchweights_look", args=[4])).status_code == 404
    missing = organizer_client.get(reverse("admin:matchmaking_matchweights_change", args=["x"]))
    assert missing.status_code == 302
