"""The second factor of an account: organizers need one before anything of theirs opens."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from expo.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes alone are none


def has_second_factor(user: User | AnonymousUser) -> bool:
    """Whether signing in asks for more than the password. Looked up once for each loaded account."""
    if not user.is_authenticated:
        return False
    if not hasattr(user, "_has_second_factor"):
        found = Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()
        user._has_second_factor = found  # type: ignore[attr-defined]
    return bool(user._has_second_factor)  # type: ignore[attr-defined]


def needs_second_factor(user: User | AnonymousUser) -> bool:
    """An organizer's account that has to set one up first."""
    return settings.STAFF_NEEDS_TWO_FACTORS and user.is_staff and not has_second_factor(user)


def acts_as_staff(user: User | AnonymousUser) -> bool:
    """Organizers: an active staff account, with a second factor where the fair asks for it."""
    return user.is_active and user.is_staff and not needs_second_factor(user)


@transaction.atomic
def remove_second_factors(user: User) -> int:
    """Take app, passkeys and recovery codes from an account and end its sessions; returns how many there were."""
    for session in UserSession.objects.filter(user=user):
        session.end()
    return Authenticator.objects.filter(user=user).delete()[0]
