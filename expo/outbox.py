"""Mails on their way: written down with the act they tell of, sent by the worker, tried again until they are through.

Whether a mail arrived cannot be known where the mail server falls silent after it got the text. Such a mail is tried
again, because a lost one is worse than a repeated one; both have the same Message-ID, by which receivers drop repeats.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
import smtplib
import unicodedata
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expo.errors import DomainError
from expo.masking import masked
from expo.models import OutboxMail, User

logger = logging.getLogger(__name__)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
# How long after each failed try comes the next: soon at first, then rarely, as mail servers do it.
WAITS = (MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR)
LATER = DAY
GIVE_UP_AFTER = 5 * DAY
# Longer than any sending takes: a worker that was killed meanwhile lost its claim after this time.
CLAIM = 10 * MINUTE
BATCH = 50
HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}\Z")
OURS = {"from", "to", "cc", "bcc", "subject", "date", "message-id", "sender", "return-path", "auto-submitted"}


# ------------------------------------------------------------------ writing them down
def post(
    *,
    key: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    language: str,
    user: User | None = None,
    headers: dict[str, str] | None = None,
    now: dt.datetime | None = None,
) -> OutboxMail | None:
    """Hand a mail to the worker; None where a mail with this key was posted before, which is no error.

    Call it inside the transaction of the act: what is rolled back sends nothing. Raises DomainError for an address
    that is none, and for line breaks in subject or headers, by which a mail could be given other receivers.
    """
    try:
        validate_email(to)
    except ValidationError as error:
        raise DomainError(_("“%(to)s” is no e-mail address.") % {"to": to}, field="to") from error
    _one_line(subject, field="subject")
    for name, value in (headers or {}).items():
        if not HEADER.match(name) or name.lower() in OURS:
            raise DomainError(_("A mail cannot have the header “%(name)s”.") % {"name": name[:60]})
        _one_line(value)
    values = {
        "to": to, "user": user, "language": language, "subject": _at_most(subject, 200), "text": text, "html": html,
        "headers": headers or {}, "next_try_at": now or timezone.now(),
    }  # fmt: skip
    mail, is_new = OutboxMail.objects.get_or_create(key=key, defaults=values)
    return mail if is_new else None


def _one_line(text: str, *, field: str = "") -> None:
    if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in text):
        raise DomainError(
            _("The subject and the headers of a mail are one line each, without line breaks."), field=field
        )


def _at_most(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


# ------------------------------------------------------------------ sending them
def send_due(*, now: dt.datetime | None = None, most: int = BATCH) -> int:
    """Send what is due, at most so many, and say how many left. Nothing raises: what fails is tried again later.

    A mail that fails holds up no other. While the mail server cannot be reached at all, no mail is blamed for it: all
    wait a minute.
    """
    if not OutboxMail.objects.due(now).exists():  # without a lock: most turns of the worker find nothing
        return 0
    connection, sent = get_connection(), 0
    try:
        for _number in range(most):
            if not _reached(connection, now):
                break
            if (mail := claim(now=now)) is None:
                break
            sent += _sent(mail, connection, now)
    finally:
        _close(connection)
    return sent


def claim(*, now: dt.datetime | None = None) -> OutboxMail | None:
    """Take the next due mail, so that no other worker takes it; the claim ends by itself."""
    at = now or timezone.now()
    with transaction.atomic():
        due = OutboxMail.objects.due(at).select_for_update(skip_locked=True)
        mail = due.order_by("next_try_at", "pk").first()
        if mail is not None:
            mail.attempts += 1
            mail.next_try_at = at + CLAIM
            mail.save(update_fields=["attempts", "next_try_at"])
    return mail


def _reached(connection: Any, now: dt.datetime | None) -> bool:
    """Open the connection, if it is not. Where that fails, everything that is due waits a minute."""
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        at = now or timezone.now()
        waiting = OutboxMail.objects.due(at).update(next_try_at=at + MINUTE, last_error=_words(error))
        logger.warning("The mail server cannot be reached, %s mails wait: %s", waiting, _words(error))
        return False
    return True


def _sent(mail: OutboxMail, connection: Any, now: dt.datetime | None) -> bool:
    row = OutboxMail.objects.filter(pk=mail.pk)
    try:
        message_of(mail, connection).send()
    except Exception as error:  # whatever it is, the other mails must leave
        _close(connection)
        at = now or timezone.now()
        over = at >= mail.created_at + GIVE_UP_AFTER
        row.update(
            last_error=_words(error), next_try_at=at + wait_after(mail.attempts), given_up_at=at if over else None
        )
        logger.warning("Mail #%s was not sent at try %s: %s", mail.pk, mail.attempts, _words(error))
        return False
    # The words go: they may hold a code or a link that opens an account, and the receiver has them now.
    row.update(sent_at=now or timezone.now(), last_error="", text="", html="", headers={})
    return True


def wait_after(attempts: int) -> dt.timedelta:
    """How long a mail rests after this many failed tries."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else LATER


def message_of(mail: OutboxMail, connection: Any = None) -> EmailMultiAlternatives:
    """The mail as it leaves. Its Message-ID is the same at every try."""
    digest = hashlib.sha256(mail.key.encode()).hexdigest()[:16]
    headers = {
        "Message-ID": f"<{mail.created_at:%Y%m%d%H%M%S}.{mail.pk}.{digest}@{settings.SITE_HOST}>",
        "Auto-Submitted": "auto-generated",  # so that no answering machine answers
        "Content-Language": "zh-CN" if mail.language.startswith("zh") else mail.language,
        **mail.headers,
    }
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to], headers=headers, connection=connection)
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _close(connection: Any) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        logger.debug("The connection to the mail server was gone already.")


def _words(error: Exception) -> str:
    """What went wrong, for the organizers' list: one line, without addresses."""
    return masked(" ".join(f"{type(error).__name__}: {error}".split()))[:300]


# ------------------------------------------------------------------ what organizers see and do
class State(models.TextChoices):
    """Where a mail stands: a stuck one failed, and is tried again or was given up."""

    WAITING = "waiting", _("waiting")
    STUCK = "stuck", _("cannot be sent")
    SENT = "sent", _("sent")


def state_of(mail: OutboxMail) -> State:
    if mail.sent_at:
        return State.SENT
    return State.STUCK if mail.last_error else State.WAITING


def of_state(mails: QuerySet[OutboxMail], state: str) -> QuerySet[OutboxMail]:
    if state == State.SENT:
        return mails.exclude(sent_at=None)
    unsent = mails.filter(sent_at=None)
    return unsent.filter(last_error="") if state == State.WAITING else unsent.exclude(last_error="")


def troubled() -> QuerySet[OutboxMail]:
    """The mails that failed and have not left, those given up too."""
    return of_state(OutboxMail.objects.all(), State.STUCK)


def try_again(mails: QuerySet[OutboxMail], *, now: dt.datetime | None = None) -> int:
    """Let what failed leave at the next turn of the worker; what was sent stays sent."""
    return of_state(mails, State.STUCK).update(next_try_at=now or timezone.now(), given_up_at=None)
