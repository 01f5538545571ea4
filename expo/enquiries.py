"""Enquiries: a visitor asks an organization about what it shows, and somebody there answers.

Strangers prove their e-mail address first: before that the organization sees nothing. Its people see the sender's name
and words; they see address and telephone only while the sender agrees.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from expo import enquiry_limits as limits
from expo import registry
from expo.deadlines import days_of, working_days_after
from expo.enquiry_mails import post_answer, post_confirmation
from expo.errors import DomainError
from expo.models import (
    Enquiry,
    EnquiryMessage,
    EnquiryState,
    Exhibitor,
    Holding,
    Innovation,
    MemberRole,
    Organization,
    Stateful,
    User,
)
from expo.models.enquiry import CONFIRM_WITHIN
from expo.notices import members_of, tell
from expo.people.addresses import accounts_of, verified_addresses
from expo.people.by_address import NOBODY
from expo.people.membership import named
from expo.transitions import check_move, note

S = EnquiryState
ASKABLE = ("exhibitor", "product", "instrument", "innovation")
ANSWER_DAYS = "enquiry.answer_days"  # the rule; working days
USUAL_DAYS = 3  # where no rule is in force


@dataclass(frozen=True)
class Contact:
    """What the sender lets the organization see."""

    email: str
    phone: str
    company: str


# ------------------------------------------------------------------ whom one may ask about what
def askable(noun: str) -> QuerySet[Any] | None:
    """What of a noun the public may ask about; None for a noun that nobody answers for."""
    if noun not in ASKABLE:
        return None
    rows: Any = registry.listings[noun].queryset()
    return rows.of_current_edition() if rows.model is Exhibitor else rows


def receiver_of(record: Model) -> Organization | None:
    """Who answers: the organization that exhibits, sells or lends; of an innovation its first holder."""
    if not isinstance(record, Innovation):
        return record.organization  # type: ignore[attr-defined]
    holdings = sorted(
        record.holdings.select_related("organization"),
        key=lambda holding: (holding.role != Holding.Role.HOLDER, holding.position, holding.pk),
    )
    return holdings[0].organization if holdings else None


def is_answered_for(organization: Organization) -> bool:
    """Whether somebody there can read and answer."""
    return bool(members_of(organization))


def page_of(enquiry: Enquiry) -> str:
    """Where the organization reads it."""
    return reverse("work-enquiry", args=[enquiry.organization.slug, enquiry.code])


# ------------------------------------------------------------------ asking
def ask(
    record: Model,
    *,
    text: str,
    name: str,
    email: str,
    company: str = "",
    phone: str = "",
    shares_contact: bool = False,
    sender: User | None = None,
    language: str,
    address_hash: str = "",
    now: dt.datetime | None = None,
) -> Enquiry:
    """Ask about a public record. Who signed in with the confirmed `email` is heard at once, others confirm first."""
    at = now or timezone.now()
    values = {"name": " ".join(name.split()), "email": _address(email), "company": company, "phone": phone}
    words = limits.checked(text)
    _require_askable(record)
    with transaction.atomic():
        organization = _held(record)
        is_known = sender is not None and values["email"].lower() in verified_addresses(sender)
        limits.refuse_too_much(organization, values["email"], words, is_known=is_known, now=at)
        limits.count_address(address_hash)
        enquiry = Enquiry(
            organization=organization, content_type=ContentType.objects.get_for_model(record), object_id=record.pk,
            about=str(getattr(record, "title", "") or record)[:300], sender=sender if is_known else None,
            shares_contact=shares_contact, language=language, **values,
        )  # fmt: skip
        enquiry.full_clean()
        enquiry.save()
        message = _say(enquiry, words, by=enquiry.sender, from_sender=True, at=at)
        note(enquiry, "", S.UNCONFIRMED, by=enquiry.sender, now=at)
        if is_known:
            return _deliver(enquiry, message, by=sender, at=at)
        post_confirmation(enquiry, now=at)
    return enquiry


def _require_askable(record: Model) -> None:
    rows = askable(str(record._meta.model_name))
    if rows is None or not rows.filter(pk=record.pk).exists():
        raise DomainError(_("This is not shown any more, so nobody can be asked about it."))


def _held(record: Model) -> Organization:
    """The organization that answers, locked: what is sent to it is counted in turn."""
    organization = receiver_of(record)
    if organization is None:
        raise DomainError(_("No organization is named for this, so nobody can be asked."))
    return Organization.objects.select_for_update().get(pk=organization.pk)


def _address(email: str) -> str:
    try:
        validate_email(email.strip())
    except ValidationError as error:
        raise DomainError(_("This is no e-mail address. Write it like name@example.org."), field="email") from error
    return email.strip()


def confirm(enquiry: Enquiry, *, now: dt.datetime | None = None) -> Enquiry:
    """The sender has proved the address: hand the enquiry over. A second time changes nothing."""
    at = now or timezone.now()
    with transaction.atomic():
        stored = _locked(enquiry)
        if stored.state != S.UNCONFIRMED:
            return stored
        if at > stored.created_at + CONFIRM_WITHIN:
            raise DomainError(_("This link is out of date. Please ask again."))
        account = accounts_of(stored.email).filter(is_active=True).first()
        if account is not None and stored.email.lower() in verified_addresses(account):
            stored.sender = account
        return _deliver(stored, stored.messages.get(), by=stored.sender, at=at)


def _deliver(enquiry: Enquiry, message: EnquiryMessage, *, by: User | None, at: dt.datetime) -> Enquiry:
    enquiry.confirmed_at, enquiry.due_at = at, due(at)
    _move(enquiry, S.OPEN, by=by, at=at)
    _tell_organization("enquiry-received", enquiry, message, at=at)
    return enquiry


def due(at: dt.datetime) -> dt.datetime:
    """When an answer is expected: so many working days later, at the same hour."""
    return working_days_after(at, days_of(ANSWER_DAYS, at, usual=USUAL_DAYS))


# ------------------------------------------------------------------ what the sender does later
def write_again(enquiry: Enquiry, *, text: str, now: dt.datetime | None = None) -> Enquiry:
    """The sender adds something; what was answered or closed waits again."""
    at, words = now or timezone.now(), limits.checked(text)
    with transaction.atomic():
        stored = _locked(enquiry)
        if stored.state in (S.SPAM, S.UNCONFIRMED):
            raise DomainError(_("Nothing can be added to this enquiry."))
        limits.refuse_too_much(stored.organization, stored.email, words, is_known=True, now=at)
        message = _say(stored, words, by=stored.sender, from_sender=True, at=at)
        if stored.state != S.OPEN:
            stored.due_at = due(at)
            _move(stored, S.OPEN, by=stored.sender, at=at)
        _tell_organization("enquiry-again", stored, message, at=at)
    return stored


def share_contact(enquiry: Enquiry, shares: bool) -> Enquiry:
    """The sender lets the organization see the contact data, or takes that back."""
    with transaction.atomic():
        stored = _locked(enquiry)
        stored.shares_contact = shares
        stored.save(update_fields=["shares_contact", "updated_at"])
    return stored


def shared_contact(enquiry: Enquiry) -> Contact | None:
    """All of the sender that the organization may see beside the name; None without consent."""
    if not enquiry.shares_contact:
        return None
    return Contact(enquiry.email, enquiry.phone, enquiry.company)


# ------------------------------------------------------------------ what the organization does
def answer(
    enquiry: Enquiry, *, text: str, by: User, after: int | None = None, now: dt.datetime | None = None
) -> Enquiry:
    """Answer the sender. `after` is the last message that `by` had seen: a newer one is read first."""
    at, words = now or timezone.now(), limits.checked(text, most_links=None)
    with transaction.atomic():
        stored = _locked(enquiry)
        newest = stored.messages.last()
        if after is not None and newest is not None and newest.pk != after:
            raise DomainError(_("Something was written here meanwhile. Read it above, then send yours."), field="text")
        if stored.state not in (S.OPEN, S.ANSWERED):
            raise DomainError(_("This enquiry is closed. Open it again to answer."), field="text")
        message = _say(stored, words, by=by, from_sender=False, at=at)
        stored.answered_at, stored.due_at = stored.answered_at or at, None
        if stored.state == S.OPEN:
            _move(stored, S.ANSWERED, by=by, at=at)
        _tell_sender("enquiry-answered", stored, f"m{message.pk}", at=at)
    return stored


def hand_over(enquiry: Enquiry, *, to: User, by: User, now: dt.datetime | None = None) -> Enquiry:
    """Give it to a colleague who may answer; that colleague is told."""
    at = now or timezone.now()
    with transaction.atomic():
        stored = _locked(enquiry)
        if to not in members_of(stored.organization, least=MemberRole.EDITOR):
            raise DomainError(_("Choose a colleague who may answer for the organization."), field="to")
        if stored.assigned_to_id == to.pk:
            return stored
        stored.assigned_to = to
        stored.save(update_fields=["assigned_to", "updated_at"])
        if to.pk != by.pk:
            key = f"enquiry-{stored.pk}-to-{to.pk}-{at.isoformat()}"
            tell("enquiry-handed", [to], key=key, url=page_of(stored), now=at, **_said(stored))
    return stored


def close(enquiry: Enquiry, *, by: User, now: dt.datetime | None = None) -> Enquiry:
    """Nothing more is to be said. A sender who got no answer is told so."""
    at = now or timezone.now()
    with transaction.atomic():
        stored = _locked(enquiry)
        stored.due_at = None
        _move(stored, S.CLOSED, by=by, at=at)
        if stored.answered_at is None:
            _tell_sender("enquiry-closed", stored, f"closed-{at.isoformat()}", at=at)
    return stored


def mark_spam(enquiry: Enquiry, *, by: User, now: dt.datetime | None = None) -> Enquiry:
    """Put it aside; its sender is not told and can add nothing."""
    with transaction.atomic():
        stored = _locked(enquiry)
        stored.due_at = None
        return _move(stored, S.SPAM, by=by, at=now or timezone.now())


def reopen(enquiry: Enquiry, *, by: User, now: dt.datetime | None = None) -> Enquiry:
    """Let a closed one, or one that was no spam after all, wait for an answer again."""
    at = now or timezone.now()
    with transaction.atomic():
        stored = _locked(enquiry)
        stored.due_at = due(at)
        return _move(stored, S.OPEN, by=by, at=at)


# ------------------------------------------------------------------ what they share
def _locked(enquiry: Enquiry) -> Enquiry:
    rows = Enquiry.objects.select_for_update(of=("self",)).select_related("organization", "sender", "assigned_to")
    return rows.get(pk=enquiry.pk)


def _move(enquiry: Enquiry, to: str, *, by: User | None, at: dt.datetime) -> Enquiry:
    before = enquiry.state
    check_move(cast(Stateful, enquiry), to)
    enquiry.state = to
    enquiry.save()
    note(enquiry, before, to, by=by, now=at)
    return enquiry


def _say(enquiry: Enquiry, text: str, *, by: User | None, from_sender: bool, at: dt.datetime) -> EnquiryMessage:
    return EnquiryMessage.objects.create(enquiry=enquiry, text=text, by=by, from_sender=from_sender, at=at)


def _said(enquiry: Enquiry) -> dict[str, str]:
    """What notices say of it: never the sender, nor the words."""
    return {"about": enquiry.about, **named(enquiry.organization)}


def _tell_organization(kind: str, enquiry: Enquiry, message: EnquiryMessage, *, at: dt.datetime) -> None:
    """Who has it in hand, else everybody who may answer."""
    able = members_of(enquiry.organization)
    people = [enquiry.assigned_to] if enquiry.assigned_to in able else able
    key = f"enquiry-{enquiry.pk}-m{message.pk}"
    tell(kind, cast(list[User], people), key=key, url=page_of(enquiry), now=at, **_said(enquiry))


def _tell_sender(kind: str, enquiry: Enquiry, what: str, *, at: dt.datetime) -> None:
    """In the inbox of an account; else by mail, with the link that opens the thread. Who left is not looked for."""
    key = f"enquiry-{enquiry.pk}-{what}"
    if enquiry.sender is not None:
        url = reverse("my-enquiry", args=[enquiry.code])
        tell(kind, [enquiry.sender], key=key, url=url, now=at, **_said(enquiry))
    elif enquiry.email != NOBODY:
        post_answer(enquiry, key=key, is_answered=kind == "enquiry-answered", now=at)
