"""A person's own account: settings, what is stored, and the end of it."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from expo.errors import DomainError
from expo.models import (
    AuditAct,
    AuditEntry,
    Consent,
    Enquiry,
    Invitation,
    MemberRole,
    Membership,
    Notice,
    PolicyRule,
    User,
)
from expo.people.personal_data import delete_account, held, own_rows, traces
from expo.retention import KEPT, PROMISED
from tests.expo.accounts.ways_in import PASSWORD, give_app, is_signed_in, make_account, prove, sign_in
from tests.factories import make_exhibitor, make_organization, make_session, make_user

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def user() -> User:
    return make_account(email="lin.xia@example.org", name="Lin Xia")


@pytest.fixture
def own_client(client: Client, user: User) -> Client:
    sign_in(client, user)
    return client


def words_of(**overrides: Any) -> dict[str, Any]:
    return {"name": "Lin Xia", "language": "zh-hans", "time_zone": "Europe/Berlin", **overrides}


# ------------------------------------------------------------------ settings
def test_settings_are_kept_and_the_next_page_speaks_the_new_language(own_client: Client, user: User) -> None:
    response = own_client.post(reverse("my-settings"), words_of())
    with translation.override("zh-hans"):
        assert response["Location"] == reverse("my-settings")
    user.refresh_from_db()
    assert (user.language, user.time_zone) == ("zh-hans", "Europe/Berlin")


@pytest.mark.parametrize("wrong", [{"language": "fr"}, {"time_zone": "Mars/Base"}, {"time_zone": "../etc/passwd"}])
def test_a_wrong_setting_is_said_and_changes_nothing(own_client: Client, user: User, wrong: dict[str, str]) -> None:
    response = own_client.post(reverse("my-settings"), words_of(name="Other", **wrong))
    assert response.status_code == 200
    assert response.context["form"].errors
    user.refresh_from_db()
    assert (user.name, user.language) == ("Lin Xia", "en")


def test_settings_take_no_field_that_is_not_theirs(own_client: Client, user: User) -> None:
    own_client.post(reverse("my-settings"), words_of(is_staff="on", is_superuser="on", email="x@example.org", id="1"))
    user.refresh_from_db()
    assert (user.email, user.is_staff, user.is_superuser) == ("lin.xia@example.org", False, False)


def test_times_of_ones_own_are_told_in_ones_own_zone_and_those_of_the_fair_in_the_fairs(client: Client) -> None:
    make_session()
    user = make_account(time_zone="America/New_York")
    sign_in(client, user)
    assert re.search(r"\((EST|EDT)\)", client.get(reverse("usersessions_list")).content.decode())
    assert "10:00" in client.get(reverse("session-list")).content.decode(), "as the halls' clocks show it"
    assert timezone.get_current_timezone_name() == "Asia/Shanghai"


# ------------------------------------------------------------------ what is stored
def test_what_is_stored_is_given_out_after_the_password_was_asked_again(own_client: Client, user: User) -> None:
    assert reverse("account_reauthenticate") in own_client.get(reverse("my-data"))["Location"]
    prove(own_client)
    organization = make_organization(name_en="Magnet Works")
    Membership.objects.create(organization=organization, user=user, role=MemberRole.EDITOR)
    Notice.objects.create(user=user, kind="x", key="x", at=timezone.now(), data={"name": "Magnet"})
    give_app(user)
    response = own_client.post(reverse("my-data"))
    assert response["Content-Disposition"].startswith("attachment;")
    data = json.loads(response.content)
    assert data["account"]["email"] == "lin.xia@example.org"
    assert data["own"]["expo.Membership"][0]["organization"] == "Magnet Works"
    assert data["own"]["expo.Notice"][0]["data"] == {"name": "Magnet"}
    assert data["own"]["expo.Consent"][0]["kind"] == "privacy"
    assert data["own"]["usersessions.UserSession"][0]["ip"] == "127.0.0.1"


def test_the_file_opens_nothing(own_client: Client, user: User) -> None:
    secret = give_app(user)
    told = json.dumps(held(user), default=str)
    keys = [session.session_key for session in Session.objects.all()]
    stored = user.authenticator_set.get().data["secret"]
    for opener in (user.password, secret, stored, *keys):
        assert opener not in told


def test_it_holds_what_names_the_address_alone(user: User) -> None:
    exhibitor = make_exhibitor()
    asked = Enquiry(organization=exhibitor.organization, record=exhibitor, about="Magnet", name="Lin Xia")
    asked.email = user.email
    asked.save()
    Invitation.objects.create(
        organization=exhibitor.organization, email=user.email, expires_at=timezone.now(), invited_by=make_user()
    )
    data = held(user)["by_address"]
    assert data["enquiries"][0]["about"] == "Magnet"
    assert data["invitations"][0]["email"] == user.email
    assert not held(make_user())["by_address"]


def test_the_data_of_others_stay_with_them(user: User) -> None:
    Membership.objects.create(organization=make_organization(), user=make_user(name="Somebody else"), role="owner")
    assert "Somebody else" not in json.dumps(held(user), default=str)


# ------------------------------------------------------------------ the end
def test_what_goes_is_shown_first_and_then_it_is_gone(own_client: Client, user: User) -> None:
    prove(own_client)
    page = own_client.get(reverse("my-delete"))
    assert page.status_code == 200
    assert any(row.count for row in page.context["own"])
    assert own_client.post(reverse("my-delete"), {}).status_code == 200
    assert User.objects.filter(email="lin.xia@example.org").exists()
    assert own_client.post(reverse("my-delete"), {"confirmed": "on"})["Location"] == reverse("home")
    assert not is_signed_in(own_client)
    assert not User.objects.filter(email="lin.xia@example.org").exists()
    assert not Consent.objects.filter(user_id=user.pk).exists()


def test_nobody_deletes_an_account_without_the_password(own_client: Client, user: User) -> None:
    own_client.post(reverse("my-delete"), {"confirmed": "on"})
    assert User.objects.filter(email="lin.xia@example.org").exists()


def test_an_account_that_a_log_names_is_emptied(client: Client, user: User) -> None:
    AuditEntry.objects.create(at=timezone.now(), by=user, act=AuditAct.SENT, title="x")
    Membership.objects.create(organization=make_organization(), user=user, role=MemberRole.MEMBER)
    sign_in(client, user)
    assert delete_account(user) is False
    user.refresh_from_db()
    assert (user.name, user.is_active, user.has_usable_password()) == ("", False, False)
    assert "lin.xia" not in user.email
    assert not user.memberships.exists()
    assert not own_rows(user)
    assert traces(user)
    assert client.get(reverse("my-settings")).status_code == 302
    assert not is_signed_in_again(user)


def is_signed_in_again(user: User) -> bool:
    client = Client()
    client.post(reverse("account_login"), {"login": "lin.xia@example.org", "password": PASSWORD})
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return is_signed_in(client)


def test_the_same_address_may_come_back_as_somebody_new(user: User) -> None:
    AuditEntry.objects.create(at=timezone.now(), by=user, act=AuditAct.SENT, title="x")
    delete_account(user)
    assert make_user(email="lin.xia@example.org").pk != user.pk


def test_the_last_owner_hands_over_first(own_client: Client, user: User) -> None:
    organization = make_organization(name_en="Magnet Works")
    Membership.objects.create(organization=organization, user=user, role=MemberRole.OWNER)
    prove(own_client)
    page = own_client.get(reverse("my-delete"))
    assert "only owner of Magnet Works" in page.content.decode()
    assert own_client.post(reverse("my-delete"), {"confirmed": "on"}).status_code == 409
    Membership.objects.create(organization=organization, user=make_user(), role=MemberRole.OWNER)
    own_client.post(reverse("my-delete"), {"confirmed": "on"})
    assert not User.objects.filter(email="lin.xia@example.org").exists()


def test_somebody_stays_who_may_do_everything(organizer: User) -> None:
    with pytest.raises(DomainError, match="Nobody else"):
        delete_account(organizer)
    make_user(is_staff=True, is_superuser=True)
    delete_account(organizer)


def test_enquiries_stay_with_the_organization_without_who_asked(user: User) -> None:
    exhibitor = make_exhibitor()
    asked = Enquiry(organization=exhibitor.organization, record=exhibitor, about="Magnet", name="Lin Xia", sender=user)
    asked.email, asked.phone = user.email, "123"
    asked.save()
    delete_account(user)
    asked.refresh_from_db()
    assert (asked.sender_id, asked.name, asked.phone) == (None, "", "")
    assert "lin.xia" not in asked.email


# ------------------------------------------------------------------ the privacy statement, and the head of every page
def test_the_privacy_statement_is_open_to_everybody_and_names_its_version(client: Client) -> None:
    for language in ("en", "zh-hans"):
        with translation.override(language):
            response = client.get(reverse("privacy"))
        assert response.status_code == 200
        assert "2026-11" in response.content.decode()


def test_the_privacy_statement_tells_how_long_each_kind_is_kept_by_the_rules_of_today(client: Client) -> None:
    today = timezone.localdate()
    values = {"key": "retention.notice_days", "source": "house rule", "unit": "days"}
    PolicyRule.objects.create(value=365, valid_from=today - 9 * DAY, valid_to=today - DAY, **values)
    PolicyRule.objects.create(value=77, valid_from=today, **values)
    html = client.get(reverse("privacy")).content.decode()
    told = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html))
    assert told["Notices in your inbox"] == "77 days"
    assert told["Enquiries whose e-mail address was not confirmed"] == "7 days"
    assert told["Sessions"] == f"{settings.SESSION_COOKIE_AGE // 86400} days"
    assert told["The log of who changed what"].startswith("no fixed time")
    assert len(told) == len(KEPT) + len(PROMISED) + 1


def test_strangers_are_offered_to_sign_in_and_led_back(client: Client) -> None:
    html = client.get(reverse("exhibitor-list") + "?q=a&sort=name").content.decode()
    assert f"{reverse('account_login')}?next=%2Fen%2Fexhibitors%2F%3Fq%3Da%26sort%3Dname" in html
    assert not client.cookies


def test_who_is_signed_in_has_a_menu_and_leaves_by_a_form(own_client: Client) -> None:
    html = own_client.get(reverse("home")).content.decode()
    assert "Lin Xia" in html
    assert f'action="{reverse("account_logout")}" method="post"' in html
    own_client.post(reverse("account_logout"))
    assert not is_signed_in(own_client)
    assert "Lin Xia" not in own_client.get(reverse("home")).content.decode()
