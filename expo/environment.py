"""Reads settings from the environment; a wrong value stops the start with a sentence saying what to set."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(
            f"Set {name} in the environment. docs/configuration.md says what each setting means."
        )
    return default


def flag(name: str, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    raise ImproperlyConfigured(f"{name} is “{value}”. Set it to 1 or 0.")


def whole_number(name: str, default: int, *, least: int = 0) -> int:
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is “{value}”. Set it to a whole number.") from None
    if number < least:
        raise ImproperlyConfigured(f"{name} is {number}. Set it to {least} or more.")
    return number


def words(name: str, default: str) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is “{value}”. Set it to one of: {', '.join(choices)}.")
    return value


def mail_server(name: str, default: str) -> dict[str, Any]:
    """Django's settings of a mail server from an address like `smtp+tls://user:password@mail.example.org:587`.

    `smtp` speaks openly, `smtp+tls` turns to TLS after the greeting, `smtps` begins with it; `file` writes mails to
    files instead of sending them.
    """
    value = text(name, default)
    parts = urlsplit(value)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme == "file":
        return {"EMAIL_BACKEND": "expo.mail_files.EmailBackend"}
    if parts.scheme not in MAIL_PORTS or not parts.hostname or port == -1 or parts.path.strip("/") or parts.query:
        raise ImproperlyConfigured(
            f"{name} cannot be read. Set it like smtp+tls://user:password@mail.example.org:587; "
            "signs other than letters and digits in the password are written as %40 and the like."
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or MAIL_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }
