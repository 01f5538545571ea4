"""JSON-LD for search engines, made from PUBLIC_FIELDS only. Samples have none: they are invented.

Each package registers how its nouns are described (`registry.Description`). A describer may leave empty what is not
known; an empty description says that there is nothing to tell.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from expo.models import (
    Announcement,
    Edition,
    Exhibitor,
    Innovation,
    InnovationPlatform,
    Instrument,
    Mode,
    Organization,
    OrganizationKind,
    Product,
    Session,
)
from expo.registry import Description, add_description, descriptions

KINDS = {
    OrganizationKind.UNIVERSITY: "CollegeOrUniversity",
    OrganizationKind.RESEARCH_INSTITUTE: "ResearchOrganization",
    OrganizationKind.HOSPITAL: "Hospital",
    OrganizationKind.GOVERNMENT: "GovernmentOrganization",
}
SELL, LEASE_OUT = "http://purl.org/goodrelations/v1#Sell", "http://purl.org/goodrelations/v1#LeaseOut"
BUSINESS_FUNCTIONS = {  # schema.org has no word for equity in kind and for joint development
    Mode.ASSIGNMENT: SELL,
    Mode.EXCLUSIVE: LEASE_OUT,
    Mode.SOLE: LEASE_OUT,
    Mode.NON_EXCLUSIVE: LEASE_OUT,
    Mode.USE_FIRST_PAY_LATER: LEASE_OUT,
}


def structured(record: Any) -> str:
    """The JSON-LD text of a record, or the empty string where it has none."""
    row = descriptions.get(record._meta.label)
    if row is None or getattr(record, "is_sample", False):
        return ""
    known = without_gaps(row.describe(record))
    if not known:
        return ""
    if picture := getattr(record, "picture", None):
        known["image"] = settings.SITE_URL + picture.upload.url
    text = json.dumps({"@context": "https://schema.org", **known}, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


def without_gaps(value: Any) -> Any:
    """The same without what is empty, at any depth; a thing of which only the type is known is empty."""
    if isinstance(value, dict):
        kept = {key: kept for key, part in value.items() if (kept := without_gaps(part)) not in ("", None, [], {})}
        return {} if set(kept) <= {"@type"} else kept
    if isinstance(value, list):
        return [kept for part in value if (kept := without_gaps(part)) not in ("", None, [], {})]
    return value


def absolute(record: Any) -> str:
    return settings.SITE_URL + str(record.get_absolute_url())


def organization(record: Organization) -> dict[str, Any]:
    return {
        "@type": KINDS.get(OrganizationKind(record.kind), "Organization"),
        "name": str(record.name),
        "description": str(record.about),
        "url": record.website or absolute(record),
        "address": {
            "@type": "PostalAddress",
            "addressLocality": str(record.city),
            "addressCountry": str(record.country),
        },
    }


def real_organizations(records: Iterable[Organization]) -> list[dict[str, Any]]:
    """Those that are no samples."""
    return [organization(record) for record in records if not record.is_sample]


def exhibitor(record: Exhibitor) -> dict[str, Any]:
    if record.organization.is_sample:
        return {}
    return {**organization(record.organization), "description": str(record.claim), "mainEntityOfPage": absolute(record)}


def innovation(record: Innovation) -> dict[str, Any]:
    """The work; as what is offered, where ways of cooperation are on offer. It has no price: that is negotiated."""
    holders = real_organizations(holding.organization for holding in record.holdings.all())
    work = {
        "@type": "CreativeWork",
        "name": str(record.title),
        "abstract": str(record.claim),
        "description": str(record.abstract),
        "url": absolute(record),
        "creator": holders,
        "about": str(record.sector.name) if record.sector else "",
    }
    modes = list(record.offered_modes.all())
    if not modes:
        return work
    functions = [BUSINESS_FUNCTIONS[Mode(row.mode)] for row in modes if Mode(row.mode) in BUSINESS_FUNCTIONS]
    return {
        "@type": "Offer",
        "name": str(record.title),
        "description": _("On offer: %(modes)s") % {"modes": "; ".join(str(row) for row in modes)},
        "url": absolute(record),
        "businessFunction": list(dict.fromkeys(functions)),
        "offeredBy": holders,
        "itemOffered": work,
    }


def product(record: Product) -> dict[str, Any]:
    seller = real_organizations([record.organization])
    return {
        "@type": "Product",
        "name": str(record.title),
        "description": str(record.claim),
        "url": absolute(record),
        "category": str(record.sector.name) if record.sector else "",
        "brand": {"@type": "Organization", "name": seller[0]["name"] if seller else ""},
        "offers": {
            "@type": "Offer",
            "url": absolute(record),
            "price": "" if record.price is None else str(record.price),
            "priceCurrency": "" if record.price is None else record.currency,
            "availability": f"https://schema.org/{availability(record)}",
            "inventoryLevel": quantity(record.stock),
            "eligibleQuantity": quantity(record.minimum_order, key="minValue", unitText=str(record.unit)),
            "deliveryLeadTime": quantity(record.lead_time_days, unitCode="DAY"),
            "seller": seller,
        },
    }


def availability(record: Product) -> str:
    """In the words of schema.org; no number of pieces means made to order."""
    if record.stock is None:
        return "MadeToOrder"
    return "InStock" if record.stock else "OutOfStock"


def quantity(number: int | None, *, key: str = "value", **unit: str) -> dict[str, Any]:
    """A number with its unit; nothing where the number is not known."""
    return {} if number is None else {"@type": "QuantitativeValue", key: number, **unit}


def session(record: Session) -> dict[str, Any]:
    status = "EventCancelled" if record.state == "canceled" else "EventScheduled"
    return {
        "@type": "BusinessEvent",
        "name": str(record.title),
        "startDate": record.starts_at.isoformat(),
        "endDate": record.ends_at.isoformat(),
        "eventStatus": f"https://schema.org/{status}",
        "location": {"@type": "Place", "name": str(record.place.name)} if record.place else None,
        "url": absolute(record),
    }


def edition(record: Edition) -> dict[str, Any]:
    place = {"@type": "Place", "name": str(record.venue or record.city), "address": str(record.city)}
    return {
        "@type": "ExhibitionEvent",
        "name": str(record.name),
        "startDate": record.opens_on.isoformat(),
        "endDate": record.closes_on.isoformat() if record.closes_on else "",
        "location": place if record.city else None,
        "description": str(record.summary),
        "url": settings.SITE_URL,
    }


def announcement(record: Announcement) -> dict[str, Any]:
    return {
        "@type": "NewsArticle",
        "headline": str(record.title),
        "articleBody": str(record.body),
        "datePublished": record.publish_at.isoformat() if record.publish_at else "",
        "url": absolute(record),
    }


def platform(record: InnovationPlatform) -> dict[str, Any]:
    return {
        "@type": "ResearchOrganization",
        "name": str(record.name),
        "description": str(record.claim),
        "url": absolute(record),
        "parentOrganization": real_organizations([record.organization]),
    }


def instrument(record: Instrument) -> dict[str, Any]:
    """What is offered is its use."""
    return {
        "@type": "Service",
        "name": str(record.name),
        "description": str(record.claim),
        "url": absolute(record),
        "category": str(record.sector.name) if record.sector else "",
        "provider": real_organizations([record.organization]),
    }


DESCRIBERS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Announcement: announcement,
    Edition: edition,
    Exhibitor: exhibitor,
    Innovation: innovation,
    InnovationPlatform: platform,
    Instrument: instrument,
    Organization: organization,
    Product: product,
    Session: session,
}


def register() -> None:
    for model, describe in DESCRIBERS.items():
        add_description(Description(model, describe))
