"""Forms of the organizers: every one that edits a record checks the version it was opened at."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo.errors import DomainError
from expo.forms.conflict import changes_since, opened_value
from expo.models import StaleVersion, Versioned

MOST_CHANGES = 12


class RecordForm(forms.ModelForm):
    """Checks the whole record, also what the form does not show, so that a refusal stands beside what was typed."""

    refusal: Exception | None = None

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.refusal is not None and not isinstance(self.refusal, StaleVersion):
            add_refusal(self, self.refusal)
        return data

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            self.instance.full_clean()
        except ValidationError as error:
            add_refusal(self, error)


class VersionedForm(RecordForm):
    """Carries the version and the values it was opened with.

    A stale one is refused once, naming what changed: what was typed stays, what was not touched follows the other
    editor, and the version is the present one, so that it may be saved again.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        if self.instance.pk is not None:
            for name in self._own_fields():
                self.fields[name].show_hidden_initial = True

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields whose value differs from the one the form was opened with, without asking the database."""
        return [name for name in self.fields if self._is_touched(name)]

    def _is_touched(self, name: str) -> bool:
        field, opened = self.fields[name], opened_value(self, name)
        if opened is None:
            opened = self.get_initial_for_field(field, name)
        elif not isinstance(field, forms.ModelChoiceField):
            try:
                opened = field.to_python(opened)
            except ValidationError:
                return True
        return field.has_changed(opened, self[name].data)

    def _own_fields(self) -> list[str]:
        return [name for name, field in self.fields.items() if name != "version" and not field.disabled]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.instance.pk is None:
            return data
        read_at = self.cleaned_data.get("version")
        if read_at != self.instance.version or isinstance(self.refusal, StaleVersion):
            self._tell_changes(read_at)
            self._follow()
        return data

    def _tell_changes(self, read_at: int | None) -> None:
        heading = gettext(
            "Somebody else saved this while you were editing. What you typed is still here, and fields you did not "
            "touch show what is stored now: compare, then save again."
        )
        changes = [str(change) for change in changes_since(self.instance, read_at, self)]
        more = len(changes) - MOST_CHANGES
        tail = [gettext("And %(number)d more changes.") % {"number": more}] if more > 0 else []
        if not changes:
            tail = [gettext("No field of this record differs. Look at the rows below it.")]
        for line in (heading, *changes[:MOST_CHANGES], *tail):
            self.add_error(None, line)

    def _follow(self) -> None:
        """Bring version, opened values and untouched fields up to what is stored."""
        touched, data = set(self.changed_data), self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("version")] = str(self.instance.version)
        for name in self._own_fields():
            field, bound = self.fields[name], self[name]
            stored = field.prepare_value(self.get_initial_for_field(field, name))
            if name not in touched:
                write(data, field.widget, bound.html_name, stored)
            write(data, field.hidden_widget(), bound.html_initial_name, stored)
        self.data = data


def write(data: Any, widget: forms.Widget, name: str, value: Any) -> None:
    """Put a value into form data as a browser would send it for this widget."""
    if isinstance(widget, forms.MultiWidget):
        parts = widget.decompress(value) or [None] * len(widget.widgets)
        suffixes = widget.widgets_names  # type: ignore[attr-defined]
        for suffix, inner, part in zip(suffixes, widget.widgets, parts, strict=True):
            write(data, inner, name + suffix, part)
    elif is_multiple(widget):
        data.setlist(name, [str(part) for part in value or []])
    elif isinstance(widget, forms.CheckboxInput):
        data.pop(name, None)
        if value:
            data[name] = "on"
    else:
        formatted = widget.format_value(value)
        formatted = formatted[0] if isinstance(formatted, (list, tuple)) and formatted else formatted
        data[name] = "" if formatted in (None, [], ()) else str(formatted)


def is_multiple(widget: Any) -> bool:
    """Whether it sends many values under one name. A related field's widget wraps the one that counts."""
    inner = getattr(widget, "widget", widget)
    return isinstance(inner, forms.MultipleHiddenInput) or getattr(inner, "allow_multiple_selected", False)


def form_for(model: type) -> type[RecordForm]:
    return VersionedForm if issubclass(model, Versioned) else RecordForm


def add_refusal(form: forms.BaseForm, error: Exception) -> None:
    """Put what a domain function or the database refused beside the field at fault, else on top."""
    if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
        for name, problems in error.error_dict.items():
            at = name if name != NON_FIELD_ERRORS and name in form.fields else None
            for problem in problems:
                form.add_error(at, problem)
        return
    field = getattr(error, "field", "")
    form.add_error(field if field in form.fields else None, in_words(error))


def in_words(error: Exception) -> str:
    """A refusal as one text."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, DomainError):
        return str(error)
    if isinstance(error, IntegrityError):
        return gettext("Somebody else was faster, and both cannot be. Look at what is stored, then try again.")
    return str(error)


class ReasonForm(forms.Form):
    """Words that go with an act and that the other side reads."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The other side reads this. It stays in the record."),
    )

    def __init__(self, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required
        self.fields["reason"].error_messages["required"] = _("Say why, in a sentence the other side can act on.")
