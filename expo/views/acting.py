"""Who asks, for which organization, and what was sent along."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from expo.models import MemberRole, Organization, User
from expo.rights import has_role


def person(request: HttpRequest) -> User:
    """Who asks, behind a door that lets in accounts alone."""
    return cast(User, request.user)


def typed(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: all that was posted, be it nothing; None where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def acting_for(request: HttpRequest, slug: str, least: str = MemberRole.MEMBER) -> Organization:
    """The organization of the address. Http404 for who does not belong to it, PermissionDenied below the role.

    The template of a workspace reads it as `request.acting_for`.
    """
    organization = get_object_or_404(Organization.objects.of(request.user), slug=slug)
    if not has_role(request.user, organization, least):
        raise PermissionDenied
    request.acting_for = organization  # type: ignore[attr-defined]
    request.noindex = True  # type: ignore[attr-defined]
    return organization
