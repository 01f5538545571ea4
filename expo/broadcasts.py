"""Messages of the organizers to chosen exhibitors: seen before they leave, to each once, and kept as they were sent."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from expo import audit
from expo.errors import DomainError
from expo.models import (
    Answer,
    AuditAct,
    Broadcast,
    BroadcastRecipient,
    Exhibitor,
    ExhibitorState,
    MemberRole,
    Membership,
    OutboxMail,
    Stand,
    User,
)
from expo.notices import tell
from expo.outbox import post
from expo.people.letters import on_one_line
from expo.registry import NoticeKind, add_notice_kind

KIND = "broadcast"
WRITERS = (MemberRole.OWNER, MemberRole.EDITOR)  # who is written to: those who act for an organization


@dataclass(frozen=True)
class Recipient:
    """An exhibitor, the people who hear for it, and its contact address where there are none."""

    exhibitor: Exhibitor
    people: tuple[User, ...]
    address: str

    @property
    def is_reached(self) -> bool:
        return bool(self.people or self.address)


# ------------------------------------------------------------------ to whom
def chosen_exhibitors(broadcast: Broadcast) -> QuerySet[Exhibitor]:
    """The exhibitors of the edition that the choice describes: within one list any, of different lists all."""
    chosen: Mapping[str, Any] = broadcast.chosen
    rows = Exhibitor.objects.filter(edition=broadcast.edition_id, state__in=chosen.get("states") or [])
    if zones := chosen.get("zones"):
        rows = rows.filter(zone__in=zones)
    if sectors := chosen.get("sectors"):
        rows = rows.filter(organization__sector__in=sectors)
    if countries := chosen.get("countries"):
        rows = rows.filter(organization__country__in=countries)
    stood = Exists(Stand.objects.filter(exhibitor=OuterRef("pk")))
    if chosen.get("stand") in ("with", "without"):
        rows = rows.filter(stood if chosen["stand"] == "with" else ~stood)
    if question := chosen.get("question"):
        said = Exists(Answer.objects.filter(exhibitor=OuterRef("pk"), question=question))
        rows = rows.filter(~said if chosen.get("answered") == "no" else said)
    return rows.select_related("organization").order_by("organization__slug")


def recipients_of(broadcast: Broadcast) -> list[Recipient]:
    """Everybody it goes to as things are now, in the order of the exhibitors."""
    exhibitors = list(chosen_exhibitors(broadcast))
    people = _people({exhibitor.organization_id for exhibitor in exhibitors})
    found = []
    for exhibitor in exhibitors:
        who = people.get(exhibitor.organization_id, ())
        found.append(Recipient(exhibitor, tuple(who), "" if who else exhibitor.contact_email))
    return found


def _people(organizations: set[int]) -> dict[int, list[User]]:
    rows = Membership.objects.filter(organization__in=organizations, role__in=WRITERS, user__is_active=True)
    people: dict[int, list[User]] = defaultdict(list)
    for row in rows.select_related("user").order_by("created_at", "pk"):
        people[row.organization_id].append(row.user)
    return people


def reached(recipients: Iterable[Recipient]) -> int:
    """How many people hear of it: who acts for two exhibitors hears once."""
    rows = list(recipients)
    people = {person.pk for row in rows for person in row.people}
    return len(people) + len({row.address.lower() for row in rows if row.address})


def mark_of(broadcast: Broadcast, recipients: Iterable[Recipient]) -> str:
    """Another one as soon as the words, or anybody they go to, are others than those that were shown."""
    lines = [f"{broadcast.pk} {broadcast.version}"]
    for row in recipients:
        lines.append(f"{row.exhibitor.pk} {sorted(person.pk for person in row.people)} {row.address.lower()}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


# ------------------------------------------------------------------ sending
def send(broadcast: Broadcast, *, by: User, seen: str, now: dt.datetime | None = None) -> list[BroadcastRecipient]:
    """Send it to whom the preview showed (`seen`, its mark). Of two who press the button at once, one is refused."""
    at = now or timezone.now()
    with transaction.atomic():
        stored = Broadcast.objects.select_for_update(of=("self",)).get(pk=broadcast.pk)
        if stored.sent_at is not None:
            raise DomainError(_("This message was sent before. Nothing was sent a second time."))
        recipients = recipients_of(stored)
        if seen != mark_of(stored, recipients):
            raise DomainError(_("The message or its recipients changed since you looked. Look again, then send."))
        if not any(row.is_reached for row in recipients):
            raise DomainError(_("Nobody would get this message. Choose other exhibitors."))
        stored.by, stored.sent_at = by, at
        stored.save()
        _tell_people(stored, recipients, at)
        for address in sorted({row.address.lower() for row in recipients if row.address}):
            _post(stored, address, at)
        rows = [
            BroadcastRecipient(
                broadcast=stored, exhibitor=row.exhibitor, people=len(row.people) or int(bool(row.address))
            )
            for row in recipients
        ]
        audit.record(AuditAct.SENT, stored, by=by)
        return BroadcastRecipient.objects.bulk_create(rows)


def _tell_people(broadcast: Broadcast, recipients: Iterable[Recipient], at: dt.datetime) -> None:
    people = {person.pk: person for row in recipients for person in row.people}
    words = {name: getattr(broadcast, name) for name in ("subject_en", "subject_zh", "body_en", "body_zh")}
    tell(KIND, people.values(), key=f"broadcast-{broadcast.pk}", now=at, **words)


def _post(broadcast: Broadcast, address: str, at: dt.datetime) -> OutboxMail | None:
    """To a contact without an account, whose language nobody knows: both, Chinese first."""
    subjects = [broadcast.subject_zh, broadcast.subject_en]
    bodies = [broadcast.body_zh, broadcast.body_en]
    return post(
        key=f"broadcast-{broadcast.pk}-{hashlib.sha256(address.encode()).hexdigest()[:32]}",
        to=address,
        subject=on_one_line(" / ".join(filter(None, subjects))),
        text="\n\n— — —\n\n".join(filter(None, bodies)).strip() + "\n",
        language=User.Language.CHINESE,
        now=at,
    )


def check_draft(broadcast: Broadcast) -> None:
    """Raise DomainError where a message was sent: it stays as its readers got it."""
    if broadcast.sent_at is not None:
        raise DomainError(_("This message was sent. It cannot be changed any more; write a new one."))


STATES = [state for state in ExhibitorState if state != ExhibitorState.DRAFT]  # a draft is nobody's affair yet


def register() -> None:
    add_notice_kind(
        NoticeKind(KIND, gettext_lazy("A message from the organizers"), "%(subject)s", "%(body)s", position=20)
    )
