"""Term sheets: they add up or are not saved, everybody signs one text, and what is signed stays."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from expo.errors import DomainError
from expo.models import PolicyRule
from matchmaking import equity
from matchmaking.equity_words import SENTENCES, told
from matchmaking.models import FROZEN_STATES, Deal, EquityLine, TeamLine, TechnologyLine, TermSheet
from matchmaking.term_sheets import agreed_value, appraised_value, hash_of, next_version, problems, settle, terms
from tests.factories import make_deal, make_innovation, make_organization, make_term_sheet

pytestmark = pytest.mark.django_db

FLOOR = "reward.floor.equity_pct"


def freeze(deal: Deal, state: str = "signed") -> None:
    Deal.objects.filter(pk=deal.pk).update(state=state)


def a_rule(**values: Any) -> PolicyRule:
    words = {"key": FLOOR, "value": 50, "valid_from": dt.date(2015, 10, 1), "source": "The law", "is_verified": True}
    return PolicyRule.objects.create(**{**words, **values})


# ------------------------------------------------------------------ adding up
def test_a_sheet_that_adds_up_tells_the_deal_its_figures() -> None:
    sheet = make_term_sheet()
    deal = Deal.objects.get()
    assert (deal.team_share, deal.amount) == (Decimal("21.00"), Decimal(10_000_000))
    assert (agreed_value(sheet), appraised_value(sheet)) == (Decimal(3_000_000), Decimal(3_120_000))
    assert problems(sheet) == ([], [])
    assert sheet.content_hash == hash_of(TermSheet.objects.get())


def test_units_that_do_not_add_up_name_both_sums_and_the_difference() -> None:
    sheet = make_term_sheet()
    sheet.equity_lines.filter(short="INV").update(units=6_500_000)
    with pytest.raises(DomainError) as refusal:
        settle(sheet, by=None)
    for number in ("10,500,000", "10,000,000", "+500,000"):
        assert number in str(refusal.value)
    assert refusal.value.field == "total_units"


def test_a_technology_stake_that_is_not_the_agreed_value_names_both() -> None:
    sheet = make_term_sheet()
    sheet.technology_lines.filter(title_en="Alloy").update(agreed_value=450_000)
    with pytest.raises(DomainError) as refusal:
        settle(sheet, by=None)
    for number in ("3,000,000", "2,950,000", "+50,000"):
        assert number in str(refusal.value)
    assert refusal.value.field == ""


def test_contributions_of_the_team_add_up_to_a_hundred() -> None:
    sheet = make_term_sheet()
    sheet.team_lines.filter(name_en="Tang Min").update(contribution=Decimal("19.99"))
    with pytest.raises(DomainError, match=r"99\.99 %, not to 100\.00 %"):
        settle(sheet, by=None)


def test_nothing_is_told_to_the_deal_where_a_sheet_is_refused() -> None:
    sheet = make_term_sheet()
    before = sheet.content_hash
    sheet.equity_lines.filter(short="INV").update(units=1)
    with pytest.raises(DomainError):
        settle(sheet, by=None)
    assert Deal.objects.get().amount == Decimal(10_000_000)
    assert TermSheet.objects.get().content_hash == before


def test_technology_without_a_company_has_neither_share_nor_capital() -> None:
    sheet = make_term_sheet(lines=False)
    TechnologyLine.objects.create(term_sheet=sheet, title_en="A recipe", kind="trade_secret", agreed_value=5)
    settle(sheet, by=None)
    deal = Deal.objects.get()
    assert (deal.team_share, deal.amount, appraised_value(sheet)) == (None, None, None)


def test_an_empty_sheet_may_be_settled_and_has_no_values() -> None:
    sheet = make_term_sheet(lines=False)
    assert problems(sheet) == ([], [])
    assert settle(sheet, by=None).content_hash
    assert agreed_value(sheet) is None


def test_who_settled_first_stays_noted(organizer: Any) -> None:
    sheet = make_term_sheet(lines=False)
    settle(sheet, by=organizer)
    settle(sheet, by=None)
    assert TermSheet.objects.get().created_by == organizer


def test_every_finding_of_the_arithmetic_has_a_sentence() -> None:
    sheet = make_term_sheet(total_units=None)
    sheet.technology_lines.all().delete()
    assert problems(sheet)[1] == [str(SENTENCES["agreed_value_missing"]) % {"units": "3,000,000"}]


# ------------------------------------------------------------------ the legal floor
def too_little_for_the_team(**deal: Any) -> TermSheet:
    """1,350,000 of 3,000,000 technology units: 45 per cent."""
    sheet = make_term_sheet(deal=make_deal(**deal))
    for short, units in (("UNI", 1_650_000), ("PI", 675_000), ("B", 405_000), ("C", 270_000)):
        sheet.equity_lines.filter(short=short).update(units=units)
    return sheet


def university(*, of_state: bool) -> list[dict[str, Any]]:
    return [{"role": "university", "organization": make_organization(is_state_established=of_state)}]


def test_less_than_the_floor_is_refused_at_an_institution_of_the_state() -> None:
    a_rule()
    sheet = too_little_for_the_team(parties=university(of_state=True), has_reward_agreement=True)
    with pytest.raises(DomainError) as refusal:
        settle(sheet, by=None)
    for number in ("1,350,000", "3,000,000", "50 %", "1,500,000"):
        assert number in str(refusal.value)


def test_a_private_firm_with_a_written_agreement_may_give_less() -> None:
    a_rule()
    sheet = too_little_for_the_team(parties=university(of_state=False), has_reward_agreement=True)
    assert problems(sheet) == ([], [])


def test_a_private_firm_without_one_may_not() -> None:
    a_rule()
    assert problems(too_little_for_the_team(parties=university(of_state=False)))[0]


def test_an_unverified_rule_warns_and_never_blocks() -> None:
    a_rule(is_verified=False)
    sheet = too_little_for_the_team(parties=university(of_state=True))
    errors, warnings = problems(sheet)
    assert (errors, len(warnings)) == ([], 1)
    settle(sheet, by=None)


def test_the_rule_of_the_day_decides() -> None:
    a_rule(valid_to=dt.date(2026, 1, 1))
    a_rule(value=40, valid_from=dt.date(2026, 1, 2))
    sheet = too_little_for_the_team()
    assert problems(sheet, day=dt.date(2025, 12, 31))[0]
    assert problems(sheet, day=dt.date(2026, 1, 2)) == ([], [])
    assert problems(sheet, day=dt.date(2015, 9, 30)) == ([], [])


# ------------------------------------------------------------------ one text
CHANGES: list[tuple[Any, dict[str, Any]]] = [
    (TermSheet, {"par_value": Decimal(2)}),
    (TermSheet, {"vesting_months": 36}),
    (TermSheet, {"cliff_months": 6}),
    (Deal, {"currency": "EUR"}),
    (TechnologyLine, {"title_zh": "合金"}),
    (TechnologyLine, {"number": "201710601862.3"}),
    (TechnologyLine, {"right": "use_right"}),
    (TechnologyLine, {"price_basis": "auction"}),
    (TechnologyLine, {"appraised_on": dt.date(2025, 1, 1)}),
    (TechnologyLine, {"appraised_value": Decimal(9_000_000)}),
    (TechnologyLine, {"agreed_value": Decimal(1)}),
    (TeamLine, {"name_en": "Somebody else"}),
    (TeamLine, {"fte": Decimal("0.10")}),
    (TeamLine, {"commitment": "secondment"}),
    (TeamLine, {"contribution": Decimal(1)}),
    (TeamLine, {"months": 12}),
    (EquityLine, {"units": 7}),
    (EquityLine, {"holder_zh": "他人"}),
    (EquityLine, {"note_en": "paid in two parts"}),
    (EquityLine, {"member": None}),
]


@pytest.mark.parametrize(
    ("model", "values"), CHANGES, ids=[f"{model.__name__} {next(iter(v))}" for model, v in CHANGES]
)
def test_any_change_of_the_terms_makes_another_hash(model: Any, values: dict[str, Any]) -> None:
    sheet = make_term_sheet()
    model._base_manager.filter(pk__in=model._base_manager.order_by("-pk").values("pk")[:3]).update(**values)
    assert hash_of(TermSheet.objects.get()) != sheet.content_hash


@pytest.mark.parametrize(
    ("model", "values"),
    [(TermSheet, {"note_en": "As agreed on Monday"}), (TermSheet, {"number": 7}), (Deal, {"title_en": "Renamed"})],
)
def test_notes_and_names_of_the_deal_are_no_terms(model: Any, values: dict[str, Any]) -> None:
    sheet = make_term_sheet()
    model._base_manager.update(**values)
    assert hash_of(TermSheet.objects.get()) == sheet.content_hash


def test_the_text_names_what_it_points_to_by_its_name_not_by_a_key_of_this_database() -> None:
    sheet = make_term_sheet()
    innovation = make_innovation(slug="alloy")
    sheet.technology_lines.filter(title_en="Alloy").update(innovation=innovation)
    content = terms(sheet)
    pointed = {row["title_en"]: row["innovation__slug"] for row in content["technology_lines"]}
    assert (pointed["Alloy"], set(pointed.values())) == ("alloy", {None, "alloy"})
    assert [row["member__name_en"] for row in content["equity_lines"]][2] == "Wen Suichuan"
    assert not {"id", "pk", "term_sheet", "innovation_id"} & set(content["technology_lines"][0])


def test_an_added_or_removed_line_makes_another_hash() -> None:
    sheet = make_term_sheet()
    sheet.team_lines.last().delete()
    assert hash_of(sheet) != sheet.content_hash


# ------------------------------------------------------------------ versions
def test_the_first_version_is_empty_and_in_force() -> None:
    sheet = next_version(make_deal(), by=None)
    assert (sheet.number, sheet.is_current, sheet.equity_lines.count()) == (1, True, 0)


def test_the_next_version_copies_everything_and_takes_its_place(organizer: Any) -> None:
    old = make_term_sheet(note_en="First talks")
    new = next_version(old.deal, by=organizer)
    old.refresh_from_db()
    assert (old.is_current, new.is_current, new.number, new.created_by) == (False, True, 2, organizer)
    assert new.content_hash == old.content_hash == hash_of(new) == hash_of(old)
    assert (new.total_units, new.note_en) == (10_000_000, "")
    assert [old.equity_lines.count(), new.equity_lines.count()] == [6, 6]
    members = {line.short: line.member for line in new.equity_lines.select_related("member") if line.member}
    assert {short: member.name_en for short, member in members.items()} == {
        "PI": "Wen Suichuan", "B": "Luo Heng", "C": "Tang Min",
    }  # fmt: skip
    assert {member.term_sheet_id for member in members.values()} == {new.pk}
    assert Deal.objects.get().current_sheet == new


def test_numbers_go_on_also_where_a_version_is_missing() -> None:
    old = make_term_sheet(number=4)
    assert next_version(old.deal, by=None).number == 5


def test_a_version_that_was_replaced_changes_no_more() -> None:
    old = make_term_sheet()
    next_version(old.deal, by=None)
    with pytest.raises(DomainError, match="not in force"):
        settle(old, by=None)


# ------------------------------------------------------------------ frozen
@pytest.mark.parametrize("state", FROZEN_STATES)
def test_the_terms_of_a_signed_or_closed_deal_are_shut_at_every_door(state: str) -> None:
    sheet = make_term_sheet()
    text = terms(sheet)
    freeze(sheet.deal, state)
    sheet = TermSheet.objects.get()
    doors: list[Any] = [
        lambda: settle(sheet, by=None),
        lambda: next_version(sheet.deal, by=None),
        sheet.save,
        sheet.delete,
        TermSheet(deal=sheet.deal, number=2, is_current=False).save,
        TeamLine(term_sheet=sheet, name_en="New", contribution=0, commitment="consulting", fte=0).save,
    ]
    lines = (*sheet.technology_lines.all(), *sheet.team_lines.all(), *sheet.equity_lines.all())
    doors += [door for line in lines for door in (line.save, line.delete)]
    for door in doors:
        with pytest.raises(DomainError, match="signed or closed"):
            door()
    assert terms(TermSheet.objects.get()) == text


def test_what_the_terms_rest_on_is_frozen_with_them() -> None:
    deal = make_term_sheet().deal
    freeze(deal)
    deal = Deal.objects.get()
    deal.currency, deal.has_reward_agreement, deal.title_en = "EUR", True, "Renamed"
    with pytest.raises(ValidationError) as refusal:
        deal.full_clean()
    assert set(refusal.value.message_dict) == {"currency", "has_reward_agreement"}
    deal.currency, deal.has_reward_agreement = "CNY", False
    deal.vehicle = "new_company"  # was empty
    deal.full_clean()


# ------------------------------------------------------------------ lines
def test_a_holder_is_a_member_of_the_same_sheet() -> None:
    sheet, other = make_term_sheet(), make_term_sheet()
    line = sheet.equity_lines.get(short="PI")
    line.member = other.team_lines.first()
    with pytest.raises(ValidationError) as refusal:
        line.full_clean()
    assert list(refusal.value.message_dict) == ["member"]


def test_a_bad_patent_number_is_told_at_its_field() -> None:
    line = make_term_sheet().technology_lines.get(title_en="Alloy")
    line.number = "201710601862.4"
    with pytest.raises(ValidationError) as refusal:
        line.full_clean()
    assert list(refusal.value.message_dict) == ["number"]
    line.number = "201710601862.3"
    line.full_clean()
    line.kind, line.number = "software_copyright", "2020SR0123456"
    line.full_clean()


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (EquityLine, {"units": 0}),
        (EquityLine, {"units": -5}),
        (EquityLine, {"holder_en": "", "holder_zh": ""}),
        (EquityLine, {"short": "PI", "contribution": "technology"}),
        (TeamLine, {"contribution": 101}),
        (TeamLine, {"fte": 2}),
        (TeamLine, {"name_en": "", "name_zh": ""}),
        (TechnologyLine, {"agreed_value": -1}),
        (TechnologyLine, {"agreed_value": 9_000_000}),
        (TechnologyLine, {"title_en": "", "title_zh": ""}),
        (TermSheet, {"cliff_months": 60}),
    ],
)
def test_the_database_itself_refuses_a_line_that_makes_no_sense(model: Any, values: dict[str, Any]) -> None:
    make_term_sheet()
    with pytest.raises(IntegrityError):
        model._base_manager.update(**values)


def test_the_database_itself_refuses_two_sheets_in_force_and_a_number_twice() -> None:
    sheet = make_term_sheet(lines=False)
    for values in ({"number": 2}, {"number": 1, "is_current": False}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TermSheet.objects.create(deal=sheet.deal, **values)


def test_names_of_sheets_and_lines_are_readable() -> None:
    sheet = make_term_sheet()
    assert str(sheet) == f"{sheet.deal}, 1"
    assert not sheet.is_sample
    assert [str(sheet.technology_lines.first()), str(sheet.team_lines.first()), str(sheet.equity_lines.first())] == [
        "Diffusion coating", "Wen Suichuan", "INV 6,000,000",
    ]  # fmt: skip


def test_a_holder_without_units_is_named_in_the_finding() -> None:
    finding = equity.Finding("units_not_positive", "error", {"holder": "PI", "units": 0})
    assert told(finding) == "PI must have more than 0 units, not 0."


def test_terms_of_an_open_deal_may_be_deleted_with_their_lines() -> None:
    sheet = make_term_sheet()
    sheet.delete()
    assert not EquityLine.objects.exists()


def test_a_deal_that_comes_in_signed_has_nothing_to_compare_with() -> None:
    Deal(title_en="Signed last year", state="signed", currency="EUR").full_clean()
