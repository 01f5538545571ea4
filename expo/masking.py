"""Log lines without personal data: of an e-mail address only its domain leaves the process (`***@example.org`)."""

from __future__ import annotations

import logging
import re

from pythonjsonlogger.json import JsonFormatter

# Also as they stand in the addresses of pages (%40).
ADDRESS = re.compile(r"[a-z0-9.!#$&'*+/=?^_`{|}~%-]{1,64}?(@|%40)(?=[a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)


def masked(text: str) -> str:
    """The text without what stands before the @ of its e-mail addresses."""
    return ADDRESS.sub(r"***\1", text)


class PlainLine(logging.Formatter):
    """The whole line is masked: the message, what is logged beside it, and the words of an error."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class JsonLine(JsonFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
