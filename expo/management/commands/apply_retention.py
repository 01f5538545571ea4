"""Removes what is kept no longer, as the rules `retention.*` say."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from expo.retention import apply_retention


class Command(BaseCommand):
    help = "Removes what is older than the rules retention.* allow. The worker does it every night."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what would go")

    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        verb = "would go" if dry_run else "gone"
        for outcome in apply_retention(dry_run=dry_run):
            if outcome.days is None:
                self.stdout.write(f"{outcome.key:<36} no rule in force: nothing goes")
            else:
                self.stdout.write(f"{outcome.key:<36} after {outcome.days:>4} days: {outcome.count} {verb}")
