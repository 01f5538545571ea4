"""Keeping innovation platforms and instruments: what state they are in, and who may use them."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from expo import quality
from expo.errors import DomainError
from expo.models import InnovationPlatform, Instrument, InstrumentState, PlatformState, User
from expo.own.telling import tell_arrived, tell_state
from expo.transitions import check_move, move, require_reason


# ------------------------------------------------------------------ platforms
def approve_platform(platform: InnovationPlatform, *, by: User | None) -> InnovationPlatform:
    """Note an approval. Who approved, and when, must be known."""
    if not (platform.approver and platform.approved_on):
        raise DomainError(_("Say who approved “%(platform)s”, and when.") % {"platform": platform}, field="approved_on")
    return move(platform, PlatformState.APPROVED, by=by)


def open_platform(platform: InnovationPlatform, *, by: User | None) -> InnovationPlatform:
    """An approved or mended platform works, and the public sees it."""
    return move(platform, PlatformState.OPERATING, by=by)


def order_rectification(platform: InnovationPlatform, *, by: User | None, reason: str) -> InnovationPlatform:
    return move(platform, PlatformState.UNDER_RECTIFICATION, by=by, reason=require_reason(reason))


def delist_platform(platform: InnovationPlatform, *, by: User | None, reason: str) -> InnovationPlatform:
    return move(platform, PlatformState.DELISTED, by=by, reason=require_reason(reason))


def merge_platform(platform: InnovationPlatform, *, by: User | None, reason: str = "") -> InnovationPlatform:
    """Close a platform that another one continues."""
    with transaction.atomic():
        platform.refresh_from_db(from_queryset=InnovationPlatform.objects.select_for_update())
        if platform.successor_id is None:
            raise DomainError(_("Name the platform that continues “%(platform)s” first.") % {"platform": platform})
        return move(platform, PlatformState.MERGED, by=by, reason=reason.strip())


# ------------------------------------------------------------------ instruments
def submit_instrument(instrument: Instrument, *, by: User | None) -> Instrument:
    """Hand in a hidden instrument, to be shown to others."""
    with transaction.atomic():
        instrument.refresh_from_db(from_queryset=Instrument.objects.select_for_update())
        check_move(instrument, InstrumentState.SUBMITTED)
        _require_complete(instrument, _("“%(instrument)s” cannot be handed in yet. It lacks: %(missing)s."))
        move(instrument, InstrumentState.SUBMITTED, by=by)
        tell_arrived(instrument, by=by)
    return instrument


def redraft_instrument(instrument: Instrument, *, by: User | None) -> Instrument:
    """Open a returned instrument again, to be mended and handed in anew."""
    return move(instrument, InstrumentState.HIDDEN, by=by)


def return_instrument(instrument: Instrument, *, by: User | None, reason: str) -> Instrument:
    return _move_and_tell(instrument, InstrumentState.RETURNED, by=by, reason=require_reason(reason))


def offer_instrument(instrument: Instrument, *, by: User | None) -> Instrument:
    """Show an instrument, or take it into service again. It needs a way to use it and a rate for others."""
    with transaction.atomic():
        instrument.refresh_from_db(from_queryset=Instrument.objects.select_for_update())
        _require_complete(instrument, _("“%(instrument)s” cannot be offered yet. It lacks: %(missing)s."))
        move(instrument, InstrumentState.AVAILABLE, by=by)
        tell_state(instrument, by=by)
    return instrument


def resume_instrument(instrument: Instrument, *, by: User | None) -> Instrument:
    """Its owner takes an instrument into service again that stood still."""
    with transaction.atomic():
        instrument.refresh_from_db(from_queryset=Instrument.objects.select_for_update())
        if instrument.state not in (InstrumentState.MAINTENANCE, InstrumentState.FAULT):
            raise DomainError(
                _("“%(instrument)s” is %(state)s. Only what stood still is taken into service again.")
                % {"instrument": instrument, "state": instrument.get_state_display()}
            )
        return offer_instrument(instrument, by=by)


def missing_for_offer(instrument: Instrument) -> list[str]:
    """What a user would need to know, in words; empty when it may be offered."""
    return quality.missing(quality.instrument_wishes(instrument))


def _require_complete(instrument: Instrument, refusal: str) -> None:
    if missing := missing_for_offer(instrument):
        raise DomainError(refusal % {"instrument": instrument, "missing": "; ".join(missing)})


def begin_maintenance(instrument: Instrument, *, by: User | None, reason: str = "") -> Instrument:
    return _move_and_tell(instrument, InstrumentState.MAINTENANCE, by=by, reason=reason.strip())


def report_fault(instrument: Instrument, *, by: User | None, reason: str) -> Instrument:
    return _move_and_tell(instrument, InstrumentState.FAULT, by=by, reason=require_reason(reason))


def hide_instrument(instrument: Instrument, *, by: User | None) -> Instrument:
    """Take an instrument off."""
    return _move_and_tell(instrument, InstrumentState.HIDDEN, by=by)


def retire_instrument(instrument: Instrument, *, by: User | None, reason: str) -> Instrument:
    return _move_and_tell(instrument, InstrumentState.RETIRED, by=by, reason=require_reason(reason))


def _move_and_tell(instrument: Instrument, to: str, *, by: User | None, reason: str = "") -> Instrument:
    with transaction.atomic():
        move(instrument, to, by=by, reason=reason)
        tell_state(instrument, by=by, reason=reason)
    return instrument
