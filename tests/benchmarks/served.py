"""The real web server, asked over the loopback: what each answer costs its process."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from pathlib import Path

from prepared import BENCH, ROOT, production

SETTLED = 0.002  # seconds in which the server has tidied up after an answer


class Served:
    """The server with one thread a worker, as in production. Use it in a `with`."""

    def __init__(self, rows: int, *, workers: int = 1, **settings: str) -> None:
        self.rows, self.processes, self.settings = rows, workers, settings

    def __enter__(self) -> Served:
        from expo import serving

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = serving.web("127.0.0.1", self.port, processes=self.processes, threads=1).command
        command[-1] = "tests.benchmarks.constant_wsgi:application"
        self.process = subprocess.Popen(command, cwd=ROOT, env=production(self.rows, **self.settings))
        while not serving.is_answering("127.0.0.1", self.port, name="localhost"):
            if self.process.poll() is not None:
                sys.exit("The server ended.")
            time.sleep(0.1)
        self.worker = self.workers[0]
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        return self

    @property
    def workers(self) -> list[int]:
        """Forked from the server; its helpers are programs of their own."""
        return [pid for pid in children(self.process.pid) if command_of(pid) == command_of(self.process.pid)]

    def __exit__(self, *raised: object) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.wait(20)

    def get(self, path: str) -> None:
        self.connection.request("GET", path, headers={"Host": "localhost"})
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != 200:
            sys.exit(f"{path} answered {answer.status}")

    def touch(self) -> None:
        """As the worker does that brings changes in: without a sign of life nothing is remembered."""
        (BENCH / str(self.rows) / "index" / "heartbeat").touch()

    def cost(self, path: str) -> float:
        """Milliseconds of processor of the worker, all of its threads: HTTP, middleware, view, sending."""
        begun = processor(self.worker)
        self.get(path)
        time.sleep(SETTLED)
        return processor(self.worker) - begun

    def cost_alone(self, path: str) -> float:
        """The same right after another answer: not what it costs to find the server's code again."""
        self.get("/constant")
        time.sleep(SETTLED)
        return self.cost(path)


def processor(pid: int) -> float:
    """Milliseconds that the threads of a process have run."""
    files = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(file.read_text().split()[0]) for file in files) / 1e6


def command_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def children(parent: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(path.parent.name))
    return found
