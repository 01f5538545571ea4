"""JSON-LD of demands, for search engines: nothing but what their page shows."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from expo.models import Measured
from expo.registry import Description, add_description
from expo.templatetags.metrics import measure
from matchmaking.models import Demand


def target(metric: Measured) -> dict[str, Any]:
    return {"@type": "PropertyValue", "name": str(metric.parameter.name), "value": measure(metric)}


def demand(record: Demand) -> dict[str, Any]:
    """A schema.org Demand. Who asks, what it may cost and until when only where the page says so."""
    organization = record.named_organization
    detailed = record.is_detailed
    price = {
        "@type": "PriceSpecification",
        "minPrice": str(record.budget_min) if record.budget_min is not None else "",
        "maxPrice": str(record.budget_max) if record.budget_max is not None else "",
        "priceCurrency": record.currency,
    }
    asked = {
        "@type": "CreativeWork",
        "name": str(record.title),
        "about": str(record.sector.name) if record.sector else "",
        "additionalProperty": [target(row) for row in record.shown_targets],
    }
    return {
        "@type": "Demand",
        "name": str(record.title),
        "description": str(record.claim),
        "url": settings.SITE_URL + record.get_absolute_url(),
        "validThrough": record.deadline.isoformat() if detailed and record.deadline else "",
        "@reverse": {"seeks": {"@type": "Organization", "name": str(organization.name)}} if organization else None,
        "itemOffered": {key: value for key, value in asked.items() if value},
        "priceSpecification": price if detailed and (price["minPrice"] or price["maxPrice"]) else None,
    }


def register() -> None:
    add_description(Description(Demand, demand))
