"""Starts a server as a person would, asks it, stops it, and sees that nothing is left."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: its aim may be another host."""

    def redirect_request(self, *args: object) -> None:
        return None


def fetch(url: str, **headers: str) -> tuple[int, str]:
    """Status and text of an address."""
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def expect(what: str, holds: object, shown: object = "") -> None:
    if not holds:
        sys.exit(f"{what}: no. {shown}")
    print(f"{what}: yes", flush=True)


@contextlib.contextmanager
def running(
    command: list[str], port: int, folder: str, limit: int, host: str = "localhost", **environment: str
) -> Iterator[float]:
    """The command while it runs; gives the seconds until /readyz answered. `host` is the name the server goes by."""
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, env={**os.environ, **environment})
    try:
        wait_until_ready(process, f"http://localhost:{port}/readyz", host, started + limit)
        yield time.monotonic() - started
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            sys.exit("It did not stop within 20 s of SIGTERM.")
    left = processes_in(folder)
    expect("SIGTERM stops server and worker", not left, f"Still there: {left}")


def wait_until_ready(process: subprocess.Popen[bytes], url: str, host: str, deadline: float) -> None:
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"It ended with exit code {process.returncode} before it served.")
        with contextlib.suppress(OSError):
            if fetch(url, Host=host)[0] == 200:
                return
        time.sleep(0.1)
    sys.exit("It did not serve in time.")


def processes_in(folder: str) -> list[str]:
    """The command lines of our processes whose working directory is the folder."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if os.readlink(f"/proc/{pid}/cwd") == os.path.realpath(folder):
                with open(f"/proc/{pid}/cmdline") as words:
                    found.append(words.read().replace("\0", " "))
    return [words for words in found if "manage.py serve" in words or "manage.py work" in words or "granian" in words]
