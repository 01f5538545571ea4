"""Format only: how long something took."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.translation import ngettext

register = template.Library()
HOUR, DAY = 3600, 86_400


@register.filter
def span(time: dt.timedelta | None) -> str:
    """A length of time in its largest whole unit, nothing for none: “3 hours”, “2 days”."""
    if time is None:
        return ""
    seconds = int(time.total_seconds())
    if seconds >= 2 * DAY:
        days = round(seconds / DAY)
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    if seconds >= HOUR:
        hours = round(seconds / HOUR)
        return ngettext("%(hours)d hour", "%(hours)d hours", hours) % {"hours": hours}
    minutes = max(1, round(seconds / 60))
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}
