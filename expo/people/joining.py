"""Coming to an organization by oneself: asking to join one that is there, or bringing a new one to the fair."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.identifiers import normalize
from expo.mail_hosts import is_open_to_all
from expo.models import JoinRequest, MemberRole, Membership, Organization, RequestState, User
from expo.models.base import Origin
from expo.notices import members_of, tell
from expo.people.addresses import verified_domains
from expo.people.membership import address, has_owner, held, is_organizer, join, named, tell_owners
from expo.saving import save_record
from expo.transitions import note, require_reason

MOST_WAITING = 5  # of one person: who asks everywhere belongs nowhere
MOST_A_DAY = 10  # of one person, those withdrawn as well: each is told to the owners
ASK_AGAIN_AFTER = dt.timedelta(days=7)  # after a refusal
MOST_UNSEEN = 5  # organizations of one owner that the public has not met yet


# ------------------------------------------------------------------ asking
def joinable(user: User) -> QuerySet[Organization]:
    """What a person may ask to join: what the public knows, and what carries the domain of a confirmed address.

    Who only registered or applied is not named to others.
    """
    seen = Organization.objects.public().values("pk")
    rows = Organization.objects.filter(Q(pk__in=seen) | Q(mail_domain__in=verified_domains(user)))
    return rows.select_related("sector")


def suggested(user: User) -> QuerySet[Organization]:
    """Organizations whose own domain a confirmed address of the person has, and that it has nothing to do with yet."""
    asked = JoinRequest.objects.filter(user=user, state=RequestState.WAITING).values("organization_id")
    rows = Organization.objects.filter(mail_domain__in=verified_domains(user))
    return rows.exclude(memberships__user=user).exclude(pk__in=asked)


def is_of_domain(user: User, organization: Organization) -> bool:
    """Whether a confirmed address of the person is of the organization's own domain."""
    return user.pk in of_own_domain(organization, [user])


def of_own_domain(organization: Organization, users: Iterable[User]) -> set[int]:
    """Keys of those who have confirmed an address of the organization's own domain."""
    if not organization.mail_domain or is_open_to_all(organization.mail_domain):
        return set()
    rows = EmailAddress.objects.filter(user__in=list(users), verified=True)
    return set(rows.filter(email__iendswith=f"@{organization.mail_domain}").values_list("user_id", flat=True))


def request_to_join(
    organization: Organization, *, user: User, message: str = "", now: dt.datetime | None = None
) -> JoinRequest:
    """Ask to act for an organization. Its owners are told; where there is none, organizers find it in their queue."""
    at = now or timezone.now()
    with transaction.atomic():
        held(organization)
        _require_askable(organization, user, at)
        request = JoinRequest(organization=organization, user=user, message=message.strip())
        request.full_clean()
        request.save()
        note(request, "", RequestState.WAITING, by=user, now=at)
        owners = members_of(organization, least=MemberRole.OWNER)
        tell_owners("membership-requested", organization, owners, key=f"joinrequest-{request.pk}", by=user)
    return request


def _require_askable(organization: Organization, user: User, at: dt.datetime) -> None:
    if organization.memberships.filter(user=user).exists():
        raise DomainError(_("You act for “%(organization)s” already.") % {"organization": organization.name})
    mine = JoinRequest.objects.filter(user=user)
    if mine.filter(organization=organization, state=RequestState.WAITING).exists():
        raise DomainError(_("You have asked already. The organization answers soon."))
    refused = mine.filter(organization=organization, state=RequestState.DECLINED)
    if refused.filter(decided_at__gt=at - ASK_AGAIN_AFTER).exists():
        raise DomainError(_("Your last request was declined a few days ago. Talk to the organization, then ask again."))
    if mine.filter(state=RequestState.WAITING).count() >= MOST_WAITING:
        raise DomainError(_("Too many of your requests wait for an answer. Withdraw one, then ask."))
    if mine.filter(created_at__gt=at - dt.timedelta(days=1)).count() >= MOST_A_DAY:
        raise DomainError(_("You have asked a lot in a short time. Please go on tomorrow."))


def withdraw_request(request: JoinRequest, *, now: dt.datetime | None = None) -> JoinRequest:
    """Take one's own request back."""
    with transaction.atomic():
        return _close(_waiting(request), RequestState.WITHDRAWN, by=request.user, now=now)


# ------------------------------------------------------------------ answering
def may_decide(user: User, organization: Organization) -> bool:
    """An owner answers; an organizer where there is none."""
    if organization.memberships.filter(user=user, role=MemberRole.OWNER).exists():
        return True
    return is_organizer(user) and not has_owner(organization)


def approve_request(request: JoinRequest, *, by: User, role: str = "", now: dt.datetime | None = None) -> Membership:
    """Let somebody in, as a member unless it says otherwise: as the owner where an organizer answers for nobody."""
    with transaction.atomic():
        stored = _to_decide(request, by)
        organization = stored.organization
        chosen = MemberRole(role) if role else MemberRole.MEMBER if has_owner(organization) else MemberRole.OWNER
        membership = join(organization, user=stored.user, role=chosen)
        _close(stored, RequestState.APPROVED, by=by, now=now)
        _tell_asker("membership-approved", stored, address("work-start", organization.slug))
    return membership


