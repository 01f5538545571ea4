"""What names a person by the e-mail address, without a foreign key: enquiries, invitations and mails."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from expo.models import Enquiry, EnquiryMessage, Invitation, OutboxMail, User
from expo.registry import PersonalData, PersonPage, add_person_page, add_personal_data

NOBODY = "deleted@deleted.invalid"


def _enquiries(user: User) -> QuerySet[Enquiry]:
    return Enquiry.objects.filter(Q(sender=user) | Q(email__iexact=user.email)).order_by("pk")


def enquiries(user: User) -> list[dict[str, Any]]:
    rows = _enquiries(user).values(
        "about", "organization__name_en", "organization__name_zh", "name", "email", "phone", "company",
        "shares_contact", "state", "created_at",
    )  # fmt: skip
    return [dict(row) for row in rows]


def forget_enquiries(user: User) -> int:
    """The organization keeps question and answer, without who asked."""
    return _enquiries(user).update(sender=None, name="", email=NOBODY, phone="", company="", shares_contact=False)


def messages(user: User) -> list[dict[str, Any]]:
    asked = Q(enquiry__in=_enquiries(user).values("pk"), from_sender=True)
    rows = EnquiryMessage.objects.filter(asked | Q(by=user)).order_by("pk").values("enquiry__about", "text", "at")
    return [dict(row) for row in rows]


def invitations(user: User) -> list[dict[str, Any]]:
    rows = Invitation.objects.filter(email__iexact=user.email).order_by("pk")
    return [
        dict(row)
        for row in rows.values("organization__name_en", "organization__name_zh", "email", "role", "created_at")
    ]


def forget_invitations(user: User) -> int:
    return Invitation.objects.filter(email__iexact=user.email).delete()[0]


def mails(user: User) -> list[dict[str, Any]]:
    rows = OutboxMail.objects.filter(Q(user=user) | Q(to__iexact=user.email)).order_by("pk")
    return [dict(row) for row in rows.values("to", "subject", "created_at", "sent_at")]


def forget_mails(user: User) -> int:
    return OutboxMail.objects.filter(Q(user=user) | Q(to__iexact=user.email)).delete()[0]


def register() -> None:
    asked, sent = ("expo.Enquiry.sender",), ("expo.OutboxMail.user",)
    add_personal_data(PersonalData("enquiries", _("enquiries"), enquiries, forget_enquiries, asked))
    add_personal_data(PersonalData("enquiry messages", _("messages"), messages))
    add_personal_data(PersonalData("invitations", _("invitations"), invitations, forget_invitations))
    add_personal_data(PersonalData("mails", _("mails"), mails, forget_mails, sent))
    add_person_page(PersonPage("my-settings", _("Account and settings"), 90))
