"""Remove every sample: what is left is real."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from expo.errors import DomainError
from expo.samples import remove_samples, sample_counts


class Command(BaseCommand):
    help = "Removes all sample rows with their history and pictures. Editorial and participants' rows stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="yes, remove them: do not ask")

    def handle(self, *args: Any, yes: bool, **options: Any) -> None:
        counts = sample_counts()
        if counts and not yes:
            self.ask(counts)
        try:
            counts = remove_samples()
        except DomainError as error:
            raise CommandError(str(error)) from error
        for noun, count in counts.items():
            self.stdout.write(f"{count:6} {noun}")
        self.stdout.write(self.style.SUCCESS("No sample is left." if counts else "There was no sample."))

    def ask(self, counts: dict[str, int]) -> None:
        """Go on only when somebody types “yes”."""
        rows = ", ".join(f"{count} {noun}" for noun, count in counts.items())
        self.stdout.write(f"This deletes {rows}, with their history and pictures. It cannot be undone.")
        if not sys.stdin.isatty():
            raise CommandError("Nothing was removed: nobody is there to ask. Say --yes when you mean it.")
        if input("Type “yes” to remove them: ").strip().lower() != "yes":
            raise CommandError("Nothing was removed.")
