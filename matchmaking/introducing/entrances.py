"""The way from a public page to an introduction: what its reader may do there, and for which organization."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from expo.actions import Action, ActionLink, add_action
from expo.models import Innovation, Organization, User
from expo.rights import roles_in
from matchmaking.introducing.sides import page_of
from matchmaking.introducing.subjects import owners_of
from matchmaking.models import OFFERS, Demand, Introduction
from matchmaking.models.introduction import IntroductionQuerySet
from matchmaking.models.match import pair_of


def links_on(user: User | AnonymousUser, record: Any) -> list[ActionLink]:
    """Nothing about what is closed, that nobody answers for, or that is the reader's own. Who is in contact about it is
    led there first, and may bring another thing of theirs.
    """
    if not _can_be_asked(record):
        return []
    roles = roles_in(user)
    begin = reverse("matchmaking:introduction-begin", args=[record._meta.model_name, record.slug])
    is_demand = isinstance(record, Demand)
    tone = "main" if is_demand else ""  # beside an offer, asking a question is the main one
    first = ActionLink(_("We can help") if is_demand else _("Ask for an introduction"), begin, tone)
    if not roles:
        return [first]
    if roles.keys() & owners_of(record):
        return []
    contact = contacts_about(record, roles.keys()).first()
    if contact is None:
        return [first]
    own = contact.offering if is_demand else contact.asking
    words = _("You are in contact since %(day)s") % {"day": day_of(contact)}
    another = ActionLink(_("About something else of ours"), begin, "quiet")
    return [ActionLink(words, page_of(contact, own), tone), another]


def _can_be_asked(record: Any) -> bool:
    if isinstance(record, Demand):
        return record.is_open
    return not isinstance(record, Innovation) or bool(record.holdings.all())


def contacts_about(record: Any, organizations: Any) -> IntroductionQuerySet:
    """The open introductions of some organizations about what another one shows, the newest first."""
    mine = {"demand": record, "offering__in": organizations}
    if not isinstance(record, Demand):
        mine = {**pair_of(record), "asking__in": organizations}
    found: IntroductionQuerySet = Introduction.objects.open().filter(**mine).select_related("asking", "offering")
    return found


def day_of(introduction: Introduction) -> str:
    """When it began, as a day of the fair's time."""
    return date_format(localtime(introduction.created_at), "DATE_FORMAT")


def writing_url(organization: Organization, record: Any) -> str:
    """Where an organization writes about a demand or an offer of another one."""
    noun = record._meta.model_name
    about = {"demand": record.slug} if noun == "demand" else {"offer": f"{noun}/{record.slug}"}
    return f"{reverse('matchmaking:introduction-new', args=[organization.slug])}?{urlencode(about)}"


def register() -> None:
    add_action(Action("matchmaking:demand-detail", "introduction", links_on))
    for noun in OFFERS:
        add_action(Action(f"{noun}-detail", "introduction", links_on))
