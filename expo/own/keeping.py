"""What an organization does with its own records: begin, change, propose, and move them; and keep their pictures."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import Holding, Innovation, Organization, Picture, Record, Revision, Transition, User
from expo.models.base import COMPARE, Origin
from expo.own.lines import Lines, lines_of, replace_lines, values_of
from expo.own.nouns import OwnAct, OwnNoun
from expo.pictures import save_picture
from expo.saving import (
    Change,
    change_in,
    pictures_of,
    propose,
    propose_otherwise,
    save_record,
    take_back,
)
from expo.transitions import require_reason

MOST_PICTURES = 12
LONGEST_SLUG = 70  # characters, so that what makes it unique still fits


# ------------------------------------------------------------------ words in addresses
def slug_for(own: OwnNoun, record: Any) -> str:
    """A short name in addresses from the title, English before Chinese (by its sound), that no other record has."""
    if own.has_codes:
        return ""
    suffix = "title" if hasattr(record, "title_en") else "name"
    english, chinese = getattr(record, f"{suffix}_en"), getattr(record, f"{suffix}_zh")
    base = (slugify(english) or slugify(_spelled(chinese)))[:LONGEST_SLUG].strip("-") or own.noun
    taken = own.model._base_manager.filter(slug=base).exclude(pk=record.pk).exists()
    return f"{base}-{secrets.token_hex(3)}" if taken or base == COMPARE else base


def _spelled(chinese: str) -> str:
    """As it sounds, in Latin letters."""
    from pypinyin import lazy_pinyin  # it takes a while to load, and few titles have no English

    return " ".join(lazy_pinyin(chinese))


def was_public(own: OwnNoun, record: Record) -> bool:
    """Whether its address was ever public: then it stays."""
    return Transition.objects.of(record).filter(to_state__in=own.public).exists()


# ------------------------------------------------------------------ writing
def begin(own: OwnNoun, record: Any, *, organization: Organization, lines: Lines, by: User) -> Any:
    """Store a new draft of an organization."""
    if organization.is_sample:  # what is invented stays so
        record.origin = Origin.SAMPLE
    with transaction.atomic():
        record.slug = slug_for(own, record)
        save_record(record, by=by)
        if isinstance(record, Innovation):
            Holding.objects.create(innovation=record, organization=organization, role=Holding.Role.HOLDER)
        for name, rows in lines.items():
            replace_lines(record, name, rows)
    return record


def keep(own: OwnNoun, record: Any, *, lines: Lines, by: User) -> Any:
    """Store what was typed into a draft or a returned record. Its address follows the title until it was public."""
    with transaction.atomic():
        stored = own.model._base_manager.select_for_update().get(pk=record.pk)
        if stored.state not in own.direct:
            raise refusal(own, stored)
        if not own.has_codes and _name(stored) != _name(record) and not was_public(own, stored):
            record.slug = slug_for(own, record)
        save_record(record, by=by)
        for name, rows in lines.items():
            replace_lines(record, name, rows)
    return record


def _name(record: Any) -> tuple[str, str]:
    return (record.title_en, record.title_zh) if hasattr(record, "title_en") else (record.name_en, record.name_zh)


def put_forward(
    own: OwnNoun, record: Any, *, fields: tuple[str, ...], lines: Lines, by: User, waiting: Revision | None
) -> Revision | None:
    """Propose what differs from what the public reads. Without a difference a waiting change is taken back, and None
    returned; one with new pictures stays."""
    with transaction.atomic():
        stored = own.model._base_manager.select_for_update().get(pk=record.pk)
        if stored.state not in own.reviewed:
            raise refusal(own, stored)
        change = difference(stored, record, fields, lines)
        if not change and waiting is not None and not pictures_of(waiting):
            take_back(waiting, by=by)
            return None
        if waiting is not None:
            return propose_otherwise(waiting, data=change.fields, lines=change.lines, by=by)
        return propose(stored, data=change.fields, lines=change.lines, by=by) if change else None


def difference(stored: Any, typed: Any, fields: tuple[str, ...], lines: Lines) -> Change:
    before, after = values_of(stored, fields), values_of(typed, fields)
    rows = lines_of(stored)
    return Change(
        {name: value for name, value in after.items() if value != before[name]},
        {name: wanted for name, wanted in lines.items() if wanted != rows[name]},
    )


def refusal(own: OwnNoun, record: Any) -> DomainError:
    """Why a record cannot be changed now."""
    if record.state in own.waiting:
        return DomainError(
            _("“%(record)s” is with the organizers now. You can change it as soon as they have decided.")
            % {"record": record}
        )
    return DomainError(
        _("“%(record)s” is %(state)s and is not changed any more.")
        % {"record": record, "state": record.get_state_display()}
    )


# ------------------------------------------------------------------ changes under review
def waiting_change(record: Any) -> Revision | None:
    """The change of a record that waits for approval."""
    return _revisions(record).filter(state=Revision.State.PROPOSED).first()


def returned_change(record: Any) -> Revision | None:
    """The last change, if it came back and nothing was decided since: its words are not lost."""
    last = _revisions(record).first()
    return last if last is not None and last.state == Revision.State.RETURNED else None


def _revisions(record: Any) -> Any:
    rows = Revision.objects.filter(content_type__app_label=record._meta.app_label, object_id=record.pk)
    return rows.filter(content_type__model=record._meta.model_name).select_related("by", "content_type")


def with_waiting_change(own: OwnNoun, records: Any) -> set[int]:
    """The keys of those whose change waits for approval."""
    rows = Revision.objects.filter(content_type__app_label=own.model._meta.app_label, state=Revision.State.PROPOSED)
    rows = rows.filter(content_type__model=own.model._meta.model_name, object_id__in=[row.pk for row in records])
    return set(rows.values_list("object_id", flat=True))


def merged_lines(record: Any, revision: Revision | None) -> Lines:
    """The rows below a record as a change wants them."""
    change = change_in(revision.data) if revision else Change()
    return {**lines_of(record), **{name: rows for name, rows in change.lines.items() if name in record.LINES}}


# ------------------------------------------------------------------ moving
def is_holder(record: Any, organization: Organization) -> bool:
    """Whether the record is the organization's own to take back: an innovation is its holder's."""
    if not isinstance(record, Innovation):
        return True
    return any(
        holding.organization_id == organization.pk and holding.role == Holding.Role.HOLDER
        for holding in record.holdings.all()
    )


def acts_for(own: OwnNoun, record: Any, organization: Organization, *, by: User) -> tuple[list[OwnAct], list[str]]:
    """The acts that lead on from the record's present state and that a person of this organization may do; and in
    words why others are barred."""
    acts = [act for act in own.acts if record.state in act.sources]
    acts = [act for act in acts if not act.by_holder or is_holder(record, organization)]
    bars = {act.name: act.barred(record, by=by) for act in acts if act.barred is not None}
    return [act for act in acts if not bars.get(act.name)], [words for words in bars.values() if words]


def carry_out(own: OwnNoun, act: OwnAct, record: Any, *, organization: Organization, by: User, reason: str = "") -> Any:
    """Do an act for an organization. DomainError where the state or the organization's part does not allow it."""
    with transaction.atomic():
        stored = own.model._base_manager.select_for_update().get(pk=record.pk)
        if stored.state not in act.sources:
            words = _("“%(record)s” is %(state)s, so “%(act)s” can no longer be done. Nothing was changed.")
            raise DomainError(words % {"record": stored, "state": stored.get_state_display(), "act": act.label})
        if act.by_holder and not is_holder(stored, organization):
            raise DomainError(_("Only the holder of “%(record)s” may do this.") % {"record": stored})
        if act.reopen is not None and stored.state in own.returned:
            act.reopen(stored, by=by)
        if not act.reason:
            return act.do(stored, by=by)
        words = require_reason(reason) if act.reason == "required" else reason.strip()
        return act.do(stored, by=by, reason=words)


