"""Who gets what from which address: the tables `permission_table.txt` of each package, read as they are written.

A test asks every address as every actor and holds the answers against these rows; `show_permissions` prints them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from django.apps import apps

ACTORS = (
    "anonymous", "visitor", "other", "member", "editor", "owner", "organizer", "exhibition_manager",
    "matchmaking_broker", "publicity", "superuser",
)  # fmt: skip
FILE = "permission_table.txt"


@dataclass(frozen=True)
class Row:
    """`name` is a url name, a pattern of names (`api:*`), or a name with a part of its route (`own-new@demands`) where
    routes that share a name answer otherwise; `answers` holds a word for each actor."""

    name: str
    method: str
    answers: dict[str, str]

    def fits(self, name: str, method: str, route: str = "") -> bool:
        pattern, _at, part = self.name.partition("@")
        return self.method == method and fnmatchcase(name, pattern) and part in route

    @property
    def breadth(self) -> tuple[bool, bool]:
        """What sorts the rows that say more before those that say less."""
        return "*" in self.name, "@" not in self.name


def files() -> list[Path]:
    found = (Path(config.path) / FILE for config in apps.get_app_configs())
    return [path for path in found if path.exists()]


def rows() -> list[Row]:
    """Every row; those that name one url come before patterns."""
    found = [_row(line) for path in files() for line in lines_of(path)]
    return sorted(found, key=lambda row: row.breadth)


def lines_of(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _row(line: str) -> Row:
    """`name METHOD answers…`; one answer alone is that of everybody."""
    name, method, *cells = line.split()
    if len(cells) == 1:
        cells *= len(ACTORS)
    return Row(name, method, dict(zip(ACTORS, cells, strict=True)))


def row_for(table: Iterable[Row], name: str, method: str, route: str = "") -> Row | None:
    return next((row for row in table if row.fits(name, method, route)), None)
