"""Who is told what about applications: the people of the organization, and those who review."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override

from expo.models import Exhibitor, ExhibitorState, Stand, User
from expo.notices import members_of, tell
from expo.registry import NoticeKind, add_notice_kind

MANAGERS = ("organizer", "exhibition_manager")
NOT_YET = gettext_noop("not given yet")

KINDS = (
    NoticeKind(
        "application-submitted",
        _("Your application was handed in"),
        _("The application of %(organization)s for %(edition)s was handed in."),
        _("The organizers read it next. You are told when they decide."),
        position=10,
    ),
    NoticeKind(
        "application-in-review",
        _("Your application is being reviewed"),
        _("The organizers are reviewing the application of %(organization)s for %(edition)s."),
        delivery="never",
        position=11,
    ),
    NoticeKind(
        "application-returned",
        _("Your application came back"),
        _("The application of %(organization)s for %(edition)s came back: something is missing."),
        _("“%(reason)s” Mend it and hand it in again; everything you wrote is still there."),
        position=12,
    ),
    NoticeKind(
        "application-accepted",
        _("Your application was accepted"),
        _("%(organization)s is accepted at %(edition)s."),
        _("Zone: %(zone)s. Stand: %(stand)s. The entry is public now; you can go on improving it."),
        position=13,
    ),
    NoticeKind(
        "application-declined",
        _("Your application was declined"),
        _("The application of %(organization)s for %(edition)s was declined."),
        _("“%(reason)s”"),
        position=14,
    ),
    NoticeKind(
        "application-withdrawn",
        _("Your participation was withdrawn"),
        _("%(organization)s is withdrawn from %(edition)s."),
        position=15,
    ),
    NoticeKind(
        "stand-changed",
        _("Your stand changed"),
        _("The stand of %(organization)s at %(edition)s: %(stand)s."),
        position=16,
    ),
    NoticeKind(
        "application-arrived",
        _("For organizers: applications that arrive"),
        _("%(organization)s applies to exhibit at %(edition)s."),
        delivery="daily",
        position=80,
    ),
    NoticeKind(
        "application-in-hand",
        _("For organizers: applications assigned to you"),
        _("The application of %(organization)s for %(edition)s waits for you."),
        position=81,
    ),
    NoticeKind(
        "application-left",
        _("For organizers: exhibitors that withdraw"),
        _("%(organization)s withdraws from %(edition)s."),
        delivery="daily",
        position=82,
    ),
)


def register() -> None:
    for kind in KINDS:
        add_notice_kind(kind)


# ------------------------------------------------------------------ who
def managers() -> list[User]:
    """The active staff who decide on applications."""
    rows = User.objects.filter(groups__name__in=MANAGERS, is_active=True, is_staff=True)
    return list(rows.distinct().order_by("pk"))


def reviewers() -> QuerySet[User]:
    """The staff who may be given an application to review."""
    may = Q(is_superuser=True)
    for held in ("groups__permissions", "user_permissions"):
        may |= Q(**{f"{held}__codename": "change_exhibitor", f"{held}__content_type__app_label": "expo"})
    return User.objects.filter(may, is_active=True, is_staff=True).distinct().order_by("name", "email")


# ------------------------------------------------------------------ what
def tell_applicant(exhibitor: Exhibitor, kind: str, **data: Any) -> None:
    """Tell everybody who writes for the organization, once for each version of the application."""
    _tell(kind, members_of(exhibitor.organization), exhibitor, page_of(exhibitor), **data)


def tell_submitted(exhibitor: Exhibitor) -> None:
    """Handed in: a receipt for the organization; who reviews it hears at once, else all who could."""
    tell_applicant(exhibitor, "application-submitted")
    if exhibitor.assigned_to is not None:
        tell_reviewer(exhibitor)
    else:
        _tell("application-arrived", managers(), exhibitor, admin_page_of(exhibitor))


def tell_reviewer(exhibitor: Exhibitor) -> None:
    if exhibitor.assigned_to is not None:
        _tell("application-in-hand", [exhibitor.assigned_to], exhibitor, admin_page_of(exhibitor))


def tell_accepted(exhibitor: Exhibitor, stand: Stand | None) -> None:
    zone, code = exhibitor.zone, stand.code if stand else ""
    zone_names = {"zone_en": f"{zone.letter} {zone.name_en or zone.name_zh}"} if zone else {"zone_en": ""}
    zone_names["zone_zh"] = f"{zone.letter} {zone.name_zh or zone.name_en}" if zone else ""
    tell_applicant(exhibitor, "application-accepted", **zone_names, **_stand(code))


def tell_withdrawn(exhibitor: Exhibitor, *, by: User | None) -> None:
    tell_applicant(exhibitor, "application-withdrawn")
    people = [exhibitor.assigned_to] if exhibitor.assigned_to else managers()
    others = [person for person in people if by is None or person.pk != by.pk]
    _tell("application-left", others, exhibitor, admin_page_of(exhibitor))


def tell_stands(exhibitor: Exhibitor, *, after: Stand) -> None:
    """Its stands are others, after this one came or went. Who withdraws hears of that alone."""
    if exhibitor.state != ExhibitorState.ACCEPTED:
        return
    codes = ", ".join(
        stand.code for stand in exhibitor.stands.select_related("zone").order_by("zone__letter", "number")
    )
    key = f"stand-{after.pk}-v{after.version}-{exhibitor.pk}"
    _tell("stand-changed", members_of(exhibitor.organization), exhibitor, page_of(exhibitor), key=key, **_stand(codes))


def _stand(code: str) -> dict[str, str]:
    if code:
        return {"stand": code}
    words = {}
    for language, suffix in (("en", "en"), ("zh-hans", "zh")):
        with override(language):
            words[f"stand_{suffix}"] = str(_(NOT_YET))
    return words


def _tell(kind: str, people: Iterable[User], exhibitor: Exhibitor, url: str, *, key: str = "", **data: Any) -> None:
    organization, edition = exhibitor.organization, exhibitor.edition
    names: dict[str, Any] = {
        "organization_en": organization.name_en or organization.name_zh,
        "organization_zh": organization.name_zh or organization.name_en,
        "edition_en": edition.short_name_en or edition.name_en or edition.name_zh,
        "edition_zh": edition.short_name_zh or edition.name_zh or edition.name_en,
    }
    tell(kind, people, key=key or f"exhibitor-{exhibitor.pk}-v{exhibitor.version}-{kind}", url=url, **names, **data)


# ------------------------------------------------------------------ where
def page_of(exhibitor: Exhibitor) -> str:
    """Its page in the workspace, without the language."""
    return f"/work/{exhibitor.organization.slug}/exhibiting/{exhibitor.edition.number}/"


def admin_page_of(exhibitor: Exhibitor) -> str:
    return reverse("admin:expo_exhibitor_change", args=[exhibitor.pk])
