"""Doors of the API that open for a token alone: what is an organization's own, for its own programs."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from expo.api.asking import LARGEST_PAGE, PAGE_SIZE
from expo.api.errors import Fault, NotUnderstood
from expo.api.schema import Json, operation, parameter, refusal
from expo.api.throttling import ByAddress, rate
from expo.api.views import Door
from expo.api_tokens import Refused, token_of
from expo.models import ApiToken, Organization, User

SIGNER = Signer(salt="expo.api.private")
SCHEME = "Bearer"


class ByToken(BaseAuthentication):
    """`Authorization: Bearer expo_…`. The session of a browser opens nothing here, so no page elsewhere can use it."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken]:
        scheme, _space, plain = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() != SCHEME.lower() or not plain.strip():
            raise AuthenticationFailed(_("Send the token of your organization: Authorization: Bearer expo_…"))
        try:
            token = token_of(plain.strip())
        except Refused as error:
            raise AuthenticationFailed(str(error)) from error
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="api"'


class EachToken(SimpleRateThrottle):
    """As often as one address may ask the public doors; each web process counts for itself."""

    cache = ByAddress.cache
    scope = "token"

    def get_rate(self) -> str | None:
        return rate()

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": request.auth.pk}


class EachCaller(EachToken):
    """By address, before anybody asks whose token it is: who tries tokens out is slowed down too."""

    scope = "token-caller"

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class PrivateDoor(Door):
    """Asked by a token for its organization, answered fresh each time, and kept by nobody."""

    authentication_classes = [ByToken]
    throttle_classes = [EachToken]
    cache_control = "private, no-store"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        caller = EachCaller()
        if not caller.allow_request(request, self):
            self.throttled(request, caller.wait())
        super().initial(request, *args, **kwargs)

    def tag(self, request: Request) -> str:
        return ""

    def organization(self, request: Request) -> Organization:
        found: Organization = request.auth.organization
        return found


# ------------------------------------------------------------------ pages of private lists
def size_of(request: Request, faults: list[Fault]) -> int:
    size = request.GET.get("page_size", "").strip() or str(PAGE_SIZE)
    if size.isascii() and size.isdigit() and len(size) < 5 and 1 <= int(size) <= LARGEST_PAGE:
        return int(size)
    faults.append(("page_size", _("Write a whole number from 1 to %(most)d.") % {"most": LARGEST_PAGE}))
    return PAGE_SIZE


def mark_of(request: Request, *own: object) -> str:
    """Tells questions apart, so that a cursor serves the one it was given for."""
    asked = sorted((name, value) for name, value in request.GET.items() if name not in ("cursor", "page_size", "lang"))
    told = (request.path, request.auth.organization.pk, asked, own)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def written(request: Request, *place: int) -> str:
    """The cursor of what comes behind this place."""
    return str(SIGNER.sign_object([mark_of(request), *place]))


def place_in(request: Request, numbers: int) -> list[int] | None:
    """The place of the request's cursor, so many numbers; None on the first page."""
    cursor = request.GET.get("cursor", "").strip()
    if not cursor:
        return None
    try:
        mark, *place = SIGNER.unsign_object(cursor)
    except (BadSignature, ValueError, TypeError):
        raise NotUnderstood(("cursor", _("This is no cursor of this API."))) from None
    if mark != mark_of(request) or len(place) != numbers:
        raise NotUnderstood(("cursor", _("This cursor belongs to another question. Change no filter on the way.")))
    return [int(number) for number in place]


# ------------------------------------------------------------------ the schema
def private_operation(name: str, summary: str, tag: str, parameters: list[Json], answer: Json, *refused: int) -> Json:
    """As `operation`, for a token alone. Nothing is kept, so nothing is unchanged."""
    told = operation(name, summary, tag, parameters, answer, *refused)
    told["security"] = [{"token": []}]
    del told["responses"]["304"]
    told["responses"]["401"] = refusal(401)
    return told


def of_pages() -> list[Json]:
    """The parameters of every private list."""
    return [
        parameter(
            "page_size", _("Rows of a page."),
            {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE},
        ),
        parameter("cursor", _("Where the page begins: what “next” of the page before says."), {"type": "string"}),
    ]  # fmt: skip


def page_schema(row: Json) -> Json:
    own: Json = {
        "next": {"type": ["string", "null"], "description": _("The next page.")},
        "results": {"type": "array", "items": row},
    }
    return {"type": "object", "required": [*own], "properties": own}
