"""How much anybody may ask: limits against spam, and words that are accepted."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from expo.errors import DomainError
from expo.models import EnquiryMessage, EnquiryState, Organization

LONGEST = 5000  # characters, as the column holds
MOST_LINKS = 2  # of a question: advertising has more
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
# Each (time, how many in it). People ask a handful of stands a day; who writes to a hundred sells something.
OF_SENDER = ((HOUR, 8), (DAY, 20))
OF_ADDRESS = ((HOUR, 12), (DAY, 40))  # a network address may be a whole office
OF_STRANGERS = ((HOUR, 40), (DAY, 200))  # not yet confirmed, to one organization
UNCONFIRMED = ((DAY, 3),)  # mails to one address that nobody has answered to
REPEATED_WITHIN = dt.timedelta(days=30)
LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


# ------------------------------------------------------------------ words
def checked(text: str, *, most_links: int | None = MOST_LINKS) -> str:
    """The words as they are stored. Raises DomainError for none, too many, or too many links."""
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not words:
        raise DomainError(_("Write your message first."), field="text")
    if len(words) > LONGEST:
        raise DomainError(_("Write at most %(most)d characters.") % {"most": LONGEST}, field="text")
    if most_links is not None and len(LINK.findall(words)) > most_links:
        told = ngettext("Use at most %(most)d link.", "Use at most %(most)d links.", most_links)
        raise DomainError(told % {"most": most_links}, field="text")
    return words


# ------------------------------------------------------------------ how many
def refuse_too_much(organization: Organization, email: str, text: str, *, is_known: bool, now: dt.datetime) -> None:
    """Raise DomainError for who asked the same before, or too much. The organization's row must be held."""
    written = EnquiryMessage.objects.filter(from_sender=True)
    own = written.filter(enquiry__email__iexact=email)
    same = own.filter(enquiry__organization=organization, text=text, at__gt=now - REPEATED_WITHIN)
    if same.exists():
        raise DomainError(_("You sent these very words already. They have arrived; you need not repeat them."))
    if _is_over(own, OF_SENDER, now):
        raise DomainError(_("You have asked a lot in a short time. Please go on tomorrow."))
    if is_known:
        return
    unconfirmed = written.filter(enquiry__state=EnquiryState.UNCONFIRMED)
    if _is_over(unconfirmed.filter(enquiry__email__iexact=email), UNCONFIRMED, now):
        raise DomainError(
            _("Several questions from this address wait to be confirmed. Open the links in our mails first."),
            field="email",
        )
    if _is_over(unconfirmed.filter(enquiry__organization=organization), OF_STRANGERS, now):
        raise DomainError(_("This organization gets more questions than it can read. Sign in to ask, or come later."))


def _is_over(messages: object, limit: tuple[tuple[dt.timedelta, int], ...], now: dt.datetime) -> bool:
    return any(messages.filter(at__gt=now - within).count() >= most for within, most in limit)  # type: ignore[attr-defined]


def hashed(address: str) -> str:
    """A network address as it is counted: nobody can read it back."""
    return hmac.new(settings.SECRET_KEY.encode(), f"enquiry:{address}".encode(), hashlib.sha256).hexdigest()[:32]


def count_address(address_hash: str) -> None:
    """Count one enquiry from a network address. Raises DomainError where it were too many."""
    if not address_hash:
        return
    for within, most in OF_ADDRESS:
        key, seconds = f"enquiry:{address_hash}:{within.total_seconds():.0f}", int(within.total_seconds())
        cache.add(key, 0, seconds)
        count = cache.incr(key)
        cache.touch(key, seconds)  # counting alone would let the cache forget it after its usual five minutes
        if count > most:
            raise DomainError(_("Many questions come from your network. Sign in to ask, or come back tomorrow."))
