"""Vectors of titles in one file that all processes map: made by the worker, kept when the index is built anew.

`vectors` points to two files that only grow: rows of float32, and a key of 8 bytes for each, made from the title. What
the pointer does not count is not there: a writer that dies half-way leaves nothing behind, and the next one writes
over it. Rows of one model only; another model begins another file.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from expo.search.coarse import coarse
from expo.search.generation import root

logger = logging.getLogger(__name__)
POINTER = "vectors"
MOST_LINES = 4  # of a title: both languages, and another name
BEGINNING = 160  # characters of its text that stand for a title where there is none; measured in docs/benchmarks.md


def lines_of(title: str, text: str = "") -> tuple[str, ...]:
    """What a record's vector is made of: its title in each language, or the beginning of its text."""
    lines = dict.fromkeys(filter(None, map(str.strip, title.split("\n"))))
    return tuple(lines)[:MOST_LINES] or tuple(filter(None, [text[:BEGINNING].strip()]))


def key_of(lines: Sequence[str]) -> int:
    """Names the lines in the index and in the file; 0 for nothing."""
    return int.from_bytes(blake2b("\n".join(lines).encode(), digest_size=8).digest(), "big") if lines else 0


# ------------------------------------------------------------------ reading
class Vectors:
    """The vectors that were there when the file was opened. Keys sorted; rows as they lie in the file."""

    def __init__(self, embedder: str, keys: Any, rows: Any, base: str) -> None:
        import numpy

        self.embedder = embedder
        self.base = base
        self.rows = rows
        self.keys = keys
        self.order = numpy.argsort(keys, kind="stable").astype(numpy.int32)
        self.sorted = keys[self.order]

    def __len__(self) -> int:
        return len(self.sorted)

    def places(self, keys: Sequence[int]) -> Any:
        """The row of each key; -1 where there is none."""
        import numpy

        asked = numpy.asarray(keys, dtype=numpy.uint64)
        if not len(self.sorted):
            return numpy.full(len(asked), -1)
        at = numpy.minimum(numpy.searchsorted(self.sorted, asked), len(self.sorted) - 1)
        return numpy.where(self.sorted[at] == asked, self.order[at], -1)

    def cosines(self, keys: Sequence[int], vector: Any) -> list[float | None]:
        """How near each record is to the vector, -1..1; None where it has none yet."""
        places = self.places(keys)
        near = self.rows[places.clip(0)] @ vector if len(self.rows) else places
        return [float(value) if place >= 0 else None for value, place in zip(near, places, strict=True)]

    def nearest(self, vector: Any, floor: float, most: int) -> dict[int, float]:
        """{key: cosine} of the nearest at or above the floor, best first; of many, those that a coarse look finds."""
        import numpy

        if not len(self.rows):
            return {}
        first = coarse(self.base, self.rows)
        among = None if first is None else first.worth_reading(vector, most, len(self.rows))
        near = (self.rows if among is None else self.rows[among]) @ vector
        found = numpy.flatnonzero(near >= floor)
        if len(found) > 2 * most:
            found = found[numpy.argpartition(-near[found], most)[:most]]
        found = found[numpy.argsort(-near[found], kind="stable")][:most]
        keys = self.keys[found if among is None else among[found]]
        return dict(zip(keys.tolist(), near[found].tolist(), strict=True))


@dataclass(frozen=True)
class State:
    embedder: str
    dims: int
    base: str
    rows: int


_opened: tuple[tuple[int, int, Path], Vectors | None] | None = None


def state(folder: Path) -> State | None:
    try:
        return State(**json.loads((folder / POINTER).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def opened(folder: Path | None = None) -> Vectors | None:
    """The newest vectors; None where there are none. Mapped again only when the pointer was replaced."""
    global _opened
    folder = folder or root()
    try:
        now = os.stat(folder / POINTER)
    except FileNotFoundError:
        return None
    seen = (now.st_ino, now.st_mtime_ns, folder)
    if _opened is None or _opened[0] != seen:
        _opened = seen, _open(folder)
    return _opened[1]


def _open(folder: Path) -> Vectors | None:
    told = state(folder)
    if told is None:
        return None
    import numpy

    keys: Any
    try:
        keys = numpy.fromfile(folder / f"{told.base}.keys", dtype=numpy.uint64, count=told.rows)
        shape = (told.rows, told.dims)
        path = folder / f"{told.base}.rows"
        rows = numpy.memmap(path, numpy.float32, "r", shape=shape) if told.rows else numpy.empty(shape, numpy.float32)
    except (OSError, ValueError):
        keys = ()
    if len(keys) != told.rows:
        logger.warning("The file of title vectors cannot be read; the worker makes it anew.")
        return None
    return Vectors(told.embedder, keys, rows.view(numpy.ndarray), told.base)


# ------------------------------------------------------------------ writing
@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """One process at a time; another one waits, for nobody holds this for longer than a file takes to be written."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "vectors.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def add(folder: Path, embedder: str, keys: Sequence[int], rows: Any) -> int:
    """Put vectors behind those that are there, and publish them. Returns how many were new."""
    import numpy

    with _writing(folder):
        known = opened(folder)
        told = state(folder)
        if known is None or told is None or told.embedder != embedder:
            known, told = None, State(embedder, rows.shape[1], _new_base(), 0)
        fresh = dict(zip(keys, range(len(keys)), strict=True))
        if known is not None:
            places = known.places(list(fresh))
            fresh = {key: n for (key, n), place in zip(fresh.items(), places, strict=True) if place < 0}
        if fresh:
            chosen = numpy.ascontiguousarray(rows[list(fresh.values())], dtype=numpy.float32)
            _append(folder / f"{told.base}.rows", told.rows * told.dims * 4, chosen.tobytes())
            _append(folder / f"{told.base}.keys", told.rows * 8, numpy.array(list(fresh), numpy.uint64).tobytes())
            _publish(folder, State(embedder, told.dims, told.base, told.rows + len(fresh)))
    return len(fresh)


def keep_only(folder: Path, used: Sequence[int]) -> int:
    """Leave out what no record uses any more: another pair of files, then the pointer. Returns the rows let go of."""
    with _writing(folder):
        known, told = opened(folder), state(folder)
        if known is None or told is None:
            return 0
        keys = sorted(set(used))
        places = known.places(keys)
        kept = [(key, place) for key, place in zip(keys, places.tolist(), strict=True) if place >= 0]
        base = _new_base()
        with open(folder / f"{base}.rows", "wb") as rows, open(folder / f"{base}.keys", "wb") as names:
            for key, place in kept:
                rows.write(known.rows[place].tobytes())
                names.write(key.to_bytes(8, "little"))
            for file in (rows, names):
                file.flush()
                os.fsync(file.fileno())
        _publish(folder, State(told.embedder, told.dims, base, len(kept)))
        return told.rows - len(kept)


def _new_base() -> str:
    return f"vectors-{time.time_ns():x}"


def _append(path: Path, size: int, content: bytes) -> None:
    """Write behind the first `size` bytes; what a dead writer left there is written over."""
    with open(path, "r+b" if path.exists() else "w+b") as file:
        file.truncate(size)
        file.seek(size)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _publish(folder: Path, told: State) -> None:
    part = folder / f"{POINTER}.part"
    part.write_text(json.dumps(vars(told)))
    os.replace(part, folder / POINTER)
    for old in folder.glob("vectors-*"):
        if old.stem != told.base:
            old.unlink(missing_ok=True)