# ------------------------------------------------------------------ pictures
def pictures_for(own: OwnNoun, record: Any) -> list[Picture]:
    """What the public sees, and what waits with a change, which has `waits` set."""
    shown = list(Picture.objects.of_kind(own.model).filter(object_id=record.pk))
    change = waiting_change(record) if record.state in own.reviewed else None
    new = list(pictures_of(change)) if change else []
    for picture in new:
        picture.waits = True  # type: ignore[attr-defined]
    return shown + new


def add_picture(own: OwnNoun, record: Any, *, upload: File[bytes], alt_en: str, alt_zh: str, by: User) -> Picture:
    """Store a picture: with a draft at once, else with the change that waits for review. ValidationError says what is
    wrong with the file."""
    with transaction.atomic():
        stored = own.model._base_manager.select_for_update().get(pk=record.pk)
        if stored.state not in own.direct | own.reviewed:
            raise refusal(own, stored)
        rows = pictures_for(own, stored)
        if len(rows) >= MOST_PICTURES:
            raise DomainError(_("At most %(most)d pictures. Delete one first.") % {"most": MOST_PICTURES})
        place = max((row.position for row in rows), default=-1) + 1
        subject = stored if stored.state in own.direct else _change_of(own, stored, by=by)
        return save_picture(Picture(record=subject, upload=upload, alt_en=alt_en, alt_zh=alt_zh, position=place))


def _change_of(own: OwnNoun, record: Any, *, by: User) -> Revision:
    """The waiting change of a record, or one that begins with a picture."""
    return waiting_change(record) or propose(record, data={}, lines={}, by=by)


def describe_picture(
    own: OwnNoun, record: Any, picture: Picture, *, alt_en: str, alt_zh: str, position: int
) -> Picture:
    """Words and place of a picture. The words of one that the public sees already stay as they were approved."""
    with transaction.atomic():
        _require_open(own, record)
        picture = Picture.objects.select_for_update().get(pk=picture.pk)
        if (alt_en, alt_zh) != (picture.alt_en, picture.alt_zh):
            if record.state in own.reviewed and picture.record == record:
                raise DomainError(
                    _("The public reads these words already. For other words upload the picture again: it is shown "
                      "once it is approved."), field="alt_en"
                )  # fmt: skip
            picture.alt_en, picture.alt_zh = alt_en, alt_zh
        picture.position = position
        picture.save(update_fields=["alt_en", "alt_zh", "position", "updated_at"])
    return picture


def remove_picture(own: OwnNoun, record: Any, picture: Picture, *, by: User) -> None:
    """Take a picture off, at once: nobody must wait for others to take back what one showed. A change that held nothing
    but this picture goes with it."""
    with transaction.atomic():
        _require_open(own, record)
        picture.delete()
        waiting = waiting_change(record)
        if waiting is not None and not change_in(waiting.data) and not pictures_of(waiting):
            take_back(waiting, by=by)


def _require_open(own: OwnNoun, record: Any) -> None:
    stored = own.model._base_manager.select_for_update().get(pk=record.pk)
    if stored.state not in own.direct | own.reviewed:
        raise refusal(own, stored)
