"""The organizers' workplace: every page opens for whom it should, shows what waits, and costs the same at any size."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from expo import registry
from expo.admin.base import ReadOnly
from expo.models import (
    AuditEntry,
    Consent,
    Enquiry,
    Exhibitor,
    Innovation,
    OpeningHours,
    PolicyRule,
    Product,
    Revision,
    Session,
    Stand,
    Transition,
    User,
)
from expo.outbox import post
from expo.saving import propose
from expo.stands import give_stand
from tests.expo.admin_pages import act_url, listing, page, typed, words_of
from tests.factories import (
    at,
    make_announcement,
    make_assessment,
    make_broadcast,
    make_country,
    make_edition,
    make_enquiry,
    make_exhibitor,
    make_fieldlock,
    make_figure,
    make_innovation,
    make_instrument,
    make_invitation,
    make_joinrequest,
    make_membership,
    make_metric,
    make_organization,
    make_partnercity,
    make_placepoint,
    make_platform,
    make_product,
    make_question,
    make_session,
    make_stand,
    make_synonym,
    make_user,
    make_zone,
)

pytestmark = pytest.mark.django_db


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
        make_announcement(), make_figure(), make_platform(), make_instrument(), make_partnercity(), make_country(),
        make_assessment(reviewer=organizer), Transition.objects.get(), revision, rule, organizer, make_synonym(),
        Group.objects.create(name="Stands"), make_question(), make_fieldlock(),
        make_broadcast(by=organizer), make_enquiry(), make_membership(),
        make_invitation(), make_joinrequest(),
        post(key="a mail", to="a@example.org", subject="A mail", text="Words", language="en"),
        Consent.objects.create(user=organizer, kind="privacy", version="1", given_at=timezone.now()),
        AuditEntry.objects.first(),
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
    urls = [listing(model), listing(model, "?q=a")]
    may_open = model_admin.has_view_permission(request, row)  # of enquiries only the figures
    if may_open:
        urls.append(page(row))
    if may_open and model not in (Transition, AuditEntry, Consent):  # logs have no history of their own
        urls.append(page(row, "history"))
    if model_admin.has_add_permission(request):
        urls.append(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add"))
    if model_admin.has_delete_permission(request):
        urls.append(page(row, "delete"))
    for url in urls:
        assert organizer_client.get(url).status_code == 200, url


@pytest.mark.parametrize("model", [Transition, AuditEntry, Consent, Enquiry, DBTaskResult])
def test_what_is_only_read_is_written_by_no_superuser_either(model: Any, organizer: User, rf: Any) -> None:
    organizer.is_superuser = True
    request = rf.get("/")
    request.user = organizer
    model_admin = admin.site._registry[model]
    assert isinstance(model_admin, ReadOnly)
    may = model_admin.get_model_perms(request)
    assert may == {"add": False, "change": False, "delete": False, "view": True}


@pytest.mark.parametrize("name", ["index", "readiness", "stand-move"])
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
    stands = [give_stand(make_stand(zone=host.zone), exhibitor=host, by=organizer) for _number in range(2)]
    response = organizer_client.get(page(host, "delete"))
    assert response.context["loosened"] == [("Exhibitors", [str(guest)]), ("Stands", [str(stand) for stand in stands])]
    protected = organizer_client.get(page(host.organization, "delete"))
    kind, (name,) = protected.context["protected"]
    assert (kind, page(host) in name) == ("Exhibitors (1)", True)
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


def test_who_edits_accounts_cannot_take_over_a_superusers(client: Client, organizer: User) -> None:
    clerk = make_user(is_staff=True)
    clerk.user_permissions.add(*Permission.objects.filter(codename__in=["change_user", "view_user"]))
    client.force_login(clerk)
    password = reverse("admin:auth_user_password_change", args=[organizer.pk])
    assert (
        client.post(password, {"password1": "mine now, all of it", "password2": "mine now, all of it"}).status_code
        == 403
    )
    assert client.post(page(organizer), {"email": clerk.email}).status_code == 403


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
    assert list(names)[:4] == ["The fair", "Exhibition", "Platforms and partners", "Programme and news"]
    assert list(names)[-2:] == ["Record", "Accounts"]
    assert "Stand" in names["The fair"]
    assert "Transition" in names["Record"]


def test_an_announcement_is_previewed_before_it_is_public(organizer_client: Client, client: Client) -> None:
    announcement = make_announcement(publish_at=None)
    url = reverse("admin:expo_announcement_preview", args=[announcement.pk])
    assert url in words_of(organizer_client.get(page(announcement)))
    assert client.get(url).status_code == 302
    assert str(announcement.title) in words_of(organizer_client.get(url))
