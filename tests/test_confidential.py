"""Nothing confidential leaves the server to anyone without the right: a canary in every field, asked for everywhere."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import caches
from django.db import transaction
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django import DjangoDbBlocker, Settings

from expo import enquiries, mailing, publication, registration, registry
from expo.models import Notice, OutboxMail, User
from expo.people.consents import agree
from expo.people.membership import invite
from expo.saving import propose
from expo.search import generation, index, memory
from expo.search.documents import documents_of
from matchmaking.demands import return_demand, submit_demand
from tests import factories as make
from tests.confidential import CLOSED, OPEN, SECRET, STEM, Canaries, may_read, models, plant_everywhere, private
from tests.expo.admin_pages import listing, page
from tests.expo.permission_world import World, addresses

pytestmark = pytest.mark.django_db
STRANGERS = ("anonymous", "visitor", "other")
STAFF = ("no_role", "publicity", "exhibition_manager", "matchmaking_broker")
SHOWN_IN_ADMIN = {
    "expo.Exhibitor", "expo.Innovation", "expo.Instrument", "expo.Assessment", "expo.TeamMember", "expo.Transition",
    "expo.Revision", "matchmaking.Demand", "matchmaking.Deal",
}  # fmt: skip
FINDS = ('class="card', "<mark>", 'class="found', 'role="option" id="s-r')
TOKENS = {"token", "code", "uidb36"}  # who holds one has the right


@dataclass
class Fair:
    canaries: Canaries
    paths: list[str]
    people: dict[str, User]

    def client(self, who: str) -> Client:
        client = Client(raise_request_exception=False)
        if who in self.people:
            client.force_login(self.people[who])
        return client


@pytest.fixture(scope="module")
def fair(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fair]:
    """Planted once. Those who ask come last: nothing about them is a secret to themselves."""
    index_dir = tmp_path_factory.mktemp("index")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(SEARCH_INDEX_DIR=index_dir):
        with translation.override("en"):  # whatever language the test before left
            world = World()
            canaries = plant_everywhere()
            open_ones = [row for row in addresses() if not row.name.startswith("admin:") and not TOKENS & {*row.names}]
            paths = [world.address(row) for row in open_ones]
        yield Fair(canaries, list(dict.fromkeys(paths)), make_people())
        transaction.set_rollback(True)
    generation.forget()
    memory.forget()


def make_people() -> dict[str, User]:
    people = {"visitor": make.make_person(), "other": make.make_member(make.make_organization(), "owner")}
    for role in STAFF:
        people[role] = make.make_person(is_staff=True)
        people[role].groups.set(Group.objects.filter(name=role))
    for user in people.values():
        agree(user)
    return people


@pytest.fixture(autouse=True)
def _asking(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.API_REQUESTS_PER_MINUTE = 10**6
    for name in ("django.request", "django.security"):
        caplog.set_level(logging.CRITICAL, name)


def read(client: Client, path: str) -> str:
    """What is answered, with its headers. Nothing of it stays."""
    caches["process"].clear()
    with transaction.atomic():
        response = client.get(path)
        body = b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    assert response.status_code < 500, path
    return f"{response.headers}\n{body.decode(errors='replace')}"


# ------------------------------------------------------------------ the list
def test_every_text_of_every_model_is_public_open_or_secret() -> None:
    undecided = [
        f"{model._meta.label}.{name}"
        for model in models()
        for name in private(model)
        if name not in (SECRET.get(model._meta.label, "") + " " + OPEN.get(model._meta.label, "")).split()
    ]
    assert undecided == [], "write in tests/confidential.py who may read these"


def test_what_is_named_confidential_is_in_the_list_and_in_no_public_one() -> None:
    for model in models():
        listed, columns = SECRET.get(model._meta.label, "").split(), model._meta.concrete_fields
        named = {field.name for field in columns if "confidential" in field.name and not field.choices}
        assert named <= set(listed), model
        named |= set(getattr(model, "CONFIDENTIAL_FIELDS", ()))
        assert {name for name in named if name in private(model)} <= set(listed), model
        assert not named & set(getattr(model, "PUBLIC_FIELDS", ())), model


def test_the_list_names_no_field_that_is_gone() -> None:
    for label, names in [*SECRET.items(), *OPEN.items()]:
        assert set(names.split()) <= {field.name for field in apps.get_model(label)._meta.concrete_fields}, label


# ------------------------------------------------------------------ every address
@pytest.mark.parametrize("who", STRANGERS)
def test_no_page_tells_a_stranger(fair: Fair, who: str) -> None:
    client = fair.client(who)
    paths = [path for path in fair.paths if who == "anonymous" or path.startswith("/en/")]  # the rest knows nobody
    told = {path: found for path in paths if (found := fair.canaries.in_answer(read(client, path)))}
    assert told == {}


def test_no_page_in_chinese_tells_a_stranger(fair: Fair) -> None:
    client = fair.client("anonymous")
    paths = [path.replace("/en/", "/zh-hans/", 1) for path in fair.paths if path.startswith("/en/")]
    assert {path: found for path in paths if (found := fair.canaries.in_answer(read(client, path)))} == {}


def test_the_list_of_addresses_is_whole_and_the_canaries_are_there(fair: Fair) -> None:
    """So that the other tests can fail: whoever may read everything reads them on the pages of the admin."""
    boss = make.make_person(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(boss)
    shown = [model for model in admin.site._registry if model._meta.label in SHOWN_IN_ADMIN]
    answers = [read(client, page(record)) for model in shown for record in model._base_manager.order_by("-pk")[:6]]
    seen = fair.canaries.in_answer("\n".join(answers))
    unseen = {name for name in fair.canaries.fields.values() if name not in seen}
    assert not {name for name in unseen if name.rpartition(".")[0].removesuffix(" of a draft") in SHOWN_IN_ADMIN}
    assert len(fair.paths) > 180


# ------------------------------------------------------------------ what is searched
def test_no_document_of_the_index_holds_one(fair: Fair) -> None:
    for row in registry.listings.values():
        assert fair.canaries.in_answer(repr(documents_of(row))) == set(), row.noun


@pytest.mark.parametrize("with_index", [True, False], ids=["index", "database"])
def test_no_search_and_no_suggestion_finds_one(fair: Fair, with_index: bool) -> None:
    if with_index:
        index.rebuild()
        generation.beat()
    client = fair.client("anonymous")
    for word in (STEM, STEM[:7], f"{STEM.lower()}-0", "example.net"):
        for row in registry.listings.values():
            api = f"/api/v1/{reverse(row.url_name).split('/')[2]}/?q={word}"
            answer = client.get(api)
            assert answer.status_code == 404 or answer.json()["count"] == 0, api
        for name in ("search", "search-suggestions"):
            body = read(client, f"{reverse(name)}?q={word}")
            assert not any(
                sign in body for sign in ('class="card', "<mark>", 'class="found', 'role="option" id="s-r')
            ), name
    generation.forget()


def test_no_filter_and_no_order_by_a_confidential_field_is_known(fair: Fair) -> None:
    """Guessing letter by letter: what is asked for is refused."""
    client = fair.client("anonymous")
    for row in registry.listings.values():
        names = [*SECRET.get(row.model._meta.label, "").split(), "organization__mail_domain", "history__version"]
        address = f"/api/v1/{reverse(row.url_name).split('/')[2]}/"
        for name in names:
            for asked in (f"{name}={STEM}", f"{name}__startswith=Z", f"sort={name}"):
                answer = client.get(f"{address}?{asked}")
                assert answer.status_code in (400, 404), answer.request["QUERY_STRING"]


# ------------------------------------------------------------------ the organizers' pages
def admin_paths(user: User) -> list[str]:
    """Lists, one page of each row, their histories, and the pages that are no record's."""
    rows = [row for row in addresses() if row.name.startswith("admin:") and not row.names]
    found = [row.route for row in rows if "logout" not in row.route]
    for model in admin.site._registry:
        if not user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
            continue
        for record in model._base_manager.order_by("-pk")[:3]:
            found += [page(record)] + ([page(record, "history")] if hasattr(model, "history") else [])
        if hasattr(model, "history"):
            found += [f"{page(row.instance, 'history')}{row.pk}/" for row in model.history.order_by("-pk")[:3]]
    nouns = ("exhibitor", "organization", "innovation", "product", "instrument", "demand")
    return found + [f"/admin/exchange/{noun}/export.csv" for noun in nouns]


