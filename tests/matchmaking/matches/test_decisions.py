"""What people decide about matches: a declined pair comes back to neither side, and the reasons are counted."""

from __future__ import annotations

from typing import Any

import pytest

from expo.errors import DomainError
from expo.models import User
from matchmaking.decisions import (
    decline_match,
    never_show,
    never_shown,
    reasons_against,
    shortlist,
    show_again,
    take_back_decline,
    take_off_shortlist,
)
from matchmaking.match_rows import shown_to
from matchmaking.models import Match, MatchChange, MatchDecision, NeverShow, Side
from tests.factories import make_demand, make_innovation, make_introduction, make_match, make_organization, make_product

pytestmark = pytest.mark.django_db
ASKING, OFFERING = Side.ASKING, Side.OFFERING


def of(match: Match, side: str) -> dict[str, Any]:
    """The pair, and who stands on the side."""
    offering = match.offer.organizations.first() if match.noun == "innovation" else match.offer.organization
    organization = match.demand.organization if side == ASKING else offering
    return {"demand": match.demand, "offer": match.offer, "side": side, "organization": organization}


def seen(side: str) -> list[int]:
    return [match.pk for match in shown_to(side, Match.objects.all())]


@pytest.mark.parametrize("side", [ASKING, OFFERING])
def test_a_declined_pair_comes_back_to_neither_side_until_it_is_taken_back(side: str, organizer: User) -> None:
    match, other = make_match(), make_match()
    row = decline_match(**of(match, side), by=organizer, reason="price", note="  Too dear.  ")
    assert (row.verdict, row.reason, row.note, row.by) == ("declined", "price", "Too dear.", organizer)
    assert seen(ASKING) == seen(OFFERING) == [other.pk]
    assert take_back_decline(**of(match, side)) == 1
    assert match.pk in seen(ASKING)
    assert match.pk in seen(OFFERING)
    assert MatchChange.objects.get().object_id == match.demand_id  # it is matched anew
    assert take_back_decline(**of(match, side)) == 0


def test_each_side_keeps_the_score_that_it_saw() -> None:
    match = make_match(offer_score=41, offer_parts=[{"name": "sector"}], offer=make_product())
    asked = shortlist(**of(match, ASKING), by=None)
    offered = decline_match(**of(match, OFFERING), by=None, reason="not_strategic")
    assert (asked.score, asked.parts) == (80, match.parts)
    assert (offered.score, offered.parts) == (41, [{"name": "sector"}])


def test_the_last_word_counts() -> None:
    match = make_match()
    shortlist(**of(match, ASKING), by=None)
    decline_match(**of(match, ASKING), by=None, reason="duplicate")
    assert MatchDecision.objects.get().verdict == "declined"
    assert take_off_shortlist(**of(match, ASKING)) == 0
    shortlist(**of(match, ASKING), by=None)
    row = MatchDecision.objects.get()
    assert (row.verdict, row.reason, row.note) == ("shortlisted", "", "")
    assert take_off_shortlist(**of(match, ASKING)) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "nonsense"}, "reason"),
        ({"reason": "no_reply"}, "reason"),
        ({"reason": "other", "note": "  "}, "note"),
        ({"reason": "price", "note": "x" * 501}, "note"),
    ],
)
def test_a_refusal_without_a_reason_is_refused(values: dict[str, str], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        decline_match(**of(make_match(), ASKING), by=None, **values)
    assert refused.value.field == field
    assert not MatchDecision.objects.exists()


def test_nobody_decides_for_others() -> None:
    match, stranger = make_match(), make_organization()
    for side in (ASKING, OFFERING):
        given = {**of(match, side), "organization": stranger}
        for act in (lambda given=given: shortlist(**given, by=None),
                    lambda given=given: decline_match(**given, by=None, reason="price"),
                    lambda given=given: take_off_shortlist(**given),
                    lambda given=given: take_back_decline(**given)):  # fmt: skip
            with pytest.raises(DomainError):
                act()


def test_only_who_declined_of_several_holders_takes_it_back() -> None:
    one, other = make_organization(), make_organization()
    match = make_match(offer=make_innovation(organizations=[one, other]))
    match.offer.holdings.update(role="co_holder")
    pair = {"demand": match.demand, "offer": match.offer, "side": OFFERING}
    decline_match(**pair, organization=one, by=None, reason="price")
    assert take_back_decline(**pair, organization=other) == 0
    assert take_back_decline(**pair, organization=one) == 1


def test_who_is_in_touch_declines_there() -> None:
    match = make_match()
    make_introduction(demand=match.demand, offer=match.offer)
    with pytest.raises(DomainError, match="introduction"):
        decline_match(**of(match, ASKING), by=None, reason="price")
    shortlist(**of(match, ASKING), by=None)


def test_the_reasons_are_counted_for_the_other_side() -> None:
    demand, offer = make_demand(), make_innovation()
    for reason in ("too_early_trl", "too_early_trl", "price"):
        decline_match(**of(make_match(demand=demand), OFFERING), by=None, reason=reason)
    decline_match(**of(make_match(demand=demand), ASKING), by=None, reason="no_budget")  # its own word
    decline_match(**of(make_match(offer=offer), ASKING), by=None, reason="wrong_spec")
    assert reasons_against(demand=demand) == [("too early (TRL)", 2), ("price", 1)]
    assert reasons_against(innovation=offer) == [("does not meet the requirement", 1)]


def test_decisions_on_samples_are_marked() -> None:
    sample = make_match(demand=make_demand(origin="sample"))
    assert shortlist(**of(sample, ASKING), by=None).of_sample
    match = make_match()
    assert not shortlist(**of(match, ASKING), by=None).of_sample
    match.demand.organization.origin = "sample"  # who decides may be invented too
    assert shortlist(**of(match, ASKING), by=None).of_sample


def test_never_means_both_ways_and_can_be_taken_back() -> None:
    match, other = make_match(), make_match()
    asking, offering = match.demand.organization, of(match, OFFERING)["organization"]
    row = never_show(offering, asking, by=None)
    assert never_show(offering, asking, by=None) == row
    assert never_shown(offering) == [row]
    assert seen(ASKING) == seen(OFFERING) == [other.pk]
    with pytest.raises(DomainError):
        show_again(row, organization=asking)
    show_again(row, organization=offering)
    assert not NeverShow.objects.exists()
    assert len(seen(ASKING)) == 2
    assert MatchChange.objects.get().object_id == match.demand_id
    with pytest.raises(DomainError):
        never_show(asking, asking, by=None)


@pytest.mark.parametrize("confidentiality", ["anonymous", "nda_only"])
def test_a_list_of_one_s_own_does_not_find_out_who_an_unnamed_demand_is_of(confidentiality: str) -> None:
    match = make_match(demand=make_demand(confidentiality=confidentiality))
    asking, offering = match.demand.organization, of(match, OFFERING)["organization"]
    row = never_show(offering, asking, by=None)
    assert seen(OFFERING) == [match.pk]
    assert seen(ASKING) == []
    show_again(row, organization=offering)
    never_show(asking, offering, by=None)
    assert seen(OFFERING) == seen(ASKING) == []
