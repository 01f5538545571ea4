"""What is confidential between two sides: the agreement, the texts it opens, and the log of who has read them.

A text opens while the introduction is accepted, both sides have accepted the same agreement, and its record is shown at
the fair: who takes a record back takes its text back. Editors and owners read it, as they accept the agreement; members
read the conversation only, since nobody has bound them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import Innovation, MemberRole, Organization, User
from expo.rights import has_role
from matchmaking.introducing.sides import agreed_digest, locked, name_of, was_accepted
from matchmaking.introducing.subjects import shown_offers
from matchmaking.introducing.telling import tell_both, tell_side
from matchmaking.models import (
    ConfidentialReading,
    Demand,
    Introduction,
    IntroductionState,
    NdaAcceptance,
    NdaText,
    Side,
)
from matchmaking.models.demand import SHOWN_STATES

LINES = ("wanted_modes", "target_metrics__parameter")
SHOWN_READINGS = 20  # of the log on a page; the newest


# ------------------------------------------------------------------ the agreement
def digest_of(text_en: str, text_zh: str) -> str:
    """SHA-256 of both texts. Line ends count alike, however a form sends them."""
    texts = [text.replace("\r\n", "\n").strip() for text in (text_en, text_zh)]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def nda_in_force() -> NdaText | None:
    return NdaText.objects.filter(is_current=True).first()


def save_nda(nda: NdaText, *, by: User | None) -> NdaText:
    """Store a new version, or mend one that nobody has accepted. DomainError for one that somebody has."""
    with transaction.atomic():
        rows = NdaText.objects.select_for_update()
        if nda.pk is not None:
            rows.get(pk=nda.pk)
            if nda.acceptances.exists():
                raise DomainError(_("Somebody has accepted this version. Write a new one."))
        else:
            newest = rows.order_by("-version").first()
            nda.version, nda.created_by, nda.is_current = (newest.version if newest else 0) + 1, by, False
        nda.text_en, nda.text_zh = (text.replace("\r\n", "\n").strip() for text in (nda.text_en, nda.text_zh))
        nda.digest = digest_of(nda.text_en, nda.text_zh)
        nda.full_clean()
        nda.save()
    return nda


def put_in_force(nda: NdaText, *, by: User | None) -> NdaText:
    """From now on both sides are asked for this version. What two sides have agreed on stays agreed."""
    with transaction.atomic():
        stored = {row.pk: row for row in NdaText.objects.select_for_update().order_by("pk")}
        for row in stored.values():
            if row.is_current and row.pk != nda.pk:
                row.is_current = False
                row.save(update_fields=["is_current"])
        stored[nda.pk].is_current = True
        stored[nda.pk].save(update_fields=["is_current"])
    return stored[nda.pk]


@dataclass(frozen=True)
class Agreement:
    """How far two sides are, as one of them sees it. `outdated` lists what was accepted of another version than the one
    in force, by sides that must accept again; `in_force` is the version that both accepted.
    """

    current: NdaText | None
    in_force: NdaText | None
    own: NdaAcceptance | None
    theirs: NdaAcceptance | None
    own_outdated: NdaAcceptance | None
    theirs_outdated: NdaAcceptance | None

    @property
    def may_accept(self) -> bool:
        return self.current is not None and self.in_force is None and self.own is None


def agreement_of(introduction: Introduction, side: str) -> Agreement:
    current, agreed = nda_in_force(), agreed_digest(introduction)
    rows = list(introduction.nda_acceptances.all())
    wanted = agreed or (current.digest if current else "")

    def of(who: str, *, is_wanted: bool) -> NdaAcceptance | None:
        return next((row for row in rows if row.side == who and (row.digest == wanted) == is_wanted), None)

    own, theirs = of(side, is_wanted=True), of(Side(side).other, is_wanted=True)
    return Agreement(
        current, own.nda if agreed and own else None, own, theirs,
        None if own else of(side, is_wanted=False), None if theirs else of(Side(side).other, is_wanted=False),
    )  # fmt: skip


def accept_nda(
    introduction: Introduction, *, organization: Organization, by: User, name: str, digest: str,
    now: dt.datetime | None = None,
) -> NdaAcceptance:  # fmt: skip
    """Accept the agreement in force for one side. `digest` is that of the text which `by` has read, `name` the name
    typed below it. A second time changes nothing.
    """
    at, typed = now or timezone.now(), " ".join(name.split())
    if not typed:
        raise DomainError(_("Type your name: it stands for your signature."), field="name")
    _require_editor(by, organization)
    with transaction.atomic():
        stored = locked(introduction)
        side = stored.side_of(organization)
        known = stored.nda_acceptances.filter(side=side, digest=digest).first()
        if known is not None:
            return known
        current = _acceptable(stored, digest)
        accepted = NdaAcceptance(
            introduction=stored, side=side, nda=current, digest=current.digest, by=by, name=typed, at=at
        )
        accepted.full_clean()
        accepted.save()
        if agreed_digest(stored):
            tell_both("introduction-open", stored, what="agreed", at=at)
        else:
            tell_side("introduction-nda", stored, side.other, what=f"nda{current.version}-{side}", at=at)
    return accepted


def _acceptable(introduction: Introduction, digest: str) -> NdaText:
    """The agreement in force, held so that no other comes into force meanwhile, if it is the one that was read."""
    if introduction.state != IntroductionState.ACCEPTED:
        raise DomainError(_("The agreement is for two sides that both want to meet, while their introduction is open."))
    if agreed_digest(introduction):
        raise DomainError(_("Both sides have agreed already."))
    if nda_in_force() is None:
        raise DomainError(_("No agreement is in force. The organizers put one in force; nothing opens before."))
    current = NdaText.objects.select_for_update().filter(is_current=True).first()
    if current is None or current.digest != digest:  # None: it went out of force while this waited for it
        raise DomainError(_("A new version of the agreement came into force while you read. Read this one."))
    return current


# ------------------------------------------------------------------ the texts
@dataclass(frozen=True)
class Shown:
    """A confidential text as it is read: `text` of an innovation, the whole `demand` of a demand. `digest` is the
    SHA-256 of all of it, whatever language it is read in; `subject` is how the log calls it."""

    subject: str
    record: Any
    digest: str
    text: str = ""
    demand: Demand | None = None


def kept_by(introduction: Introduction, side: str) -> list[Shown]:
    """The confidential texts of one side. Whoever calls this decides who reads them."""
    if side == Side.OFFERING:
        innovation = introduction.innovation
        if innovation is None or not innovation.abstract_confidential:
            return []
        text = innovation.abstract_confidential
        return [Shown(f"innovation/{innovation.slug}", innovation, _hashed({"abstract_confidential": text}), text)]
    demand = introduction.demand
    if demand is None or demand.is_detailed:
        return []
    prefetch_related_objects([demand], *LINES)  # what is read is what was hashed
    return [Shown(f"demand/{demand.slug}", demand, _hashed(details_of(demand)), demand=demand)]


def subjects_of(introduction: Introduction, side: str) -> dict[str, list[str]]:
    """Which nouns have something confidential: of the other side (`theirs`), and of this one (`own`)."""
    found = {"theirs": kept_by(introduction, Side(side).other), "own": kept_by(introduction, side)}
    return {whose: [noun_of(shown.subject) for shown in texts] for whose, texts in found.items()}


def noun_of(subject: str) -> str:
    return subject.partition("/")[0]


def details_of(demand: Demand) -> dict[str, Any]:
    """All that a demand shows beyond its title, in both languages, as plain values."""
    values: dict[str, Any] = {name: _plain(getattr(demand, name)) for name in Demand.DETAILED_FIELDS}
    values["modes"] = [row.mode for row in demand.wanted_modes.all()]
    values["targets"] = [
        {
            field.name: _plain(field.value_from_object(row))
            for field in row._meta.concrete_fields
            if field.name not in ("id", "demand")
        }
        for row in demand.target_metrics.all()
    ]
    return values


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _hashed(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def is_still_shown(shown: Shown) -> bool:
    """Whether the record is at the fair; a demand that is being negotiated or contracted is."""
    if shown.demand is not None:
        return shown.demand.state in SHOWN_STATES
    return shown_offers("innovation").filter(pk=shown.record.pk).exists()


# ------------------------------------------------------------------ reading
def may_read_confidential(introduction: Introduction, organization: Organization) -> bool:
    """Whether the other side's texts are open to an organization."""
    if organization.pk not in (introduction.asking_id, introduction.offering_id):
        return False
    is_open = introduction.state == IntroductionState.ACCEPTED and was_accepted(introduction)
    return is_open and bool(agreed_digest(introduction))


