"""What an edition asks beyond the short form: which questions are asked, what answers may be, and how they read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from expo.errors import DomainError
from expo.models import Answer, Edition, Exhibitor, Question, QuestionKind

LONGEST = {QuestionKind.LINE: 300, QuestionKind.TEXT: 5000, QuestionKind.LINK: 500}
LARGEST = 10**12
NOTHING: tuple[Any, ...] = (None, "", [])
YES, NO = "yes", "no"
is_link = URLValidator(schemes=["http", "https"])


class AnswersChanged(DomainError):
    """Somebody else answered the same questions since they were read; nothing was stored."""

    def __init__(self, questions: list[Question]) -> None:
        super().__init__(
            _("Somebody else answered this meanwhile: %(labels)s.") % {"labels": "; ".join(map(str, questions))}
        )
        self.questions = questions


@dataclass(frozen=True)
class Told:
    """A question with its answer as a person reads it; the text is empty where there is none."""

    label: str
    text: str
    is_asked: bool
    is_required: bool


# ------------------------------------------------------------------ which are asked
def questions_of(edition: Edition) -> list[Question]:
    return list(Question.objects.filter(edition=edition, is_active=True).select_related("asked_if"))


def answers_of(exhibitor: Exhibitor) -> dict[int, Any]:
    """What was answered, by the key of the question."""
    return dict(Answer.objects.filter(exhibitor=exhibitor).values_list("question_id", "value"))


def as_words(value: Any) -> set[str]:
    """An answer as the words that a condition may name."""
    if isinstance(value, bool):
        return {YES if value else NO}
    return {str(part) for part in value} if isinstance(value, list) else {str(value)}


def holds(question: Question, answers: Mapping[int, Any]) -> bool:
    """Whether a question is asked, after these answers."""
    before = question.asked_if
    if before is None:
        return True
    given = answers.get(before.pk)
    if not before.is_active or given in NOTHING:
        return False
    return question.asked_if_value.strip().casefold() in {word.casefold() for word in as_words(given)}


def asked(questions: Iterable[Question], answers: Mapping[int, Any]) -> list[Question]:
    return [question for question in questions if holds(question, answers)]


def lacking(exhibitor: Exhibitor) -> list[Question]:
    """Questions that must be answered and are not."""
    answers = answers_of(exhibitor)
    rows = asked(questions_of(exhibitor.edition), answers)
    return [question for question in rows if question.is_required and answers.get(question.pk) in NOTHING]


# ------------------------------------------------------------------ what an answer may be
def checked(question: Question, value: Any) -> Any:
    """The answer as it is stored, None for none. Raises DomainError where it is none to this question."""
    if value in NOTHING:
        return None
    if problem := _problem(question, value):
        raise DomainError(f"{question}: {problem}", field=f"q-{question.pk}")
    return value


def _problem(question: Question, value: Any) -> str:
    kind, options = question.kind, {option for option, _label in question.options()}
    if kind == QuestionKind.YES_NO:
        return "" if isinstance(value, bool) else _("Answer yes or no.")
    if kind == QuestionKind.NUMBER:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return "" if is_number and abs(value) < LARGEST else _("Answer with a number.")
    if kind == QuestionKind.SOME_OF:
        is_list = isinstance(value, list) and all(isinstance(part, str) for part in value)
        return "" if is_list and set(value) <= options else _("Choose from the list.")
    if not isinstance(value, str):
        return _("Answer with words.")
    if kind == QuestionKind.ONE_OF:
        return "" if value in options else _("Choose from the list.")
    if kind == QuestionKind.DAY:
        return "" if _is_day(value) else _("Answer with a day.")
    if len(value) > LONGEST[QuestionKind(kind)]:
        return _("At most %(most)d characters.") % {"most": LONGEST[QuestionKind(kind)]}
    return "" if kind != QuestionKind.LINK or _is_link(value) else _("Write a web address that begins with https://.")


def _is_day(value: str) -> bool:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_link(value: str) -> bool:
    try:
        is_link(value)
    except ValidationError:
        return False
    return True


# ------------------------------------------------------------------ answering
def write_answers(
    exhibitor: Exhibitor, values: Mapping[int, Any], *, seen: Mapping[int, Any] | None = None
) -> list[Question]:
    """Store answers by the keys of their questions and return those that changed. The caller holds the exhibitor.

    `seen` are the answers the writer read before: what somebody else answered since is not written over, and what the
    writer left as it was follows the other. Raises DomainError, also for a question of another edition.
    """
    questions = {question.pk: question for question in questions_of(exhibitor.edition)}
    if set(values) - set(questions):
        raise DomainError(_("This question is not asked in this edition."))
    rows = {row.question_id: row for row in Answer.objects.filter(exhibitor=exhibitor)}
    stored = {pk: row.value for pk, row in rows.items()}
    wanted = {pk: checked(questions[pk], value) for pk, value in values.items()}
    touched = {pk: value for pk, value in wanted.items() if value != stored.get(pk)}
    if seen is not None:
        others = {pk for pk in touched if stored.get(pk) != (None if seen.get(pk) in NOTHING else seen.get(pk))}
        touched = {pk: value for pk, value in touched.items() if pk not in others or value != (seen.get(pk) or None)}
        if clashing := [questions[pk] for pk in touched if pk in others]:
            raise AnswersChanged(clashing)
    with transaction.atomic():
        for pk, value in touched.items():
            _write(rows.get(pk) or Answer(exhibitor=exhibitor, question_id=pk), questions[pk], value)
    return [questions[pk] for pk in touched]


def _write(row: Answer, question: Question, value: Any) -> None:
    """One by one: each leaves its line in the audit."""
    row.question = question
    if value is not None:
        row.value = value
        row.save()
    elif row.pk:
        row.delete()


def drop_unasked(exhibitor: Exhibitor) -> int:
    """Forget answers to questions whose condition no longer holds; returns how many."""
    questions, answers = questions_of(exhibitor.edition), answers_of(exhibitor)
    kept = {question.pk for question in asked(questions, answers)}
    unasked = [question.pk for question in questions if question.pk not in kept]
    return Answer.objects.filter(exhibitor=exhibitor, question__in=unasked).delete()[0]


# ------------------------------------------------------------------ reading
def in_words(question: Question, value: Any) -> str:
    """An answer in the reader's language."""
    if value in NOTHING:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    labels = dict(question.options())
    if isinstance(value, list):
        return pgettext("between names", ", ").join(labels.get(part, str(part)) for part in value)
    if question.kind == QuestionKind.DAY and _is_day(str(value)):
        return date_format(dt.date.fromisoformat(value), "DATE_FORMAT")
    return labels.get(value, str(value)) if isinstance(value, str) else f"{value:,}"


def told(exhibitor: Exhibitor) -> list[Told]:
    """Every question that is asked, answered or not, and answers to questions that are no longer asked."""
    answers = answers_of(exhibitor)
    rows = list(Question.objects.filter(edition=exhibitor.edition).select_related("asked_if"))
    shown = [row for row in rows if (row.is_active and holds(row, answers)) or answers.get(row.pk) not in NOTHING]
    return [
        Told(
            str(row.label),
            in_words(row, answers.get(row.pk)),
            row.is_active and holds(row, answers),
            row.is_required,
        )
        for row in shown
    ]
