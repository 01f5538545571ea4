"""The one way a state moves: lock the row, check the move, write it, and leave a Transition."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import Stateful, Transition, User

Noun = TypeVar("Noun", bound=Stateful)


def move(
    record: Noun, to: str, *, by: User | None, reason: str = "", evidence: str = "", now: dt.datetime | None = None
) -> Noun:
    """Bring a record into the state `to`. Raises DomainError where its present state does not allow that."""
    with transaction.atomic():
        stored = type(record)._base_manager.select_for_update().get(pk=record.pk)
        check_move(stored, to)
        before = stored.state
        record.state = to
        record.version = stored.version
        record.save(update_fields=["state", "updated_at"])
        note(record, before, to, by=by, reason=reason, evidence=evidence, now=now)
    return record


def check_move(record: Stateful, to: str) -> None:
    """Raise DomainError where the table of moves does not lead from the record's state to `to`."""
    if to not in record.MOVES.get(record.state, ()):
        labels = dict(type(record)._meta.get_field("state").flatchoices)  # type: ignore[misc]
        raise DomainError(
            _("“%(record)s” is %(state)s, so it cannot become %(to)s.")
            % {"record": record, "state": labels.get(record.state, record.state), "to": labels.get(to, to)}
        )


def note(
    record: models.Model,
    before: str,
    after: str,
    *,
    by: User | None,
    reason: str = "",
    evidence: str = "",
    now: dt.datetime | None = None,
) -> Transition:
    """Write down a move that has just been made."""
    return Transition.objects.create(
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        title=str(record)[:300],
        from_state=before,
        to_state=after,
        by=by,
        at=now or timezone.now(),
        reason=reason,
        evidence=evidence,
        of_sample=getattr(record, "is_sample", False),
    )


def require_reason(reason: str) -> str:
    """A refusal without words helps nobody."""
    if not reason.strip():
        raise DomainError(_("Say why, in a sentence the other side can act on."), field="reason")
    return reason.strip()
