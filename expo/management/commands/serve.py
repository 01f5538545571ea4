"""Start the web server and the worker, and stop both together."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from expo import serving
from expo.errors import DomainError


class Command(BaseCommand):
    help = "Serves the fair and works its tasks until Ctrl-C. Exit code 3: the web server ended; 4: the worker did."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to bind (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to bind (8000)")
        parser.add_argument(
            "--no-worker", action="store_true", help="only the web server; `manage.py work` runs elsewhere"
        )

    def handle(self, *args: Any, host: str, port: int, no_worker: bool, **options: Any) -> None:
        try:
            serving.check_port(host, port)
        except DomainError as error:
            raise CommandError(str(error)) from error
        started = time.monotonic()
        # SQLite has one writer; PostgreSQL keeps both cores busy, and a thread waiting for it leaves another to answer.
        many = 2 if connection.vendor == "postgresql" else 1
        connection.close()
        web = serving.web(host, port, processes=many, threads=many)
        supervisor = serving.Supervisor([web] if no_worker else [web, serving.worker()], self.stdout.write)
        supervisor.start()
        while not (supervisor.stopping or supervisor.failed()):
            if serving.is_answering(host, port, name=settings.SITE_HOST):
                shown = "localhost" if host == "127.0.0.1" else host
                self.stdout.write(
                    f"Serving on http://{shown}:{port} after {time.monotonic() - started:.1f} s. Ctrl-C stops it."
                )
                self.stdout.flush()
                break
            time.sleep(0.05)
        if code := supervisor.wait():
            sys.exit(code)
        self.stdout.write("Stopped.")
