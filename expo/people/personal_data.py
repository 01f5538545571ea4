"""What the system holds about a person: given out to that person, and forgotten with the account.

Rows that point to an account by a foreign key are found by themselves, so that none is forgotten: those that go with
the account (CASCADE) are the person's own, all others are the trace of what the person did, and stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import CASCADE, Count, Field, ForeignKey, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from expo import registry
from expo.errors import DomainError
from expo.models import Invitation, Membership, Organization, User
from expo.models.membership import MemberRole
from expo.people.membership import close_invitations

LOGS = ("admin.LogEntry",)  # Django would delete these with the account
SECRET = ("token", "key", "secret", "password", "data")  # how columns are called that open something, or hold what does
OPEN = ("expo.Notice.data",)


NAMES = {  # of what is not ours
    "account.EmailAddress": _("e-mail addresses"),
    "mfa.Authenticator": _("second factors"),
    "usersessions.UserSession": pgettext_lazy("account", "sessions"),
}


@dataclass(frozen=True)
class Held:
    """`label` in the reader's language, and how many rows."""

    label: str
    count: int


# ------------------------------------------------------------------ what points to an account
def _relations(model: type[Model], *, own: bool) -> Iterator[Field[Any, Any]]:
    """The foreign keys to a model: those whose rows are deleted with it, or the others."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue
        if relation.related_model._meta.auto_created:  # type: ignore[union-attr]  # who is in which group
            continue
        goes_along = relation.on_delete is CASCADE and relation.related_model._meta.label not in LOGS  # type: ignore[union-attr]
        if goes_along == own:
            yield relation.field  # type: ignore[union-attr]


def _rows(field: Field[Any, Any], owner: User) -> QuerySet[Any]:
    return field.model._base_manager.filter(**{field.name: owner}).order_by("pk")


def _plain(row: Model, left_out: Field[Any, Any]) -> dict[str, Any]:
    """A row's columns without those that would open something; what it points to by its name."""
    plain: dict[str, Any] = {}
    for column in row._meta.concrete_fields:
        is_secret = column.name.endswith(SECRET) and f"{row._meta.label}.{column.name}" not in OPEN
        if column == left_out or is_secret:
            continue
        value = getattr(row, column.name) if isinstance(column, ForeignKey) else column.value_from_object(row)
        plain[column.name] = str(value) if isinstance(value, Model) else value
    return plain


def _own(field: Field[Any, Any], user: User) -> list[dict[str, Any]]:
    """The person's rows behind a foreign key, each with the rows that hang on it."""
    names = [column.name for column in field.model._meta.concrete_fields if isinstance(column, ForeignKey)]
    rows = list(_rows(field, user).select_related(*names))
    plain = {row.pk: _plain(row, field) for row in rows}
    for below in _relations(field.model, own=True):
        names = [column.name for column in below.model._meta.concrete_fields if isinstance(column, ForeignKey)]
        for row in below.model._base_manager.filter(**{f"{below.name}__in": rows}).select_related(*names):
            home = plain[getattr(row, below.attname)]
            home.setdefault(str(row._meta.model_name), []).append(_plain(row, below))
    return list(plain.values())


def _name_of(model: type[Model]) -> str:
    if hasattr(model, "history_type"):
        return str(_("changes to records"))
    return str(NAMES.get(model._meta.label, model._meta.verbose_name_plural))


# ------------------------------------------------------------------ giving it out
def held(user: User) -> dict[str, Any]:
    """Everything about a person as plain data; of what the person did to records of others only which and how often."""
    account = {
        column.name: column.value_from_object(user)
        for column in user._meta.concrete_fields
        if not column.name.endswith(SECRET)
    }
    own = {field.model._meta.label: _own(field, user) for field in _relations(User, own=True)}
    others = {row.name: row.rows(user) for row in registry.personal_data.values()}
    return {
        "account": {**account, "groups": list(user.groups.values_list("name", flat=True))},
        "own": {label: rows for label, rows in own.items() if rows},
        "by_address": {name: rows for name, rows in others.items() if rows},
        "done": {entry.label: entry.count for entry in traces(user)},
    }


def traces(user: User) -> list[Held]:
    """What stays when the account goes, without its name: how often it stands where."""
    found: dict[str, int] = {}
    covered = {name for row in registry.personal_data.values() for name in row.covers}
    for field in _relations(User, own=False):
        if f"{field.model._meta.label}.{field.name}" in covered:
            continue
        if count := _rows(field, user).count():
            label = _name_of(field.model)
            found[label] = found.get(label, 0) + count
    return [Held(label, count) for label, count in sorted(found.items())]


def own_rows(user: User) -> list[Held]:
    """What goes when the account goes."""
    counted = ((_name_of(field.model), _rows(field, user).count()) for field in _relations(User, own=True))
    by_address = ((str(row.label), len(row.rows(user))) for row in registry.personal_data.values() if row.forget)
    return [Held(label, count) for label, count in (*counted, *by_address) if count]


# ------------------------------------------------------------------ forgetting it
def check_can_leave(user: User) -> None:
    """An organization keeps an owner, and the fair somebody who may do everything."""
    leads = Q(memberships__role=MemberRole.OWNER, memberships__user__is_active=True)
    others = Count("memberships", filter=leads & ~Q(memberships__user=user))
    owned = Membership.objects.filter(user=user, role=MemberRole.OWNER).values("organization")
    for organization in Organization.objects.filter(pk__in=owned).annotate(others=others).filter(others=0):
        raise DomainError(
            _("You are the only owner of %(organization)s. Make somebody else an owner of it first.")
            % {"organization": organization.name}
        )
    if user.is_superuser and not User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk).exists():
        raise DomainError(_("Nobody else may do everything here. Give another account all rights first."))


@transaction.atomic
def delete_account(user: User) -> bool:
    """End an account and forget its person. Returns whether its row is gone; one that logs name stays, empty."""
    user = User.objects.select_for_update().get(pk=user.pk)
    own = Membership.objects.filter(user=user).values("organization")
    list(Organization.objects.select_for_update().filter(pk__in=own).order_by("pk"))  # as who leaves holds it
    check_can_leave(user)
    close_invitations(Invitation.objects.filter(invited_by=user, organization__in=own))
    for session in UserSession.objects.filter(user=user):
        session.end()
    for row in registry.personal_data.values():
        if row.forget is not None:
            row.forget(user)
    if not traces(user):
        user.delete()
        return True
    for field in _relations(User, own=True):
        _rows(field, user).delete()
    _empty(user)
    return False


def _empty(user: User) -> None:
    """What is left of an account in the logs: its number."""
    user.groups.clear()
    user.user_permissions.clear()
    user.name, user.email = "", f"deleted-{user.pk}@deleted.invalid"
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
