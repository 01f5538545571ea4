"""The organizers' side: the queue, who reviews, decisions with zone and stand, what an edition asks and locks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from expo.exhibiting import applying
from expo.models import Exhibitor, FieldLock, Notice, Question, User
from expo.stands import give_stand
from tests.expo.admin_pages import act_url, agreed, bulk, listing, page, typed, words_of
from tests.factories import (
    make_application,
    make_edition,
    make_exhibitor,
    make_fieldlock,
    make_question,
    make_stand,
    make_user,
    make_zone,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _each_row_is_locked_for_itself() -> Iterator[None]:
    with zeal_ignore([{"model": f"expo.{name}", "field": "get()"} for name in ("Exhibitor", "Stand")]):
        yield


@pytest.fixture
def reviewer(db: None) -> User:
    user = make_user(name="Luo Heng", is_staff=True)
    user.groups.add(Group.objects.get(name="exhibition_manager"))
    return user


@pytest.fixture
def desk(reviewer: User) -> Client:
    client = Client()
    client.force_login(reviewer)
    return client


def state_of(exhibitor: Exhibitor) -> str:
    return str(Exhibitor.objects.values_list("state", flat=True).get(pk=exhibitor.pk))


# ------------------------------------------------------------------ the queue
def test_applications_are_assigned_in_bulk_and_found_by_their_reviewer(
    organizer_client: Client, desk: Client, reviewer: User
) -> None:
    rows = [make_application(state="submitted"), make_application(state="in_review")]
    other = make_application(state="submitted")
    assert "Reviewed by" in words_of(bulk(organizer_client, Exhibitor, "assign", rows))
    bulk(organizer_client, Exhibitor, "assign", rows, apply="1", reviewer=reviewer.pk)
    assert set(Exhibitor.objects.filter(assigned_to=reviewer)) == set(rows)
    assert Notice.objects.filter(user=reviewer, kind="application-in-hand").count() == 2
    mine = desk.get(listing(Exhibitor, "?waiting=1&hand=mine"))
    assert set(mine.context["cl"].queryset) == set(rows)
    assert list(desk.get(listing(Exhibitor, "?waiting=1&hand=nobody")).context["cl"].queryset) == [other]
    queue = {line.task.name: line.count for line in desk.get(reverse("admin:index")).context["start"].queue}
    assert queue["applications-in-hand"] == 2


def test_an_application_is_not_given_to_somebody_who_may_not_decide(organizer_client: Client) -> None:
    exhibitor = make_application(state="submitted")
    response = organizer_client.post(act_url(exhibitor, "assign"), {"reviewer": make_user(is_staff=True).pk})
    assert response.status_code == 200
    assert Exhibitor.objects.get().assigned_to is None


def test_the_queue_is_filtered_by_the_zone_wished_for(organizer_client: Client) -> None:
    exhibitor = make_application(state="submitted")
    make_application(state="submitted")
    rows = organizer_client.get(listing(Exhibitor, f"?zone_wish__id__exact={exhibitor.zone_wish_id}"))
    assert list(rows.context["cl"].queryset) == [exhibitor]


def test_the_list_asks_as_often_for_many_as_for_one(
    organizer_client: Client, reviewer: User, django_assert_max_num_queries: object
) -> None:
    for _number in range(4):
        make_application(state="submitted", assigned_to=reviewer)
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        organizer_client.get(listing(Exhibitor))


# ------------------------------------------------------------------ deciding
def test_accepting_asks_for_zone_and_stand_with_the_wish_beside_them(organizer_client: Client) -> None:
    exhibitor = make_application(state="submitted")
    stand = make_stand(zone=exhibitor.zone_wish)
    asked = organizer_client.get(act_url(exhibitor, "accept"))
    assert f"Wishes for {exhibitor.zone_wish}, 18 m²." in words_of(asked)
    assert asked.context["form"][f"zone-{exhibitor.pk}"].value() == str(exhibitor.zone_wish_id)
    organizer_client.post(act_url(exhibitor, "accept"), {f"stand-{exhibitor.pk}": stand.pk})
    exhibitor.refresh_from_db()
    stand.refresh_from_db()
    assert (exhibitor.state, exhibitor.zone, stand.exhibitor) == ("accepted", exhibitor.zone_wish, exhibitor)


def test_many_are_accepted_each_with_its_own_stand(organizer_client: Client) -> None:
    zone = make_zone()
    rows = [make_application(state="submitted", zone_wish=zone) for _ in range(3)]
    stands = [make_stand(zone=zone) for _ in range(2)]
    choice = {f"zone-{row.pk}": zone.pk for row in rows}
    choice |= {f"stand-{row.pk}": stand.pk for row, stand in zip(rows, stands, strict=False)}
    bulk(organizer_client, Exhibitor, "accept", rows, apply="1", **choice)
    assert {state_of(row) for row in rows} == {"accepted"}
    assert [list(row.stands.all()) for row in rows] == [[stands[0]], [stands[1]], []]


def test_a_stand_taken_meanwhile_refuses_only_its_own_application(organizer_client: Client, organizer: User) -> None:
    zone = make_zone()
    taken, free = make_stand(zone=zone), make_stand(zone=zone)
    faster = give_stand(taken, exhibitor=make_exhibitor(zone=zone), by=organizer).exhibitor
    late, good = (make_application(state="submitted", zone_wish=zone) for _ in range(2))
    choice = {f"zone-{late.pk}": zone.pk, f"stand-{late.pk}": taken.pk}
    choice |= {f"zone-{good.pk}": zone.pk, f"stand-{good.pk}": free.pk}
    text = words_of(bulk(organizer_client, Exhibitor, "accept", [late, good], apply="1", **choice))
    assert f"is given to “{faster}” already" in text
    assert (state_of(late), state_of(good)) == ("submitted", "accepted")


def test_a_stand_of_another_zone_is_refused_at_its_field(organizer_client: Client) -> None:
    exhibitor, stand = make_application(state="submitted"), make_stand()
    choice = {f"zone-{exhibitor.pk}": exhibitor.zone_wish_id, f"stand-{exhibitor.pk}": stand.pk}
    response = organizer_client.post(act_url(exhibitor, "accept"), choice)
    assert "lies in another zone" in words_of(response)
    foreign = make_zone(edition=make_edition(number=12))
    refused = organizer_client.post(act_url(exhibitor, "accept"), {f"zone-{exhibitor.pk}": foreign.pk})
    assert refused.context["form"].errors
    assert state_of(exhibitor) == "submitted"


def test_many_are_asked_back_and_declined_with_words(organizer_client: Client) -> None:
    back, no = make_application(state="submitted"), make_application(state="submitted")
    bulk(organizer_client, Exhibitor, "return", [back], apply="1", reason="Name the voltage.")
    asked = bulk(organizer_client, Exhibitor, "decline", [no])
    bulk(organizer_client, Exhibitor, "decline", [no], **agreed(asked, reason="The hall is full."))
    assert (state_of(back), state_of(no)) == ("returned", "declined")


# ------------------------------------------------------------------ the application's page
def test_answers_stand_beside_the_entry_for_who_may_decide(organizer_client: Client, client: Client) -> None:
    exhibitor = make_application(products_planned="CANARY products")
    question = make_question(label_en="How <i>heavy</i>?")
    applying.save_answers(exhibitor, values={question.pk: "CANARY 1 t"})
    text = words_of(organizer_client.get(page(exhibitor)))
    assert "CANARY 1 t" in text
    assert "CANARY products" in text
    assert "How &lt;i&gt;heavy" in text
    clerk = make_user(is_staff=True)
    clerk.groups.add(Group.objects.get(name="publicity"))
    client.force_login(clerk)
    assert "CANARY" not in words_of(client.get(page(exhibitor)))
    assert client.get(listing(Exhibitor, "?products_planned__startswith=C")).status_code in (302, 400)


# ------------------------------------------------------------------ what an edition asks and locks
def test_a_question_is_written_for_the_current_edition(desk: Client) -> None:
    url = reverse("admin:expo_question_add")
    edition = make_edition()
    data = typed(desk, url, label_en="Power?", label_zh="用电？", kind="yes_no", is_required="on")
    assert data["edition"] == str(edition.pk)
    assert desk.post(url, data).status_code == 302
    power = Question.objects.get()
    assert (power.edition, power.is_required, power.is_active) == (edition, True, True)
    wrong = typed(desk, url, label_en="Volts?", asked_if=power.pk, asked_if_value="perhaps")
    assert "That is no answer to this question" in words_of(desk.post(url, wrong))
    assert Question.objects.count() == 1


def test_only_fields_of_the_entry_are_locked_and_each_once(desk: Client) -> None:
    url = reverse("admin:expo_fieldlock_add")
    make_edition()
    assert desk.post(url, typed(desk, url, field="claim_en", reason_en="The catalog is printed.")).status_code == 302
    assert "locked already" in words_of(desk.post(url, typed(desk, url, field="claim_en", reason_en="Again.")))
    assert desk.post(url, typed(desk, url, field="state", reason_en="No.")).status_code == 200
    assert list(FieldLock.objects.values_list("field", flat=True)) == ["claim_en"]


def test_questions_and_locks_are_of_no_concern_to_other_roles(client: Client) -> None:
    question, lock = make_question(), make_fieldlock()
    clerk = make_user(is_staff=True)
    clerk.groups.add(Group.objects.get(name="publicity"))
    client.force_login(clerk)
    for row in (question, lock):
        assert client.get(page(row)).status_code == 403
        assert client.post(page(row, "delete"), {"post": "yes", "understood": "on"}).status_code == 403


def test_a_question_that_was_answered_is_not_deleted(organizer_client: Client) -> None:
    question = make_question()
    applying.save_answers(make_application(), values={question.pk: "One"})
    organizer_client.post(page(question, "delete"), {"post": "yes", "understood": "on"})
    assert Question.objects.count() == 1
