"""JSON-LD for search engines, made from PUBLIC_FIELDS only. Samples have none: they are invented."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings

from expo.models import Announcement, Edition, Exhibitor, Innovation, Organization, OrganizationKind, Product, Session

KINDS = {
    OrganizationKind.UNIVERSITY: "CollegeOrUniversity",
    OrganizationKind.RESEARCH_INSTITUTE: "ResearchOrganization",
    OrganizationKind.HOSPITAL: "Hospital",
    OrganizationKind.GOVERNMENT: "GovernmentOrganization",
}


def structured(record: Any) -> str:
    """The JSON-LD text of a record, or the empty string where it has none."""
    describe = DESCRIPTIONS.get(type(record))
    if describe is None or getattr(record, "is_sample", False):
        return ""
    data = {"@context": "https://schema.org", **{k: v for k, v in describe(record).items() if v not in ("", None, [])}}
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")


def absolute(record: Any) -> str:
    return settings.SITE_URL + str(record.get_absolute_url())


def organization(record: Organization) -> dict[str, Any]:
    address = {"@type": "PostalAddress", "addressLocality": str(record.city), "addressCountry": str(record.country)}
    return {
        "@type": KINDS.get(OrganizationKind(record.kind), "Organization"),
        "name": str(record.name),
        "description": str(record.about),
        "url": record.website or absolute(record),
        "address": {k: v for k, v in address.items() if v},
    }


def exhibitor(record: Exhibitor) -> dict[str, Any]:
    return {**organization(record.organization), "description": str(record.claim), "mainEntityOfPage": absolute(record)}


def innovation(record: Innovation) -> dict[str, Any]:
    return {
        "@type": "CreativeWork",
        "name": str(record.title),
        "abstract": str(record.claim),
        "url": absolute(record),
        "creator": [organization(holding.organization) for holding in record.holdings.all()],
        "about": str(record.sector.name) if record.sector else "",
    }


def product(record: Product) -> dict[str, Any]:
    offer = (
        {"@type": "Offer", "price": str(record.price), "priceCurrency": record.currency}
        if record.price is not None
        else None
    )
    return {
        "@type": "Product",
        "name": str(record.title),
        "description": str(record.claim),
        "url": absolute(record),
        "brand": {"@type": "Organization", "name": str(record.organization.name)},
        "offers": offer,
    }


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
        "datePublished": record.publish_at.isoformat() if record.publish_at else "",
        "url": absolute(record),
    }


DESCRIPTIONS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Announcement: announcement,
    Edition: edition,
    Exhibitor: exhibitor,
    Innovation: innovation,
    Organization: organization,
    Product: product,
    Session: session,
}
