"""Demands: verified before they are shown, followed to an outcome, never telling more than was allowed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from expo.errors import DomainError
from expo.models import Transition, User
from expo.saving import save_record
from expo.transitions import check_move
from matchmaking import demands
from matchmaking.models import DEMAND_MOVES, Demand, DemandState, WantedMode
from matchmaking.models.codes import is_code
from matchmaking.models.demand import SHOWN_STATES
from tests.factories import at, make_demand, make_organization, make_target

pytestmark = pytest.mark.django_db


def test_a_need_goes_from_draft_to_solved(organizer: User) -> None:
    demand = make_demand(state="draft")
    demands.submit_demand(demand, by=None)
    demands.verify_demand(demand, by=organizer, reason="Visited on Monday.", now=at(20, "10:00"))
    demands.publish_demand(demand, by=organizer)
    demands.begin_matching(demand, by=organizer)
    demands.begin_negotiation(demand, by=organizer)
    demands.note_contract(demand, by=organizer, reason="Signed today.")
    demands.declare_solved(demand, by=organizer, reason="“It runs.”")
    demands.archive_demand(demand, by=organizer)
    moves = Transition.objects.of(demand).order_by("pk")
    assert [row.to_state for row in moves] == [
        "submitted", "verified", "published", "matching", "negotiating", "contracted", "solved", "archived",
    ]  # fmt: skip
    assert [row.reason for row in moves if row.reason] == ["Visited on Monday.", "Signed today.", "“It runs.”"]
    demand.refresh_from_db()
    assert (demand.verified_by, demand.verified_at) == (organizer, at(20, "10:00"))


def test_talks_that_led_nowhere_go_back_to_matching(organizer: User) -> None:
    demand = make_demand(state="negotiating")
    assert demands.begin_matching(demand, by=organizer).state == "matching"


@pytest.mark.parametrize("state", DemandState.values)
@pytest.mark.parametrize("to", DemandState.values)
def test_only_the_moves_of_the_table_are_made(state: str, to: str) -> None:
    demand = Demand(title_en="Need", state=state)
    if to in DEMAND_MOVES[state]:
        check_move(demand, to)
    else:
        with pytest.raises(DomainError):
            check_move(demand, to)


ACTS: dict[str, tuple[Any, dict[str, str]]] = {
    "submitted": (demands.submit_demand, {}),
    "verified": (demands.verify_demand, {"reason": "Called."}),
    "published": (demands.publish_demand, {}),
    "returned": (demands.return_demand, {"reason": "No figures."}),
    "draft": (demands.redraft_demand, {}),
    "matching": (demands.begin_matching, {}),
    "negotiating": (demands.begin_negotiation, {}),
    "contracted": (demands.note_contract, {}),
    "solved": (demands.declare_solved, {"reason": "“Yes.”"}),
    "unsolved": (demands.declare_unsolved, {"reason": "Missed by far."}),
    "withdrawn": (demands.withdraw_demand, {}),
    "expired": (demands.expire_demand, {}),
    "archived": (demands.archive_demand, {}),
}


@pytest.mark.parametrize("to", DemandState.values)
def test_every_state_is_reached_by_its_act_and_only_from_where_the_table_says(to: str, organizer: User) -> None:
    act, words = ACTS[to]
    for state in DemandState.values:
        demand = make_demand(state=state, unsolved_reason="other")
        if to in DEMAND_MOVES[state]:
            assert act(demand, by=organizer, **words).state == to
        else:
            with pytest.raises(DomainError):
                act(demand, by=organizer, **words)
            assert Demand.objects.get(pk=demand.pk).state == state


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (demands.verify_demand, "submitted"),
        (demands.return_demand, "verified"),
        (demands.declare_solved, "contracted"),
        (demands.declare_unsolved, "contracted"),
    ],
)
def test_what_the_other_side_reads_needs_words(act: Any, state: str, organizer: User) -> None:
    demand = make_demand(state=state, unsolved_reason="too_late")
    with pytest.raises(DomainError) as refusal:
        act(demand, by=organizer, reason="  ")
    assert refusal.value.field == "reason"
    demand.refresh_from_db()
    assert (demand.state, demand.verified_by) == (state, None)


@pytest.mark.parametrize(
    ("values", "lacking"),
    [
        ({"claim_en": "", "claim_zh": ""}, "one sentence"),
        ({"sector": None}, "a sector"),
        ({"targets": []}, "a target in figures"),
        ({"budget_min": None, "budget_max": None}, "a budget"),
        ({"decision_owner": ""}, "person who decides"),
    ],
)
def test_a_demand_that_cannot_be_answered_is_not_published(
    values: dict[str, Any], lacking: str, organizer: User
) -> None:
    demand = make_demand(state="verified", **values)
    with pytest.raises(DomainError, match=lacking):
        demands.publish_demand(demand, by=organizer)
    assert not Demand.objects.public().exists()


def test_instead_of_a_budget_a_reason_will_do(organizer: User) -> None:
    demand = make_demand(state="verified", budget_min=None, budget_max=None, budget_reason_zh="面议")
    assert demands.publish_demand(demand, by=organizer).state == "published"


def test_publishing_judges_what_is_stored_now(organizer: User) -> None:
    demand = make_demand(state="verified")
    stale = Demand.objects.get()
    demand.decision_owner = ""
    demand.save()
    with pytest.raises(DomainError, match="decides"):
        demands.publish_demand(stale, by=organizer)


def test_unsolved_needs_a_coded_reason_that_is_stored(organizer: User) -> None:
    demand = make_demand(state="contracted")
    demand.unsolved_reason = "too_late"  # typed, but never saved
    with pytest.raises(DomainError, match="Choose why"):
        demands.declare_unsolved(demand, by=organizer, reason="Half a year late.")
    with pytest.raises(IntegrityError):
        make_demand(state="unsolved")


def test_a_demand_whose_last_day_has_passed_is_taken_off_once() -> None:
    kept = [
        make_demand(expires_on=dt.date(2025, 9, 26)),
        make_demand(expires_on=None),
        make_demand(state="negotiating", expires_on=dt.date(2025, 9, 1)),
        make_demand(state="draft", expires_on=dt.date(2025, 9, 1)),
    ]
    gone = [make_demand(state=state, expires_on=dt.date(2025, 9, 25)) for state in ("published", "matching")]
    assert demands.expire_overdue(now=at(26, "00:30")) == 2
    assert demands.expire_overdue(now=at(26, "00:30")) == 0
    assert {Demand.objects.get(pk=row.pk).state for row in gone} == {"expired"}
    assert [Demand.objects.get(pk=row.pk).state for row in kept] == ["published", "published", "negotiating", "draft"]
    assert "2025-09-25" in Transition.objects.of(gone[0]).get().reason


# ------------------------------------------------------------------ who asks is not told
SECRET = {"confidentiality": "anonymous"}


@pytest.mark.parametrize("confidentiality", ["anonymous", "nda_only"])
def test_what_is_not_public_by_name_has_a_code_for_an_address(confidentiality: str) -> None:
    demand = make_demand(organization=make_organization(slug="huixi-drive"))
    demand.slug, demand.confidentiality = "huixi-drive-needs-magnets", confidentiality
    save_record(demand, by=None)
    assert demand.slug.startswith("d-")
    assert is_code(demand.slug.removeprefix("d-"))
    kept = demand.slug
    save_record(demand, by=None)
    assert demand.slug == kept


def test_a_code_of_ones_own_is_no_code() -> None:
    demand = make_demand(slug="d-huixi-drive", **SECRET)
    assert is_code(demand.slug.removeprefix("d-"))


def test_the_database_itself_refuses_an_address_that_could_name_the_enterprise() -> None:
    with pytest.raises(IntegrityError):
        Demand.objects.filter(pk=make_demand().pk).update(confidentiality="anonymous")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title_en", "Magnets for Huixi Drive"),
        ("claim_zh", "洄溪驱动需要磁体"),
        ("problem_en", "See www.huixi.example for the motor."),
        ("situation_zh", "洄溪驱动有限公司现用烧结磁体。"),
        ("limits_en", "HUIXI DRIVE SYSTEMS Co., Ltd. keeps its line."),
        ("budget_reason_en", "huixi drive decides later"),
    ],
)
def test_a_text_that_names_the_enterprise_is_refused_at_its_field(field: str, text: str) -> None:
    enterprise = make_organization(
        slug="huixi-drive", name_en="Huixi Drive Systems Co., Ltd.", name_zh="洄溪驱动有限公司",
        website="https://www.huixi.example/",
    )  # fmt: skip
    demand = make_demand(organization=enterprise, **SECRET)
    setattr(demand, field, text)
    with pytest.raises(ValidationError) as refusal:
        demand.full_clean()
    assert list(refusal.value.message_dict) == [field]
    demand.confidentiality = "public"
    demand.full_clean()


def test_a_target_that_names_the_enterprise_is_refused_too() -> None:
    enterprise = make_organization(name_en="Huixi Drive")
    target = make_target(demand=make_demand(organization=enterprise, targets=[], **SECRET))
    target.baseline_en = "the line of Huixi Drive"
    with pytest.raises(ValidationError) as refusal:
        target.full_clean()
    assert list(refusal.value.message_dict) == ["baseline_en"]


def test_the_public_sees_only_open_and_solved_demands() -> None:
    for state in DemandState.values:
        make_demand(state=state, unsolved_reason="other")
    assert {row.state for row in Demand.objects.public()} == set(SHOWN_STATES)


def test_hidden_columns_are_empty_for_search_and_sorting() -> None:
    named, anonymous, closed = (make_demand(confidentiality=x) for x in ("public", "anonymous", "nda_only"))
    rows = {row.pk: row for row in Demand.objects.public()}
    assert rows[named.pk].shown_organization_en == named.organization.name_en
    assert rows[anonymous.pk].shown_organization_en == rows[closed.pk].shown_organization_zh == ""
    assert rows[anonymous.pk].shown_budget_max == anonymous.budget_max
    assert (rows[closed.pk].shown_budget_max, rows[closed.pk].shown_problem_en) == (None, "")
    assert [row.named_organization for row in (named, anonymous)] == [named.organization, None]
    assert (len(anonymous.shown_targets), closed.shown_targets) == (1, [])
    assert set(Demand.objects.detailed()) == {named, anonymous}
    assert set(Demand.objects.named()) == {named}


# ------------------------------------------------------------------ what the database refuses
@pytest.mark.parametrize(
    "values",
    [
        {"title_en": "", "title_zh": ""},
        {"budget_min": 5, "budget_max": 4},
        {"budget_min": -1},
        {"budget_min": None, "budget_max": -1},
        {"trl_wanted": 10},
    ],
)
def test_the_database_itself_refuses_a_demand_that_makes_no_sense(values: dict[str, Any]) -> None:
    demand = make_demand()
    with pytest.raises(IntegrityError):
        Demand.objects.filter(pk=demand.pk).update(**values)


def test_a_mode_is_wanted_once() -> None:
    demand = make_demand(modes=["sole"])
    assert str(demand.wanted_modes.get()) == "sole license"
    with pytest.raises(IntegrityError):
        WantedMode.objects.create(demand=demand, mode="sole")


def test_a_demand_borrows_color_and_cover_from_its_sector() -> None:
    demand, loose = make_demand(), make_demand(sector=None)
    assert (demand.hue, demand.cover_family) == (demand.sector.hue, demand.sector.cover_family)
    assert (loose.hue, loose.cover_family, loose.is_open) == ("m", "grid", True)