def read_confidential(
    introduction: Introduction, *, by: User, organization: Organization, now: dt.datetime | None = None
) -> list[Shown]:
    """The other side's confidential texts. Each is written into the log before it is handed out."""
    at = now or timezone.now()
    _require_editor(by, organization)
    with transaction.atomic():
        stored = locked(introduction)
        if not may_read_confidential(stored, organization):
            raise DomainError(
                _("This opens once both sides have accepted the same agreement, and closes with the introduction.")
            )
        side = stored.side_of(organization)
        found = [shown for shown in kept_by(stored, side.other) if is_still_shown(shown)]
        for shown in found:
            ConfidentialReading.objects.create(
                introduction=stored, organization=organization, by=by, subject=shown.subject, digest=shown.digest, at=at
            )
    return found


def _require_editor(by: User, organization: Organization) -> None:
    if not has_role(by, organization, MemberRole.EDITOR):
        raise DomainError(_("Editors and owners of the organization accept the agreement and read what it opens."))


@dataclass(frozen=True)
class Reading:
    """A line of the log. `is_changed`: the text was another one when it was last read before."""

    row: ConfidentialReading
    noun: str
    is_changed: bool


def readings_of(introduction: Introduction) -> list[Reading]:
    """The log, the newest first; at most `SHOWN_READINGS`."""
    rows = list(introduction.readings.select_related("organization", "by")[: SHOWN_READINGS + 1])
    last: dict[str, str] = {}
    found = []
    for row in reversed(rows):
        is_changed = last.get(row.subject, row.digest) != row.digest
        last[row.subject] = row.digest
        found.append(Reading(row, noun_of(row.subject), is_changed))
    return found[::-1][:SHOWN_READINGS]


