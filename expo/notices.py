"""Telling people what concerns them: in their inbox at once, by mail as they want it."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import Delivery, Notice, NoticeSetting, Organization, User
from expo.models.base import LANGUAGES, SUFFIX
from expo.models.membership import MemberRole
from expo.registry import NoticeKind, notice_kinds
from expo.rights import RANK

if TYPE_CHECKING:
    from django.utils.functional import Promise

logger = logging.getLogger(__name__)
ALL = "*"  # the kind of a setting that stands for every kind without one of its own
WITHOUT_LANGUAGE = ("/admin/", "/api/", "/media/")


# ------------------------------------------------------------------ telling
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
    at, path = now or timezone.now(), without_language(url)
    rows = {
        user.pk: Notice(user=user, kind=kind, key=key, url=path, data=data, at=at) for user in people if user.is_active
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


# ------------------------------------------------------------------ addresses
def without_language(url: str) -> str:
    """An address of the fair without the language at its beginning; nothing for an address elsewhere."""
    for code in LANGUAGES:
        if url.startswith(f"/{code}/"):
            url = url.removeprefix(f"/{code}")
            break
    return url if url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""


def address_of(notice: Notice, language: str) -> str:
    """Where a notice leads, in a language: always a page of the fair, or nothing."""
    path = without_language(notice.url)
    if not path or path.startswith(WITHOUT_LANGUAGE):
        return path
    return f"/{language}{path}"


# ------------------------------------------------------------------ words
@dataclass(frozen=True)
class Told:
    """A notice in the words of the active language."""

    notice: Notice
    words: str
    body: str
    url: str


class _Filling(dict[str, Any]):
    """Data of a notice: `name` gives the one of `name_en` and `name_zh` that fits, what is missing gives nothing."""

    def __missing__(self, name: str) -> Any:
        wanted = "zh-hans" if (get_language() or "en").startswith("zh") else "en"
        other = "en" if wanted == "zh-hans" else "zh-hans"
        return self.get(name + SUFFIX[wanted]) or self.get(name + SUFFIX[other]) or ""


def in_words(notice: Notice) -> Told:
    """What a notice says, in the active language. A kind that is no longer there, or odd data, breaks no page."""
    kind = notice_kinds.get(notice.kind)
    url = address_of(notice, get_language() or "en")
    if kind is None:
        return Told(notice, _("A notice of an earlier time"), "", url)
    return Told(notice, _filled(kind.words, notice.data) or str(kind.label), _filled(kind.body, notice.data), url)


def _filled(words: str | Promise, data: Mapping[str, Any]) -> str:
    try:
        return str(words) % _Filling(data)
    except (TypeError, ValueError):
        logger.warning("These words cannot be filled with their data: %s", words)
        return ""


# ------------------------------------------------------------------ the inbox
def unread_count(user: User | AnonymousUser) -> int:
    """How many notices a person has not read, asked for once in the life of the user object."""
    if not user.is_authenticated:
        return 0
    if not hasattr(user, "_unread_notices"):
        user._unread_notices = unread(user).count()  # type: ignore[attr-defined]
    return user._unread_notices  # type: ignore[attr-defined]


def unread(user: User) -> QuerySet[Notice]:
    return Notice.objects.filter(user_id=user.pk, read_at=None)


def mark_read(notices: QuerySet[Notice], *, now: dt.datetime | None = None) -> int:
    """Mark what is not read yet; how many that were. What was read before it was mailed is not mailed any more."""
    return notices.filter(read_at=None).update(read_at=now or timezone.now())


# ------------------------------------------------------------------ settings
def kinds_for(user: User) -> list[NoticeKind]:
    """The kinds a person may be told of, in order."""
    rows = (kind for kind in notice_kinds.values() if user.is_staff or not kind.for_staff)
    return sorted(rows, key=lambda kind: kind.position)


def deliveries(user: User) -> dict[str, str]:
    """Code of a kind -> how the person gets it."""
    chosen = dict(NoticeSetting.objects.filter(user=user).values_list("kind", "delivery"))
    return {code: chosen.get(code) or chosen.get(ALL) or kind.delivery for code, kind in notice_kinds.items()}


def set_deliveries(user: User, wanted: Mapping[str, str]) -> None:
    """Keep how a person wants each of these kinds; the others stay as they are."""
    for code, delivery in wanted.items():
        if code not in notice_kinds or delivery not in Delivery.values:
            raise DomainError(_("There is no such kind of notice."))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        now_set = {**deliveries(user), **wanted}
        NoticeSetting.objects.filter(user=user).delete()
        NoticeSetting.objects.bulk_create(
            NoticeSetting(user=user, kind=code, delivery=delivery)
            for code, delivery in now_set.items()
            if delivery != notice_kinds[code].delivery
        )


def stop_mails(user: User, kind: str = ALL) -> None:
    """No more mails of one kind, or of any, those of later kinds too. The inbox keeps them all."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if kind == ALL:
            NoticeSetting.objects.filter(user=user).delete()
        NoticeSetting.objects.update_or_create(user=user, kind=kind, defaults={"delivery": Delivery.NEVER})
