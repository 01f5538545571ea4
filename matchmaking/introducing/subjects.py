"""What an introduction can be about: found by addresses, shown at this moment, and between which two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from expo.enquiries import askable, receiver_of
from expo.errors import DomainError
from expo.models import Holding, Innovation, Organization
from matchmaking.models import OFFERS, Demand, Introduction, Match, Side
from matchmaking.models.demand import SHOWN_STATES


@dataclass(frozen=True)
class Subject:
    """Two organizations and what brings them together; `side` is the one that would write."""

    side: Side
    other: Organization
    demand: Demand | None
    offer: Any | None
    match: Match | None = None

    @property
    def offer_address(self) -> str:
        return f"{self.offer._meta.model_name}/{self.offer.slug}" if self.offer is not None else ""

    @property
    def own_parts(self) -> list[dict[str, Any]]:
        """Why the match was made, as the side that would write may know it."""
        if self.match is None:
            return []
        return self.match.parts if self.side == Side.ASKING else self.match.offer_parts

    @property
    def shown_other(self) -> Organization | None:
        """Whom one would write to; None where a demand does not name it."""
        hides = self.side == Side.OFFERING and self.demand is not None and not self.demand.is_named
        return None if hides else self.other

    @property
    def hides_writer(self) -> bool:
        return self.side == Side.ASKING and self.demand is not None and not self.demand.is_named


# ------------------------------------------------------------------ what is shown
def open_demands() -> Any:
    return Demand.objects.open().select_related("organization")


def shown_offers(noun: str) -> Any:
    """Published innovations, products or instruments."""
    return askable(noun) if noun in OFFERS else Demand.objects.none()


def shown_record(noun: str, slug: str) -> Any | None:
    """What of an address somebody may write about: an open demand, or an offer that is shown and that somebody
    answers for. None for everything else."""
    rows = open_demands() if noun == "demand" else shown_offers(noun)
    record = rows.filter(slug=slug).first()
    return record if record is not None and owners_of(record) else None


def require_shown(demand: Demand | None, offer: Model | None) -> None:
    """DomainError where one of them was taken off meanwhile, or is not published yet."""
    if demand is not None and not open_demands().filter(pk=demand.pk).exists():
        raise DomainError(_("The demand is not open: it was taken back, has run out or is not published yet."))
    if offer is not None and not shown_offers(str(offer._meta.model_name)).filter(pk=offer.pk).exists():
        raise DomainError(_("The offer is not shown any more: it was taken back or has run out."))


def shown_records(introduction: Introduction) -> dict[str, bool]:
    """Whether demand and offer have a public page at this moment."""
    demand, offer = introduction.demand, introduction.offer
    has_page = offer is not None and shown_offers(str(offer._meta.model_name)).filter(pk=offer.pk).exists()
    return {"demand": demand is not None and demand.state in SHOWN_STATES, "offer": has_page}


def owners_of(record: Any) -> set[int]:
    """The organizations that may speak for a demand or an offer: whose it is, or who answers questions about it."""
    if not isinstance(record, Innovation):
        return {record.organization_id}
    receiver = receiver_of(record)
    owners = {row.organization_id for row in record.holdings.all() if row.role in Holding.OWNERS}
    return owners | ({receiver.pk} if receiver is not None else set())


def is_offered_by(offer: Model, organization: Organization) -> bool:
    return organization.pk in owners_of(offer)


# ------------------------------------------------------------------ who is who
def pair_key(asking: Organization, offering: Organization, demand: Demand | None, offer: Model | None) -> str:
    """Who and what, the same whoever of the two writes."""
    about = f"{offer._meta.model_name}{offer.pk}" if offer is not None else "-"
    return f"{asking.pk}.{offering.pk}.{demand.pk if demand is not None else '-'}.{about}"


def side_of(organization: Organization, other: Organization, demand: Demand | None, offer: Model | None) -> Side:
    """On which side `organization` stands. DomainError where the two are not those that this is about."""
    if demand is None and offer is None:
        raise DomainError(_("Say what it is about: a demand, an offer, or both."))
    if organization.pk == other.pk:
        raise DomainError(_("Both sides would be your own organization."))
    if demand is not None:
        side = Side.ASKING if demand.organization_id == organization.pk else Side.OFFERING
    else:
        side = Side.OFFERING if offer is not None and is_offered_by(offer, organization) else Side.ASKING
    asking, offering = (organization, other) if side == Side.ASKING else (other, organization)
    fits = demand is None or demand.organization_id == asking.pk
    if not fits or (offer is not None and not is_offered_by(offer, offering)):
        raise DomainError(_("This demand and this offer do not belong to these two organizations."))
    return side


def subject_for(organization: Organization, *, demand: str = "", offer: str = "", match: str = "") -> Subject | None:
    """What the addresses name, where it is shown and the organization is one of the two. None for everything else:
    what nobody may know of and what was taken back are the same here. `offer` is written noun/short-name.
    """
    if "\0" in demand + offer:
        return None
    row = _match(match)
    wanted = row.demand.slug if row is not None and not demand and not offer else demand
    address = _address(row) if row is not None and not demand and not offer else offer
    found_demand = open_demands().filter(slug=wanted).first() if wanted else None
    found_offer = _offer(address)
    if (wanted and found_demand is None) or (address and found_offer is None) or not (wanted or address):
        return None
    asks = found_demand is not None and found_demand.organization_id == organization.pk
    if found_demand is not None and not asks:
        other = found_demand.organization
    else:
        other = receiver_of(found_offer) if found_offer is not None else None
    if other is None:
        return None
    try:
        side = side_of(organization, other, found_demand, found_offer)
    except DomainError:
        return None
    is_of_match = row is not None and row.demand_id == getattr(found_demand, "pk", None) and row.offer == found_offer
    return Subject(side, other, found_demand, found_offer, row if is_of_match else None)


def _match(key: str) -> Match | None:
    rows = Match.objects.select_related("demand", *OFFERS)
    return rows.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None


def _address(match: Match) -> str:
    return f"{match.noun}/{match.offer.slug}"


def _offer(address: str) -> Any | None:
    noun, _slash, slug = address.partition("/")
    return shown_offers(noun).filter(slug=slug).first() if slug else None
