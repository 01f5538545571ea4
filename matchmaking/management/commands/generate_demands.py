"""Fill a database with sample demands in any number, to see how matching does when the fair grows."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from expo.errors import DomainError
from expo.search import changes
from matchmaking.generating import generate_demands


class Command(BaseCommand):
    help = "Adds published sample demands in two languages, of the sample organizations; remove_samples undoes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demands", type=int, default=100, help="how many demands (100)")
        parser.add_argument("--seed", type=int, default=1, help="another number gives other samples (1)")
        parser.add_argument("--yes", action="store_true", help="yes, on a site that is open to the public")

    def handle(self, *args: Any, demands: int, seed: int, yes: bool, **options: Any) -> None:
        if not settings.DEBUG and not yes:
            raise CommandError("DEBUG is off: this may be the real fair. Say --yes when you want samples in it.")
        if demands < 1:
            raise CommandError("Ask for one demand or more.")
        try:
            count = generate_demands(demands, seed=seed)
        except DomainError as error:
            raise CommandError(str(error)) from error
        changes.gather_statistics()
        self.stdout.write(f"{count:,} demands. Now run: manage.py rebuild_index, or let the worker take the changes.")
