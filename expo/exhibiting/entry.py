"""The entry of an accepted exhibitor in its own hands: public texts go through review, locked fields stay."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from expo.errors import DomainError
from expo.exhibiting import questions
from expo.exhibiting.applying import CONTACT, PUBLIC_TEXTS, hold, take_over
from expo.models import Edition, Exhibitor, ExhibitorState, FieldLock, Question, Revision, StaleVersion, User
from expo.saving import change_in, propose, propose_otherwise, save_record, take_back

OWN_FIELDS = ("area_wanted", "products_planned", *CONTACT)
ENTRY_FIELDS = (*PUBLIC_TEXTS, *OWN_FIELDS)
ANSWERS = "answers"
LOCKABLE = (*ENTRY_FIELDS, ANSWERS)


def label_of(field: str) -> str:
    """A field that may be locked, as forms call it."""
    if field == ANSWERS:
        return str(gettext_lazy("answers to the questions"))
    return str(Exhibitor._meta.get_field(field).verbose_name) if field in LOCKABLE else field  # type: ignore[union-attr]


def locks_of(edition: Edition) -> dict[str, str]:
    """Field -> why it may not be changed once an exhibitor is accepted."""
    return {lock.field: str(lock.reason) for lock in FieldLock.objects.filter(edition=edition)}


def waiting_change(exhibitor: Exhibitor) -> Revision | None:
    """Its change that the organizers have not decided on yet."""
    kind = ContentType.objects.get_for_model(Exhibitor)
    rows = Revision.objects.filter(content_type=kind, object_id=exhibitor.pk, state=Revision.State.PROPOSED)
    return rows.select_related("by").first()


def mark_of(change: Revision | None) -> str:
    """Another one as soon as another change waits, or the same one holds other texts."""
    return f"{change.pk}-{change.version}" if change else ""


def proposed_by(change: Revision | None) -> dict[str, Any]:
    return change_in(change.data).fields if change else {}


def change_entry(
    exhibitor: Exhibitor, *, values: Mapping[str, Any], version: int, waiting: str, by: User
) -> Revision | None:
    """Store what concerns the organizers only at once, and propose what the public reads. Returns the waiting change.

    `version` and `waiting` (the mark of the waiting change) are as the writer read them: StaleVersion where either is
    another now. A waiting change takes the new texts up. DomainError where a locked field would change.
    """
    if foreign := sorted(set(values) - set(ENTRY_FIELDS)):
        raise DomainError(_("These fields are not part of your entry: %(fields)s.") % {"fields": ", ".join(foreign)})
    with transaction.atomic():
        held = hold(exhibitor, ExhibitorState.ACCEPTED)
        current = waiting_change(held)
        if held.version != version or mark_of(current) != waiting:
            raise StaleVersion(held)
        _refuse_locked(held, values, current)
        _save_own(held, values, by=by)
        change = _propose(held, values, current, by=by)
    take_over(exhibitor, held)
    return change


def _refuse_locked(exhibitor: Exhibitor, values: Mapping[str, Any], current: Revision | None) -> None:
    shown = {**{name: getattr(exhibitor, name) for name in values}, **proposed_by(current)}
    for name, reason in locks_of(exhibitor.edition).items():
        if name in values and values[name] != shown[name]:
            raise DomainError(
                _("“%(field)s” is locked: %(reason)s") % {"field": label_of(name), "reason": reason}, field=name
            )


def _save_own(exhibitor: Exhibitor, values: Mapping[str, Any], *, by: User) -> None:
    changed = {name: values[name] for name in OWN_FIELDS if name in values and values[name] != getattr(exhibitor, name)}
    for name, value in changed.items():
        setattr(exhibitor, name, value)
    if changed:
        save_record(exhibitor, by=by)


def _propose(exhibitor: Exhibitor, values: Mapping[str, Any], current: Revision | None, *, by: User) -> Revision | None:
    """What waits keeps what these values do not name, and follows the version that the entry has by now."""
    wanted = {**proposed_by(current), **{name: values[name] for name in PUBLIC_TEXTS if name in values}}
    texts = {name: text for name, text in wanted.items() if text != getattr(exhibitor, name)}
    if current is not None and texts == proposed_by(current):
        return _kept_up(current, exhibitor)
    if not texts:
        if current is not None:
            take_back(current, by=by)
        return None
    _check_texts(exhibitor, texts)
    if current is not None:
        return propose_otherwise(current, data=texts, by=by)
    return propose(exhibitor, data=texts, by=by)


def _kept_up(change: Revision, exhibitor: Exhibitor) -> Revision:
    """What was stored beside the waiting texts does not make them out of date."""
    if change.base_version != exhibitor.version:
        change.base_version = exhibitor.version
        change.save(update_fields=["base_version"])
    return change


def _check_texts(exhibitor: Exhibitor, texts: Mapping[str, str]) -> None:
    trial = copy(exhibitor)
    for name, text in texts.items():
        setattr(trial, name, text)
    others = {field.name for field in Exhibitor._meta.concrete_fields} - set(texts)
    trial.clean_fields(exclude=others)
    if not (trial.claim_en or trial.claim_zh):
        raise ValidationError({"claim_en": _("Say in one sentence what you show, in one language at least.")})


def change_answers(
    exhibitor: Exhibitor, *, values: Mapping[int, Any], seen: Mapping[int, Any] | None = None
) -> list[Question]:
    """Answers may be mended after acceptance too, unless the organizers locked them."""
    with transaction.atomic():
        held = hold(exhibitor, ExhibitorState.ACCEPTED)
        if reason := locks_of(held.edition).get(ANSWERS):
            raise DomainError(
                _("“%(field)s” is locked: %(reason)s") % {"field": label_of(ANSWERS), "reason": reason}, field=ANSWERS
            )
        return questions.write_answers(held, values, seen=seen)
