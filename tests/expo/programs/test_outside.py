"""We send to public servers alone, to the address that was checked, and never wait for long."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any

import pytest
from pytest_django import Settings

from expo import outside
from expo.errors import DomainError
from expo.outside import Unreachable, checked_url, is_public, send
from tests.expo.programs.server import listening

BAD = (
    "", "example.org", "ftp://example.org/", "javascript:alert(1)", "https://", "https:///x", "http://example.org/",
    "https://example.org:22/", "https://example.org:80/", "https://example.org:8000/", "https://example.org:0/",
    "https://example.org:99999/", "https://user@example.org/", "https://user:word@example.org/", "https://:x@a.org/",
    "https://example.org/#part", "https://exa mple.org/", "https://example.org/\r\nHost: a", "https://例子.测试/",
    "https://127.0.0.1/", "https://10.0.0.1/", "https://192.168.1.1/", "https://172.16.0.1/", "https://169.254.169.254/",
    "https://0.0.0.0/", "https://[::1]/", "https://[::]/", "https://[fe80::1]/", "https://[fc00::1]/",
    "https://[::ffff:127.0.0.1]/", "https://[::ffff:a9fe:a9fe]/", "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/", "https://100.64.0.1/", "https://224.0.0.1/", "https://255.255.255.255/",
    "https://example.org/" + "x" * 500,
)  # fmt: skip


@pytest.mark.parametrize("url", BAD)
def test_such_an_address_is_refused(url: str, settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(DomainError):
        checked_url(url)


@pytest.mark.parametrize(
    "url", ["https://example.org/a?b=c", "https://example.org:8443/", "https://[2606:4700::1111]/"]
)
def test_such_an_address_is_taken(url: str) -> None:
    assert checked_url(f" {url} ") == url


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("10.1.2.3", False),
        ("fe80::1%eth0", False),
        ("::ffff:8.8.8.8", True),
    ],
)
def test_what_is_public(address: str, expected: bool) -> None:
    assert is_public(address) is expected


def looked_up(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Names lead to these addresses, another list at each question; what is connected to is kept."""
    connected: list[str] = []
    left = list(answers)

    def getaddrinfo(host: str, port: int, **options: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port)) for place in left.pop(0)]

    def create_connection(place: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(place[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(outside.socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(outside.socket, "create_connection", create_connection)
    return connected


@pytest.mark.parametrize(
    "hosts", [["127.0.0.1"], ["10.0.0.5"], ["93.184.216.34", "10.0.0.5"], ["::1"], ["169.254.169.254"], []]
)
def test_a_name_that_leads_to_us_is_not_called(monkeypatch: pytest.MonkeyPatch, hosts: list[str]) -> None:
    connected = looked_up(monkeypatch, hosts)
    with pytest.raises(Unreachable, match="not at a public address"):
        send("https://rebound.example/", b"{}", {})
    assert connected == []


def test_a_name_that_changes_in_between_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    connected = looked_up(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    with pytest.raises(Unreachable, match="refused the connection"):
        send("https://rebound.example/", b"{}", {})
    assert connected == ["93.184.216.34"]


def test_a_name_that_nobody_has_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: Any, **options: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(outside.socket, "getaddrinfo", unknown)
    with pytest.raises(Unreachable, match="was not found"):
        send("https://nobody.example/", b"{}", {})


def test_http_goes_to_this_machine_alone_and_only_while_debugging(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening() as server:
        settings.DEBUG = True
        assert send(server.url, b"{}", {"Content-Type": "application/json"}) == 200
        settings.DEBUG = False
        with pytest.raises(Unreachable, match="https"):
            send(server.url, b"{}", {})
        settings.DEBUG = True
        looked_up(monkeypatch, ["93.184.216.34"])
        with pytest.raises(Unreachable, match="not at a public address"):
            send("http://elsewhere.example/", b"{}", {})
    assert len(server.got) == 1


def test_a_redirect_is_not_followed(settings: Settings) -> None:
    settings.DEBUG = True
    with listening() as server:
        server.answers = [302]
        assert send(server.url, b"{}", {}) == 302
    assert len(server.got) == 1


def test_a_server_that_never_ends_its_answer_is_left(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEBUG = True
    monkeypatch.setattr(outside, "LONGEST", 0.2)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(Unreachable, match="gave no answer"),
    ):
        send(f"http://127.0.0.1:{silent.getsockname()[1]}/", b"{}", {})


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n"])
def test_a_server_that_answers_drop_by_drop_holds_up_nobody(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    settings.DEBUG = True
    monkeypatch.setattr(outside, "LONGEST", 0.2)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            line, _place = server.accept()
            with line, suppress(OSError):
                line.recv(65536)
                line.sendall(head)
                while not over.wait(0.05):
                    line.sendall(b"x")

        thread = threading.Thread(target=answer)
        thread.start()
        patience = threading.Timer(2, over.set)  # without the cut it would end only here
        patience.start()
        assert send(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {}) == 200
        was_cut = not over.is_set()
        patience.cancel()
        over.set()
        thread.join()
    assert was_cut
