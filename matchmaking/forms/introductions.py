"""Forms of introductions. What is not a field here cannot be sent along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo.enquiry_limits import LONGEST
from expo.forms.enquiries import HandOverForm, MessageForm
from expo.models import User
from matchmaking.introducing.choosing import Choice, Choices
from matchmaking.introducing.sides import Seen
from matchmaking.introductions import DECLINE_REASONS
from matchmaking.models import Demand, Introduction, NdaAcceptance, Side

MOST_BUTTONS = 7  # to choose from; more make a list that opens


class FirstForm(MessageForm):
    """The first words. `about` is which of one's own things they are about, where there is a choice."""

    about = forms.ChoiceField(
        required=False,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose which."),
            "invalid_choice": _("This cannot be chosen any more. Choose another."),
        },
    )
    field_order = ("about", "text")

    def __init__(self, data: Any = None, *, side: str, choices: Choices | None) -> None:
        super().__init__(data)
        if choices is None or not (choices.is_a_choice or self.data.get("about")):
            del self.fields["about"]  # but what was chosen and is gone is refused, and never left out silently
            return
        about = cast(forms.ChoiceField, self.fields["about"])
        if len(choices.free) > MOST_BUTTONS:
            about.widget = forms.Select()
        about.choices = [(choice.value, _label(choice)) for choice in choices.free]
        about.required = choices.with_value("") is None
        about.initial = choices.free[0].value if choices.free else ""
        about.label = (
            _("Which of yours answers it") if side == Side.OFFERING else _("Which of your demands it is about")
        )
        if any(choice.match for choice in choices.free):
            about.help_text = _("What fits best comes first. They read why it fits.")


def _label(choice: Choice) -> str:
    if choice.record is None:
        return gettext("None in particular")
    title = str(getattr(choice.record, "title", "") or choice.record)
    if isinstance(choice.record, Demand) and not choice.record.is_named:
        return gettext("%(title)s (without your name)") % {"title": title}
    return title


class QuestionForm(MessageForm):
    """A question before an answer, the answer to it, and what is said later."""


class AcceptForm(forms.Form):
    text = forms.CharField(
        label=_("Some words to them"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[("", _("Choose why")), *((reason.value, reason.label) for reason in DECLINE_REASONS)],
        error_messages={"required": _("Choose why.")},
    )
    note = forms.CharField(
        label=_("In words"),
        max_length=Introduction._meta.get_field("decline_note").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The other side reads it. It helps them to find somebody who fits."),
    )


class CloseForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why"), error_messages={"required": _("Choose why.")})

    def __init__(self, data: Any = None, *, reasons: Sequence[Introduction.CloseReason]) -> None:
        super().__init__(data)
        offered = reasons or tuple(Introduction.CloseReason)  # with none to choose from, the refusal says why
        self.fields["reason"].choices = [(reason.value, reason.label) for reason in offered]  # type: ignore[attr-defined]


class NextStepForm(forms.Form):
    step = forms.ChoiceField(
        choices=Introduction.NextStep.choices,
        error_messages={"required": _("Choose a meeting or a deal room.")},
    )


class NdaForm(forms.Form):
    """`digest` is that of the text which was shown."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=NdaAcceptance._meta.get_field("name").max_length,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Typed, it stands for your signature. The other side reads it once it knows your organization."),
        error_messages={"required": _("Type your name: it stands for your signature.")},
    )
    agrees = forms.BooleanField(
        label=_("I have read the agreement and may accept it for my organization."),
        error_messages={"required": _("Tick this, or do not accept.")},
    )
    digest = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


def form_for(act: str, seen: Seen, data: Any = None, *, colleagues: Sequence[User] = ()) -> forms.Form:
    """The form of an act. KeyError for an act that there is not."""
    makers: dict[str, Any] = {
        "accept": lambda: AcceptForm(data),
        "question": lambda: QuestionForm(data),
        "decline": lambda: DeclineForm(data),
        "reply": lambda: QuestionForm(data),
        "write": lambda: QuestionForm(data),
        "wish": lambda: NextStepForm(data),
        "unwish": lambda: NextStepForm(data),
        "close": lambda: CloseForm(data, reasons=seen.close_reasons),
        "hand": lambda: HandOverForm(data, colleagues=list(colleagues)),
    }
    form: forms.Form = makers[act]()
    form.auto_id = f"id_{act}_%s"  # several forms stand on one page
    return form
