"""Signing up, signing in, a new password, another address: what people do, as they do it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from expo.models import Consent, User
from expo.people import consents
from tests.expo.accounts.ways_in import (
    PASSWORD,
    code_mailed_to,
    code_of,
    confirm,
    give_app,
    give_recovery_codes,
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
NEW = "lin.xia@example.org"


def test_somebody_signs_up_confirms_the_address_and_is_in(client: Client) -> None:
    assert sign_up(client, NEW)["Location"] == reverse("account_email_verification_sent")
    assert not is_signed_in(client)
    response = confirm(client, code_mailed_to(NEW))
    assert response["Location"] == reverse("my-start")
    assert is_signed_in(client)
    user = User.objects.get(email=NEW)
    assert (user.name, user.language, user.is_staff) == ("Lin Xia", "en", False)
    assert Consent.objects.get(user=user).version == consents.PRIVACY_VERSION


def test_who_signs_up_on_a_chinese_page_is_written_to_in_chinese(client: Client) -> None:
    with translation.override("zh-hans"):
        sign_up(client, NEW)
    assert User.objects.get(email=NEW).language == "zh-hans"
    assert mails_to(NEW)[0].alternatives[0][0].count('lang="zh-hans"') == 1


def test_without_consent_nobody_gets_an_account(client: Client) -> None:
    response = sign_up(client, NEW, privacy="")
    assert response.status_code == 200
    assert not User.objects.filter(email=NEW).exists()


def test_without_the_code_the_account_stays_shut(client: Client) -> None:
    sign_up(client, NEW)
    response = confirm(client, "AAAA-0000")
    assert response.status_code == 200
    assert not is_signed_in(client)
    other = Client()
    sign_in(other, User.objects.get(email=NEW), password="otter piano cobalt")
    assert not is_signed_in(other)


def test_three_wrong_codes_are_enough(client: Client) -> None:
    sign_up(client, NEW)
    right = code_mailed_to(NEW)
    for _try in range(3):
        confirm(client, "AAAA-0000")
    confirm(client, right)
    assert not is_signed_in(client)


def test_fields_that_are_not_asked_for_change_nothing(client: Client) -> None:
    sign_up(client, NEW, is_staff="on", is_superuser="on", is_active="on", groups="1", language="xx")
    user = User.objects.get(email=NEW)
    assert (user.is_staff, user.is_superuser, user.groups.count(), user.language) == (False, False, 0, "en")


def test_signing_in_leads_to_the_start_page_in_ones_own_language(client: Client) -> None:
    user = make_account(language="zh-hans")
    response = sign_in(client, user)
    with translation.override("zh-hans"):
        assert response["Location"] == reverse("my-start")


def test_an_organizer_who_signs_in_stands_at_the_desk_where_the_work_waits(client: Client) -> None:
    assert sign_in(client, make_account(is_staff=True))["Location"] == reverse("admin:index")


def test_signing_in_leads_back_to_where_one_was(client: Client) -> None:
    assert sign_in(client, make_account(), then="/en/exhibitors/?q=x")["Location"] == "/en/exhibitors/?q=x"


def test_who_is_not_remembered_is_signed_in_until_the_browser_closes(client: Client) -> None:
    sign_in(client, make_account())
    assert client.session.get_expire_at_browser_close()
    laptop = Client()
    laptop.post(reverse("account_login"), {"login": make_account().email, "password": PASSWORD, "remember": "on"})
    assert laptop.session.get_expiry_age() > 13 * 24 * 60 * 60


def test_a_new_version_of_the_statement_is_agreed_to_before_one_is_in(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_account()
    monkeypatch.setattr(consents, "PRIVACY_VERSION", "2027-01")
    assert sign_in(client, user)["Location"] == reverse("consent")
    assert not is_signed_in(client)
    assert client.get(reverse("consent")).status_code == 200
    assert client.post(reverse("consent"), {}).status_code == 200
    assert not is_signed_in(client)
    assert client.post(reverse("consent"), {"privacy": "on"}).status_code == 302
    assert is_signed_in(client)
    assert consents.has_agreed(user)


def test_the_consent_page_is_nothing_to_visit(client: Client) -> None:
    assert client.get(reverse("consent"))["Location"] == reverse("account_login")


def test_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once(client: Client) -> None:
    user = make_account()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = link_mailed_to(user.email)
    assert link.startswith(settings.SITE_URL)
    path = link.removeprefix(settings.SITE_URL)
    form = client.get(path)["Location"]
    words = {"password1": "otter piano cobalt", "password2": "otter piano cobalt"}
    assert client.post(form, words)["Location"] == reverse("account_reset_password_from_key_done")
    assert sign_in(Client(), user, password="otter piano cobalt").status_code == 302
    again = Client()
    assert "does not work any more" in again.get(path, follow=True).content.decode()


def test_another_address_counts_from_its_code_on_and_the_old_one_is_told(client: Client) -> None:
    user = make_account(email="old@example.org")
    sign_in(client, user)
    prove(client)
    client.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
    user.refresh_from_db()
    assert user.email == "old@example.org"
    confirm(client, code_mailed_to("new@example.org"))
    user.refresh_from_db()
    assert user.email == "new@example.org"
    assert "address was changed" in mails_to("old@example.org")[-1].subject


def test_a_password_is_changed_by_who_knows_the_old_one(client: Client) -> None:
    user = make_account()
    sign_in(client, user)
    words = {"password1": "otter piano cobalt", "password2": "otter piano cobalt"}
    address = reverse("account_change_password")
    assert client.post(address, {**words, "oldpassword": "wrong"}).status_code == 200
    assert client.post(address, {**words, "oldpassword": PASSWORD}).status_code == 302
    assert mails_to(user.email)[-1].subject == "Your password was changed"


def test_the_second_factor_is_asked_for_and_a_recovery_code_works_once(client: Client) -> None:
    user = make_account()
    secret, codes = give_app(user), give_recovery_codes(user)
    door = reverse("mfa_authenticate")
    for code in (code_of(secret), codes[0]):
        browser = Client()
        assert sign_in(browser, user)["Location"] == door
        assert not is_signed_in(browser)
        browser.post(door, {"code": code})
        assert is_signed_in(browser)
    again = Client()
    sign_in(again, user)
    again.post(door, {"code": codes[0]})
    assert not is_signed_in(again)


def test_a_code_of_the_app_works_once(client: Client) -> None:
    user = make_account()
    code = code_of(give_app(user))
    sign_in(client, user)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert is_signed_in(client)
    thief = Client()
    sign_in(thief, user)
    thief.post(reverse("mfa_authenticate"), {"code": code})
    assert not is_signed_in(thief)


def test_an_app_is_set_up_with_a_code_of_it_and_gives_recovery_codes(client: Client) -> None:
    user = make_account()
    sign_in(client, user)
    assert client.get(reverse("mfa_activate_totp")).status_code == 302, "the password is asked for once more"
    prove(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert f"{secret}</code>" in page.content.decode()
    response = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert response["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(response["Location"]).context["unused_codes"]
    assert len(set(codes)) == 10
    stored = user.authenticator_set.get(type="totp").data["secret"]
    assert secret not in stored, "whoever reads the database makes no codes"


def test_signing_out_everywhere_ends_the_other_sessions(client: Client) -> None:
    user, phone = make_account(), Client()
    for browser in (client, phone):
        sign_in(browser, user)
    assert phone.get(reverse("my-settings")).status_code == 200
    page = client.get(reverse("usersessions_list"))
    assert len(page.context["sessions"]) == 2
    client.post(reverse("usersessions_list"))
    assert phone.get(reverse("my-settings")).status_code == 302
    assert client.get(reverse("my-settings")).status_code == 200


def test_an_account_that_organizers_closed_opens_no_more(client: Client) -> None:
    user = make_account(is_active=False)
    assert sign_in(client, user)["Location"] == reverse("account_inactive")
    assert not is_signed_in(client)


def test_a_superuser_made_by_the_command_signs_in_without_a_code(client: Client) -> None:
    user = User.objects.create_superuser("root@example.org", PASSWORD)
    consents.agree(user)
    sign_in(client, user)
    assert is_signed_in(client)


def test_an_account_made_by_an_organizer_confirms_its_address_first(client: Client) -> None:
    user = make_user()
    assert sign_in(client, user)["Location"] == reverse("account_email_verification_sent")
    response = confirm(client, code_mailed_to(user.email))
    assert response["Location"] == reverse("consent")
