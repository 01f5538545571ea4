"""Saving a record, the same for admin, import and command: checked, versioned, and its state left alone."""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import Record, Revision, User
from expo.models.base import StaleVersion
from expo.transitions import note, require_reason

Noun = TypeVar("Noun", bound=Record)


def save_record(record: Noun, *, by: User | None) -> Noun:
    """Save what an editor typed. ValidationError names fields; StaleVersion means somebody was faster."""
    with transaction.atomic():
        _keep_state(record)
        record.full_clean()
        record._history_user = by  # type: ignore[attr-defined]
        record.save()
    return record


def _keep_state(record: Record) -> None:
    """States move only through their own acts."""
    field = next((field for field in record._meta.concrete_fields if field.name == "state"), None)
    if field is None:
        return
    before = field.get_default()
    if not record._state.adding:
        before = type(record)._base_manager.values_list(field.attname, flat=True).get(pk=record.pk)
    if field.value_from_object(record) != before:
        raise DomainError(
            _("A state is not typed in. Use the buttons, so that the move is checked and noted."), field="state"
        )


def propose(record: Record, *, data: dict[str, object], by: User) -> Revision:
    """Put a change under review; the row stays as the public sees it. `data` holds plain field values."""
    editable = {f.name for f in record._meta.concrete_fields if f.editable and not f.is_relation} - {"state", "origin"}
    if foreign := sorted(set(data) - editable):
        raise DomainError(_("These fields cannot be proposed: %(fields)s.") % {"fields": ", ".join(foreign)})
    revision = Revision(record=record, base_version=record.version, data=data, by=by)
    revision.validate_constraints()
    revision.save()
    return revision


def approve(revision: Revision, *, by: User) -> Record:
    """Apply a proposed change through `save_record`. StaleVersion where the row changed since it was proposed."""
    with transaction.atomic():
        revision = _open(revision)
        record = revision.record
        if not isinstance(record, Record):
            raise DomainError(_("The record of this change no longer exists."))
        if record.version != revision.base_version:
            raise StaleVersion(record)
        fields = {field.name: field for field in record._meta.concrete_fields}
        for name, value in revision.data.items():
            setattr(record, name, fields[name].to_python(value))
        save_record(record, by=revision.by)
        _close(revision, Revision.State.APPROVED, by=by)
    return record


def give_back(revision: Revision, *, by: User, reason: str) -> Revision:
    """Return a proposed change with words; nothing of it is applied."""
    words = require_reason(reason)
    with transaction.atomic():
        revision = _open(revision)
        return _close(revision, Revision.State.RETURNED, by=by, reason=words)


def _open(revision: Revision) -> Revision:
    locked = Revision.objects.select_for_update().get(pk=revision.pk)
    if locked.state != Revision.State.PROPOSED:
        raise DomainError(_("This change has been decided already."))
    return locked


def _close(revision: Revision, state: str, *, by: User, reason: str = "") -> Revision:
    before, revision.state = revision.state, state
    revision.save()
    note(revision, before, state, by=by, reason=reason)
    return revision
