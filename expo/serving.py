"""Running the web server and the worker side by side: both start, and when one ends the other is stopped."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from django.conf import settings

from expo.errors import DomainError

STOPPING_SECONDS = 15
WEB_FAILED, WORKER_FAILED = 3, 4


@dataclass
class Part:
    """One process, what to call it, and the exit code that says it was the one that failed."""

    name: str
    command: list[str]
    exit_code: int
    process: subprocess.Popen[bytes] | None = None


@dataclass
class Supervisor:
    parts: list[Part]
    say: Callable[[str], object]
    stopping: bool = field(default=False, init=False)

    def start(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        for part in self.parts:
            # In a session of its own, or Ctrl-C would reach it before us and look like a failure.
            part.process = subprocess.Popen(part.command, cwd=settings.BASE_DIR, start_new_session=True)  # noqa: S603

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self.stopping = True

    def failed(self) -> Part | None:
        return next((part for part in self.parts if part.process and part.process.poll() is not None), None)

    def wait(self) -> int:
        """Until a signal comes (0) or a part ends by itself (its exit code); then everything is stopped."""
        failed = None
        while not self.stopping and failed is None:
            time.sleep(0.1)
            failed = self.failed()
        self._stop_all()
        if self.stopping or failed is None:
            return 0
        code = failed.process.returncode if failed.process else 0
        self.say(f"The {failed.name} ended by itself (exit code {code}), so everything was stopped.")
        return failed.exit_code

    def _stop_all(self) -> None:
        running = [part.process for part in self.parts if part.process and part.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOPPING_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def web(host: str, port: int, *, processes: int, threads: int) -> Part:
    options = {"interface": "wsgi", "host": host, "port": port, "workers": processes, "blocking-threads": threads}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    server = "expo.web" if processes > 1 else "granian"  # one process has nobody to share with
    command = [sys.executable, "-m", server, *words, "--no-ws", "--log-level", "warning", "expo.wsgi:application"]
    return Part("web server", command, WEB_FAILED)


def worker() -> Part:
    return Part("worker", [sys.executable, "manage.py", "work"], WORKER_FAILED)


def check_port(host: str, port: int) -> None:
    """Refuse a port somebody listens on. The server itself would share it silently."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise DomainError(
                f"Port {port} of {host} cannot be had ({error.strerror}). Choose another one with --port."
            ) from error


def is_answering(host: str, port: int, *, name: str) -> bool:
    """Whether the server gives any answer; `name` is the host it believes to be."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": name})
        connection.getresponse()
    except OSError:
        return False
    finally:
        connection.close()
    return True
