"""Who did what when: every write leaves an entry, through whichever door; nobody changes the log."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from expo import audit, clock
from expo.audit import LEFT_OUT, Actor, acting, watched
from expo.models import AuditAct, AuditEntry, Exhibitor, Innovation, Membership, Origin, User
from expo.registration import accept
from expo.registry import Job
from expo.saving import save_record, save_records
from tests.expo.admin_pages import act_url, listing, page, typed, words_of
from tests.factories import (
    make_edition,
    make_enquiry,
    make_exhibitor,
    make_innovation,
    make_organization,
    make_session,
    make_user,
    make_zone,
)

pytestmark = pytest.mark.django_db


@contextmanager
def entries(**values: Any) -> Iterator[list[AuditEntry]]:
    """The entries that the block leaves."""
    last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    found: list[AuditEntry] = []
    yield found
    found += AuditEntry.objects.filter(pk__gt=last, **values).order_by("pk")


def by(user: User, door: str = "test") -> Any:
    return acting(Actor(lambda: door, lambda: user))


# ------------------------------------------------------------------ what leaves an entry
def test_every_model_is_watched_or_left_out_for_a_reason() -> None:
    every = {model._meta.label for name in ("expo", "matchmaking") for model in apps.get_app_config(name).get_models()}
    told = {model._meta.label for name in ("expo", "matchmaking") for model in watched(name)}
    histories = {label for label in every if ".Historical" in label}
    assert every - told - histories == set(LEFT_OUT)
    assert not told & histories
    assert all(LEFT_OUT.values())
    from django.db.models import signals

    for name in ("expo", "matchmaking"):
        for model in watched(name):
            for signal in (signals.pre_save, signals.post_save, signals.post_delete):
                assert signal.has_listeners(model), model


def test_what_names_records_is_there() -> None:
    for label in audit.UNNAMED:
        apps.get_model(label)
    for label, name in (audit.MADE_OF | audit.NAMED_BY).items():
        apps.get_model(label)._meta.get_field(name)


def test_adding_changing_and_deleting_are_told(organizer: User) -> None:
    with entries() as found, by(organizer, "some-page"):
        organization = make_organization(name_en="Lake Lab")
        organization.website = "https://example.org/"
        organization.city_en = "Harbor"
        organization.save()
        organization.save()
        organization.delete()
    assert [(entry.act, entry.changes) for entry in found] == [
        ("added", []), ("changed", ["city_en", "website"]), ("deleted", []),
    ]  # fmt: skip
    assert {(entry.by, entry.title, entry.door) for entry in found} == {(organizer, "Lake Lab", "some-page")}
    assert {entry.content_type.model for entry in found if entry.content_type} == {"organization"}
    assert len({entry.object_id for entry in found}) == 1


def test_an_entry_holds_names_of_fields_and_no_values(organizer: User) -> None:
    with entries() as found, by(organizer):
        exhibitor = make_exhibitor()
        exhibitor.contact_name, exhibitor.contact_email = "Secret Person", "secret@example.org"
        save_record(exhibitor, by=organizer)
        user = make_user(name="Secret Person", email="secret@example.org")
        user.set_password("a secret word")
        user.save()
        Membership.objects.create(organization=exhibitor.organization, user=user, role="owner").delete()
    assert [entry.changes for entry in found if "password" in entry.changes] == [["password"]]
    assert all("ecret" not in f"{entry.title} {entry.changes} {entry.door}" for entry in found)
    assert {"contact_email", "contact_name"} <= set(next(entry for entry in found if entry.act == "changed").changes)


def test_a_move_is_told_once_by_whom_the_transition_names(organizer: User) -> None:
    exhibitor = make_exhibitor(state="submitted")
    with entries() as found:
        accept(exhibitor, by=organizer)
    moves = [(entry.by, entry.changes, entry.object_id) for entry in found if entry.act == AuditAct.MOVED]
    assert moves == [
        (organizer, ["submitted → in_review"], exhibitor.pk),
        (organizer, ["in_review → accepted"], exhibitor.pk),
    ]
    assert not [entry for entry in found if "state" in entry.changes]


def test_roles_given_and_taken_are_told(organizer: User) -> None:
    user, group = make_user(), Group.objects.get(name="publicity")
    with entries() as found, by(organizer):
        user.groups.add(group)
        user.groups.add(group)
        user.groups.remove(group)
        user.groups.clear()
    assert [(entry.act, entry.changes, entry.object_id) for entry in found] == [("changed", ["groups"], user.pk)] * 3


def test_many_at_once_are_told_one_by_one_in_a_few_statements(
    organizer: User, django_assert_max_num_queries: Any
) -> None:
    old = [make_organization() for _ in range(3)]
    for number, organization in enumerate(old):
        organization.city_en = f"Town {number}"
    new = [make_organization() for _ in range(20)]
    for organization in new:
        organization.delete()
        organization.pk = None
        organization._state.adding = True
    with entries() as found:
        save_records(new, old, by=organizer)
    acts = [(entry.act, tuple(entry.changes)) for entry in found]
    assert acts == [("added", ())] * 20 + [("changed", ("city_en",))] * 3
    assert {entry.by for entry in found} == {organizer}
    rows = [(organization, ["city_en"]) for organization in old * 100]
    with django_assert_max_num_queries(4):
        audit.record_many(AuditAct.CHANGED, rows, by=organizer)


def test_ones_own_draft_is_ones_own_affair() -> None:
    user, office = make_user(), make_user(is_staff=True)
    with entries() as found, by(user):
        mine = make_innovation(state="draft", origin=Origin.PARTICIPANT)
        mine.claim_en = "Costs half"
        mine.save()
    assert [entry for entry in found if entry.content_type and entry.content_type.model == "innovation"] == []
    with entries() as found, by(office):
        mine.claim_en = "Costs a third"
        mine.save()
    assert [(entry.act, entry.changes) for entry in found] == [("changed", ["claim_en"])]
    Innovation.objects.filter(pk=mine.pk).update(state="published")
    mine = Innovation.objects.get(pk=mine.pk)
    with entries() as found, by(user):
        mine.claim_en = "Costs nothing"
        mine.save()
    assert [(entry.by, entry.changes) for entry in found] == [(user, ["claim_en"])]


def test_what_is_rolled_back_leaves_no_entry(organizer: User) -> None:
    with entries() as found, by(organizer), transaction.atomic():
        make_organization()
        transaction.set_rollback(True)
    assert found == []


# ------------------------------------------------------------------ who, and through which door
def test_a_request_names_person_and_page(organizer: User, organizer_client: Client) -> None:
    organization = make_organization(name_en="Lake Lab")
    data = typed(organizer_client, page(organization), city_en="Harbor")
    with entries() as found:
        assert organizer_client.post(page(organization), data).status_code == 302
    assert [(entry.by, entry.door, entry.changes) for entry in found] == [
        (organizer, "admin:expo_organization_change", ["city_en"])
    ]


def test_the_organization_acted_for_is_named(visitor: User, rf: RequestFactory) -> None:
    from expo.middleware import ActorMiddleware

    organization = make_organization(name_en="Lake Lab")

    def view(request: Any) -> Any:
        request.acting_for = organization
        make_organization()

    request = rf.post("/")
    request.user = visitor
    request.resolver_match = None
    with entries() as found:
        ActorMiddleware(view)(request)
    assert [(entry.by, entry.organization_name) for entry in found] == [(visitor, "Lake Lab")]
    assert audit.actor_now().user() is None  # nothing is left for the next request


def test_commands_and_jobs_name_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["/srv/expo/manage.py", "load_demo", "--secret", "word"])
    with entries() as found:
        make_organization()
        clock.run_due([Job("tidy", lambda: make_organization(), every_minutes=1)], {}, timezone.now())
    assert [(entry.door, entry.by) for entry in found] == [("manage.py load_demo", None), ("job tidy", None)]


def test_signing_in_is_told(client: Client) -> None:
    user = make_user()
    with entries() as found:
        client.force_login(user)
    assert [(entry.act, entry.by, entry.object_id) for entry in found] == [("signed_in", user, user.pk)]


def test_acts_of_the_admin_name_the_organizer(organizer: User, organizer_client: Client) -> None:
    exhibitor = make_exhibitor(state="submitted")
    with entries(act="moved") as found:
        organizer_client.post(act_url(exhibitor, "take-up"))
    assert [(entry.by, entry.object_id) for entry in found] == [(organizer, exhibitor.pk)]


# ------------------------------------------------------------------ append-only
def test_nobody_changes_an_entry(organizer: User) -> None:
    with by(organizer):
        make_organization()
    entry = AuditEntry.objects.latest("pk")
    entry.title = "Another"
    tries = (
        entry.save,
        lambda: AuditEntry.objects.filter(pk=entry.pk).update(by=None),
        lambda: AuditEntry.objects.all().delete(),
        entry.delete,
        lambda: connection.cursor().execute("UPDATE expo_auditentry SET title = 'Another'"),
        lambda: connection.cursor().execute("DELETE FROM expo_auditentry"),
    )
    for attempt in tries:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()
    stored = AuditEntry.objects.get(by=organizer, act="added")
    assert stored.title != "Another"


def test_entries_of_more_than_a_year_may_go() -> None:
    old = AuditEntry.objects.create(at=timezone.now() - dt.timedelta(days=366), act="added")
    young = AuditEntry.objects.create(at=timezone.now() - dt.timedelta(days=364), act="added")
    assert AuditEntry.objects.filter(pk=old.pk).delete()[0] == 1
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        young.delete()


# ------------------------------------------------------------------ what signs a person in
def test_addresses_and_second_factors_of_an_account_are_told_without_a_secret(visitor: User) -> None:
    with entries() as found, by(visitor, "account_email"):
        first = EmailAddress.objects.create(user=visitor, email="first@example.org", verified=True, primary=True)
        second = EmailAddress.objects.create(user=visitor, email="second@example.org", verified=True)
        second.set_as_primary()
        first.delete()
        app = Authenticator.objects.create(user=visitor, type="totp", data={"secret": "CANARY"})
        app.record_usage()
        app.delete()
    account = f"#{visitor.pk}"
    told = [(entry.content_type.model, entry.act, entry.changes) for entry in found if entry.title == account]
    assert told == [
        ("emailaddress", "added", []), ("emailaddress", "added", []), ("emailaddress", "changed", ["primary"]),
        ("emailaddress", "changed", ["primary"]), ("user", "changed", ["email"]), ("emailaddress", "deleted", []),
        ("authenticator", "added", ["totp"]), ("authenticator", "deleted", ["totp"]),
    ]  # fmt: skip
    written = repr([(entry.title, entry.changes, entry.door, entry.organization_name) for entry in found])
    assert "CANARY" not in written
    assert "@" not in written


def test_organizers_read_which_factor_was_taken_away(visitor: User, organizer_client: Client) -> None:
    Authenticator.objects.create(user=visitor, type="totp", data={}).delete()
    make_edition()
    assert "TOTP" in words_of(organizer_client.get(listing(AuditEntry, "?act__exact=deleted")))


# ------------------------------------------------------------------ reading it
def test_organizers_read_and_search_the_log(organizer: User, organizer_client: Client) -> None:
    with by(organizer, "some-page"):
        organization = make_organization(name_en="Lake Lab")
        organization.city_en = "Harbor"
        organization.save()
        make_session()
    response = organizer_client.get(listing(AuditEntry, "?q=Lake+Lab"))
    text = words_of(response)
    assert "Lake Lab" in text
    assert {entry.title for entry in response.context["cl"].result_list} == {"Lake Lab"}
    for query in ("?act__exact=changed", "?q=some-page", f"?q={organizer.email}"):
        assert organizer_client.get(listing(AuditEntry, query)).status_code == 200
    entry = AuditEntry.objects.get(act="changed", object_id=organization.pk, title="Lake Lab")
    assert organizer_client.get(page(entry)).status_code == 200
    assert organizer_client.post(page(entry), {"title": "x"}).status_code == 403


def test_the_log_links_to_no_page_that_nobody_opens(organizer_client: Client) -> None:
    enquiry = make_enquiry()
    text = words_of(organizer_client.get(listing(AuditEntry)))
    assert f"#{enquiry.pk}" in text
    assert page(enquiry) not in text
    assert page(enquiry.organization) in text


def test_the_list_asks_the_same_at_any_length(organizer: User, organizer_client: Client) -> None:
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _round in range(2):
        for _ in range(12):
            with by(make_user()):
                make_organization()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert organizer_client.get(listing(AuditEntry)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_log_is_taken_away_as_a_file_and_that_is_told(organizer: User, organizer_client: Client) -> None:
    with by(organizer):
        make_organization(name_en='=HYPERLINK("https://evil.example")', name_zh="")
        make_organization(name_en="湖泊, Lab", name_zh="")
        make_edition()
    url = reverse("admin:expo_auditentry_export")
    with entries() as found:
        response = organizer_client.get(url + "?content_type__id__exact=" + str(_kind_of_organizations()))
        data = b"".join(response)  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert {row["record"] for row in rows} == {'\'=HYPERLINK("https://evil.example")', "湖泊, Lab"}
    assert {row["e-mail"] for row in rows} == {organizer.email}
    assert [(entry.act, entry.by, entry.door) for entry in found] == [
        ("read", organizer, "admin:expo_auditentry_export")
    ]


def _kind_of_organizations() -> int:
    from django.contrib.contenttypes.models import ContentType

    return ContentType.objects.get(app_label="expo", model="organization").pk


def test_only_organizers_take_it_away(client: Client, visitor: User) -> None:
    url = reverse("admin:expo_auditentry_export")
    clerk = make_user(is_staff=True)
    clerk.groups.add(Group.objects.get(name="publicity"))
    assert client.get(url).status_code == 302
    client.force_login(visitor)
    assert client.get(url).status_code == 302
    client.force_login(clerk)
    assert client.get(url).status_code == 403
    assert client.get(listing(AuditEntry)).status_code == 403


def test_writing_is_not_slowed_by_what_names_a_record(organizer: User, django_assert_max_num_queries: Any) -> None:
    exhibitor = make_exhibitor(zone=make_zone())
    stored = Exhibitor.objects.get(pk=exhibitor.pk)
    with django_assert_max_num_queries(3):
        audit.record(AuditAct.CHANGED, stored, changes=["claim_en"], by=organizer)
    assert AuditEntry.objects.latest("pk").title == str(exhibitor.organization)
