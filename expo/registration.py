"""Exhibiting: submit, review, accept, decline, return, withdraw."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.exhibiting import news
from expo.models import Exhibitor, ExhibitorState, Stand, User, Zone
from expo.stands import give_stand, release_stands
from expo.transitions import move, require_reason


def submit(exhibitor: Exhibitor, *, by: User | None) -> Exhibitor:
    """Hand an application in."""
    with transaction.atomic():
        move(exhibitor, ExhibitorState.SUBMITTED, by=by)
        news.tell_submitted(exhibitor)
    return exhibitor


def take_up(exhibitor: Exhibitor, *, by: User | None) -> Exhibitor:
    """Begin to review a submitted application."""
    with transaction.atomic():
        move(exhibitor, ExhibitorState.IN_REVIEW, by=by)
        news.tell_applicant(exhibitor, "application-in-review")
    return exhibitor


def accept(exhibitor: Exhibitor, *, by: User | None, zone: Zone | None = None, stand: Stand | None = None) -> Exhibitor:
    """Accept a submitted or reviewed application. It needs a zone, from before or given now; a stand may follow."""
    with transaction.atomic():
        _review(exhibitor, by=by)
        if exhibitor.host and exhibitor.host.state != ExhibitorState.ACCEPTED:
            raise DomainError(_("Accept its host “%(host)s” first.") % {"host": exhibitor.host}, field="host")
        if zone is not None:
            exhibitor.zone = zone
        if exhibitor.zone is None:
            raise DomainError(
                _("“%(exhibitor)s” has no zone. Choose one, then accept.") % {"exhibitor": exhibitor}, field="zone"
            )
        exhibitor.clean()
        if zone is not None:
            exhibitor.save(update_fields=["zone", "updated_at"])
        move(exhibitor, ExhibitorState.ACCEPTED, by=by)
        if stand is not None:
            stand = give_stand(stand, exhibitor=exhibitor, by=by, is_told=True)
        news.tell_accepted(exhibitor, stand)
    return exhibitor


def decline(exhibitor: Exhibitor, *, by: User | None, reason: str) -> Exhibitor:
    """Refuse an application, with words."""
    with transaction.atomic():
        _review(exhibitor, by=by)
        move(exhibitor, ExhibitorState.DECLINED, by=by, reason=require_reason(reason))
        news.tell_applicant(exhibitor, "application-declined", reason=reason.strip())
    return exhibitor


def give_back(exhibitor: Exhibitor, *, by: User | None, reason: str) -> Exhibitor:
    """Return an application to its applicant, saying what is missing."""
    with transaction.atomic():
        _review(exhibitor, by=by)
        move(exhibitor, ExhibitorState.RETURNED, by=by, reason=require_reason(reason))
        news.tell_applicant(exhibitor, "application-returned", reason=reason.strip())
    return exhibitor


def redraft(exhibitor: Exhibitor, *, by: User | None) -> Exhibitor:
    """Open a returned application again, to be mended and handed in anew."""
    return move(exhibitor, ExhibitorState.DRAFT, by=by)


def withdraw(exhibitor: Exhibitor, *, by: User | None, reason: str = "") -> Exhibitor:
    """Take a participation back. Its stands become free; its co-exhibitors stay, without a host."""
    with transaction.atomic():
        move(exhibitor, ExhibitorState.WITHDRAWN, by=by, reason=reason.strip())
        release_stands(exhibitor, by=by)
        for guest in exhibitor.co_exhibitors.select_for_update():
            guest.host = None
            guest.save(update_fields=["host", "updated_at"])
        news.tell_withdrawn(exhibitor, by=by)
    return exhibitor


def _review(exhibitor: Exhibitor, *, by: User | None) -> None:
    """Lock and read again. Deciding on a submitted application takes it up first: the record shows both steps."""
    exhibitor.refresh_from_db(from_queryset=Exhibitor.objects.locked())
    if exhibitor.state == ExhibitorState.SUBMITTED:
        move(exhibitor, ExhibitorState.IN_REVIEW, by=by)
