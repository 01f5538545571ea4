"""The public pages of demands and deals: right numbers, and nothing of what is not to be known."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from expo.models import Organization
from expo.structured import structured
from matchmaking.models import Deal, Demand, TechnologyContract
from tests.factories import (
    ASSETS,
    MEMBERS,
    STAKES,
    make_deal,
    make_demand,
    make_edition,
    make_innovation,
    make_metric,
    make_organization,
    make_parameter,
    make_sector,
    make_target,
    make_term_sheet,
)

pytestmark = pytest.mark.django_db

DEMANDS, DEALS = "/en/demands/", "/en/deals/"
OPEN = {"technology_leg": "full", "team_leg": "full", "equity_leg": "full"}


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def words(html: str) -> str:
    """What is read: the text of the page in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def published_deal(**overrides: object) -> Deal:
    """The worked example on a public page, all legs open unless told otherwise."""
    deal = make_deal(**{"is_published": True, "state": "public_notice", **OPEN, **overrides})
    make_term_sheet(deal=deal)
    return deal


# ------------------------------------------------------------------ demands
@pytest.mark.parametrize(("language", "title"), [("en", "A magnet for heat"), ("zh-hans", "耐热磁体")])
def test_a_demand_stands_in_its_listing_and_on_its_page(client: Client, language: str, title: str) -> None:
    make_edition()
    demand = make_demand(title_en="A magnet for heat", title_zh="耐热磁体")
    for url in (f"/{language}/demands/", f"/{language}/demands/{demand.slug}/"):
        assert title in page(client, url)


def test_a_demand_says_what_an_answer_must_reach(client: Client) -> None:
    cost = make_parameter(name_en="production cost", unit="")
    target = {"parameter": cost, "value": -10, "operator": "le", "is_change": True, "baseline_en": "magnet of 2024"}
    demand = make_demand(
        targets=[target], modes=["in_kind"], accepts_equity=True, ip_expectation="shared", trl_wanted=6
    )
    said = words(page(client, demand.get_absolute_url()))
    for fact in (
        "Ours fail in the heat.", "Production cost", "≤ \N{MINUS SIGN}10 %", "compared with magnet of 2024",
        "¥1,200,000 to ¥1,800,000", "31 March 2026", "in-kind equity", "would give shares", "shared rights", "TRL 6",
        str(demand.organization),
    ):  # fmt: skip
        assert fact in said, fact


@pytest.mark.parametrize(
    ("budget", "told"),
    [
        ({"budget_min": None}, "up to ¥1,800,000"),
        ({"budget_max": None}, "from ¥1,200,000"),
        ({"budget_min": Decimal(1_800_000)}, "¥1,800,000"),
        ({"budget_min": None, "budget_max": None, "budget_reason_en": "Negotiable"}, "Negotiable"),
        ({"budget_min": None, "budget_max": None}, "not stated"),
    ],
)
def test_a_budget_is_told_as_far_as_it_is_known(client: Client, budget: dict[str, object], told: str) -> None:
    demand = make_demand(**budget)
    said = words(page(client, demand.get_absolute_url()))
    assert f"Budget {told} Needed by" in said


def test_innovations_are_held_against_the_targets_figure_by_figure(client: Client) -> None:
    sector = make_sector()
    cost, heat, size, rust = (make_parameter(name_en=name, unit="K") for name in ("cost", "heat", "size", "rust"))
    demand = make_demand(sector=sector, targets=[])
    make_target(demand=demand, parameter=cost, operator="le", value=-10, is_change=True, position=1)
    make_target(demand=demand, parameter=heat, operator="ge", value=160, position=2)
    make_target(demand=demand, parameter=size, operator="le", value=5, position=3)
    make_target(demand=demand, parameter=rust, operator="le", value=1, position=4)
    holder = make_organization(name_en="Who holds it")
    answer = make_innovation(title_en="Cheap magnet", sector=sector, organizations=[holder])
    make_metric(innovation=answer, parameter=cost, operator="between", value=-20, value_to=-15, is_change=True)
    make_metric(innovation=answer, parameter=heat, operator="between", value=150, value_to=170)
    make_metric(innovation=answer, parameter=size, value=8)
    make_innovation(title_en="Of another field")
    body = page(client, demand.get_absolute_url())
    said = words(body)
    assert "1 of 4 targets met" in said
    assert "Who holds it" in said
    verdicts = re.findall(r'class="verdict[^"]*">.*?</svg>([^<]+)<', body)
    assert verdicts == ["met", "met in part", "missed", "not stated"]
    assert 'href="#answers"' in body
    assert "Of another field" not in said

    shown = words(page(client, answer.get_absolute_url()))
    assert "Who asks for this" in shown
    assert "Cost: ≤ \N{MINUS SIGN}10 % asked, \N{MINUS SIGN}20 to \N{MINUS SIGN}15 % stated" in shown


