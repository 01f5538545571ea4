"""The first question about a demand or an innovation: whether it contains anything classified."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from expo.errors import DomainError
from expo.forms.records import VersionedForm
from expo.secrecy import QUESTION, Answer, refuse_classified


class SecrecyForm(VersionedForm):
    """Asks at every save, since every save may bring in new text. The answer is no part of the record."""

    classified = forms.ChoiceField(
        label=_("Does it contain anything classified?"),
        choices=Answer.choices,
        widget=forms.RadioSelect,
        help_text=_("With “yes” nothing is stored, neither the record nor a draft. The answer is not stored either."),
        error_messages={"required": _("Say first whether it contains anything classified.")},
    )

    def _own_fields(self) -> list[str]:
        return [name for name in super()._own_fields() if name != QUESTION]

    @cached_property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name != QUESTION]

    def clean_classified(self) -> str:
        answer: str = self.cleaned_data[QUESTION]
        try:
            refuse_classified(answer)
        except DomainError as error:
            raise ValidationError(str(error)) from error
        return answer
