"""Which generation of the index is the newest, and the one that this process reads.

A folder a version below `SEARCH_INDEX_DIR`; the file `current` names the one in use, with a number that every change
of it raises, and is replaced as a whole. The worker touches `heartbeat` whenever the index is up to date.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from expo.search.schema import fields

logger = logging.getLogger(__name__)
POINTER = "current"
HEARTBEAT = "heartbeat"
FRESH = 30  # seconds that an index counts as kept up to date after the last turn of the worker


def root() -> Path:
    folder: Path = settings.SEARCH_INDEX_DIR
    return folder


@dataclass
class Opened:
    folder: str
    generation: int
    index: Any
    searcher: Any
    kept: dict[Hashable, Any] = field(default_factory=dict)  # what was made of this searcher, which never changes


_opened: Opened | None = None
_seen: tuple[int, int, Path] | None = None  # the pointer as it was when the index was opened


def state() -> dict[str, Any] | None:
    """What the pointer says: folder, version and generation; None where there is no index of this version."""
    try:
        told = json.loads((root() / POINTER).read_text())
    except (FileNotFoundError, ValueError):
        return None
    return told if isinstance(told, dict) and told.get("version") == fields().version else None


def opened() -> Opened | None:
    """The index in its newest generation, or None where pages must ask the database."""
    global _opened, _seen
    try:
        now = os.stat(root() / POINTER)
    except FileNotFoundError:
        return None
    seen = (now.st_ino, now.st_mtime_ns, root())
    if _opened is None or seen != _seen:
        _opened, _seen = _newest(), seen
    return _opened


def _newest() -> Opened | None:
    told = state()
    if told is None:
        return None
    if _opened is not None and (_opened.folder, _opened.generation) == (told["folder"], told["generation"]):
        return _opened
    return _open(told)


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


def beat() -> None:
    """The worker has brought the index up to date just now."""
    root().mkdir(parents=True, exist_ok=True)
    (root() / HEARTBEAT).touch()


def is_kept_fresh() -> bool:
    """Whether a worker runs that brings changes in. Without one nothing made from the index may be remembered."""
    try:
        return time.time() - os.stat(root() / HEARTBEAT).st_mtime < FRESH
    except FileNotFoundError:
        return False


def forget() -> None:
    """Let go of the opened index, for tests and for another VAR_DIR."""
    global _opened
    _opened = None


def discard() -> None:
    """Use the index no more: the database was exchanged. The worker builds another one."""
    (root() / POINTER).unlink(missing_ok=True)
