"""Forms by which people come to act for an organization. What is not a field here cannot be sent along."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Field, URLField
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from expo.forms.records import VersionedForm
from expo.identifiers import check_usci, normalize
from expo.models import Invitation, JoinRequest, MemberRole, Organization, Revision
from expo.models.organization import OrganizationKind
from expo.people.profile import FIELDS, proposed_values

ROLES = (
    (MemberRole.MEMBER, _("member: reads the workspace")),
    (MemberRole.EDITOR, _("editor: also writes and hands in")),
    (MemberRole.OWNER, _("owner: also decides who belongs")),
)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, initial=MemberRole.MEMBER)


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=Invitation._meta.get_field("email").max_length,
        help_text=_("Only who has this address can accept. The invitation is valid for 14 days."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, initial=MemberRole.MEMBER)


class DeclineForm(forms.Form):
    """The words of a refusal; the domain asks for them, so that every door says the same."""

    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The person reads this."),
    )


class RequestForm(forms.Form):
    message = forms.CharField(
        label=_("Message"),
        required=False,
        max_length=JoinRequest._meta.get_field("message").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Who you are there, so that the organization knows you. Your name and e-mail address go with it."),
    )


class NewOrganizationForm(forms.Form):
    name_en = forms.CharField(label=_("Name in English"), required=False, max_length=200)
    name_zh = forms.CharField(
        label=_("Name in Chinese"), required=False, max_length=200, help_text=_("One of the two names is enough.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganizationKind, initial=OrganizationKind.ENTERPRISE)
    country = forms.ChoiceField(label=_("Country"), choices=list(countries), initial="CN")
    usci = forms.CharField(
        label=_("Unified social credit code"),
        required=False,
        max_length=30,
        help_text=_("18 characters, for organizations in China. It shows whether yours is here already."),
    )
    is_another = forms.BooleanField(
        label=_("Mine is none of these"), required=False, widget=forms.HiddenInput, initial=False
    )

    def clean_usci(self) -> str:
        code = normalize(self.cleaned_data["usci"])
        if code:
            check_usci(code)
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("name_en", "name_zh"):
            data[name] = " ".join(data.get(name, "").split())
        if not (data["name_en"] or data["name_zh"] or self.errors):
            self.add_error("name_en", _("Write the name in one language at least."))
        return data

    @property
    def values(self) -> dict[str, str]:
        """What the domain is given."""
        return {name: value for name, value in self.cleaned_data.items() if name != "is_another"}


def _field(column: Field, **options: Any) -> forms.Field | None:
    if isinstance(column, URLField):
        options["assume_scheme"] = "https"
    return column.formfield(**options)


class ProfileForm(VersionedForm):
    """The profile of an organization. While a change waits for review, the form goes on from it."""

    proposal = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Organization
        fields = FIELDS
        formfield_callback = _field

    def __init__(self, *args: Any, waiting: Revision | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=proposed_values(waiting), **kwargs)
        self.waiting = waiting
        self.initial["proposal"] = waiting.version if waiting else 0

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if (self.cleaned_data.get("proposal") or 0) != self.initial["proposal"]:
            self._tell_proposal()
            self._follow()
        return data

    def _tell_proposal(self) -> None:
        """Somebody else of the organization changed what waits for review since the form was opened."""
        self.add_error(None, _("A colleague changed what waits for review. Compare it with yours, then save again."))
        for name, value in proposed_values(self.waiting).items():
            if name in self.fields:
                self.add_error(None, f"{self.fields[name].label}: {value}")

    @property
    def values(self) -> dict[str, Any]:
        """What the domain is given."""
        return {name: self.cleaned_data[name] for name in FIELDS}
