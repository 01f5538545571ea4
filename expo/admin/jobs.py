"""The jobs by which the index and the menu group what organizers work on. Another package may name its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

FAIR = _("The fair")
EXHIBITION = _("Exhibition")
PLATFORMS = _("Platforms and partners")
PROGRAMME = _("Programme and news")
RECORD = _("Record")
ACCOUNTS = _("Accounts")

IN_ORDER = (FAIR, EXHIBITION, PLATFORMS, PROGRAMME)
LAST = (RECORD, ACCOUNTS)
