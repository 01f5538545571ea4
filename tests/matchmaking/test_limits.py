"""Numbers too long to be kept, and rows of a contract that cannot be counted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from expo.errors import DomainError
from matchmaking import contracts
from matchmaking.models import Deal, EquityLine
from matchmaking.term_sheets import settle
from tests.factories import make_contract, make_demand, make_term_sheet

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", ["9999999999999999.99", "10000000000000.01"])
def test_an_amount_that_no_database_could_give_back_is_refused_at_its_field(number: str) -> None:
    demand = make_demand()
    demand.budget_max = Decimal(number)
    with pytest.raises(ValidationError, match="At most 15 digits") as refusal:
        demand.full_clean()
    assert list(refusal.value.message_dict) == ["budget_max"]


def test_the_largest_amount_that_is_taken_comes_back_to_the_last_digit(client: Client) -> None:
    demand = make_demand()
    demand.budget_max = Decimal("9999999999999.99")
    demand.full_clean()
    demand.save()
    demand.refresh_from_db()
    assert demand.budget_max == Decimal("9999999999999.99")
    assert client.get("/en/demands/").status_code == 200


def test_a_capital_too_long_to_keep_is_refused_in_words() -> None:
    sheet = make_term_sheet(total_units=None)
    EquityLine.objects.filter(term_sheet=sheet, short="INV").update(units=9 * 10**18)
    with pytest.raises(DomainError, match="more than the 15 digits"):
        settle(sheet, by=None)
    assert Deal.objects.get().amount == Decimal(10_000_000)


def test_deductions_in_another_currency_are_not_taken_off() -> None:
    contract = make_contract(technology_value=None, state="draft")
    contract.deductions.create(kind="parts", amount=1, currency="EUR")
    with pytest.raises(DomainError, match="deduct in the same currency") as refusal:
        contracts.settle(contract)
    assert refusal.value.field == "currency"


@pytest.mark.parametrize(
    ("state", "day", "words"),
    [("draft", dt.date(2025, 5, 1), "Register the contract first"), ("registered", dt.date(2024, 12, 31), "before")],
)
def test_only_what_is_registered_is_amended_and_not_before_that(state: str, day: dt.date, words: str) -> None:
    contract = make_contract(state=state)
    contract.amendments.create(
        number=1, registered_on=day, contract_value_change=1, technology_value_change=1, reason="More work"
    )
    with pytest.raises(DomainError, match=words):
        contracts.settle(contract)


def test_an_amendment_on_the_day_of_the_registration_counts() -> None:
    contract = make_contract()
    contract.amendments.create(
        number=1,
        registered_on=contract.registered_on,
        contract_value_change=1,
        technology_value_change=1,
        reason="More",
    )
    assert contracts.settle(contract) == contract
