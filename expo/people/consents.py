"""What people agree to: the privacy statement, in a version."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from expo.models import Consent, ConsentKind, User

# The statement on the page `privacy`. Raise it with every change of what is stored: everybody is asked again.
PRIVACY_VERSION = "2026-11"


def has_agreed(user: User) -> bool:
    """Whether the person agreed to the statement as it is now."""
    return Consent.objects.filter(
        user=user, kind=ConsentKind.PRIVACY, version=PRIVACY_VERSION, withdrawn_at=None
    ).exists()


@transaction.atomic
def agree(user: User, *, now: dt.datetime | None = None) -> Consent:
    """Note that the person agrees to the statement as it is now; who has agreed already does not agree twice."""
    User.objects.select_for_update().get(pk=user.pk)
    row, _created = Consent.objects.get_or_create(
        user=user,
        kind=ConsentKind.PRIVACY,
        version=PRIVACY_VERSION,
        withdrawn_at=None,
        defaults={"given_at": now or timezone.now()},
    )
    return row
