"""Print who may come through which url, what each kind of person gets there, and what each role may do with records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand

from expo import permission_table
from expo.registry import accesses, grants
from expo.roles import ROLES, VERBS


class Command(BaseCommand):
    help = "Prints the access table (url name, who may come in), what each role may do, and any other groups."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("Urls: who may come in")
        self._table((name, row.label) for name, row in sorted(accesses.items()))
        self.stdout.write("\nUrls: what each kind of person gets (200 shown, go sent on, in sent to sign in)")
        self._table(answers())
        self.stdout.write("\nStaff roles: what each may do with each kind of record")
        self._table(matrix())
        others = Group.objects.exclude(name__in=ROLES).order_by("name")
        for group in others:
            self.stdout.write(f"\nGroup outside the roles: {group.name}")
            for app_label, codename in group.permissions.values_list("content_type__app_label", "codename"):
                self.stdout.write(f"  {app_label}.{codename}")

    def _table(self, rows: Iterable[tuple[str, ...]]) -> None:
        table = list(rows)
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for row in table:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def answers() -> list[tuple[str, ...]]:
    """A heading, then each row of the written tables, which a test holds against what the urls answer."""
    told = (
        (row.name, row.method, *(row.answers[actor] for actor in permission_table.ACTORS))
        for row in permission_table.rows()
    )
    return [("url name", "method", *permission_table.ACTORS), *told]


def matrix() -> list[tuple[str, ...]]:
    """A heading, then each model with the verbs each role has; “all” for all four, “-” for none."""
    models = sorted({row.model for row in grants.values()}, key=lambda label: apps.get_model(label)._meta.label_lower)
    return [("record", *ROLES), *((model, *(verbs_of(role, model) for role in ROLES)) for model in models)]


def verbs_of(role: str, model: str) -> str:
    row = grants.get(f"{role}/{model}")
    if row is None:
        return "-"
    return "all" if len(row.verbs) == len(VERBS) else " ".join(verb for verb in VERBS if verb in row.verbs)
