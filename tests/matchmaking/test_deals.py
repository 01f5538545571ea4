"""Deals: step by step with evidence, published leg by leg."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from expo.errors import DomainError
from expo.models import Innovation, Transition, User
from expo.transitions import check_move
from matchmaking import deals
from matchmaking.models import (
    DEAL_MOVES,
    Deal,
    DealParty,
    DealState,
    EquityLine,
    Stage,
    TeamLine,
    TechnologyLine,
    TermSheet,
)
from matchmaking.models.codes import is_code
from matchmaking.term_sheets import settle
from tests.factories import make_deal, make_innovation, make_organization, make_party, make_term_sheet

pytestmark = pytest.mark.django_db


def in_state(state: str, **values: Any) -> Deal:
    """A deal with sound terms, wherever it stands; its prices were found by auction, so that it needs no notice."""
    deal = make_term_sheet(deal=make_deal(**values)).deal
    TechnologyLine.objects.filter(term_sheet__deal=deal).update(price_basis="auction")
    settle(deal.current_sheet, by=None)
    Deal.objects.filter(pk=deal.pk).update(state=state)
    return Deal.objects.get(pk=deal.pk)


STEPS: dict[str, tuple[Any, dict[str, str]]] = {
    "term_sheet": (deals.open_terms, {}),
    "due_diligence": (deals.begin_due_diligence, {"reason": "Signed by both."}),
    "valuation": (deals.begin_valuation, {"reason": "Rights checked."}),
    "internal_approval": (deals.ask_approval, {"reason": "Appraisal no. 7."}),
    "public_notice": (deals.post_notice, {"reason": "Posted at the gate."}),
    "objection": (deals.note_objection, {"reason": "A letter came."}),
    "signing": (deals.begin_signing, {"reason": "Fifteen days passed."}),
    "signed": (deals.note_signatures, {"reason": "All signed."}),
    "closing": (deals.begin_closing, {"reason": "Papers are with the office."}),
    "effective": (deals.make_effective, {"reason": "Registered, paid."}),
    "completed": (deals.complete_deal, {"reason": "All done."}),
    "terminated": (deals.terminate_deal, {"reason": "Money did not come."}),
    "canceled": (deals.cancel_deal, {"reason": "No agreement."}),
    "archived": (deals.archive_deal, {}),
}


def test_a_deal_goes_the_whole_way_and_each_step_leaves_its_evidence(organizer: User) -> None:
    deal = make_term_sheet().deal
    way = [state for state in DealState.values if state not in ("draft", "objection", "terminated", "canceled")]
    for state in way:
        act, words = STEPS[state]
        assert act(deal, by=organizer, **words).state == state
    moves = list(Transition.objects.of(deal).order_by("pk"))
    assert [row.to_state for row in moves] == way
    assert [row.evidence for row in moves] == [STEPS[state][1].get("reason", "") for state in way]


def test_an_objection_sends_a_deal_back_to_the_notice_or_the_valuation(organizer: User) -> None:
    for act, state in ((deals.post_notice, "public_notice"), (deals.begin_valuation, "valuation")):
        assert act(in_state("objection"), by=organizer, reason="Settled.").state == state


@pytest.mark.parametrize("state", DealState.values)
@pytest.mark.parametrize("to", DealState.values)
def test_only_the_moves_of_the_table_are_made(state: str, to: str) -> None:
    deal = Deal(title_en="Deal", state=state)
    if to in DEAL_MOVES[state]:
        check_move(deal, to)
    else:
        with pytest.raises(DomainError):
            check_move(deal, to)


@pytest.mark.parametrize("to", STEPS)
def test_every_step_is_made_only_from_where_the_table_says(to: str, organizer: User) -> None:
    act, words = STEPS[to]
    for state in DealState.values:
        deal = in_state(state)
        if to in DEAL_MOVES[state]:
            assert act(deal, by=organizer, **words).state == to
        else:
            with pytest.raises(DomainError):
                act(deal, by=organizer, **words)
            assert Deal.objects.get(pk=deal.pk).state == state


@pytest.mark.parametrize("to", [to for to, (_act, words) in STEPS.items() if words])
def test_a_step_without_evidence_is_not_made(to: str, organizer: User) -> None:
    before = next(state for state, ways in DEAL_MOVES.items() if to in ways)
    deal = in_state(before)
    with pytest.raises(DomainError) as refusal:
        STEPS[to][0](deal, by=organizer, reason=" ")
    assert refusal.value.field == "reason"
    assert Deal.objects.get().state == before


def test_terms_are_talked_about_by_two_and_about_something(organizer: User) -> None:
    with pytest.raises(DomainError, match="two parties; an innovation"):
        deals.open_terms(make_deal(parties=[{"role": "investor"}]), by=organizer)
    assert deals.open_terms(make_deal(innovations=[make_innovation()]), by=organizer).state == "term_sheet"
    assert deals.open_terms(make_term_sheet().deal, by=organizer).state == "term_sheet"


@pytest.mark.parametrize("to", ["due_diligence", "internal_approval", "signed"])
def test_where_terms_count_they_must_be_there_sound_and_settled(to: str, organizer: User) -> None:
    act, words = STEPS[to]
    before = next(state for state, ways in DEAL_MOVES.items() if to in ways)
    bare = make_deal()
    Deal.objects.filter(pk=bare.pk).update(state=before)
    with pytest.raises(DomainError, match="no term sheet yet"):
        act(bare, by=organizer, **words)
    unsound = in_state(before)
    unsound.term_sheets.get().equity_lines.filter(short="INV").update(units=1)
    with pytest.raises(DomainError, match="add up to 4,000,001"):
        act(unsound, by=organizer, **words)
    changed = in_state(before)
    changed.term_sheets.get().equity_lines.filter(short="INV").update(note_en="in three parts")
    with pytest.raises(DomainError, match="changed after they were saved"):
        act(changed, by=organizer, **words)


def test_what_is_handed_over_is_no_longer_on_offer_once_the_deal_is_effective(organizer: User) -> None:
    deal = make_term_sheet().deal
    sold, used, paused, other = (
        make_innovation(),
        make_innovation(),
        make_innovation(state="paused"),
        make_innovation(),
    )
    lines = list(deal.term_sheets.get().technology_lines.all())
    for line, innovation, right in zip(
        lines, (sold, used, paused), ("ownership", "use_right", "ownership"), strict=False
    ):
        line.innovation, line.right = innovation, right
        line.save()
    Deal.objects.update(state="closing")
    deal.refresh_from_db()
    deals.make_effective(deal, by=organizer, reason="Registered.")
    states = [Innovation.objects.get(pk=row.pk).state for row in (sold, used, paused, other)]
    assert states == ["transformed", "published", "paused", "published"]
    assert str(deal) in Transition.objects.of(sold).get().reason


# ------------------------------------------------------------------ what the public sees
def test_a_deal_is_shown_and_taken_off_again(organizer: User) -> None:
    deal = deals.publish_deal(make_deal(), by=organizer)
    assert list(Deal.objects.public()) == [deal]
    assert deal.history.latest().history_user == organizer
    deals.unpublish_deal(deal, by=organizer)
    assert not Deal.objects.public().exists()


def test_a_deal_without_a_sentence_or_with_all_legs_hidden_is_not_shown(organizer: User) -> None:
    with pytest.raises(DomainError, match="one sentence"):
        deals.publish_deal(make_deal(claim_en="", claim_zh=""), by=organizer)
    hidden = {f"{leg}_leg": "hidden" for leg in ("technology", "team", "equity")}
    with pytest.raises(DomainError, match="All three legs"):
        deals.publish_deal(make_deal(**hidden), by=organizer)
    assert deals.publish_deal(make_deal(**{**hidden, "team_leg": "teaser"}), by=organizer).is_published


def test_an_archived_deal_is_not_public() -> None:
    make_deal(is_published=True, state="archived")
    assert not Deal.objects.public().exists()


def test_share_and_capital_can_be_filtered_by_only_where_the_equity_is_open() -> None:
    for leg in ("hidden", "teaser", "full"):
        make_term_sheet(deal=make_deal(is_published=True, equity_leg=leg))
    rows = {row.equity_leg: (row.shown_team_share, row.shown_amount) for row in Deal.objects.public()}
    assert rows["hidden"] == rows["teaser"] == (None, None)
    assert rows["full"] == (21, 10_000_000)


# ------------------------------------------------------------------ parties and words
def test_only_parties_that_may_be_named_are_shown() -> None:
    deal = make_deal(parties=[])
    named = make_party(deal=deal, is_named=True)
    make_party(deal=deal)
    own = make_party(deal=deal, is_named=True, organization=None, name_en="A holding", role="platform_fund")
    assert deal.shown_parties == [named, own]
    assert [party.name for party in deal.shown_parties] == [named.organization.name, "A holding"]
    assert str(own) == "A holding (holding partnership)"


def test_a_party_has_a_name_of_some_kind() -> None:
    party = DealParty(deal=make_deal(), role="team")
    with pytest.raises(ValidationError) as refusal:
        party.full_clean()
    assert "organization" in refusal.value.message_dict
    with pytest.raises(IntegrityError):
        make_party(organization=None)


@pytest.mark.parametrize("values", [{"title_en": "", "title_zh": ""}, {"team_share": 101}, {"team_share": -1}])
def test_the_database_itself_refuses_a_deal_that_makes_no_sense(values: dict[str, Any]) -> None:
    make_deal()
    with pytest.raises(IntegrityError):
        Deal.objects.update(**values)


def test_stages_color_and_code_of_a_deal() -> None:
    expected = {"draft": "open", "objection": "open", "signed": "agreed", "completed": "done", "canceled": "ended"}
    for state, stage in expected.items():
        deal = make_deal(state=state)
        assert deal.stage == stage
        assert deal.get_stage_display() == Stage(stage).label
    assert make_deal(state="archived").stage == "ended"
    deal, loose = make_deal(), make_deal(sector=None)
    assert is_code(deal.slug)
    assert (deal.hue, deal.cover_family) == (deal.sector.hue, deal.sector.cover_family)
    assert (loose.hue, loose.cover_family, loose.current_sheet) == ("m", "grid", None)


def test_a_deal_knows_its_sheet_in_force() -> None:
    deal = make_term_sheet(number=1, is_current=False, lines=False).deal
    sheet = make_term_sheet(deal=deal, number=2, lines=False)
    assert deal.current_sheet == sheet
    assert TermSheet.objects.count() == 2


def test_a_negotiated_price_is_not_signed_without_a_notice(organizer: User) -> None:
    deal = in_state("internal_approval")
    TechnologyLine.objects.filter(term_sheet__deal=deal).update(price_basis="negotiated")
    with pytest.raises(DomainError, match="notice"):
        deals.begin_signing(deal, by=organizer, reason="In haste.")
    assert Deal.objects.get().state == "internal_approval"


def test_a_deal_whose_story_names_a_party_that_may_not_be_named_is_not_published(organizer: User) -> None:
    quiet = make_organization(name_en="Quiet Valley Motors Co., Ltd.")
    deal = make_deal(parties=[{"organization": quiet}], story_en="With quiet valley motors, a company.")
    with pytest.raises(DomainError) as refusal:
        deals.publish_deal(deal, by=organizer)
    assert refusal.value.field == "story_en"
    assert not Deal.objects.get().is_published


def test_the_database_itself_keeps_signed_terms() -> None:
    deal = in_state("signed")
    for change in (
        lambda: EquityLine.objects.filter(term_sheet__deal=deal).update(units=1),
        lambda: EquityLine.objects.filter(term_sheet__deal=deal).delete(),
        lambda: TermSheet.objects.filter(deal=deal).update(vesting_months=1),
        lambda: TeamLine.objects.bulk_create([TeamLine(term_sheet=deal.current_sheet, name_en="Late", contribution=1,
                                                       commitment="full_time", fte=1)]),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert EquityLine.objects.filter(term_sheet__deal=deal, units=6_000_000).exists()
