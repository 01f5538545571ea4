"""How a person wants each kind of notice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from expo.models import Delivery, User
from expo.notices import deliveries, kinds_for


class NoticeSettingsForm(forms.Form):
    """One choice for each kind that the person may be told of; what is always mailed is shown and not asked."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = deliveries(user)
        for kind in kinds_for(user):
            self.fields[kind.code] = forms.ChoiceField(
                label=str(kind.label),
                choices=Delivery.choices,
                initial=now[kind.code],
                disabled=kind.is_required,
                help_text=_("About the safety of your account: always sent.") if kind.is_required else "",
            )
