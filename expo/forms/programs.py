"""Forms of the programs of an organization: tokens and webhooks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from expo.api_tokens import DAYS
from expo.models import ApiToken, Webhook
from expo.programs import webhook_events


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"),
        max_length=ApiToken._meta.get_field("name").max_length,
        help_text=_("For example the name of the program that reads with it."),
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        initial=DAYS[1],
        choices=[(days, ngettext_lazy("%(days)d day", "%(days)d days", days) % {"days": days}) for days in DAYS],
    )


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=_("Address"),
        max_length=Webhook._meta.get_field("url").max_length,
        help_text=_("It begins with https://, at a server that the whole Internet reaches."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(label=_("Tell it of"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["events"]
        field.choices = [(row.code, row.label) for row in webhook_events.values()]


class WebhookChangeForm(WebhookForm):
    is_active = forms.BooleanField(label=_("Switched on"), required=False)
