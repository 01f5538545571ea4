"""The brokers' workplace: each noun through its pages. What is wrong is told at its field, and nothing is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from zeal import zeal_ignore

from expo.models import Innovation, Organization, PolicyRule, Revision, Transition, User
from expo.roles import sync_groups
from matchmaking.models import (
    ConfidentialReading,
    Deal,
    Demand,
    EquityLine,
    Introduction,
    MatchRun,
    MatchWeights,
    NdaText,
    TechnologyContract,
    TermSheet,
)
from matchmaking.term_sheets import hash_of, next_version
from tests.expo.admin_pages import act_url, bulk, listing, page, typed, words_of
from tests.factories import (
    make_contract,
    make_deal,
    make_demand,
    make_innovation,
    make_introduction,
    make_organization,
    make_parameter,
    make_party,
    make_sector,
    make_term_sheet,
    make_user,
)

pytestmark = pytest.mark.django_db
OURS = (Demand, Deal, TermSheet, TechnologyContract)
BESIDE = (MatchWeights, MatchRun, Introduction, ConfidentialReading, NdaText)  # tested with what they are about


@pytest.fixture(autouse=True)
def _rows_that_are_asked_for_one_by_one() -> Iterator[None]:
    """A form asks for each record that was chosen or sent back, and an act locks its row before it moves it."""
    with zeal_ignore([{"model": "*", "field": "get()"}]):
        yield


@pytest.fixture
def broker_client(db: None) -> Client:
    sync_groups()
    broker = make_user(name="Broker", is_staff=True)
    broker.groups.add(Group.objects.get(name="matchmaking_broker"))
    client = Client()
    client.force_login(broker)
    return client


def add_url(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def errors_of(response: Any) -> dict[str, str]:
    """What is said at which field, of the form and of the rows below it; “” is the top."""
    assert response.status_code == 200
    found: dict[str, str] = {}
    form = response.context["adminform"].form
    forms = [("", form)]
    for inline in response.context["inline_admin_formsets"]:
        prefix = inline.formset.prefix
        if inline.formset.non_form_errors():
            found[prefix] = " ".join(inline.formset.non_form_errors())
        forms += [(f"{row.prefix}-", row) for row in inline.formset.forms]
    for prefix, each in forms:
        for name, told in each.errors.items():
            found["" if name == "__all__" else prefix + name] = " ".join(told)
    return found


def rows(prefix: str, *values: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """New rows of an inline."""
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": initial + len(values), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(values, initial):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


# ------------------------------------------------------------------ every page
@pytest.fixture
def one_of_each() -> dict[type, Any]:
    demand = make_demand(modes=["sole", "in_kind"], targets=[{}, {}])
    sheet = make_term_sheet(deal=make_deal(innovations=[make_innovation(), make_innovation()], demand=demand))
    contract = make_contract(deductions={"parts": 5, "other": 6}, deal=sheet.deal)
    contract.payments.create(due_on=dt.date(2026, 1, 1), amount=7)
    return {Demand: demand, Deal: sheet.deal, TermSheet: sheet, TechnologyContract: contract}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.model_name)
def test_every_page_opens_for_the_broker(model: Any, broker_client: Client, one_of_each: dict[type, Any]) -> None:
    row = one_of_each[model]
    for url in (listing(model), listing(model, "?q=a"), page(row), page(row, "history"), add_url(model)):
        response = broker_client.get(url)
        assert response.status_code == 200, url
        html = words_of(response)
        assert " style=" not in html, url
        assert " onclick=" not in html, url


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.model_name)
def test_no_field_stands_twice_on_a_form(model: Any, organizer_client: Client, one_of_each: dict[type, Any]) -> None:
    for url in (add_url(model), page(one_of_each[model])):
        fieldsets = organizer_client.get(url).context["adminform"].fieldsets
        names = flatten_fieldsets(fieldsets)
        assert sorted(names) == sorted(set(names)), url


def test_only_an_organizer_deletes_and_never_what_was_signed_or_registered(
    broker_client: Client, organizer_client: Client, one_of_each: dict[type, Any]
) -> None:
    for row in one_of_each.values():
        assert broker_client.get(page(row, "delete")).status_code == 403
    Deal.objects.update(state="signed")
    answers = {type(row): organizer_client.get(page(row, "delete")).status_code for row in one_of_each.values()}
    assert answers == {Demand: 200, Deal: 403, TermSheet: 403, TechnologyContract: 403}
    assert broker_client.get(page(one_of_each[TermSheet])).status_code == 200


def test_deleting_many_spares_what_was_signed(organizer_client: Client) -> None:
    kept, gone = make_term_sheet().deal, make_deal()
    Deal.objects.filter(pk=kept.pk).update(state="signed")
    bulk(organizer_client, Deal, "delete_selected", [kept, gone], post="yes", understood="on")
    assert Deal.objects.count() == 2
    bulk(organizer_client, Deal, "delete_selected", [gone], post="yes", understood="on")
    assert Deal.objects.get() == kept


def test_a_stranger_is_asked_to_sign_in_and_another_role_only_reads_demands(client: Client) -> None:
    demand = make_demand(decision_owner="Lin Yue")
    assert client.get(page(demand)).status_code == 302
    sync_groups()
    reader = make_user(is_staff=True)
    reader.groups.add(Group.objects.get(name="publicity"))
    client.force_login(reader)
    html = words_of(client.get(page(demand)))
    assert "Lin Yue" not in html
    assert "anything classified" not in html
    assert client.post(act_url(demand, "match")).status_code == 403
    assert client.get(listing(Deal)).status_code == 403


def test_the_job_of_matchmaking_stands_between_the_fair_and_the_record(organizer_client: Client) -> None:
    groups = organizer_client.get(reverse("admin:index")).context["job_groups"]
    names = [group["name"] for group in groups]
    assert names.index("Programme and news") < names.index("Matchmaking and deals") < names.index("Record")
    found = next(group["models"] for group in groups if group["name"] == "Matchmaking and deals")
    assert {model["model"] for model in found} == {*OURS, *BESIDE}
    assert [model["model"] for model in found][: len(OURS)] == list(OURS)


def test_every_figure_of_the_start_page_opens_as_many_rows(organizer_client: Client) -> None:
    for state in ("submitted", "matching"):
        make_demand(state=state)
    make_deal(is_published=True)
    make_deal(state="canceled")
    make_contract(state="in_review")
    for figure in organizer_client.get(reverse("admin:index")).context["start"].figures:
        assert organizer_client.get(figure.url).context["cl"].result_count == figure.count, figure.label


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.model_name)
def test_a_list_costs_the_same_at_one_and_at_ten_rows(model: Any, organizer_client: Client) -> None:
    def add() -> None:
        sheet = make_term_sheet(deal=make_deal(demand=make_demand()))
        make_contract(deal=sheet.deal)

    def cost() -> int:
        ContentType.objects.clear_cache()
        with CaptureQueriesContext(connection) as captured:
            assert organizer_client.get(listing(model)).status_code == 200
        return len(captured)

    add()
    organizer_client.get(listing(model))
    at_one = cost()
    for _number in range(9):
        add()
    assert cost() == at_one


# ------------------------------------------------------------------ secrecy
@pytest.mark.parametrize("noun", ["demand", "innovation"])
@pytest.mark.parametrize("answer", ["yes", "", "perhaps"])
def test_of_what_is_classified_nothing_at_all_is_stored(noun: str, answer: str, organizer_client: Client) -> None:
    model = {"demand": Demand, "innovation": Innovation}[noun]
    more = {"organization": make_organization().pk} if noun == "demand" else {"slug": "secret"}
    data = typed(organizer_client, add_url(model), title_en="A secret", classified=answer, **more)
    told = errors_of(organizer_client.post(add_url(model), data))
    assert list(told) == ["classified"]
    if answer == "yes":
        assert "Nothing was stored" in told["classified"]
    for kept in (model, model.history.model, Transition, Revision, LogEntry):
        assert not kept._default_manager.exists()


def test_classified_text_does_not_come_in_by_a_later_change_either(organizer_client: Client) -> None:
    demand = make_demand()
    before = demand.history.count()
    url = page(demand)
    data = typed(organizer_client, url, problem_en="A secret", classified="yes")
    data |= rows("wanted_modes", {"mode": "sole"})
    assert "Nothing was stored" in errors_of(organizer_client.post(url, data))["classified"]
    demand.refresh_from_db()
    assert (demand.problem_en, demand.history.count(), demand.wanted_modes.count()) == (
        "Ours fail in the heat.", before, 0,
    )  # fmt: skip


def test_what_is_not_classified_is_stored_without_the_answer(organizer_client: Client) -> None:
    demand = make_demand()
    url = page(demand)
    assert organizer_client.post(url, typed(organizer_client, url, claim_en="Another")).status_code == 302
    assert "classified" not in str(LogEntry.objects.get().change_message)
    assert Demand.objects.get().claim_en == "Another"


def test_the_question_is_asked_again_with_every_form(organizer_client: Client) -> None:
    field = organizer_client.get(page(make_demand())).context["adminform"].form["classified"]
    assert (field.value(), field.field.required) == (None, True)


# ------------------------------------------------------------------ demands
def demand_data(client: Client, **changes: Any) -> dict[str, Any]:
    values = {
        "organization": make_organization(name_en="Huixi Drive").pk, "title_en": "Magnets", "claim_en": "Less loss",
        "sector": make_sector().pk, "decision_owner": "Lin Yue", "budget_min": "5", "budget_max": "9",
    }  # fmt: skip
    target = {"parameter": make_parameter().pk, "operator": "ge", "value": "5", "position": "0"}
    return typed(client, add_url(Demand), **{**values, **rows("target_metrics", target), **changes})


def test_a_demand_goes_from_the_form_to_an_outcome(broker_client: Client) -> None:
    assert broker_client.post(add_url(Demand), demand_data(broker_client)).status_code == 302
    demand = Demand.objects.get()
    steps = ("submit", "verify", "publish", "match", "negotiate", "contract", "solve", "archive")
    for act in steps:
        assert act in [row.name for row in broker_client.get(page(demand)).context["acts"]]
        url = act_url(demand, act)
        asked = broker_client.get(url)
        data = {"reason": "Called them.", "understood": "on"}
        if "seen" in asked.context["form"].fields:
            data["seen"] = asked.context["form"].mark
        broker_client.post(url, data)
        demand.refresh_from_db()
    assert demand.state == "archived"
    assert demand.verified_by is not None
    assert Transition.objects.of(demand).count() == len(steps)
    assert "Called them." in words_of(broker_client.get(page(demand)))


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"budget_min": "9", "budget_max": "5"}, "", "ends below where it begins"),
        ({"budget_min": "-1"}, "budget_min", "greater than or equal to 0"),
        ({"trl_wanted": "10"}, "trl_wanted", "less than or equal to 9"),
        ({"currency": "yuan"}, "currency", "at most 3 characters"),
        ({"currency": "yua"}, "currency", "three capitals"),
        ({"confidentiality": "anonymous", "problem_en": "Huixi Drive needs it"}, "problem_en", "names the enterprise"),
        ({"confidentiality": "nda_only", "title_en": "For huixi drive"}, "title_en", "names the enterprise"),
        (
            {"confidentiality": "anonymous", "target_metrics-0-condition_en": "at Huixi Drive"},
            "target_metrics-0-condition_en",
            "names the enterprise",
        ),
        ({"target_metrics-0-operator": "between"}, "", "A range has a lower and a higher end"),
        ({"title_en": ""}, "", "demand_titled"),
    ],
)
def test_a_demand_with_a_fault_is_told_and_nothing_of_it_is_stored(
    changes: dict[str, Any], field: str, words: str, organizer_client: Client
) -> None:
    told = errors_of(organizer_client.post(add_url(Demand), demand_data(organizer_client, **changes)))
    assert list(told) == [field]
    assert words in told[field]
    assert not Demand.objects.exists()
    assert not Demand.history.exists()


def test_the_address_of_an_anonymous_demand_becomes_a_code_and_the_page_says_so(organizer_client: Client) -> None:
    data = demand_data(organizer_client, confidentiality="anonymous", slug="huixi-drive")
    text = words_of(organizer_client.post(add_url(Demand), data, follow=True))
    demand = Demand.objects.get()
    assert demand.slug.startswith("d-")
    assert f"the address is a code now: {demand.slug}" in text


def test_who_decides_is_in_no_history(organizer_client: Client) -> None:
    demand = make_demand(decision_owner="Lin Yue")
    url = reverse("admin:matchmaking_demand_simple_history", args=[demand.pk, demand.history.get().pk])
    for html in (words_of(organizer_client.get(url)), words_of(organizer_client.get(page(demand, "history")))):
        assert "Lin Yue" not in html
    assert "Lin Yue" in words_of(organizer_client.get(page(demand)))


def test_before_an_end_the_page_tells_whom_it_touches(organizer_client: Client) -> None:
    deal = make_deal(demand=make_demand(state="contracted"))
    html = words_of(organizer_client.get(act_url(deal.demand, "solve")))
    assert f"Deals that answer it (1): {deal}." in html
    assert str(deal.demand.organization) in html


# ------------------------------------------------------------------ deals
def act(client: Client, record: Any, name: str) -> Any:
    """Press a button, with words and, where it is asked for, the tick."""
    asked = client.get(act_url(record, name))
    data = {"reason": "Minutes no. 7."}
    if asked.status_code == 200 and "seen" in asked.context["form"].fields:
        data |= {"understood": "on", "seen": asked.context["form"].mark}
    return client.post(act_url(record, name), data, follow=True)


def test_a_deal_goes_through_all_its_buttons(broker_client: Client) -> None:
    url = add_url(Deal)
    innovation, parties = make_innovation(), [make_organization(), make_organization()]
    data = typed(broker_client, url, title_en="Magnets", claim_en="They found a company", innovations=[innovation.pk])
    data |= rows("parties", *({"role": "investor", "organization": row.pk, "position": 0} for row in parties))
    assert broker_client.post(url, data).status_code == 302
    deal = Deal.objects.get()
    assert list(deal.innovations.all()) == [innovation]
    act(broker_client, deal, "open-terms")
    sheet = make_term_sheet(deal=deal)
    sheet.technology_lines.update(innovation=innovation)
    response = broker_client.post(page(sheet), typed(broker_client, page(sheet)))
    assert response.status_code == 302
    for name in ("due-diligence", "valuation", "approval", "notice", "objection", "notice", "signing", "signed"):
        act(broker_client, deal, name)
    assert Deal.objects.get().state == "signed"
    act(broker_client, deal, "closing")
    html = words_of(broker_client.get(act_url(deal, "effective")))
    for name in ("effective", "complete", "archive"):
        act(broker_client, deal, name)
    assert Deal.objects.get().state == "archived"
    assert Innovation.objects.get(pk=innovation.pk).state == "transformed"
    assert "no longer on offer (1)" in html
    assert Transition.objects.of(deal).first().evidence == ""
    assert Transition.objects.of(deal).get(to_state="signed").evidence == "Minutes no. 7."
    assert "Minutes no. 7." in words_of(broker_client.get(page(deal)))


def test_signing_asks_for_a_tick_and_names_the_terms_that_freeze(organizer_client: Client) -> None:
    deal = make_term_sheet().deal
    Deal.objects.update(state="signing")
    html = words_of(organizer_client.get(act_url(deal, "signed")))
    assert "Terms that change no more (1)" in html
    organizer_client.post(act_url(deal, "signed"), {"reason": "All signed."})
    assert Deal.objects.get().state == "signing"


def test_publishing_is_offered_where_it_changes_something(organizer_client: Client) -> None:
    deal = make_deal()

    def offered() -> set[str]:
        names = {row.name for row in organizer_client.get(page(deal)).context["acts"]}
        return names & {"publish", "unpublish"}

    assert offered() == {"publish"}
    act(organizer_client, deal, "publish")
    assert offered() == {"unpublish"}
    assert Deal.objects.get().is_published
    act(organizer_client, deal, "unpublish")
    assert not Deal.objects.get().is_published


def test_a_new_version_of_the_terms_is_opened_at_once(organizer_client: Client, organizer: User) -> None:
    old = make_term_sheet()
    response = organizer_client.post(act_url(old.deal, "next-version"))
    new = TermSheet.objects.get(is_current=True)
    assert (new.number, new.created_by, response.url) == (2, organizer, page(new))
    assert "next-version" not in page_acts(organizer_client, freeze(old.deal))


def freeze(deal: Deal, state: str = "signed") -> Deal:
    Deal.objects.filter(pk=deal.pk).update(state=state)
    return Deal.objects.get(pk=deal.pk)


def page_acts(client: Client, record: Any) -> list[str]:
    return [row.name for row in client.get(page(record)).context["acts"]]


def test_the_page_of_a_deal_lists_its_sheets_and_what_was_found(organizer_client: Client) -> None:
    deal = make_deal(parties=[])
    assert "begins the first one" in words_of(organizer_client.get(page(deal)))
    PolicyRule.objects.create(
        key="reward.floor.equity_pct", value=80, valid_from=dt.date(2015, 10, 1), source="A draft", is_verified=False
    )
    make_party(deal=deal)
    old = make_term_sheet(deal=deal)
    new = next_version(deal, by=None)
    new.technology_lines.first().delete()
    html = words_of(organizer_client.get(page(deal)))
    assert page(old) in html
    assert page(new) in html
    assert old.content_hash in html
    for words in ("in force", "replaced", "Warning", "Error", "law asks for 80 %"):
        assert words in html


def test_the_frame_of_a_signed_deal_is_read_only_but_its_legs_are_not(organizer_client: Client) -> None:
    parties = [{"role": "investor"}, {"role": "university"}]
    deal = freeze(make_term_sheet(deal=make_deal(innovations=[make_innovation()], parties=parties)).deal)
    fields = organizer_client.get(page(deal)).context["adminform"].form.fields
    assert not {*Deal.FROZEN_FIELDS, "innovations"} & set(fields)
    data = typed(organizer_client, page(deal), currency="EUR", team_leg="full", innovations=[], **{
        "parties-0-is_named": "on", "parties-0-role": "team", "parties-1-DELETE": "on",
    })  # fmt: skip
    assert organizer_client.post(page(deal), data).status_code == 302
    deal.refresh_from_db()
    assert (deal.currency, deal.team_leg, deal.innovations.count()) == ("CNY", "full", 1)
    assert [(party.role, party.is_named) for party in deal.parties.all()] == [("investor", True), ("university", False)]


def test_all_innovations_stay_chosen_when_two_people_edit_a_deal(organizer_client: Client) -> None:
    chosen = [make_innovation(), make_innovation()]
    deal = make_deal(innovations=chosen)
    keys = [row.pk for row in chosen]
    mine = typed(organizer_client, page(deal), title_en="Mine", innovations=keys)
    mine["initial-innovations"] = keys
    deal.claim_en = "Hers"
    deal.save()
    form = organizer_client.post(page(deal), mine).context["adminform"].form
    assert [int(key) for key in form.data.getlist("innovations")] == keys
    data = {name: form.data.getlist(name) for name in form.data}
    assert organizer_client.post(page(deal), data).status_code == 302
    deal.refresh_from_db()
    assert (deal.title_en, deal.claim_en, deal.innovations.count()) == ("Mine", "Hers", 2)


def test_the_stages_of_deals_are_a_filter(organizer_client: Client) -> None:
    make_deal(), make_deal(state="signed")  # fmt: skip
    assert organizer_client.get(listing(Deal, "?stage=agreed")).context["cl"].result_count == 1
    assert organizer_client.get(listing(Deal)).context["cl"].result_count == 2


# ------------------------------------------------------------------ term sheets
def sheet_data(client: Client, sheet: TermSheet, **changes: Any) -> dict[str, Any]:
    return typed(client, page(sheet), **changes)


def position_of(sheet: TermSheet, short: str) -> int:
    return list(sheet.equity_lines.values_list("short", flat=True)).index(short)


def test_saving_a_sheet_settles_it_and_shows_its_percentages(organizer_client: Client, organizer: User) -> None:
    sheet = make_term_sheet()
    data = sheet_data(organizer_client, sheet, **{"equity_lines-0-units": "7000000", "total_units": "11000000"})
    assert organizer_client.post(page(sheet), data).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.created_by, sheet.content_hash) == (organizer, hash_of(sheet))
    deal = Deal.objects.get()
    assert (deal.amount, deal.team_share) == (Decimal(11_000_000), Decimal("19.09"))
    html = words_of(organizer_client.get(page(sheet)))
    for percent in ("63.64 %", "8.18 %", "9.54 %", "5.73 %", "3.82 %", "9.09 %"):
        assert percent in html


FAULTS: list[tuple[dict[str, Any], str, tuple[str, ...]]] = [
    ({"equity_lines-0-units": "6500000"}, "total_units", ("10,500,000", "10,000,000", "+500,000")),
    ({"equity_lines-0-units": "1.5"}, "equity_lines-0-units", ("whole number",)),
    ({"equity_lines-0-units": "0"}, "equity_lines-0-units", ("greater than or equal to 1",)),
    ({"equity_lines-0-units": "-5"}, "equity_lines-0-units", ("greater than or equal to 0",)),
    ({"equity_lines-0-units": "many"}, "equity_lines-0-units", ("whole number",)),
    ({"technology_lines-0-agreed_value": "1450001"}, "", ("above the appraised value",)),
    ({"technology_lines-0-agreed_value": "1300000"}, "", ("3,000,000", "2,900,000", "+100,000")),
    ({"technology_lines-0-number": "201710601862.4"}, "technology_lines-0-number", ("check",)),
    ({"team_lines-0-contribution": "49"}, "", ("99", "100.00 %")),
    ({"team_lines-0-contribution": "101"}, "team_lines-0-contribution", ("less than or equal to 100",)),
    ({"team_lines-0-fte": "1.5"}, "team_lines-0-fte", ("less than or equal to 1",)),
    ({"equity_lines-1-short": "PI"}, "equity_lines", ("duplicate",)),
    ({"cliff_months": "60"}, "", ("first vesting lies after",)),
    ({"par_value": "0"}, "par_value", ("greater than or equal to 0.01",)),
]


@pytest.mark.parametrize(("changes", "field", "words"), FAULTS, ids=[f"{next(iter(row[0].items()))}" for row in FAULTS])
def test_a_sheet_with_a_fault_is_told_keeps_what_was_typed_and_stores_nothing(
    changes: dict[str, Any], field: str, words: tuple[str, ...], organizer_client: Client
) -> None:
    sheet = make_term_sheet()
    version = TermSheet.objects.get().version
    data = sheet_data(organizer_client, sheet, note_en="Typed and kept", **changes)
    response = organizer_client.post(page(sheet), data)
    told = errors_of(response)
    assert field in told, told
    for word in words:
        assert word in told[field]
    html = words_of(response)
    assert "Typed and kept" in html
    assert f'value="{next(iter(changes.values()))}"' in html
    stored = TermSheet.objects.get()
    assert (stored.version, stored.note_en, hash_of(stored)) == (version, "", sheet.content_hash)
    assert Deal.objects.get().amount == Decimal(10_000_000)


def test_a_new_sheet_takes_the_next_number_and_comes_with_its_lines(organizer_client: Client) -> None:
    deal = make_deal()
    url = add_url(TermSheet)
    assert organizer_client.get(f"{url}?deal={deal.pk}").context["adminform"].form["number"].value() == 1
    lines = rows(
        "equity_lines",
        {"short": "INV", "holder_en": "Investor", "family": "investor", "contribution": "cash", "units": "3",
         "position": "0"},
    )  # fmt: skip
    data = typed(organizer_client, url, deal=deal.pk, number="", total_units="3", **lines)
    assert organizer_client.post(url, data).status_code == 302
    sheet = TermSheet.objects.get()
    assert (sheet.number, sheet.is_current, sheet.equity_lines.get().units) == (1, True, 3)


def test_a_refused_new_sheet_leaves_nothing(organizer_client: Client) -> None:
    deal = make_deal()
    url = add_url(TermSheet)
    line = {"short": "INV", "holder_en": "Investor", "family": "investor", "contribution": "cash", "units": "3"}
    data = typed(organizer_client, url, deal=deal.pk, total_units="4", **rows("equity_lines", {**line, "position": 0}))
    told = errors_of(organizer_client.post(url, data))
    assert "add up to 3 units, not to the 4 stated: -1" in told["total_units"]
    assert not TermSheet.objects.exists()
    assert not EquityLine.objects.exists()


def test_a_second_sheet_in_force_is_refused(organizer_client: Client) -> None:
    deal = make_term_sheet(lines=False).deal
    url = add_url(TermSheet)
    told = errors_of(organizer_client.post(url, typed(organizer_client, url, deal=deal.pk, number="")))
    assert "another term sheet in force" in told[""]
    assert TermSheet.objects.count() == 1


def test_members_to_choose_are_those_of_the_same_sheet(organizer_client: Client) -> None:
    sheet, other = make_term_sheet(), make_term_sheet()
    formset = organizer_client.get(page(sheet)).context["inline_admin_formsets"][2].formset
    keys = {key for key, _label in formset.forms[0].fields["member"].choices if key}
    assert keys == set(sheet.team_lines.values_list("pk", flat=True))
    stranger = other.team_lines.first()
    data = sheet_data(organizer_client, sheet, **{"equity_lines-2-member": stranger.pk})
    assert "equity_lines-2-member" in errors_of(organizer_client.post(page(sheet), data))


def test_a_warning_is_told_and_saves(organizer_client: Client) -> None:
    sheet = make_term_sheet()
    PolicyRule.objects.create(
        key="reward.floor.equity_pct", value=80, valid_from=dt.date(2015, 10, 1), source="A draft", is_verified=False
    )
    response = organizer_client.post(page(sheet), sheet_data(organizer_client, sheet), follow=True)
    assert "the law asks for 80 %" in " ".join(str(m) for m in response.context["messages"])


@pytest.mark.parametrize("closed_by", ["signing", "a newer version"])
def test_a_closed_sheet_is_read_and_says_why(closed_by: str, organizer_client: Client) -> None:
    sheet = make_term_sheet()
    mine = sheet_data(organizer_client, sheet, note_en="Too late", **{"equity_lines-0-holder_en": "Somebody else"})
    if closed_by == "signing":
        freeze(sheet.deal)
        why = "signed or closed"
    else:
        next_version(sheet.deal, by=None)
        why = "another version took its place"
    response = organizer_client.get(page(sheet))
    assert why in words_of(response)
    assert response.context["has_change_permission"] is False
    assert 'name="equity_lines-0-units"' not in words_of(response)
    response = organizer_client.post(page(sheet), mine)
    assert response.status_code == 200
    assert 'value="Somebody else"' in words_of(response)
    stored = TermSheet.objects.get(pk=sheet.pk)
    assert (stored.note_en, stored.equity_lines.first().holder_en) == ("", "Investor")


def test_a_line_of_a_signed_deal_is_not_deleted_through_its_sheet(organizer_client: Client) -> None:
    sheet = make_term_sheet()
    mine = sheet_data(organizer_client, sheet, **{"team_lines-0-DELETE": "on"})
    freeze(sheet.deal)
    errors_of(organizer_client.post(page(sheet), mine))
    assert sheet.team_lines.count() == 3


# ------------------------------------------------------------------ contracts
def contract_data(client: Client, **changes: Any) -> dict[str, Any]:
    values = {
        "name_en": "Furnace control", "type": "development", "subtype": "commissioned", "signed_on": "2025-03-03",
        "seller": make_organization(slug="seller").pk, "buyer": make_organization(slug="buyer").pk,
        "contract_value": "2000000",
        **rows("deductions", {"kind": "equipment", "amount": "500000", "currency": "CNY"}),
    }  # fmt: skip
    return typed(client, add_url(TechnologyContract), **{**values, **changes})


def test_a_contract_goes_from_the_form_to_the_register(broker_client: Client) -> None:
    assert broker_client.post(add_url(TechnologyContract), contract_data(broker_client)).status_code == 302
    contract = TechnologyContract.objects.get()
    assert contract.technology_value == Decimal(1_500_000)
    for name in ("sign", "submit", "take-up", "return", "submit", "take-up"):
        act(broker_client, contract, name)
    assert "Enter the registration number" in words_of(act(broker_client, contract, "register"))
    data = typed(broker_client, page(contract), registration_no="2025510700000001", registered_on="2025-04-01")
    assert broker_client.post(page(contract), data).status_code == 302
    act(broker_client, contract, "register")
    contract.refresh_from_db()
    assert contract.state == "registered"
    fields = broker_client.get(page(contract)).context["adminform"].form.fields
    assert not {"registration_no", "registered_on", "contract_value", "seller"} & set(fields)
    data = typed(broker_client, page(contract), **rows(
        "amendments",
        {"number": "1", "registered_on": "2026-02-01", "contract_value_change": "5", "technology_value_change": "5",
         "reason": "More work"},
    ))  # fmt: skip
    assert broker_client.post(page(contract), data).status_code == 302
    act(broker_client, contract, "amend")
    html = words_of(broker_client.get(act_url(contract, "revoke")))
    assert "2025510700000001" in html
    act(broker_client, contract, "revoke")
    contract.refresh_from_db()
    assert contract.state == "revoked"


CONTRACT_FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"technology_value": "2100000"}, "technology_value", "above the contract value"),
    ({"technology_value": "1600000"}, "technology_value", "1,500,000.00, not 1,600,000.00"),
    ({"technology_value": "5", "contract_value": ""}, "contract_value", "part of"),
    ({"contract_value": "-1"}, "contract_value", "greater than or equal to 0"),
    ({"contract_value": ""}, "contract_value", "need the contract value"),
    ({"deductions-0-currency": "EUR"}, "deductions-0-currency", "in CNY"),
    ({"deductions-0-amount": "2000001"}, "contract_value", "more than the contract value"),
    ({"deductions-0-amount": "0"}, "deductions-0-amount", "greater than or equal to 0.01"),
    ({"registration_no": "123"}, "registration_no", "16 digits"),
    ({"registration_no": "2025510700000001"}, "registration_no", "already exists"),
    ({"subtype": "patent"}, "subtype", "belongs to another type"),
    ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "", "ends before it begins"),
    ({"signed_on": "2025-03-03", "registered_on": "2025-03-02"}, "registered_on", "before it was signed"),
    ({"contract_value": "", "tax_benefit_claimed_on": "2026-01-01"}, "contract_value", "before a tax benefit"),
    (rows("payments", {"due_on": "2026-01-01", "amount": "2000001"}), "contract_value", "The payments add up to"),
    (
        rows("deductions", *[{"kind": "parts", "amount": "5", "currency": "CNY"}] * 2),
        "deductions",
        "duplicate",
    ),
]


@pytest.mark.parametrize(
    ("changes", "field", "words"), CONTRACT_FAULTS, ids=[str(row[0])[:60] for row in CONTRACT_FAULTS]
)
def test_a_contract_with_a_fault_is_told_and_nothing_of_it_is_stored(
    changes: dict[str, Any], field: str, words: str, organizer_client: Client
) -> None:
    make_contract(registration_no="2025510700000001", registered_on=dt.date(2025, 4, 1))
    histories = TechnologyContract.history.count()
    url = add_url(TechnologyContract)
    told = errors_of(organizer_client.post(url, contract_data(organizer_client, **changes)))
    assert field in told, told
    assert words in told[field]
    assert (TechnologyContract.objects.count(), TechnologyContract.history.count()) == (1, histories)


def test_seller_and_buyer_must_be_two(organizer_client: Client) -> None:
    data = contract_data(organizer_client)
    data["buyer"] = data["seller"]
    assert "are the same" in errors_of(organizer_client.post(add_url(TechnologyContract), data))["buyer"]


def test_royalties_may_come_to_more_than_the_contract_says(organizer_client: Client) -> None:
    data = contract_data(
        organizer_client, payment_mode="royalty", **rows("payments", {"due_on": "2026-01-01", "amount": "2000001"})
    )
    assert organizer_client.post(add_url(TechnologyContract), data).status_code == 302


def test_a_fault_in_a_stored_contract_leaves_all_its_rows_as_they_were(organizer_client: Client) -> None:
    contract = make_contract(state="draft", deductions={"equipment": 500_000})
    data = typed(organizer_client, page(contract), name_en="Renamed", **{"deductions-0-amount": "400000"})
    assert "1,600,000.00" in errors_of(organizer_client.post(page(contract), data))["technology_value"]
    contract.refresh_from_db()
    assert (contract.name_en == "Renamed", contract.deductions.get().amount) == (False, Decimal(500_000))


def test_the_values_of_a_list_bear_their_currency(organizer_client: Client) -> None:
    make_contract(currency="EUR")
    make_contract(state="draft", contract_value=None)
    html = words_of(organizer_client.get(listing(TechnologyContract)))
    assert "€" in html or "EUR" in html


def test_nothing_here_is_missing_from_the_workplace() -> None:
    assert {model for model in admin.site._registry if model._meta.app_label == "matchmaking"} == {*OURS, *BESIDE}


def test_an_organization_that_others_need_stays_and_its_page_says_what_to_do(organizer_client: Client) -> None:
    demand = make_demand()
    owner = demand.organization
    for _talk in range(12):
        make_introduction(demand=demand)
    alone = {"post": "yes", "understood": "on"}
    many = {**alone, "action": "delete_selected", ACTION_CHECKBOX_NAME: [owner.pk]}
    for url, posted in ((page(owner, "delete"), alone), (listing(Organization), many)):
        body = words_of(organizer_client.post(url, posted))
        assert "Introductions (12)" in body
        assert "and 2 more" in body
        assert "What to do instead" in body
        assert "permission" not in body
        assert Organization.objects.filter(pk=owner.pk).exists()


def test_a_line_that_needs_an_organization_leads_to_the_record_it_is_written_on(organizer_client: Client) -> None:
    party = make_party(organization=make_organization())
    response = organizer_client.get(page(party.organization, "delete"))
    kind, (name,) = response.context["protected"]
    assert kind == "Parties (1)"
    assert f'<a href="{page(party.deal)}">' in name
