"""Fill a database with samples in any number, to see how the fair does when it grows."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from expo.errors import DomainError
from expo.generating import generate
from expo.search import changes


class Command(BaseCommand):
    help = "Adds published sample innovations in two languages with all that belongs to them; remove_samples undoes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--innovations", type=int, default=1_000, help="how many innovations (1000)")
        parser.add_argument("--seed", type=int, default=1, help="another number gives other samples (1)")
        parser.add_argument("--index", action="store_true", help="build the search index afterwards")
        parser.add_argument("--yes", action="store_true", help="yes, on a site that is open to the public")

    def handle(self, *args: Any, innovations: int, seed: int, index: bool, yes: bool, **options: Any) -> None:
        if not settings.DEBUG and not yes:
            raise CommandError("DEBUG is off: this may be the real fair. Say --yes when you want samples in it.")
        if innovations < 1:
            raise CommandError("Ask for one innovation or more.")
        wall, worked = time.monotonic(), time.process_time()
        try:
            counts = generate(innovations, seed=seed, progress=self.tell)
        except DomainError as error:
            raise CommandError(str(error)) from error
        changes.gather_statistics()
        rows = ", ".join(f"{count:,} {noun}" for noun, count in counts.items())
        took, worked = time.monotonic() - wall, time.process_time() - worked
        self.stdout.write(f"{rows}: {took:.1f} s, {worked:.1f} s of processor.")
        if index:
            call_command("rebuild_index", stdout=self.stdout)
        else:
            self.stdout.write("Now run: manage.py rebuild_index (the worker would take the changes one by one).")

    def tell(self, noun: str, done: int) -> None:
        self.stdout.write(f"{noun:<24} {done:>9,}")
