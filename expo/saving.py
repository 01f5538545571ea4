"""Saving a record, the same for every door: checked, versioned, its state left alone; and changes under review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from expo import audit
from expo.errors import DomainError
from expo.models import AuditAct, Picture, Record, Revision, User
from expo.models.base import StaleVersion
from expo.own.lines import Lines, Values, check_names, replace_lines, set_values
from expo.own.nouns import own_noun_of
from expo.own.telling import tell_editors, tell_reviewers
from expo.transitions import note, require_reason
from expo.validating import first_problems

Noun = TypeVar("Noun", bound=Record)
BATCH = 400
# never part of a change: what moves by itself, whose it is, and what only organizers decide
KEPT = frozenset({"state", "origin", "organization", "slug", "position", "is_landmark", "cover_family_own"})


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
    audit.record_many(AuditAct.ADDED, ((record, ()) for record in records), by=by)
    for record in records:
        _signal(models.signals.post_save, record, created=True)


def _update(records: Sequence[Record], *, by: User | None) -> None:
    """Hold the rows, compare their versions, and write of each what differs from what is stored."""
    model, now = type(records[0]), timezone.now()
    told: list[tuple[Record, set[str]]] = []
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
        if names := audit.told_changes(record, values):
            told.append((record, names))
    _keep_history(records, by=by, update=True)
    audit.record_many(AuditAct.CHANGED, told, by=by)
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


# ------------------------------------------------------------------ changes under review
@dataclass(frozen=True)
class Change:
    """New values of fields, and whole new lists of rows below the record, as plain values."""

    fields: Values = field(default_factory=dict)
    lines: Lines = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.fields or self.lines)


def change_in(data: Mapping[str, Any]) -> Change:
    """What a revision holds: field values alone, or those and rows."""
    if set(data) == {"fields", "lines"} and all(isinstance(part, dict) for part in data.values()):
        return Change(dict(data["fields"]), dict(data["lines"]))
    return Change(dict(data))


def set_known(record: Record, values: Mapping[str, Any]) -> None:
    """Fill an unsaved copy with the values of a change; what is no field or no value any more is passed over."""
    for name, value in values.items():
        if name in KEPT or not any(field.name == name for field in record._meta.concrete_fields):
            continue
        with suppress(ValidationError):
            set_values(record, {name: value})


# ------------------------------------------------------------------ proposing
def propose(record: Record, *, data: Values, by: User, lines: Lines | None = None) -> Revision:
    """Put a change under review. `data` holds plain field values, `lines` the whole new list of each kind of rows.

    DomainError names what cannot be proposed; ValidationError says what the record itself refuses."""
    change = Change(data, lines or {})
    with transaction.atomic():
        try_change(record, change, by=by)
        revision = Revision(record=record, base_version=record.version, data=_data(data, lines), by=by)
        revision.validate_constraints()
        revision.save()
        _take_pictures_of_returned(revision)
        tell_reviewers("change-arrived", record, page=revision, key=_key(revision, "arrived"))
    return revision


def _take_pictures_of_returned(revision: Revision) -> None:
    """New pictures of changes that came back go with the next one."""
    earlier = Revision.objects.filter(content_type=revision.content_type, object_id=revision.object_id)
    keys = earlier.filter(state=Revision.State.RETURNED).values("pk")
    Picture.objects.of_kind(Revision).filter(object_id__in=keys).update(object_id=revision.pk)


def propose_otherwise(revision: Revision, *, data: Values, by: User, lines: Lines | None = None) -> Revision:
    """Replace what a waiting change holds; from now on it starts from the record as it is. StaleVersion where
    somebody changed or decided it since `revision` was read."""
    change = Change(data, lines or {})
    with transaction.atomic():
        stored = _open(revision)
        if stored.version != revision.version:
            raise StaleVersion(revision)
        record = _record_of(stored)
        try_change(record, change, by=by)
        stored.data, stored.by, stored.base_version = _data(data, lines), by, record.version
        stored.save()
        tell_reviewers("change-arrived", record, page=stored, key=_key(stored, "arrived"))
    return stored


def take_back(revision: Revision, *, by: User, reason: str = "") -> None:
    """Somebody of the organization drops a waiting change: the row and its new pictures go, the move is noted."""
    with transaction.atomic():
        stored = _open(revision)
        note(stored, stored.state, "taken_back", by=by, reason=reason)
        for picture in pictures_of(stored):
            picture.delete()
        stored.delete()


def try_change(record: Record, change: Change, *, by: User) -> None:
    """Apply a change to a copy and take it back: whatever would refuse it later refuses it now."""
    _check_names(record, change)
    copy = type(record)._base_manager.get(pk=record.pk)
    with transaction.atomic():
        apply_change(copy, change, by=by)
        transaction.set_rollback(True)


def _check_names(record: Record, change: Change) -> None:
    editable = {f.name for f in record._meta.concrete_fields if f.editable and not f.primary_key} - KEPT
    if foreign := sorted(set(change.fields) - editable):
        raise DomainError(_("These fields cannot be proposed: %(fields)s.") % {"fields": ", ".join(foreign)})
    check_names(record, change.lines)


def apply_change(record: Record, change: Change, *, by: User | None) -> Record:
    """Write the fields and the rows of a change, all or none. A public record must not lose what the public needs."""
    with transaction.atomic():
        lacked = lacking(record)
        _set(record, change.fields)
        save_record(record, by=by)
        for name, rows in change.lines.items():
            replace_lines(record, name, rows)
        if lost := [words for words in lacking(record) if words not in lacked]:
            told = _("This change would leave “%(record)s” without: %(missing)s.")
            raise DomainError(told % {"record": record, "missing": "; ".join(lost)})
    return record


def _set(record: Record, values: Values) -> None:
    for name, value in values.items():
        try:
            set_values(record, {name: value})
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from error


def lacking(record: Record) -> tuple[str, ...]:
    """What a record that is public, or may be without another review, lacks of what the public needs."""
    own = own_noun_of(record)
    if own is None or getattr(record, "state", "") not in own.public | own.reviewed:
        return ()
    return own.quality(record).lacking


# ------------------------------------------------------------------ deciding
def approve(revision: Revision, *, by: User) -> Record:
    """Apply a proposed change through `save_record`. StaleVersion where the row changed since it was proposed."""
    with transaction.atomic():
        revision = _open(revision)
        record = _record_of(revision)
        if record.version != revision.base_version:
            raise StaleVersion(record)
        apply_change(record, change_in(revision.data), by=revision.by)
        _move_pictures(revision, record)
        _close(revision, Revision.State.APPROVED, by=by)
        tell_editors("change-approved", record, by=by, key=_key(revision, "approved"))
    return record


def give_back(revision: Revision, *, by: User, reason: str) -> Revision:
    """Return a proposed change with words; nothing of it is applied."""
    words = require_reason(reason)
    with transaction.atomic():
        revision = _open(revision)
        _close(revision, Revision.State.RETURNED, by=by, reason=words)
        if isinstance(revision.record, Record):
            tell_editors("change-returned", revision.record, by=by, key=_key(revision, "returned"), reason=words)
    return revision


def pictures_of(revision: Revision) -> Sequence[Picture]:
    """New pictures that wait with a change: shown nowhere until it is approved."""
    return list(Picture.objects.of_kind(Revision).filter(object_id=revision.pk))


def _move_pictures(revision: Revision, record: Record) -> None:
    kind = ContentType.objects.get_for_model(record)
    Picture.objects.of_kind(Revision).filter(object_id=revision.pk).update(content_type=kind, object_id=record.pk)


def _record_of(revision: Revision) -> Record:
    if not isinstance(revision.record, Record):
        raise DomainError(_("The record of this change no longer exists."))
    return revision.record


def _open(revision: Revision) -> Revision:
    locked = Revision.objects.select_for_update().filter(pk=revision.pk).first()
    if locked is None or locked.state != Revision.State.PROPOSED:
        raise DomainError(_("This change has been decided already."))
    return locked


def _close(revision: Revision, state: str, *, by: User, reason: str = "") -> Revision:
    before, revision.state = revision.state, state
    revision.save()
    note(revision, before, state, by=by, reason=reason)
    return revision


def _data(fields: Values, lines: Lines | None) -> dict[str, Any]:
    """Field values alone stand by themselves."""
    return fields if lines is None else {"fields": fields, "lines": lines}


def _key(revision: Revision, what: str) -> str:
    return f"revision-{revision.pk}-v{revision.version}-{what}"
