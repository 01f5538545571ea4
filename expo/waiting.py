"""What waits for an organizer, and what is not ready yet: the rows behind the start page and the readiness page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo.models import (
    Announcement,
    Exhibitor,
    Innovation,
    Instrument,
    JoinRequest,
    Organization,
    Picture,
    Product,
    Revision,
    Session,
    SessionState,
    Stand,
    User,
)
from expo.models.base import Bilingual
from expo.registry import Check, Task, add_check, add_task
from expo.roles import kinds_open_to


def changelist(model: type[Model], query: str = "") -> Callable[[], str]:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return lambda: reverse(name) + (f"?{query}" if query else "")


def in_admin(row: Model) -> tuple[str, str]:
    """(words, url) of a row for the people who mend it."""
    return str(row), reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


# ------------------------------------------------------------------ rows that are not ready
def without_stand() -> QuerySet[Exhibitor]:
    rows = Exhibitor.objects.published().of_current_edition().filter(stands=None, host=None)
    return rows.select_related("organization")


def held_wrongly() -> QuerySet[Stand]:
    """Stands whose holder is not accepted, or is there by another's grace."""
    rows = Stand.objects.public().exclude(exhibitor=None)
    return rows.filter(~Q(exhibitor__state="accepted") | Q(exhibitor__host__isnull=False))


def overlapping() -> list[Stand]:
    """Stands drawn over another one: the same floor given twice."""
    rows = list(Stand.objects.public().filter(zone__hall__isnull=False).order_by("zone__hall", "x"))
    found: dict[int, Stand] = {}
    for i, stand in enumerate(rows):
        for other in rows[i + 1 :]:
            if other.zone.hall_id != stand.zone.hall_id or other.x >= stand.x + stand.width:
                break
            if stand.overlaps(other):
                found |= {stand.pk: stand, other.pk: other}
    return list(found.values())


def empty_stands() -> QuerySet[Stand]:
    return Stand.objects.public().empty()


def bilingual_names(model: type[Model]) -> list[str]:
    return [name for base in model.__mro__ for name, value in vars(base).items() if isinstance(value, Bilingual)]


def shown(model: type[Model]) -> QuerySet[Any]:
    """The rows the public sees: all of a noun that keeps none back. With what their names are made of."""
    rows = model._default_manager.all()
    return rows.public() if hasattr(rows, "public") else rows.select_related()


def one_language_only() -> list[Model]:
    """Public rows with a text in one language and not in the other, of every noun that has a page to mend it on."""
    rows: list[Model] = []
    for model in apps.get_models():
        names = bilingual_names(model)
        if not names or not admin.site.is_registered(model):
            continue
        half = Q()
        for name in names:
            half |= Q(**{f"{name}_en": ""}) ^ Q(**{f"{name}_zh": ""})
        rows += shown(model).filter(half)
    return rows


def without_picture() -> list[Model]:
    rows: list[Model] = []
    for model in (Innovation, Product, Instrument, Organization):
        pictured = Picture.objects.of_kind(model).values("object_id")
        rows += model._default_manager.public().exclude(pk__in=pictured)
    return rows


def without_contact() -> QuerySet[Exhibitor]:
    rows = Exhibitor.objects.published().of_current_edition().select_related("organization")
    return rows.filter(Q(contact_name="") | Q(contact_email=""))


def without_capability() -> QuerySet[Instrument]:
    return Instrument.objects.public().filter(capabilities=None)


def without_keeper() -> QuerySet[Instrument]:
    return Instrument.objects.public().filter(Q(contact_name="") | Q(contact_email=""))


def clashes() -> list[tuple[Session, Session]]:
    return Session.objects.filter(edition__is_current=True).clashing()


def describe_clash(pair: tuple[Session, Session]) -> tuple[str, str]:
    words, url = in_admin(pair[0])
    return gettext("%(one)s – %(other)s") % {"one": words, "other": pair[1]}, url


def without_place() -> QuerySet[Session]:
    return Session.objects.public().filter(place=None)


def proposed_to(user: User) -> int:
    """Proposed changes of what this person may change."""
    kinds = kinds_open_to(user, "change")
    return Revision.objects.filter(state=Revision.State.PROPOSED, content_type__in=kinds).count()


