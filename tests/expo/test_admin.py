"""The organizers' workplace: every door of it passes through the domain, and nothing typed is lost."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from expo import registry
from expo.admin.conflict import changes_since
from expo.models import (
    Exhibitor,
    Innovation,
    OpeningHours,
    Picture,
    PolicyRule,
    Product,
    Revision,
    Session,
    Speaker,
    Stand,
    Transition,
    User,
)
from expo.saving import propose, save_record
from expo.stands import give_stand
from tests.factories import (
    at,
    make_announcement,
    make_edition,
    make_exhibitor,
    make_figure,
    make_innovation,
    make_metric,
    make_organization,
    make_placepoint,
    make_product,
    make_session,
    make_stand,
    make_user,
    make_zone,
)

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ helpers
def page(record: Any, name: str = "change") -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{name}", args=[record.pk])


def listing(model: Any, query: str = "") -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") + query


def act_url(record: Any, act: str) -> str:
    return reverse(f"admin:expo_{record._meta.model_name}_act", args=[record.pk, act])


def typed(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """What a browser would send from the form at `url`, with some fields typed over."""
    context = client.get(url).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data: dict[str, Any] = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            widget = bound.field.widget
            value = widget.format_value(value) if hasattr(widget, "format_value") else value
            if isinstance(value, (list, tuple)):
                value = value[0] if value else ""
            if hasattr(widget, "widgets"):
                for number, part in enumerate(widget.decompress(bound.value())):
                    data[f"{bound.html_name}_{number}"] = "" if part is None else str(part)
            elif getattr(widget, "input_type", "") == "checkbox":
                if bound.value():
                    data[bound.html_name] = "on"
            elif getattr(widget, "input_type", "") != "file":
                data[bound.html_name] = "" if value is None else str(value)
    return {**data, **changes}


def bulk(client: Client, model: Any, act: str, rows: list[Any], **words: Any) -> Any:
    data = {"action": act, ACTION_CHECKBOX_NAME: [row.pk for row in rows], **words}
    return client.post(listing(model), data, follow=True)


def words_of(response: Any) -> str:
    return response.content.decode()


def a_picture(width: int = 640, height: int = 480, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, kind)
    return out.getvalue()


@pytest.fixture
def one_of_each(organizer: User) -> dict[type, Any]:
    """A row of every model an organizer can open."""
    exhibitor = make_exhibitor()
    stand = give_stand(make_stand(zone=exhibitor.zone), exhibitor=exhibitor, by=organizer)
    metric = make_metric()
    hours = OpeningHours.objects.create(
        edition=make_edition(), day=dt.date(2025, 9, 26), opens=dt.time(9), closes=dt.time(17)
    )
    rule = PolicyRule.objects.create(key="reward-floor", value=70, valid_from=dt.date(2025, 1, 1), source="A law")
    revision = propose(metric.innovation, data={"claim_en": "Costs half"}, by=organizer)
    rows = [
        exhibitor.edition, exhibitor.zone.hall, exhibitor.zone, stand, make_placepoint(), hours, exhibitor.organization,
        exhibitor, metric.innovation, make_product(), metric.innovation.sector, metric.parameter, make_session(),
        make_announcement(), make_figure(), Transition.objects.get(), revision, rule, organizer,
        Group.objects.create(name="Stands"),
    ]  # fmt: skip
    return {type(row): row for row in rows}


OURS = [model for model in admin.site._registry if model._meta.app_label in ("expo", "auth")]


# ------------------------------------------------------------------ every page
@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.model_name)
def test_every_list_add_change_history_and_delete_page_opens(
    model: Any, organizer_client: Client, organizer: User, one_of_each: dict[type, Any], rf: Any
) -> None:
    row = one_of_each[model]
    request = rf.get("/")
    request.user = organizer
    model_admin = admin.site._registry[model]
    urls = [listing(model), listing(model, "?q=a"), page(row), page(row, "history")]
    if model_admin.has_add_permission(request):
        urls.append(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add"))
    if model_admin.has_delete_permission(request):
        urls.append(page(row, "delete"))
    for url in urls:
        assert organizer_client.get(url).status_code == 200, url


@pytest.mark.parametrize("name", ["index", "readiness", "stand-move", "password_change"])
def test_the_pages_of_the_site_itself_open(name: str, organizer_client: Client, one_of_each: dict[type, Any]) -> None:
    assert organizer_client.get(reverse(f"admin:{name}")).status_code == 200


@pytest.mark.parametrize("name", ["index", "readiness", "stand-move", "expo_exhibitor_changelist", "expo_user_add"])
def test_a_stranger_is_asked_to_sign_in(name: str, client: Client, visitor: User) -> None:
    assert client.get(reverse(f"admin:{name}")).status_code == 302
    client.force_login(visitor)
    assert client.get(reverse(f"admin:{name}")).status_code == 302


def test_staff_without_a_right_are_refused(client: Client) -> None:
    client.force_login(make_user(is_staff=True))
    exhibitor = make_exhibitor(state="submitted")
    assert client.get(listing(Exhibitor)).status_code == 403
    assert client.get(reverse("admin:stand-move")).status_code == 403
    assert client.post(act_url(exhibitor, "accept")).status_code == 403
    assert client.get(reverse("admin:index")).status_code == 200


def test_no_page_of_ours_carries_inline_style_or_script(organizer_client: Client, one_of_each: dict[type, Any]) -> None:
    urls = [reverse("admin:index"), reverse("admin:readiness"), reverse("admin:stand-move"), reverse("admin:login")]
    urls += [url for row in one_of_each.values() for url in (listing(row), page(row), page(row, "history"))]
    for url in urls:
        html = words_of(organizer_client.get(url))
        assert " style=" not in html, url
        assert "<style" not in html, url
        assert " onclick=" not in html, url


# ------------------------------------------------------------------ start and readiness
def test_the_start_page_shows_what_waits_with_its_count_and_the_latest_acts(organizer_client: Client) -> None:
    first, _second = make_exhibitor(state="submitted"), make_exhibitor(state="in_review")
    organizer_client.post(act_url(first, "take-up"))
    response = organizer_client.get(reverse("admin:index"))
    line = next(line for line in response.context["start"].queue if line.task.name == "exhibitors")
    assert line.count == 2
    assert line.url == listing(Exhibitor, "?waiting=1")
    assert len(organizer_client.get(line.url).context["cl"].result_list) == 2
    assert [(entry.row.title, entry.to_words) for entry in response.context["start"].log] == [(str(first), "in review")]


def test_every_figure_of_the_start_page_opens_as_many_rows(
    organizer_client: Client, one_of_each: dict[type, Any]
) -> None:
    make_exhibitor(edition=make_edition(number=12, opens_on=dt.date(2024, 9, 26)))
    figures = organizer_client.get(reverse("admin:index")).context["start"].figures
    assert figures
    for figure in figures:
        assert organizer_client.get(figure.url).context["cl"].result_count == figure.count, figure.label


def test_the_start_page_shows_the_sessions_of_the_next_day(organizer_client: Client) -> None:
    session = make_session(starts_at=at(27, "10:00"), ends_at=at(27, "11:00"))
    start = organizer_client.get(reverse("admin:index")).context["start"]
    assert (start.day, start.sessions) == (dt.date(2025, 9, 27), [session])


def test_readiness_counts_live_and_each_row_opens_its_page(organizer_client: Client) -> None:
    homeless = make_exhibitor()
    response = organizer_client.get(reverse("admin:readiness"))
    finding = next(row for row in response.context["findings"] if row.check.name == "without-stand")
    assert (finding.count, finding.rows) == (1, [(str(homeless), page(homeless))])
    assert {row.check.name for row in response.context["findings"]} == set(registry.checks)
    assert 'id="without-stand"' in words_of(response)
    assert organizer_client.get(finding.rows[0][1]).status_code == 200


def test_readiness_shows_the_first_twenty_and_says_how_many_more(organizer_client: Client) -> None:
    zone = make_zone()
    for _number in range(23):
        make_stand(zone=zone)
    response = organizer_client.get(reverse("admin:readiness"))
    finding = next(row for row in response.context["findings"] if row.check.name == "empty")
    assert (finding.count, len(finding.rows), finding.more) == (23, 20, 3)


# ------------------------------------------------------------------ saving
def test_saving_notes_who_did_it_and_counts_the_version(organizer_client: Client, organizer: User) -> None:
    exhibitor = make_exhibitor()
    url = page(exhibitor)
    assert organizer_client.post(url, typed(organizer_client, url, claim_en="Shows better magnets")).status_code == 302
    exhibitor.refresh_from_db()
    assert (exhibitor.claim_en, exhibitor.version) == ("Shows better magnets", 2)
    assert exhibitor.history.latest().history_user == organizer


def test_a_stale_form_keeps_what_was_typed_and_names_the_change(organizer_client: Client) -> None:
    exhibitor = make_exhibitor()
    url = page(exhibitor)
    mine = typed(organizer_client, url, claim_en="My words")
    exhibitor.contact_name = "Li Na"
    save_record(exhibitor, by=make_user(name="Liu Fang"))
    response = organizer_client.post(url, mine)
    assert response.status_code == 200
    errors = " ".join(response.context["adminform"].form.non_field_errors())
    assert "Contact: “empty” → “Li Na”, by Liu Fang" in errors
    assert 'value="My words"' in words_of(response)
    assert '<input type="hidden" name="version" value="2"' in words_of(response)
    exhibitor.refresh_from_db()
    assert exhibitor.claim_en == "Shows magnets"


def test_after_comparing_the_second_save_goes_through(organizer_client: Client) -> None:
    exhibitor = make_exhibitor()
    url = page(exhibitor)
    mine = typed(organizer_client, url, claim_en="My words")
    save_record(exhibitor, by=None)
    again = organizer_client.post(url, mine).context["adminform"].form["version"].value()
    assert organizer_client.post(url, {**mine, "version": again}).status_code == 302
    exhibitor.refresh_from_db()
    assert exhibitor.claim_en == "My words"


def test_a_stale_record_without_history_names_the_fields_that_differ(organizer_client: Client) -> None:
    zone = make_zone()
    url = page(zone)
    mine = typed(organizer_client, url, slug="mine")
    zone.name_en = "Renamed"
    save_record(zone, by=None)
    errors = " ".join(organizer_client.post(url, mine).context["adminform"].form.non_field_errors())
    assert "stored is “Renamed”" in errors


def test_a_form_without_its_version_is_not_saved(organizer_client: Client) -> None:
    exhibitor = make_exhibitor()
    mine = typed(organizer_client, page(exhibitor), claim_en="My words")
    del mine["version"]
    assert organizer_client.post(page(exhibitor), mine).status_code == 200
    exhibitor.refresh_from_db()
    assert exhibitor.claim_en == "Shows magnets"


def test_the_confidential_abstract_is_not_told_in_a_conflict(rf: Any) -> None:
    innovation = make_innovation(abstract_confidential="secret")

    class Form:
        changed_data = ("abstract_confidential", "claim_en")
        cleaned_data = {"abstract_confidential": "guess", "claim_en": "typed"}

    assert [change.label for change in changes_since(innovation, None, Form())] == ["In one sentence (English)"]  # type: ignore[arg-type]


def test_somebody_faster_between_check_and_save_becomes_a_form_error(
    organizer_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form was fresh when it was checked; the row changes just before it is written."""
    exhibitor = make_exhibitor()
    mine = typed(organizer_client, page(exhibitor), claim_en="My words")
    real, calls = save_record, []

    def overtaken(record: Any, **words: Any) -> Any:
        if not calls:
            calls.append(record)
            Exhibitor.objects.filter(pk=record.pk).update(version=5)
        return real(record, **words)

    monkeypatch.setattr("expo.admin.base.save_record", overtaken)
    response = organizer_client.post(page(exhibitor), mine)
    assert response.status_code == 200
    assert "Somebody else saved this" in words_of(response)


