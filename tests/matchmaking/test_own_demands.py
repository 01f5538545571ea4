"""An enterprise keeps its demands by itself: with targets in figures, and no more told than it wants."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from expo.models import MemberRole, Notice, Organization, Revision, Transition
from expo.own import keeping
from expo.own.nouns import own_nouns
from expo.quality import measure
from matchmaking.demands import demand_wishes, publish_demand, verify_demand
from matchmaking.models import Demand
from tests.expo.admin_pages import act_url
from tests.expo.own.writing import client_of, sent, url, works_for
from tests.expo.test_roles import works_as
from tests.factories import make_demand, make_organization, make_parameter, make_sector, make_target

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Organization:
    return make_organization(name_en="Lanying Magnets", name_zh="蓝英磁材")


@pytest.fixture
def desk(firm: Organization) -> Client:
    return client_of(works_for(firm))


def begun(firm: Organization, desk: Client, **words: Any) -> Demand:
    data = {"title_en": "A better magnet", "kind": "process", "confidentiality": "public", "classified": "no", **words}
    response = desk.post(url("own-new", firm, "demand"), data)
    assert response.status_code == 302, response.context["editor"].form.errors
    return Demand.objects.get()


def test_a_demand_goes_from_a_title_to_the_public(firm: Organization, desk: Client, client: Client) -> None:
    demand = begun(firm, desk)
    assert (demand.organization, demand.state, demand.has_code, demand.origin) == (firm, "draft", True, "participant")
    refused = desk.post(url("own-act", firm, "demand", demand, act="submit"), follow=True).content.decode()
    assert all(word in refused for word in ("a target in figures", "a budget, or why there is none", "who decides"))
    edit = url("own-edit", firm, "demand", demand)
    whole = sent(
        desk, edit, claim_en="Needs a better magnet", sector=make_sector().pk, budget_reason_en="To be agreed",
        decision_owner="Guo Feng", modes=["exclusive"],
        **{"target_metrics-0-parameter": make_parameter().pk, "target_metrics-0-operator": "ge",
           "target_metrics-0-value": "48"},
    )  # fmt: skip
    assert desk.post(edit, whole).status_code == 302
    broker = works_as("matchmaking_broker")
    desk.post(url("own-act", firm, "demand", demand, act="submit"))
    demand.refresh_from_db()
    assert demand.state == "submitted"
    assert Notice.objects.get(kind="own-arrived").user == broker
    verify_demand(demand, by=broker, reason="Called Guo Feng.")
    publish_demand(demand, by=broker)
    assert Notice.objects.filter(kind="own-public").count() == 1
    body = client.get(demand.get_absolute_url()).content.decode()
    assert "Needs a better magnet" in body
    assert "Guo Feng" not in body


def test_an_anonymous_demand_names_nobody_in_any_text_or_row(firm: Organization, desk: Client) -> None:
    demand = begun(firm, desk, confidentiality="anonymous")
    edit = url("own-edit", firm, "demand", demand)
    told = desk.post(edit, sent(desk, edit, problem_en="Lanying Magnets lose their field."))
    assert "problem_en" in told.context["form"].errors
    row = {"target_metrics-0-parameter": make_parameter().pk, "target_metrics-0-value": "4",
           "target_metrics-0-condition_en": "As at Lanying Magnets"}  # fmt: skip
    response = desk.post(edit, sent(desk, edit, **row))
    assert response.status_code == 200
    assert "condition_en" in response.context["editor"].formsets["target_metrics"].forms[0].errors
    assert not demand.target_metrics.exists()


def test_the_preview_shows_no_more_than_the_public_will_see(firm: Organization, desk: Client) -> None:
    demand = make_demand(
        organization=firm, state="draft", confidentiality="nda_only", problem_en="CANARY", decision_owner="CANARY"
    )
    body = desk.get(url("own-preview", firm, "demand", demand)).content.decode()
    assert "Title only" in body
    assert "CANARY" not in body


def test_a_published_demand_changes_through_review(firm: Organization, desk: Client, client: Client) -> None:
    demand = make_demand(organization=firm)
    edit = url("own-edit", firm, "demand", demand)
    desk.post(edit, sent(desk, edit, claim_en="Needs the best magnet", **{"target_metrics-0-value": "52"}))
    revision = Revision.objects.get()
    assert "the best magnet" not in client.get(demand.get_absolute_url()).content.decode()
    assert str(demand.target_metrics.get().value.normalize()) != "52"
    client_of(works_as("matchmaking_broker")).post(act_url(revision, "approve"))
    assert "the best magnet" in client.get(demand.get_absolute_url()).content.decode()
    assert str(demand.target_metrics.get().value.normalize()) == "52"
    demand.refresh_from_db()
    assert demand.state == "published"


def test_a_change_that_takes_the_last_target_away_is_refused(firm: Organization, desk: Client) -> None:
    demand = make_demand(organization=firm)
    edit = url("own-edit", firm, "demand", demand)
    response = desk.post(edit, sent(desk, edit, **{"target_metrics-0-DELETE": "on"}))
    assert "a target in figures" in response.content.decode()
    assert not Revision.objects.exists()


def test_what_comes_back_is_handed_in_again_and_verified_anew(firm: Organization, desk: Client) -> None:
    broker = works_as("matchmaking_broker")
    demand = make_demand(organization=firm, state="submitted")
    verify_demand(demand, by=broker, reason="Visited.")
    client_of(broker).post(act_url(demand, "return"), {"reason": "Which heat?"})
    assert Notice.objects.get(kind="own-returned").data["reason"] == "Which heat?"
    desk.post(url("own-act", firm, "demand", demand, act="submit"))
    demand.refresh_from_db()
    assert (demand.state, demand.verified_by) == ("submitted", None)


def test_the_enterprise_alone_says_that_it_is_solved_and_takes_it_back(firm: Organization, desk: Client) -> None:
    solved, taken = make_demand(organization=firm, state="contracted"), make_demand(organization=firm)
    solve = url("own-act", firm, "demand", solved, act="solve")
    assert desk.post(solve, {"reason": ""}).status_code == 200
    desk.post(solve, {"reason": "It holds 48 MGOe."})
    desk.post(url("own-act", firm, "demand", taken, act="withdraw"), {"reason": ""})
    for demand, state in ((solved, "solved"), (taken, "withdrawn")):
        demand.refresh_from_db()
        assert demand.state == state
    assert Transition.objects.of(solved).first().reason == "It holds 48 MGOe."


@pytest.mark.parametrize("act", ["verify", "publish", "match", "contract"])
def test_an_enterprise_does_not_do_the_brokers_work(act: str, firm: Organization, desk: Client) -> None:
    demand = make_demand(organization=firm, state="submitted")
    assert desk.post(url("own-act", firm, "demand", demand, act=act)).status_code == 404
    demand.refresh_from_db()
    assert demand.state == "submitted"


def test_who_verified_and_whose_it_is_cannot_be_sent_along(firm: Organization, desk: Client, visitor: Any) -> None:
    demand = make_demand(organization=firm, state="draft")
    edit = url("own-edit", firm, "demand", demand)
    extra = {"verified_by": visitor.pk, "verified_at": "2025-01-01", "organization": make_organization().pk,
             "state": "published", "expires_on": "2030-01-01", "position": "1", "unsolved_reason": "other"}  # fmt: skip
    assert desk.post(edit, sent(desk, edit, **extra)).status_code == 302
    demand.refresh_from_db()
    found = (demand.verified_by, demand.organization, demand.state, demand.expires_on, demand.position)
    assert found == (None, firm, "draft", None, 1000)


def test_a_demand_has_no_pictures_and_strangers_find_nothing(firm: Organization, desk: Client) -> None:
    demand = make_demand(organization=firm)
    for method in (desk.get, desk.post):
        assert method(url("own-pictures", firm, "demand", demand)).status_code == 404
    stranger, reader = client_of(works_for(make_organization())), client_of(works_for(firm, MemberRole.MEMBER))
    for name in ("own-record", "own-preview", "own-edit"):
        assert stranger.get(url(name, firm, "demand", demand)).status_code == 404
        assert reader.get(url(name, firm, "demand", demand)).status_code == (403 if name == "own-edit" else 200)
        assert desk.get(url(name, firm, "demand", demand)).status_code == 200
    assert "own-demand-list" in {own.list_name for own in own_nouns.values()}
    assert desk.get(url("own-demand-list", firm, "demand")).status_code == 200


def test_the_quality_of_a_demand_says_what_would_help() -> None:
    demand = make_demand(targets=[], decision_owner="")
    found = measure(demand_wishes(demand))
    assert found.lacking == ("a target in figures", "the person who decides")
    assert "what must not change" in found.better
    make_target(demand=demand)
    assert measure(demand_wishes(demand)).score > found.score
    assert keeping.waiting_change(demand) is None
