"""The job under which the index and the menu group the records of `matchmaking`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MATCHMAKING = _("Matchmaking and deals")