def test_a_state_cannot_be_typed_in(organizer_client: Client) -> None:
    for record in (
        make_exhibitor(state="submitted"),
        make_innovation(state="draft"),
        make_product(state="draft"),
        make_session(state="draft"),
    ):
        before = record.state
        data = typed(organizer_client, page(record), state="published")
        assert organizer_client.post(page(record), data).status_code == 302
        record.refresh_from_db()
        assert record.state == before


def test_a_constraint_the_form_does_not_show_is_a_form_error_and_nothing_is_half_saved(
    organizer_client: Client,
) -> None:
    exhibitor = make_exhibitor()
    response = organizer_client.post(page(exhibitor), typed(organizer_client, page(exhibitor), zone=""))
    assert response.status_code == 200
    assert "An accepted exhibitor needs a zone" in words_of(response)


def test_a_bad_row_below_keeps_the_record_unsaved(organizer_client: Client) -> None:
    metric = make_metric()
    url = page(metric.innovation)
    data = typed(organizer_client, url, claim_en="New claim", **{"metrics-0-operator": "between"})
    assert organizer_client.post(url, data).status_code == 200
    metric.innovation.refresh_from_db()
    assert metric.innovation.claim_en == "Costs less"


def test_a_record_is_added_through_the_domain(organizer_client: Client, organizer: User) -> None:
    url = reverse("admin:expo_organization_add")
    data = typed(organizer_client, url, name_en="Longmen Sensing", slug="longmen", region="CN-SC")
    assert organizer_client.post(url, data).status_code == 302
    from expo.models import Organization

    assert Organization.objects.get(slug="longmen").history.get().history_user == organizer


