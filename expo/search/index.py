"""The index on disk: where it lies, who writes it, and how a web process reads the newest state of it.

A folder a version below `SEARCH_INDEX_DIR`; `current` names the one in use and is replaced as a whole. One process
writes at a time; everybody may read.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from expo.search.documents import Document, documents_of
from expo.search.schema import FACET, NUMBER, SORT, fields, indexed, schema

logger = logging.getLogger(__name__)
HEAP = 128_000_000  # bytes the writer may keep in memory
BATCH = 2_000  # records built at a time
POINTER = "current"


def root() -> Path:
    return Path(settings.SEARCH_INDEX_DIR)


class IndexBusy(Exception):
    """Another process writes the index right now."""


# ------------------------------------------------------------------ reading
@dataclass
class Opened:
    folder: str
    generation: int
    index: Any
    searcher: Any


_opened: Opened | None = None


def state() -> dict[str, Any] | None:
    """What the pointer says: folder, version and generation; None where there is no index of this version."""
    try:
        told = json.loads((root() / POINTER).read_text())
    except (FileNotFoundError, ValueError):
        return None
    return told if isinstance(told, dict) and told.get("version") == fields().version else None


def opened() -> Opened | None:
    """The index in its newest generation, or None where pages must ask the database."""
    global _opened
    told = state()
    if told is None:
        return None
    if _opened is None or (_opened.folder, _opened.generation) != (told["folder"], told["generation"]):
        _opened = _open(told)
    return _opened


def _open(told: dict[str, Any]) -> Opened | None:
    import tantivy

    try:
        if _opened is not None and _opened.folder == told["folder"]:
            index = _opened.index
            index.reload()
        else:
            index = tantivy.Index.open(str(root() / told["folder"]))
        return Opened(told["folder"], told["generation"], index, index.searcher())
    except ValueError:
        logger.warning("The search index cannot be read; pages ask the database until it is built anew.")
        return None


def forget() -> None:
    """Let go of the opened index, for tests and for another VAR_DIR."""
    global _opened
    _opened = None


def discard() -> None:
    """Use the index no more: the database was exchanged. The worker builds another one."""
    (root() / POINTER).unlink(missing_ok=True)


# ------------------------------------------------------------------ writing
@contextmanager
def writing() -> Iterator[None]:
    """Be the one process that writes. IndexBusy where another one is."""
    root().mkdir(parents=True, exist_ok=True)
    with open(root() / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexBusy from None
        yield


def build(folder: Path, documents: Iterable[Document]) -> Any:
    """A new index of these documents in an empty folder."""
    import tantivy

    index = tantivy.Index(schema(), path=str(folder))
    writer = index.writer(HEAP, 1)
    for document in documents:
        writer.add_document(_stored(document))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def rebuild(progress: Callable[[str, int], None] = lambda noun, done: None) -> int:
    """A new index from the tables, put in the place of the old one when it is whole. Returns the records in it."""
    with writing():
        name = f"{fields().version}-{time.time_ns():x}"
        folder = root() / name
        folder.mkdir()
        index = build(folder, _from_tables(progress))
        _point_to(name)
        for old in root().iterdir():
            if old.is_dir() and old.name != name:
                shutil.rmtree(old, ignore_errors=True)
    return int(index.searcher().num_docs)


def _from_tables(progress: Callable[[str, int], None]) -> Iterator[Document]:
    for listing in indexed():
        keys = list(listing.queryset().order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), BATCH):
            yield from documents_of(listing, keys[start : start + BATCH])
            progress(listing.noun, min(start + BATCH, len(keys)))


def write(changed: Iterable[tuple[str, int]]) -> int:
    """Bring the records (noun, key) up to date: put in, replaced, or taken out. Returns how many are in it now."""
    told = state()
    if told is None:
        return 0
    import tantivy

    by_noun: dict[str, list[int]] = {}
    for noun, pk in changed:
        by_noun.setdefault(noun, []).append(pk)
    index = tantivy.Index.open(str(root() / told["folder"]))
    writer = index.writer(HEAP, 1)
    count = 0
    for listing in indexed():
        keys = by_noun.get(listing.noun, [])
        for pk in keys:
            writer.delete_documents_by_term("key", f"{listing.noun}:{pk}")
        for start in range(0, len(keys), BATCH):
            for document in documents_of(listing, keys[start : start + BATCH]):
                writer.add_document(_stored(document))
                count += 1
    writer.commit()
    writer.wait_merging_threads()
    _point_to(told["folder"], generation=told["generation"] + 1)
    return count


def _point_to(folder: str, generation: int | None = None) -> None:
    part = root() / f"{POINTER}.part"
    number = time.time_ns() // 1_000_000 if generation is None else generation
    part.write_text(json.dumps({"folder": folder, "version": fields().version, "generation": number}))
    os.replace(part, root() / POINTER)


def _stored(document: Document) -> Any:
    import tantivy

    stored = tantivy.Document()
    stored.add_text("key", document.key)
    stored.add_text("noun", document.noun)
    stored.add_unsigned("pk", document.pk)
    stored.add_text("terms", " ".join(document.terms()))
    stored.add_text("words", " ".join(document.phrase_terms()))
    stored.add_text("pinyin", " ".join(document.pinyin()))
    for code in document.codes:
        stored.add_text("codes", code)
    for name, values in document.facets.items():
        for value in sorted(values):
            stored.add_text(FACET + name, value)
    for name, numbers in document.numbers.items():
        for number in sorted(numbers):
            stored.add_integer(NUMBER + name, number)
    for name, key in document.sorts.items():
        stored.add_text(SORT + name, key)
    return stored
