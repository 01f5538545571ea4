"""What cannot be undone: first a page that says what it touches, then a tick, then the act."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from zeal import zeal_ignore

from expo.admin.acts import ActsAdmin, is_end
from expo.models import (
    EXHIBITOR_MOVES,
    INNOVATION_MOVES,
    PRODUCT_MOVES,
    SESSION_MOVES,
    Exhibitor,
    Innovation,
    Product,
    Revision,
    Session,
    Speaker,
    Stand,
    Transition,
    User,
)
from expo.stands import give_stand
from tests.expo.admin_pages import act_url, agreed, bulk, page, words_of
from tests.factories import make_exhibitor, make_product, make_session, make_stand, make_user, make_zone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _each_row_is_locked_for_itself() -> Iterator[None]:
    """An act locks its row before it moves it: one query a row and a move is meant here."""
    with zeal_ignore([{"model": f"expo.{name}", "field": "get()"} for name in ("Exhibitor", "Product", "Stand")]):
        yield


def test_an_end_is_a_state_from_which_no_way_leads_back() -> None:
    tables = {"exhibitor": EXHIBITOR_MOVES, "innovation": INNOVATION_MOVES, "product": PRODUCT_MOVES}
    ends = {name: {str(state) for state in moves if is_end(moves, state)} for name, moves in tables.items()}
    assert ends == {
        "exhibitor": {"declined", "withdrawn"},
        "innovation": {"rejected", "expired", "withdrawn", "transformed", "archived"},
        "product": {"withdrawn"},
    }
    assert not any(is_end(SESSION_MOVES, state) for state in SESSION_MOVES)


def test_the_acts_that_cannot_be_undone_are_marked() -> None:
    marked = {
        model._meta.model_name: {act.name for act in model_admin.acts if act.irreversible}
        for model, model_admin in admin.site._registry.items()
        if isinstance(model_admin, ActsAdmin) and model in (Exhibitor, Innovation, Product, Session, Revision)
    }
    assert marked == {
        "exhibitor": {"decline", "withdraw"},
        "innovation": {"reject", "withdraw", "expire", "archive"},
        "product": {"withdraw"},
        "session": set(),
        "revision": set(),
    }


def test_what_cannot_be_undone_says_first_what_it_touches_and_whom_it_concerns(
    organizer_client: Client, organizer: User
) -> None:
    host = make_exhibitor(contact_name="Zhao Min")
    guest = make_exhibitor(zone=host.zone, host=host)
    stand = give_stand(make_stand(zone=host.zone), exhibitor=host, by=organizer)
    product = make_product(organization=host.organization)
    session = make_session()
    Speaker.objects.create(session=session, name_en="Sun Li", organization=host.organization)
    assert f'href="{act_url(host, "withdraw")}"' in words_of(organizer_client.get(page(host)))
    asked = organizer_client.get(act_url(host, "withdraw"))
    assert asked.context["touched"] == [
        f"To be told (1): Zhao Min ({host.organization})",
        f"Stands that become free (1): {stand.code}",
        f"Co-exhibitors that lose their host (1): {guest}",
        f"Products that lose the stand of their seller (1): {product}",
        f"Sessions in which its people stay announced (1): {session}",
    ]
    text = words_of(asked)
    assert "This cannot be undone." in text
    assert str(host) in text
    assert all(line in text for line in asked.context["touched"])


def test_without_the_tick_nothing_is_done_and_the_words_stay(organizer_client: Client) -> None:
    exhibitor = make_exhibitor()
    asked = organizer_client.get(act_url(exhibitor, "withdraw"))
    words = agreed(asked, reason="They wrote to us.")
    del words["understood"]
    refused = organizer_client.post(act_url(exhibitor, "withdraw"), words)
    assert "Nothing was done" in words_of(refused)
    assert "They wrote to us." in words_of(refused)
    exhibitor.refresh_from_db()
    assert exhibitor.state == "accepted"
    organizer_client.post(act_url(exhibitor, "withdraw"), agreed(refused, reason="They wrote to us."))
    exhibitor.refresh_from_db()
    assert exhibitor.state == "withdrawn"
    assert Transition.objects.of(exhibitor)[0].reason == "They wrote to us."


def test_a_tick_without_having_seen_the_page_does_nothing(organizer_client: Client) -> None:
    product = make_product()
    refused = organizer_client.post(act_url(product, "withdraw"), {"understood": "on"})
    assert "Nothing was done" in words_of(refused)
    product.refresh_from_db()
    assert product.state == "published"


def test_many_are_not_ended_without_the_tick(organizer_client: Client) -> None:
    products = [make_product(), make_product()]
    asked = bulk(organizer_client, Product, "withdraw", products)
    assert asked.context["touched"]
    words = agreed(asked, reason="Sold out for good.")
    refused = bulk(organizer_client, Product, "withdraw", products, **{**words, "understood": ""})
    assert "Nothing was done" in words_of(refused)
    assert "Sold out for good." in words_of(refused)
    assert set(Product.objects.values_list("state", flat=True)) == {"published"}
    assert "done for 2 records" in words_of(bulk(organizer_client, Product, "withdraw", products, **words))
    assert set(Product.objects.values_list("state", flat=True)) == {"withdrawn"}


def test_what_changed_since_it_was_shown_is_shown_again_first(organizer_client: Client, organizer: User) -> None:
    exhibitor = make_exhibitor()
    asked = organizer_client.get(act_url(exhibitor, "withdraw"))
    stand = give_stand(make_stand(zone=exhibitor.zone), exhibitor=exhibitor, by=organizer)
    words = agreed(asked, reason="They wrote to us.")
    again = organizer_client.post(act_url(exhibitor, "withdraw"), words)
    assert "changed since you opened the page" in words_of(again)
    assert "They wrote to us." in words_of(again)
    assert not again.context["form"]["understood"].value()
    stand.refresh_from_db()
    assert stand.exhibitor == exhibitor
    organizer_client.post(act_url(exhibitor, "withdraw"), agreed(again))
    stand.refresh_from_db()
    assert stand.exhibitor is None


def test_what_is_ended_already_is_not_ended_again(organizer_client: Client) -> None:
    exhibitor = make_exhibitor(state="in_review")
    asked = organizer_client.get(act_url(exhibitor, "decline"))
    Exhibitor.objects.filter(pk=exhibitor.pk).update(state="withdrawn")
    words = agreed(asked, reason="The hall is full.")
    for response in (
        organizer_client.post(act_url(exhibitor, "decline"), words, follow=True),
        organizer_client.get(act_url(exhibitor, "decline"), follow=True),
    ):
        assert "can no longer be done" in words_of(response)
    assert not Transition.objects.of(exhibitor).exists()


def test_asking_for_many_costs_the_same_as_for_two(
    organizer_client: Client, organizer: User, django_assert_max_num_queries: Any
) -> None:
    zone = make_zone()
    exhibitors = [make_exhibitor(zone=zone) for _number in range(12)]
    for exhibitor in exhibitors:
        give_stand(make_stand(zone=zone), exhibitor=exhibitor, by=organizer)
    bulk(organizer_client, Exhibitor, "withdraw", exhibitors[:2])
    with CaptureQueriesContext(connection) as two:
        bulk(organizer_client, Exhibitor, "withdraw", exhibitors[:2])
    with django_assert_max_num_queries(len(two)):
        bulk(organizer_client, Exhibitor, "withdraw", exhibitors)


def test_an_act_may_need_a_further_permission(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    exhibitor = make_exhibitor(state="submitted")
    model_admin = admin.site._registry[Exhibitor]
    acts = [dataclasses.replace(act, permission="expo.delete_stand") for act in model_admin.acts]
    monkeypatch.setattr(model_admin, "acts", acts)
    clerk = make_user(is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="change_exhibitor"))
    client.force_login(clerk)
    assert client.get(page(exhibitor)).context["acts"] == []
    assert client.post(act_url(exhibitor, "accept")).status_code == 403
    bulk(client, Exhibitor, "accept", [exhibitor])
    exhibitor.refresh_from_db()
    assert exhibitor.state == "submitted"
    clerk.user_permissions.add(Permission.objects.get(codename="delete_stand"))
    client.post(act_url(exhibitor, "accept"))
    exhibitor.refresh_from_db()
    assert exhibitor.state == "accepted"


def test_deleting_takes_a_tick(organizer_client: Client) -> None:
    stand, others = make_stand(), [make_stand(), make_stand()]
    refused = organizer_client.post(page(stand, "delete"), {"post": "yes"})
    assert "Nothing was done" in words_of(refused)
    assert Stand.objects.count() == 3
    organizer_client.post(page(stand, "delete"), {"post": "yes", "understood": "on"})
    assert Stand.objects.count() == 2
    refused = bulk(organizer_client, Stand, "delete_selected", others, post="yes")
    assert "Nothing was done" in words_of(refused)
    assert Stand.objects.count() == 2
    bulk(organizer_client, Stand, "delete_selected", others, post="yes", understood="on")
    assert not Stand.objects.exists()
