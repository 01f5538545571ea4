"""The demo: the fair's fixtures, and accounts to look around with on one's own machine."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.core import checks
from django.core.management import call_command
from django.db import DatabaseError, models, transaction

from expo.models import Edition, User
from expo.roles import ROLES

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


@dataclass(frozen=True)
class Account:
    """`role` is the group of an account that is not the superuser's."""

    email: str
    name: str
    password: str
    role: str = ""

    @property
    def title(self) -> str:
        return str(ROLES[self.role].label) if self.role else "Superuser"


# Written here for all to read, so never made and never accepted outside DEBUG: `check_no_demo_password` refuses them.
PASSWORD = "open-the-fair-13"  # noqa: S105
ACCOUNTS = (
    Account("organizer@example.org", "Demo organizer", PASSWORD),
    Account("office@example.org", "Demo fair office", PASSWORD, "organizer"),
    Account("exhibition@example.org", "Demo exhibition manager", PASSWORD, "exhibition_manager"),
    Account("matchmaking@example.org", "Demo matchmaking broker", PASSWORD, "matchmaking_broker"),
    Account("publicity@example.org", "Demo publicity", PASSWORD, "publicity"),
)


def load_fixtures(folder: Path = FIXTURES) -> int:
    """Load every fixture, unless there is an edition already; returns how many rows came in."""
    if Edition.objects.exists():
        return 0
    contents = {path: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    files = in_dependency_order({path: {row["model"] for row in rows} for path, rows in contents.items()})
    if files:
        with transaction.atomic():
            call_command("loaddata", *files, verbosity=0)
    return sum(map(len, contents.values()))


def in_dependency_order(labels: dict[Path, set[str]]) -> list[Path]:
    """The files sorted so that every row comes after the rows it points to. `labels` says which models a file holds."""
    home = {apps.get_model(label): path for path, names in labels.items() for label in names}
    needs = {
        path: {home[target] for label in names for target in _targets(label) if target in home}
        for path, names in labels.items()
    }
    return list(TopologicalSorter({path: found - {path} for path, found in needs.items()}).static_order())


def _targets(label: str) -> Iterable[type[models.Model]]:
    model = apps.get_model(label)
    fields: list[Any] = [*model._meta.fields, *model._meta.many_to_many]
    return [field.related_model for field in fields if field.related_model]


def create_accounts() -> list[Account]:
    """Make the demo accounts that are missing, with DEBUG only. Returns those that open with their demo password."""
    if not settings.DEBUG:
        return []
    for account in ACCOUNTS:
        if not User.objects.filter(email=account.email).exists():
            create_account(account)
    return usable_accounts()


def create_account(account: Account) -> User:
    """The superuser's account, or that of one staff role."""
    words: dict[str, Any] = {"name": account.name, "language": "en"}
    if not account.role:
        return User.objects.create_superuser(account.email, account.password, **words)
    user = User.objects.create_user(account.email, account.password, is_staff=True, **words)
    user.groups.add(Group.objects.get(name=account.role))
    return user


def usable_accounts() -> list[Account]:
    users = {
        user.email: user
        for user in User.objects.filter(email__in=[account.email for account in ACCOUNTS], is_active=True)
    }
    return [
        account
        for account in ACCOUNTS
        if account.email in users and users[account.email].check_password(account.password)
    ]


def check_no_demo_password(databases: Iterable[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """In production `migrate` stops where a demo account still opens with the password everybody can read here."""
    if settings.DEBUG or not databases:
        return []
    try:
        found = usable_accounts()
    except DatabaseError:  # before the first migration there is no table to ask
        return []
    return [
        checks.Error(
            f"The account {account.email} still has its demo password.",
            hint=f"Run: manage.py changepassword {account.email}, or delete the account.",
            id="expo.E001",
        )
        for account in found
    ]


def register() -> None:
    checks.register(check_no_demo_password, checks.Tags.database)
