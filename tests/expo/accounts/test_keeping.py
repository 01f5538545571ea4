"""What is done for accounts when nobody watches: counters and sessions that are over, and lost second factors."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from expo.people.caches import forget_expired
from expo.registry import jobs
from tests.expo.accounts.ways_in import give_app, give_recovery_codes, is_signed_in, make_account, sign_in

pytestmark = pytest.mark.django_db


def counters() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM expo_cache")
        return int(cursor.fetchone()[0])


def test_counters_that_count_no_longer_are_deleted() -> None:
    cache.set("over", 1, timeout=-1)
    cache.set("running", 1, timeout=60)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO expo_cache VALUES ('long over', 'x', '2020-01-01 00:00:00')")
    before = counters()
    assert forget_expired() >= 1
    assert counters() < before
    assert cache.get("running") == 1
    assert "forget-expired-sessions" in jobs


def test_sessions_that_are_over_leave_no_network_address(client: Client) -> None:
    sign_in(client, make_account())
    forget_expired()
    assert UserSession.objects.count() == 1
    Session.objects.all().delete()
    forget_expired()
    assert not UserSession.objects.exists()


def test_who_lost_phone_and_codes_is_let_in_again_and_nobody_else(client: Client) -> None:
    user, other = make_account(), make_account()
    for somebody in (user, other):
        give_app(somebody)
        give_recovery_codes(somebody)
    call_command("remove_second_factor", user.email.upper())
    assert Authenticator.objects.filter(user=other).count() == 2
    sign_in(client, user)
    assert is_signed_in(client)
    with pytest.raises(CommandError, match="no account"):
        call_command("remove_second_factor", "nobody@example.org")


def test_it_ends_the_sessions_too(client: Client) -> None:
    user = make_account()
    sign_in(client, user)
    call_command("remove_second_factor", user.email)
    assert client.get(reverse("my-settings")).status_code == 302
