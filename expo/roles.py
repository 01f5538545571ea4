"""The roles of the staff: four groups, named by their codes, whose permissions are exactly what the grants say."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig, apps
from django.contrib.auth import get_permission_codename
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Q
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from expo.models import User
from expo.registry import Grant, add_grant, grants

if TYPE_CHECKING:
    from django.utils.functional import Promise

VERBS = ("view", "add", "change", "delete")
ORGANIZER = "organizer"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Role:
    """`code` is the name of the group, `lede` what its people do."""

    code: str
    label: str | Promise
    lede: str | Promise


ROLES = {
    role.code: role
    for role in (
        Role(ORGANIZER, _("Organizer"), _("Everything in the fair, and who works in which role.")),
        Role(
            "exhibition_manager",
            _("Exhibition manager"),
            _("Exhibitors and their organizations, products, halls, zones and stands."),
        ),
        Role(
            "matchmaking_broker",
            _("Matchmaking broker"),
            _("Innovations, demands, introductions, deals and technology contracts."),
        ),
        Role("publicity", _("Publicity"), _("Programme, announcements, figures, opening hours and pictures.")),
    )
}


# ------------------------------------------------------------------ grants
def grant(role: str, model: str, verbs: str, *, own: bool = False) -> None:
    """Write down what a role may do with a model: `grant("publicity", "expo.figure", "view add change")`."""
    chosen = frozenset(verbs.split())
    if role not in ROLES or not chosen or not chosen.issubset(VERBS):
        raise ImproperlyConfigured(f"A grant of “{verbs}” on {model} to “{role}”: there is no such role or verb.")
    add_grant(Grant(role, model, chosen, own))


def permissions_of(role: str) -> set[str]:
    """What the grants give a role, as `app.codename`."""
    return {
        f"{row.model.partition('.')[0]}.{get_permission_codename(verb, apps.get_model(row.model)._meta)}"
        for row in grants.values()
        if row.role == role
        for verb in row.verbs
    }


def sync_groups(*, using: str = DEFAULT_DB_ALIAS) -> dict[str, list[str]]:
    """Make the four groups hold their permissions and no others. Returns what was taken away, by role."""
    taken: dict[str, list[str]] = {}
    rows = Permission.objects.using(using).values_list("content_type__app_label", "codename", "pk")
    keys = {f"{app_label}.{codename}": key for app_label, codename, key in rows}
    names = {key: name for name, key in keys.items()}
    with transaction.atomic(using=using):
        for role in ROLES:
            group, _created = Group.objects.using(using).get_or_create(name=role)
            held = set(group.permissions.values_list("pk", flat=True))
            wanted = {keys[name] for name in permissions_of(role) if name in keys}
            group.permissions.add(*wanted - held)
            group.permissions.remove(*held - wanted)
            if held - wanted:
                taken[role] = sorted(names[key] for key in held - wanted)
    return taken


def keep_groups(app_config: AppConfig, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """After every migrate: the groups are as the grants say, and what was taken out of them is told."""
    state = kwargs.get("apps", apps)
    try:
        state.get_model("auth", "Group")
    except LookupError:  # migrated only in part: there are no groups yet
        return
    create_permissions(app_config, verbosity=0, using=using, apps=state)
    for role, names in sync_groups(using=using).items():
        log.warning("Role %s: took away %s, which no grant gives it.", role, ", ".join(names))


# ------------------------------------------------------------------ people
def roles_of(user: User | AnonymousUser) -> list[Role]:
    """The roles of a person, asked for once."""
    if not hasattr(user, "_roles"):
        held = set(user.groups.values_list("name", flat=True)) if user.pk else set()
        user._roles = [role for code, role in ROLES.items() if code in held]  # type: ignore[union-attr]
    return user._roles  # type: ignore[union-attr]


def leads(user: User | AnonymousUser) -> bool:
    """Who runs the fair: superusers and organizers. They alone say who works in which role."""
    return user.is_active and (user.is_superuser or any(role.code == ORGANIZER for role in roles_of(user)))


def may_touch(user: User | AnonymousUser, other: User) -> bool:
    """Nobody edits the account of somebody who may do more: its password would lift him there."""
    if user.is_superuser:
        return True
    return not other.is_superuser and powers_of(other) <= powers_of(user)


def powers_of(user: User | AnonymousUser) -> set[int]:
    """Keys of the permissions held through groups or alone, whether or not the account is active."""
    return set(Permission.objects.filter(Q(group__user=user.pk) | Q(user=user.pk)).values_list("pk", flat=True))


def people_to_ask() -> list[User]:
    """Who can give somebody a role, organizers first."""
    rows = User.objects.filter(Q(groups__name=ORGANIZER) | Q(is_superuser=True), is_active=True, is_staff=True)
    return list(rows.distinct().order_by("is_superuser", "name", "email"))


def own_work(user: User | AnonymousUser) -> list[str]:
    """The models that are the own work of a person's roles, in the order of the grants."""
    codes = {role.code for role in roles_of(user)}
    return list(dict.fromkeys(row.model for row in grants.values() if row.own and row.role in codes))


def kinds_open_to(user: User | AnonymousUser, verb: str) -> list[int]:
    """Content types of the models a person may view or change: for rows that point to any kind of record."""
    models = [
        model
        for model in apps.get_models()
        if user.has_perm(f"{model._meta.app_label}.{get_permission_codename(verb, model._meta)}")
    ]
    return [kind.pk for kind in ContentType.objects.get_for_models(*models).values()]


def name_in_words(group: Group) -> str:
    """A role's group in the reader's language, any other by its name."""
    role = ROLES.get(group.name)
    return str(role.label) if role else group.name


def register() -> None:
    Group.add_to_class("__str__", name_in_words)  # groups show up in many of Django's own pages
    last = [config for config in apps.get_app_configs() if config.models_module][-1]
    post_migrate.connect(keep_groups, sender=last)  # by then the permissions of all the others are there
