"""How often one address may ask; API_REQUESTS_PER_MINUTE, 0 for as often as it likes."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import caches
from rest_framework.throttling import AnonRateThrottle


def rate() -> str | None:
    most = settings.API_REQUESTS_PER_MINUTE
    return f"{most}/min" if most else None


class ByAddress(AnonRateThrottle):
    """Each web process counts for itself."""

    cache = caches["process"]

    def get_rate(self) -> str | None:
        return rate()
