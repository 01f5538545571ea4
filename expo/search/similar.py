"""Records of the same noun that say nearly the same: what stands beside one on its public page."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from expo import registry
from expo.search import generation
from expo.search.engine import Engine
from expo.search.likeness import Said, text_scores
from expo.search.ranking import current

LOOKED_AT = 20  # by words in each language, and as many by meaning
# From which score a text is like another one: by words alone, and by words and meaning. Below these the two share
# words of everyday speech.
FLOORS = {False: 0.08, True: 0.2}


def similar_to(record: Model, *, most: int) -> list[Any]:
    """Public records whose title and claim are most like this one's, the nearest first; none without an index."""
    opened = generation.opened()
    said = [
        Said(title, f"{title}\n{getattr(record, f'claim_{lang}')}")
        for lang in ("en", "zh")
        if (title := getattr(record, f"title_{lang}"))
    ]
    if opened is None or not said:
        return []
    meaning, noun = current(), str(record._meta.model_name)
    rows = text_scores(Engine(opened, meaning=lambda: meaning), said, noun, most=LOOKED_AT)
    floor = FLOORS[meaning is not None]
    keys = [row.pk for row in rows if row.pk != record.pk and row.score >= floor][:most]
    found = {row.pk: row for row in registry.listings[noun].queryset().filter(pk__in=keys).order_by()}
    return [found[key] for key in keys if key in found]
