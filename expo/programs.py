"""What each package opens to the programs of organizations: the seams beside those of `expo.registry`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expo.registry import Register

if TYPE_CHECKING:
    from django.utils.functional import Promise


@dataclass(frozen=True)
class WebhookEvent:
    """What an organization's own servers can be told of: `code` is the word in what is sent."""

    code: str
    label: str | Promise


@dataclass(frozen=True)
class ApiDoor:
    """A question to the API that only a token's holder may ask: `address` below /api/v1/, `view` the door's class
    (`package.module.Class`, a subclass of `expo.api.private.PrivateDoor`), imported with the addresses.
    """

    name: str
    address: str
    view: str


webhook_events: Register[WebhookEvent] = Register()
api_doors: Register[ApiDoor] = Register()


def add_webhook_event(row: WebhookEvent) -> None:
    webhook_events.add(row.code, row)


def add_api_door(row: ApiDoor) -> None:
    api_doors.add(row.name, row)