# ------------------------------------------------------------------ registration
TASKS = (
    Task(
        "joining",
        _("People who ask to act for an organization"),
        _("It has no owner who could answer: you make the first one."),
        _("Look at them"),
        lambda: JoinRequest.objects.for_organizers().count(),
        changelist(JoinRequest, "unled=1&state__exact=waiting"),
        "expo.change_joinrequest",
        35,
    ),
    Task(
        "exhibitors",
        _("Exhibitors to admit"),
        _("Applications that were handed in or are in review."),
        _("Decide"),
        lambda: Exhibitor.objects.waiting().count(),
        changelist(Exhibitor, "waiting=1"),
        "expo.change_exhibitor",
        10,
    ),
    Task(
        "applications-in-hand",
        _("Applications that wait for you"),
        _("Assigned to you and not decided on."),
        _("Decide"),
        lambda: Exhibitor.objects.waiting().exclude(assigned_to=None).count(),
        changelist(Exhibitor, "waiting=1&hand=mine"),
        "expo.change_exhibitor",
        5,
        count_for=lambda user: Exhibitor.objects.waiting().filter(assigned_to=user).count(),
    ),
    Task(
        "innovations",
        _("Innovations to review"),
        _("Handed in or in review, not yet public."),
        _("Review"),
        lambda: Innovation.objects.waiting().count(),
        changelist(Innovation, "waiting=1"),
        "expo.change_innovation",
        20,
    ),
    Task(
        "products",
        _("Products to review"),
        _("Handed in by exhibitors, not yet on sale."),
        _("Review"),
        lambda: Product.objects.waiting().count(),
        changelist(Product, "waiting=1"),
        "expo.change_product",
        22,
    ),
    Task(
        "instruments",
        _("Instruments to review"),
        _("Handed in by their owners, not yet public."),
        _("Review"),
        lambda: Instrument.objects.waiting().count(),
        changelist(Instrument, "waiting=1"),
        "expo.change_instrument",
        24,
    ),
    Task(
        "revisions",
        _("Changes to approve"),
        _("Proposed texts; the public still reads the old ones."),
        _("Compare"),
        lambda: Revision.objects.filter(state=Revision.State.PROPOSED).count(),
        changelist(Revision, "state__exact=proposed"),
        "expo.change_revision",
        30,
        count_for=proposed_to,
    ),
    Task(
        "stands",
        _("Exhibitors without a stand"),
        _("Accepted, with a zone, but not on the plan."),
        _("Assign stands"),
        lambda: without_stand().count(),
        lambda: reverse("admin:readiness") + "#without-stand",
        "expo.change_stand",
        40,
    ),
    Task(
        "sessions",
        _("Sessions that clash"),
        _("Two at one place, or one speaker twice, at the same time."),
        _("Solve"),
        lambda: len(clashes()),
        lambda: reverse("admin:readiness") + "#clashes",
        "expo.change_session",
        50,
    ),
    Task(
        "session-drafts",
        _("Sessions to publish"),
        _("Drafts of this edition: visitors do not see them yet."),
        _("Look through"),
        lambda: Session.objects.filter(state=SessionState.DRAFT, edition__is_current=True).count(),
        changelist(Session, "state__exact=draft&edition__is_current__exact=1"),
        "expo.change_session",
        60,
    ),
    Task(
        "announcement-drafts",
        _("Announcements to publish"),
        _("Written, but without a day on which they appear."),
        _("Look through"),
        lambda: Announcement.objects.filter(publish_at=None).count(),
        changelist(Announcement, "publish_at__isempty=1"),
        "expo.change_announcement",
        70,
    ),
)
# Shown to whom can mend it; what is of several kinds to everybody, each with the rows of theirs.
CHECKS: tuple[tuple[str, Any, Any, Any, Any, str], ...] = (
    (
        "without-stand",
        _("Accepted without a stand"),
        _("Give each a stand in its zone."),
        without_stand,
        in_admin,
        "expo.change_exhibitor",
    ),
    (
        "held-wrongly",
        _("Stand held by somebody not accepted"),
        _("Free the stand, or accept the exhibitor."),
        held_wrongly,
        in_admin,
        "expo.change_stand",
    ),
    (
        "overlapping",
        _("Stand drawn over another"),
        _("The same floor is given twice: mend the measures."),
        overlapping,
        in_admin,
        "expo.change_stand",
    ),
    (
        "empty",
        _("Empty stand"),
        _("Give it away, or take it off the plan."),
        empty_stands,
        in_admin,
        "expo.change_stand",
    ),
    (
        "one-language",
        _("Second language missing"),
        _("Visitors of the other language see a fallback."),
        one_language_only,
        in_admin,
        "",
    ),
    ("without-picture", _("No picture"), _("A drawn cover stands in for it."), without_picture, in_admin, ""),
    (
        "without-contact",
        _("No contact"),
        _("Name and e-mail of a person, for the organizers."),
        without_contact,
        in_admin,
        "expo.change_exhibitor",
    ),
    (
        "without-capability",
        _("Instrument without a capability"),
        _("Say in figures what it can measure or make."),
        without_capability,
        in_admin,
        "expo.change_instrument",
    ),
    (
        "without-keeper",
        _("Instrument without a contact"),
        _("Name and e-mail of the person who looks after it, for the organizers."),
        without_keeper,
        in_admin,
        "expo.change_instrument",
    ),
    (
        "clashes",
        _("Clashing sessions"),
        _("Same place or same speaker at one time."),
        clashes,
        describe_clash,
        "expo.change_session",
    ),
    (
        "without-place",
        _("Session without a place"),
        _("Visitors cannot find it."),
        without_place,
        in_admin,
        "expo.change_session",
    ),
)


def register() -> None:
    for task in TASKS:
        add_task(task)
    for position, (name, label, help_text, find, describe, permission) in enumerate(CHECKS):
        add_check(Check(name, label, help_text, find, describe, position, permission))
