"""The form of a saved search."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from expo.models import SavedSearch


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name"), required=False, max_length=SavedSearch._meta.get_field("name").max_length)
