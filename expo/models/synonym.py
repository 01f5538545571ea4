"""Synonym: words of both languages that mean the same to whoever searches the fair."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from expo.models.base import NaturalKeyed, NaturalKeyQuerySet, Stamped, Versioned
from expo.search.analyzer import STOP_WORDS, positions

MOST_WORDS = 20
LONGEST = 60  # characters of a word


def lines(text: str) -> list[str]:
    """One word a line, with single spaces; empty lines and doubles are left out."""
    return list(dict.fromkeys(filter(None, (" ".join(line.split()) for line in text.splitlines()))))


class Synonym(Versioned, Stamped, NaturalKeyed):
    """One group of words. Who asks for one of them finds the others too; `also_found_by` works one way only."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    words = models.TextField(
        _("words"),
        help_text=_("One a line, English and Chinese mixed. Asking for one of them finds all the others."),
    )
    also_found_by = models.TextField(
        _("also found by"),
        blank=True,
        help_text=_(
            "Broader words, one a line. Asking for one of these finds the words above; asking for the words above "
            "does not find these."
        ),
    )
    note = models.TextField(_("note"), blank=True)

    objects = NaturalKeyQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("group of synonyms")
        verbose_name_plural = _("synonyms")
        ordering = ["slug"]
        constraints = [models.CheckConstraint(condition=~models.Q(words=""), name="synonym_has_words")]

    def __str__(self) -> str:
        return " / ".join(self.word_list[:4]) or self.slug

    @property
    def word_list(self) -> list[str]:
        return lines(self.words)

    @property
    def broader_list(self) -> list[str]:
        return lines(self.also_found_by)

    def clean(self) -> None:
        """Words that the search can tell apart, each in one group only."""
        super().clean()
        words, broader = self.word_list, self.broader_list
        problems = {"words": _problem(words), "also_found_by": _problem(broader)}
        if len(words) < 2:
            problems["words"] = problems["words"] or str(_("Enter at least two words, one a line."))
        if not any(problems.values()):
            problems = {"words": self._problem_with_others(words), "also_found_by": _told_twice(words, broader)}
        if found := {name: problem for name, problem in problems.items() if problem}:
            raise ValidationError(found)
        self.words, self.also_found_by = "\n".join(words), "\n".join(broader)

    def _problem_with_others(self, words: list[str]) -> str:
        """Asks all other groups: there are some hundred, and what the analyzer makes of a word no database knows."""
        own = {tuple(positions(word)): word for word in words}
        for other in type(self)._default_manager.exclude(pk=self.pk):
            for word in other.word_list:
                if tuple(positions(word)) in own:
                    return _("“%(word)s” is in another group already: %(group)s.") % {
                        "word": own[tuple(positions(word))], "group": other,
                    }  # fmt: skip
        return ""


def _problem(words: list[str]) -> str:
    """What is wrong with a list of words; empty where nothing is."""
    if len(words) > MOST_WORDS:
        return _("At most %(most)d words make a group.") % {"most": MOST_WORDS}
    for word in words:
        terms = positions(word)
        if len(word) > LONGEST:
            return _("“%(word)s…” is longer than %(most)d characters.") % {"word": word[:20], "most": LONGEST}
        if len("".join(terms)) < 2 or STOP_WORDS.issuperset(terms):
            return _("“%(word)s” would be found nearly everywhere. Enter a longer word.") % {"word": word}
    return _told_twice([], words)


def _told_twice(known: Iterable[str], words: Iterable[str]) -> str:
    """A word that the search reads as it reads another one, like a plural."""
    seen = {tuple(positions(word)): word for word in known}
    for word in words:
        same = seen.setdefault(tuple(positions(word)), word)
        if same != word or (known and same in known):
            return _("“%(word)s” and “%(other)s” are the same to the search: keep one of them.") % {
                "word": word, "other": same,
            }  # fmt: skip
    return ""
