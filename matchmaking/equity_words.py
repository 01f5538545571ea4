"""What the exact arithmetic finds, in the reader's language."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from matchmaking import equity

SENTENCES = {
    "total_not_positive": _("There are no units to share."),
    "units_not_positive": _("%(holder)s must have more than 0 units, not %(units)s."),
    "holder_twice": _("%(holder)s is listed %(times)s times for the same contribution."),
    "declared_total_differs": _("The lines add up to %(total)s units, not to the %(declared)s stated: %(difference)s."),
    "agreed_value_missing": _("The technology stake has %(units)s units, but no technology has an agreed value."),
    "stake_not_agreed_value": _(
        "The technology stake is worth %(stake)s, but the technology is agreed at %(agreed)s: %(difference)s."
    ),
    "agreed_above_appraised": _("The agreed value %(agreed)s is above the appraised value %(appraised)s."),
    "founders_liable": _("The other founders are jointly liable for a shortfall of %(shortfall)s."),
}


def told(finding: equity.Finding) -> str:
    """A finding as a sentence; numbers in groups of three, differences with their sign."""
    values = {name: _number(name, value) for name, value in finding.values.items()}
    return str(SENTENCES[finding.code]) % values


def _number(name: str, value: object) -> str:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"{value:+,}" if name == "difference" else f"{value:,}"
    return str(value)
