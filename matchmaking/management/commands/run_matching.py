"""Match every open demand with what is on offer."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from expo.errors import DomainError
from matchmaking.match_runs import run_full


class Command(BaseCommand):
    help = "Computes the matches of every open demand and stores them; what brokers proposed stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--processes", type=int, default=1, help="that share the demands (1)")

    def handle(self, *args: Any, processes: int, **options: Any) -> None:
        if not 1 <= processes <= 64:
            raise CommandError("Ask for 1 to 64 processes.")
        try:
            run = run_full(processes=processes, progress=self.tell)
        except DomainError as error:
            raise CommandError(str(error)) from error
        told = f"{run.kept:,} matches of {run.total:,} demands: {run.added:,} new, {run.removed:,} gone, "
        self.stdout.write(f"{told}{run.moved:,} with another score; {run.seconds:.1f} s of processor.")

    def tell(self, done: int, total: int) -> None:
        self.stdout.write(f"demands {done:>9,} of {total:,}")
