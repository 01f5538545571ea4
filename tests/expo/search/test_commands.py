"""The commands of the index, and the worker that keeps it fresh."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from threading import Event, Thread

import pytest
from django.core.management import CommandError, call_command

from expo.management.commands import rebuild_index
from expo.management.commands.work import Shift
from expo.models import Innovation, SearchChange
from expo.search import changes, evaluation, generation, index
from tests.factories import make_innovation

pytestmark = pytest.mark.django_db
JUDGED = {"q1": {"d1": 1.0}, "q2": {"d3": 2.0, "d2": 1.0}}


def write_set(folder: Path) -> Path:
    documents = [("d1", "Magnets for motors"), ("d2", "Ceramics"), ("d3", "Ceramic balls"), ("d4", "无人机巡检")]
    (folder / "docs.jsonl").write_text(
        "\n".join(json.dumps({"id": key, "title": title, "text": ""}) for key, title in documents)
    )
    queries = [("q1", "magnet"), ("q2", "ceramic ball"), ("q3", "nobody judged this")]
    (folder / "queries.jsonl").write_text("\n".join(json.dumps({"id": key, "text": text}) for key, text in queries))
    rows = ["query\tdocument\tgrade", *(f"{q}\t{d}\t{g}" for q, grades in JUDGED.items() for d, g in grades.items())]
    (folder / "qrels.tsv").write_text("\n".join(rows))
    return folder


def test_a_judged_set_is_measured(tmp_path: Path) -> None:
    out = StringIO()
    call_command("evaluate_search", write_set(tmp_path), stdout=out)
    told = json.loads(out.getvalue())
    assert (told["queries"], told["ndcg10"], told["recall10"], told["mrr"]) == (2, 1.0, 1.0, 1.0)
    assert 0 < told["p50_ms"] <= told["p95_ms"]


def test_a_folder_that_is_no_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"lacks docs\.jsonl, queries\.jsonl, qrels\.tsv"):
        call_command("evaluate_search", tmp_path)


def test_the_measures_are_those_of_the_literature() -> None:
    grades = {"a": 2.0, "b": 1.0}
    assert evaluation.ndcg(["a", "b"], grades) == 1
    assert evaluation.ndcg(["x", "a"], grades) == pytest.approx(3 / 1.58496 / (3 + 1 / 1.58496), abs=1e-4)
    linear = evaluation.ndcg(["x", "a"], grades, evaluation.linear)
    assert linear == pytest.approx(2 / 1.58496 / (2 + 1 / 1.58496), abs=1e-4)
    assert evaluation.recall(["a", "x"], grades) == 0.5
    assert evaluation.reciprocal_rank(["x", "b"], grades) == 0.5
    assert evaluation.reciprocal_rank(["x"], grades) == 0


def test_rebuilding_says_what_it_does_and_leaves_one_index() -> None:
    make_innovation(state="published")
    call_command("rebuild_index", stdout=StringIO())
    out = StringIO()
    call_command("rebuild_index", stdout=out)
    assert "innovation" in out.getvalue()
    assert len([path for path in generation.root().iterdir() if path.is_dir()]) == 1


def test_a_rebuild_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path) -> int:
        raise OSError("No space left on device")

    make_innovation(state="published")
    index.rebuild()
    monkeypatch.setattr(index, "_point_to", full)
    with pytest.raises(OSError, match="No space"):
        index.rebuild()
    assert [path.name for path in generation.root().iterdir() if path.is_dir()] == [generation.state()["folder"]]  # type: ignore[index]


def test_rebuilding_waits_until_the_worker_has_finished() -> None:
    make_innovation(state="published")
    out, begun = StringIO(), Event()

    def work() -> None:
        with index.writing():
            begun.set()
            while "Waiting" not in out.getvalue():
                time.sleep(0.01)

    worker = Thread(target=work)
    worker.start()
    begun.wait()
    call_command("rebuild_index", stdout=out)
    worker.join()
    assert "3 records in" in out.getvalue()


def test_rebuilding_gives_up_at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild_index, "PATIENCE", 0)
    with index.writing(), pytest.raises(CommandError, match="still writes"):
        call_command("rebuild_index", stdout=StringIO())


def test_the_worker_drains_the_log() -> None:
    make_innovation(state="published")
    assert SearchChange.objects.exists()
    Shift().bring_index_up_to_date()
    assert not SearchChange.objects.exists()
    assert generation.opened() is not None


def test_the_worker_outlives_an_index_it_cannot_write(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise OSError("no space left")

    monkeypatch.setattr(changes, "drain", fail)
    Shift().bring_index_up_to_date()


def test_the_worker_lets_another_writer_finish() -> None:
    make_innovation(state="published")
    with index.writing():
        Shift().bring_index_up_to_date()
    assert SearchChange.objects.exists()


def test_a_discarded_index_is_asked_no_more() -> None:
    index.rebuild()
    assert generation.opened() is not None
    generation.discard()
    assert generation.opened() is None


def test_a_damaged_index_sends_pages_to_the_database() -> None:
    make_innovation(state="published")
    index.rebuild()
    for path in generation.root().glob("*/meta.json"):
        path.write_text("nonsense")
    generation.forget()
    assert generation.opened() is None
    assert Innovation.objects.exists()


@pytest.mark.parametrize(
    "damage", [lambda folder: shutil.rmtree(folder), lambda folder: (folder / "meta.json").unlink()]
)
def test_the_worker_builds_a_damaged_index_anew(damage: Callable[[Path], object]) -> None:
    make_innovation(state="published")
    index.rebuild()
    damage(next(path for path in generation.root().iterdir() if path.is_dir()))
    generation.forget()
    Shift().bring_index_up_to_date()
    opened = generation.opened()
    assert opened is not None
    assert opened.searcher.num_docs > 0
