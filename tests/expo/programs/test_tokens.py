"""A token reads what its person may read for one organization now, and nothing once that is over."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from expo import api_tokens
from expo.api_tokens import Refused, create_token, revoke_token, token_of
from expo.errors import DomainError
from expo.models import ApiToken, AuditEntry, Membership, Organization, User
from expo.people.personal_data import held
from tests.factories import make_member, make_organization

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/introductions/"


@pytest.fixture
def own() -> Organization:
    return make_organization()


@pytest.fixture
def editor(own: Organization) -> User:
    return make_member(own, "editor")


@pytest.fixture
def plain(own: Organization, editor: User) -> str:
    return create_token(editor, own, name="Reader", days=30)[1]


def status(client: Client, plain: str, scheme: str = "Bearer") -> int:
    return client.get(ADDRESS, headers={"Authorization": f"{scheme} {plain}"}).status_code


def words(client: Client, plain: str) -> str:
    response = client.get(ADDRESS, headers={"Authorization": f"Bearer {plain}"})
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response["Cache-Control"] == "no-store"
    message: str = response.json()["errors"][0]["message"]
    return message


def test_only_a_digest_is_stored(plain: str) -> None:
    token = ApiToken.objects.get()
    assert plain.startswith("expo_")
    assert len(plain) > 45
    assert token.digest_key == hashlib.sha256(plain.encode()).hexdigest()
    assert token.beginning == plain[:12]
    assert plain not in str(list(ApiToken.objects.values()))


def test_a_token_opens_until_it_is_revoked_or_over(client: Client, plain: str, editor: User) -> None:
    assert status(client, plain) == 200
    assert status(client, plain, "bearer") == 200
    token = ApiToken.objects.get()
    with pytest.raises(Refused, match="not valid any more"):
        token_of(plain, now=timezone.now() + dt.timedelta(days=30))
    revoke_token(token, by=editor)
    assert words(client, plain) == "This token was revoked."


@pytest.mark.parametrize("sent", ["", "expo_x", "x" * 5000, "expo_" + "é" * 20, "expo_ a b"])
def test_what_is_no_token_opens_nothing(client: Client, db: None, sent: str) -> None:
    assert status(client, sent) == 401


def test_who_sends_none_is_told_how(client: Client, editor: User) -> None:
    client.force_login(editor)
    response = client.get(ADDRESS)
    assert response.status_code == 401, "a browser's session opens nothing here"
    assert "Authorization: Bearer" in response.json()["errors"][0]["message"]
    assert client.get(ADDRESS, {"lang": "zh-hans"})["Content-Language"] == "zh-hans"


def test_a_token_never_grants_more_than_its_person_has_now(client: Client, plain: str, editor: User) -> None:
    row = Membership.objects.get(user=editor)
    row.role = "member"
    row.save()
    assert status(client, plain) == 200
    editor.is_active = False
    editor.save()
    assert status(client, plain) == 401
    editor.is_active = True
    editor.save()
    row.delete()
    assert "does not act for the organization any more" in words(client, plain)


def test_who_may_make_and_revoke_tokens(own: Organization, editor: User, plain: str) -> None:
    for user in (make_member(own, "member"), make_member(make_organization(), "owner")):
        with pytest.raises(DomainError, match="editors and owners"):
            create_token(user, own, name="Reader", days=30)
        with pytest.raises(DomainError, match="Only whoever made"):
            revoke_token(ApiToken.objects.get(), by=user)
    revoke_token(ApiToken.objects.get(), by=make_member(own, "owner"))
    for name, days in ((" ", 30), ("Reader", 0), ("Reader", 4000)):
        with pytest.raises(DomainError):
            create_token(editor, own, name=name, days=days)


def test_ten_are_in_force_at_most(own: Organization, editor: User, plain: str) -> None:
    for _number in range(api_tokens.MOST - 1):
        last, _plain = create_token(editor, own, name="Reader", days=30)
    with pytest.raises(DomainError, match="At most 10"):
        create_token(editor, own, name="Reader", days=30)
    revoke_token(last, by=editor)
    create_token(editor, own, name="Reader", days=30)


def test_its_use_is_noted_once_a_minute(plain: str) -> None:
    now = timezone.now()
    for seconds in (0, 59, 60):
        token_of(plain, now=now + dt.timedelta(seconds=seconds))
        used = ApiToken.objects.get().last_used_at
        assert used == now + dt.timedelta(seconds=60 if seconds == 60 else 0)


def test_each_token_and_each_caller_is_slowed_down(
    client: Client, settings: Settings, own: Organization, editor: User, plain: str
) -> None:
    caches["process"].clear()
    settings.API_REQUESTS_PER_MINUTE = 2
    other = create_token(editor, own, name="Other", days=30)[1]
    assert [status(client, plain) for _time in range(3)] == [200, 200, 429]
    caches["process"].clear()
    assert [client.get(ADDRESS, REMOTE_ADDR=f"10.0.0.{n}", headers={"Authorization": f"Bearer {plain}"}).status_code
            for n in range(3)] == [200, 200, 429]  # fmt: skip
    assert client.get(ADDRESS, REMOTE_ADDR="10.0.0.9", headers={"Authorization": f"Bearer {other}"}).status_code == 200
    caches["process"].clear()
    assert [status(client, f"expo_{number}") for number in range(3)] == [401, 401, 429], "nor may anybody try them out"
    caches["process"].clear()


def test_no_token_stands_in_logs_audit_or_export(
    client: Client, plain: str, editor: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for sent in (plain, plain + "x"):
        status(client, sent)
    token = ApiToken.objects.get()
    told = caplog.text + str(list(AuditEntry.objects.values())) + json.dumps(held(editor), default=str)
    assert plain not in told
    assert token.digest_key not in told
    assert AuditEntry.objects.filter(content_type__model="apitoken").count() == 1, "reading is no change"


def test_a_token_is_made_and_revoked_by_buttons(client: Client, own: Organization, editor: User) -> None:
    client.force_login(editor)
    pages = f"/en/work/{own.slug}/programs/"
    assert "your attention" in client.post(f"{pages}tokens/new/", {}).content.decode()
    made = client.post(f"{pages}tokens/new/", {"token-name": "Reader", "token-days": "90"})
    token = ApiToken.objects.get()
    assert token.beginning in made.content.decode()
    shown = client.get(pages).content.decode()
    assert token.beginning in shown
    assert shown.count("expo_") == 1
    client.post(f"{pages}tokens/{token.pk}/revoke/")
    assert "No token is in force." in client.get(pages).content.decode()


def test_pages_elsewhere_cannot_send_a_token(client: Client) -> None:
    asked = {
        "Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }  # fmt: skip
    allowed = client.options(ADDRESS, headers=asked)["Access-Control-Allow-Headers"]
    assert "authorization" not in allowed
