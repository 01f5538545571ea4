"""What an edition asks its exhibitors beyond the short form, what they answered, and what they may not change."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from expo.models.base import Bilingual, Versioned, one_language_at_least


class QuestionKind(models.TextChoices):
    LINE = "line", _("one line")
    TEXT = "text", _("longer text")
    NUMBER = "number", _("number")
    YES_NO = "yes_no", _("yes or no")
    ONE_OF = "one_of", _("one of several")
    SOME_OF = "some_of", _("some of several")
    DAY = "day", _("day")
    LINK = "link", _("web address")


class Question(Versioned):
    """One question of an edition. `choices` are lines; a line `English | 中文` speaks both languages.

    With `asked_if` it is asked only where that question was answered with the value `asked_if_value`.
    """

    edition = models.ForeignKey("expo.Edition", models.CASCADE, related_name="questions", verbose_name=_("edition"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=QuestionKind, default=QuestionKind.LINE)
    label_en = models.CharField(_("question (English)"), max_length=200, blank=True)
    label_zh = models.CharField(_("question (Chinese)"), max_length=200, blank=True)
    help_en = models.CharField(_("help (English)"), max_length=300, blank=True)
    help_zh = models.CharField(_("help (Chinese)"), max_length=300, blank=True)
    choices = models.TextField(
        _("choices"), blank=True, help_text=_("One a line. “English | 中文” shows each language its part.")
    )
    is_required = models.BooleanField(_("must be answered"), default=False)
    is_active = models.BooleanField(
        _("asked"), default=True, help_text=_("Answers given stay when it is switched off.")
    )
    asked_if = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("asked only after")
    )
    asked_if_value = models.CharField(_("where the answer was"), max_length=200, blank=True)

    label, help = Bilingual(), Bilingual()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(condition=one_language_at_least("label"), name="question_labeled")]

    def __str__(self) -> str:
        return str(self.label)

    def clean(self) -> None:
        super().clean()
        if self.kind in (QuestionKind.ONE_OF, QuestionKind.SOME_OF) and len(self.options()) < 2:
            raise ValidationError({"choices": _("Write at least two choices, one a line.")})
        if self.asked_if is None:
            return
        if self.asked_if_id == self.pk or self.asked_if.asked_if_id:
            raise ValidationError({"asked_if": _("Choose a question that is asked of everybody.")})
        if self.asked_if.edition_id != self.edition_id:
            raise ValidationError({"asked_if": _("This question belongs to another edition.")})
        if not self.asked_if_value:
            raise ValidationError({"asked_if_value": _("Say with which answer it is asked.")})
        possible = {value.casefold() for value in self.asked_if.possible_answers()}
        if possible and self.asked_if_value.strip().casefold() not in possible:
            told = _("That is no answer to this question. Write one of its choices.")
            raise ValidationError({"asked_if_value": told})

    def possible_answers(self) -> list[str]:
        """The answers that can be told beforehand; none where anything may be written."""
        if self.kind == QuestionKind.YES_NO:
            return ["yes", "no"]
        return [value for value, _label in self.options()]

    def options(self) -> list[tuple[str, str]]:
        """(value, label in the reader's language) of each choice; the value is the line's first part."""
        chinese = (get_language() or "en").startswith("zh")
        found = []
        for line in self.choices.splitlines():
            first, _bar, second = (part.strip() for part in line.partition("|"))
            if first or second:
                found.append((first or second, (second if chinese and second else first) or second))
        return found


class Answer(models.Model):
    """What an exhibitor answered: a text, a number, true or false, or a list of choices."""

    exhibitor = models.ForeignKey("expo.Exhibitor", models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    value: Any = models.JSONField(_("answer"))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["question__position", "question_id"]
        constraints = [models.UniqueConstraint(fields=["exhibitor", "question"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.question}"


class FieldLock(models.Model):
    """A field of its own entry that an accepted exhibitor of an edition may not change, and why."""

    edition = models.ForeignKey("expo.Edition", models.CASCADE, related_name="field_locks", verbose_name=_("edition"))
    field = models.CharField(_("field"), max_length=40)
    reason_en = models.CharField(_("why (English)"), max_length=300, blank=True)
    reason_zh = models.CharField(_("why (Chinese)"), max_length=300, blank=True)

    reason = Bilingual()

    class Meta:
        verbose_name = _("locked field")
        verbose_name_plural = _("locked fields")
        ordering = ["field"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "field"],
                name="fieldlock_once",
                violation_error_message=_("This field is locked already."),
            ),
            models.CheckConstraint(condition=one_language_at_least("reason"), name="fieldlock_has_reason"),
        ]

    def __str__(self) -> str:
        return self.field
