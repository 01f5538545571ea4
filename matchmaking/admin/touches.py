"""What an act on a demand, deal or contract touches besides the record itself, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext

from expo.admin.touches import told
from expo.models import Innovation
from matchmaking.models import Deal, DealParty, Demand, TechnologyContract, TechnologyLine, TermSheet


def by_ending_demand(demands: Sequence[Demand]) -> list[str]:
    """Who asked, and the deals that answer."""
    deals = Deal.objects.filter(demand__in=[demand.pk for demand in demands])
    return told(
        [
            (gettext("To be told (%(count)d): %(names)s."), [demand.organization for demand in demands]),
            (gettext("Deals that answer it (%(count)d): %(names)s."), list(deals)),
        ]
    )


def parties_of(deals: Sequence[Deal]) -> list[DealParty]:
    rows = DealParty.objects.filter(deal__in=[deal.pk for deal in deals])
    return list(rows.select_related("organization"))


def by_freezing(deals: Sequence[Deal]) -> list[str]:
    """The terms that change no more, and the parties to them."""
    sheets = TermSheet.objects.filter(deal__in=[deal.pk for deal in deals], is_current=True).select_related("deal")
    return told(
        [
            (gettext("Terms that change no more (%(count)d): %(names)s."), list(sheets)),
            (gettext("To be told (%(count)d): %(names)s."), parties_of(deals)),
        ]
    )


def by_taking_effect(deals: Sequence[Deal]) -> list[str]:
    """The innovations that are no longer on offer, since their ownership goes over."""
    lines = TechnologyLine.objects.filter(
        term_sheet__deal__in=[deal.pk for deal in deals],
        term_sheet__is_current=True,
        right=TechnologyLine.Right.OWNERSHIP,
    )
    given = Innovation.objects.published().filter(pk__in=lines.values("innovation"))
    return told([(gettext("Innovations that are no longer on offer (%(count)d): %(names)s."), list(given))])


def by_ending_contract(contracts: Sequence[TechnologyContract]) -> list[str]:
    """Who signed, and what the figures lose."""
    counted = [f"{row.registration_no}" for row in contracts if row.is_registered]
    sides = [side for row in contracts for side in (row.seller, row.buyer)]
    return told(
        [
            (gettext("To be told (%(count)d): %(names)s."), sides),
            (gettext("Registrations that no figure counts any more (%(count)d): %(names)s."), counted),
        ]
    )