def test_a_demand_that_nothing_answers_says_so_and_leads_to_its_field(client: Client) -> None:
    demand = make_demand()
    body = page(client, demand.get_absolute_url())
    assert "None yet" in body
    assert f'/en/innovations/?sector={demand.sector.slug}"' in body


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "withdrawn", "unsolved", "expired", "archived"])
def test_a_demand_that_is_not_shown_is_not_found(client: Client, state: str) -> None:
    demand = make_demand(state=state, unsolved_reason="other")
    assert client.get(demand.get_absolute_url()).status_code == 404
    assert str(demand) not in page(client, DEMANDS)


# ------------------------------------------------------------------ who may not be known
def unnamed_demand(**overrides: object) -> Demand:
    asker = make_organization(
        slug="canary-works", name_en="Canary Works Co., Ltd.", name_zh="金丝雀公司", country="DE", city_en="Canaryville"
    )
    return make_demand(organization=asker, **{"confidentiality": "anonymous", **overrides})


def test_an_anonymous_demand_tells_nowhere_who_asks(client: Client) -> None:
    make_edition()
    sector = make_sector()
    demand = unnamed_demand(sector=sector)
    parameter = demand.target_metrics.get().parameter
    answer = make_innovation(sector=sector)
    make_metric(innovation=answer, parameter=parameter, value=7)
    make_demand(sector=sector)
    pages = [
        demand.get_absolute_url(), DEMANDS, reverse("home"), f"{reverse('search')}?q=Demand", "/sitemap-demand.xml",
        answer.get_absolute_url(), sector.get_absolute_url(),
    ]  # fmt: skip
    for url in pages:
        for address in (url, url.replace("/en/", "/zh-hans/")):
            body = page(client, address)
            assert demand.slug in body or str(demand.title_zh) in body or demand.title_en in body, address
            assert not re.search("canary|金丝雀", body, re.IGNORECASE), address
    assert "Anonymous" in page(client, pages[0])
    assert "canary" not in demand.slug
    told = structured(demand)
    assert demand.title_en in told
    assert "anary" not in told
    assert '"DE"' not in told


@pytest.mark.parametrize("kind", ["anonymous", "nda_only"])
def test_an_unnamed_demand_is_not_found_by_its_enterprise(client: Client, kind: str) -> None:
    demand = unnamed_demand(confidentiality=kind)
    Organization.objects.filter(pk=demand.organization_id).update(country="CN", region="CN-SC")
    for query in ("q=Canary", "q=金丝雀", "region=CN-SC"):
        assert '<article class="card' not in page(client, f"{DEMANDS}?{query}"), query
    asked, unknown = (page(client, f"{DEMANDS}?organization={slug}") for slug in ("canary-works", "nobodys-works"))
    assert asked.replace("canary-works", "nobodys-works") == unknown
    assert client.get(f"/en/organizations/{demand.organization.slug}/").status_code == 404
    assert "canary-works" not in page(client, DEMANDS)


def test_a_title_only_demand_shows_neither_figures_nor_money_nor_problem(client: Client) -> None:
    make_edition()
    demand = unnamed_demand(
        confidentiality="nda_only", title_en="A better magnet", problem_en="CANARY-1", situation_en="CANARY-2",
        limits_en="CANARY-3", budget_reason_en="CANARY-4", deadline=dt.date(2031, 7, 19), modes=["use_first_pay_later"],
        accepts_equity=True, ip_expectation="exclusive", trl_wanted=8, targets=[{"value": Decimal("77441")}],
    )  # fmt: skip
    parameter = demand.target_metrics.get().parameter
    secrets = (
        "CANARY", "anary", "77,441", "77441", "1,200,000", "1,800,000", "2031", "19 July", "pay later", "give shares",
        "TRL 8", "exclusive license", str(parameter),
    )  # fmt: skip
    body = page(client, demand.get_absolute_url())
    for text in (body, words(page(client, DEMANDS)).partition("Sort by")[2], page(client, reverse("home"))):
        assert "A better magnet" in text
        assert [secret for secret in secrets if secret in text] == []
    assert "after a confidentiality agreement" in body
    assert [secret for secret in secrets if secret in structured(demand)] == []


