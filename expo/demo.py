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

from expo.enquiries import ask
from expo.models import Edition, Exhibitor, Organization, User
from expo.people.consents import agree
from expo.people.joining import request_to_join
from expo.people.membership import invite, join
from expo.people.signing_in import vouch_for
from expo.roles import ROLES

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


@dataclass(frozen=True)
class Account:
    """`role` is the group of a staff account that is not the superuser's. Who is no staff has a `kind` in words, and
    acts for the organizations of these short names, with a role in each."""

    email: str
    name: str
    password: str
    role: str = ""
    kind: str = ""
    acts_for: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        return self.kind or (str(ROLES[self.role].label) if self.role else "Superuser")


# Written here for all to read, so never made and never accepted outside DEBUG: `check_no_demo_password` refuses them.
PASSWORD = "open-the-fair-13"  # noqa: S105
ENTERPRISE, RESEARCH_TEAM = "tangli-sensors", "liyuan-university-of-science-and-technology"
UNIVERSITY, WITHOUT_OWNER = "jichuan-university", "heyan-testing-instruments"
MATERIALS = "qingfeng-university-of-technology"
ACCOUNTS = (
    Account("organizer@example.org", "Demo organizer", PASSWORD),
    Account("office@example.org", "Demo fair office", PASSWORD, "organizer"),
    Account("exhibition@example.org", "Demo exhibition manager", PASSWORD, "exhibition_manager"),
    Account("matchmaking@example.org", "Demo matchmaking broker", PASSWORD, "matchmaking_broker"),
    Account("publicity@example.org", "Demo publicity", PASSWORD, "publicity"),
    Account("enterprise@example.org", "Tang Rui", PASSWORD, kind="Enterprise", acts_for=((ENTERPRISE, "owner"),)),
    Account("sales@example.org", "Ma Jun", PASSWORD, kind="Enterprise colleague", acts_for=((ENTERPRISE, "editor"),)),
    Account(
        "research@example.org", "Li Yuan", PASSWORD, kind="Research team",
        acts_for=((RESEARCH_TEAM, "owner"), (UNIVERSITY, "editor"), (MATERIALS, "owner")),
    ),
    Account("university@example.org", "Chen Hua", PASSWORD, kind="University", acts_for=((UNIVERSITY, "owner"),)),
    Account("visitor@example.org", "Wang Fang", PASSWORD, kind="Visitor"),
)  # fmt: skip


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
    known = set(User.objects.values_list("email", flat=True))
    made = {account.email: create_account(account) for account in ACCOUNTS if account.email not in known}
    if len(made) == len(ACCOUNTS):
        leave_work(made)
    return usable_accounts()


def create_account(account: Account) -> User:
    """The superuser's account, that of one staff role, or that of somebody who comes for organizations or alone."""
    words: dict[str, Any] = {"name": account.name, "language": "en"}
    if account.role:
        user = User.objects.create_user(account.email, account.password, is_staff=True, **words)
        user.groups.add(Group.objects.get(name=account.role))
    elif account.kind:
        user = User.objects.create_user(account.email, account.password, **words)
        for slug, role in account.acts_for:
            for organization in Organization.objects.filter(slug=slug):
                join(organization, user=user, role=role)
    else:
        user = User.objects.create_superuser(account.email, account.password, **words)
    vouch_for(user)
    agree(user)
    return user


def leave_work(people: dict[str, User]) -> None:
    """Something that waits for each: requests, an invitation and a question."""
    visitor, enterprise = people["visitor@example.org"], people["enterprise@example.org"]
    found = {row.slug: row for row in Organization.objects.filter(slug__in=[ENTERPRISE, UNIVERSITY, WITHOUT_OWNER])}
    if len(found) < 3:
        return
    request_to_join(found[ENTERPRISE], user=visitor, message="I start in your sales team next month.")
    request_to_join(found[WITHOUT_OWNER], user=visitor, message="I look after the fairs of this company.")
    invite(found[UNIVERSITY], email=visitor.email, role="editor", by=people["university@example.org"])
    invite(found[ENTERPRISE], email="new.colleague@example.org", role="member", by=enterprise)
    for exhibitor in Exhibitor.objects.public().filter(organization=found[ENTERPRISE], edition__is_current=True):
        ask(
            exhibitor,
            text="Which of your sensors work at 180 °C, and how soon could you send ten of them?",
            name=visitor.name,
            email=visitor.email,
            sender=visitor,
            language="en",
        )


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
