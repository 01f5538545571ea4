"""Technology contracts: their values add up, they are registered once, and the figures count each of them once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from expo.errors import DomainError
from expo.models import Organization, Transition, User
from expo.saving import save_record
from expo.transitions import check_move
from matchmaking import contracts
from matchmaking.contract_figures import Year, by_year
from matchmaking.models import CONTRACT_MOVES, COUNTED_STATES, SUBTYPES, ContractState, TechnologyContract
from tests.factories import make_contract, make_organization

pytestmark = pytest.mark.django_db


def draft(**values: Any) -> TechnologyContract:
    return make_contract(**{"state": "draft", "technology_value": None, **values})


def problems_of(contract: TechnologyContract) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        contract.full_clean()
    return sorted(refusal.value.message_dict)


# ------------------------------------------------------------------ C1: values and deductions
def test_the_technology_value_is_what_deductions_leave() -> None:
    contract = contracts.settle(draft(deductions={"equipment": 500_000}))
    assert TechnologyContract.objects.get().technology_value == contract.technology_value == Decimal(1_500_000)


def test_a_technology_value_above_the_contract_value_is_refused_at_its_field_and_by_the_database() -> None:
    contract = draft()
    contract.technology_value = Decimal(2_100_000)
    assert problems_of(contract) == ["technology_value"]
    with pytest.raises(IntegrityError):
        TechnologyContract.objects.update(technology_value=2_100_000)


def test_a_technology_value_other_than_the_difference_is_refused_with_the_right_one() -> None:
    contract = draft(technology_value=1_600_000, deductions={"equipment": 500_000})
    with pytest.raises(DomainError, match=r"1,500,000\.00, not 1,600,000\.00") as refusal:
        contracts.settle(contract)
    assert refusal.value.field == "technology_value"


def test_more_deductions_than_value_are_refused() -> None:
    with pytest.raises(DomainError, match="more than the contract value") as refusal:
        contracts.settle(draft(deductions={"equipment": 1_500_000, "parts": 500_001}))
    assert refusal.value.field == "contract_value"


def test_all_of_a_value_may_be_deducted() -> None:
    assert contracts.settle(draft(deductions={"equipment": 2_000_000})).technology_value == 0


def test_deductions_are_in_the_currency_of_the_contract() -> None:
    deduction = draft(deductions={"parts": 5}).deductions.get()
    deduction.currency = "EUR"
    with pytest.raises(ValidationError) as refusal:
        deduction.full_clean()
    assert list(refusal.value.message_dict) == ["currency"]


# ------------------------------------------------------------------ C2: registered once
def test_a_registration_number_has_sixteen_digits() -> None:
    contract = draft()
    for number in ("202551070000001", "2025510700000001X", "20255107A0000001"):
        contract.registration_no = number
        assert problems_of(contract) == ["registration_no"]
    contract.registration_no = "2025 5107 0000 0001"
    contract.full_clean()
    assert contract.registration_no == "2025510700000001"


def test_a_registration_number_is_given_once() -> None:
    first, second = make_contract(), draft()
    second.registration_no = first.registration_no
    assert problems_of(second) == ["registration_no"]
    with pytest.raises(IntegrityError):
        TechnologyContract.objects.filter(pk=second.pk).update(registration_no=first.registration_no)


def test_contracts_without_a_number_do_not_get_into_each_others_way() -> None:
    for contract in (draft(), draft()):
        save_record(contract, by=None)
    assert TechnologyContract.objects.filter(registration_no=None).count() == 2


def test_nothing_is_registered_without_its_number_and_day(organizer: User) -> None:
    contract = draft(state="in_review")
    contract.registration_no = "2025510700000001"  # typed, but never saved
    with pytest.raises(DomainError) as refusal:
        contracts.register_contract(contract, by=organizer)
    assert refusal.value.field == "registration_no"
    with pytest.raises(IntegrityError):
        TechnologyContract.objects.update(state="registered")


def test_what_is_registered_changes_by_an_amendment_only() -> None:
    contract = make_contract()
    contract.contract_value, contract.registration_no, contract.name_en = Decimal(9), "2025510700000009", "Renamed"
    contract.technology_value = Decimal(9)
    assert problems_of(contract) == ["contract_value", "registration_no", "technology_value"]


# ------------------------------------------------------------------ C3: amounts may come later
def test_amounts_that_were_not_known_are_completed_before_a_tax_benefit(organizer: User) -> None:
    contract = draft(contract_value=None, state="in_review", registration_no="2025510700000001",
                     registered_on=dt.date(2025, 4, 1))  # fmt: skip
    assert contracts.register_contract(contract, by=organizer).technology_value is None
    contract.tax_benefit_claimed_on = dt.date(2025, 5, 1)
    assert problems_of(contract) == ["contract_value"]
    with pytest.raises(IntegrityError), transaction.atomic():
        TechnologyContract.objects.update(tax_benefit_claimed_on=dt.date(2025, 5, 1))
    contract.contract_value = Decimal(700_000)
    save_record(contract, by=organizer)
    assert contracts.settle(contract).technology_value == Decimal(700_000)


@pytest.mark.parametrize("rows", ["deductions", "amendments"])
def test_nothing_is_taken_from_a_value_that_is_not_known(rows: str) -> None:
    contract = make_contract(contract_value=None)
    if rows == "deductions":
        contract.deductions.create(kind="parts", amount=5)
    else:
        amend(contract, -5)
    with pytest.raises(DomainError, match="need the contract value"):
        contracts.settle(contract)


def test_a_technology_value_needs_the_value_it_is_part_of() -> None:
    contract = draft(contract_value=None)
    contract.technology_value = Decimal(5)
    assert problems_of(contract) == ["contract_value"]


# ------------------------------------------------------------------ C4: two parties
def test_seller_and_buyer_are_two() -> None:
    contract = draft()
    contract.buyer = contract.seller
    assert problems_of(contract) == ["buyer"]
    with pytest.raises(IntegrityError):
        draft(seller=contract.seller, buyer=contract.seller)


def test_a_contract_across_a_border_says_so() -> None:
    abroad = make_organization(country="DE")
    assert (draft(buyer=abroad).is_cross_border, draft().is_cross_border) == (True, False)


# ------------------------------------------------------------------ C5: payments
def pay(contract: TechnologyContract, *amounts: int) -> TechnologyContract:
    for month, amount in enumerate(amounts, 1):
        contract.payments.create(due_on=dt.date(2026, month, 1), amount=amount)
    return contract


def test_payments_come_to_the_contract_value_at_most() -> None:
    contracts.settle(pay(draft(), 1_500_000, 500_000))
    with pytest.raises(DomainError, match=r"2,000,001\.00, more than the contract value of 2,000,000\.00") as refusal:
        contracts.settle(pay(draft(), 1_500_000, 500_001))
    assert refusal.value.field == "contract_value"


@pytest.mark.parametrize("mode", TechnologyContract.ROYALTIES)
def test_royalties_may_come_to_more(mode: str) -> None:
    contracts.settle(pay(draft(payment_mode=mode), 3_000_000))


def test_payments_follow_an_amended_value() -> None:
    contract = pay(make_contract(), 2_300_000)
    with pytest.raises(DomainError):
        contracts.settle(contract)
    amend(contract, 300_000)
    contracts.settle(contract)


def test_one_payment_falls_due_on_a_day_and_is_above_nothing() -> None:
    contract = pay(draft(), 5)
    for values in ({"due_on": dt.date(2026, 1, 1), "amount": 6}, {"due_on": dt.date(2026, 2, 1), "amount": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            contract.payments.create(**values)
    assert str(contract.payments.get()) == "2026-01-01 5.00"


# ------------------------------------------------------------------ amendments
def amend(contract: TechnologyContract, value: int, technology: int | None = None, day: str = "2026-02-01") -> Any:
    return contract.amendments.create(
        number=contract.amendments.count() + 1,
        registered_on=dt.date.fromisoformat(day),
        contract_value_change=value,
        technology_value_change=value if technology is None else technology,
        reason="More work",
    )


@pytest.mark.parametrize(("value", "technology"), [(-2_000_001, -2_000_001), (0, 1), (-1, 0), (0, -2_000_001)])
def test_an_amendment_leaves_values_that_can_be(value: int, technology: int) -> None:
    contract = make_contract()
    amend(contract, value, technology)
    with pytest.raises(DomainError, match="that cannot be"):
        contracts.settle(contract)


def test_an_amendment_is_registered_after_its_contract_and_under_its_own_number() -> None:
    contract = make_contract()
    late = amend(contract, 5)
    late.full_clean()
    assert str(late) == f"{contract}, 1"
    late.registered_on = dt.date(2025, 3, 31)
    with pytest.raises(ValidationError) as refusal:
        late.full_clean()
    assert list(refusal.value.message_dict) == ["registered_on"]
    with pytest.raises(IntegrityError):
        contract.amendments.create(
            number=1, registered_on=dt.date(2026, 1, 1), contract_value_change=1, technology_value_change=1, reason="x"
        )


def test_a_contract_that_is_not_registered_has_nothing_to_amend() -> None:
    with pytest.raises(ValidationError) as refusal:
        amend(draft(), 5).full_clean()
    assert list(refusal.value.message_dict) == ["registered_on"]


# ------------------------------------------------------------------ C6: the figures
def local() -> Organization:
    return make_organization(city_en="Mianyang", city_zh="绵阳")


def only(years: list[Year]) -> Year:
    assert len(years) == 1
    return years[0]


def test_contracts_are_counted_by_year_of_registration_and_type() -> None:
    make_contract()
    make_contract(deductions={"equipment": 500_000})
    make_contract(type="licensing", subtype="patent", registered_on=dt.date(2026, 1, 2))
    this, last = by_year(samples=False)
    assert [(this.year, this.currency), (last.year, last.currency)] == [(2026, "CNY"), (2025, "CNY")]
    assert [label for label, _sums in this.rows()] == ["licensing"]
    assert (last.total.count, last.total.contract_value, last.total.technology_value) == (2, 4_000_000, 3_500_000)
    assert last.types["development"] == last.total


def test_real_contracts_and_samples_are_never_added_up() -> None:
    make_contract()
    make_contract(origin="sample", contract_value=Decimal(7), technology_value=Decimal(7))
    assert only(by_year(samples=False)).total.contract_value == 2_000_000
    assert only(by_year(samples=True)).total.contract_value == 7


def test_currencies_are_never_added_up() -> None:
    make_contract()
    make_contract(currency="EUR")
    assert [(row.currency, row.total.count) for row in by_year(samples=False)] == [("CNY", 1), ("EUR", 1)]


def test_an_amendment_counts_as_a_difference_in_its_own_year() -> None:
    contract = make_contract()
    amend(contract, 300_000, 250_000)
    amend(contract, -100_000, -100_000, "2025-12-31")
    this, last = by_year(samples=False)
    assert (this.total.count, this.total.contract_value, this.total.technology_value) == (0, 300_000, 250_000)
    assert (last.total.count, last.total.contract_value, last.total.technology_value) == (1, 1_900_000, 1_900_000)


@pytest.mark.parametrize("state", ContractState.values)
def test_only_what_is_registered_and_not_revoked_is_counted(state: str) -> None:
    contract = make_contract(state=state)
    if contract.registered_on:
        amend(contract, 5)
    assert bool(by_year(samples=False)) == (state in COUNTED_STATES)


def test_a_contract_between_two_local_parties_is_in_both_views_and_once_in_the_whole() -> None:
    both = make_contract(seller=local(), buyer=local())
    amend(both, 5)
    make_contract(seller=local())
    make_contract(buyer=local())
    make_contract(buyer=local(), origin="sample")
    output = by_year(samples=False, side="seller", city="Mianyang")
    absorption = by_year(samples=False, side="buyer", city="Mianyang")
    whole = by_year(samples=False)
    assert [[row.total.count for row in view] for view in (output, absorption, whole)] == [[0, 2], [0, 2], [0, 3]]
    assert [view[0].total.contract_value for view in (output, absorption, whole)] == [5, 5, 5]


def test_amounts_that_are_not_known_count_as_nothing_but_the_contract_counts() -> None:
    make_contract(contract_value=None)
    year = only(by_year(samples=False))
    assert (year.total.count, year.total.contract_value, year.total.technology_value) == (1, 0, 0)


# ------------------------------------------------------------------ states
ACTS: dict[str, tuple[Any, dict[str, str]]] = {
    "signed": (contracts.sign_contract, {}),
    "submitted": (contracts.submit_contract, {}),
    "in_review": (contracts.take_up_contract, {}),
    "registered": (contracts.register_contract, {}),
    "returned": (contracts.return_contract, {"reason": "Two pages are missing."}),
    "refused": (contracts.refuse_contract, {"reason": "The price is open."}),
    "amended": (contracts.note_amendment, {}),
    "completed": (contracts.complete_contract, {}),
    "terminated": (contracts.terminate_contract, {"reason": "Both agreed."}),
    "revoked": (contracts.revoke_contract, {"reason": "Registered twice."}),
}


def test_a_contract_goes_from_draft_to_registered_by_way_of_a_return(organizer: User) -> None:
    contract = draft(registration_no="2025510700000001", registered_on=dt.date(2025, 4, 1))
    for to in ("signed", "submitted", "in_review", "returned", "submitted", "in_review", "registered", "completed"):
        act, words = ACTS[to]
        assert act(contract, by=organizer, **words).state == to
    assert Transition.objects.of(contract).get(to_state="returned").reason == "Two pages are missing."
    assert TechnologyContract.objects.get().technology_value == Decimal(2_000_000)


@pytest.mark.parametrize("state", ContractState.values)
@pytest.mark.parametrize("to", ContractState.values)
def test_only_the_moves_of_the_table_are_made(state: str, to: str) -> None:
    contract = TechnologyContract(name_en="Contract", state=state)
    if to in CONTRACT_MOVES[state]:
        check_move(contract, to)
    else:
        with pytest.raises(DomainError):
            check_move(contract, to)


@pytest.mark.parametrize("to", ACTS)
def test_every_act_is_done_only_from_where_the_table_says(to: str, organizer: User) -> None:
    act, words = ACTS[to]
    for number, state in enumerate(ContractState.values):
        registered = {"registration_no": f"20255107{number:08}", "registered_on": dt.date(2025, 4, 1)}
        contract = make_contract(state=state, refusal="price", **registered)
        amend(contract, 5)
        if to in CONTRACT_MOVES[state]:
            assert act(contract, by=organizer, **words).state == to
        else:
            with pytest.raises(DomainError):
                act(contract, by=organizer, **words)
            assert TechnologyContract.objects.get(pk=contract.pk).state == state


@pytest.mark.parametrize("to", [to for to, (_act, words) in ACTS.items() if words])
def test_a_refusal_needs_words(to: str, organizer: User) -> None:
    before = next(state for state, ways in CONTRACT_MOVES.items() if to in ways)
    contract = make_contract(state=before, refusal="price")
    with pytest.raises(DomainError) as refusal:
        ACTS[to][0](contract, by=organizer, reason=" ")
    assert refusal.value.field == "reason"


def test_what_an_act_rests_on_must_be_stored_first(organizer: User) -> None:
    unsigned = draft(signed_on=None)
    unsigned.signed_on = dt.date(2025, 3, 3)
    with pytest.raises(DomainError) as refusal:
        contracts.sign_contract(unsigned, by=organizer)
    assert refusal.value.field == "signed_on"
    with pytest.raises(DomainError, match="Choose why"):
        contracts.refuse_contract(make_contract(state="in_review"), by=organizer, reason="No.")
    with pytest.raises(DomainError, match="Enter the amendment"):
        contracts.note_amendment(make_contract(), by=organizer)


def test_a_registration_whose_values_do_not_add_up_is_refused(organizer: User) -> None:
    contract = make_contract(state="in_review", registration_no="2025510700000001", registered_on=dt.date(2025, 4, 1))
    contract.deductions.create(kind="parts", amount=5)
    with pytest.raises(DomainError, match="less the deductions"):
        contracts.register_contract(contract, by=organizer)
    assert TechnologyContract.objects.get().state == "in_review"


# ------------------------------------------------------------------ what makes no sense
def test_a_subtype_belongs_to_its_type() -> None:
    contract = draft(type="consulting", subtype="")
    contract.full_clean()
    for kind in SUBTYPES:
        contract.type, contract.subtype = kind, "brokerage"
        if kind == "service":
            contract.full_clean()
        else:
            assert problems_of(contract) == ["subtype"]


def test_dates_are_in_order() -> None:
    contract = draft(registered_on=dt.date(2025, 3, 2))
    assert problems_of(contract) == ["registered_on"]


@pytest.mark.parametrize(
    "values",
    [
        {"name_en": "", "name_zh": ""},
        {"contract_value": -1, "technology_value": None},
        {"technology_value": -1},
        {"valid_from": dt.date(2026, 1, 2), "valid_to": dt.date(2026, 1, 1)},
        {"registration_no": None},
        {"registered_on": None},
    ],
)
def test_the_database_itself_refuses_a_contract_that_makes_no_sense(values: dict[str, Any]) -> None:
    make_contract()
    with pytest.raises(IntegrityError):
        TechnologyContract.objects.update(**values)


def test_a_kind_is_deducted_once_and_for_more_than_nothing() -> None:
    contract = draft(deductions={"parts": 5})
    for values in ({"kind": "parts", "amount": 6}, {"kind": "other", "amount": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            contract.deductions.create(**values)
    assert str(contract.deductions.get()) == "parts 5.00"
