"""A change beside what the public reads now, with its new pictures: what its writers read, without what is the same."""

from __future__ import annotations

from expo.forms.revisions import Compared, compare
from expo.models import Revision


def differences(revision: Revision | None) -> list[Compared]:
    return [row for row in compare(revision) if row.differs] if revision is not None else []
