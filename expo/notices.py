"""Telling people what concerns them: in their inbox at once, by mail as they want it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from expo.models import Notice, Organization, User
from expo.models.membership import MemberRole
from expo.registry import notice_kinds
from expo.rights import RANK


def tell(
    kind: str, people: Iterable[User], *, key: str, url: str = "", now: dt.datetime | None = None, **data: Any
) -> list[Notice]:
    """Tell people something, each of them once: `key` says what happened (`exhibitor-7-v3-accepted`).

    `kind` is the code of a registered `NoticeKind`, whose words are filled with `data` (plain texts and numbers; a pair
    `name_en`, `name_zh` may be written `%(name)s`) when they are read. `url` is the address without its language. Call
    it inside the transaction of the act: what is rolled back is not told. Mails leave later, through the outbox.
    """
    if kind not in notice_kinds:
        raise ImproperlyConfigured(f"There is no kind of notice “{kind}”.")
    at = now or timezone.now()
    rows = {
        user.pk: Notice(user=user, kind=kind, key=key, url=url, data=data, at=at) for user in people if user.is_active
    }
    known = set(Notice.objects.filter(key=key, user__in=rows).values_list("user_id", flat=True))
    new = [row for pk, row in rows.items() if pk not in known]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return new


def members_of(organization: Organization, *, least: str = MemberRole.EDITOR) -> list[User]:
    """The active people of an organization with at least this role, in the order in which they joined."""
    roles = [role for role, rank in RANK.items() if rank >= RANK[MemberRole(least)]]
    rows = User.objects.filter(memberships__organization=organization, memberships__role__in=roles, is_active=True)
    return list(rows.order_by("memberships__created_at", "pk"))