@pytest.mark.parametrize("who", STAFF)
def test_no_page_of_the_admin_tells_who_lacks_the_right(fair: Fair, who: str) -> None:
    user, client = fair.people[who], fair.client(who)
    told = {}
    for path in admin_paths(user):
        found = {name for name in fair.canaries.in_answer(read(client, path)) if not may_read(user, name)}
        told |= {path: found} if found else {}
    assert told == {}


@pytest.mark.parametrize("who", STAFF[1:])
def test_nothing_is_guessed_in_the_admin_letter_by_letter(fair: Fair, who: str) -> None:
    user, client = fair.people[who], fair.client(who)
    forbidden = {name: number for number, name in fair.canaries.fields.items() if not may_read(user, name)}
    request = RequestFactory().get("/")
    request.user = user
    guessed = []
    for model, shown in admin.site._registry.items():
        if not user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
            continue
        for name, number in forbidden.items():
            label, _dot, field = name.rpartition(".")
            word = f"{STEM.lower()}-{number:03}q" if "email" in field else f"{STEM} {number:03}q"
            found, _many = shown.get_search_results(request, shown.get_queryset(request), word)
            if shown.get_search_fields(request) and found.exists():
                guessed.append(f"{name} by searching {model._meta.label}")
            if label != model._meta.label or label in CLOSED:
                continue
            if client.get(listing(model, f"?{field}__startswith=Z")).status_code == 200:
                guessed.append(f"{name} by a filter")
    assert guessed == []