def test_history_is_read_and_brings_nothing_back(organizer_client: Client) -> None:
    exhibitor = make_exhibitor()
    old = exhibitor.history.get()
    url = reverse("admin:expo_exhibitor_simple_history", args=[exhibitor.pk, old.pk])
    assert organizer_client.get(url).status_code == 200
    assert organizer_client.post(url, {"claim_en": "Older"}).status_code == 403


def test_history_never_shows_the_confidential_abstract(organizer_client: Client) -> None:
    innovation = make_innovation(abstract_confidential="The recipe of the alloy")
    old = innovation.history.get()
    assert "The recipe" in words_of(organizer_client.get(page(innovation)))
    url = reverse("admin:expo_innovation_simple_history", args=[innovation.pk, old.pk])
    assert "The recipe" not in words_of(organizer_client.get(url))
    assert "The recipe" not in words_of(organizer_client.get(page(innovation, "history")))


def test_who_may_only_look_does_not_see_the_confidential_abstract(client: Client) -> None:
    reader = make_user(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_innovation"))
    client.force_login(reader)
    innovation = make_innovation(abstract_confidential="The recipe of the alloy")
    assert "The recipe" not in words_of(client.get(page(innovation)))
    assert client.get(listing(Innovation, "?q=recipe")).context["cl"].result_count == 0


# ------------------------------------------------------------------ acts
def test_a_button_accepts_and_leaves_both_steps_in_the_record(organizer_client: Client, organizer: User) -> None:
    exhibitor = make_exhibitor(state="submitted")
    assert "Accept" in words_of(organizer_client.get(page(exhibitor)))
    organizer_client.post(act_url(exhibitor, "accept"))
    exhibitor.refresh_from_db()
    assert exhibitor.state == "accepted"
    moves = Transition.objects.of(exhibitor)
    assert [(move.to_state, move.by) for move in moves] == [("accepted", organizer), ("in_review", organizer)]


def test_only_moves_that_lead_on_are_offered(organizer_client: Client) -> None:
    offered = {
        state: [act.name for act in organizer_client.get(page(make_exhibitor(state=state))).context["acts"]]
        for state in ("draft", "submitted", "in_review", "accepted", "declined")
    }
    assert offered == {
        "draft": ["submit", "withdraw"],
        "submitted": ["take-up", "accept", "return", "decline", "withdraw"],
        "in_review": ["accept", "return", "decline"],
        "accepted": ["withdraw"],
        "declined": [],
    }


def test_an_act_is_asked_before_it_is_done(organizer_client: Client) -> None:
    exhibitor = make_exhibitor(state="submitted")
    assert organizer_client.get(act_url(exhibitor, "accept")).status_code == 200
    exhibitor.refresh_from_db()
    assert exhibitor.state == "submitted"


def test_a_refused_act_says_why_and_changes_nothing(organizer_client: Client) -> None:
    exhibitor = make_exhibitor(state="submitted", zone=None)
    response = organizer_client.post(act_url(exhibitor, "accept"), follow=True)
    assert "has no zone" in words_of(response)
    exhibitor.refresh_from_db()
    assert exhibitor.state == "submitted"


def test_an_act_that_came_too_late_says_so(organizer_client: Client) -> None:
    exhibitor = make_exhibitor(state="declined")
    assert "so it cannot become" in words_of(organizer_client.post(act_url(exhibitor, "accept"), follow=True))
    assert organizer_client.post(act_url(exhibitor, "nonsense")).status_code == 404


def test_declining_without_a_reason_asks_again(organizer_client: Client) -> None:
    exhibitor = make_exhibitor(state="in_review")
    for reason in ("", "   "):
        response = organizer_client.post(act_url(exhibitor, "decline"), {"reason": reason})
        assert response.status_code == 200
        assert "Say why" in words_of(response)
    exhibitor.refresh_from_db()
    assert exhibitor.state == "in_review"


def test_many_are_accepted_and_each_refusal_is_told(organizer_client: Client) -> None:
    good = [make_exhibitor(state="submitted"), make_exhibitor(state="in_review")]
    bad = [make_exhibitor(state="submitted", zone=None), make_exhibitor(state="declined")]
    text = words_of(bulk(organizer_client, Exhibitor, "accept", good + bad))
    assert "done for 2 records" in text
    assert "has no zone" in text
    assert "is declined, so it cannot become accepted" in text
    states = [Exhibitor.objects.get(pk=row.pk).state for row in good + bad]
    assert states == ["accepted", "accepted", "submitted", "declined"]


def test_many_are_declined_with_one_reason(organizer_client: Client) -> None:
    rows = [make_exhibitor(state="submitted"), make_exhibitor(state="in_review")]
    asked = bulk(organizer_client, Exhibitor, "decline", rows)
    assert "These" in words_of(asked) or "these records" in words_of(asked)
    assert "Say why" in words_of(bulk(organizer_client, Exhibitor, "decline", rows, apply="1", reason=""))
    bulk(organizer_client, Exhibitor, "decline", rows, apply="1", reason="The hall is full.")
    for row in rows:
        row.refresh_from_db()
        assert row.state == "declined"
        assert Transition.objects.of(row).first().reason == "The hall is full."  # type: ignore[union-attr]


def test_withdrawing_an_exhibitor_frees_its_stand(organizer_client: Client, organizer: User) -> None:
    exhibitor = make_exhibitor()
    stand = give_stand(make_stand(zone=exhibitor.zone), exhibitor=exhibitor, by=organizer)
    bulk(organizer_client, Exhibitor, "withdraw", [exhibitor], apply="1", reason="")
    stand.refresh_from_db()
    assert stand.exhibitor is None


def test_innovations_are_published_returned_rejected_paused_and_withdrawn(organizer_client: Client) -> None:
    for act, before, after, words in (
        ("publish", "submitted", "published", {}),
        ("return", "submitted", "returned", {"reason": "Add a claim.", "apply": "1"}),
        ("reject", "in_review", "rejected", {"reason": "No innovation.", "apply": "1"}),
        ("pause", "published", "paused", {}),
        ("withdraw", "published", "withdrawn", {"reason": "", "apply": "1"}),
    ):
        innovation = make_innovation(state=before)
        bulk(organizer_client, Innovation, act, [innovation], **words)
        innovation.refresh_from_db()
        assert innovation.state == after, act


def test_an_incomplete_innovation_is_not_published(organizer_client: Client) -> None:
    innovation = make_innovation(state="in_review", sector=None)
    assert "It lacks: a sector" in words_of(organizer_client.post(act_url(innovation, "publish"), follow=True))


def test_products_and_sessions_move_by_their_acts(organizer_client: Client) -> None:
    product, session = make_product(state="draft"), make_session(state="draft")
    bulk(organizer_client, Product, "publish", [product])
    bulk(organizer_client, Session, "publish", [session])
    product.refresh_from_db()
    session.refresh_from_db()
    assert (product.state, session.state) == ("published", "published")
    bulk(organizer_client, Session, "cancel", [session], apply="1", reason="The speaker is ill.")
    session.refresh_from_db()
    assert session.state == "canceled"


def test_a_clash_is_told_after_saving_a_session(organizer_client: Client) -> None:
    first = make_session()
    second = make_session(place=first.place)
    response = organizer_client.post(page(second), typed(organizer_client, page(second)), follow=True)
    assert f"it clashes with “{first}”" in words_of(response)


def test_speakers_are_saved_with_their_session(organizer_client: Client) -> None:
    session = make_session()
    more = {"speakers-TOTAL_FORMS": "1", "speakers-0-name_en": "Sun Li", "speakers-0-position": "0"}
    data = typed(organizer_client, page(session), **more)
    assert organizer_client.post(page(session), data).status_code == 302
    assert Speaker.objects.get(session=session).name_en == "Sun Li"


# ------------------------------------------------------------------ stands
def test_stands_are_assigned_to_many_at_once(organizer_client: Client) -> None:
    first, second = make_exhibitor(), make_exhibitor()
    stands = {row.pk: make_stand(zone=row.zone) for row in (first, second)}
    asked = bulk(organizer_client, Exhibitor, "assign_stands", [first, second])
    assert str(stands[first.pk]) in words_of(asked)
    choice = {f"stand-{key}": stand.pk for key, stand in stands.items()}
    bulk(organizer_client, Exhibitor, "assign_stands", [first, second], apply="1", **choice)
    assert {stand.exhibitor_id for stand in Stand.objects.all()} == {first.pk, second.pk}


def test_a_stand_taken_meanwhile_is_refused_at_its_field(organizer_client: Client, organizer: User) -> None:
    zone = make_zone()
    first, faster, third = (make_exhibitor(zone=zone) for _ in range(3))
    taken, free = make_stand(zone=zone), make_stand(zone=zone)
    give_stand(taken, exhibitor=faster, by=organizer)
    choice = {f"stand-{first.pk}": taken.pk, f"stand-{third.pk}": free.pk}
    response = bulk(organizer_client, Exhibitor, "assign_stands", [first, third], apply="1", **choice)
    errors = response.context["form"].errors
    assert list(errors) == [f"stand-{first.pk}"]
    assert f"is given to “{faster}” already" in str(errors)
    free.refresh_from_db()
    assert free.exhibitor == third


def test_moving_shows_first_what_it_touches(organizer_client: Client, organizer: User) -> None:
    host = make_exhibitor()
    guest = make_exhibitor(zone=host.zone, host=host)
    make_innovation(organizations=[host.organization])
    make_product(organization=guest.organization)
    old = give_stand(make_stand(zone=host.zone), exhibitor=host, by=organizer)
    new = make_stand(zone=make_zone())
    choice = {"exhibitor": host.pk, "leaves": old.pk, "enters": new.pk}
    response = organizer_client.get(reverse("admin:stand-move"), {**choice, "preview": "1"})
    impact = response.context["impact"]
    assert (impact.co_exhibitors, impact.innovations, impact.products, impact.changes_zone) == ((guest,), 1, 1, True)
    new.refresh_from_db()
    assert new.exhibitor is None
    assert organizer_client.post(reverse("admin:stand-move"), choice).status_code == 302
    for row in (old, new, host):
        row.refresh_from_db()
    assert (old.exhibitor, new.exhibitor, host.zone) == (None, host, new.zone)


def test_a_stand_given_twice_shows_the_message_at_the_field(organizer_client: Client, organizer: User) -> None:
    zone = make_zone()
    holder, other = make_exhibitor(zone=zone), make_exhibitor(zone=zone)
    stand = give_stand(make_stand(zone=zone), exhibitor=holder, by=organizer)
    choice = {"exhibitor": other.pk, "leaves": "", "enters": stand.pk}
    for response in (
        organizer_client.get(reverse("admin:stand-move"), {**choice, "preview": "1"}),
        organizer_client.post(reverse("admin:stand-move"), choice),
    ):
        assert f"is given to “{holder}” already" in str(response.context["form"].errors["enters"])
    stand.refresh_from_db()
    assert stand.exhibitor == holder


def test_a_stand_is_released_on_the_move_page(organizer_client: Client, organizer: User) -> None:
    exhibitor = make_exhibitor()
    stand = give_stand(make_stand(zone=exhibitor.zone), exhibitor=exhibitor, by=organizer)
    assert organizer_client.get(reverse("admin:stand-move"), {"leaves": stand.pk}).context["form"].initial[
        "exhibitor"
    ] == str(exhibitor.pk)
    organizer_client.post(reverse("admin:stand-move"), {"exhibitor": exhibitor.pk, "leaves": stand.pk, "enters": ""})
    stand.refresh_from_db()
    assert stand.exhibitor is None


def test_the_holder_of_a_stand_cannot_be_typed_in(organizer_client: Client) -> None:
    stand, exhibitor = make_stand(), make_exhibitor()
    organizer_client.post(page(stand), typed(organizer_client, page(stand), exhibitor=exhibitor.pk))
    stand.refresh_from_db()
    assert stand.exhibitor is None


def test_bad_input_to_the_move_page_is_a_form_error(organizer_client: Client) -> None:
    for choice in ({}, {"exhibitor": "x"}, {"exhibitor": "999"}, {"exhibitor": make_exhibitor().pk}):
        assert organizer_client.post(reverse("admin:stand-move"), choice).status_code == 200


def test_a_stand_is_found_by_the_code_on_its_sign(organizer_client: Client) -> None:
    stand = make_stand(zone=make_zone(letter="C"), number="12")
    make_stand(zone=make_zone(letter="D"), number="12")
    assert list(organizer_client.get(listing(Stand, "?q=C12")).context["cl"].result_list) == [stand]


# ------------------------------------------------------------------ the three records
def test_the_log_is_read_only(organizer_client: Client, one_of_each: dict[type, Any]) -> None:
    row = one_of_each[Transition]
    assert organizer_client.get(reverse("admin:expo_transition_add")).status_code == 403
    assert organizer_client.post(page(row), {"reason": "Otherwise"}).status_code == 403
    assert organizer_client.post(page(row, "delete"), {"post": "yes"}).status_code == 403


def test_a_proposed_change_is_compared_field_by_field_and_approved(organizer_client: Client, organizer: User) -> None:
    innovation = make_innovation()
    revision = propose(innovation, data={"claim_en": "Costs half", "trl": None}, by=make_user())
    compared = organizer_client.get(page(revision)).context["compared"]
    assert [(row.now, row.proposed, row.differs) for row in compared] == [
        ("Costs less", "Costs half", True),
        ("empty", "empty", False),
    ]
    organizer_client.post(act_url(revision, "approve"))
    innovation.refresh_from_db()
    assert innovation.claim_en == "Costs half"


def test_a_proposal_on_an_older_version_is_not_applied(organizer_client: Client) -> None:
    innovation = make_innovation()
    revision = propose(innovation, data={"claim_en": "Costs half"}, by=make_user())
    save_record(innovation, by=None)
    assert organizer_client.get(page(revision)).context["is_stale"]
    organizer_client.post(act_url(revision, "approve"))
    revision.refresh_from_db()
    assert revision.state == Revision.State.PROPOSED
    organizer_client.post(act_url(revision, "return"), {"reason": "Please look again."})
    revision.refresh_from_db()
    assert revision.state == Revision.State.RETURNED


def test_a_revision_is_decided_and_not_edited(organizer_client: Client) -> None:
    revision = propose(make_innovation(), data={"claim_en": "Costs half"}, by=make_user())
    assert organizer_client.post(page(revision), {"data": "{}"}).status_code == 403
    assert organizer_client.get(reverse("admin:expo_revision_add")).status_code == 403


# ------------------------------------------------------------------ pictures
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 no picture", "no picture we can read"),
        (a_picture(kind="GIF"), "of type GIF cannot be shown"),
        (a_picture(100, 100), "measures 100 × 100 pixels"),
        (b"x" * (11 * 1024 * 1024), "At most 10 MB"),
    ],
    ids=["a document", "a type not shown", "too small", "too large"],
)
def test_an_unfit_upload_is_refused_at_its_field(content: bytes, words: str, organizer_client: Client) -> None:
    product = make_product()
    response = organizer_client.post(page(product), typed(organizer_client, page(product), **with_upload(content)))
    assert response.status_code == 200
    pictures = response.context["inline_admin_formsets"][0].formset
    assert words in str(pictures.forms[0].errors["upload"])
    assert not Picture.objects.exists()


