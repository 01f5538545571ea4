"""The profile of an organization: its own people write it, and what the public reads already is changed by proposal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import Exhibitor, Organization, Revision, StaleVersion, Transition, User
from expo.own.nouns import own_nouns
from expo.people.membership import held
from expo.saving import change_in, propose, propose_otherwise, save_record, take_back

FIELDS = (
    "name_en", "name_zh", "kind", "country", "region", "city_en", "city_zh", "sector", "about_en", "about_zh",
    "website", "usci", "ror", "lei",
)  # fmt: skip
NAMES = ("name_en", "name_zh")
EXPECTED = ("name_en", "name_zh", "about_en", "about_zh", "city_en", "city_zh")


def is_unfinished(organization: Organization) -> bool:
    """Whether a reader of one of the two languages misses something."""
    return any(not getattr(organization, name) for name in EXPECTED)


def is_public(organization: Organization) -> bool:
    """Whether the public reads its name somewhere, or reads it again without a review, as on what is paused."""
    if Organization.objects.public().filter(pk=organization.pk).exists():
        return True
    kept = ((own.rows(organization), own.public | own.reviewed) for own in own_nouns.values())
    return any(rows.filter(state__in=states).exists() for rows, states in kept)


def is_judged(organization: Organization) -> bool:
    """Whether the organizers judge something of it right now: an application, or a record that was handed in."""
    handed_in = ((own.rows(organization), own.waiting) for own in own_nouns.values())
    applications = Exhibitor.objects.waiting().filter(organization=organization)
    return applications.exists() or any(rows.filter(state__in=states).exists() for rows, states in handed_in)


def _changes(organization: Organization) -> QuerySet[Revision]:
    return Revision.objects.filter(
        content_type=ContentType.objects.get_for_model(Organization), object_id=organization.pk
    )


def waiting_change(organization: Organization) -> Revision | None:
    """The change of the profile that waits for review, if there is one."""
    return _changes(organization).filter(state=Revision.State.PROPOSED).first()


def proposed_values(waiting: Revision | None) -> dict[str, Any]:
    """The values that a waiting change holds."""
    return dict(change_in(waiting.data).fields) if waiting else {}


def returned_words(organization: Organization) -> str:
    """Why the last change of the profile came back; empty where it did not."""
    last = _changes(organization).first()
    if last is None or last.state != Revision.State.RETURNED:
        return ""
    move = Transition.objects.of(last).filter(to_state=Revision.State.RETURNED).first()
    return move.reason if move else ""


def save_profile(
    organization: Organization, *, values: Mapping[str, Any], seen: int = 0, by: User
) -> Organization | Revision:
    """Save what an editor typed, or put it under review where the public reads the present text.

    `seen` is the version of the waiting change that the editor began with, 0 for none. StaleVersion means that
    somebody was faster, ValidationError names fields.
    """
    with transaction.atomic():
        stored = held(organization)
        changed = {name: value for name, value in values.items() if value != getattr(stored, name)}
        if not is_public(stored):
            _require_same_name(stored, changed)
            stored.version = organization.version
            for name, value in changed.items():
                setattr(stored, name, value)
            return save_record(stored, by=by) if changed else stored
        return _propose(stored, {name: getattr(value, "pk", value) for name, value in changed.items()}, seen, by)


def _require_same_name(stored: Organization, changed: Mapping[str, Any]) -> None:
    """What is judged under one name is not published under another."""
    renamed = [name for name in NAMES if name in changed]
    if renamed and is_judged(stored):
        raise DomainError(
            _("The organizers judge what you handed in under this name. Change it once they have decided."),
            field=renamed[0],
        )


def _propose(stored: Organization, changed: dict[str, Any], seen: int, by: User) -> Organization | Revision:
    """One change waits at a time: who goes on writing changes the one that waits, or takes it back."""
    waiting = waiting_change(stored)
    if (waiting.version if waiting else 0) != seen:
        raise StaleVersion(stored)
    if waiting is None:
        return propose(stored, data=changed, by=by) if changed else stored
    if not changed:
        take_back(waiting, by=by)
        return stored
    return propose_otherwise(waiting, data=changed, by=by)
