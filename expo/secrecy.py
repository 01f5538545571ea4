"""Secrecy: what is classified never enters this system, not even as a draft."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from expo.errors import DomainError

QUESTION = "classified"  # what every door calls the question


class Answer(models.TextChoices):
    """The answer itself is stored nowhere: whatever is stored was answered with “no”."""

    NO = "no", _("No, nothing")
    YES = "yes", _("Yes, or I am not sure")


def refuse_classified(answer: str) -> None:
    """Every door that takes in a demand or an innovation passes its answer here before it writes anything.

    DomainError at `classified` for every answer but “no”.
    """
    if answer == Answer.NO:
        return
    if answer == Answer.YES:
        raise DomainError(
            _(
                "Nothing was stored: what is classified, even in part, must not enter this system, not as a draft "
                "either. Ask the secrecy office of your institution what may be said in public, and leave out the rest."
            ),
            field=QUESTION,
        )
    raise DomainError(_("Say first whether it contains anything classified."), field=QUESTION)