# ------------------------------------------------------------------ errors and mails
def test_no_page_of_an_error_and_no_mail_about_it_repeats_one(fair: Fair, settings: Settings) -> None:
    """The record is at hand where the page breaks."""
    client, words = fair.client("other"), {"note": f"{STEM} 001q", "email": f"{STEM.lower()}-001q@example.net"}
    answers = [client.get("/en/nothing-here/", words), client.post("/en/enquiries/new/exhibitor/none/", words)]
    answers += [client.get("/api/v1/nothing/", words), client.get("/en/work/nobody/", words)]
    settings.ROOT_URLCONF = "tests.broken_urls"
    answers.append(client.post("/broken/", words))
    assert [answer.status_code for answer in answers] == [404, 404, 404, 404, 500]
    assert [fair.canaries.in_answer(answer.content.decode()) for answer in answers] == [set()] * 5
    assert mail.outbox == []


def test_no_mail_after_an_event_tells_more_than_its_reader_may_know(fair: Fair) -> None:
    """Everything happens at once to records that are full of canaries; whoever is told reads none of them."""
    firm, boss = make.make_organization(), make.make_person(name="He Ping", is_staff=True, is_superuser=True)
    owner, canaries = make.make_member(firm, "owner", name="Aili Berg"), Canaries()
    last = OutboxMail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    innovation = make.make_innovation(organizations=[firm], state="draft", abstract_en="What it does")
    exhibitor = make.make_application(organization=firm)
    demand, product = (
        make.make_demand(organization=firm, state="draft"),
        make.make_product(organization=firm, state="draft"),
    )
    team, note = make.make_teammember(innovation=innovation), make.make_assessment(innovation=innovation, reviewer=boss)
    for row in (innovation, exhibitor, demand, team, note):
        canaries.plant(type(row), [row.pk], SECRET[row._meta.label].split())
        row.refresh_from_db()
    publication.submit_innovation(innovation, by=owner)
    publication.publish_innovation(innovation, by=boss)
    publication.publish_product(publication.submit_product(product, by=owner), by=boss)
    propose(innovation, data={"claim_en": f"{STEM} {canaries.number_of('change'):03}q"}, by=owner)
    registration.accept(registration.submit(exhibitor, by=owner), by=boss, zone=exhibitor.zone_wish)
    return_demand(submit_demand(demand, by=owner), by=boss, reason="Say more.")
    data = {"name": "Asker", "email": "asker@elsewhere.example", "language": "en", "company": "Elsewhere"}
    enquiry = enquiries.confirm(enquiries.ask(exhibitor, text="What does it cost?", **data))
    canaries.plant(type(enquiry), [enquiry.pk], ["phone", "company", "name"])
    enquiry.refresh_from_db()
    enquiries.write_again(enquiry, text=f"{STEM} {canaries.number_of('words'):03}q")
    invite(firm, email="colleague@elsewhere.example", role="editor", by=owner)
    mailing.mail_notices(now=timezone.now() + dt.timedelta(hours=1))
    mailing.mail_digests(now=timezone.now() + dt.timedelta(days=2))
    mails = OutboxMail.objects.filter(pk__gt=last)
    assert {row.to for row in mails} >= {owner.email, "colleague@elsewhere.example", "asker@elsewhere.example"}
    for row in mails:
        assert canaries.in_answer(f"{row.subject}\n{row.text}\n{row.html}\n{row.headers}") == set(), row.subject
    notices = Notice.objects.filter(user__in=[owner, boss])
    assert notices.count() > 4
    assert canaries.in_answer(repr([(row.data, row.url) for row in notices])) == set()
