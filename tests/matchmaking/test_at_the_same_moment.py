"""Two people at the same moment over terms, numbers and moves: one is served, the other is told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from expo.errors import DomainError
from expo.models import Transition
from matchmaking import contracts, deals, demands
from matchmaking.models import Deal, Demand, TechnologyContract, TermSheet
from matchmaking.term_sheets import hash_of, next_version, settle
from tests.expo.test_at_the_same_moment import together
from tests.factories import make_contract, make_demand, make_term_sheet

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time by itself"),
]


def test_versions_written_at_once_get_numbers_of_their_own_and_one_is_in_force() -> None:
    deal = make_term_sheet().deal
    results = together(*(lambda: next_version(deal, by=None) for _number in range(4)))
    assert all(isinstance(result, TermSheet) for result in results)
    assert sorted(TermSheet.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert TermSheet.objects.get(is_current=True).number == 5


def test_terms_are_either_saved_or_replaced_never_both() -> None:
    sheet = make_term_sheet()
    sheet.vesting_months = 36
    saved, copied = together(lambda: settle(sheet, by=None), lambda: next_version(sheet.deal, by=None))
    assert isinstance(copied, TermSheet)
    assert isinstance(saved, TermSheet | DomainError)
    current = TermSheet.objects.get(is_current=True)
    assert current.content_hash == hash_of(current)


def test_terms_are_not_changed_while_the_deal_is_signed() -> None:
    deal = make_term_sheet().deal
    Deal.objects.update(state="signing")
    copies = [Deal.objects.get() for _number in range(2)]
    signed, copied = together(
        lambda: deals.note_signatures(copies[0], by=None, reason="All signed."),
        lambda: next_version(copies[1], by=None),
    )
    assert isinstance(signed, Deal)
    assert Deal.objects.get().state == "signed"
    if isinstance(copied, TermSheet):  # was faster: then this is what was signed
        assert TermSheet.objects.get(is_current=True) == copied
    else:
        assert TermSheet.objects.get().deal == deal


def test_a_contract_is_registered_once() -> None:
    contract = make_contract(state="in_review", registration_no="2025510700000001", registered_on=dt.date(2025, 4, 1))
    copies = [TechnologyContract.objects.get() for _number in range(3)]
    results = together(*(lambda copy=copy: contracts.register_contract(copy, by=None) for copy in copies))  # type: ignore[misc]
    assert sum(isinstance(result, TechnologyContract) for result in results) == 1
    assert Transition.objects.of(contract).filter(to_state="registered").count() == 1


def test_overdue_demands_are_taken_off_once_by_two_clocks() -> None:
    for _number in range(5):
        make_demand(expires_on=dt.date(2025, 9, 1))
    clocks = together(*(lambda: demands.expire_overdue() for _number in range(2)))
    assert sorted(str(count) for count in clocks) == ["0", "5"]
    assert Transition.objects.filter(to_state="expired").count() == 5
    assert not Demand.objects.exclude(state="expired").exists()
