"""The index on disk: who writes it, one process at a time. `generation` tells how it is read."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from expo.search import orders
from expo.search.documents import Document, documents_of
from expo.search.generation import POINTER, root, state
from expo.search.measures import FIELD as MEASURES
from expo.search.schema import FACET, NUMBER, PLACE, SORT, fields, indexed, schema

logger = logging.getLogger(__name__)
HEAP = 128_000_000  # bytes the writer may keep in memory
BATCH = 2_000  # records built at a time
PAUSE = 0.05  # seconds between two looks at whether the lock is free


class IndexBusy(Exception):
    """Another process writes the index right now."""


# ------------------------------------------------------------------ writing
@contextmanager
def writing(patience: float = 0) -> Iterator[None]:
    """Be the one process that writes. IndexBusy where another one still is after `patience` seconds."""
    root().mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + patience
    with open(root() / "lock", "w") as lock:
        while not _is_taken(lock):
            if time.monotonic() >= deadline:
                raise IndexBusy
            time.sleep(PAUSE)
        yield


def _is_taken(lock: TextIO) -> bool:
    """Whether the lock is ours now."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_being_written() -> bool:
    try:
        with writing():
            return False
    except IndexBusy:
        return True


def build(folder: Path, documents: Iterable[Document]) -> Any:
    """A new index of these documents in an empty folder, which may hold the cuts of their orders."""
    import tantivy

    index = tantivy.Index(schema(), path=str(folder))
    writer = index.writer(HEAP, 1)
    cuts = orders.read(folder)
    for document in documents:
        writer.add_document(_stored(document, cuts))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def rebuild(progress: Callable[[str, int], None] = lambda noun, done: None, *, patience: float = 0) -> int:
    """A new index from the tables, put in the place of the old one when it is whole. Returns the records in it.

    Another process that writes may take `patience` seconds; then IndexBusy.
    """
    with writing(patience):
        name = f"{fields().version}-{time.time_ns():x}"
        folder = root() / name
        folder.mkdir()
        keys = {row.noun: list(row.queryset().order_by("pk").values_list("pk", flat=True)) for row in indexed()}
        try:
            orders.write(folder, {row.noun: orders.cuts_of(row, keys[row.noun]) for row in indexed()})
            index = build(folder, _from_tables(keys, progress))
            _point_to(name)
        except BaseException:  # the worker tries again each turn: what is left each time would fill the disk
            shutil.rmtree(folder, ignore_errors=True)
            raise
        _leave_only(name)
    return int(index.searcher().num_docs)


def _leave_only(name: str) -> None:
    for old in root().iterdir():
        if old.is_dir() and old.name != name:
            shutil.rmtree(old, ignore_errors=True)


def _from_tables(keys: dict[str, list[int]], progress: Callable[[str, int], None]) -> Iterator[Document]:
    for listing in indexed():
        for start in range(0, len(keys[listing.noun]), BATCH):
            batch = keys[listing.noun][start : start + BATCH]
            yield from documents_of(listing, between=(batch[0], batch[-1]))
            progress(listing.noun, start + len(batch))


def write(changed: Iterable[tuple[str, int]]) -> int:
    """Bring the records (noun, key) up to date: put in, replaced, or taken out. Returns how many are in it now.

    The generation rises in any case, also for no record at all.
    """
    told = state()
    if told is None:
        return 0
    import tantivy

    by_noun: dict[str, list[int]] = {}
    for noun, pk in changed:
        by_noun.setdefault(noun, []).append(pk)
    if not by_noun:  # what pages show besides has changed
        _point_to(told["folder"], generation=told["generation"] + 1)
        return 0
    index = tantivy.Index.open(str(root() / told["folder"]))
    writer = index.writer(HEAP, 1)
    cuts = orders.read(root() / told["folder"])
    count = 0
    for listing in indexed():
        keys = by_noun.get(listing.noun, [])
        for pk in keys:
            writer.delete_documents_by_term("key", f"{listing.noun}:{pk}")
        for start in range(0, len(keys), BATCH):
            for document in documents_of(listing, keys[start : start + BATCH]):
                writer.add_document(_stored(document, cuts))
                count += 1
    writer.commit()
    writer.wait_merging_threads()
    _point_to(told["folder"], generation=told["generation"] + 1)
    return count


def announce() -> None:
    """Raise the generation, for the order of hits is another one now: what pages remember of the old one is let go of.

    Nothing where another process writes: it raises the generation itself.
    """
    try:
        with writing():
            if (told := state()) is not None:
                _point_to(told["folder"], generation=told["generation"] + 1)
    except IndexBusy:
        logger.info("Another process writes the search index; it raises the generation.")


def _point_to(folder: str, generation: int | None = None) -> None:
    part = root() / f"{POINTER}.part"
    number = time.time_ns() // 1_000_000 if generation is None else generation
    part.write_text(json.dumps({"folder": folder, "version": fields().version, "generation": number}))
    os.replace(part, root() / POINTER)


def _stored(document: Document, cuts: orders.Cuts) -> Any:
    import tantivy

    stored = tantivy.Document()
    stored.add_text("key", document.key)
    stored.add_text("noun", document.noun)
    stored.add_unsigned("pk", document.pk)
    stored.add_unsigned("vector", document.vector_key())
    stored.add_text("terms", " ".join(document.terms()))
    stored.add_text("words", " ".join(document.phrase_terms()))
    stored.add_text("pinyin", " ".join(document.pinyin()))
    stored.add_text("titles", " ".join(document.title_words()))
    for code in document.codes:
        stored.add_text("codes", code)
    for name, values in document.facets.items():
        for value in sorted(values):
            stored.add_text(FACET + name, value)
    for name in fields().columns:
        for column, text in fields().texts(name, document.facets.get(name, ())).items():
            stored.add_text(column, text)
    for name, numbers in document.numbers.items():
        for number in sorted(numbers):
            stored.add_integer(NUMBER + name, number)
    for measure in sorted(document.measures):
        stored.add_text(MEASURES, measure)
    places = orders.places(cuts, document.noun, document.sorts)
    for name in fields().sorts:  # every document has every column: the engine reads those twice as fast
        stored.add_text(SORT + name, document.sorts.get(name, ""))
        stored.add_integer(PLACE + name, places.get(name, 0))
    return stored
