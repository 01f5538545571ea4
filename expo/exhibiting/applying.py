"""Applying: begin, write, copy from an earlier edition, and hand in; and who of the organizers reviews it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from expo.errors import DomainError
from expo.exhibiting import news, questions
from expo.models import Edition, Exhibitor, ExhibitorState, Organization, Origin, Question, User, Zone
from expo.registration import redraft, submit
from expo.registry import WorkspacePage, add_workspace_page
from expo.saving import save_record

PUBLIC_TEXTS = ("claim_en", "claim_zh", "shows_en", "shows_zh")
CONTACT = ("contact_name", "contact_email", "contact_phone")
DRAFT_FIELDS = (*PUBLIC_TEXTS, "zone_wish", "area_wanted", "products_planned", *CONTACT)
WRITABLE = (ExhibitorState.DRAFT, ExhibitorState.RETURNED)
ASSIGNABLE = (ExhibitorState.SUBMITTED, ExhibitorState.IN_REVIEW, ExhibitorState.RETURNED)


@dataclass(frozen=True)
class Lack:
    """What an application still lacks: the field it is written in, and whether that is a question's."""

    field: str
    words: str
    is_question: bool = False


# ------------------------------------------------------------------ begin
def editions_that_take(now: dt.datetime | None = None) -> list[Edition]:
    """Editions one may apply to: the current one, until the day after it closes in its own time zone."""
    return [edition for edition in Edition.objects.filter(is_current=True) if takes(edition, now)]


def takes(edition: Edition, now: dt.datetime | None = None) -> bool:
    today = (now or timezone.now()).astimezone(ZoneInfo(edition.time_zone)).date()
    return edition.is_current and (edition.closes_on is None or today <= edition.closes_on)


def begin_application(
    organization: Organization, *, edition: Edition, by: User, now: dt.datetime | None = None
) -> Exhibitor:
    """A draft for an edition that still takes applications: one an organization and edition."""
    if not takes(edition, now):
        raise DomainError(_("“%(edition)s” takes no applications any more.") % {"edition": edition})
    exhibitor = Exhibitor(
        edition=edition, organization=organization, contact_name=by.name[:150], contact_email=by.email
    )
    if organization.is_sample:  # what is invented stays so
        exhibitor.origin = Origin.SAMPLE
    mine = Exhibitor.objects.filter(edition=edition, organization=organization)
    if mine.exists():
        raise _begun(edition)
    try:
        with transaction.atomic():
            return save_record(exhibitor, by=by)
    except (IntegrityError, ValidationError) as error:
        if mine.exists():  # a colleague was faster
            raise _begun(edition) from error
        raise


def _begun(edition: Edition) -> DomainError:
    return DomainError(_("Your organization has an application for “%(edition)s” already.") % {"edition": edition})


# ------------------------------------------------------------------ copy forward
def earlier_of(exhibitor: Exhibitor) -> Exhibitor | None:
    """The latest participation of the organization before this edition, whatever became of it."""
    rows = Exhibitor.objects.filter(organization=exhibitor.organization, edition__number__lt=exhibitor.edition.number)
    return rows.select_related("edition", "zone", "zone_wish").order_by("-edition__number").first()


def copy_forward(exhibitor: Exhibitor, *, source: Exhibitor, by: User) -> list[str]:
    """Fill what is still empty from an earlier edition; returns the fields and question keys it filled.

    Zones go by their letter, questions by kind and words; a choice that is no longer offered stays behind.
    """
    with transaction.atomic():
        held = hold(exhibitor, *WRITABLE)
        if source.organization_id != held.organization_id or source.edition.number >= held.edition.number:
            raise DomainError(_("Copy from an earlier edition of your own organization."))
        filled = [name for name in DRAFT_FIELDS if name != "zone_wish" and _fill(held, name, getattr(source, name))]
        wish = source.zone_wish or source.zone
        if wish is not None:
            same = Zone.objects.filter(edition=held.edition, letter=wish.letter).first()
            filled += ["zone_wish"] if _fill(held, "zone_wish", same) else []
        if filled:
            save_record(held, by=by)
        answers = _answers_of_same_questions(held, source)
        filled += [f"q-{question.pk}" for question in questions.write_answers(held, answers)]
    take_over(exhibitor, held)
    return filled


def _fill(exhibitor: Exhibitor, name: str, value: Any) -> bool:
    if getattr(exhibitor, name) or not value:
        return False
    setattr(exhibitor, name, value)
    return True


def _answers_of_same_questions(exhibitor: Exhibitor, source: Exhibitor) -> dict[int, Any]:
    given, before = questions.answers_of(exhibitor), questions.answers_of(source)
    old = list(Question.objects.filter(edition=source.edition, pk__in=before))
    found: dict[int, Any] = {}
    for question in questions.questions_of(exhibitor.edition):
        same = next((row for row in old if is_same(row, question)), None)
        if same is None or given.get(question.pk) not in questions.NOTHING:
            continue
        value = before[same.pk]
        if isinstance(value, list):
            offered = {option for option, _label in question.options()}
            value = [part for part in value if part in offered]
        try:
            value = questions.checked(question, value)
        except DomainError:
            continue
        if value is not None:
            found[question.pk] = value
    return found


def is_same(one: Question, other: Question) -> bool:
    """Whether two editions ask the same: the kind, and the words in either language."""
    pairs = ((one.label_en, other.label_en), (one.label_zh, other.label_zh))
    return one.kind == other.kind and any(a and a.strip().casefold() == b.strip().casefold() for a, b in pairs)


