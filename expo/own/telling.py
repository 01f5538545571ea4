"""Who is told what about own pages: the editors of the organizations they belong to, and those who review them."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from expo.exhibiting.news import managers, page_of
from expo.models import Exhibitor, Holding, Innovation, Organization, User
from expo.models.base import LANGUAGES, SUFFIX
from expo.notices import members_of, tell
from expo.own.nouns import own_noun_of
from expo.registry import NoticeKind, add_notice_kind

KINDS = (
    NoticeKind("own-returned", _("An own page came back"), _("“%(title)s” came back."),
               _("“%(reason)s” Mend it and hand it in again; everything you wrote is still there."), position=20),
    NoticeKind("own-public", _("An own page is public"), _("“%(title)s” is public now."),
               _("You can go on improving it: changes are shown once they are approved."), position=21),
    NoticeKind("own-moved", _("The state of an own page changed"), _("“%(title)s” is now: %(state)s."), "%(reason)s",
               position=22, delivery="daily"),
    NoticeKind("change-approved", _("A change of an own page was approved"),
               _("Your change of “%(title)s” was approved: the public reads it now."), position=23),
    NoticeKind("change-returned", _("A change of an own page came back"), _("Your change of “%(title)s” came back."),
               _("“%(reason)s” The public still reads the old text; what you wrote is still there."), position=24),
    NoticeKind("own-arrived", _("For organizers: pages that are handed in"),
               _("“%(title)s” was handed in and waits for review."), position=82, delivery="daily", for_staff=True),
    NoticeKind("change-arrived", _("For organizers: changes that wait"),
               _("A change of “%(title)s” waits for approval; the public still reads the old text."), position=83,
               delivery="daily", for_staff=True),
)  # fmt: skip


def register() -> None:
    for kind in KINDS:
        add_notice_kind(kind)


def owners_of(record: Model) -> list[Organization]:
    """The organizations that a record belongs to: who holds an innovation, who sells, lends or asks."""
    if isinstance(record, Innovation):
        rows = record.holdings.filter(role__in=Holding.OWNERS).select_related("organization")
        return [holding.organization for holding in rows]
    organization = getattr(record, "organization", None)
    return [organization] if isinstance(organization, Organization) else []


def editors_of(record: Model, *, but: User | None = None) -> dict[int, tuple[User, Organization]]:
    """By the key of the person: who edits the record, and for which organization."""
    found: dict[int, tuple[User, Organization]] = {}
    for organization in owners_of(record):
        for person in members_of(organization):
            if but is None or person.pk != but.pk:
                found.setdefault(person.pk, (person, organization))
    return found


def reviewers_of(record: Model) -> list[User]:
    """The staff who decide on a record of this noun."""
    if isinstance(record, Exhibitor):
        return managers()
    own = own_noun_of(record)
    if own is None:
        return []
    return list(User.objects.filter(groups__name=own.reviewer, is_staff=True, is_active=True).order_by("pk"))


def tell_editors(kind: str, record: Any, *, by: User | None, key: str = "", **data: Any) -> None:
    """Tell who edits the record, but not who did it. Nouns that nobody keeps by himself are not told of."""
    own = own_noun_of(record)
    if own is None and not isinstance(record, Exhibitor):
        return
    by_desk: dict[str, list[User]] = {}
    for person, organization in editors_of(record, but=by).values():
        if own is None:
            url = page_of(record)
        else:
            url = reverse("own-record", kwargs={"slug": organization.slug, "noun": own.noun, "pk": record.pk})
        by_desk.setdefault(url, []).append(person)
    for url, people in by_desk.items():
        tell(kind, people, key=key or _key(kind, record), url=url, **titles(record), **data)


def tell_reviewers(kind: str, record: Any, *, page: Model | None = None, key: str = "") -> None:
    """Tell who decides; `page` is what they decide on, if it is not the record itself."""
    shown = page or record
    url = reverse(f"admin:{shown._meta.app_label}_{shown._meta.model_name}_change", args=[shown.pk])
    tell(kind, reviewers_of(record), key=key or _key(kind, record), url=url, **titles(record))


def tell_state(record: Any, *, by: User | None, reason: str = "") -> None:
    """What a move means for the editors: it came back, it is public, or it is in another state."""
    own = own_noun_of(record)
    if own is None:
        return
    if record.state in own.returned:
        tell_editors("own-returned", record, by=by, reason=reason)
    elif record.state in own.public:
        tell_editors("own-public", record, by=by)
    else:
        tell_editors("own-moved", record, by=by, reason=reason, **state_words(record))


def tell_arrived(record: Any, *, by: User | None) -> None:
    """A record was handed in: its other editors know, and those who decide."""
    tell_state(record, by=by)
    tell_reviewers("own-arrived", record)


def _key(kind: str, record: Any) -> str:
    return f"{record._meta.label_lower}-{record.pk}-v{record.version}-{kind}"


def titles(record: Any) -> dict[str, Any]:
    if isinstance(record, Exhibitor):
        return titles(record.organization)
    name = "title" if hasattr(record, "title_en") else "name"
    return {f"title{suffix}": getattr(record, name + suffix) for suffix in SUFFIX.values()}


def state_words(record: Any) -> dict[str, str]:
    """The state in both languages."""
    found = {}
    for code in LANGUAGES:
        with override(code):
            found[f"state{SUFFIX[code]}"] = str(record.get_state_display())
    return found
