"""The one error a domain function raises."""

from __future__ import annotations

from django.utils.functional import Promise


class DomainError(Exception):
    """An act that cannot be done, in words a person can read; `field` names the input at fault, if one is."""

    def __init__(self, message: str | Promise, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)
