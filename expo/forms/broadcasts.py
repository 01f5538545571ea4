"""The form of a message to exhibitors: its words, and whom it goes to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from expo.broadcasts import STATES
from expo.forms.records import VersionedForm
from expo.models import Broadcast, ExhibitorState, Organization, Question, Sector, User, Zone

STANDS = (("", _("with or without a stand")), ("with", _("with a stand of its own")), ("without", _("without a stand")))
ANSWERED = (("yes", _("answered it")), ("no", _("did not answer it")))


class BroadcastForm(VersionedForm):
    """What is chosen is kept as plain keys; recipients are counted anew whenever somebody looks."""

    author: User | None = None
    states = forms.MultipleChoiceField(
        label=_("State"),
        choices=[(state.value, state.label) for state in STATES],
        initial=[ExhibitorState.ACCEPTED.value],
        widget=forms.CheckboxSelectMultiple,
    )
    zones = forms.ModelMultipleChoiceField(
        Zone.objects.none(), label=_("Zones"), required=False, help_text=_("None chosen: all.")
    )
    sectors = forms.ModelMultipleChoiceField(
        Sector.objects.none(), label=_("Sectors"), required=False, help_text=_("None chosen: all.")
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries"), required=False, help_text=_("None chosen: all. Only those of exhibitors are offered.")
    )
    stand = forms.ChoiceField(label=_("Stand"), required=False, choices=STANDS)
    question = forms.ModelChoiceField(
        Question.objects.none(), label=_("Question"), required=False, empty_label=_("whatever they answered")
    )
    answered = forms.ChoiceField(label=_("and that they"), required=False, choices=ANSWERED)

    CHOSEN = ("states", "zones", "sectors", "countries", "stand", "question", "answered")

    class Meta:
        model = Broadcast
        fields = ("edition", "subject_en", "subject_zh", "body_en", "body_zh")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        if "states" not in fields:  # shown only, not edited
            return
        fields["zones"].queryset = Zone.objects.select_related("edition")
        fields["sectors"].queryset = Sector.objects.all()
        fields["question"].queryset = Question.objects.all()
        here = Organization.objects.exclude(exhibitors=None).order_by().values_list("country", flat=True).distinct()
        names = dict(countries)
        fields["countries"].choices = sorted(
            ((code, names[code]) for code in map(str, here) if code in names), key=lambda pair: pair[1]
        )
        for name, value in self.instance.chosen.items():
            if name in self.CHOSEN:
                self.initial[name] = value

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        edition = data.get("edition")
        for name in ("zones", "question"):
            rows = [data[name]] if name == "question" and data.get(name) else list(data.get("zones") or [])
            if edition and name in self.fields and any(row.edition_id != edition.pk for row in rows):
                self.add_error(name, ValidationError(_("This belongs to another edition.")))
        return data

    def _post_clean(self) -> None:
        if "states" in self.fields:
            self.instance.chosen = self._chosen()
        if self.instance.by_id is None and self.author is not None:
            self.instance.by = self.author
        super()._post_clean()

    def _chosen(self) -> dict[str, Any]:
        """The choice as plain keys, without what is empty."""
        data = self.cleaned_data
        chosen = {
            "states": data.get("states"),
            "zones": [row.pk for row in data.get("zones") or []],
            "sectors": [row.pk for row in data.get("sectors") or []],
            "countries": data.get("countries"),
            "stand": data.get("stand"),
            "question": data["question"].pk if data.get("question") else None,
            "answered": data.get("answered") if data.get("question") else None,
        }
        return {name: value for name, value in chosen.items() if value}