# ------------------------------------------------------------------ write
def hold(exhibitor: Exhibitor, *states: str) -> Exhibitor:
    """The application as it is now, locked until the transaction ends. DomainError where it is in no such state."""
    held: Exhibitor = Exhibitor.objects.locked().get(pk=exhibitor.pk)
    if held.state not in states:
        raise DomainError(
            _("The application is %(state)s, so it cannot be changed this way now.")
            % {"state": held.get_state_display()}
        )
    return held


def take_over(exhibitor: Exhibitor, held: Exhibitor) -> None:
    """Bring the caller's record up to what was just stored."""
    for field in held._meta.concrete_fields:
        setattr(exhibitor, field.attname, getattr(held, field.attname))
    for name in ("zone", "zone_wish"):
        if Exhibitor._meta.get_field(name).is_cached(exhibitor):  # type: ignore[union-attr]
            Exhibitor._meta.get_field(name).delete_cached_value(exhibitor)  # type: ignore[union-attr]


def save_draft(exhibitor: Exhibitor, *, values: Mapping[str, Any], version: int, by: User) -> Exhibitor:
    """Store what was written so far, read at `version`. A draft needs nothing, but nothing else may be written with it.

    StaleVersion means that somebody saved it meanwhile.
    """
    if foreign := sorted(set(values) - set(DRAFT_FIELDS)):
        raise DomainError(
            _("These fields are not part of an application: %(fields)s.") % {"fields": ", ".join(foreign)}
        )
    with transaction.atomic():
        held = hold(exhibitor, *WRITABLE)
        held.version = version
        for name, value in values.items():
            setattr(held, name, value)
        if held.zone_wish and held.zone_wish.edition_id != held.edition_id:
            raise DomainError(_("This zone belongs to another edition."), field="zone_wish")
        save_record(held, by=by)
    take_over(exhibitor, held)
    return exhibitor


def save_answers(
    exhibitor: Exhibitor, *, values: Mapping[int, Any], seen: Mapping[int, Any] | None = None
) -> list[Question]:
    """Store answers of a draft; see `questions.write_answers`."""
    with transaction.atomic():
        return questions.write_answers(hold(exhibitor, *WRITABLE), values, seen=seen)


# ------------------------------------------------------------------ hand in
def missing(exhibitor: Exhibitor) -> list[Lack]:
    """What an application lacks before it may be handed in, in the order of the form."""
    texts = (
        ("claim", _("what you show, in one sentence")),
        ("shows", _("what visitors see at your stand")),
        ("zone_wish", _("the zone you wish for")),
        ("area_wanted", _("the area you want")),
        ("products_planned", _("the products on show")),
    )
    found = [
        Lack(f"{name}_en" if name in ("claim", "shows") else name, words)
        for name, words in texts
        if not getattr(exhibitor, name)
    ]
    asked = questions.lacking(exhibitor)
    return found + [Lack(f"q-{question.pk}", str(question.label), is_question=True) for question in asked]


def hand_in(exhibitor: Exhibitor, *, by: User) -> Exhibitor:
    """Hand in a draft, or a returned application anew. DomainError says what is missing.

    Answers to questions that are not asked after all are forgotten.
    """
    with transaction.atomic():
        held = hold(exhibitor, *WRITABLE)
        if lacks := missing(held):
            comma = pgettext("between names", ", ")
            raise DomainError(
                _("Not complete yet. Missing: %(things)s.") % {"things": comma.join(lack.words for lack in lacks)}
            )
        questions.drop_unasked(held)
        if held.state == ExhibitorState.RETURNED:
            redraft(held, by=by)
        submit(held, by=by)
    take_over(exhibitor, held)
    return exhibitor


# ------------------------------------------------------------------ review
def assign(exhibitor: Exhibitor, *, reviewer: User | None, by: User | None) -> Exhibitor:
    """Give an application to one of the staff to review, or to nobody; who gets it is told."""
    if reviewer is not None and not news.reviewers().filter(pk=reviewer.pk).exists():
        raise DomainError(_("%(person)s may not review applications.") % {"person": reviewer}, field="reviewer")
    with transaction.atomic():
        held = hold(exhibitor, *ASSIGNABLE)
        if held.assigned_to_id == (reviewer.pk if reviewer else None):
            return exhibitor
        held.assigned_to = reviewer
        held._history_user = by  # type: ignore[attr-defined]
        held.save(update_fields=["assigned_to", "updated_at"])
        if reviewer is not None and (by is None or reviewer.pk != by.pk):
            news.tell_reviewer(held)
    take_over(exhibitor, held)
    return exhibitor


# ------------------------------------------------------------------ the workspace
def waiting_for(organization: Organization) -> int:
    """Applications that its people have to go on with, for editions that still take them."""
    editions = [edition.pk for edition in editions_that_take()]
    return Exhibitor.objects.filter(organization=organization, edition__in=editions, state__in=WRITABLE).count()


def has_never_applied(organization: Organization) -> bool:
    return not Exhibitor.objects.filter(organization=organization).exists()


def register() -> None:
    add_workspace_page(
        WorkspacePage(
            "application-list",
            gettext_lazy("Exhibiting"),
            10,
            waiting_for,
            hint=gettext_lazy("Applications that are not handed in yet, or came back."),
            action=gettext_lazy("Go on"),
            is_empty=has_never_applied,
            first=gettext_lazy("Apply to exhibit"),
        )
    )
