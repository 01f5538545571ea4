"""API tokens: how a program reads for one person in one organization, never more than that person may now.

Only a digest is stored. A token has 256 random bits, so nobody finds one by trying, and a plain digest is enough.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from expo.errors import DomainError
from expo.models import ApiToken, MemberRole, Organization, User
from expo.rights import has_role

PREFIX = "expo_"  # by which programs that look for leaked secrets know ours
MOST = 10  # of an organization that are in force
DAYS = (30, 90, 365)  # how long one may be valid
USED_EVERY = dt.timedelta(minutes=1)  # more often nobody writes down that it was used
SHOWN = 12  # its first characters, by which people tell tokens apart


class Refused(Exception):
    """A token that opens nothing; the words are for whoever sent it."""


def digest_of(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()


def in_force(now: dt.datetime | None = None) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=now or timezone.now()), revoked_at=None, user__is_active=True
    )


def create_token(
    user: User, organization: Organization, *, name: str, days: int, now: dt.datetime | None = None
) -> tuple[ApiToken, str]:
    """A token and its text, which is given this once. DomainError for who may not write for the organization, and for
    the eleventh.
    """
    if not has_role(user, organization, MemberRole.EDITOR):
        raise DomainError(_("Only editors and owners of the organization may do this."))
    if not (words := " ".join(name.split())):
        raise DomainError(_("Write what it is for."), field="name")
    if days not in DAYS:
        raise DomainError(_("Choose how long it is valid."), field="days")
    at, plain = now or timezone.now(), PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        if in_force(at).filter(organization=organization).count() >= MOST:
            told = ngettext("At most %(most)d token is in force.", "At most %(most)d tokens are in force.", MOST)
            raise DomainError("{} {}".format(told % {"most": MOST}, _("Revoke one that is not used any more.")))
        token = ApiToken(
            user=user, organization=organization, name=words, beginning=plain[:SHOWN], digest_key=digest_of(plain),
            expires_at=at + dt.timedelta(days=days),
        )  # fmt: skip
        token.full_clean()
        token.save()
    return token, plain


def revoke_token(token: ApiToken, *, by: User, now: dt.datetime | None = None) -> ApiToken:
    """From now on it opens nothing. Whoever made it may, and the owners; once more changes nothing."""
    if not may_revoke(by, token):
        raise DomainError(_("Only whoever made a token, or an owner, revokes it."))
    if token.revoked_at is None:
        token.revoked_at = now or timezone.now()
        token.save(update_fields=["revoked_at"])
    return token


def may_revoke(user: User, token: ApiToken) -> bool:
    least = MemberRole.MEMBER if user.pk == token.user_id else MemberRole.OWNER
    return has_role(user, token.organization, least)


def token_of(plain: str, *, now: dt.datetime | None = None) -> ApiToken:
    """The token that a program sent, with its person and organization. Refused says why it opens nothing."""
    at = now or timezone.now()
    found = None
    if plain.startswith(PREFIX) and len(plain) < 100:
        rows = ApiToken.objects.select_related("user", "organization")
        found = rows.filter(digest_key=digest_of(plain)).first()
    if found is None:
        raise Refused(_("There is no such token."))
    if found.revoked_at is not None:
        raise Refused(_("This token was revoked."))
    if found.expires_at is not None and found.expires_at <= at:
        raise Refused(_("This token is not valid any more. Make a new one."))
    if not has_role(found.user, found.organization, MemberRole.MEMBER):
        raise Refused(_("Whoever made this token does not act for the organization any more."))
    _note_use(found, at)
    return found


def _note_use(token: ApiToken, at: dt.datetime) -> None:
    """Once a minute at most, and past the audit log: reading is no change."""
    if token.last_used_at is None or token.last_used_at <= at - USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
