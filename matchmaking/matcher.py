"""One demand against the offers of the index: candidates, facts, parts. Nothing is stored here."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.search import generation
from expo.search.engine import Engine
from expo.search.likeness import Key, Likeness, Place, Said, Sought, candidates, places_of, scores_of, sought
from expo.search.ranking import current
from expo.search.sharing import Wanted, places_sharing
from matchmaking.gathering import Ground, Offers
from matchmaking.match_texts import shared_words, telling_words
from matchmaking.matching.facts import DemandFacts, OfferFacts, Text
from matchmaking.matching.parts import UNSAID, Part, could_earn, shared_out, shares, total
from matchmaking.matching.score import asked_for, excluded, score, valued
from matchmaking.weights import values_in_force

# Of each noun: looked at, by words and as many by meaning; of them, the facts of which are gathered;
# kept of a demand.
LOOKED_AT: Mapping[str, int] = {"innovation": 70, "product": 12, "instrument": 12}
GATHERED: Mapping[str, int] = {"innovation": 60, "product": 12, "instrument": 12}
MOST: Mapping[str, int] = {"innovation": 40, "product": 10, "instrument": 10}
FLOOR = 40  # of 100 that a demand asks for: what earns less of it is no match, nobody would read it
SHARING = 20  # innovations of the field that state most of the targets, whatever their text says


class NotReady(DomainError):
    """There is no index to search in yet."""

    def __init__(self) -> None:
        super().__init__(_("Matching is not ready: the search index is being built. Try again in a minute."))


@dataclass(frozen=True)
class Asked:
    """A demand with its texts: what its own people read, and, where that is less, what the side that offers reads."""

    facts: DemandFacts
    said: Sequence[Said]
    shown: Sequence[Said] | None = None


@dataclass(frozen=True)
class Scored:
    """What an offer earns of a demand; `offer_…` is what the side that offers sees."""

    key: Key
    score: int
    parts: list[Part]
    offer_score: int
    offer_parts: list[Part]

    @property
    def is_match(self) -> bool:
        return is_match(self.score, could_earn(self.parts))


@dataclass(frozen=True)
class Row:
    """An offer while it is compared; `most` is what it could earn of all that is asked for."""

    key: Key
    score: int
    most: int
    offer: OfferFacts
    text: Text


class Matcher:
    """The newest generation of the index, the weights in force, and facts that are kept from demand to demand."""

    def __init__(self, *, today: dt.date | None = None) -> None:
        opened = generation.opened()
        if opened is None:
            raise NotReady
        meaning = current()
        self.engine = Engine(opened, meaning=lambda: meaning)
        self.is_semantic = meaning is not None
        self.weights = values_in_force()
        self.ground = Ground()
        self.offers = Offers(self.ground, today=today)
        self.looked_at = 0

    def narrow(self, demand: DemandFacts) -> Matcher:
        """Read only the figures that this one demand asks for: then nothing is kept for others."""
        self.offers.parameters = frozenset(row.parameter_id for row in demand.targets)
        return self

    # -------------------------------------------------------------- questions
    def best(self, asked: Asked, *, always: Iterable[Key] = ()) -> list[Scored]:
        """The offers that answer a demand, best first; `always` are scored whatever they earn."""
        text, kept = sought(self.engine, asked.said), set(always)
        places = candidates(self.engine, text, LOOKED_AT)
        sharing = self._sharing(asked.facts) | self._places(kept)
        places |= sharing
        best, taken = [], Counter[str]()
        for row in self._rows(asked.facts, text, places, {*sharing.values(), *kept}):
            noun = row.key[0]
            if row.key in kept or (is_match(row.score, row.most) and taken[noun] < MOST[noun]):
                best.append(row)
                taken[noun] += row.key not in kept
        return self._told(asked, best, places)

    def hold(self, asked: Asked, keys: Sequence[Key]) -> list[Scored]:
        """What these offers earn of a demand, whatever it is; without those that are excluded."""
        places = self._places(keys)
        rows = self._rows(asked.facts, sought(self.engine, asked.said), places, set(keys))
        return self._told(asked, rows, places)

    def demands_like(self, said: Sequence[Said], *, most: int) -> list[int]:
        """The keys of demands whose text an offer's text is like, the most alike first."""
        text = sought(self.engine, said)
        found = scores_of(self.engine, text, candidates(self.engine, text, {"demand": most}))
        return [row.pk for row in sorted(found.values(), key=lambda row: (-row.score, row.pk))[:most]]

    # -------------------------------------------------------------- candidates
    def _places(self, keys: Iterable[Key]) -> dict[Place, Key]:
        by_noun: dict[str, list[int]] = defaultdict(list)
        for noun, key in keys:
            by_noun[noun].append(key)
        found: dict[Place, Key] = {}
        for noun, numbers in by_noun.items():
            found |= places_of(self.engine, noun, numbers)
        return found

    def _sharing(self, demand: DemandFacts) -> dict[Place, Key]:
        """Innovations in the field that state what the targets are about, in other words perhaps."""
        if not demand.targets or demand.sector is None:
            return {}
        named = (self.ground.parameters.get(row.parameter_id) for row in demand.targets)
        parameters = list(dict.fromkeys(row.slug for row in named if row is not None))
        slugs, sector = self.ground.slugs, demand.sector
        whole = [slugs[sector.parent]] if sector.parent else []
        asked = Wanted("innovation", "metric", parameters, "sector", among=[slugs[sector.key]], exactly=whole)
        return places_sharing(self.engine, asked, limit=SHARING)

    # -------------------------------------------------------------- scores
    def _rows(
        self, demand: DemandFacts, text: Sought, places: Mapping[Place, Key], always: Collection[Key]
    ) -> list[Row]:
        """The offers that are not excluded, best first; of equals in the order of their keys."""
        is_asked = bool(text.languages)
        read = scores_of(self.engine, text, places)
        points = self._points(demand, is_asked=is_asked)
        most = {noun: 100 - shared.get(UNSAID, 0) for noun, shared in points.items()}
        offers = self.offers.of({*_best_read(read), *always})
        self.looked_at += len(offers)
        rows = []
        for key, offer in offers.items():
            if excluded(demand, offer):
                continue
            told = self._text(text, read.get(key))
            earned = score(demand, offer, text=told, points=points[key[0]])
            rows.append(Row(key, earned, most[key[0]], offer, told))
        return sorted(rows, key=lambda row: (-row.score, row.key))

    def _text(self, text: Sought, found: Likeness | None) -> Text:
        if found is None:
            return Text(is_asked=bool(text.languages))
        return Text(found.score, self.is_semantic, found.nearness, certainty=text.certainty)

    def _told(self, asked: Asked, rows: Sequence[Row], places: Mapping[Place, Key]) -> list[Scored]:
        """With the facts behind each part, and with what the side that offers sees."""
        kept = {row.key for row in rows}
        places = {place: key for place, key in places.items() if key in kept}
        own = self._parts(asked.facts, asked.said, rows, places)
        others = own
        if asked.shown is not None:
            text = sought(self.engine, asked.shown)
            read = scores_of(self.engine, text, places)
            shown = [replace(row, text=self._text(text, read.get(row.key))) for row in rows]
            others = self._parts(asked.facts.shown(), asked.shown, shown, places)
        return [
            Scored(row.key, total(own[row.key]), own[row.key], total(others[row.key]), others[row.key]) for row in rows
        ]

    def _parts(
        self, demand: DemandFacts, said: Sequence[Said], rows: Sequence[Row], places: Mapping[Place, Key]
    ) -> dict[Key, list[Part]]:
        words = shared_words(self.engine, telling_words(self.engine, said), places) if places else {}
        points = self._points(demand, is_asked=any(row.text.is_asked for row in rows))
        return {
            row.key: shared_out(
                valued(demand, row.offer, text=replace(row.text, shared=words.get(row.key, {}))), points[row.key[0]]
            )
            for row in rows
        }

    def _points(self, demand: DemandFacts, *, is_asked: bool) -> dict[str, dict[str, int]]:
        """By noun, what each part may earn."""
        return {noun: shares(asked_for(demand, noun, text=is_asked), self.weights) for noun in MOST}


def is_match(score: int, most: int) -> bool:
    return 100 * score >= FLOOR * most


def _best_read(read: Mapping[Key, Likeness]) -> list[Key]:
    """Those whose text answers best, of each noun so many."""
    found: list[Key] = []
    for noun, most in GATHERED.items():
        rows = [(-one.score, key) for key, one in read.items() if key[0] == noun]
        found += [key for _score, key in sorted(rows)[:most]]
    return found
