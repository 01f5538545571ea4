"""Messages of the organizers to exhibitors: shown before, sent once, to each once, and kept as they were."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from expo.broadcasts import mark_of, reached, recipients_of, send
from expo.errors import DomainError
from expo.models import (
    Answer,
    AuditEntry,
    Broadcast,
    BroadcastRecipient,
    Exhibitor,
    Notice,
    OutboxMail,
    Sector,
    User,
)
from expo.notices import in_words
from tests.expo.admin_pages import listing, page, typed, words_of
from tests.factories import (
    make_broadcast,
    make_edition,
    make_exhibitor,
    make_member,
    make_organization,
    make_question,
    make_sector,
    make_stand,
    make_user,
    make_zone,
)

pytestmark = pytest.mark.django_db


def sent(broadcast: Broadcast, by: User) -> list[BroadcastRecipient]:
    return send(broadcast, by=by, seen=mark_of(broadcast, recipients_of(broadcast)))


def send_url(broadcast: Broadcast) -> str:
    return reverse("admin:expo_broadcast_send", args=[broadcast.pk])


def chosen(**choice: Any) -> set[Exhibitor]:
    broadcast = make_broadcast(chosen={"states": ["accepted"], **choice})
    return {row.exhibitor for row in recipients_of(broadcast)}


# ------------------------------------------------------------------ to whom
def test_each_filter_chooses_its_exhibitors() -> None:
    zone, sector, question = make_zone(), make_sector(), make_question()
    here = make_exhibitor(zone=zone, organization=make_organization(sector=sector, country="DE"))
    other = make_exhibitor()
    waiting = make_exhibitor(state="submitted", zone=None)
    make_exhibitor(edition=make_edition(number=12))
    make_stand(exhibitor=here, zone=zone)
    Answer.objects.create(exhibitor=here, question=question, value="Yes")
    assert chosen() == {here, other}
    assert chosen(states=["submitted"]) == {waiting}
    assert chosen(states=["submitted", "accepted"]) == {here, other, waiting}
    assert chosen(states=[]) == set()
    for one in ({"zones": [zone.pk]}, {"sectors": [sector.pk]}, {"countries": ["DE"]}, {"stand": "with"}):
        assert chosen(**one) == {here}, one
    assert chosen(stand="without") == {other}
    assert chosen(question=question.pk, answered="yes") == {here}
    assert chosen(question=question.pk, answered="no") == {other}
    assert chosen(zones=[zone.pk], countries=["CN"]) == set()
    assert Sector.objects.filter(pk=sector.pk).exists()


def test_owners_and_editors_hear_and_the_contact_where_there_are_none() -> None:
    exhibitor = make_exhibitor(contact_email="office@works.example")
    (row,) = recipients_of(make_broadcast())
    assert (row.people, row.address, row.is_reached) == ((), "office@works.example", True)
    make_member(exhibitor.organization, "member")
    make_member(exhibitor.organization, "owner", is_active=False)
    assert recipients_of(make_broadcast())[0].people == ()
    people = (make_member(exhibitor.organization, "editor"), make_member(exhibitor.organization, "owner"))
    (row,) = recipients_of(make_broadcast())
    assert (row.people, row.address) == (people, "")


def test_finding_the_recipients_costs_the_same_for_one_and_for_many(django_assert_num_queries: Any) -> None:
    broadcast = make_broadcast()
    for _n in range(12):
        make_member(make_exhibitor().organization, "owner")
    with django_assert_num_queries(2):
        assert len(recipients_of(broadcast)) == 12


# ------------------------------------------------------------------ sending
def test_a_message_goes_to_each_person_once_in_the_own_language(organizer: User) -> None:
    first, second = make_exhibitor(), make_exhibitor(contact_email="Office@works.example")
    third = make_exhibitor(contact_email="office@works.example")
    person = make_member(first.organization, "owner", language="zh-hans")
    colleague = make_member(first.organization, "editor")
    alone = make_exhibitor()
    other = make_exhibitor()
    other.organization.memberships.create(user=person, role="editor")
    broadcast = make_broadcast(subject_en="Doors", subject_zh="开门", body_en="At eight.", body_zh="八点。")
    assert reached(recipients_of(broadcast)) == 3
    rows = {row.exhibitor: row.people for row in sent(broadcast, organizer)}
    assert rows == {first: 2, second: 1, third: 1, alone: 0, other: 1}
    assert set(Notice.objects.values_list("user", flat=True)) == {person.pk, colleague.pk}
    told = in_words(Notice.objects.get(user=colleague))
    assert (told.words, told.body) == ("Doors", "At eight.")
    mail = OutboxMail.objects.get()
    assert (mail.to, mail.subject) == ("office@works.example", "开门 / Doors")
    assert mail.text.index("八点。") < mail.text.index("At eight.")
    broadcast.refresh_from_db()
    assert broadcast.by == organizer
    assert broadcast.sent_at is not None
    assert AuditEntry.objects.filter(act="sent", object_id=broadcast.pk, by=organizer).exists()


def test_a_second_click_sends_nothing(organizer: User) -> None:
    make_member(make_exhibitor().organization, "owner")
    broadcast = make_broadcast()
    mark = mark_of(broadcast, recipients_of(broadcast))
    send(broadcast, by=organizer, seen=mark)
    with pytest.raises(DomainError, match="sent before"):
        send(broadcast, by=make_user(), seen=mark)
    assert (Notice.objects.count(), BroadcastRecipient.objects.count()) == (1, 1)


def test_what_changed_since_the_preview_is_shown_again_first(organizer: User) -> None:
    exhibitor = make_exhibitor()
    make_member(exhibitor.organization, "owner")
    broadcast = make_broadcast()
    mark = mark_of(broadcast, recipients_of(broadcast))
    newcomer = make_member(exhibitor.organization, "editor")
    with pytest.raises(DomainError, match="changed since you looked"):
        send(broadcast, by=organizer, seen=mark)
    newcomer.memberships.all().delete()
    broadcast.body_en = "At nine."
    broadcast.save()
    with pytest.raises(DomainError, match="changed since you looked"):
        send(broadcast, by=organizer, seen=mark)
    assert not Notice.objects.exists()


def test_a_message_that_nobody_gets_is_not_sent(organizer: User) -> None:
    make_exhibitor()
    with pytest.raises(DomainError, match="Nobody would get"):
        sent(make_broadcast(), organizer)
    with pytest.raises(DomainError, match="Nobody would get"):
        sent(make_broadcast(chosen={}), organizer)


def test_the_database_refuses_a_recipient_twice_and_a_message_without_words() -> None:
    broadcast, exhibitor = make_broadcast(), make_exhibitor()
    BroadcastRecipient.objects.create(broadcast=broadcast, exhibitor=exhibitor)
    with pytest.raises(IntegrityError), transaction.atomic():
        BroadcastRecipient.objects.create(broadcast=broadcast, exhibitor=exhibitor)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_broadcast(subject_en="", subject_zh="")


def test_line_breaks_in_a_subject_give_a_mail_no_other_receiver(organizer: User) -> None:
    make_exhibitor(contact_email="office@works.example")
    sent(make_broadcast(subject_en="Doors\r\nBcc: all@else.example"), organizer)
    mail = OutboxMail.objects.get()
    assert mail.to == "office@works.example"
    assert not set("\r\n") & set(mail.subject)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time by itself")
def test_of_two_organizers_who_press_at_once_one_sends() -> None:
    make_member(make_exhibitor().organization, "owner")
    broadcast, people, start = make_broadcast(), [make_user(), make_user()], Barrier(2, timeout=10)
    mark = mark_of(broadcast, recipients_of(broadcast))

    def press(person: User) -> str:
        try:
            start.wait()
            send(broadcast, by=person, seen=mark)
        except DomainError as error:
            return str(error)
        finally:
            connections.close_all()
        return "sent"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(press, people))
    assert answers == ["This message was sent before. Nothing was sent a second time.", "sent"]
    assert Notice.objects.count() == 1


# ------------------------------------------------------------------ the organizers' pages
def test_an_organizer_writes_looks_and_sends(organizer_client: Client, organizer: User) -> None:
    exhibitor = make_exhibitor(organization=make_organization(name_en="Magnet Works"))
    person = make_member(exhibitor.organization, "owner", name="Wang Li")
    make_exhibitor(organization=make_organization(name_en="Silent Works"))
    add = reverse("admin:expo_broadcast_add")
    data = {
        "edition": exhibitor.edition_id, "subject_en": "Doors", "subject_zh": "开门", "body_en": "At eight.",
        "body_zh": "八点。", "states": ["accepted"], "_save": "Save",
    }  # fmt: skip
    response = organizer_client.post(add, {**data, "by": 1, "sent_at": "2026-01-01"})
    broadcast = Broadcast.objects.get()
    assert response["Location"] == send_url(broadcast)
    assert (broadcast.by, broadcast.sent_at, broadcast.chosen) == (organizer, None, {"states": ["accepted"]})
    preview = words_of(organizer_client.get(send_url(broadcast)))
    for words in ("Doors", "开门", "At eight.", "八点。", "Magnet Works", "Wang Li", "2 exhibitors are chosen"):
        assert words in preview, words
    assert "1 person hears of it" in preview
    assert "1 exhibitor cannot be reached" in preview
    assert not Notice.objects.exists()
    mark = re.search(r'name="seen" value="([0-9a-f]+)"', preview)
    assert mark is not None
    done = organizer_client.post(send_url(broadcast), {"seen": mark[1]}, follow=True)
    assert "Sent to 2 exhibitors" in words_of(done)
    assert "It went to 2 exhibitors" in words_of(done)
    assert "nobody to be reached" in words_of(done)
    again = organizer_client.post(send_url(broadcast), {"seen": mark[1]}, follow=True)
    assert "sent before" in words_of(again)
    assert Notice.objects.filter(user=person).count() == 1


def test_a_draft_is_edited_and_a_sent_message_is_frozen(organizer_client: Client, organizer: User) -> None:
    make_member(make_exhibitor().organization, "owner")
    broadcast = make_broadcast(chosen={"states": ["accepted"], "stand": "without"})
    data = typed(organizer_client, page(broadcast), subject_en="Later", _save="Save")
    assert organizer_client.post(page(broadcast), data)["Location"] == send_url(broadcast)
    broadcast.refresh_from_db()
    assert (broadcast.subject_en, broadcast.chosen) == ("Later", {"states": ["accepted"], "stand": "without"})
    data = typed(organizer_client, page(broadcast), subject_en="Forged")
    sent(broadcast, organizer)
    assert organizer_client.post(page(broadcast), data).status_code == 403
    assert organizer_client.post(page(broadcast, "delete"), {"post": "yes"}).status_code == 403
    assert "Who got it" in words_of(organizer_client.get(page(broadcast)))
    broadcast.refresh_from_db()
    assert broadcast.subject_en == "Later"


def test_sent_messages_are_not_deleted_in_bulk(organizer_client: Client, organizer: User) -> None:
    make_member(make_exhibitor().organization, "owner")
    broadcast = make_broadcast()
    sent(broadcast, organizer)
    data = {"action": "delete_selected", "_selected_action": [broadcast.pk], "post": "yes", "understood": "on"}
    organizer_client.post(listing(Broadcast), data, follow=True)
    assert Broadcast.objects.filter(pk=broadcast.pk).exists()


def test_what_belongs_to_another_edition_is_refused(organizer_client: Client) -> None:
    broadcast, old = make_broadcast(), make_edition(number=12)
    data = typed(
        organizer_client, page(broadcast), zones=[make_zone(edition=old).pk], question=make_question(edition=old).pk
    )
    response = organizer_client.post(page(broadcast), data)
    assert words_of(response).count("This belongs to another edition") >= 2


@pytest.mark.parametrize(
    ("role", "status"), [("exhibition_manager", 200), ("matchmaking_broker", 403), ("publicity", 403)]
)
def test_only_who_keeps_the_exhibitors_writes_to_them(role: str, status: int) -> None:
    user, broadcast = make_user(is_staff=True), make_broadcast()
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    assert client.get(send_url(broadcast)).status_code == status
    if status == 403:
        assert client.post(send_url(broadcast), {"seen": "x"}).status_code == 403
    assert client.get(reverse("admin:expo_broadcast_send", args=[broadcast.pk + 1])).status_code == 404


def test_strangers_and_exhibitors_do_not_meet_the_page(client: Client) -> None:
    broadcast = make_broadcast()
    assert client.get(send_url(broadcast)).status_code == 302
    client.force_login(make_member(make_exhibitor().organization, "owner"))
    assert client.post(send_url(broadcast), {"seen": "x"}).status_code == 302
    assert Broadcast.objects.get().sent_at is None
