"""What the public sees of a deal: leg by leg, never more than its parties opened."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from expo.models import User
from matchmaking import deals
from matchmaking.models import Deal, EquityLine
from matchmaking.showing import shown, steps
from tests.factories import MEMBERS, STAKES, make_deal, make_organization, make_party, make_term_sheet

pytestmark = pytest.mark.django_db


def shown_with(**legs: str) -> Any:
    deal = make_term_sheet(deal=make_deal(**{f"{name}_leg": leg for name, leg in legs.items()})).deal
    return shown(deal)


def test_hidden_legs_are_not_there_at_all() -> None:
    page = shown_with(technology="hidden", team="hidden", equity="hidden")
    assert (page.technology, page.team, page.equity) == (None, None, None)


def test_teasers_tell_kinds_and_neither_amounts_nor_names() -> None:
    page = shown_with(technology="teaser", team="teaser", equity="teaser")
    assert page.technology.kinds == (("invention patent", 3), ("software copyright", 1))
    assert (page.technology.lines, page.technology.agreed, page.technology.appraised) == ((), None, None)
    assert page.team.roles == (("lead", 1), ("core member", 1), ("member", 1))
    assert (page.team.members, page.team.team_of_technology, page.team.team_of_company) == ((), None, None)
    assert page.equity.contributions == ("cash", "technology", "option pool")
    assert (page.equity.rows, page.equity.parts, page.equity.capital, page.equity.total_units) == ((), (), None, 0)
    assert page.fingerprint == ""


def test_in_full_the_worked_example_stands_there_to_the_last_digit() -> None:
    page = shown_with(technology="full", team="full", equity="full")
    assert (page.technology.agreed, page.technology.appraised) == (3_000_000, 3_120_000)
    assert page.technology.price_bases == ("by negotiation",)
    assert (page.equity.capital, page.equity.total_units) == (Decimal(10_000_000), 10_000_000)
    percents = [str(row.percent) for row in page.equity.rows]
    assert percents == ["60.00", "9.00", "10.50", "6.30", "4.20", "10.00"]
    assert sum(row.percent for row in page.equity.rows) == 100
    assert [(part.label, str(part.percent)) for part in page.equity.parts] == [
        ("cash", "60.00"), ("technology", "30.00"), ("option pool", "10.00"),
    ]  # fmt: skip
    team = page.team
    assert [str(x) for x in (team.team_of_technology, team.institution_of_technology, team.team_of_company)] == [
        "70.00", "30.00", "21.00",
    ]  # fmt: skip
    assert [str(member.share_of_company) for member in team.members] == ["10.50", "6.30", "4.20"]
    assert page.fingerprint == page.sheet.content_hash[:12]


def test_the_bar_begins_each_holder_where_the_last_one_ended() -> None:
    rows = shown_with(equity="full", team="full").equity.rows
    assert [str(row.x) for row in rows] == ["0", "60.00", "69.00", "79.50", "85.80", "90.00"]
    assert [row.tone for row in rows] == ["investor", "institution", "team1", "team2", "team3", "pool"]


def test_colors_of_the_team_begin_again_after_the_third() -> None:
    sheet = make_term_sheet(deal=make_deal(equity_leg="full", team_leg="full"))
    EquityLine.objects.create(
        term_sheet=sheet, short="D", holder_en="D", family="team", contribution="cash", units=1, position=9
    )
    assert shown(sheet.deal).equity.rows[-1].tone == "team1"


def test_what_a_member_holds_is_told_only_where_the_equity_is_open() -> None:
    team = shown_with(team="full", equity="teaser").team
    assert [member.line.name_en for member in team.members] == [name for _short, name, *_rest in MEMBERS]
    assert {member.share_of_company for member in team.members} == {None}
    assert (team.team_of_technology, team.team_of_company) == (None, None)


def test_an_open_cap_table_names_no_person_of_a_closed_team() -> None:
    rows = shown_with(team="teaser", equity="full").equity.rows
    of_team = [row for row in rows if row.line.is_of_team]
    assert [(row.short, row.holder) for row in of_team] == [("T1", "team"), ("T2", "team"), ("T3", "team")]
    assert rows[0].holder == STAKES[0][1]


def test_an_open_cap_table_names_no_party_that_may_not_be_named() -> None:
    deal = make_deal(parties=[], team_leg="full", equity_leg="full")
    make_party(deal=deal, organization=make_organization(name_en="Investor"), role="investor")
    make_party(deal=deal, organization=make_organization(name_en="University"), role="university", is_named=True)
    rows = shown(make_term_sheet(deal=deal).deal).equity.rows
    assert [(row.short, row.holder) for row in rows[:2]] == [("I1", "investor"), ("UNI", "University")]


def test_legs_without_lines_are_not_shown() -> None:
    sheet = make_term_sheet(lines=False, deal=make_deal(technology_leg="full", team_leg="full", equity_leg="full"))
    page = shown(sheet.deal)
    assert (page.technology, page.team, page.equity, page.fingerprint) == (None, None, None, "")
    assert shown(make_deal()).sheet is None


def test_a_team_without_a_company_has_no_shares() -> None:
    sheet = make_term_sheet(deal=make_deal(team_leg="full", equity_leg="full"))
    sheet.equity_lines.all().delete()
    page = shown(Deal.objects.get())
    assert {member.share_of_company for member in page.team.members} == {None}
    assert page.equity is None


# ------------------------------------------------------------------ steps
def marked(deal: Deal) -> tuple[list[str], list[str]]:
    """States of the way that are done, and the one it stands at."""
    rows = steps(deal)
    return [row.state for row in rows if row.is_done], [row.state for row in rows if row.is_current]


def test_a_deal_on_its_way_stands_at_one_step() -> None:
    assert marked(make_deal()) == ([], [])
    assert marked(make_deal(state="valuation")) == (["term_sheet", "due_diligence"], ["valuation"])
    assert marked(make_deal(state="completed"))[1] == ["completed"]


def test_an_objection_stands_at_the_notice() -> None:
    assert marked(make_deal(state="objection"))[1] == ["public_notice"]


def test_an_ended_deal_shows_how_far_it_came(organizer: User) -> None:
    deal = make_term_sheet().deal
    deals.open_terms(deal, by=organizer)
    deals.begin_due_diligence(deal, by=organizer, reason="Signed.")
    deals.cancel_deal(deal, by=organizer, reason="No agreement.")
    assert marked(deal) == (["term_sheet", "due_diligence"], [])
    assert marked(make_deal(state="canceled")) == ([], [])
