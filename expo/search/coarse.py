"""A first look at many vectors: where they lie in the few directions in which they differ most.

All 512 numbers of all titles are 200 MB at 100,000; 64 tell in a quarter of the time which of them are worth reading
(docs/benchmarks.md, “Matching”). The directions are those of a sample (principal components) and stay while the file
grows: a title that came later is found by them as well, since they are many more than one field of words needs.
"""

from __future__ import annotations

from typing import Any

DIRECTIONS = 64
FROM = 10_000  # vectors, below which all are read whole
SAMPLE = 4_000
WORTH = 1_000  # vectors that are read whole, at least
AT_ONCE = 4_096  # rows that are worked on together


class Coarse:
    """`places` are float32, a row of DIRECTIONS for each vector."""

    def __init__(self, rows: Any) -> None:
        import numpy

        sample = rows[:: max(1, len(rows) // SAMPLE)]
        _values, directions = numpy.linalg.eigh(sample.T @ sample)
        self.directions = numpy.ascontiguousarray(directions[:, ::-1][:, :DIRECTIONS])
        self.places = numpy.empty((0, self.directions.shape[1]), numpy.float32)
        self.grow(rows)

    def grow(self, rows: Any) -> None:
        """Take in what stands behind the vectors that are known."""
        import numpy

        known = self.places  # another thread may do the same: both come to the same end
        more = [rows[n : n + AT_ONCE] @ self.directions for n in range(len(known), len(rows), AT_ONCE)]
        if more:
            self.places = numpy.concatenate([known, *more])

    def worth_reading(self, vector: Any, most: int, rows: int) -> Any:
        """Of the first so many rows those that may be among the nearest `most`, in no order."""
        import numpy

        worth = min(max(WORTH, 2 * most), rows)
        near = self.places[:rows] @ (vector @ self.directions)
        return numpy.argpartition(near, len(near) - worth)[len(near) - worth :]


_known: tuple[str, Coarse] | None = None


def coarse(base: str, rows: Any) -> Coarse | None:
    """That of the file that `base` names, kept by the process; None where so few vectors are soon read."""
    global _known
    if len(rows) < FROM:
        return None
    known = _known
    if known is None or known[0] != base:
        known = _known = base, Coarse(rows)
    known[1].grow(rows)
    return known[1]
