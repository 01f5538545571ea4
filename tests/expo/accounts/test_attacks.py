"""What somebody with bad intentions tries at the doors of accounts."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from expo.access import ACCOUNT_DOORS, ACCOUNT_PAGES
from expo.models import User
from expo.outbox import send_due
from tests.expo.accounts.ways_in import (
    PASSWORD,
    code_mailed_to,
    code_of,
    confirm,
    give_app,
    is_signed_in,
    link_mailed_to,
    mails_to,
    make_account,
    prove,
    sign_in,
    sign_up,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db
EVIL = "https://evil.example/"
ELSEWHERE = (
    EVIL,
    "//evil.example/",
    "/\\evil.example/",
    "javascript:alert(1)",
    "https:evil.example",
    "\thttps://evil.example",
)
WRONG = "wrong horse battery"


def refused(client: Client, email: str) -> str:
    words = {"login": email, "password": WRONG}
    return client.post(reverse("account_login"), words).content.decode()


# ------------------------------------------------------------------ sessions
def test_the_key_of_a_session_changes_when_somebody_signs_in(client: Client) -> None:
    """Otherwise whoever planted a session in a browser would be signed in with its owner."""
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = planted
    sign_in(client, make_account())
    assert is_signed_in(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert thief.get(reverse("my-settings")).status_code == 302


def test_a_new_password_ends_the_sessions_of_whoever_knew_the_old_one(client: Client) -> None:
    user, thief = make_account(), Client()
    sign_in(thief, user)
    sign_in(client, user)
    words = {"oldpassword": PASSWORD, "password1": "otter piano cobalt", "password2": "otter piano cobalt"}
    client.post(reverse("account_change_password"), words)
    assert client.get(reverse("my-settings")).status_code == 200
    assert thief.get(reverse("my-settings")).status_code == 302


def test_cookies_are_out_of_reach_for_scripts(client: Client) -> None:
    response = sign_in(client, make_account())
    cookie = response.cookies[settings.SESSION_COOKIE_NAME]
    assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")


# ------------------------------------------------------------------ forms from elsewhere
def _addresses() -> Iterator[str]:
    words: dict[str, dict[str, Any]] = {
        "account_reset_password_from_key": {"uidb36": "1", "key": "x-y"},
        "mfa_remove_webauthn": {"pk": 1},
        "mfa_edit_webauthn": {"pk": 1},
    }
    for name in (*ACCOUNT_DOORS, *ACCOUNT_PAGES):
        yield reverse(name, kwargs=words.get(name, {}))


def test_every_form_of_accounts_is_refused_without_its_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_account())
    addresses = list(_addresses())
    assert len(addresses) > 30
    for address in addresses:
        answer = strict.post(address, {"email": "x@example.org"})
        assert answer.status_code == 403, address


def test_no_page_of_accounts_shows_itself_inside_another_site(client: Client) -> None:
    client.force_login(make_account())
    for address in _addresses():
        response = client.get(address)
        assert response["X-Frame-Options"] == "DENY", address
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"], address
        assert "X-Robots-Tag" in response or response.status_code != 200 or "privacy" in address, address


def test_nothing_is_done_by_following_a_link(client: Client) -> None:
    user = make_account()
    sign_in(client, user)
    prove(client)
    for address in _addresses():
        client.get(address)
    assert client.get(reverse("my-settings")).status_code == 200, "still signed in"
    assert User.objects.filter(pk=user.pk, is_active=True).exists()


# ------------------------------------------------------------------ where one is sent
@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_sent_to_another_site(address: str) -> None:
    user = make_account()
    assert "evil" not in sign_in(Client(), user, then=address)["Location"]
    client = Client()
    client.force_login(user)
    for name in ("account_login", "account_signup"):
        assert "evil" not in client.get(reverse(name), {"next": address})["Location"]
    assert "evil" not in client.post(reverse("account_logout"), {"next": address})["Location"]
    newcomer = Client()
    sign_up(newcomer, "new@example.org", next=address)
    response = confirm(newcomer, code_mailed_to("new@example.org"))
    assert is_signed_in(newcomer)
    assert "evil" not in response["Location"]
    prover = Client()
    sign_in(prover, user)
    answer = prover.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": address})
    assert "evil" not in answer["Location"]


def test_the_language_switch_stays_on_the_site(client: Client) -> None:
    for path in ("//evil.example/", "/en//evil.example/"):
        for link in client.get(path).context["languages"] if client.get(path).context else []:
            assert link.url.startswith("/"), link.url
            assert not link.url.startswith("//"), link.url


def test_mails_lead_to_the_site_whatever_host_was_asked(client: Client, settings: Settings) -> None:
    settings.SITE_URL = "https://expo.example.org"
    settings.ALLOWED_HOSTS = ["expo.example.org", "mirror.example.org"]
    user = make_account()
    client.post(reverse("account_reset_password"), {"email": user.email}, headers={"host": "mirror.example.org"})
    assert link_mailed_to(user.email).startswith("https://expo.example.org/en/accounts/password/reset/key/")
    sign_up(client, user.email)
    assert "mirror.example.org" not in str(mails_to(user.email)[-1].message())
    forged = client.post(reverse("account_reset_password"), {"email": user.email}, headers={"host": "evil.example"})
    assert forged.status_code == 400


def test_a_forwarded_host_is_believed_by_nobody(client: Client) -> None:
    user = make_account()
    address = reverse("account_reset_password")
    client.post(address, {"email": user.email}, headers={"x-forwarded-host": "evil.example"})
    assert "evil.example" not in str(mails_to(user.email)[-1].message())


# ------------------------------------------------------------------ mails
@pytest.mark.parametrize("line", ["\r\n", "\n", "\r", "%0a", "\u2028"])
def test_no_line_that_is_typed_becomes_a_header_of_a_mail(line: str) -> None:
    client = Client()
    sign_up(client, f"a@example.org{line}Bcc:victim@example.org")
    sign_up(client, "b@example.org", name=f"Eve{line}Bcc: victim@example.org")
    client.post(reverse("account_reset_password"), {"email": f"b@example.org{line}Bcc:victim@example.org"})
    send_due()
    for message in mail.outbox:
        assert message.recipients() == ["b@example.org"]
        assert "Bcc" not in message.message()
        assert "victim" not in str(message.message())
    assert "\n" not in User.objects.get(email="b@example.org").name


def test_a_stranger_can_put_no_words_into_a_mail_to_somebody_else(client: Client) -> None:
    sign_up(client, "victim@example.org", name="Win 1000 at evil.example")
    message = mails_to("victim@example.org")[0]
    assert "evil" not in str(message.body) + str(message.alternatives)


# ------------------------------------------------------------------ guessing
def test_the_sixth_wrong_password_is_not_even_looked_at(client: Client) -> None:
    user = make_account()
    for _try in range(5):
        assert "not correct" in refused(client, user.email)
    assert "Too many" in refused(client, user.email)
    right = sign_in(Client(), user)
    assert right.status_code == 200
    assert "Too many" in right.content.decode()


def test_capital_letters_and_another_door_are_no_way_around_the_limit(client: Client) -> None:
    user = make_account(email="he.ping@example.org", is_staff=True)
    for _try in range(5):
        refused(client, user.email)
    assert "Too many" in refused(client, "He.Ping@Example.org")
    door = client.get(reverse("admin:index"), follow=True).redirect_chain[-1][0]
    assert door.startswith(reverse("account_login"))
    assert client.post(reverse("admin:login"), {"username": user.email, "password": PASSWORD}).status_code == 302
    assert not is_signed_in(client)


def test_the_limit_does_not_shut_others_out(client: Client) -> None:
    for _try in range(6):
        refused(client, make_account().email)
    sign_in(client, make_account())
    assert is_signed_in(client)


def test_one_address_that_tries_many_accounts_is_stopped(client: Client) -> None:
    answers = [refused(client, f"person{number}@nowhere.example") for number in range(22)]
    assert "Too many" in answers[-1]


def test_a_forwarded_address_is_no_other_one_without_a_proxy(client: Client) -> None:
    words = {"login": "x@example.org", "password": WRONG}
    answers = [
        client.post(
            reverse("account_login"),
            {**words, "login": f"x{number}@example.org"},
            headers={"x-forwarded-for": f"10.0.0.{number}"},
        )
        for number in range(22)
    ]
    assert "Too many" in answers[-1].content.decode()


def test_attempts_are_counted_where_every_process_sees_them() -> None:
    cache.add("attempt", 1)
    assert type(caches["default"]).__name__ == "DatabaseCache"
    assert caches.create_connection("default").get("attempt") == 1


def test_codes_of_the_second_factor_cannot_be_guessed_at_will(client: Client) -> None:
    user = make_account()
    secret = give_app(user)
    sign_in(client, user)
    door = reverse("mfa_authenticate")
    answers = [client.post(door, {"code": f"{number:06}"}).content.decode() for number in range(12)]
    assert "Too many" in answers[-1]
    client.post(door, {"code": code_of(secret)})
    assert not is_signed_in(client), "the right code comes too late"


def test_many_mails_are_not_sent_to_one_address(client: Client) -> None:
    user = make_account()
    answers = [client.post(reverse("account_reset_password"), {"email": user.email}) for _try in range(7)]
    assert answers[-1].status_code == 429
    assert "Too many attempts" in answers[-1].content.decode()
    assert len(mails_to(user.email)) == 5


# ------------------------------------------------------------------ who has an account?
def shown(client: Client, response: Any, email: str) -> tuple[Any, ...]:
    """What a stranger sees of an answer, without what differs for everybody."""
    page = client.get(response["Location"]).content.decode() if response.status_code == 302 else ""
    lines = [line for line in page.replace(email, "…").splitlines() if "csrfmiddlewaretoken" not in line]
    return response.status_code, response.get("Location"), lines


def test_signing_up_tells_nobody_who_has_an_account() -> None:
    make_account(email="known@example.org")
    known, unknown = Client(), Client()
    assert shown(known, sign_up(known, "known@example.org"), "known@example.org") == shown(
        unknown, sign_up(unknown, "other@example.org"), "other@example.org"
    )
    assert "have an account already" in mails_to("known@example.org")[-1].subject
    assert User.objects.filter(email="known@example.org").count() == 1
    wrong = [confirm(browser, "AAAA-0000") for browser in (known, unknown)]
    assert [answer.status_code for answer in wrong] == [200, 200]


def test_a_new_password_tells_nobody_who_has_an_account() -> None:
    make_account(email="known@example.org")
    address = reverse("account_reset_password")
    answers = []
    for email in ("known@example.org", "other@example.org"):
        browser = Client()
        answers.append(shown(browser, browser.post(address, {"email": email}), email))
    assert answers[0] == answers[1]
    assert "no account" in mails_to("other@example.org")[-1].subject


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer() -> None:
    make_account(email="known@example.org")
    answers = [
        [
            line
            for line in refused(Client(), email).replace(email, "…").splitlines()
            if "csrfmiddlewaretoken" not in line
        ]
        for email in ("known@example.org", "other@example.org")
    ]
    assert answers[0] == answers[1]


def test_taking_an_address_of_somebody_else_tells_nothing_and_fails(client: Client) -> None:
    make_account(email="taken@example.org")
    user = make_account(email="mine@example.org")
    sign_in(client, user)
    prove(client)
    response = client.post(reverse("account_email"), {"email": "taken@example.org", "action_add": ""})
    assert response["Location"] == reverse("account_email_verification_sent")
    user.refresh_from_db()
    assert user.email == "mine@example.org"


# ------------------------------------------------------------------ the second factor
def test_the_second_factor_cannot_be_passed_by_going_elsewhere(client: Client) -> None:
    user = make_account(is_staff=True, is_superuser=True)
    give_app(user)
    sign_in(client, user)
    for address in (reverse("my-start"), reverse("my-settings"), reverse("mfa_index"), reverse("consent")):
        assert client.get(address).status_code == 302, address
    assert client.get(reverse("admin:index")).status_code == 302
    client.post(reverse("mfa_authenticate"), {"credential": "{}"})
    client.post(reverse("mfa_login_webauthn"), {"credential": '{"id": "x"}'})
    assert not is_signed_in(client)


def test_a_new_password_is_no_way_around_the_second_factor(client: Client) -> None:
    user = make_account()
    give_app(user)
    client.post(reverse("account_reset_password"), {"email": user.email})
    form = client.get(link_mailed_to(user.email).removeprefix(settings.SITE_URL))["Location"]
    client.post(form, {"password1": "otter piano cobalt", "password2": "otter piano cobalt"})
    assert not is_signed_in(client)
    assert sign_in(client, user, password="otter piano cobalt")["Location"] == reverse("mfa_authenticate")


def test_a_passkey_of_somebody_else_is_not_there(client: Client) -> None:
    other = make_account()
    key = Authenticator.objects.create(user=other, type=Authenticator.Type.WEBAUTHN, data={"name": "key"})
    sign_in(client, make_account())
    prove(client)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.get(reverse(name, args=[key.pk])).status_code == 404
        assert client.post(reverse(name, args=[key.pk])).status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_organizers_need_a_second_factor_before_any_page_of_theirs(client: Client, settings: Settings) -> None:
    settings.STAFF_NEEDS_TWO_FACTORS = True
    user = make_account(is_staff=True, is_superuser=True)
    sign_in(client, user)
    for name in ("admin:index", "admin:expo_user_changelist", "admin:readiness"):
        response = client.get(reverse(name), follow=True)
        assert response.redirect_chain[-1][0] == reverse("mfa_index"), name
    assert "need a second factor" in response.content.decode()
    give_app(user)
    assert client.get(reverse("admin:index")).status_code == 200


def test_recovery_codes_alone_are_no_second_factor_of_an_organizer(client: Client, settings: Settings) -> None:
    settings.STAFF_NEEDS_TWO_FACTORS = True
    user = make_account(is_staff=True, is_superuser=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x"})
    client.force_login(user)
    assert client.get(reverse("admin:index")).status_code == 302


def test_an_organizer_cannot_remove_the_last_second_factor(client: Client, settings: Settings) -> None:
    settings.STAFF_NEEDS_TWO_FACTORS = True
    user = make_account(is_staff=True)
    give_app(user)
    client.force_login(user)
    prove(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=user).exists()


def test_a_visitor_at_the_organizers_door_is_told_so(client: Client) -> None:
    client.force_login(make_account())
    response = client.get(reverse("admin:index"), follow=True)
    assert response.status_code == 403
    assert "organizers’ pages" in response.content.decode()


def test_addresses_factors_and_sessions_of_others_are_no_business_of_organizers(organizer_client: Client) -> None:
    for label in ("account/emailaddress", "mfa/authenticator", "usersessions/usersession"):
        assert organizer_client.get(f"/admin/{label}/").status_code == 404


# ------------------------------------------------------------------ what is written down
def test_no_address_and_no_password_reaches_a_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    user = make_account(email="he.ping@example.org")
    refused(client, user.email)
    sign_in(client, user)
    client.post(reverse("account_reset_password"), {"email": user.email})
    sign_up(Client(), "lin.xia@example.org")
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    said = "\n".join(ours)
    for secret in (user.email, "lin.xia@example.org", PASSWORD, WRONG):
        assert secret not in said


def test_an_account_that_nobody_confirmed_shuts_nobody_out(client: Client) -> None:
    """Somebody signs up with an address of another person and sets a password: it opens nothing."""
    sign_up(client, "victim@example.org")
    owner = Client()
    owner.post(reverse("account_reset_password"), {"email": "victim@example.org"})
    form = owner.get(link_mailed_to("victim@example.org").removeprefix(settings.SITE_URL))["Location"]
    owner.post(form, {"password1": "cobalt otter piano", "password2": "cobalt otter piano"})
    user = User.objects.get(email="victim@example.org")
    assert user.check_password("cobalt otter piano")
    sign_in(client, user, password="otter piano cobalt")
    assert not is_signed_in(client)
    assert make_user().pk