@pytest.mark.parametrize(
    "query",
    ["q=CANARY", "budget_min=1000000", "budget_max=2000000", "equity=True", "mode=in_kind", "metric=secret-parameter"],
)
def test_a_title_only_demand_is_not_found_by_what_it_does_not_show(client: Client, query: str) -> None:
    secret = make_parameter(slug="secret-parameter")
    make_demand(
        confidentiality="nda_only", title_en="Title only", problem_en="CANARY", accepts_equity=True, modes=["in_kind"],
        targets=[{"parameter": secret}],
    )  # fmt: skip
    assert "Title only" in page(client, DEMANDS)
    cards = page(client, f"{DEMANDS}?{query}")
    assert '<article class="card' not in cards


def test_an_anonymous_demand_behind_a_deal_is_not_named_by_the_deals_parties(client: Client) -> None:
    demand = unnamed_demand(title_en="Hidden need")
    asker = {"role": "investor", "organization": demand.organization, "is_named": True}
    deal = published_deal(demand=demand, parties=[asker])
    assert "Hidden need" not in page(client, deal.get_absolute_url())
    named = published_deal(demand=make_demand(title_en="Open need"))
    assert "Open need" in page(client, named.get_absolute_url())


# ------------------------------------------------------------------ deals
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_worked_example_adds_up_on_its_page(client: Client, language: str) -> None:
    deal = published_deal()
    body = page(client, deal.get_absolute_url().replace("/en/", f"/{language}/"))
    table = body[body.index("cap__table") :]
    assert re.findall(r'data-label="%">([\d.]+)<', table) == [
        "60.00", "9.00", "10.50", "6.30", "4.20", "10.00", "100.00",
    ]  # fmt: skip
    bar = re.findall(r'<rect class="held-(\w+)" x="([\d.]+)%" width="([\d.]+)%"', body)
    assert [tone for tone, _x, _width in bar] == ["investor", "institution", "team1", "team2", "team3", "pool"]
    assert [x for _tone, x, _width in bar] == ["0", "60.00", "69.00", "79.50", "85.80", "90.00"]
    assert sum(Decimal(width) for _tone, _x, width in bar) == 100
    for letters in ("INV", "UNI", "PI", "ESOP"):
        assert f">{letters}</text>" in body


def test_a_deal_names_the_base_of_each_percentage(client: Client) -> None:
    said = words(page(client, published_deal().get_absolute_url()))
    for sentence in (
        "70.00 % of the technology stake = 21.00 % of the company", "The technology stake is 30.00 % of the company",
        "Vesting over 48 months, nothing before month 12", "technology stake 30.00 %",
        "50.00 % of the team’s work; 10.50 % of the company", "¥3,000,000 agreed value, by negotiation",
        "appraised ¥3,120,000", "¥10,000,000 registered capital",
    ):  # fmt: skip
        assert sentence in said, sentence


def test_a_deal_says_which_version_of_the_terms_it_shows(client: Client) -> None:
    deal = published_deal()
    sheet = deal.term_sheets.get()
    said = words(page(client, deal.get_absolute_url()))
    assert "Terms as of version 1" in said
    assert sheet.content_hash[:12] in said
    assert sheet.content_hash[:13] not in said


def test_the_hash_of_terms_that_are_not_all_open_is_not_shown(client: Client) -> None:
    deal = published_deal(equity_leg="teaser")
    assert deal.term_sheets.get().content_hash[:12] not in page(client, deal.get_absolute_url())


def test_the_card_of_a_deal_shows_the_teams_share_and_the_capital(client: Client) -> None:
    published_deal()
    said = words(page(client, DEALS))
    assert "Team 21.00 % of the company" in said
    assert "Capital ¥10,000,000" in said


def test_the_steps_of_a_deal_mark_where_it_stands(client: Client) -> None:
    body = page(client, published_deal(state="valuation").get_absolute_url())
    assert re.findall(r'<li class="is-done">([^<]+)<', body) == ["Term sheet", "Due diligence"]
    assert re.findall(r'<li aria-current="step">([^<]+)<', body) == ["Valuation"]


