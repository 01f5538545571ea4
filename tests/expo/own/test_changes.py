"""What is public stays as it was approved: changes wait for review, are compared, changed, taken back and decided."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from expo import saving
from expo.errors import DomainError
from expo.models import Innovation, Notice, Organization, Picture, Revision, StaleVersion, User
from expo.own import keeping
from tests.expo.admin_pages import act_url, page
from tests.expo.own.writing import client_of, sent, url, works_for
from tests.expo.test_roles import works_as
from tests.factories import (
    make_innovation,
    make_instrument,
    make_metric,
    make_organization,
    make_parameter,
    make_product,
    make_sector,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Organization:
    return make_organization(name_en="Lanying Magnets")


@pytest.fixture
def editor(firm: Organization) -> User:
    return works_for(firm)


@pytest.fixture
def desk(editor: User) -> Client:
    return client_of(editor)


@pytest.fixture
def broker(db: None) -> Client:
    return client_of(works_as("matchmaking_broker"))


def proposed(desk: Client, firm: Organization, innovation: Innovation, **words: Any) -> Revision:
    edit = url("own-edit", firm, "innovation", innovation)
    response = desk.post(edit, sent(desk, edit, **words))
    assert response.status_code == 302, response.context["form"].errors
    return Revision.objects.get(state="proposed")


# ------------------------------------------------------------------ the domain
def test_a_field_that_points_elsewhere_and_rows_go_through_review(visitor: User, organizer: User) -> None:
    innovation, sector, parameter = make_innovation(), make_sector(), make_parameter()
    old = make_metric(innovation=innovation)
    rows = [{"parameter": parameter.pk, "value": "7", "operator": "ge"}]
    revision = saving.propose(innovation, data={"sector": sector.pk}, lines={"metrics": rows}, by=visitor)
    innovation.refresh_from_db()
    assert (innovation.sector == sector, list(innovation.metrics.all())) == (False, [old])
    saving.approve(revision, by=organizer)
    innovation.refresh_from_db()
    assert innovation.sector == sector
    assert [(metric.parameter, metric.operator, int(metric.value)) for metric in innovation.metrics.all()] == [
        (parameter, "ge", 7)
    ]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        ({"sector": 999_999}, {}),
        ({"trl": 40}, {}),
        ({"title_en": "", "title_zh": ""}, {}),
        ({}, {"metrics": [{"parameter": 999_999, "value": "1"}]}),
        ({}, {"metrics": [{"parameter": None, "value": "x"}]}),
        ({}, {"ip_rights": [{"kind": "invention", "number": "201710601862.4"}]}),
    ],
)
def test_what_the_record_would_refuse_is_refused_when_it_is_proposed(
    data: dict[str, Any], lines: dict[str, Any], visitor: User
) -> None:
    with pytest.raises(ValidationError):
        saving.propose(make_innovation(), data=data, lines=lines, by=visitor)
    assert not Revision.objects.exists()


@pytest.mark.parametrize("lines", [{"holdings": []}, {"assessments": []}, {"metrics": [{"innovation": 1}]}])
def test_a_change_reaches_no_other_rows(lines: dict[str, Any], visitor: User) -> None:
    with pytest.raises(DomainError, match="cannot be proposed"):
        saving.propose(make_innovation(), data={}, lines=lines, by=visitor)


def test_a_change_that_makes_it_unfit_for_the_public_is_refused(visitor: User) -> None:
    innovation = make_innovation()
    with pytest.raises(DomainError, match="one sentence"):
        saving.propose(innovation, data={"claim_en": "", "claim_zh": ""}, by=visitor)
    instrument = make_instrument()
    with pytest.raises(DomainError, match="a rate for others"):
        saving.propose(instrument, data={}, lines={"rates": []}, by=visitor)


def test_rows_that_stay_keep_their_keys_and_their_order(visitor: User, organizer: User) -> None:
    innovation = make_innovation()
    for mode in ("assignment", "sole", "in_kind"):
        innovation.offered_modes.create(mode=mode)
    before = dict(innovation.offered_modes.values_list("mode", "pk"))
    wanted = [{"mode": "assignment"}, {"mode": "exclusive"}, {"mode": "in_kind"}]
    saving.approve(saving.propose(innovation, data={}, lines={"offered_modes": wanted}, by=visitor), by=organizer)
    after = dict(innovation.offered_modes.values_list("mode", "pk"))
    assert list(after) == ["assignment", "exclusive", "in_kind"]
    assert (after["assignment"], after["in_kind"]) == (before["assignment"], before["in_kind"])


def test_a_change_of_an_earlier_time_is_still_read(visitor: User, organizer: User) -> None:
    innovation = make_innovation()
    revision = Revision.objects.create(
        record=innovation, base_version=innovation.version, data={"claim_en": "Costs half"}, by=visitor
    )
    saving.approve(revision, by=organizer)
    innovation.refresh_from_db()
    assert innovation.claim_en == "Costs half"


# ------------------------------------------------------------------ the story of one change
def test_a_public_text_stays_until_its_change_is_approved(
    firm: Organization, desk: Client, editor: User, broker: Client, client: Client
) -> None:
    innovation, colleague = make_innovation(organizations=[firm]), works_for(firm)
    reviewer = User.objects.get(groups__name="matchmaking_broker")
    rows = {"team-0-name_en": "Lin Yue", "team-0-agreed_on": "2025-01-01", "modes": ["in_kind"]}
    revision = proposed(desk, firm, innovation, claim_en="Costs half", **rows)
    assert Notice.objects.get(kind="change-arrived").user == reviewer
    body = client.get(innovation.get_absolute_url()).content.decode()
    assert "Costs less" in body
    assert "Costs half" not in body
    assert "Lin Yue" not in body
    shown = desk.get(url("own-record", firm, "innovation", innovation)).content.decode()
    assert "Costs half" in shown
    assert "Lin Yue" in shown
    compared = broker.get(page(revision)).content.decode()
    assert all(word in compared for word in ("Costs less", "Costs half", "Lin Yue", "in-kind equity"))
    broker.post(act_url(revision, "approve"))
    body = client.get(innovation.get_absolute_url()).content.decode()
    assert "Costs half" in body
    assert "Lin Yue" in body
    assert {notice.user for notice in Notice.objects.filter(kind="change-approved")} == {editor, colleague}
    innovation.refresh_from_db()
    assert innovation.state == "published"


def test_a_waiting_change_is_changed_again_and_taken_back(firm: Organization, desk: Client) -> None:
    innovation = make_innovation(organizations=[firm])
    first = proposed(desk, firm, innovation, claim_en="Costs half")
    edit = url("own-edit", firm, "innovation", innovation)
    assert desk.get(edit).context["form"]["claim_en"].value() == "Costs half"
    second = proposed(desk, firm, innovation, uses_en="Motors")
    assert second == first
    assert second.data["fields"] == {"claim_en": "Costs half", "uses_en": "Motors"}
    desk.post(url("own-take-back", firm, "innovation", innovation))
    assert not Revision.objects.exists()
    again = desk.post(url("own-take-back", firm, "innovation", innovation), follow=True)
    assert "No change waits any more" in again.content.decode()
    innovation.refresh_from_db()
    assert (innovation.claim_en, innovation.uses_en) == ("Costs less", "")


def test_a_change_back_to_the_public_text_is_no_change(firm: Organization, desk: Client) -> None:
    innovation = make_innovation(organizations=[firm])
    edit = url("own-edit", firm, "innovation", innovation)
    response = desk.post(edit, sent(desk, edit), follow=True)
    assert "Nothing differs" in response.content.decode()
    proposed(desk, firm, innovation, claim_en="Costs half")
    desk.post(edit, sent(desk, edit, claim_en="Costs less"))
    assert not Revision.objects.exists()


def test_a_returned_change_is_not_lost(firm: Organization, desk: Client, editor: User, broker: Client) -> None:
    innovation = make_innovation(organizations=[firm])
    revision = proposed(desk, firm, innovation, claim_en="Costs half", **{"team-0-name_en": "Lin Yue"})
    broker.post(act_url(revision, "return"), {"reason": "Half of what?"})
    assert Notice.objects.get(kind="change-returned", user=editor).data["reason"] == "Half of what?"
    assert "Half of what?" in desk.get(url("own-record", firm, "innovation", innovation)).content.decode()
    edit = url("own-edit", firm, "innovation", innovation)
    editor_page = desk.get(edit).context["editor"]
    assert editor_page.form["claim_en"].value() == "Costs half"
    assert editor_page.formsets["team"].forms[0]["name_en"].value() == "Lin Yue"
    assert desk.get(edit + "?fresh=1").context["form"]["claim_en"].value() == "Costs less"
    proposed(desk, firm, innovation, claim_en="Costs half of a ferrite magnet")
    waiting = keeping.waiting_change(innovation)
    assert waiting.data["fields"] == {"claim_en": "Costs half of a ferrite magnet"}
    assert waiting.data["lines"]["team"][0]["name_en"] == "Lin Yue"


def test_a_change_of_a_text_that_moved_on_is_told_and_proposed_anew(
    firm: Organization, desk: Client, broker: Client, organizer: User
) -> None:
    innovation = make_innovation(organizations=[firm])
    revision = proposed(desk, firm, innovation, claim_en="Costs half")
    innovation.uses_en = "Motors"
    saving.save_record(innovation, by=organizer)
    with pytest.raises(StaleVersion):
        saving.approve(revision, by=organizer)
    here = desk.get(url("own-record", firm, "innovation", innovation)).content.decode()
    assert "was changed since this was proposed" in here
    edit = url("own-edit", firm, "innovation", innovation)
    data = sent(desk, edit)
    assert (data["claim_en"], data["uses_en"]) == ("Costs half", "Motors")
    desk.post(edit, data)
    revision.refresh_from_db()
    saving.approve(revision, by=organizer)
    innovation.refresh_from_db()
    assert (innovation.claim_en, innovation.uses_en) == ("Costs half", "Motors")


def test_two_editors_of_one_waiting_change(firm: Organization, desk: Client) -> None:
    innovation = make_innovation(organizations=[firm])
    proposed(desk, firm, innovation, claim_en="Costs half")
    edit = url("own-edit", firm, "innovation", innovation)
    other = client_of(works_for(firm))
    mine = sent(desk, edit, claim_en="Costs a third")
    other.post(edit, sent(other, edit, claim_en="Costs a quarter", uses_en="Motors"))
    response = desk.post(edit, mine)
    text = response.content.decode()
    assert "Somebody else saved this" in text
    assert "“Costs half” → “Costs a quarter”" in text
    form = response.context["form"]
    assert (form["claim_en"].value(), form["uses_en"].value()) == ("Costs a third", "Motors")
    desk.post(edit, {**mine, "uses_en": "Motors", "change": form["change"].value()})
    assert keeping.waiting_change(innovation).data["fields"] == {"claim_en": "Costs a third", "uses_en": "Motors"}


def test_a_change_decided_while_it_was_being_changed_is_told(firm: Organization, desk: Client, broker: Client) -> None:
    innovation = make_innovation(organizations=[firm])
    revision = proposed(desk, firm, innovation, claim_en="Costs half")
    edit = url("own-edit", firm, "innovation", innovation)
    mine = sent(desk, edit, uses_en="Motors")
    broker.post(act_url(revision, "approve"))
    response = desk.post(edit, mine)
    assert response.status_code == 200
    assert response.context["form"]["uses_en"].value() == "Motors"
    assert "Somebody else saved this" in response.content.decode()


def test_a_paused_page_is_changed_through_review_too(firm: Organization, desk: Client) -> None:
    innovation = make_innovation(organizations=[firm], state="paused")
    proposed(desk, firm, innovation, claim_en="Costs half")
    innovation.refresh_from_db()
    assert innovation.claim_en == "Costs less"


@pytest.mark.parametrize("state", ["submitted", "in_review", "withdrawn", "rejected", "expired", "archived"])
def test_what_is_with_the_organizers_or_over_is_not_changed(state: str, firm: Organization, desk: Client) -> None:
    innovation = make_innovation(organizations=[firm], state=state)
    edit = url("own-edit", firm, "innovation", innovation)
    assert desk.get(edit).status_code == 302
    assert desk.post(edit, {"claim_en": "Costs half", "classified": "no"}).status_code == 302
    innovation.refresh_from_db()
    assert innovation.claim_en == "Costs less"
    assert not Revision.objects.exists()


def test_products_and_instruments_go_the_same_way(firm: Organization, desk: Client, organizer: User) -> None:
    product, instrument = make_product(organization=firm), make_instrument(organization=firm)
    for record, words in ((product, {"price": "99.00"}), (instrument, {"rates-0-amount": "450"})):
        noun = record._meta.model_name or ""
        edit = url("own-edit", firm, noun, record)
        assert desk.post(edit, sent(desk, edit, **words)).status_code == 302
        saving.approve(keeping.waiting_change(record), by=organizer)
    product.refresh_from_db()
    assert (str(product.price), str(instrument.rates.get().amount)) == ("99.00", "450.00")


def test_a_picture_that_goes_with_a_change_is_dropped_with_it(firm: Organization, desk: Client) -> None:
    innovation = make_innovation(organizations=[firm])
    revision = proposed(desk, firm, innovation, claim_en="Costs half")
    Picture.objects.create(record=revision, upload="uploads/x", alt_en="A magnet")
    saving.take_back(revision, by=revision.by)
    assert not Picture.objects.exists()


def test_what_lacked_something_before_may_still_be_changed(visitor: User) -> None:
    """Pages of an earlier time are mended step by step."""
    innovation = make_innovation(trl=7, trl_scale="iso16290")
    assert saving.propose(innovation, data={"claim_en": "Costs half"}, by=visitor).state == "proposed"
