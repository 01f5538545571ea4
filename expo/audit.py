"""Who did what when: every write of a record leaves an entry, whichever door it came through.

An entry says who, for which organization, through which page or command, which record and which of its fields; never
a value, for values may be confidential or personal. `LEFT_OUT` says what leaves no entry, and why. What is written
without signals (many rows at once) is told by `record_many`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth.signals import user_logged_in
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, signals
from django.utils import timezone

from expo.models import AuditAct, AuditEntry, Organization, Origin, Stateful, Transition, User

BATCH = 400
BOOKKEEPING = {"created_at", "updated_at", "version", "last_login", "last_used_at", "search_text"}
LEFT_OUT = {
    "expo.AuditEntry": "it is the log itself",
    "expo.Transition": "it is told as a move of its record",
    "expo.Notice": "a person's own inbox; the act behind it is told",
    "expo.NoticeSetting": "a person's own choice",
    "expo.OutboxMail": "a mail on its way; the act behind it is told",
    "expo.BroadcastRecipient": "one of many; the message is told once",
    "expo.SearchChange": "written by the database for the index",
    "expo.ImportRow": "a row of a file; what is written of it is told",
    "expo.SavedSearch": "a person's own choice",
    "expo.WebhookDelivery": "a message on its way; the act behind it is told",
    "expo.VisitList": "a visitor's own notes",
    "expo.VisitItem": "a visitor's own notes",
}
# Named after persons, or by what strangers typed: the log names them by number.
UNNAMED = {
    "expo.User", "expo.Enquiry", "expo.EnquiryMessage", "expo.Speaker", "expo.TeamMember", "expo.Webhook",
}  # fmt: skip
# What signs a person in. Named by the number of the account alone: an address is personal, and the rest secret.
OF_ACCOUNTS = ("account.EmailAddress", "mfa.Authenticator")
# What a name is made of besides the row itself. Those of the second are named by it alone.
MADE_OF = {
    "expo.Exhibitor": "organization", "expo.JoinRequest": "organization", "expo.Invitation": "organization",
    "expo.Answer": "question", "expo.Assessment": "innovation", "expo.Holding": "organization",
    "expo.Metric": "parameter", "expo.Capability": "parameter", "expo.PlacePoint": "hall", "expo.Revision": "record",
    "expo.Stand": "zone",
}  # fmt: skip
NAMED_BY = {"expo.Membership": "organization"}
TELL_MOVES = {"expo.Revision", "expo.ImportRun"}  # with all that have MOVES: their new state stands in a Transition


# ------------------------------------------------------------------ who is at work
@dataclass(frozen=True)
class Actor:
    """Who writes, found out only when something is written: most requests write nothing."""

    door: Callable[[], str]
    user: Callable[[], Any] = lambda: None
    organization: Callable[[], Organization | None] = lambda: None


_actor: ContextVar[Actor | None] = ContextVar("audit_actor", default=None)
_as_one: ContextVar[bool] = ContextVar("audit_told_as_one", default=False)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """What is written inside is written by this actor."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


@contextmanager
def told_as_one() -> Iterator[None]:
    """What is written inside leaves no entries of its own: the caller tells of all of it by one."""
    token = _as_one.set(True)
    try:
        yield
    finally:
        _as_one.reset(token)


def actor_now() -> Actor:
    """The actor of the request or job; else the command that this process runs."""
    return _actor.get() or Actor(_command)


def _command() -> str:
    program, *words = sys.argv or [""]
    return f"manage.py {words[0]}" if Path(program).name == "manage.py" and words else ""


# ------------------------------------------------------------------ writing entries
def record(
    act: str, subject: Model | None = None, *, title: str = "", changes: Iterable[str] = (), by: User | None = None
) -> AuditEntry:
    """Write one entry. `by` stands in where nobody is signed in."""
    entry = _entry(act, subject, title=title or title_of(subject), changes=changes, by=by)
    entry.save(force_insert=True)
    return entry


