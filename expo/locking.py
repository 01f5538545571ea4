"""Secrets that must be read again are stored locked: a copy of the database alone opens nothing."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def lock(text: str, purpose: str) -> str:
    """The text, to be stored. What is locked for one purpose opens for no other."""
    return _safe(purpose).encrypt(text.encode()).decode()


def unlock(locked: str, purpose: str) -> str:
    """Raises `cryptography.fernet.InvalidToken` where it was locked by another key."""
    return _safe(purpose).decrypt(locked.encode()).decode()


def _safe(purpose: str) -> MultiFernet:
    """The secret key of the site, and former ones while they are named."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = [hashlib.sha256(f"{purpose}:{key}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
