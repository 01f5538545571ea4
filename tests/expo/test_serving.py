"""The web server and the worker, side by side."""

from __future__ import annotations

import http.server
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from expo import serving

SLEEP = "import time; time.sleep(60)"


def test_serve_refuses_a_port_that_is_taken_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} of 127.0.0.1 cannot be had"):
            call_command("serve", port=port)


class Script(serving.Part):
    """A part that is a line of Python."""

    def __init__(self, name: str, line: str, exit_code: int) -> None:
        super().__init__(name, [sys.executable, "-c", line], exit_code)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture(autouse=True)
def _signals_as_before() -> Iterator[None]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_when_one_part_ends_the_other_is_stopped_and_the_first_is_named(said: list[str]) -> None:
    quick, slow = Script("worker", "raise SystemExit(9)", 4), Script("web server", SLEEP, 3)
    supervisor = serving.Supervisor([slow, quick], said.append)
    supervisor.start()
    assert supervisor.wait() == 4
    assert said == ["The worker ended by itself (exit code 9), so everything was stopped."]
    assert slow.process is not None
    assert slow.process.returncode == -signal.SIGTERM


def test_a_signal_stops_both_and_is_no_failure(said: list[str]) -> None:
    parts = [Script("web server", SLEEP, 3), Script("worker", SLEEP, 4)]
    supervisor = serving.Supervisor(parts, said.append)
    supervisor.start()
    signal.raise_signal(signal.SIGINT)
    assert supervisor.wait() == 0
    assert said == []
    assert all(part.process and part.process.poll() is not None for part in parts)


def test_a_part_that_does_not_listen_is_killed(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "STOPPING_SECONDS", 0.2)
    deaf = Script(
        "worker", f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('.', flush=True); {SLEEP}", 4
    )
    supervisor = serving.Supervisor([deaf], said.append)
    supervisor.start()
    began = time.monotonic()
    supervisor.stopping = True
    assert supervisor.wait() == 0
    assert deaf.process is not None
    assert deaf.process.wait(5) in (-signal.SIGKILL, -signal.SIGTERM)
    assert time.monotonic() - began < 10


def test_any_answer_counts_even_a_refusal() -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert serving.is_answering("127.0.0.1", server.server_port, name="localhost")
        thread.join()


def test_the_parts_are_our_web_server_and_our_worker() -> None:
    web = serving.web("127.0.0.1", 8000, processes=1, threads=1)
    assert " ".join(web.command[1:]).startswith("-m granian --interface wsgi --host 127.0.0.1 --port 8000 --workers 1")
    assert serving.worker().command[1:] == ["manage.py", "work"]
    assert web.exit_code != serving.worker().exit_code


def test_nothing_answers_on_a_free_port() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        assert not serving.is_answering("127.0.0.1", probe.getsockname()[1], name="localhost")


def test_two_processes_share_one_application_and_stop_when_told() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = serving.web("127.0.0.1", port, processes=2, threads=1).command
    assert command[1:3] == ["-m", "expo.web"]
    with subprocess.Popen(command, cwd=settings.BASE_DIR) as process:
        deadline = time.monotonic() + 60
        while not serving.is_answering("127.0.0.1", port, name="localhost") and time.monotonic() < deadline:
            time.sleep(0.1)
        answered = serving.is_answering("127.0.0.1", port, name="localhost")
        process.terminate()
        assert (answered, process.wait(30)) == (True, 0)