def changed(subject: Model, *names: str, by: User | None = None) -> None:
    """Tell of a change that no signal tells of: rows written many at once, or past the model."""
    if not _is_told_elsewhere(subject) and not _is_own_draft(subject):
        record(AuditAct.CHANGED, subject, changes=names, by=by)


def record_many(act: str, rows: Iterable[tuple[Model, Iterable[str]]], *, by: User | None = None) -> None:
    """One entry for each record with the names of its changed fields, in a few statements for all."""
    entries = [_entry(act, row, title=title_of(row, asks=False), changes=names, by=by) for row, names in rows]
    AuditEntry.objects.bulk_create(entries, batch_size=BATCH)


def _entry(act: str, subject: Any, *, title: str, changes: Iterable[str], by: User | None) -> AuditEntry:
    actor = actor_now()
    user, organization = actor.user(), actor.organization()
    known = user if user is not None and user.is_authenticated else by
    return AuditEntry(
        at=timezone.now(),
        by_id=known.pk if known is not None else None,
        organization_name=str(organization.name)[:200] if organization is not None else "",
        act=act,
        content_type=ContentType.objects.get_for_model(subject) if subject is not None else None,
        object_id=subject.pk if subject is not None else None,
        title=title[:200],
        changes=sorted(changes),
        door=actor.door()[:80],
    )


def title_of(subject: Model | None, *, asks: bool = True) -> str:
    """What a record is called; its number where that would name a person, or cost a query it may not ask."""
    if subject is None:
        return ""
    label, number = subject._meta.label, f"#{subject.pk}"
    if label in OF_ACCOUNTS:
        return f"#{subject.user_id}"  # type: ignore[attr-defined]
    name = NAMED_BY.get(label) or MADE_OF.get(label)
    if label in UNNAMED or (name and not _is_there(subject, name, asks=asks)):
        return number
    try:
        return str(getattr(subject, name) if label in NAMED_BY and name else subject)
    except (ObjectDoesNotExist, AttributeError, TypeError, ValueError):
        # It was deleted together with what it is named after, or holds what only reading it again makes whole.
        return number


def _is_there(subject: Any, name: str, *, asks: bool) -> bool:
    """Whether what a record points to is at hand, asked for where that is allowed."""
    field = subject._meta.get_field(name)
    target: Any = field.related_model
    if not field.is_cached(subject) and asks and target is not None:
        found = target._base_manager.filter(pk=getattr(subject, field.attname)).first()
        if found is not None:
            field.set_cached_value(subject, found)
    return field.is_cached(subject)


# ------------------------------------------------------------------ listening to writes
def watch(
    package: str,
    *,
    left_out: Mapping[str, str] | None = None,
    unnamed: Iterable[str] = (),
    made_of: Mapping[str, str] | None = None,
) -> None:
    """Listen to every write of a package's models but those left out, each with its reason."""
    LEFT_OUT.update(left_out or {})
    UNNAMED.update(unnamed)
    MADE_OF.update(made_of or {})
    for model in watched(package):
        _listen_to(model)
        for field in model._meta.local_many_to_many:
            through: Any = field.remote_field.through
            if through._meta.auto_created:
                signals.m2m_changed.connect(_after_linking, sender=through, dispatch_uid="audit")


def _listen_to(model: type[Model]) -> None:
    signals.pre_save.connect(_before_save, sender=model, dispatch_uid="audit")
    signals.post_save.connect(_after_save, sender=model, dispatch_uid="audit")
    signals.post_delete.connect(_after_delete, sender=model, dispatch_uid="audit")


def watched(package: str) -> list[type[Model]]:
    """The models of a package whose writes are told. The copies that keep their history are not told again."""
    models = apps.get_app_config(package).get_models()
    return [model for model in models if model._meta.label not in LEFT_OUT and not hasattr(model, "history_date")]


