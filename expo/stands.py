"""Stands are scarce: one exhibitor holds each, and whoever moves one sees first what it touches."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.exhibiting.news import tell_stands
from expo.models import Exhibitor, ExhibitorState, Innovation, Product, Stand, User
from expo.transitions import note


@dataclass(frozen=True)
class Impact:
    """What a stand move touches; all counts are rows the public sees."""

    exhibitor: Exhibitor
    leaves: Stand | None
    enters: Stand | None
    co_exhibitors: tuple[Exhibitor, ...]
    innovations: int
    products: int
    changes_zone: bool
    blocker: str


def give_stand(stand: Stand, *, exhibitor: Exhibitor, by: User | None, is_told: bool = False) -> Stand:
    """Give a free stand to an accepted exhibitor of the same edition, and tell it unless the caller does."""
    with transaction.atomic():
        holder = Exhibitor.objects.locked().get(pk=exhibitor.pk)
        stand = locked(stand)
        if problem := obstacle(stand, holder):
            raise DomainError(problem, field="stand")
        if stand.exhibitor_id == holder.pk:
            return stand
        stand.exhibitor = holder
        stand.save(update_fields=["exhibitor", "updated_at"])
        note(holder, "", stand.code, by=by)
        if not is_told:
            tell_stands(holder, after=stand)
    return stand


def locked(stand: Stand) -> Stand:
    """The stand as it is now, held until the transaction ends."""
    rows = Stand.objects.select_for_update(of=("self",)).select_related("zone", "exhibitor__organization")
    return rows.get(pk=stand.pk)


def obstacle(stand: Stand, exhibitor: Exhibitor) -> str:
    """Why this exhibitor cannot have this stand, or the empty string."""
    names = {"stand": stand.code, "exhibitor": exhibitor}
    if stand.exhibitor_id and stand.exhibitor_id != exhibitor.pk:
        return _("Stand %(stand)s is given to “%(holder)s” already. Free it first or choose another.") % {
            **names,
            "holder": stand.exhibitor,
        }
    if stand.zone.edition_id != exhibitor.edition_id:
        return _("Stand %(stand)s belongs to another edition than “%(exhibitor)s”.") % names
    if exhibitor.host_id:
        return _("“%(exhibitor)s” is a co-exhibitor and shares its host's stand.") % names
    if exhibitor.state != ExhibitorState.ACCEPTED:
        return _("“%(exhibitor)s” is not accepted yet. Accept it, then give it a stand.") % names
    return ""


def release_stand(stand: Stand, *, by: User | None, is_told: bool = False) -> Stand:
    """Make a stand free, and tell who held it unless the caller does."""
    with transaction.atomic():
        stand = locked(stand)
        holder = stand.exhibitor
        if holder is not None:
            stand.exhibitor = None
            stand.save(update_fields=["exhibitor", "updated_at"])
            note(holder, stand.code, "", by=by)
            if not is_told:
                tell_stands(holder, after=stand)
    return stand


def release_stands(exhibitor: Exhibitor, *, by: User | None) -> None:
    for stand in exhibitor.stands.all():
        release_stand(stand, by=by)


def move_stand(exhibitor: Exhibitor, *, leaves: Stand | None, enters: Stand, by: User | None) -> Stand:
    """Move an exhibitor to a free stand; zone and co-exhibitors follow. All of it happens or nothing."""
    with transaction.atomic():
        leaves = locked(leaves) if leaves is not None else None
        if leaves is not None and leaves.exhibitor_id != exhibitor.pk:
            raise DomainError(
                _("Stand %(stand)s is not held by “%(exhibitor)s”.") % {"stand": leaves.code, "exhibitor": exhibitor}
            )
        stand = give_stand(enters, exhibitor=exhibitor, by=by, is_told=True)
        if leaves is not None and leaves.pk != stand.pk:
            release_stand(leaves, by=by, is_told=True)
        for mover in Exhibitor.objects.locked().filter(Q(pk=exhibitor.pk) | Q(host=exhibitor)):
            if mover.zone_id != stand.zone_id:
                mover.zone = stand.zone
                mover.save(update_fields=["zone", "updated_at"])
        tell_stands(exhibitor, after=stand)
    return stand


def impact_of_move(exhibitor: Exhibitor, *, leaves: Stand | None, enters: Stand | None) -> Impact:
    """What moving would touch. Reads only."""
    organizations = [exhibitor.organization_id, *exhibitor.co_exhibitors.values_list("organization_id", flat=True)]
    return Impact(
        exhibitor=exhibitor,
        leaves=leaves,
        enters=enters,
        co_exhibitors=tuple(exhibitor.co_exhibitors.select_related("organization")),
        innovations=Innovation.objects.published().filter(organizations__in=organizations).distinct().count(),
        products=Product.objects.published().filter(organization__in=organizations).count(),
        changes_zone=bool(enters and exhibitor.zone_id != enters.zone_id),
        blocker=obstacle(enters, exhibitor) if enters else "",
    )
