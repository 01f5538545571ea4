"""Keeping innovation platforms and instruments: what state they are in, and who may use them."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import InnovationPlatform, Instrument, InstrumentState, PlatformState, User
from expo.transitions import move, require_reason


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
def offer_instrument(instrument: Instrument, *, by: User | None) -> Instrument:
    """Show an instrument, or take it into service again. It needs a way to use it and a rate for others."""
    with transaction.atomic():
        instrument.refresh_from_db(from_queryset=Instrument.objects.select_for_update())
        if missing := missing_for_offer(instrument):
            raise DomainError(
                _("“%(instrument)s” cannot be offered yet. It lacks: %(missing)s.")
                % {"instrument": instrument, "missing": "; ".join(missing)}
            )
        return move(instrument, InstrumentState.AVAILABLE, by=by)


def missing_for_offer(instrument: Instrument) -> list[str]:
    """What a user would need to know, in words; empty when it may be offered."""
    missing = []
    if not instrument.claim:
        missing.append(_("the one sentence that says what it is"))
    if not instrument.service_modes.exists():
        missing.append(_("a way to use it"))
    if not instrument.rates.exclude(audience="internal").exists():
        missing.append(_("a rate for others"))
    return missing


def begin_maintenance(instrument: Instrument, *, by: User | None, reason: str = "") -> Instrument:
    return move(instrument, InstrumentState.MAINTENANCE, by=by, reason=reason.strip())


def report_fault(instrument: Instrument, *, by: User | None, reason: str) -> Instrument:
    return move(instrument, InstrumentState.FAULT, by=by, reason=require_reason(reason))


def hide_instrument(instrument: Instrument, *, by: User | None) -> Instrument:
    return move(instrument, InstrumentState.HIDDEN, by=by)


def retire_instrument(instrument: Instrument, *, by: User | None, reason: str) -> Instrument:
    return move(instrument, InstrumentState.RETIRED, by=by, reason=require_reason(reason))
