"""A mail server for tests: a real one on a port of this machine, which can be told to misbehave."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from pytest_django import Settings


class Server(socketserver.ThreadingTCPServer):
    """`bad` names what befalls a receiver: `refused`, `later`, `hangs up` (before the text), `silent` (after it)."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.bad: dict[str, str] = {}
        self.taken: list[tuple[str, EmailMessage]] = []

    @property
    def receivers(self) -> list[str]:
        return [to for to, _mail in self.taken]


class Talk(socketserver.StreamRequestHandler):
    server: Server

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 mail.example.org ready")
        to = ""
        while line := self.rfile.readline().decode().strip():
            word = line.split(":")[0].split(" ")[0].upper()
            if word == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
            trouble = self.server.bad.get(to, "")
            if word == "QUIT" or (word == "DATA" and trouble == "hangs up"):
                return
            if word == "RCPT" and trouble in ("refused", "later"):
                self.say(f"550 no <{to}> here" if trouble == "refused" else "451 come again later")
            elif word == "DATA":
                self.say("354 go on")
                self.take(to)
                if trouble == "silent":
                    return
                self.say("250 taken")
            else:
                self.say("250 ok")

    def take(self, to: str) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        text = b"".join(line[1:] if line.startswith(b"..") else line for line in lines)
        self.server.taken.append((to, email.message_from_bytes(text, policy=email.policy.default)))  # type: ignore[arg-type]


@contextmanager
def mail_server(settings: Settings) -> Iterator[Server]:
    """Mails of the block go to this server, over a real connection; its port is free again afterwards."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_TIMEOUT = 5
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
