"""What organizers see of mails: who gets which, what is stuck, and a way to send it again; never what it says."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from expo.models import AuditEntry, Consent, ConsentKind, OutboxMail, User
from expo.outbox import post
from tests.expo.admin_pages import listing, page, words_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db
SECRET = "Your code is 918273"


def a_mail(name: str, **values: object) -> OutboxMail:
    mail = post(key=name, to=f"{name}@example.org", subject=f"For {name}", text=SECRET, html=SECRET, language="en")
    assert mail is not None
    OutboxMail.objects.filter(pk=mail.pk).update(**values)
    mail.refresh_from_db()
    return mail


@pytest.fixture
def office(db: None) -> User:
    user = make_user(is_staff=True)
    user.groups.add(Group.objects.get(name="organizer"))
    return user


@pytest.fixture
def desk(office: User) -> Client:
    client = Client()
    client.force_login(office)
    return client


def test_the_start_page_tells_of_mails_that_cannot_be_sent(desk: Client) -> None:
    a_mail("waits")
    a_mail("sent", sent_at=timezone.now())
    for number in range(12):
        a_mail(f"stuck{number}", last_error="SMTPServerDisconnected: gone", attempts=2)
    (line,) = [line for line in desk.get(reverse("admin:index")).context["start"].queue if line.task.name == "mails"]
    assert line.count == 12
    assert len(desk.get(line.url).context["cl"].result_list) == 12


def test_nobody_reads_what_a_mail_says(desk: Client, organizer_client: Client) -> None:
    mail = a_mail("li", last_error="SMTPServerDisconnected: gone")
    for client in (desk, organizer_client):
        for url in (listing(OutboxMail), page(mail)):
            response = client.get(url)
            assert response.status_code == 200
            assert "918273" not in response.content.decode()
        assert list(client.get(listing(OutboxMail, "?q=918273")).context["cl"].result_list) == []
        guessed = client.get(listing(OutboxMail, "?text__contains=918273"))
        assert guessed.status_code in (302, 400)
        assert client.post(page(mail), {"to": "mine@example.org"}).status_code == 403
    mail.refresh_from_db()
    assert mail.to == "li@example.org"


def test_what_is_stuck_is_sent_again_and_what_was_sent_is_not(desk: Client) -> None:
    stuck = a_mail("stuck", last_error="x", given_up_at=timezone.now(), next_try_at=timezone.now())
    sent = a_mail("sent", sent_at=timezone.now())
    data = {"action": "send_again", "_selected_action": [stuck.pk, sent.pk]}
    assert "1 mail is sent again." in words_of(desk.post(listing(OutboxMail), data, follow=True))
    assert list(OutboxMail.objects.due()) == [stuck]


def test_mails_consents_and_the_log_are_for_organizers(client: Client) -> None:
    for role in ("exhibition_manager", "matchmaking_broker", "publicity"):
        clerk = make_user(is_staff=True)
        clerk.groups.add(Group.objects.get(name=role))
        client.force_login(clerk)
        for model in (OutboxMail, Consent, AuditEntry):
            assert client.get(listing(model)).status_code == 403
        assert "mails" not in {line.task.name for line in client.get(reverse("admin:index")).context["start"].queue}


def test_consents_are_read_and_not_written(desk: Client, office: User) -> None:
    consent = Consent.objects.create(user=office, kind=ConsentKind.PRIVACY, version="2020-01", given_at=timezone.now())
    assert "2020-01" in words_of(desk.get(listing(Consent)))
    assert desk.get(page(consent)).status_code == 200
    assert desk.post(page(consent), {"version": "2030-01"}).status_code == 403
    assert desk.post(page(consent, "delete"), {"post": "yes", "understood": "on"}).status_code == 403
