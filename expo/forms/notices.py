"""How a person wants each kind of notice."""

from __future__ import annotations

from typing import Any

from django import forms

from expo.models import Delivery, User
from expo.notices import deliveries, kinds_for


class NoticeSettingsForm(forms.Form):
    """One choice for each kind that the person may be told of."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = deliveries(user)
        for kind in kinds_for(user):
            self.fields[kind.code] = forms.ChoiceField(
                label=str(kind.label),
                choices=Delivery.choices,
                initial=now[kind.code],
            )
