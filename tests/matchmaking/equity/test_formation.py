"""The formation of a company: who holds what, and what is found wrong with it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.equity import (
    CASH,
    GRANT,
    POOL,
    TECHNOLOGY,
    Finding,
    Formation,
    Stake,
    check_formation,
    main_contributor_ok,
    needs_floor,
    reward_floor,
    share,
)
from tests.matchmaking.equity.deals import AGREED, APPRAISED, make_formation, refusal_of

PLAN_OF_45_PERCENT = {"UNI": 1_650_000, "PI": 675_000, "B": 405_000, "C": 270_000}


def found(formation: Formation, **changes: object) -> list[Finding]:
    """What the check finds; every finding can be read as a sentence."""
    values = {"agreed": AGREED, "appraised": APPRAISED, **changes}
    findings = check_formation(formation, **values)  # type: ignore[arg-type]
    assert all(str(finding).endswith(".") and "{" not in str(finding) for finding in findings)
    return findings


def test_new_company_adds_up() -> None:
    formation = make_formation()
    assert formation.total == 10_000_000
    assert str(formation.registered_capital) == "10000000.00"
    assert formation.units_by_contribution() == {CASH: 6_000_000, TECHNOLOGY: 3_000_000, POOL: 1_000_000, GRANT: 0}
    assert " ".join(map(str, formation.percentages().values())) == "60.00 9.00 10.50 6.30 4.20 10.00"
    assert found(formation, declared_total=10_000_000) == []


def test_both_bases_of_the_teams_share_are_told() -> None:
    formation = make_formation()
    assert share(formation.technology_units, formation.total) == Decimal("30.00")
    assert (formation.technology_units, formation.team_units) == (3_000_000, 2_100_000)
    assert str(formation.team_share_of_technology) == "70.00"
    assert str(formation.team_share_of_company) == "21.00"


def test_team_members_cash_and_the_pool_are_no_reward() -> None:
    formation = make_formation()
    more = (Stake("PI", 500_000, CASH, is_team=True), Stake("team platform", 500_000, POOL, is_team=True))
    formation = Formation(formation.stakes + more)
    assert formation.team_units == 2_100_000
    assert formation.units_by_holder()["PI"] == 1_550_000
    assert sum(formation.percentages(4).values()) == 100
    assert found(formation) == []


def test_share_of_nothing_is_none() -> None:
    assert Formation(()).team_share_of_company is None
    assert Formation((Stake("INV", 5, CASH),)).team_share_of_technology is None
    assert Formation((Stake("INV", 5, CASH),)).team_share_of_company == 0
    assert make_formation(UNI=-900_000).team_share_of_technology is None
    assert make_formation(PI=-5_000_000).team_share_of_company is None


def test_registered_capital_of_any_size_is_exact() -> None:
    formation = Formation((Stake("INV", 10**60 + 1, CASH),), par=Decimal("0.01"))
    assert str(formation.registered_capital) == "1" + "0" * 58 + ".01"


def test_formation_is_a_value() -> None:
    formation = Formation([Stake("INV", 5, CASH)])  # type: ignore[arg-type]
    assert formation == Formation((Stake("INV", 5, CASH),))
    assert hash(formation) == hash(Formation((Stake("INV", 5, CASH),)))
    with pytest.raises(FrozenInstanceError):
        formation.par = Decimal(2)  # type: ignore[misc]


@pytest.mark.parametrize("units", [0, -1])
@pytest.mark.parametrize("holder", ["INV", "ESOP"])
def test_every_row_needs_units_the_pool_too(holder: str, units: int) -> None:
    [finding] = found(make_formation(**{holder: units}))
    assert (finding.code, finding.severity) == ("units_not_positive", "error")
    assert finding.values == {"holder": holder, "contribution": CASH if holder == "INV" else POOL, "units": units}


def test_company_may_have_no_pool() -> None:
    assert found(Formation(make_formation().stakes[:-1])) == []


def test_holder_is_named_once_for_one_contribution() -> None:
    formation = make_formation()
    twice = Formation((*formation.stakes, Stake("INV", 1, CASH), Stake("INV", 1, GRANT)))
    assert found(twice) == [Finding("holder_twice", "error", {"holder": "INV", "contribution": CASH, "times": 2})]


def test_company_without_units_is_refused() -> None:
    assert found(Formation(()), agreed=None) == [Finding("total_not_positive", "error", {"total": 0})]
    empty = Formation((Stake("INV", 0, CASH),))
    assert [finding.code for finding in found(empty, agreed=None)] == ["units_not_positive", "total_not_positive"]


@pytest.mark.parametrize(("declared", "difference"), [(9_999_999, 1), (10_500_000, -500_000), (0, 10_000_000)])
def test_declared_total_that_differs_is_refused_with_the_difference(declared: int, difference: int) -> None:
    [finding] = found(make_formation(), declared_total=declared)
    assert (finding.code, finding.severity) == ("declared_total_differs", "error")
    assert finding.values == {"total": 10_000_000, "declared": declared, "difference": difference}


def test_technology_stake_must_be_its_agreed_value() -> None:
    [finding] = found(make_formation(), agreed=Decimal("3000000.50"))
    assert (finding.code, finding.severity) == ("stake_not_agreed_value", "error")
    assert finding.values == {"stake": 3_000_000, "agreed": Decimal("3000000.50"), "difference": Decimal("-0.50")}
    assert str(finding) == "The technology stake is 3,000,000.00 at par, the agreed value 3,000,000.50: -0.50."


def test_technology_stake_is_valued_at_par() -> None:
    formation = replace(make_formation(), par=Decimal("1.04"))
    assert found(formation, agreed=APPRAISED) == []
    assert found(formation)[0].values["difference"] == Decimal("120000")


def test_value_of_a_technology_nobody_contributes_is_refused() -> None:
    cash = Formation((Stake("INV", 5, CASH),))
    assert [finding.code for finding in found(cash)] == ["stake_not_agreed_value"]
    assert found(cash, agreed=Decimal(0)) == []


def test_agreed_value_above_the_appraisal_is_refused_with_the_founders_liability() -> None:
    above, liable = found(make_formation(), appraised=Decimal("2999999.99"))
    assert (above.code, above.severity) == ("agreed_above_appraised", "error")
    assert above.values == {"agreed": AGREED, "appraised": Decimal("2999999.99")}
    assert liable == Finding("founders_liable", "warning", {"shortfall": Decimal("0.01")})


@pytest.mark.parametrize("appraised", [AGREED, APPRAISED, None])
def test_agreed_value_up_to_the_appraisal_or_without_one_passes(appraised: Decimal | None) -> None:
    assert found(make_formation(), appraised=appraised) == []


def test_technology_without_an_agreed_value_is_a_warning() -> None:
    assert found(make_formation(), agreed=None) == [Finding("agreed_value_missing", "warning", {"units": 3_000_000})]


@pytest.mark.parametrize("name", ["agreed", "appraised"])
@pytest.mark.parametrize(
    ("value", "code"),
    [
        (3000000.0, "not_an_amount"),
        (3_000_000, "not_an_amount"),
        (Decimal("NaN"), "not_an_amount"),
        (Decimal("Infinity"), "not_an_amount"),
        (Decimal("-0.01"), "negative"),
    ],
)
def test_value_that_is_no_amount_is_refused(name: str, value: object, code: str) -> None:
    refusal = refusal_of(lambda: found(make_formation(), **{name: value}))
    assert (refusal.code, refusal.values["name"]) == (code, name)


def test_declared_total_must_be_whole() -> None:
    assert refusal_of(lambda: found(make_formation(), declared_total=Decimal(1))).code == "not_whole"


@pytest.mark.parametrize("units", [1.0, Decimal(1), "1", True, None])
def test_stake_of_a_fraction_is_refused(units: int) -> None:
    refusal = refusal_of(lambda: Stake("PI", units, CASH))
    assert (refusal.code, refusal.values) == ("not_whole", {"name": "PI", "value": units})


def test_stake_needs_a_holder_and_a_known_contribution() -> None:
    assert refusal_of(lambda: Stake(" ", 1, CASH)).code == "holder_missing"
    assert refusal_of(lambda: Stake("PI", 1, "sweat")).code == "contribution_unknown"


@pytest.mark.parametrize(
    ("par", "code"),
    [(Decimal(0), "par_not_positive"), (Decimal(-1), "par_not_positive"), (1.0, "not_an_amount"), (1, "not_an_amount")],
)
def test_par_must_be_an_exact_price(par: Decimal, code: str) -> None:
    assert refusal_of(lambda: Formation((), par=par)).code == code


def test_reward_floor_of_the_new_company_is_kept() -> None:
    floor = reward_floor(make_formation(), floor_pct=50, applies=True)
    assert (floor.needed, floor.has, floor.ok, floor.applies, floor.floor_pct) == (1_500_000, 2_100_000, True, True, 50)


def test_plan_of_45_percent_is_refused_to_a_state_university() -> None:
    formation = make_formation(**PLAN_OF_45_PERCENT)
    floor = reward_floor(formation, floor_pct=50, applies=needs_floor(True, has_written_agreement=True))
    assert (floor.needed, floor.has, floor.ok) == (1_500_000, 1_350_000, False)


def test_plan_of_45_percent_is_allowed_to_a_private_firm_with_a_written_agreement() -> None:
    formation = make_formation(**PLAN_OF_45_PERCENT)
    floor = reward_floor(formation, floor_pct=50, applies=needs_floor(False, has_written_agreement=True))
    assert (floor.needed, floor.has, floor.ok) == (1_500_000, 1_350_000, True)


@pytest.mark.parametrize(
    ("state", "agreement", "needs"),
    [(True, True, True), (True, False, True), (False, True, False), (False, False, True)],
)
def test_floor_binds_who_is_state_established_or_agreed_nothing(state: bool, agreement: bool, needs: bool) -> None:
    assert needs_floor(state, agreement) is needs


def test_floor_is_met_by_exactly_half_and_missed_by_one_unit() -> None:
    half = make_formation(UNI=1_500_000, PI=450_000)
    less = make_formation(UNI=1_500_001, PI=449_999)
    assert reward_floor(half, floor_pct=50, applies=True).ok
    assert not reward_floor(less, floor_pct=50, applies=True).ok


def test_floor_of_an_odd_stake_needs_the_larger_half() -> None:
    floor = reward_floor(make_formation(UNI=900_001), floor_pct=50, applies=True)
    assert floor.needed == 1_500_001


def test_company_without_technology_owes_no_reward() -> None:
    floor = reward_floor(Formation((Stake("INV", 5, CASH),)), floor_pct=50, applies=True)
    assert (floor.needed, floor.has, floor.ok) == (0, 0, True)


@given(st.integers(0, 10**40), st.integers(0, 10**40), st.integers(0, 100))
def test_needed_units_are_the_fewest_that_pass(team: int, others: int, pct: int) -> None:
    formation = Formation((Stake("UNI", others, TECHNOLOGY), Stake("PI", team, TECHNOLOGY, is_team=True)))
    floor = reward_floor(formation, floor_pct=pct, applies=True)
    assert floor.ok is (floor.has >= floor.needed)


def test_principal_investigator_with_exactly_half_of_the_teams_units_passes() -> None:
    assert main_contributor_ok(1_050_000, 2_100_000, 50)
    assert not main_contributor_ok(1_049_999, 2_100_000, 50)


@pytest.mark.parametrize("pct", [-1, 101])
def test_percentage_of_a_rule_beyond_a_hundred_is_refused(pct: int) -> None:
    assert (
        refusal_of(lambda: reward_floor(make_formation(), floor_pct=pct, applies=True)).code == "percent_out_of_range"
    )
    assert refusal_of(lambda: main_contributor_ok(1, 2, pct)).code == "percent_out_of_range"


@pytest.mark.parametrize(
    ("main", "team", "pct", "code"),
    [
        (3, 2, 50, "part_above_whole"),
        (-1, 2, 50, "negative"),
        (0, -1, 50, "negative"),
        (1.0, 2, 50, "not_whole"),
        (1, 2, 50.0, "not_whole"),
    ],
)
def test_main_contributors_part_must_be_a_part(main: int, team: int, pct: int, code: str) -> None:
    assert refusal_of(lambda: main_contributor_ok(main, team, pct)).code == code