SECRETS: dict[str, set[str]] = {
    "technology": {asset[0] for asset in ASSETS} | {"1,400,000", "900,000<", "3,120,000", "140 万元", "312 万元"},
    "team": {member[1] for member in MEMBERS} | {"50.00 % of the team", "full time", "0.40"},
    "equity": {f"{stake[-1]:,}" for stake in STAKES}
    | {"10,000,000", "60.00", "21.00", "held-", "Investor<", "1,000 万元"},
}


@pytest.mark.parametrize("publication", ["teaser", "hidden"])
@pytest.mark.parametrize("leg", ["technology", "team", "equity"])
def test_a_leg_that_is_not_open_leaks_nothing(client: Client, leg: str, publication: str) -> None:
    make_edition()
    closed = {f"{name}_leg": publication for name in ("technology", "team", "equity")}
    deal = published_deal(**{**closed, "company_en": "CANARY Ltd.", "founded_on": dt.date(2031, 7, 19)})
    innovation = make_innovation(title_en="CANARY innovation")
    deal.innovations.add(innovation)
    own, of_innovation = deal.get_absolute_url(), innovation.get_absolute_url()
    for url in (own, DEALS, reverse("home"), f"{reverse('search')}?q=Deal"):
        for address in (url, url.replace("/en/", "/zh-hans/")):
            body = page(client, address).partition('<main id="main"')[2]
            cards = (
                body if address.endswith(f"{deal.code}/") else "".join(re.findall(r"<article.*?</article>", body, re.S))
            )
            found = [secret for secret in {*SECRETS[leg], "2031"} if secret in cards]
            assert found == [], address
    assert "CANARY" not in page(client, own)
    assert deal.code not in page(client, of_innovation)
    said = words(page(client, own))
    if publication == "hidden":
        assert said.count("The parties keep this to themselves.") == 3
    else:
        assert "3 × invention patent 1 × software copyright" in said
        assert "1 × lead 1 × core member 1 × member" in said
        assert "cash + technology + option pool" in said


def test_a_closed_leg_is_not_found_by_its_figures(client: Client) -> None:
    deal = published_deal(equity_leg="teaser")
    for query in ("team=20-30", "amount=5-20"):
        assert deal.code not in page(client, f"{DEALS}?{query}"), query
    for query in ("team=none", "contribution=cash"):
        assert deal.code in page(client, f"{DEALS}?{query}"), query


def test_the_price_of_a_technology_is_no_open_capital(client: Client) -> None:
    """Without equity the deal's amount is the price, which belongs to the leg of the technology."""
    deal = make_deal(is_published=True, technology_leg="teaser", equity_leg="full", structure="license")
    Deal.objects.filter(pk=deal.pk).update(amount=Decimal(4_321_000), team_share=None)
    assert "4,321,000" not in page(client, DEALS)
    assert deal.code not in page(client, f"{DEALS}?amount=0-5")


@pytest.mark.parametrize("team_leg", ["teaser", "hidden"])
def test_an_open_cap_table_does_not_name_a_closed_team(client: Client, team_leg: str) -> None:
    deal = published_deal(team_leg=team_leg)
    sheet = deal.term_sheets.get()
    sheet.equity_lines.filter(short="PI").update(short="WEN", holder_en="Wen Suichuan", note_en="leads")
    for url in (deal.get_absolute_url(), DEALS):
        body = page(client, url)
        assert "Wen" not in body
        assert "WEN" not in body
    assert 'data-label="%">10.50<' in page(client, deal.get_absolute_url())


def test_an_open_cap_table_does_not_name_a_party_that_is_not_to_be_named(client: Client) -> None:
    quiet = make_organization(name_en="Quiet Fund Co., Ltd.", name_zh="静默基金有限公司")
    known = make_organization(name_en="Loud University", name_zh="知名大学")
    deal = published_deal(
        parties=[{"organization": quiet}, {"role": "university", "organization": known, "is_named": 1}]
    )
    lines = deal.term_sheets.get().equity_lines
    lines.filter(short="INV").update(holder_en="Quiet Fund, first tranche", holder_zh="静默基金", short="QF")
    lines.filter(short="UNI").update(holder_en="Loud University")
    lines.filter(short="ESOP").update(note_en="promised by Quiet Fund")
    for address in (deal.get_absolute_url(), deal.get_absolute_url().replace("/en/", "/zh-hans/"), DEALS):
        assert not re.search("Quiet|静默|>QF<", page(client, address)), address
    assert "Loud University" in page(client, deal.get_absolute_url())


