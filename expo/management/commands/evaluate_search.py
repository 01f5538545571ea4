"""Run a public data set through the fair's own analyzer, index and ranking, and print how good the answers are."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from expo.search.evaluation import evaluate


class Command(BaseCommand):
    help = "Prints one JSON line: ndcg10, recall10, mrr, p50_ms, p95_ms. DIR has docs.jsonl, queries.jsonl, qrels.tsv."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        missing = [name for name in ("docs.jsonl", "queries.jsonl", "qrels.tsv") if not (folder / name).is_file()]
        if missing:
            raise CommandError(f"{folder} lacks {', '.join(missing)}.")
        self.stdout.write(json.dumps(evaluate(folder)))
