"""Forms of accounts: django-allauth's, with labels above the fields and in our words; and a person's settings."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from expo.models import User
from expo.people.consents import agree

PASSWORD_RULES = _(
    "At least 8 characters, not only digits, unlike your name and address, and none that everybody uses. "
    "Three or four words that have nothing to do with each other are good."
)
CONTINENTS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password again"),
    "remember": _("Stay signed in on this device"),
    "code": _("Code"),
    "name": pgettext_lazy("of a person", "Name"),
}


class Labeled:
    """Labels stand above the fields, so none is repeated inside; passwords say what they must be like."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)
            if name in ("password", "oldpassword"):
                field.help_text = ""  # the link for who has forgotten it stands below
        if "password1" in self.fields:
            self.fields["password1"].help_text = PASSWORD_RULES


class LoginForm(Labeled, account.LoginForm):
    pass


def _statement() -> str:
    return format_html(
        gettext('What we store, what for and for how long: <a href="{}">privacy statement</a>.'), reverse("privacy")
    )


class SignUpForm(Labeled, account.SignupForm):
    name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    privacy = forms.BooleanField(label=_("I agree to the privacy statement"), help_text=lazy(_statement, str)())
    field_order = ["name", "email", "password1", "privacy"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password")

    def clean_name(self) -> str:
        """On one line: a name goes into mails and lists."""
        return " ".join(self.cleaned_data["name"].split())

    def signup(self, request: HttpRequest, user: User) -> None:
        agree(user)

    def save(self, request: HttpRequest) -> User:
        with transaction.atomic():
            return super().save(request)

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Whoever signs up in the same moment with the same address is told what the second is always told."""
        try:
            return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)


class ChangePasswordForm(Labeled, account.ChangePasswordForm):
    pass


class SetPasswordForm(Labeled, account.SetPasswordForm):
    pass


class ResetPasswordForm(Labeled, account.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(Labeled, account.ResetPasswordKeyForm):
    pass


class AddEmailForm(Labeled, account.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")


class ConfirmEmailForm(Labeled, account.ConfirmEmailVerificationCodeForm):
    pass


class ReauthenticateForm(Labeled, account.ReauthenticateForm):
    pass


class AuthenticateForm(Labeled, mfa.AuthenticateForm):
    pass


class ReauthenticateByCodeForm(Labeled, mfa.ReauthenticateForm):
    pass


class ActivateAppForm(Labeled, AllauthActivateTOTPForm):
    pass


class AddPasskeyForm(Labeled, webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
        self.fields["name"].help_text = _("So that you know it again in the list, like “work laptop”.")
        self.fields["passwordless"].label = _("Sign in with this key alone, without a password")
        self.fields["passwordless"].help_text = _("The device then asks for your fingerprint, face or PIN.")


class RenamePasskeyForm(Labeled, webauthn.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")


def time_zones() -> list[tuple[str, str]]:
    """Names of places; the others are old names of the same."""
    names = sorted(name for name in available_timezones() if name.startswith(CONTINENTS))
    return [(name, name.replace("_", " ")) for name in ("UTC", *names)]


class SettingsForm(forms.ModelForm):
    """A person's own settings. What is not a field here cannot be sent along."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        help_text=_("For your notices, enquiries and mails. Times of the fair are always told in the fair's own."),
    )

    class Meta:
        model = User
        fields = ("name", "language", "time_zone")
        labels = {"language": _("Language"), "name": pgettext_lazy("of a person", "Name")}
        help_texts = {"language": _("Of mails and of the pages after you sign in.")}

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class ConsentForm(forms.Form):
    privacy = forms.BooleanField(label=_("I agree to the privacy statement"), help_text=lazy(_statement, str)())


class DeleteAccountForm(forms.Form):
    confirmed = forms.BooleanField(label=_("Delete my account. I know that this cannot be undone."))
