"""Forms of those who exhibit: the short form, the questions of an edition, and their own entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo.errors import DomainError
from expo.exhibiting.applying import DRAFT_FIELDS, PUBLIC_TEXTS
from expo.exhibiting.entry import ANSWERS, ENTRY_FIELDS, locks_of, mark_of, proposed_by, waiting_change
from expo.exhibiting.questions import (
    LONGEST,
    NO,
    NOTHING,
    YES,
    AnswersChanged,
    answers_of,
    asked,
    checked,
    questions_of,
)
from expo.exhibiting.questions import in_words as answer_in_words
from expo.forms.conflict import in_words, opened_value
from expo.forms.records import VersionedForm, add_refusal, write
from expo.models import Exhibitor, Question, QuestionKind, Zone

HELP = {
    "claim_en": _("Stands on the card of your stand and in the catalog."),
    "claim_zh": _("One language is enough; with both, every visitor understands you."),
    "shows_en": _("What visitors can see and try at your stand."),
    "zone_wish": _("The organizers decide; they follow wishes where they can."),
    "area_wanted": _("A common stand has 9 m²."),
    "contact_name": _("Whom the organizers ask. The public does not see it."),
}
NEEDED = (*PUBLIC_TEXTS, "zone_wish", "area_wanted", "products_planned")  # for handing in, not for saving
ROWS = {"shows_en": 5, "shows_zh": 5, "products_planned": 3}


class OwnForm(VersionedForm):
    """What both forms of an exhibitor share: helps, sizes and labels."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = capfirst(field.label) if field.label else field.label
            field.help_text = HELP.get(name, field.help_text)
            field.is_needed = name in NEEDED  # type: ignore[attr-defined]
            if name in ROWS:
                field.widget.attrs["rows"] = ROWS[name]

    def valid_values(self) -> dict[str, Any]:
        """The own fields that can be stored as they are."""
        names = self._meta.fields or ()
        return {
            name: self.cleaned_data[name] for name in names if name in self.cleaned_data and name not in self.errors
        }

    def follow(self) -> None:
        """After a part was stored: what could not be stays as typed, and all else is what is stored now."""
        self.instance.refresh_from_db()
        self.initial.update(forms.model_to_dict(self.instance, self._meta.fields))
        self._follow()


class ShortForm(OwnForm):
    """The application itself. Nothing is required while it is a draft; handing in checks."""

    class Meta:
        model = Exhibitor
        fields = DRAFT_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wish: Any = self.fields["zone_wish"]
        wish.queryset = Zone.objects.filter(edition=self.instance.edition_id)
        wish.empty_label = gettext("no wish yet")


class EntryForm(OwnForm):
    """The entry of an accepted exhibitor: public texts show the change that waits, locked fields say why."""

    waiting = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Exhibitor
        fields = ENTRY_FIELDS

    def __init__(self, *args: Any, instance: Exhibitor, **kwargs: Any) -> None:
        self.change = waiting_change(instance)
        self.stored = {name: getattr(instance, name) for name in ENTRY_FIELDS}
        proposed = {**proposed_by(self.change), "waiting": mark_of(self.change)}
        super().__init__(*args, instance=instance, initial=proposed, **kwargs)
        self.locks = {name: reason for name, reason in locks_of(instance.edition).items() if name in self.fields}
        for name, reason in self.locks.items():
            self.fields[name].disabled = True
            self.fields[name].show_hidden_initial = False
            self.fields[name].help_text = gettext("Locked by the organizers: %(reason)s") % {"reason": reason}

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        for name in self.locks:
            if name in self.data and self._is_other(name):
                self.add_error(name, gettext("This field is locked, so nothing was stored. Take your change out."))
        if self.cleaned_data.get("waiting") != mark_of(self.change) and not self.non_field_errors():
            self._tell_other_change()
            self._follow()
        return data

    def _is_other(self, name: str) -> bool:
        """Whether something else was sent for a locked field; a browser sends nothing for it."""
        field = self.fields[name]
        try:
            sent = field.to_python(self.data[name])
        except forms.ValidationError:
            return True
        return (sent or None) != (self.get_initial_for_field(field, name) or None)

    def _tell_other_change(self) -> None:
        self.add_error(None, gettext("Somebody else changed what waits for approval. Compare, then save again."))
        for name in ENTRY_FIELDS:
            field, opened = self.fields[name], opened_value(self, name)
            now = self.get_initial_for_field(field, name)
            if opened is not None and field.has_changed(now, opened):
                model_field = Exhibitor._meta.get_field(name)
                words = {"field": field.label, "old": opened, "new": in_words(model_field, now)}
                self.add_error(None, gettext("%(field)s: “%(old)s” → “%(new)s”.") % words)

    def valid_values(self) -> dict[str, Any]:
        return {name: value for name, value in super().valid_values().items() if name not in self.locks}


