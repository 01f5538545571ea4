"""An organization writes its own pages: a draft, its rows, and handing it in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from expo.models import Innovation, Instrument, MemberRole, Metric, Notice, Organization, Product, Transition, User
from expo.own.nouns import own_nouns
from expo.publication import pause_product, resume_product
from tests.expo.admin_pages import act_url
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
    return make_organization(name_en="Lanying Magnets", name_zh="蓝英磁材")


@pytest.fixture
def editor(firm: Organization) -> User:
    return works_for(firm)


@pytest.fixture
def desk(editor: User) -> Client:
    return client_of(editor)


def own_draft(firm: Organization, **words: Any) -> Innovation:
    return make_innovation(organizations=[firm], state="draft", **words)


# ------------------------------------------------------------------ beginning
BEGINNINGS = {
    "innovation": ({"title_en": "A magnet", "classified": "no"}, Innovation),
    "product": ({"title_en": "A magnet"}, Product),
    "instrument": ({"name_en": "A magnet"}, Instrument),
}


@pytest.mark.parametrize("noun", BEGINNINGS)
def test_a_title_is_enough_to_begin(noun: str, firm: Organization, desk: Client, editor: User) -> None:
    words, model = BEGINNINGS[noun]
    response = desk.post(url("own-new", firm, noun), words)
    record: Any = model.objects.get()
    assert response["Location"] == url("own-edit", firm, noun, record)
    assert (record.slug, record.origin, record.state) == ("a-magnet", "participant", type(record)().state)
    assert list(own_nouns[noun].rows(firm)) == [record]
    assert record.history.first().history_user == editor
    assert desk.get(response["Location"]).status_code == 200


def test_a_second_one_of_the_same_title_gets_an_address_of_its_own(firm: Organization, desk: Client) -> None:
    for _time in range(2):
        desk.post(url("own-new", firm, "product"), {"title_en": "Compare", "title_zh": "比较"})
    first, second = Product.objects.order_by("pk")
    assert first.slug != second.slug
    assert "compare" not in (first.slug, second.slug)


def test_a_chinese_title_is_spelled_by_its_sound(firm: Organization, desk: Client) -> None:
    desk.post(url("own-new", firm, "product"), {"title_zh": "磁体"})
    assert Product.objects.get().slug == "ci-ti"


def test_the_address_follows_the_title_until_it_was_public(firm: Organization, desk: Client, organizer: User) -> None:
    desk.post(url("own-new", firm, "product"), {"title_en": "First name"})
    product = Product.objects.get()
    edit = url("own-edit", firm, "product", product)
    desk.post(edit, sent(desk, edit, title_en="Second name"))
    product.refresh_from_db()
    assert product.slug == "second-name"
    Product.objects.update(state="published", claim_en="Ready", sector=make_sector())
    product.refresh_from_db()
    resume_product(pause_product(product, by=organizer), by=organizer)
    Product.objects.update(state="draft")
    desk.post(edit, sent(desk, edit, title_en="Third name"))
    assert Product.objects.get().slug == "second-name"


def test_nothing_is_stored_without_a_title(firm: Organization, desk: Client) -> None:
    response = desk.post(url("own-new", firm, "product"), {"claim_en": "Costs less"})
    assert response.status_code == 200
    assert response.context["editor"].form.errors
    assert not Product.objects.exists()


@pytest.mark.parametrize("answer", ["yes", "", "perhaps"])
def test_what_is_classified_or_unanswered_is_not_stored(answer: str, firm: Organization, desk: Client) -> None:
    response = desk.post(url("own-new", firm, "innovation"), {"title_en": "Secret", "classified": answer})
    assert "classified" in response.context["editor"].form.errors
    assert not Innovation.objects.exists()
    draft = own_draft(firm)
    edit = url("own-edit", firm, "innovation", draft)
    desk.post(edit, sent(desk, edit, classified=answer, title_en="Secret"))
    assert Innovation.objects.get().title_en == draft.title_en
    assert not Innovation.history.filter(title_en="Secret").exists()


# ------------------------------------------------------------------ what may not be sent along
def test_state_origin_place_and_owner_cannot_be_sent_along(firm: Organization, desk: Client) -> None:
    other = make_organization()
    extra = {"state": "published", "origin": "editorial", "position": "1", "is_landmark": "on", "slug": "mine",
             "organization": other.pk, "version": "99"}  # fmt: skip
    desk.post(url("own-new", firm, "innovation"), {"title_en": "Mine", "classified": "no", **extra})
    desk.post(url("own-new", firm, "product"), {"title_en": "Mine", **extra})
    innovation, product = Innovation.objects.get(), Product.objects.get()
    for edit in (url("own-edit", firm, "innovation", innovation), url("own-edit", firm, "product", product)):
        data = sent(desk, edit, claim_en="Costs less", **(extra | {"version": "1"}))
        assert desk.post(edit, data).status_code == 302
    innovation.refresh_from_db()
    product.refresh_from_db()
    assert (innovation.claim_en, product.claim_en) == ("Costs less", "Costs less")
    assert (innovation.state, innovation.origin, innovation.position, innovation.is_landmark) == (
        "draft", "participant", 1000, False,
    )  # fmt: skip
    assert (product.state, product.origin, product.organization) == ("draft", "participant", firm)
    assert [holding.organization for holding in innovation.holdings.all()] == [firm]


def test_a_product_names_only_innovations_of_its_own_seller(firm: Organization, desk: Client) -> None:
    mine, foreign = own_draft(firm), make_innovation()
    product = make_product(organization=firm, state="draft")
    edit = url("own-edit", firm, "product", product)
    refused = desk.post(edit, sent(desk, edit, innovation=foreign.pk))
    assert "innovation" in refused.context["form"].errors
    assert desk.post(edit, sent(desk, edit, innovation=mine.pk)).status_code == 302
    product.refresh_from_db()
    assert product.innovation == mine


# ------------------------------------------------------------------ rows below a record
def test_rows_are_added_mended_and_taken_out_without_javascript(firm: Organization, desk: Client) -> None:
    draft, parameter = own_draft(firm), make_parameter()
    edit = url("own-edit", firm, "innovation", draft)
    new = {"metrics-0-parameter": parameter.pk, "metrics-0-value": "12.5", "team-0-name_en": "Lin Yue",
           "modes": ["assignment", "in_kind"], "ip_rights-0-kind": "invention",
           "ip_rights-0-number": "201710601862.3", "evidence-0-kind": "award",
           "evidence-0-title_en": "Gold"}  # fmt: skip
    response = desk.post(edit, sent(desk, edit, **new))
    assert response.status_code == 302, response.context["form"].errors
    assert str(draft.metrics.get().value.normalize()) == "12.5"
    assert sorted(draft.offered_modes.values_list("mode", flat=True)) == ["assignment", "in_kind"]
    kept = draft.metrics.get().pk
    mended = sent(desk, edit, **{"team-0-DELETE": "on", "evidence-0-title_en": "Silver"})
    assert (mended["metrics-TOTAL_FORMS"], mended["metrics-INITIAL_FORMS"]) == ("3", "1")
    assert desk.post(edit, mended).status_code == 302
    assert draft.metrics.get().pk == kept
    assert not draft.team.exists()
    assert draft.evidence.get().title_en == "Silver"


def test_a_bad_row_is_told_beside_it_and_nothing_is_stored(firm: Organization, desk: Client) -> None:
    draft = own_draft(firm)
    edit = url("own-edit", firm, "innovation", draft)
    bad = {"ip_rights-0-kind": "invention", "ip_rights-0-number": "201710601862.4", "claim_en": "Other"}
    response = desk.post(edit, sent(desk, edit, **bad))
    assert "number" in response.context["editor"].formsets["ip_rights"].forms[0].errors
    assert "201710601862.4" in response.content.decode()
    draft.refresh_from_db()
    assert draft.claim_en == "Costs less"


def test_one_right_stands_once(firm: Organization, desk: Client) -> None:
    draft = own_draft(firm)
    edit = url("own-edit", firm, "innovation", draft)
    twice = {f"ip_rights-{n}-kind": "trade_secret" for n in (0, 1)}
    response = desk.post(edit, sent(desk, edit, **twice))
    assert "twice" in response.content.decode()
    assert not draft.ip_rights.exists()


def test_rows_of_another_record_are_out_of_reach(firm: Organization, desk: Client) -> None:
    foreign = make_metric()
    draft = own_draft(firm)
    edit = url("own-edit", firm, "innovation", draft)
    data = sent(desk, edit, **{
        "metrics-0-id": foreign.pk, "metrics-0-innovation": foreign.innovation.pk, "metrics-0-pk": foreign.pk,
        "metrics-0-parameter": foreign.parameter.pk, "metrics-0-value": "99", "metrics-0-DELETE": "",
        "metrics-1-id": foreign.pk, "metrics-1-DELETE": "on", "metrics-INITIAL_FORMS": "2",
    })  # fmt: skip
    desk.post(edit, data)
    foreign.refresh_from_db()
    assert foreign.value == 5
    assert list(Metric.objects.filter(innovation=foreign.innovation)) == [foreign]


@pytest.mark.parametrize(
    "broken",
    [
        {"metrics-TOTAL_FORMS": "x"},
        {"metrics-TOTAL_FORMS": "100000"},
        {"opened": "[1"},
        {"opened": "[" * 100_000},
        {"opened": '{"metrics": [{"value": ' + "[" * 900 + "]" * 900 + "}]}", "metrics-INITIAL_FORMS": "1"},
        {"version": "x"},
    ],
)
def test_a_broken_form_is_told_and_breaks_nothing(broken: dict[str, str], firm: Organization, desk: Client) -> None:
    draft = own_draft(firm)
    edit = url("own-edit", firm, "innovation", draft)
    assert desk.post(edit, sent(desk, edit, **broken)).status_code in (200, 302)
    assert desk.post(edit, {}).status_code == 200
    assert desk.post(edit, {"title_en": "x" * 500, "trl": "40", "classified": "no"}).status_code == 200


# ------------------------------------------------------------------ handing in
def ready(firm: Organization, noun: str) -> Any:
    if noun == "innovation":
        return own_draft(firm)
    if noun == "product":
        return make_product(organization=firm, state="draft")
    return make_instrument(organization=firm, state="hidden")


REVIEWERS = {"innovation": "matchmaking_broker", "product": "exhibition_manager", "instrument": "matchmaking_broker"}


@pytest.mark.parametrize("noun", REVIEWERS)
def test_what_is_handed_in_is_noted_and_told(noun: str, firm: Organization, desk: Client, editor: User) -> None:
    record, colleague, reader = ready(firm, noun), works_for(firm), works_for(firm, MemberRole.MEMBER)
    reviewers = {role: works_as(role) for role in set(REVIEWERS.values())}
    desk.post(url("own-act", firm, noun, record, act="submit"))
    record.refresh_from_db()
    assert record.state == "submitted"
    assert Transition.objects.of(record).get().by == editor
    told = {notice.user: notice.kind for notice in Notice.objects.all()}
    assert told == {colleague: "own-moved", reviewers[REVIEWERS[noun]]: "own-arrived"}
    assert reader not in told
    desk.post(url("own-act", firm, noun, record, act="submit"))
    assert Transition.objects.of(record).count() == 1
    edit = desk.get(url("own-edit", firm, noun, record), follow=True)
    assert "with the organizers now" in edit.content.decode()


def test_what_lacks_something_is_not_handed_in(firm: Organization, desk: Client) -> None:
    draft = own_draft(firm, claim_en="", claim_zh="", ownership_confirmed=False)
    response = desk.post(url("own-act", firm, "innovation", draft, act="submit"), follow=True)
    text = response.content.decode()
    assert "cannot be handed in yet" in text
    assert "the holder&#x27;s confirmation" in text
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.parametrize("noun", REVIEWERS)
def test_what_came_back_is_mended_and_handed_in_again(noun: str, firm: Organization, desk: Client) -> None:
    record = ready(firm, noun)
    broker = client_of(works_as("organizer"))
    desk.post(url("own-act", firm, noun, record, act="submit"))
    broker.post(act_url(record, "return"), {"reason": "Say by how much."})
    record.refresh_from_db()
    assert record.state == "returned"
    assert Notice.objects.filter(kind="own-returned").count() == 1
    assert "Say by how much." in desk.get(url("own-record", firm, noun, record)).content.decode()
    listed = desk.get(url(f"own-{noun}-list", firm, noun)).context["workspace"].entries
    assert [entry.count for entry in listed if entry.is_current] == [1]
    edit = url("own-edit", firm, noun, record)
    assert desk.post(edit, sent(desk, edit, claim_en="Costs half")).status_code == 302
    desk.post(url("own-act", firm, noun, record, act="submit"))
    broker.post(act_url(record, "offer" if noun == "instrument" else "publish"))
    record.refresh_from_db()
    assert type(record).objects.public().get() == record
    assert record.claim_en == "Costs half"


def test_nobody_publishes_by_himself(firm: Organization, desk: Client) -> None:
    """Only what was paused is shown again; a draft, a hidden or a returned one goes through the organizers."""
    for noun in REVIEWERS:
        record = ready(firm, noun)
        for act in ("resume", "publish", "offer", "approve"):
            assert desk.post(url("own-act", firm, noun, record, act=act)).status_code in (302, 404)
        record.refresh_from_db()
        assert record.state in ("draft", "hidden")


def test_an_own_page_is_paused_shown_again_and_withdrawn(firm: Organization, desk: Client) -> None:
    for record in (make_innovation(organizations=[firm]), make_product(organization=firm)):
        noun = record._meta.model_name or ""
        for act, state in (("pause", "paused"), ("resume", "published"), ("withdraw", "withdrawn")):
            desk.post(url("own-act", firm, noun, record, act=act), {"reason": ""})
            record.refresh_from_db()
            if record.state == "paused":
                assert desk.get(record.get_absolute_url()).status_code == 404
            assert record.state == state


def test_an_instrument_stands_still_and_works_again(firm: Organization, desk: Client) -> None:
    instrument = make_instrument(organization=firm)
    steps = (("maintain", "maintenance"), ("resume", "available"), ("report-fault", "fault"), ("resume", "available"),
             ("hide", "hidden"), ("retire", "retired"))  # fmt: skip
    for act, state in steps:
        desk.post(url("own-act", firm, "instrument", instrument, act=act), {"reason": "Broken lens."})
        instrument.refresh_from_db()
        assert instrument.state == state
    refused = desk.post(url("own-act", firm, "instrument", instrument, act="resume"), follow=True)
    assert "can no longer be done" in refused.content.decode()


def test_only_the_holder_withdraws(firm: Organization, desk: Client) -> None:
    holder = make_organization()
    innovation = make_innovation(organizations=[holder, firm])
    innovation.holdings.filter(organization=firm).update(role="co_holder")
    withdraw = url("own-act", firm, "innovation", innovation, act="withdraw")
    assert desk.get(withdraw).status_code == 403
    assert desk.post(withdraw, {"reason": ""}).status_code == 403
    desk.post(url("own-act", firm, "innovation", innovation, act="pause"))
    innovation.refresh_from_db()
    assert innovation.state == "paused"
    theirs = client_of(works_for(holder))
    theirs.post(url("own-act", holder, "innovation", innovation, act="resume"))
    theirs.post(url("own-act", holder, "innovation", innovation, act="withdraw"), {"reason": "Sold."})
    innovation.refresh_from_db()
    assert innovation.state == "withdrawn"


def test_a_developer_or_manufacturer_does_not_write(firm: Organization, desk: Client) -> None:
    innovation = make_innovation(organizations=[firm])
    innovation.holdings.update(role="developer")
    assert desk.get(url("own-record", firm, "innovation", innovation)).status_code == 404


# ------------------------------------------------------------------ two at a time
def test_the_second_of_two_editors_sees_what_changed_and_loses_nothing(firm: Organization, desk: Client) -> None:
    draft = own_draft(firm)
    edit = url("own-edit", firm, "innovation", draft)
    other = client_of(works_for(firm, name="Wen Qing"))
    mine, theirs = sent(desk, edit, claim_en="Mine"), sent(other, edit, claim_en="Theirs", uses_en="Motors")
    other.post(edit, theirs | {"team-0-name_en": "Lin Yue"})
    response = desk.post(edit, mine)
    text = response.content.decode()
    assert response.status_code == 200
    assert "Somebody else saved this while you were editing" in text
    assert "“Costs less” → “Theirs”" in text
    assert "Wen Qing" in text
    form = response.context["form"]
    assert (form["claim_en"].value(), form["uses_en"].value()) == ("Mine", "Motors")
    assert response.context["editor"].formsets["team"].forms[0]["name_en"].value() == "Lin Yue"
    opened = response.context["editor"].opened
    again = {**mine, "version": form["version"].value(), "uses_en": "Motors", "opened": opened,
             "team-TOTAL_FORMS": "2", "team-INITIAL_FORMS": "1", "team-0-name_en": "Lin Yue",
             "team-0-role": "member"}  # fmt: skip
    assert desk.post(edit, again).status_code == 302
    draft.refresh_from_db()
    assert (draft.claim_en, draft.uses_en, draft.team.count()) == ("Mine", "Motors", 1)


def test_rows_that_both_changed_are_told(firm: Organization, desk: Client) -> None:
    draft = own_draft(firm)
    edit = url("own-edit", firm, "innovation", draft)
    other = client_of(works_for(firm))
    mine = sent(desk, edit, **{"team-0-name_en": "Mine"})
    other.post(edit, sent(other, edit, **{"team-0-name_en": "Theirs"}))
    response = desk.post(edit, mine)
    text = response.content.decode()
    assert "Team members were changed too" in text
    assert "Theirs" in text
    assert response.context["editor"].formsets["team"].forms[0]["name_en"].value() == "Mine"
    assert draft.team.get().name_en == "Theirs"
