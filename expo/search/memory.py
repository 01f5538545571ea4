"""What a process remembers from one request to the next: valid as long as nothing public has changed.

Everything is kept under a stamp: the generation of the index, which every change of a public table raises, and the
day. There is no stamp, and so no memory, while there is no index or no worker that keeps it fresh.

Several threads share it: what one reads another may take out at any moment. So each reads once, by `get`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from django.utils import timezone
from django.utils.translation import get_language

from expo.search import generation

Stamp = tuple[str, int, str]
T = TypeVar("T")
MOST = 12_000  # entries; a card or the texts of a record are about 3 KB
NOTHING: Any = object()  # stands for what is not remembered, for None may be

_kept: tuple[Stamp | None, dict[Hashable, Any]] = (None, {})


def stamp() -> Stamp | None:
    """Of this moment. Take it before you read what you remember under it: then it is never older than it says."""
    opened = generation.opened()
    if opened is None or not generation.is_kept_fresh():
        return None
    return opened.folder, opened.generation, timezone.localdate().isoformat()


def remembered(key: Hashable, make: Callable[[], T], now: Stamp | None = None) -> T:
    """What `make` gave when it was last asked in this language, under this stamp."""
    now = now or stamp()
    if now is None:
        return make()
    memory, full_key = memory_of(now), (get_language(), key)
    if (found := memory.get(full_key, NOTHING)) is NOTHING:
        found = memory[full_key] = make()
    return cast(T, found)


def memory_of(now: Stamp) -> dict[Hashable, Any]:
    """All that is remembered under the stamp; what an older one left is let go of, and of too much the oldest part."""
    global _kept
    kept = _kept
    if kept[0] != now:
        kept = _kept = (now, {})
    memory = kept[1]
    if len(memory) > MOST:
        for key in list(memory)[: MOST // 4]:
            memory.pop(key, None)
    return memory


def forget() -> None:
    """Let go of everything, for tests."""
    global _kept
    _kept = (None, {})