def test_a_good_upload_is_stored_by_the_domain(organizer_client: Client) -> None:
    product = make_product()
    data = typed(organizer_client, page(product), **with_upload(a_picture()))
    assert organizer_client.post(page(product), data).status_code == 302
    picture = Picture.objects.get()
    assert (picture.record, picture.state, picture.alt_en) == (product, Picture.State.WAITING, "A magnet")


def with_upload(content: bytes) -> dict[str, Any]:
    prefix = "expo-picture-content_type-object_id"
    return {
        f"{prefix}-TOTAL_FORMS": "1",
        f"{prefix}-INITIAL_FORMS": "0",
        f"{prefix}-0-upload": SimpleUploadedFile("picture.png", content),
        f"{prefix}-0-alt_en": "A magnet",
        f"{prefix}-0-position": "0",
    }


# ------------------------------------------------------------------ as the public sees it, deleting, accounts
def test_a_public_record_links_to_its_page_and_another_says_it_is_not_public(organizer_client: Client) -> None:
    shown, hidden = make_innovation(), make_innovation(state="draft")
    assert shown.get_absolute_url() in words_of(organizer_client.get(page(shown)))
    text = words_of(organizer_client.get(page(hidden)))
    assert hidden.get_absolute_url() not in text
    assert "The public does not see this yet" in text


