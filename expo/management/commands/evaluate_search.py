"""Run a public data set through the fair's own analyzer, index and ranking, and print how good the answers are."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from expo.search.evaluation import RANKERS, evaluate


class Command(BaseCommand):
    help = (
        "Prints one JSON line: ndcg10 (gain 2^grade - 1; ndcg10_linear: the grade), recall10, mrr, p50_ms, p95_ms. "
        "DIR has docs.jsonl, queries.jsonl, qrels.tsv."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument("--lexical", action="store_true", help="words alone, no vectors")
        parser.add_argument(
            "--as", dest="ranked_as", choices=sorted(RANKERS), default="search",
            help="a query is typed text (search, the default) or a whole demand (match)",
        )  # fmt: skip

    def handle(self, *args: Any, folder: Path, lexical: bool, ranked_as: str, **options: Any) -> None:
        missing = [name for name in ("docs.jsonl", "queries.jsonl", "qrels.tsv") if not (folder / name).is_file()]
        if missing:
            raise CommandError(f"{folder} lacks {', '.join(missing)}.")
        self.stdout.write(json.dumps(evaluate(folder, lexical=lexical, ranked_as=ranked_as)))
