"""Where no mail server is needed: mails are written to `mails/` in VAR_DIR, one file each, to open and read."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

logger = logging.getLogger(__name__)
_numbers = itertools.count(1)


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = settings.VAR_DIR / "mails"
        folder.mkdir(parents=True, exist_ok=True)
        for mail in email_messages:
            path = folder / f"{timezone.localtime():%Y%m%d-%H%M%S-%f}-{next(_numbers)}.eml"
            path.write_bytes(mail.message().as_bytes())
            logger.info("A mail (“%s”) is in %s.", mail.subject, path)
        return len(email_messages)