def test_deleting_shows_what_goes_what_stays_and_what_forbids_it(organizer_client: Client, organizer: User) -> None:
    host = make_exhibitor()
    guest = make_exhibitor(zone=host.zone, host=host)
    stand = give_stand(make_stand(zone=host.zone), exhibitor=host, by=organizer)
    response = organizer_client.get(page(host, "delete"))
    assert response.context["loosened"] == [("Exhibitors", [str(guest)]), ("Stands", [str(stand)])]
    protected = organizer_client.get(page(host.organization, "delete"))
    assert protected.context["protected"]
    metric = make_metric()
    assert "Metric" in words_of(organizer_client.get(page(metric.innovation, "delete")))


def test_an_account_is_made_by_e_mail_address(organizer_client: Client) -> None:
    url = reverse("admin:expo_user_add")
    data = {
        "email": "Liu.Fang@Example.org", "name": "Liu Fang", "language": "zh-hans", "usable_password": "true",
        "password1": "correct horse battery", "password2": "correct horse battery",
    }  # fmt: skip
    assert organizer_client.post(url, data).status_code == 302
    user = User.objects.get(email="liu.fang@example.org")
    assert user.check_password("correct horse battery")
    assert organizer_client.get(reverse("admin:auth_user_password_change", args=[user.pk])).status_code == 200
    assert "has an account" in words_of(organizer_client.post(url, data)) or "already exists" in words_of(
        organizer_client.post(url, data)
    )