# ------------------------------------------------------------------ questions
def field_for(question: Question) -> forms.Field:
    """The input of a question. None is required: handing in checks that."""
    words: dict[str, Any] = {"label": str(question.label), "help_text": str(question.help), "required": False}
    options = question.options()
    match question.kind:
        case QuestionKind.TEXT:
            return forms.CharField(
                widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST[QuestionKind.TEXT], **words
            )
        case QuestionKind.NUMBER:
            return forms.DecimalField(max_digits=15, decimal_places=4, **words)
        case QuestionKind.YES_NO:
            return forms.ChoiceField(
                choices=[(YES, gettext("yes")), (NO, gettext("no"))], widget=forms.RadioSelect, **words
            )
        case QuestionKind.ONE_OF:
            return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **words)
        case QuestionKind.SOME_OF:
            return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **words)
        case QuestionKind.DAY:
            return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **words)
        case QuestionKind.LINK:
            return forms.URLField(assume_scheme="https", max_length=LONGEST[QuestionKind.LINK], **words)
    return forms.CharField(max_length=LONGEST[QuestionKind.LINE], **words)


def to_form(value: Any) -> Any:
    """A stored answer as its field wants it."""
    return (YES if value else NO) if isinstance(value, bool) else value


def from_form(question: Question, value: Any) -> Any:
    """What a field gives, as it is stored."""
    if value in NOTHING:
        return None
    if question.kind == QuestionKind.YES_NO:
        return value == YES
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def in_words_or_empty(question: Question, value: Any) -> str:
    return answer_in_words(question, value) or gettext("empty")


class QuestionsForm(forms.Form):
    """Every question of the edition; those that are not asked yet are left out of sight, not out of the page.

    Each answer goes with the one that stood there when the page was opened.
    """

    opened = forms.CharField(required=False, initial="1", widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, exhibitor: Exhibitor, locks: Mapping[str, str] | None = None) -> None:
        self.exhibitor = exhibitor
        self.questions = {f"q-{question.pk}": question for question in questions_of(exhibitor.edition)}
        self.answers = answers_of(exhibitor)
        self.reason = (locks or {}).get(ANSWERS, "")
        initial = {name: to_form(self.answers.get(question.pk)) for name, question in self.questions.items()}
        super().__init__(data, initial=initial)
        for name, question in self.questions.items():
            self.fields[name] = field = field_for(question)
            field.is_needed = question.is_required  # type: ignore[attr-defined]
            field.disabled = bool(self.reason)
            field.show_hidden_initial = not self.reason

    # ---------------------------------------------------------------- what is stored
    def values(self) -> dict[int, Any]:
        """The valid answers by the keys of their questions."""
        return {
            question.pk: from_form(question, self.cleaned_data[name])
            for name, question in self.questions.items()
            if name in self.cleaned_data and name not in self.errors
        }

    def seen(self) -> dict[int, Any] | None:
        """The answers that the page was opened with; None where the sender does not tell."""
        if not self.data.get("opened"):
            return None
        return {question.pk: self._opened(name, question) for name, question in self.questions.items()}

    def _opened(self, name: str, question: Question) -> Any:
        value = opened_value(self, name)  # type: ignore[arg-type]
        try:
            value = from_form(question, self.fields[name].to_python(value))
            return checked(question, value)
        except (forms.ValidationError, DomainError):
            return None

    def tell(self, error: DomainError) -> None:
        """What the domain refused, at the questions at fault; those then stand beside what is stored now."""
        if not isinstance(error, AnswersChanged):
            add_refusal(self, error)
            return
        stored = answers_of(self.exhibitor)
        told = gettext("Somebody else answered this while you were writing: “%(answer)s”. Save again to put yours.")
        for question in error.questions:
            self.add_error(f"q-{question.pk}", told % {"answer": in_words_or_empty(question, stored.get(question.pk))})
        self.follow()

    def follow(self) -> None:
        """What was typed stays; what was not touched, and what the page says was there before, is what is stored."""
        stored, data = answers_of(self.exhibitor), self.data.copy()  # type: ignore[attr-defined]
        for name, question in self.questions.items():
            value = to_form(stored.get(question.pk))
            if question.pk in stored and name not in self.errors and not self._is_touched(name, question):
                write(data, self.fields[name].widget, name, value)
            write(data, self.fields[name].hidden_widget(), self[name].html_initial_name, value)
        self.data = data

    def _is_touched(self, name: str, question: Question) -> bool:
        return self.values().get(question.pk) != self._opened(name, question)

    # ---------------------------------------------------------------- what is shown
    def rows(self) -> list[dict[str, Any]]:
        """The questions in order: the field, whether it is asked now, and after which answer."""
        typed = {**self.answers, **(self.values() if self.is_bound and hasattr(self, "cleaned_data") else {})}
        now = {question.pk for question in asked(self.questions.values(), typed)}
        return [
            {
                "field": self[name],
                "is_asked": question.pk in now or name in self.errors,
                "is_empty": typed.get(question.pk) in NOTHING,
                "after": f"q-{question.asked_if_id}" if question.asked_if_id else "",
                "value": question.asked_if_value,
            }
            for name, question in self.questions.items()
        ]
