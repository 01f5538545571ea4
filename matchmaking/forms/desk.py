"""What a broker writes at the desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expo.forms.own import date_input
from expo.models import Innovation, Instrument, Product, User
from matchmaking.desk import brokers
from matchmaking.models import OFFERS, DemandCall, Match


def offer_field(model: Any) -> forms.ModelChoiceField:
    name = model._meta.model_name
    return forms.ModelChoiceField(
        model.objects.public(),
        label=str(model._meta.verbose_name).capitalize(),
        required=False,
        widget=AutocompleteSelect(Match._meta.get_field(name), admin.site),
    )


class ProposeForm(forms.Form):
    """One offer of any kind, and why."""

    reason = forms.CharField(
        label=_("Why they should meet"), max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text=_("Both sides read it beside the match."),
    )  # fmt: skip
    field_order = (*OFFERS, "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for model in (Innovation, Product, Instrument):
            self.fields[str(model._meta.model_name)] = offer_field(model)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = [cleaned[name] for name in OFFERS if cleaned.get(name) is not None]
        if len(chosen) != 1 and not any(name in self.errors for name in OFFERS):
            raise ValidationError(_("Choose one innovation, or one product, or one instrument."))
        cleaned["offer"] = chosen[0] if chosen else None
        return cleaned


class CallForm(forms.ModelForm[DemandCall]):
    class Meta:
        model = DemandCall
        fields = ("on", "spoken_with", "summary_en", "summary_zh", "is_real")
        widgets = {
            "on": date_input(), "summary_en": forms.Textarea({"rows": 4}), "summary_zh": forms.Textarea({"rows": 4}),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()


class TakeOverForm(forms.Form):
    """Whose desk an introduction lies on."""

    broker = forms.ModelChoiceField(
        User.objects.none(), required=False,
        label=_("Broker"), empty_label=_("nobody yet"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["broker"].queryset = brokers()  # type: ignore[attr-defined]
