"""Saving a record, the same for admin, import and command: checked, versioned, and its state left alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import Record, Revision, User
from expo.models.base import StaleVersion
from expo.transitions import note, require_reason
from expo.validating import first_problems

Noun = TypeVar("Noun", bound=Record)
BATCH = 400


def save_record(record: Noun, *, by: User | None) -> Noun:
    """Save what an editor typed. ValidationError names fields; StaleVersion means somebody was faster."""
    with transaction.atomic():
        _keep_state(record)
        record.full_clean()
        record._history_user = by  # type: ignore[attr-defined]
        record.save()
    return record


def save_records(new: Sequence[Noun], changed: Sequence[Noun], *, by: User | None) -> None:
    """Save many of one noun by the rules of `save_record`, all or none: what is refused there is refused here.

    ValidationError names the fields of the first record refused, StaleVersion the first that somebody changed."""
    if refusal := first_problems([*new, *changed]):
        raise refusal
    write_records(new, changed, by=by)


def write_records(new: Sequence[Noun], changed: Sequence[Noun], *, by: User | None) -> None:
    """`save_records` for those that `problems_of` accepted a moment ago, so that the database is not held meanwhile."""
    with transaction.atomic():
        if new:
            _insert(new, by=by)
        if changed:
            _update(changed, by=by)


def _insert(records: Sequence[Record], *, by: User | None) -> None:
    model = type(records[0])
    state = _state_field(model)
    for record in records:
        if state is not None and state.value_from_object(record) != state.get_default():
            raise _typed_state()
        _signal(models.signals.pre_save, record)
    model._base_manager.bulk_create(records, batch_size=BATCH)
    _keep_history(records, by=by, update=False)
    for record in records:
        _signal(models.signals.post_save, record, created=True)


def _update(records: Sequence[Record], *, by: User | None) -> None:
    """Hold the rows, compare their versions, and write of each what differs from what is stored."""
    model, now = type(records[0]), timezone.now()
    stored = _held(records)
    for record in records:
        row = stored.get(record.pk)
        if row is None or row["version"] != record.version:
            raise StaleVersion(record)
        state = _state_field(model)
        if state is not None and state.value_from_object(record) != row[state.attname]:
            raise _typed_state()
        _signal(models.signals.pre_save, record)
        record.updated_at = now
        fields = (name for name in row if name not in ("id", "version", "created_at"))
        values = {name: value for name in fields if (value := getattr(record, name)) != row[name]}
        model._base_manager.filter(pk=record.pk).update(**values, version=F("version") + 1)
        record.version += 1
    _keep_history(records, by=by, update=True)
    for record in records:
        _signal(models.signals.post_save, record, created=False)


def _held(records: Sequence[Record]) -> dict[int, dict[str, Any]]:
    """The stored values by key, held until the transaction ends."""
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(records), BATCH):
        keys = [record.pk for record in records[start : start + BATCH]]
        rows: Any = type(records[0])._base_manager.select_for_update().filter(pk__in=keys).order_by("pk")
        found.update({row["id"]: row for row in rows.values()})
    return found


def _keep_history(records: Sequence[Record], *, by: User | None, update: bool) -> None:
    history = getattr(type(records[0]), "history", None)
    if history is not None:
        history.bulk_history_create(records, batch_size=BATCH, update=update, default_user=by)


def _signal(signal: models.signals.ModelSignal, record: Record, **more: bool) -> None:
    """Tell whoever listens to saves, as `save` would; only the history is written for all at once."""
    record.skip_history_when_saving = True  # type: ignore[attr-defined]
    using = record._state.db or "default"
    signal.send(sender=type(record), instance=record, raw=False, using=using, update_fields=None, **more)
    del record.skip_history_when_saving  # type: ignore[attr-defined]


def _typed_state() -> DomainError:
    return DomainError(
        _("A state is not typed in. Use the buttons, so that the move is checked and noted."), field="state"
    )


def _state_field(model: type[Record]) -> Any:
    return next((field for field in model._meta.concrete_fields if field.name == "state"), None)


def _keep_state(record: Record) -> None:
    """States move only through their own acts."""
    field = _state_field(type(record))
    if field is None:
        return
    before = field.get_default()
    if not record._state.adding:
        before = type(record)._base_manager.values_list(field.attname, flat=True).get(pk=record.pk)
    if field.value_from_object(record) != before:
        raise _typed_state()


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