def test_who_edits_accounts_cannot_take_powers(client: Client) -> None:
    clerk = make_user(is_staff=True)
    clerk.user_permissions.add(*Permission.objects.filter(codename__in=["change_user", "view_user"]))
    client.force_login(clerk)
    client.post(page(clerk), typed(client, page(clerk), is_superuser="on"))
    clerk.refresh_from_db()
    assert not clerk.is_superuser


# ------------------------------------------------------------------ cost
def queries_of(client: Client, url: str) -> int:
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("model", [Exhibitor, Innovation, Product, Session, Stand, Transition, Revision])
def test_a_list_costs_the_same_at_one_and_at_thirty_rows(model: Any, organizer_client: Client, organizer: User) -> None:
    zone, place = make_zone(), make_placepoint()

    def add() -> None:
        organization = make_organization()
        exhibitor = make_exhibitor(zone=zone, organization=organization)
        give_stand(make_stand(zone=zone), exhibitor=exhibitor, by=organizer)
        innovation = make_innovation(organizations=[organization, make_organization()])
        make_product(organization=organization)
        make_session(place=place)
        propose(innovation, data={"claim_en": "Costs half"}, by=organizer)

    add()
    url = listing(model)
    organizer_client.get(url)
    at_one = queries_of(organizer_client, url)
    for _number in range(29):
        add()
    assert queries_of(organizer_client, url) == at_one


def test_a_search_in_a_choice_costs_the_same_at_one_and_at_ten_rows(organizer_client: Client) -> None:
    url = reverse("admin:autocomplete") + "?app_label=expo&model_name=session&field_name=place&term=Stage"
    make_placepoint()
    at_one = queries_of(organizer_client, url)
    for _number in range(9):
        make_placepoint()
    assert queries_of(organizer_client, url) == at_one


def test_the_menu_groups_models_by_job(organizer_client: Client) -> None:
    groups = organizer_client.get(reverse("admin:index")).context["job_groups"]
    names = {group["name"]: [model["object_name"] for model in group["models"]] for group in groups}
    assert list(names)[:3] == ["The fair", "Exhibition", "Programme and news"]
    assert list(names)[-2:] == ["Record", "Accounts"]
    assert "Stand" in names["The fair"]
    assert "Transition" in names["Record"]


def test_an_announcement_is_previewed_before_it_is_public(organizer_client: Client, client: Client) -> None:
    announcement = make_announcement(publish_at=None)
    url = reverse("admin:expo_announcement_preview", args=[announcement.pk])
    assert url in words_of(organizer_client.get(page(announcement)))
    assert client.get(url).status_code == 302
    assert str(announcement.title) in words_of(organizer_client.get(url))
