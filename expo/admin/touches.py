"""What an act touches besides the records themselves, in words, from a few questions for any number of records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext

from expo.models import (
    Exhibitor,
    Holding,
    Innovation,
    InnovationPlatform,
    Instrument,
    Organization,
    Product,
    Session,
    Speaker,
    Stand,
)

MOST_NAMES = 12


def named(things: Iterable[Any]) -> str:
    """The first names, and how many more there are."""
    names = list(dict.fromkeys(str(thing) for thing in things))
    more = len(names) - MOST_NAMES
    comma = pgettext("between names", ", ")
    if more <= 0:
        return comma.join(names)
    tail = ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}
    return comma.join([*names[:MOST_NAMES], tail])


def told(lines: Iterable[tuple[str, Sequence[Any]]]) -> list[str]:
    """A line for each kind of thing of which there is any: `%(count)d` and `%(names)s` are filled in."""
    return [words % {"count": len(things), "names": named(things)} for words, things in lines if things]


# ------------------------------------------------------------------ exhibitors
def by_withdrawing(exhibitors: Sequence[Exhibitor]) -> list[str]:
    """Stands, co-exhibitors and what else has to do with an exhibitor that leaves."""
    keys = [exhibitor.pk for exhibitor in exhibitors]
    houses = [exhibitor.organization_id for exhibitor in exhibitors]
    stands = Stand.objects.filter(exhibitor__in=keys).select_related("zone")
    guests = Exhibitor.objects.filter(host__in=keys).exclude(pk__in=keys).select_related("organization")
    products = Product.objects.published().filter(organization__in=houses)
    editions = {exhibitor.edition_id for exhibitor in exhibitors}
    speaking = Session.objects.published().filter(edition__in=editions, speakers__organization__in=houses).distinct()
    stand_words = gettext("Stands that become free (%(count)d): %(names)s")
    return told(
        [
            *concerned(exhibitors),
            (stand_words, sorted(stand.code for stand in stands)),
            (gettext("Co-exhibitors that lose their host (%(count)d): %(names)s"), list(guests)),
            (gettext("Products that lose the stand of their seller (%(count)d): %(names)s"), list(products)),
            (gettext("Sessions in which its people stay announced (%(count)d): %(names)s"), list(speaking)),
        ]
    )


def concerned(exhibitors: Sequence[Exhibitor]) -> list[tuple[str, Sequence[Any]]]:
    people = [
        f"{exhibitor.contact_name} ({exhibitor.organization})" for exhibitor in exhibitors if exhibitor.contact_name
    ]
    return [(gettext("To be told (%(count)d): %(names)s"), people)]


def by_declining(exhibitors: Sequence[Exhibitor]) -> list[str]:
    return told(concerned(exhibitors))


# ------------------------------------------------------------------ innovations, products, sessions
def by_taking_off(innovations: Sequence[Innovation]) -> list[str]:
    """Whom an innovation belongs to, and the products that come from it."""
    keys = [innovation.pk for innovation in innovations]
    holders = Organization.objects.filter(pk__in=Holding.objects.filter(innovation__in=keys).values("organization"))
    products = Product.objects.published().filter(innovation__in=keys)
    return told(
        [
            (gettext("Whom it belongs to (%(count)d): %(names)s"), list(holders)),
            (gettext("Products that stay on sale without it (%(count)d): %(names)s"), list(products)),
        ]
    )


def by_ending_sale(products: Sequence[Product]) -> list[str]:
    return told([(gettext("Sold by (%(count)d): %(names)s"), [product.organization for product in products])])


def by_canceling(sessions: Sequence[Session]) -> list[str]:
    speakers = Speaker.objects.filter(session__in=[session.pk for session in sessions])
    places = [session.place for session in sessions if session.place]
    return told(
        [
            (gettext("Speakers to be told (%(count)d): %(names)s"), list(speakers)),
            (gettext("Places that become free (%(count)d): %(names)s"), places),
        ]
    )


# ------------------------------------------------------------------ platforms
def by_closing(platforms: Sequence[InnovationPlatform]) -> list[str]:
    """Who runs a platform, and the instruments that lose it."""
    keys = [platform.pk for platform in platforms]
    houses = Organization.objects.filter(pk__in=[platform.organization_id for platform in platforms])
    instruments = Instrument.objects.public().filter(platform__in=keys)
    return told(
        [
            (gettext("Run by (%(count)d): %(names)s"), list(houses)),
            (gettext("Instruments that stay open without it (%(count)d): %(names)s"), list(instruments)),
        ]
    )
