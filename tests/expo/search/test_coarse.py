"""A coarse look at many vectors finds the nearest; it grows with its file and begins anew with another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from expo.search import coarse, vectors

numpy = pytest.importorskip("numpy", reason="the extra `semantic` is not installed")
DIMS = 128


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coarse, "FROM", 100)
    monkeypatch.setattr(coarse, "WORTH", 120)
    monkeypatch.setattr(coarse, "_known", None)


def titles(number: int, *, seed: int = 1) -> Any:
    """Vectors of length 1 about some thirty matters, as titles are."""
    chance = numpy.random.default_rng(seed)
    matters = numpy.random.default_rng(0).normal(size=(30, DIMS))
    rows = matters[chance.integers(0, 30, number)] + 0.7 * chance.normal(size=(number, DIMS))
    return (rows / numpy.linalg.norm(rows, axis=1, keepdims=True)).astype(numpy.float32)


def opened(folder: Path) -> vectors.Vectors:
    found = vectors.opened(folder)
    assert found is not None
    return found


def nearest(rows: Any, vector: Any, most: int) -> set[int]:
    return set(numpy.argsort(-(rows @ vector), kind="stable")[:most].tolist())


def test_the_nearest_are_found_among_many(tmp_path: Path) -> None:
    rows = titles(2_000)
    vectors.add(tmp_path, "senses", range(2_000), rows)
    file = opened(tmp_path)
    for vector in titles(20, seed=2):
        found = file.nearest(vector, -1.0, 10)
        assert list(found.values()) == sorted(found.values(), reverse=True)
        assert len(nearest(rows, vector, 10) & set(found)) >= 9
        assert all(found[key] == pytest.approx(float(rows[key] @ vector), abs=1e-5) for key in found)


def test_what_is_added_later_is_found_and_another_file_is_looked_at_anew(tmp_path: Path) -> None:
    first = titles(300)
    vectors.add(tmp_path, "senses", range(300), first)
    older = opened(tmp_path)
    older.nearest(first[0], -1.0, 5)
    more = titles(50, seed=3)
    vectors.add(tmp_path, "senses", range(300, 350), more)
    assert next(iter(opened(tmp_path).nearest(more[7], -1.0, 5))) == 307
    assert next(iter(older.nearest(first[4], -1.0, 5))) == 4  # a thread that opened the file before
    vectors.keep_only(tmp_path, list(range(100, 350)))
    assert next(iter(opened(tmp_path).nearest(more[7], -1.0, 5))) == 307
    assert 4 not in opened(tmp_path).nearest(first[4], -1.0, 300)
