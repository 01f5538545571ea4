"""The form of a visit list's items."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from expo.models import VisitItem


class NoteForm(forms.Form):
    note = forms.CharField(label=_("Note"), required=False, max_length=VisitItem._meta.get_field("note").max_length)
