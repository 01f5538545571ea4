"""Who may come through which url: one written table, read by the doors, by `show_permissions` and by the tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from expo.models import User
from expo.registry import Access, access_of, add_access

Person = User | AnonymousUser
View = Callable[..., HttpResponseBase]


def anyone(user: Person) -> bool:
    return True


def staff(user: Person) -> bool:
    """Organizers: an active staff account. What each may do inside is a model permission."""
    return user.is_active and user.is_staff


PUBLIC_PAGES = (
    "home", "search", "styleguide", "healthz", "readyz", "robots", "sitemap", "sitemap-section", "favicon", "media",
    "hall-print", "zone-sign", "edition-exhibitor",
)  # fmt: skip
PUBLIC_NOUNS = (
    "exhibitor", "innovation", "product", "session", "organization", "sector", "zone", "hall", "announcement",
    "edition",
)  # fmt: skip


def register() -> None:
    for name in (*PUBLIC_PAGES, "figure-list"):
        add_access(Access(name, anyone, "anyone"))
    for noun in PUBLIC_NOUNS:
        add_access(Access(f"{noun}-list", anyone, "anyone"))
        add_access(Access(f"{noun}-detail", anyone, "anyone"))
    add_access(Access("admin:*", staff, "staff"))


def door(view: View) -> View:
    """Let in whom the table lets in: others are asked to sign in, or refused when they have."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        match = request.resolver_match
        row = access_of(match.view_name) if match else None
        if row is None:
            raise PermissionDenied(f"No access row for {match.view_name if match else request.path}.")
        if row.rule(request.user):
            return view(request, *args, **kwargs)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.get_full_path())

    return guarded
