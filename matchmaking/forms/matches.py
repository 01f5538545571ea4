"""What people say about matches: why not, whom never, and a text to try."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from expo.models import Organization
from matchmaking.decisions import REASONS
from matchmaking.match_texts import says_something
from matchmaking.models import Demand, MatchDecision

LONGEST = 50_000  # characters of a pasted text


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why not?"), choices=[("", _("Choose why")), *((reason.value, reason.label) for reason in REASONS)],
        help_text=_("The other side sees how often a reason was given, not by whom. It also improves your ranking."),
        error_messages={"required": _("Choose why.")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("In words"), max_length=MatchDecision._meta.get_field("note").max_length, required=False,
        help_text=_("Needed for “other”. Only your colleagues and the brokers read it."),
    )  # fmt: skip


class NeverForm(forms.Form):
    other = forms.ModelChoiceField(
        Organization.objects.none(), label=_("Organization"), to_field_name="slug",
        error_messages={
            "invalid_choice": _("There is no such organization, or it is your own."),
            "required": _("Look for an organization first."),
        },
    )  # fmt: skip

    def __init__(self, *args: Any, own: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = Organization.objects.public().exclude(pk=own.pk)  # type: ignore[attr-defined]


class TryForm(forms.Form):
    """A draft of one's own, or any text."""

    draft = forms.ModelChoiceField(
        Demand.objects.none(), label=_("A demand of ours that is not public yet"), required=False,
        to_field_name="slug", empty_label=_("none: the text below"),
        error_messages={"invalid_choice": _("This demand is public now, or is not yours.")},
    )  # fmt: skip
    text = forms.CharField(
        label=_("What you need, in your words"), required=False, max_length=LONGEST,
        widget=forms.Textarea({"rows": 8}),
        help_text=_("In Chinese or English, a title in the first line. It is read for this answer only."),
    )  # fmt: skip

    def __init__(self, *args: Any, drafts: Sequence[Demand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text: Any = self.fields["text"]
        text.error_messages["max_length"] = _("More than 50,000 characters. Paste the part that says what you need.")
        del text.widget.attrs["maxlength"]  # a browser would cut without a word
        if drafts:
            keys = [draft.pk for draft in drafts]
            self.fields["draft"].queryset = Demand.objects.filter(pk__in=keys)  # type: ignore[attr-defined]
        else:
            del self.fields["draft"]
            text.is_needed = True  # nothing else could be looked for

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        text = cleaned.get("text", "")
        if self.errors or cleaned.get("draft"):
            return cleaned
        if not text:
            self.add_error("text", _("Write or paste what you need first."))
        elif not says_something(text):
            words = _("These are words that every text has. Say what it must do, in which field, and in figures.")
            self.add_error("text", words)
        return cleaned
