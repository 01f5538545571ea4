"""The worker's part in meaning: which titles have no vector yet, and making them a few at a time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Sequence

from expo import registry
from expo.search import generation, index, vectors
from expo.search.documents import titles_of
from expo.search.embedder import Embedder, embedder
from expo.search.schema import indexed

PATIENCE = 1.0  # seconds a turn, so that a change is seen within two
AT_ONCE = 64  # titles that are made and published together
FETCHED = 500  # records whose titles are read in one query
SLACK = 1.25  # the file is made smaller when it holds so many times what records use
FEW = 1_000  # rows that are never worth it

Lines = tuple[str, ...]


class Titles:
    """What waits. A pass over all records when the index or the model is another one, then what changes."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[str, list[int]]] = deque()
        self.missing: dict[int, Lines] = {}
        self.used: set[int] = set()
        self.began: tuple[str, str] | None = None
        self.is_pass = False
        self.made = 0

    def add(self, changed: Iterable[tuple[str, int]]) -> None:
        by_noun: dict[str, list[int]] = {}
        for noun, pk in changed:
            by_noun.setdefault(noun, []).append(pk)
        for noun, keys in by_noun.items():
            self._wait(noun, sorted(keys))

    def _wait(self, noun: str, keys: Sequence[int]) -> None:
        self.waiting += [(noun, list(keys[start : start + FETCHED])) for start in range(0, len(keys), FETCHED)]

    def turn(self, patience: float = PATIENCE) -> int:
        """Make vectors until all are made or the patience is over. Returns how many."""
        model, told = embedder(), generation.state()
        if model is None or told is None:
            self.waiting.clear()
            return 0
        self._begin(told["folder"], model.name)
        until, made = time.monotonic() + patience, 0
        while self.waiting or self.missing:
            while self.waiting and len(self.missing) < AT_ONCE:
                self._fetch(model.name)
            made += self._make(model)
            if time.monotonic() > until:
                break
        self.made += made
        if not self.waiting and not self.missing:
            self._end()
        return made

    def _begin(self, folder: str, name: str) -> None:
        if self.began == (folder, name):
            return
        self.began, self.is_pass, self.used = (folder, name), True, set()
        for listing in indexed():
            self._wait(listing.noun, list(listing.queryset().order_by("pk").values_list("pk", flat=True)))

    def _fetch(self, name: str) -> None:
        noun, keys = self.waiting.popleft()
        found = (vectors.lines_of(title) for title in titles_of(registry.listings[noun], keys).values())
        by_key = {vectors.key_of(lines): lines for lines in found if lines}
        if self.is_pass:
            self.used |= by_key.keys()
        known = vectors.opened(generation.root())
        if known is None or known.embedder != name:
            self.missing |= by_key
            return
        places = known.places(list(by_key))
        self.missing |= {key: by_key[key] for key, place in zip(by_key, places, strict=True) if place < 0}

    def _make(self, model: Embedder) -> int:
        keys = list(self.missing)[:AT_ONCE]
        if not keys:
            return 0
        rows = encoded(model, [self.missing[key] for key in keys])
        made = vectors.add(generation.root(), model.name, keys, rows)
        for key in keys:
            del self.missing[key]
        return made

    def _end(self) -> None:
        """All are made: let go of what nothing uses, and tell the readers that the order may be another one."""
        if self.is_pass:
            known = vectors.opened(generation.root())
            if known is not None and len(known) > FEW + SLACK * len(self.used):
                vectors.keep_only(generation.root(), list(self.used))
            self.is_pass, self.used = False, set()
        if self.made:
            index.announce()
            self.made = 0


def encoded(model: Embedder, titles: Sequence[Lines]) -> object:
    """One vector a title: the mean of its lines, of length 1. Two would need twice the memory."""
    import numpy

    every = model.encode([line for lines in titles for line in lines])
    ends = numpy.cumsum([len(lines) for lines in titles])[:-1]
    means = numpy.stack([part.mean(axis=0) for part in numpy.split(every, ends)])
    lengths = numpy.linalg.norm(means, axis=1, keepdims=True)
    return (means / numpy.where(lengths > 0, lengths, 1)).astype(numpy.float32)
