"""Deep pages of sorted listings: about where in an order a record stands, as a number.

Sorting by text costs the engine time for every record before the page, sorting by number next to none. So each order
of each noun is cut at keys of about equal distance when the index is built, and a record's place is the number of cuts
before its key. Places find the stretch that a page lies in, texts sort the stretch: exact, however old the cuts are.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from pathlib import Path

from expo.registry import Listing
from expo.search.documents import sort_keys

CUTS = 4_096  # of one order at most
SAMPLED = 4 * CUTS  # records that the cuts are taken from
CHUNK = 2_000  # keys of one query to the database
FILE = "orders.json"
Cuts = dict[str, dict[str, list[str]]]  # keys by order, by noun


def cuts_of(listing: Listing, keys: list[int]) -> dict[str, list[str]]:
    """Where to cut each order of a noun with these records."""
    sample = keys[:: -(-len(keys) // SAMPLED) or 1]
    found: dict[str, list[str]] = {}
    for name, (_label, order) in listing.filterset.SORTS.items():
        texts: list[str] = []
        for start in range(0, len(sample), CHUNK):
            rows = listing.queryset().filter(pk__in=sample[start : start + CHUNK])
            texts += (key for _pk, key in sort_keys(rows, order))
        step = -(-len(texts) // CUTS) or 1
        found[name] = sorted(texts)[step::step]
    return found


def places(cuts: Cuts, noun: str, sorts: dict[str, str]) -> dict[str, int]:
    """The place of a record in each order, of its keys."""
    known = cuts.get(noun, {})
    return {name: bisect_right(known.get(name, ()), key) for name, key in sorts.items()}


def read(folder: Path) -> Cuts:
    try:
        told: Cuts = json.loads((folder / FILE).read_text())
    except FileNotFoundError:
        return {}
    return told


def write(folder: Path, cuts: Cuts) -> None:
    (folder / FILE).write_text(json.dumps(cuts))
