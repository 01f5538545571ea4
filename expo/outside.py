"""Sending to servers that somebody named to us: only to public addresses, and to the very address that was checked.

A name is looked up once. What it leads to must be public, all of it, and the connection goes there without asking
again: so no name can lead into our own network, not even one that changes between two questions.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from expo.errors import DomainError

PORTS = (443, 8443)
TIMEOUT = 5  # seconds to connect, and for each read
LONGEST = 15  # seconds for the whole
MOST_READ = 64 * 1024  # bytes of an answer
LONGEST_URL = 500
# Networks that carry an IPv4 address inside: where such a packet ends we cannot tell.
CARRIERS = tuple(map(ipaddress.ip_network, ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48")))


class Unreachable(Exception):
    """The server was not reached, or did not answer in time; the words are for whoever named it."""


# ------------------------------------------------------------------ which addresses
def checked_url(url: str) -> str:
    """The address, tidied. DomainError where nothing may be sent to it; its name is looked up at sending."""
    url = url.strip()
    parts = _parts(url)
    if parts is None or len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise DomainError(_("This is no address of the web. It begins with https://."), field="url")
    if parts.username is not None or parts.password is not None:
        raise DomainError(_("Leave name and password out of the address."), field="url")
    if parts.fragment:
        raise DomainError(_("Leave out what stands behind #."), field="url")
    if parts.scheme == "http" and settings.DEBUG:
        return url
    if parts.scheme != "https":
        raise DomainError(_("The address begins with https://, so that nobody reads along."), field="url")
    if (parts.port or 443) not in PORTS:
        raise DomainError(_("Only the ports 443 and 8443 are used."), field="url")
    if (literal := _literal(parts.hostname or "")) is not None and not is_public(literal):
        raise DomainError(_("This address is not public."), field="url")
    return url


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and (parts.port is None or 0 < parts.port < 65536)
    except ValueError:
        return None
    return parts if is_whole and parts.scheme in ("http", "https") else None


def _literal(host: str) -> str | None:
    """The host where it is an address of numbers and not a name."""
    with suppress(ValueError):
        return str(ipaddress.ip_address(host))
    return None


def is_public(address: str) -> bool:
    """Whether an address of numbers is one of the public Internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in network for network in CARRIERS):
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def place_of(parts: SplitResult) -> str:
    """The address of numbers to connect to. Unreachable where the name leads nowhere, or anywhere that is not public.

    With DEBUG http goes to this machine, and nowhere else.
    """
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        rows = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(_("The name of the server was not found.")) from error
    places = [str(row[4][0]) for row in rows]
    if parts.scheme == "http":
        is_allowed = settings.DEBUG and all(ipaddress.ip_address(place).is_loopback for place in places)
    else:
        is_allowed = all(map(is_public, places))
    if not places or not is_allowed:
        raise Unreachable(_("The server is not at a public address."))
    return places[0]


# ------------------------------------------------------------------ sending
class _Pinned(http.client.HTTPSConnection):
    """Connects to `place`, whatever the name of the host leads to by now; the certificate is checked for the name."""

    def __init__(self, host: str, port: int, place: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
        self.place = place

    def connect(self) -> None:
        plain = socket.create_connection((self.place, self.port), TIMEOUT)
        try:
            self.sock = self._context.wrap_socket(plain, server_hostname=self.host)  # type: ignore[attr-defined]
        except BaseException:
            plain.close()
            raise
        self.line = self.sock


class _PinnedPlain(http.client.HTTPConnection):
    """The same without a certificate, to this machine."""

    def __init__(self, host: str, port: int, place: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self.place = place

    def connect(self) -> None:
        self.sock = socket.create_connection((self.place, self.port), TIMEOUT)
        self.line = self.sock


def send(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """POST to an address and give the status of the answer. A redirect is an answer like any other, and not followed.

    Raises Unreachable where no answer came in time.
    """
    try:
        parts = urlsplit(checked_url(url))
    except DomainError as error:
        raise Unreachable(str(error)) from error
    place = place_of(parts)
    kind: Any = _Pinned if parts.scheme == "https" else _PinnedPlain
    connection = kind(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80), place)
    watch = threading.Timer(LONGEST, _cut, [connection])
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", parts._replace(scheme="", netloc="").geturl() or "/", body, dict(headers))
        answer = connection.getresponse()
        with suppress(OSError, http.client.HTTPException, ValueError):  # the status is the answer
            answer.read(MOST_READ)
        return int(answer.status)
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(_("The certificate of the server is not valid.")) from error
    except TimeoutError as error:
        raise Unreachable(_("The server did not answer in time.")) from error
    except ConnectionRefusedError as error:
        raise Unreachable(_("The server refused the connection.")) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(_("The server gave no answer that can be understood.")) from error
    finally:
        watch.cancel()
        connection.close()


def _cut(connection: _Pinned | _PinnedPlain) -> None:
    """End what takes too long, from beside it: each read alone may be quick enough. The connection itself forgets its
    socket before the answer is read, where the server says that it will close it.
    """
    with suppress(OSError, AttributeError):
        connection.line.shutdown(socket.SHUT_RDWR)
