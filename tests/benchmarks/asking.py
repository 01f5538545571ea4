"""What visitors ask: a mixed set of queries drawn from the vocabulary of the samples, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

from expo.composing import QUALITY_LOT
from expo.models import Mode, OrganizationKind
from expo.models.innovation import Stage
from expo.options import TRL_BUCKETS
from expo.vocabulary import FIELDS, RARE, Pair

OF_A_KIND = 27  # queries of each kind, once without filters and once with three
SORTS = ("", "newest", "mature", "title")


@dataclass(frozen=True)
class Query:
    kind: str
    filters: int
    language: str
    parameters: tuple[tuple[str, str], ...]

    @property
    def path(self) -> str:
        return f"/{self.language}/innovations/"

    @property
    def string(self) -> str:
        return urlencode(self.parameters)


def queries(seed: int = 1) -> list[Query]:
    rng = Random(f"{seed}")  # noqa: S311
    found = []
    for kind, draw in KINDS.items():
        for filters in (0, 3):
            for n in range(OF_A_KIND):
                language = "zh-hans" if kind.startswith("Chinese") or (kind == "browse" and n % 2) else "en"
                found.append(Query(kind, filters, language, (*draw(rng, n), *_filters(rng, filters))))
    rng.shuffle(found)
    return found


def _filters(rng: Random, count: int) -> list[tuple[str, str]]:
    """That many filters, one value each, of those that leave something."""
    values = {
        "sector": [field.slug for field in FIELDS[:8]], "mode": Mode.values, "trl": list(TRL_BUCKETS),
        "stage": Stage.values, "kind": list(OrganizationKind.values[:3]), "region": ["CN-SC", "CN-GD", "CN-BJ"],
    }  # fmt: skip
    return [(name, rng.choice(values[name])) for name in rng.sample(sorted(values), count)]


def _browse(rng: Random, n: int) -> list[tuple[str, str]]:
    """Through the pages, near and deep, in every order."""
    page = rng.choice((1, 1, 1, 2, 3, 8, 40))
    return [(name, value) for name, value in (("sort", SORTS[n % 4]), ("page", str(page))) if value not in ("", "1")]


def _common(rng: Random, n: int) -> list[tuple[str, str]]:
    return [("q", rng.choice(FIELDS[n % len(FIELDS)].things[:3])[0])]


def _rare(rng: Random, n: int) -> list[tuple[str, str]]:
    return [("q", RARE[-1 - n][0])]


def _two(rng: Random, n: int) -> list[tuple[str, str]]:
    field = rng.choice(FIELDS)
    return [("q", f"{QUALITY_LOT.draw(rng)[0]} {rng.choice(field.things)[0].split()[-1]}")]


def _chinese(length: int) -> list[Pair]:
    words = [word for field in FIELDS for word in (*field.things, *field.methods, *field.uses)]
    return [word for word in words if len(word[1]) == length and not word[1].isascii()]


KINDS = {
    "browse": _browse,
    "common": _common,
    "rare": _rare,
    "two words": _two,
    "Chinese 2": lambda rng, n: [("q", rng.choice(_chinese(2))[1])],
    "Chinese 4": lambda rng, n: [("q", rng.choice(_chinese(4))[1])],
}
