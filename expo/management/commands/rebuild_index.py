"""Build the search index anew from the tables."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from expo.search import changes, index


class Command(BaseCommand):
    help = "Builds the search index anew and puts it in the place of the old one when it is whole."

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()

        def tell(noun: str, done: int) -> None:
            self.stdout.write(f"{noun:<24} {done:>9,}")

        try:
            count = changes.rebuild(tell)
        except index.IndexBusy:
            raise CommandError("Another process writes the index right now. Try again in a moment.") from None
        self.stdout.write(f"{count:,} records in {time.monotonic() - started:.1f} s.")
