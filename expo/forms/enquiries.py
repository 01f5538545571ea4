"""Forms of enquiries. What is not a field here cannot be sent along."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from expo.enquiry_limits import LONGEST
from expo.models import Enquiry, User


def longest(name: str) -> int | None:
    field: Any = Enquiry._meta.get_field(name)
    return field.max_length


class MessageForm(forms.Form):
    """What either side writes."""

    text = forms.CharField(
        label=_("Message"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write your message first.")},
    )


class EnquiryForm(MessageForm):
    """A question. Who is signed in asks with the address of the account; `website` is for machines alone."""

    name = forms.CharField(
        label=_("Your name"), max_length=longest("name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=longest("email"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send you a link there: your question is handed over once you open it."),
    )
    shares_contact = forms.BooleanField(
        label=_("Show my e-mail address, telephone and company to this organization"),
        required=False,
        help_text=_("Without it they see your name and your words, and answer through this site."),
    )
    company = forms.CharField(
        label=_("Company"),
        required=False,
        max_length=longest("company"),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=longest("phone"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, sender: User | None = None) -> None:
        super().__init__(data, initial={"name": sender.name, "email": sender.email} if sender else None)
        if sender is not None:
            self.fields["email"].disabled = True  # what is sent along for it is not read
            self.fields["email"].help_text = _("The address of your account.")

    @property
    def is_from_a_machine(self) -> bool:
        """Nobody sees the field, so nobody fills it."""
        return bool(self.data.get("website"))

    @property
    def words(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "website"}


class AnswerForm(MessageForm):
    """`after` is the last message that was shown."""

    after = forms.IntegerField(required=False, widget=forms.HiddenInput)


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(User.objects.none(), label=_("Colleague"), empty_label=None)

    def __init__(self, data: Any = None, *, colleagues: list[User]) -> None:
        super().__init__(data)
        choice = self.fields["to"]
        choice.queryset = User.objects.filter(pk__in=[user.pk for user in colleagues])  # type: ignore[attr-defined]
