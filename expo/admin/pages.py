"""Pages of the organizers' workplace that packages add, beside the lists and forms of their models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expo.registry import Register

if TYPE_CHECKING:
    from django.utils.functional import Promise


@dataclass(frozen=True)
class AdminPage:
    """A page of the organizers' workplace that is no list of one model: `address` below /admin/, `name` its url name
    there. Who holds `permission` (`app.codename`) sees it in the menu. `paths` are further (address, name, view) of it.
    """

    name: str
    address: str
    label: str | Promise
    view: Callable[..., Any]
    permission: str
    paths: tuple[tuple[str, str, Callable[..., Any]], ...] = ()


admin_pages: Register[AdminPage] = Register()


def add_admin_page(row: AdminPage) -> None:
    admin_pages.add(row.name, row)
