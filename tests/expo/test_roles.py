"""The four staff roles: what each may do, written out by hand, and what its people meet on every page."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from expo.admin.acts import ActsAdmin
from expo.models import Exhibitor, Invitation, JoinRequest, PolicyRule, Revision, User
from expo.registry import grants
from expo.roles import ROLES, VERBS, grant, permissions_of, sync_groups
from expo.saving import propose
from tests import factories
from tests.expo.admin_pages import act_url, listing, page, typed, words_of
from tests.factories import (
    make_announcement,
    make_exhibitor,
    make_innovation,
    make_product,
    make_session,
    make_user,
)

pytestmark = pytest.mark.django_db

# What each role may do: View, Add, Change, Delete. A model that is not decided on here fails the tests.
MATRIX = """
                                     organizer  exhibition_manager  matchmaking_broker  publicity
auth.group                           V---       ----                ----                ----
django_tasks_database.dbtaskresult   V---       ----                ----                ----
expo.assessment                      VACD       ----                VAC-                ----
expo.announcement                    VACD       V---                V---                VAC-
expo.auditentry                      V---       ----                ----                ----
expo.broadcast                       VACD       VACD                ----                ----
expo.capability                      VACD       V---                VACD                V---
expo.consent                         V---       ----                ----                ----
expo.country                         VACD       V---                V---                VAC-
expo.edition                         VACD       V---                V---                V---
expo.enquiry                         V---       V---                ----                ----
expo.evidence                        VACD       V---                VACD                V---
expo.exhibitor                       VACD       VAC-                V---                V---
expo.fieldlock                       VACD       VACD                ----                ----
expo.figure                          VACD       V---                V---                VACD
expo.hall                            VACD       VACD                V---                V---
expo.holding                         VACD       V---                VACD                V---
expo.innovation                      VACD       V---                VAC-                V---
expo.innovationplatform              VACD       V---                VAC-                V---
expo.instrument                      VACD       V---                VAC-                V---
expo.invitation                      V-C-       V-C-                V-C-                ----
expo.ipright                         VACD       V---                VACD                V---
expo.joinrequest                     V-C-       V-C-                V-C-                ----
expo.membership                      VAC-       V-C-                V-C-                ----
expo.metric                          VACD       V---                VACD                V---
expo.offeredmode                     VACD       V---                VACD                V---
expo.openinghours                    VACD       V---                V---                VACD
expo.organization                    VACD       VAC-                VAC-                V---
expo.outboxmail                      V-C-       ----                ----                ----
expo.parameter                       VACD       V---                VAC-                V---
expo.partnercity                     VACD       V---                V---                VAC-
expo.picture                         VACD       VACD                VACD                VACD
expo.placepoint                      VACD       VACD                V---                V---
expo.policyrule                      VACD       V---                V---                ----
expo.product                         VACD       VAC-                V---                V---
expo.question                        VACD       VACD                ----                ----
expo.rate                            VACD       V---                VACD                V---
expo.revision                        V-CD       V-C-                V-C-                V-C-
expo.sector                          VACD       V---                V---                V---
expo.servicemode                     VACD       V---                VACD                V---
expo.session                         VACD       V---                V---                VAC-
expo.speaker                         VACD       V---                V---                VACD
expo.stand                           VACD       VACD                V---                V---
expo.synonym                         VACD       V---                VACD                VACD
expo.teammember                      VACD       ----                VACD                ----
expo.transition                      V---       V---                V---                V---
expo.user                            VACD       ----                ----                ----
expo.zone                            VACD       VACD                V---                V---
matchmaking.confidentialreading      V---       ----                V---                ----
matchmaking.contractamendment        VACD       ----                VACD                ----
matchmaking.contractpayment          VACD       ----                VACD                ----
matchmaking.deal                     VACD       ----                VAC-                ----
matchmaking.dealparty                VACD       ----                VACD                ----
matchmaking.deduction                VACD       ----                VACD                ----
matchmaking.demand                   VACD       V---                VAC-                V---
matchmaking.equityline               VACD       ----                VACD                ----
matchmaking.introduction             V---       ----                V---                ----
matchmaking.matchrun                 V---       ----                V---                ----
matchmaking.matchweights             VACD       ----                V---                ----
matchmaking.ndatext                  VAC-       ----                V---                ----
matchmaking.targetmetric             VACD       V---                VACD                V---
matchmaking.teamline                 VACD       ----                VACD                ----
matchmaking.technologycontract       VACD       ----                VAC-                ----
matchmaking.technologyline           VACD       ----                VACD                ----
matchmaking.termsheet                VACD       ----                VAC-                ----
matchmaking.wantedmode               VACD       V---                VACD                V---
"""
HEADING, *ROWS = [line.split() for line in MATRIX.strip().splitlines()]
DECIDED = {label: dict(zip(HEADING, cells, strict=True)) for label, *cells in ROWS}
REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)


def works_as(role: str, **words: Any) -> User:
    user = make_user(is_staff=True, **words)
    user.groups.add(Group.objects.get(name=role))
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def held(user: User, label: str) -> str:
    package, _, name = label.partition(".")
    return "".join(verb[0].upper() if user.has_perm(f"{package}.{verb}_{name}") else "-" for verb in VERBS)


# ------------------------------------------------------------------ the matrix
def test_every_record_in_the_admin_and_every_grant_is_decided_on_here() -> None:
    asked = {model._meta.label_lower for model in REGISTERED} | {row.model for row in grants.values()}
    assert set(DECIDED) == asked
    assert list(ROLES) == HEADING


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_exactly_what_was_decided(role: str) -> None:
    user = works_as(role)
    assert {label: held(user, label) for label in DECIDED} == {label: row[role] for label, row in DECIDED.items()}
    beyond = {name for name in user.get_all_permissions() if name.rpartition("_")[2] not in _names()}
    assert beyond == set()


def _names() -> set[str]:
    return {label.partition(".")[2] for label in DECIDED}


def test_organizers_may_do_all_that_any_other_role_may() -> None:
    for role in ROLES:
        assert permissions_of(role) <= permissions_of("organizer"), role


def test_only_organizers_delete_what_is_withdrawn_instead() -> None:
    for model in apps.get_models():
        if getattr(model, "MOVES", None) and model._meta.label_lower in DECIDED:
            may = [role for role, verbs in DECIDED[model._meta.label_lower].items() if "D" in verbs]
            assert may in ([], ["organizer"]), model


def test_a_role_or_verb_that_is_none_fails_at_start() -> None:
    for role, verbs in (("visitor", "view"), ("publicity", "publish"), ("publicity", "")):
        with pytest.raises(ImproperlyConfigured):
            grant(role, "expo.hall", verbs)
    with pytest.raises(ImproperlyConfigured, match="registered twice"):
        grant("publicity", "expo.hall", "view")


# ------------------------------------------------------------------ the groups
def test_groups_are_kept_exact_and_what_was_put_in_by_hand_is_told(caplog: pytest.LogCaptureFixture) -> None:
    extra = Permission.objects.get(codename="delete_exhibitor")
    group, other = Group.objects.get(name="publicity"), Group.objects.create(name="Programme team")
    before = set(group.permissions.all())
    group.permissions.add(extra)
    group.permissions.remove(Permission.objects.get(codename="change_session", content_type__app_label="expo"))
    other.permissions.add(extra)
    with caplog.at_level(logging.WARNING):
        call_command("migrate", verbosity=0)
    assert "publicity: took away expo.delete_exhibitor" in caplog.text
    assert set(group.permissions.all()) == before
    assert list(other.permissions.all()) == [extra]
    assert sync_groups() == {}


def test_a_group_that_was_deleted_is_there_again() -> None:
    Group.objects.filter(name="publicity").delete()
    sync_groups()
    assert Group.objects.get(name="publicity").permissions.count() == len(permissions_of("publicity"))


def test_roles_are_shown_in_the_readers_words(organizer_client: Client) -> None:
    user = works_as("matchmaking_broker")
    for url in (listing(User), page(user), listing(Group), page(user.groups.get())):
        text = words_of(organizer_client.get(url))
        assert "Matchmaking broker" in text, url
        assert ">matchmaking_broker<" not in text, url
    with translation.override("zh-hans"):
        assert str(user.groups.get()) == str(ROLES["matchmaking_broker"].label)


# ------------------------------------------------------------------ every page of the admin
FACTORIES = {"innovationplatform": "platform", "termsheet": "term_sheet", "technologycontract": "contract"}


def a_row_of(model: Any, role: str, user: User) -> Any:
    """A row to open: from its factory where there is one, else one that is there anyway."""
    name = model._meta.model_name
    if model is Group:
        return Group.objects.create(name="Programme team")
    if model is Revision:  # of what the role may change: others it does not see
        record = {"exhibition_manager": make_product, "publicity": make_session}.get(role, make_innovation)()
        return propose(record, data={"title_en": "Otherwise"}, by=user)
    make = getattr(factories, f"make_{FACTORIES.get(name, name)}", None)
    return make() if make else model._default_manager.first()


def pages_of(model: Any, row: Any) -> list[tuple[str, str, dict[str, str] | None]]:
    """Verb, address, and what is posted there; None for a look."""
    key = row.pk if row is not None else 0
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    change, delete = reverse(f"{name}_change", args=[key]), reverse(f"{name}_delete", args=[key])
    pages: list[tuple[str, str, dict[str, str] | None]] = [
        ("view", reverse(f"{name}_changelist"), None), ("add", reverse(f"{name}_add"), None),
        ("view", change, None), ("change", change, {}), ("delete", delete, None), ("delete", delete, {}),
    ]  # fmt: skip
    model_admin = admin.site._registry[model]
    if isinstance(model_admin, ActsAdmin) and row is not None:
        pages += [("change", reverse(f"{name}_act", args=[key, act.name]), None) for act in model_admin.acts]
    return pages


def refused_to_all(model: Any, verb: str, request: Any, row: Any) -> bool:
    """What the admin of a kind offers to nobody, not even to a superuser."""
    model_admin = admin.site._registry[model]
    if verb == "add":
        return not model_admin.has_add_permission(request)
    if model in (Revision, Invitation, JoinRequest) and verb == "change":  # decided, not edited
        return True
    return not getattr(model_admin, f"has_{verb}_permission")(request, row)


@pytest.mark.sweep
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label_lower)
def test_a_role_meets_what_it_may_on_every_page(model: Any, role: str, organizer: User, rf: RequestFactory) -> None:
    client, request = signed_in(works_as(role)), rf.get("/")
    request.user = organizer
    row = a_row_of(model, role, organizer)
    verbs = DECIDED[model._meta.label_lower][role]
    for verb, url, data in pages_of(model, row):
        is_act = "/act/" in url
        on_a_row = row if url != listing(model) else None
        closed = verb[0].upper() not in verbs or (not is_act and refused_to_all(model, verb, request, on_a_row))
        response = client.get(url) if data is None else client.post(url, data)
        allowed = (200,) if row is not None and not is_act else (200, 302)
        assert response.status_code in ((403,) if closed else allowed), (verb, url, response.status_code)


def test_acts_and_stands_are_for_who_may_change_them() -> None:
    exhibitor, innovation = make_exhibitor(state="submitted"), make_innovation(state="in_review")
    product, session = make_product(state="draft"), make_session(state="draft")
    doing = {
        "exhibition_manager": {"exhibitor", "product", "stand"},
        "matchmaking_broker": {"innovation"},
        "publicity": {"session"},
    }
    for role, own in doing.items():
        client = signed_in(works_as(role))
        found = {
            row._meta.model_name
            for row, act in ((exhibitor, "decline"), (innovation, "reject"), (product, "publish"), (session, "cancel"))
            if client.get(act_url(row, act)).status_code == 200
        }
        if client.get(reverse("admin:stand-move")).status_code == 200:
            found.add("stand")
        assert found == own, role


def test_a_proposed_change_is_decided_by_who_may_change_the_record(organizer: User) -> None:
    of_innovation = propose(make_innovation(), data={"claim_en": "Costs half"}, by=organizer)
    of_product = propose(make_product(), data={"claim_en": "Costs half"}, by=organizer)
    broker, manager = signed_in(works_as("matchmaking_broker")), signed_in(works_as("exhibition_manager"))
    for client, mine, other in ((broker, of_innovation, of_product), (manager, of_product, of_innovation)):
        assert list(client.get(listing(Revision)).context["cl"].result_list) == [mine]
        assert client.post(act_url(other, "approve")).status_code == 404
        line = next(
            row for row in client.get(reverse("admin:index")).context["start"].queue if row.task.name == "revisions"
        )
        assert line.count == 1
        client.post(act_url(mine, "approve"))
        mine.refresh_from_db()
        assert mine.state == Revision.State.APPROVED


def test_addresses_of_people_are_only_for_who_decides_on_the_exhibitor() -> None:
    exhibitor = make_exhibitor(contact_name="Zhao Min", contact_email="zhao@example.org")
    exhibitor.contact_name = "Zhao Minmin"
    exhibitor.save()
    for role, sees in (("exhibition_manager", True), ("matchmaking_broker", False), ("publicity", False)):
        client = signed_in(works_as(role))
        for url in (page(exhibitor), page(exhibitor, "history")):
            assert ("Zhao Min" in words_of(client.get(url))) is sees, (role, url)
        found = client.get(listing(Exhibitor, "?q=zhao@example.org")).context["cl"].result_list
        assert list(found) == ([exhibitor] if sees else []), role


# ------------------------------------------------------------------ start page and menus
def test_each_role_starts_with_its_own_work() -> None:
    menus, queues = {}, {}
    for role in ("exhibition_manager", "matchmaking_broker", "publicity"):
        context = signed_in(works_as(role)).get(reverse("admin:index")).context
        menus[role] = [model["model"]._meta.model_name for model in context["menu"]]
        queues[role] = {line.task.name for line in context["start"].queue}
        assert (context["start"].own.name, context["start"].others.name) == ("records", "look-up")
    assert menus["exhibition_manager"] == [
        "exhibitor",
        "organization",
        "product",
        "stand",
        "zone",
        "hall",
        "placepoint",
    ]
    assert menus["publicity"] == ["session", "announcement", "figure", "openinghours", "partnercity"]
    assert menus["matchmaking_broker"][:3] == ["innovation", "innovationplatform", "instrument"]
    assert {"exhibitors", "stands", "revisions"} <= queues["exhibition_manager"]
    assert {"innovations", "revisions"} <= queues["matchmaking_broker"]
    assert queues["publicity"] == {"revisions", "sessions", "session-drafts", "announcement-drafts"}


def test_readiness_shows_a_role_what_it_can_mend() -> None:
    announcement, innovation = make_announcement(body_zh=""), make_innovation(claim_zh="")
    make_exhibitor()
    findings = {}
    for role in ("organizer", "exhibition_manager", "publicity"):
        rows = signed_in(works_as(role)).get(reverse("admin:readiness")).context["findings"]
        findings[role] = {row.check.name: [words for words, _url in row.rows] for row in rows}
    assert str(announcement) in findings["organizer"]["one-language"]
    assert str(innovation) in findings["organizer"]["one-language"]
    assert str(announcement) in findings["publicity"]["one-language"]
    assert str(innovation) not in findings["publicity"]["one-language"]
    assert "without-stand" in findings["exhibition_manager"]
    assert "without-stand" not in findings["publicity"]
    assert "clashes" not in findings["exhibition_manager"]


def test_the_latest_acts_are_those_on_what_one_may_see(organizer_client: Client) -> None:
    exhibitor = make_exhibitor(state="submitted")
    organizer_client.post(act_url(exhibitor, "take-up"))
    clerk = make_user(is_staff=True)
    clerk.user_permissions.add(*Permission.objects.filter(codename__in=["view_transition", "view_session"]))
    client = signed_in(clerk)
    assert client.get(reverse("admin:index")).context["start"].log == []
    assert list(client.get(reverse("admin:expo_transition_changelist")).context["cl"].result_list) == []
    assert signed_in(works_as("publicity")).get(reverse("admin:index")).context["start"].log


def test_staff_without_a_role_are_told_whom_to_ask(organizer: User) -> None:
    office = works_as("organizer", name="Deng Lan")
    client = signed_in(make_user(is_staff=True, name="Newcomer"))
    response = client.get(reverse("admin:index"))
    assert response.status_code == 200
    assert response.context["people"] == [office, organizer]
    text = words_of(response)
    assert "Welcome, Newcomer" in text
    assert f"mailto:{office.email}" in text
    assert reverse("admin:readiness") not in text
    assert client.get(reverse("admin:readiness")).status_code == 403


# ------------------------------------------------------------------ accounts
def test_an_organizer_hands_out_roles_and_no_other_power(organizer: User) -> None:
    client, newcomer = signed_in(works_as("organizer")), make_user(name="Newcomer")
    beyond = Group.objects.create(name="Accounts")
    beyond.permissions.add(Permission.objects.get(codename="change_group"))
    newcomer.groups.add(beyond)
    role = Group.objects.get(name="publicity")
    fields = client.get(page(newcomer)).context["adminform"].form.fields
    assert {"is_superuser", "user_permissions"}.isdisjoint(fields)
    data = typed(client, page(newcomer), is_staff="on", groups=[role.pk], is_superuser="on")
    assert client.get(page(newcomer)).status_code == 200
    client.post(page(newcomer), data)
    newcomer.refresh_from_db()
    assert (newcomer.is_superuser, newcomer.is_staff) == (False, False)  # of a group beyond the organizer's own powers


def test_a_role_is_given_together_with_the_staff_flag() -> None:
    client, newcomer = signed_in(works_as("organizer")), make_user(name="Newcomer")
    role = Group.objects.get(name="publicity")
    refused = client.post(page(newcomer), typed(client, page(newcomer), groups=[role.pk]))
    assert "Tick this too, or take the role away (Publicity)" in words_of(refused)
    assert not newcomer.groups.exists()
    data = typed(client, page(newcomer), groups=[role.pk], is_staff="on", is_superuser="on")
    assert client.post(page(newcomer), data).status_code == 302
    newcomer.refresh_from_db()
    assert list(newcomer.groups.all()) == [role]
    assert (newcomer.is_staff, newcomer.is_superuser) == (True, False)


def test_other_groups_stay_when_an_organizer_changes_roles() -> None:
    client, colleague = signed_in(works_as("organizer")), works_as("publicity")
    harmless = Group.objects.create(name="Programme team")
    colleague.groups.add(harmless)
    role = Group.objects.get(name="exhibition_manager")
    client.post(page(colleague), typed(client, page(colleague), groups=[role.pk, harmless.pk]))
    assert set(colleague.groups.values_list("name", flat=True)) == {"publicity", "Programme team"}
    client.post(page(colleague), typed(client, page(colleague), groups=[role.pk]))
    assert set(colleague.groups.values_list("name", flat=True)) == {"exhibition_manager", "Programme team"}


def test_nobody_lifts_himself(organizer: User) -> None:
    office = works_as("organizer")
    mighty = Group.objects.create(name="Accounts")
    mighty.permissions.set(Permission.objects.all())
    client = signed_in(office)
    data = typed(client, page(office), is_superuser="on", user_permissions=[1, 2, 3], groups=[mighty.pk])
    client.post(page(office), data)
    office = User.objects.get(pk=office.pk)
    assert not office.is_superuser
    assert not office.user_permissions.exists()
    assert mighty not in office.groups.all()
    for url in (page(organizer), page(organizer, "delete")):
        assert client.post(url, {"post": "yes", "understood": "on"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[organizer.pk])
    assert client.get(password).status_code == 403
    assert client.get(reverse("admin:auth_group_add")).status_code == 403
    group = Group.objects.get(name="organizer")
    assert client.post(page(group), {"name": "organizer", "permissions": [1]}).status_code == 403


@pytest.mark.parametrize("is_active", [True, False])
def test_a_clerk_who_edits_accounts_takes_over_nobody_with_a_role(is_active: bool) -> None:
    office, clerk = works_as("organizer", is_active=is_active), make_user(is_staff=True)
    clerk.user_permissions.add(*Permission.objects.filter(codename__in=["view_user", "change_user"]))
    client = signed_in(clerk)
    assert client.post(page(office), {"email": "mine@example.org", "is_active": "on"}).status_code == 403
    assert client.get(reverse("admin:auth_user_password_change", args=[office.pk])).status_code == 403
    fields = client.get(page(clerk)).context["adminform"].form.fields
    assert {"groups", "is_staff", "is_superuser", "user_permissions"}.isdisjoint(fields)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "organizer"])
def test_other_roles_see_no_accounts(role: str) -> None:
    client = signed_in(works_as(role))
    for url in (listing(User), listing(Group), reverse("admin:expo_user_add")):
        assert client.get(url).status_code == 403


def test_the_groups_of_the_roles_are_read_only_even_for_a_superuser(organizer_client: Client) -> None:
    group, other = Group.objects.get(name="publicity"), Group.objects.create(name="Programme team")
    assert organizer_client.get(page(group)).status_code == 200
    assert organizer_client.post(page(group), {"name": "publicity"}).status_code == 403
    assert organizer_client.get(page(group, "delete")).status_code == 403
    assert organizer_client.get(page(other, "delete")).status_code == 200


def test_policy_rules_are_the_organizers_matter() -> None:
    assert PolicyRule._meta.label_lower in DECIDED
    assert [role for role, verbs in DECIDED["expo.policyrule"].items() if "C" in verbs] == ["organizer"]
