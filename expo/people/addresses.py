"""Which e-mail addresses a person has proved to be theirs."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet

from expo.mail_hosts import is_open_to_all
from expo.models import User


def verified_addresses(user: User) -> set[str]:
    """The confirmed addresses of an account, in small letters."""
    rows = EmailAddress.objects.filter(user_id=user.pk, verified=True)
    return {address.lower() for address in rows.values_list("email", flat=True)}


def accounts_of(address: str) -> QuerySet[User]:
    """The accounts that sign in with an address or have confirmed it."""
    rows = EmailAddress.objects.filter(email__iexact=address, verified=True)
    return User.objects.filter(Q(email__iexact=address) | Q(pk__in=rows.values("user_id")))


def verified_domains(user: User) -> set[str]:
    """What stands behind the @ of the confirmed addresses of an account, but for hosts where anybody gets one."""
    domains = {address.rpartition("@")[2] for address in verified_addresses(user)}
    return {domain for domain in domains if domain and not is_open_to_all(domain)}


def veiled(address: str) -> str:
    """An address that its owner knows again and nobody else learns: `w…@example.org`."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
