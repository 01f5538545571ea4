"""Where an application stands and how it came there, in the words of those who applied."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from expo.models import Exhibitor, ExhibitorState, Revision, Transition, User

S = ExhibitorState
STEPS = {
    S.DRAFT: gettext_lazy("Opened again"),
    S.SUBMITTED: gettext_lazy("Handed in"),
    S.IN_REVIEW: gettext_lazy("Taken up for review"),
    S.ACCEPTED: gettext_lazy("Accepted"),
    S.DECLINED: gettext_lazy("Declined"),
    S.RETURNED: gettext_lazy("Sent back to be mended"),
    S.WITHDRAWN: gettext_lazy("Withdrawn"),
}
CHANGES = {
    Revision.State.APPROVED: gettext_lazy("Change of your entry approved"),
    Revision.State.RETURNED: gettext_lazy("Change of your entry not taken over"),
}
WAITS = {
    S.DRAFT: (gettext_lazy("This waits for you"), gettext_lazy("Nobody but your organization sees the draft.")),
    S.SUBMITTED: (
        gettext_lazy("This waits for the organizers"),
        gettext_lazy("They have it and will take it up. You are told of every step."),
    ),
    S.IN_REVIEW: (
        gettext_lazy("The organizers are reviewing it"),
        gettext_lazy("They accept it, decline it or ask you to mend something. You are told."),
    ),
    S.RETURNED: (
        gettext_lazy("This waits for you"),
        gettext_lazy("Mend what the organizers ask for and hand it in again. Everything you wrote is still there."),
    ),
    S.ACCEPTED: (gettext_lazy("You exhibit"), gettext_lazy("Your entry is public. You can go on improving it.")),
    S.DECLINED: (gettext_lazy("Declined"), gettext_lazy("This is final for this edition. The reason stands below.")),
    S.WITHDRAWN: (gettext_lazy("Withdrawn"), gettext_lazy("This is final for this edition.")),
}
TONES = {
    S.SUBMITTED: "wait", S.IN_REVIEW: "wait", S.RETURNED: "wait", S.ACCEPTED: "go", S.DECLINED: "stop",
    S.WITHDRAWN: "stop",
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One thing that happened. `who` is empty where nobody is named."""

    at: dt.datetime
    words: str
    who: str
    reason: str


@dataclass(frozen=True)
class Standing:
    """Where it stands: for whom it waits, what happens next, since when, and the organizers' last words."""

    words: str
    hint: str
    tone: str
    since: dt.datetime | None
    reason: str


def track_of(exhibitor: Exhibitor) -> list[Step]:
    """What happened, latest first. Of the organizers' people no names are told."""
    kinds = ContentType.objects.get_for_models(Exhibitor, Revision)
    changes = Revision.objects.filter(content_type=kinds[Exhibitor], object_id=exhibitor.pk).values("pk")
    mine = Q(content_type=kinds[Exhibitor], object_id=exhibitor.pk)
    rows = Transition.objects.filter(mine | Q(content_type=kinds[Revision], object_id__in=changes))
    rows = rows.select_related("by", "content_type")
    own = set(exhibitor.organization.memberships.values_list("user_id", flat=True))
    steps = [Step(row.at, _words(row), _who(row.by, own), row.reason) for row in rows]
    return [*steps, Step(exhibitor.created_at, _("Begun"), "", "")]


def _words(row: Transition) -> str:
    if row.content_type.model_class() is Revision:
        return str(CHANGES.get(row.to_state, row.to_state))  # type: ignore[call-overload]
    if row.to_state in STEPS:
        return str(STEPS[row.to_state])  # type: ignore[index]
    if row.to_state:
        return _("Stand %(stand)s given") % {"stand": row.to_state}
    return _("Stand %(stand)s taken back") % {"stand": row.from_state}


def _who(person: User | None, own: set[int]) -> str:
    if person is None:
        return ""
    return str(person) if person.pk in own or not person.is_staff else _("the organizers")


def standing_of(exhibitor: Exhibitor) -> Standing:
    last = Transition.objects.of(exhibitor).filter(to_state=exhibitor.state).first()
    words, hint = WAITS[exhibitor.state]  # type: ignore[index]
    tone = TONES.get(exhibitor.state, "")  # type: ignore[call-overload]
    return Standing(str(words), str(hint), tone, last.at if last else None, last.reason if last else "")
