"""A demand finds what answers it, an offer finds who needs it, and what is stored follows what changes."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from expo.errors import DomainError
from expo.generating import generate
from expo.models import Innovation, Notice, OfferedMode, Organization, Parameter
from expo.search import changes
from matchmaking import match_runs, matches
from matchmaking.generating import generate_demands
from matchmaking.match_runs import RunsAlready, ask_for_full_run, begin, match_changes, run_full
from matchmaking.matcher import Matcher, NotReady
from matchmaking.matches import for_draft, for_text, hold, match_demand, store_best, store_pairs
from matchmaking.matching.parts import read, total
from matchmaking.matching.words import explained
from matchmaking.models import Demand, Match, MatchDecision, MatchRun, MatchSource, NeverShow, RunState, Side
from tests.factories import (
    make_demand,
    make_innovation,
    make_member,
    make_metric,
    make_organization,
    make_parameter,
    make_product,
    make_sector,
)

pytestmark = pytest.mark.django_db
LATER = timezone.now() + dt.timedelta(hours=1)


@pytest.fixture
def cost() -> Parameter:
    return make_parameter(name_en="production cost", name_zh="生产成本", unit="CNY")


@pytest.fixture
def magnet(cost: Parameter) -> Innovation:
    innovation = make_innovation(
        title_en="Magnet without heavy rare earths", title_zh="无重稀土磁体", abstract_en="Neodymium, no dysprosium.",
        claim_en="A sintered neodymium magnet for motors", claim_zh="高温电机用烧结磁体", trl=7, trl_scale="iso16290",
    )  # fmt: skip
    make_metric(innovation=innovation, parameter=cost, operator="between", value=Decimal(-20), value_to=Decimal(-15),
                is_change=True)  # fmt: skip
    return innovation


@pytest.fixture
def demand(magnet: Innovation, cost: Parameter) -> Demand:
    """The magnet answers it; a turbine of the same field does not."""
    make_innovation(title_en="Turbine blade", title_zh="叶片", claim_en="Turns", claim_zh="转动", sector=magnet.sector)
    made = make_demand(
        title_en="Neodymium magnet without dysprosium", title_zh="无镝磁体", claim_en="A sintered magnet for motors",
        claim_zh="高温电机用烧结磁体", sector=magnet.sector, trl_wanted=6,
        targets=[{"parameter": cost, "operator": "le", "value": Decimal(-10), "is_change": True}],
    )  # fmt: skip
    changes.drain()
    return made


def said(parts: Any, side: str = "asking") -> str:
    told = explained(read(parts), side=side)
    return " ".join(row.words for rows in vars(told).values() for row in rows)


def minute() -> MatchRun | None:
    changes.drain()
    return match_changes()


# ------------------------------------------------------------------ finding
def test_what_answers_a_demand_comes_first_with_its_figures_as_reasons(demand: Demand, magnet: Innovation) -> None:
    first, *_rest = match_demand(demand)
    assert first.offer == magnet
    assert total(read(first.parts)) == first.score == first.offer_score
    assert "Production cost: you ask for at least 10 % less; they state 15 to 20 % less." in said(first.parts)
    assert "Production cost: they ask for at least 10 % less; you state 15 to 20 % less." in said(
        first.parts, "offering"
    )
    shared = read(first.parts)[0].facts
    assert {"magnet", "dysprosium", "sintered"} <= set(shared["shared_en"])
    assert shared["count_en"] <= shared["asked_en"]
    assert "磁体" in "".join(shared["shared_zh"])


def test_the_same_pair_has_one_score_whoever_asks(demand: Demand, magnet: Innovation) -> None:
    stored = match_demand(demand)[0].score
    held = hold(demand, magnet)
    assert held is not None
    assert held.score == stored == for_draft(demand)[0].score


def test_an_unpublished_draft_is_matched_and_nothing_is_stored(demand: Demand, magnet: Innovation) -> None:
    draft = Demand(organization=make_organization(), title_zh="无镝磁体", currency="CNY")
    assert for_draft(draft)[0].offer == magnet
    assert not Match.objects.exists()


@pytest.mark.parametrize("text", ["", "   \n", "the of and with", "的了和", "!?", "\x00", "🧲🔋", "x" * 50_000])
def test_a_text_that_says_nothing_finds_nothing(demand: Demand, text: str) -> None:
    assert for_text(text, organization=None) == []


def test_a_pasted_text_of_any_length_finds_what_others_offer(demand: Demand, magnet: Innovation) -> None:
    owner = magnet.organizations.get()
    assert for_text("Sintered magnet without dysprosium", organization=None)[0].offer == magnet
    assert for_text("sintered neodymium magnet " * 2_000, organization=None)[0].offer == magnet
    assert for_text("magnet " * 10_000, organization=None)[0].offer == magnet
    simplified, traditional = (
        for_text(text, organization=None) for text in ("电机用无镝烧结磁体", "電機用無鏑燒結磁體")
    )
    assert simplified == traditional
    assert simplified[0].offer == magnet
    assert magnet not in [found.offer for found in for_text("Sintered magnet without dysprosium", organization=owner)]


def test_a_demand_of_nothing_but_a_title_and_one_of_only_stop_words_break_nothing(demand: Demand) -> None:
    for title in ("The of and", "x" * 200):
        bare = make_demand(title_en=title, title_zh="", claim_en="", claim_zh="", problem_en="", problem_zh="",
                           targets=[], sector=None)  # fmt: skip
        assert match_demand(bare) == []


def test_a_budget_in_another_currency_is_a_question_and_counts_neither_way(demand: Demand, magnet: Innovation) -> None:
    Innovation.objects.filter(pk=magnet.pk).update(price_min=Decimal(100), price_max=Decimal(200), currency="CNY")
    Demand.objects.filter(pk=demand.pk).update(budget_min=Decimal(1), budget_max=Decimal(2), currency="EUR")
    found = for_draft(Demand.objects.get(pk=demand.pk))[0]
    assert next(part.value for part in found.parts if part.name == "budget") is None
    told = " ".join(row.words for row in explained(found.parts, side="asking").questions)
    assert "two currencies, which are not compared" in told


def test_a_product_is_held_against_the_budget_by_its_smallest_order(demand: Demand) -> None:
    product = make_product(title_en="Neodymium magnet", minimum_order=10, price=Decimal(20), sector=demand.sector)
    changes.drain()
    found = hold(demand, product)
    assert found is not None
    assert "their price is ¥200 for 10, the smallest order" in " ".join(
        row.words for row in explained(found.parts, side="asking").fits
    )


def test_without_an_index_matching_says_that_it_is_not_ready() -> None:
    with pytest.raises(NotReady):
        for_draft(make_demand())


# ------------------------------------------------------------------ who is never brought together
def own(demand: Demand, magnet: Innovation) -> None:
    magnet.holdings.update(organization=demand.organization)


def never(demand: Demand, magnet: Innovation) -> None:
    NeverShow.objects.create(organization=magnet.organizations.get(), other=demand.organization, at=timezone.now())


def declined(demand: Demand, magnet: Innovation) -> None:
    MatchDecision.objects.create(
        demand=demand, innovation=magnet, side=Side.OFFERING, verdict="declined", reason="price",
        organization=magnet.organizations.get(), at=timezone.now(),
    )  # fmt: skip


def other_ways(demand: Demand, magnet: Innovation) -> None:
    demand.wanted_modes.create(mode="exclusive")
    OfferedMode.objects.create(innovation=magnet, mode="non_exclusive")


def withdrawn(demand: Demand, magnet: Innovation) -> None:
    Innovation.objects.filter(pk=magnet.pk).update(state="paused")


@pytest.mark.parametrize("against", [own, never, declined, other_ways, withdrawn])
def test_who_is_not_to_meet_is_not_found_nor_shown_nor_held(demand: Demand, magnet: Innovation, against: Any) -> None:
    match_demand(demand)
    against(demand, magnet)
    if against in (never, declined, withdrawn):  # at once, before anything is computed anew
        assert not Match.objects.shown_to_asking().of_offer(magnet).exists()
        assert not Match.objects.shown_to_offering().of_offer(magnet).exists()
    assert hold(demand, magnet) is None
    assert magnet not in [row.offer for row in match_demand(demand)]


def test_lists_of_others_hold_back_no_demand_that_names_nobody(demand: Demand, magnet: Innovation) -> None:
    never(demand, magnet)
    Demand.objects.filter(pk=demand.pk).update(confidentiality="anonymous", slug="d-2345abcdef")
    demand.refresh_from_db()
    match_demand(demand)
    assert Match.objects.shown_to_offering().of_offer(magnet).exists()
    assert not Match.objects.shown_to_asking().of_offer(magnet).exists()
    NeverShow.objects.update(organization=demand.organization, other=magnet.organizations.get())
    match_demand(demand)
    assert not Match.objects.of_offer(magnet).exists()


def test_each_side_finds_its_own_matches(demand: Demand, magnet: Innovation) -> None:
    match = match_demand(demand)[0]
    seller = magnet.organizations.get()
    assert Match.objects.of_organization(demand.organization, Side.ASKING).first() == match
    assert list(Match.objects.of_organization(seller, Side.OFFERING)) == [match]
    assert not Match.objects.of_organization(seller, Side.ASKING).exists()


# ------------------------------------------------------------------ what the side that offers sees
def test_details_that_wait_for_an_agreement_reach_nobody_else(demand: Demand, magnet: Innovation) -> None:
    secret = make_demand(
        confidentiality="nda_only", title_en="Sintered magnet", title_zh="磁体", claim_en="For motors", claim_zh="电机",
        problem_en="Dysprosium neodymium quorvex", sector=demand.sector, trl_wanted=6, organization=demand.organization,
        targets=[{"parameter": Parameter.objects.get(name_en="production cost"), "value": Decimal(3)}],
    )  # fmt: skip
    match = next(row for row in match_demand(secret) if row.offer == magnet)
    assert {part["name"] for part in match.offer_parts} == {"subject", "sector", "unsaid"}
    assert total(read(match.offer_parts)) == match.offer_score
    shown = json.dumps(match.offer_parts).casefold()
    assert "dysprosium" not in shown
    assert "dysprosium" in json.dumps(match.parts).casefold()
    for name in (secret.organization.name_en, secret.organization.name_zh, secret.decision_owner):
        assert name not in json.dumps([match.parts, match.offer_parts], ensure_ascii=False)


# ------------------------------------------------------------------ what is stored
def test_computed_again_a_match_keeps_its_number_and_its_day_and_a_brokers_proposal_stays(
    demand: Demand, magnet: Innovation
) -> None:
    turbine = Innovation.objects.get(title_en="Turbine blade")
    proposed = Match.objects.create(
        demand=demand, innovation=turbine, score=1, offer_score=1, source=MatchSource.BROKER, found_at=LATER,
        matched_at=LATER,
    )  # fmt: skip
    before = match_demand(demand)[0]
    Innovation.objects.filter(pk=magnet.pk).update(trl=5)
    changes.drain()
    after = match_demand(demand, now=LATER)[0]
    assert (after.pk, after.found_at, after.matched_at) == (before.pk, before.found_at, LATER)
    assert after.score < before.score
    proposed.refresh_from_db()
    assert proposed.score > 1
    Demand.objects.filter(pk=demand.pk).update(state="withdrawn")
    demand.refresh_from_db()
    assert match_demand(demand) == [proposed]


def test_a_new_offer_finds_the_demands_it_answers_within_a_minute(demand: Demand) -> None:
    minute()
    assert minute() is None
    new = make_innovation(title_en="Neodymium magnet without dysprosium", title_zh="无镝磁体", sector=demand.sector)
    run = minute()
    assert run is not None
    assert (run.state, run.added, run.removed) == (RunState.DONE, 1, 0)
    found = Match.objects.get(innovation=new)
    held = hold(demand, new)
    assert held is not None
    assert found.score == held.score
    Innovation.objects.filter(pk=new.pk).update(state="withdrawn")
    run = minute()
    assert run is not None
    assert run.removed == 1
    assert not Match.objects.filter(innovation=new).exists()


def test_a_new_demand_is_matched_within_a_minute(demand: Demand, magnet: Innovation) -> None:
    minute()
    assert Match.objects.of_demand(demand).exists()
    new = make_demand(title_en="Sintered neodymium magnet", title_zh="磁体", sector=magnet.sector)
    minute()
    assert Match.objects.of_demand(new).filter(innovation=magnet).exists()
    Demand.objects.filter(pk=new.pk).update(state="withdrawn")
    minute()
    assert not Match.objects.of_demand(new).exists()


# ------------------------------------------------------------------ runs
def test_a_figure_in_words_follows_without_a_gap_in_chinese(demand: Demand, magnet: Innovation) -> None:
    found = hold(demand, magnet)
    assert found is not None
    with translation.override("zh-hans"):
        assert "您要求降幅不低于 10 %；对方标明降幅 15 至 20 %" in said([part.to_dict() for part in found.parts])


def test_a_run_tells_what_it_found_and_what_changed(demand: Demand) -> None:
    seen: list[tuple[int, int]] = []
    first = run_full(progress=lambda done, total: seen.append((done, total)))
    assert (first.state, first.done, first.total, seen) == (RunState.DONE, 1, 1, [(1, 1)])
    assert first.added == first.kept == Match.objects.count()
    assert first.weights == matches.weights_in_force()
    again = run_full()
    assert (again.added, again.removed, again.moved) == (0, 0, 0)


def test_one_full_run_at_a_time_and_a_dead_one_makes_room(demand: Demand) -> None:
    now = timezone.now()
    dead = begin(MatchRun(), now=now)
    with pytest.raises(DomainError, match="runs already"):
        run_full(now=now)
    assert match_changes(now=now) is None
    run_full(now=now + dt.timedelta(hours=1))
    dead.refresh_from_db()
    assert dead.state == RunState.FAILED
    assert dead.problem


def test_a_full_run_is_asked_for_once_and_when_other_weights_are_adopted(demand: Demand) -> None:
    run_full()
    MatchRun.objects.filter(state=RunState.WAITING).delete()
    waiting = ask_for_full_run()
    assert ask_for_full_run() == run_full() == waiting
    ask_for_full_run()
    done = match_changes()
    assert done is not None
    assert done.state == RunState.DONE
    MatchRun.objects.update(weights={"subject": 100})
    again = match_changes()
    assert again is not None
    assert again.kind == "full"


@pytest.mark.django_db(transaction=True)
def test_what_is_deleted_during_a_run_ends_no_run(demand: Demand, magnet: Innovation) -> None:
    matcher = Matcher()
    other = make_demand(title_en="A magnet", sector=magnet.sector)
    assert store_best(matcher, [demand], now=timezone.now()).added == 1
    Match.objects.all().delete()
    magnet.delete()
    other.delete()
    other.pk = demand.pk + 999
    assert store_best(matcher, [other, demand], now=timezone.now()).kept == 0
    assert store_pairs(matcher, other, [], now=timezone.now()).kept == 0
    assert not Match.objects.exists()


def test_what_changes_during_a_full_run_is_matched_beside_it_and_once_more_after_it(
    demand: Demand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(match_runs, "LOOKS", 0.0)

    def a_new_one(done: int, total: int) -> None:
        make_innovation(title_en="Neodymium magnet", claim_en="Sintered, for motors", sector=demand.sector)
        changes.drain()

    def has_it() -> bool:
        return Match.objects.filter(demand=demand, innovation__title_en="Neodymium magnet").exists()

    full = run_full(progress=a_new_one)
    assert has_it()
    assert list(MatchRun.objects.values_list("kind", "state").order_by("pk")) == [("full", "done"), ("changes", "done")]
    Match.objects.all().delete()
    MatchRun.objects.filter(pk=full.pk).update(state=RunState.RUNNING, touched_at=timezone.now())
    for _minute in range(2):  # another process is at it: what changed waits for its end nevertheless
        beside = match_changes()
        assert beside is not None
        assert (beside.kind, beside.total) == ("changes", 1)
    assert has_it()
    MatchRun.objects.filter(pk=full.pk).update(state=RunState.DONE)
    assert match_changes() is not None
    assert match_changes() is None


def test_of_two_workers_one_begins_the_run_that_waits(demand: Demand) -> None:
    waiting = ask_for_full_run()
    begin(MatchRun.objects.get(pk=waiting.pk), now=timezone.now())
    with pytest.raises(RunsAlready):
        begin(waiting, now=timezone.now())


def test_a_full_run_that_was_broken_off_is_tried_again_but_not_for_ever(demand: Demand) -> None:
    run_full()
    MatchRun.objects.update(state=RunState.FAILED)
    again = match_changes()
    assert again is not None
    assert (again.kind, again.state) == ("full", RunState.DONE)
    MatchRun.objects.update(state=RunState.FAILED)
    begin(MatchRun(state=RunState.FAILED), now=timezone.now())
    MatchRun.objects.update(state=RunState.FAILED)
    assert match_changes() is None


# ------------------------------------------------------------------ news
@pytest.mark.parametrize(
    ("asks", "offers", "is_told"),
    [("participant", "participant", True), ("sample", "sample", True), ("participant", "sample", False)],
)
def test_both_sides_hear_of_a_strong_match_once_a_day_and_samples_only_among_themselves(
    demand: Demand, magnet: Innovation, asks: str, offers: str, is_told: bool
) -> None:
    asking = make_member(demand.organization, "editor")
    offering = make_member(magnet.organizations.get(), "editor")
    Demand.objects.filter(pk=demand.pk).update(origin=asks)
    Innovation.objects.filter(pk=magnet.pk).update(origin=offers)
    Organization.objects.filter(pk=demand.organization_id).update(origin=asks)
    magnet.organizations.update(origin=offers)
    demand = Demand.objects.get(pk=demand.pk)
    for _again in range(2):
        Match.objects.all().delete()
        match_demand(demand)
    told = list(Notice.objects.filter(kind__in=["new-matches", "new-demands"]).values_list("user", flat=True))
    assert sorted(told) == (sorted([asking.pk, offering.pk]) if is_told else [])


def test_another_field_changes_nothing(demand: Demand) -> None:
    """`make_sector` beside it: a match needs more than to be there."""
    make_innovation(title_en="Choir", title_zh="合唱", sector=make_sector(), claim_en="Sings", claim_zh="歌唱")
    changes.drain()
    assert [row.offer.title_en for row in match_demand(demand)][:1] == ["Magnet without heavy rare earths"]
    assert not Match.objects.filter(innovation__title_en="Choir").exists()


def test_generated_demands_are_the_same_for_the_same_seed_and_are_matched_by_command(capsys: Any) -> None:
    generate(5, seed=1)
    assert generate_demands(3, seed=1) == 3
    with pytest.raises(DomainError, match="here already"):
        generate_demands(3, seed=1)
    changes.drain()
    call_command("run_matching")
    assert f"{Match.objects.count():,} matches of 3 demands" in capsys.readouterr().out
    for match in Match.objects.all():
        assert total(read(match.parts)) == match.score