@pytest.mark.parametrize("hidden", [{"is_published": False}, {"state": "archived"}])
def test_a_deal_that_is_not_published_is_not_found(client: Client, hidden: dict[str, object]) -> None:
    deal = published_deal()
    Deal.objects.filter(pk=deal.pk).update(**hidden)
    assert client.get(deal.get_absolute_url()).status_code == 404
    assert deal.code not in page(client, DEALS)


# ------------------------------------------------------------------ both
@pytest.mark.parametrize("url", [DEMANDS, DEALS])
def test_pages_are_read_only_and_strangers_find_nothing(client: Client, url: str) -> None:
    assert client.post(url).status_code == 405
    assert client.get(f"{url}nobody/").status_code == 404


def test_the_menu_leads_to_demands_and_deals(client: Client) -> None:
    body = page(client, "/en/")
    links = re.findall(r'href="(/en/[a-z]+/)"', body[body.index('<nav class="nav"') : body.index("</nav>")])
    order = ["exhibitors", "innovations", "products", "demands", "deals", "instruments", "programme", "halls"]
    assert links == [f"/en/{name}/" for name in order]


def test_home_shows_three_open_demands_and_three_deals(client: Client) -> None:
    make_edition()
    for position in range(4):
        make_demand(title_en=f"Need {position}", position=position)
        published_deal(title_en=f"Bundle {position}", position=position)
    make_demand(title_en="Need solved", state="solved", position=0)
    body = page(client, "/en/")
    assert re.findall(r">(Need \w+)<", body) == ["Need 0", "Need 1", "Need 2"]
    assert re.findall(r">(Bundle \d)<", body) == ["Bundle 0", "Bundle 1", "Bundle 2"]


@pytest.mark.parametrize("url", [DEMANDS, DEALS, "/en/"])
def test_listings_ask_as_many_questions_for_thirty_rows_as_for_one(client: Client, url: str) -> None:
    make_edition()
    sector = make_sector()

    def fill(count: int) -> None:
        for _ in range(count):
            make_demand(sector=sector, modes=["in_kind"])
            published_deal(sector=sector)

    def asked() -> int:
        with CaptureQueriesContext(connection) as questions:
            page(client, url)
        return len(questions)

    fill(1)
    asked()
    one = asked()
    fill(29 if url != "/en/" else 4)
    assert asked() == one


def test_a_demand_asks_as_many_questions_for_three_answers_as_for_one(client: Client) -> None:
    sector = make_sector()
    demand = make_demand(sector=sector)
    parameter = demand.target_metrics.get().parameter

    def asked() -> int:
        make_metric(innovation=make_innovation(sector=sector), parameter=parameter, value=7)
        with CaptureQueriesContext(connection) as questions:
            page(client, demand.get_absolute_url())
        return len(questions)

    asked()
    one = asked()
    assert asked() == one


def make_contract(number: int, **overrides: object) -> TechnologyContract:
    values = {
        "name_en": f"Contract {number}", "type": "transfer", "registration_no": f"{number:016d}",
        "registered_on": dt.date(2025, 3, 1), "contract_value": Decimal(5_000_000),
        "technology_value": Decimal(4_000_000), "state": "registered",
    }  # fmt: skip
    return TechnologyContract.objects.create(
        seller=make_organization(), buyer=make_organization(), **{**values, **overrides}
    )


def test_the_figures_page_never_adds_samples_to_real_contracts(client: Client) -> None:
    make_contract(1, origin="sample")
    make_contract(2, origin="sample", type="service")
    said = words(page(client, "/en/figures/"))
    assert "None registered here yet." in said
    assert "Invented contracts Sample" in said
    assert "2025 All types 2 ¥10,000,000 ¥8,000,000" in said
    make_contract(3, contract_value=Decimal(1_000), technology_value=Decimal(1_000))
    said = words(page(client, "/en/figures/"))
    assert "None registered here yet." not in said
    assert "2025 All types 1 ¥1,000 ¥1,000" in said
    assert "2025 All types 2 ¥10,000,000 ¥8,000,000" in said


def test_figures_without_contracts_say_nothing_of_contracts(client: Client) -> None:
    assert "Technology contracts registered here" not in page(client, "/en/figures/")
