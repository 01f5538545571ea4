"""Forms of the organizers: every one that edits a record checks the version it was opened at."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from expo.admin.conflict import changes_since
from expo.errors import DomainError
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
    """Carries the version it was opened at. A stale one is refused once, naming what changed; then it may be saved."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.instance.pk is None:
            return data
        read_at = self.cleaned_data.get("version")
        if read_at != self.instance.version or isinstance(self.refusal, StaleVersion):
            self._add_stale(read_at)
            data_with_current = self.data.copy()  # type: ignore[attr-defined]
            data_with_current[self.add_prefix("version")] = str(self.instance.version)
            self.data = data_with_current
        return data

    def _add_stale(self, read_at: int | None) -> None:
        heading = _now(
            "Somebody else saved this while you were editing. What you typed is still here: "
            "compare, then save again to keep it."
        )
        changes = [str(change) for change in changes_since(self.instance, read_at, self)]
        more = len(changes) - MOST_CHANGES
        tail = [_now("And %(number)d more changes.") % {"number": more}] if more > 0 else []
        if not changes:
            tail = [_now("No field of this record differs. Look at the rows below it.")]
        for line in (heading, *changes[:MOST_CHANGES], *tail):
            self.add_error(None, line)


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
        return _now("Somebody else was faster, and both cannot be. Look at what is stored, then try again.")
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