def decline_request(request: JoinRequest, *, by: User, reason: str, now: dt.datetime | None = None) -> JoinRequest:
    """Refuse, with words that the asker reads."""
    words = require_reason(reason)
    with transaction.atomic():
        stored = _to_decide(request, by)
        stored.reason = words
        _close(stored, RequestState.DECLINED, by=by, reason=words, now=now)
        _tell_asker("membership-declined", stored, address("my-start"), reason=words)
    return stored


def _to_decide(request: JoinRequest, by: User) -> JoinRequest:
    stored = _waiting(request)
    if not may_decide(by, stored.organization):
        raise DomainError(_("An owner of the organization answers this request."))
    if by == stored.user:
        raise DomainError(_("Nobody answers their own request. Ask a colleague."))
    return stored


def _waiting(request: JoinRequest) -> JoinRequest:
    """The request as it is stored now, its organization held."""
    held(request.organization)
    rows = JoinRequest.objects.select_for_update(of=("self",)).select_related("organization", "user")
    stored = rows.get(pk=request.pk)
    if stored.state != RequestState.WAITING:
        raise DomainError(_("This request was answered already."))
    return stored


def _close(
    stored: JoinRequest, state: RequestState, *, by: User, reason: str = "", now: dt.datetime | None = None
) -> JoinRequest:
    before, stored.state = stored.state, state
    stored.decided_by, stored.decided_at = by, now or timezone.now()
    stored.save()
    note(stored, before, state, by=by, reason=reason, now=now)
    return stored


def _tell_asker(kind: str, request: JoinRequest, url: str, **data: Any) -> None:
    tell(
        kind,
        [request.user],
        key=f"joinrequest-{request.pk}-{request.state}",
        url=url,
        **named(request.organization),
        **data,
    )


# ------------------------------------------------------------------ a new organization
def like(*, name_en: str = "", name_zh: str = "", usci: str = "", user: User) -> list[Organization]:
    """Organizations that the person may mean: of the same code or name, or of the domain of a confirmed address."""
    same = Q(mail_domain__in=verified_domains(user))
    if code := normalize(usci):
        same |= Q(usci=code)
    for field, name in (("name_en", name_en), ("name_zh", name_zh)):
        if name.strip():
            same |= Q(**{f"{field}__iexact": name.strip()})
    return list(joinable(user).filter(same).exclude(memberships__user=user).order_by("slug"))


def register_organization(
    by: User, *, kind: str, name_en: str = "", name_zh: str = "", country: str = "CN", usci: str = ""
) -> Organization:
    """Bring a new organization to the fair; who brings it owns it. The public meets it when it exhibits or publishes.

    Raises DomainError for a code that is taken, and ValidationError for what the organization cannot be.
    """
    organization = Organization(
        slug="", name_en=name_en.strip(), name_zh=name_zh.strip(), kind=kind, country=country,
        usci=normalize(usci) or None, origin=Origin.PARTICIPANT,
    )  # fmt: skip
    try:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=by.pk)
            _require_new(organization, by)
            organization.slug = free_slug(organization)
            save_record(organization, by=by)
            join(organization, user=by, role=MemberRole.OWNER)
    except IntegrityError as error:
        raise DomainError(_("Somebody else registered the same at this moment. Try again.")) from error
    return organization


def _require_new(organization: Organization, by: User) -> None:
    if not (organization.name_en or organization.name_zh):
        raise DomainError(_("Write the name in one language at least."), field="name_en")
    if organization.usci and Organization.objects.filter(usci=organization.usci).exists():
        raise DomainError(
            _("An organization with this code is here already. Ask a colleague there to invite you, or the fair."),
            field="usci",
        )
    mine = Organization.objects.filter(memberships__user=by, memberships__role=MemberRole.OWNER)
    if mine.exclude(pk__in=Organization.objects.public().values("pk")).count() >= MOST_UNSEEN:
        raise DomainError(_("You have registered several organizations already. Finish those first."))


def free_slug(organization: Organization) -> str:
    """A short name for addresses that nobody has: from the English name, else from the sound of the Chinese one."""
    base = slugify(organization.name_en) or slugify(sound_of(organization.name_zh)) or "organization"
    for number in itertools.count(1):
        slug = base[:70] if number == 1 else f"{base[:70]}-{number}"
        if slug not in RESERVED and not Organization.objects.filter(slug=slug).exists():
            return slug
    raise AssertionError("unreachable")


RESERVED = {"new"}  # the page that registers one


def sound_of(text: str) -> str:
    """Chinese in Latin letters, syllable by syllable."""
    from pypinyin import lazy_pinyin  # loads a dictionary, and few processes ever need it

    return " ".join(lazy_pinyin(text))