@dataclass(frozen=True)
class ReadByOther:
    """A line of an owner's own log: `who` is the reader's organization and `person` who read, as far as this owner may
    know them; `record` what was read of."""

    row: ConfidentialReading
    record: Any
    who: str
    person: str


def readings_by_others(organization: Organization) -> QuerySet[ConfidentialReading]:
    """Every reading of an organization's confidential texts, the newest first: of its demands, and of the innovations
    that it holds, also where another holder was asked."""
    held = Innovation.objects.of_organization(organization).order_by().values("pk")
    demands = Q(subject__startswith="demand/", introduction__demand__organization=organization)
    innovations = Q(subject__startswith="innovation/", introduction__innovation__in=held)
    rows = ConfidentialReading.objects.filter(demands | innovations).exclude(organization=organization)
    return rows.select_related("by", "organization", "introduction__demand", "introduction__innovation")


def as_read(row: ConfidentialReading, organization: Organization) -> ReadByOther:
    """A holder who is not in touch itself does not learn who asks before the public does."""
    introduction = row.introduction
    is_party = organization.pk in (introduction.asking_id, introduction.offering_id)
    demand = introduction.demand
    is_open = is_party or demand is None or demand.is_named
    record = demand if noun_of(row.subject) == "demand" else introduction.innovation
    person = row.by.name if is_open and row.by is not None else ""
    return ReadByOther(row, record, name_of(row.organization if is_open else None), person)
