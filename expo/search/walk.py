"""Walking all hits of a listing newest first, by key: what is added or taken away meanwhile shifts nothing."""

from __future__ import annotations

from expo.search import counting
from expo.search.answers import Answers, FromDatabase, FromIndex


def newest_first(found: Answers, *, before: int | None, limit: int) -> list[int]:
    """Keys of hits, the newest first, from below `before`."""
    if isinstance(found, FromIndex):
        return _from_index(found, before, limit)
    if not isinstance(found, FromDatabase):
        raise TypeError(f"{type(found).__name__} cannot be walked.")
    rows = found.filterset.rows().order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.values_list("pk", flat=True)[:limit])


def _from_index(found: FromIndex, before: int | None, limit: int) -> list[int]:
    engine = found.engine
    tantivy, query = engine.t, engine.whole(found.asked, relaxed=False, scored=False)
    if before is not None:
        ends = (tantivy.FieldType.Unsigned, None, max(0, before - 1))
        query = engine.all_of([query, engine.silent(tantivy.Query.range_query(engine.schema, "pk", *ends))])
    result = engine.searcher.search(query, limit=limit, order_by_field="pk", order=tantivy.Order.Desc)
    return [int(key) for key in engine.numbers("pk", [address for _order, address in result.hits])]


def count_of(found: Answers) -> int:
    """How many hits a walk goes over: those that hold every word."""
    if not isinstance(found, FromIndex):
        return found.total
    return counting.number_of(found.engine, found.engine.whole(found.asked, relaxed=False, scored=False))


def generation_of(found: Answers) -> int:
    """Of the index that answers; 0 is the database."""
    return found.engine.generation if isinstance(found, FromIndex) else 0