def _before_save(sender: type[Model], instance: Any, raw: bool, update_fields: Any, **kwargs: Any) -> None:
    """Keep what is stored, to tell afterwards what changed."""
    if raw or update_fields is not None or instance._state.adding or _is_told_elsewhere(instance):
        return
    instance._audit_before = sender._base_manager.filter(pk=instance.pk).values().first()


def _after_save(
    sender: type[Model], instance: Any, created: bool, raw: bool, update_fields: Any, **kwargs: Any
) -> None:
    before = instance.__dict__.pop("_audit_before", None)
    if raw or _is_told_elsewhere(instance) or _is_own_draft(instance):
        return
    by = getattr(instance, "_history_user", None)
    if created:
        record(AuditAct.ADDED, instance, changes=_sort_of(instance), by=by)
        return
    if update_fields is not None:
        changes = set(update_fields)
    else:
        changes = {name for name, value in (before or {}).items() if getattr(instance, name) != value}
    if changes := told_changes(instance, changes):
        record(AuditAct.CHANGED, instance, changes=changes, by=by)


def told_changes(instance: Model, names: Iterable[str]) -> set[str]:
    """The fields by their names, without those that change by themselves or are told as a move."""
    moves = {"state"} if hasattr(instance, "MOVES") or instance._meta.label in TELL_MOVES else set()
    fields = {field.attname: field.name for field in instance._meta.concrete_fields}
    return {fields.get(name, name) for name in names} - BOOKKEEPING - moves


def _after_delete(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    if not _is_told_elsewhere(instance) and not _is_own_draft(instance):
        title = title_of(instance, asks=isinstance(instance, Stateful))
        record(AuditAct.DELETED, instance, title=title, changes=_sort_of(instance))


def _sort_of(instance: Any) -> list[str]:
    """Of a second factor, which sort: an app, a passkey or recovery codes."""
    return [instance.type] if instance._meta.label == "mfa.Authenticator" else []


def _after_linking(sender: Any, instance: Any, action: str, reverse: bool, pk_set: Any, **kwargs: Any) -> None:
    """Rows that only link two records are told as a change of the record that names them."""
    if not action.startswith("post_") or pk_set == set() or reverse:
        return
    if _is_told_elsewhere(instance) or _is_own_draft(instance):
        return
    names = [field.name for field in instance._meta.local_many_to_many if field.remote_field.through is sender]
    record(AuditAct.CHANGED, instance, changes=names)


def _is_told_elsewhere(instance: Any) -> bool:
    """Whether it is told as part of a whole, or by `saving`, which writes it among many."""
    return _as_one.get() or getattr(instance, "skip_history_when_saving", False)


def _is_own_draft(instance: Any) -> bool:
    """What participants write before they hand it in is their own affair, with all the lines of it."""
    user = actor_now().user()
    if user is None or not user.is_authenticated or user.is_staff:
        return False
    known = [instance, *instance._state.fields_cache.values()]
    return any(isinstance(row, Stateful) and row.state == "draft" and row.origin == Origin.PARTICIPANT for row in known)


def _after_move(sender: Any, instance: Transition, created: bool, raw: bool, **kwargs: Any) -> None:
    """A move is told of its record, by whom the Transition names."""
    if raw or not created or _as_one.get():
        return
    entry = _entry(AuditAct.MOVED, None, title=instance.title, changes=(), by=instance.by)
    entry.content_type_id, entry.object_id = instance.content_type_id, instance.object_id
    entry.changes = [f"{instance.from_state or '–'} → {instance.to_state}"]
    entry.save(force_insert=True)


def _after_sign_in(sender: Any, request: Any, user: User, **kwargs: Any) -> None:
    record(AuditAct.SIGNED_IN, user, by=user)


def register() -> None:
    watch("expo")
    for label in OF_ACCOUNTS:
        _listen_to(apps.get_model(label))
    signals.post_save.connect(_after_move, sender=Transition, dispatch_uid="audit moves")
    user_logged_in.connect(_after_sign_in, dispatch_uid="audit sign-ins")
