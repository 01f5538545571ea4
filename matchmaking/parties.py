"""Who takes part in a deal, and what in a text would tell who is not to be named."""

from __future__ import annotations

from django.db.models import prefetch_related_objects

from matchmaking.models import Deal
from matchmaking.models.naming import cores, gives_away, identifying_words, squeezed

TEXTS = ("title", "claim", "story", "company")


def words_of(deal: Deal, *, named: bool) -> set[str]:
    """What gives away the parties that may be named, or those that may not."""
    words: set[str] = set()
    for party in deal.parties.all():
        if party.is_named == named:
            words |= {squeezed(word) for word in cores(party.name_en, party.name_zh)}
            words |= {squeezed(word) for word in identifying_words(party.organization)} if party.organization else set()
    return words


def unnamed(deal: Deal) -> set[str]:
    """What would give away the parties that may not be named, and is said of no party that may."""
    return words_of(deal, named=False) - words_of(deal, named=True)


def telling_texts(deal: Deal) -> list[str]:
    """The deal's own texts, by column, that name a party which is not to be named."""
    prefetch_related_objects([deal], "parties__organization")
    hidden = unnamed(deal)
    columns = [f"{text}_{language}" for text in TEXTS for language in ("en", "zh")]
    return [column for column in columns if gives_away(getattr(deal, column), hidden)]
