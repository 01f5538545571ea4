"""Build the search index anew from the tables."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from expo.search import changes, index

PATIENCE = 120  # seconds for the worker to finish what it writes: a turn of it takes a few


class Command(BaseCommand):
    help = "Builds the search index anew and puts it in the place of the old one when it is whole."

    def handle(self, *args: Any, **options: Any) -> None:
        if index.is_being_written():
            self.stdout.write(f"Another process writes the index right now. Waiting for {PATIENCE} seconds at most.")
        wall, worked = time.monotonic(), time.process_time()
        try:
            count = changes.rebuild(self.tell, patience=PATIENCE)
        except index.IndexBusy:
            raise CommandError("Another process still writes the index. Try again when it is done.") from None
        took, worked = time.monotonic() - wall, time.process_time() - worked
        self.stdout.write(f"{count:,} records in {took:.1f} s, {worked:.1f} s of processor.")

    def tell(self, noun: str, done: int) -> None:
        self.stdout.write(f"{noun:<24} {done:>9,}")
