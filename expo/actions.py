"""The seam through which other packages say what a reader may do about a record, beside what `expo` offers itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expo.registry import Register

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.utils.functional import Promise

    from expo.models import User


@dataclass(frozen=True)
class ActionLink:
    """A button on the page; `tone` is "main", "quiet" or nothing."""

    label: str | Promise
    url: str
    tone: str = ""


@dataclass(frozen=True)
class Action:
    """What a reader may do about the record of a page (a url name). `links` gets who reads and the record.

    Strangers and members get different ones, so no page with actions may be `shared`.
    """

    page: str
    name: str
    links: Callable[[User | AnonymousUser, Any], list[ActionLink]]
    position: int = 0


actions: Register[Action] = Register()


def add_action(row: Action) -> None:
    actions.add(f"{row.page}/{row.name}", row)


def actions_on(page: str, user: User | AnonymousUser, record: Any) -> list[ActionLink]:
    """What somebody may do about the record of a page, in order."""
    rows = sorted((row for row in actions.values() if row.page == page), key=lambda row: row.position)
    return [link for row in rows for link in row.links(user, record)]
