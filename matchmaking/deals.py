"""Deals: move on step by step with evidence, be published leg by leg, end."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import Innovation, InnovationState, User
from expo.transitions import move, require_reason
from matchmaking.models import Deal, DealState, LegPublication, TechnologyLine
from matchmaking.parties import telling_texts
from matchmaking.term_sheets import hash_of, problems


def lock(deal: Deal) -> None:
    deal.refresh_from_db(from_queryset=Deal.objects.select_for_update())


def missing_for_terms(deal: Deal) -> list[str]:
    """What a draft needs before terms are talked about."""
    missing = []
    if deal.parties.count() < 2:
        missing.append(_("two parties"))
    if not (deal.innovations.exists() or TechnologyLine.objects.filter(term_sheet__deal=deal).exists()):
        missing.append(_("an innovation"))
    return missing


def _require_sound_sheet(deal: Deal) -> None:
    sheet = deal.term_sheets.filter(is_current=True).first()
    if sheet is None:
        raise DomainError(_("“%(deal)s” has no term sheet yet.") % {"deal": deal})
    errors, _warnings = problems(sheet)
    if errors:
        raise DomainError(" ".join(errors))
    if sheet.content_hash != hash_of(sheet):
        raise DomainError(_("The terms of “%(deal)s” changed after they were saved. Save them again.") % {"deal": deal})


# ------------------------------------------------------------------ on the way
def open_terms(deal: Deal, *, by: User | None) -> Deal:
    """From a draft to talks about terms."""
    with transaction.atomic():
        lock(deal)
        if missing := missing_for_terms(deal):
            raise DomainError(_("“%(deal)s” lacks: %(missing)s.") % {"deal": deal, "missing": "; ".join(missing)})
        return move(deal, DealState.TERM_SHEET, by=by)


def begin_due_diligence(deal: Deal, *, by: User | None, reason: str) -> Deal:
    """All parties accepted one term sheet; `reason` says where that is written."""
    with transaction.atomic():
        lock(deal)
        _require_sound_sheet(deal)
        return move(deal, DealState.DUE_DILIGENCE, by=by, evidence=require_reason(reason))


def begin_valuation(deal: Deal, *, by: User | None, reason: str) -> Deal:
    """After due diligence (status of rights, conflicts, secrecy), or again after an objection."""
    return move(deal, DealState.VALUATION, by=by, evidence=require_reason(reason))


def ask_approval(deal: Deal, *, by: User | None, reason: str) -> Deal:
    """An appraisal or another price basis is there for every asset."""
    with transaction.atomic():
        lock(deal)
        _require_sound_sheet(deal)
        return move(deal, DealState.INTERNAL_APPROVAL, by=by, evidence=require_reason(reason))


def post_notice(deal: Deal, *, by: User | None, reason: str) -> Deal:
    return move(deal, DealState.PUBLIC_NOTICE, by=by, evidence=require_reason(reason))


def note_objection(deal: Deal, *, by: User | None, reason: str) -> Deal:
    return move(deal, DealState.OBJECTION, by=by, reason=require_reason(reason))


def begin_signing(deal: Deal, *, by: User | None, reason: str) -> Deal:
    """The notice ran out without objection, or the price came from a listing or an auction and needs none."""
    with transaction.atomic():
        lock(deal)
        if deal.state == DealState.INTERNAL_APPROVAL and negotiated(deal):
            raise DomainError(
                _("A negotiated price needs a public notice before “%(deal)s” is signed.") % {"deal": deal}
            )
        return move(deal, DealState.SIGNING, by=by, evidence=require_reason(reason))


def negotiated(deal: Deal) -> bool:
    """Whether the terms in force hold a price that was negotiated."""
    lines = TechnologyLine.objects.filter(term_sheet__deal=deal, term_sheet__is_current=True)
    return lines.filter(price_basis=TechnologyLine.PriceBasis.NEGOTIATED).exists()


def note_signatures(deal: Deal, *, by: User | None, reason: str) -> Deal:
    """All signed one and the same text. From here on the terms are frozen."""
    with transaction.atomic():
        lock(deal)
        _require_sound_sheet(deal)
        return move(deal, DealState.SIGNED, by=by, evidence=require_reason(reason))


def begin_closing(deal: Deal, *, by: User | None, reason: str) -> Deal:
    return move(deal, DealState.CLOSING, by=by, evidence=require_reason(reason))


def make_effective(deal: Deal, *, by: User | None, reason: str) -> Deal:
    """Rights are recorded, the company is registered, the first money is in. What was sold is no longer on offer."""
    with transaction.atomic():
        move(deal, DealState.EFFECTIVE, by=by, evidence=require_reason(reason))
        for innovation in given_away(deal):
            move(innovation, InnovationState.TRANSFORMED, by=by, reason=_("By the deal “%(deal)s”.") % {"deal": deal})
    return deal


def given_away(deal: Deal) -> list[Innovation]:
    """The published innovations whose ownership the terms in force hand over."""
    lines = TechnologyLine.objects.filter(
        term_sheet__deal=deal, term_sheet__is_current=True, right=TechnologyLine.Right.OWNERSHIP
    )
    return list(Innovation.objects.published().filter(pk__in=lines.values("innovation")))


def complete_deal(deal: Deal, *, by: User | None, reason: str) -> Deal:
    return move(deal, DealState.COMPLETED, by=by, evidence=require_reason(reason))


# ------------------------------------------------------------------ the ends
def cancel_deal(deal: Deal, *, by: User | None, reason: str) -> Deal:
    return move(deal, DealState.CANCELED, by=by, reason=require_reason(reason))


def terminate_deal(deal: Deal, *, by: User | None, reason: str) -> Deal:
    return move(deal, DealState.TERMINATED, by=by, reason=require_reason(reason))


def archive_deal(deal: Deal, *, by: User | None) -> Deal:
    return move(deal, DealState.ARCHIVED, by=by)


# ------------------------------------------------------------------ what the public sees
def publish_deal(deal: Deal, *, by: User | None) -> Deal:
    """Show a deal as far as its legs are open."""
    with transaction.atomic():
        lock(deal)
        if not deal.claim:
            raise DomainError(_("“%(deal)s” lacks the one sentence that says what it is.") % {"deal": deal})
        if {deal.technology_leg, deal.team_leg, deal.equity_leg} == {LegPublication.HIDDEN}:
            raise DomainError(_("All three legs of “%(deal)s” are hidden. Open one first.") % {"deal": deal})
        if columns := telling_texts(deal):
            raise DomainError(
                _("“%(text)s” names a party that may not be named. Take the name out, or let the party be named.")
                % {"text": getattr(Deal._meta.get_field(columns[0]), "verbose_name", columns[0])},
                field=columns[0],
            )
        deal.is_published = True
        deal._history_user = by  # type: ignore[attr-defined]
        deal.save(update_fields=["is_published", "updated_at"])
    return deal


def unpublish_deal(deal: Deal, *, by: User | None) -> Deal:
    """Take a deal off the public pages."""
    with transaction.atomic():
        lock(deal)
        deal.is_published = False
        deal._history_user = by  # type: ignore[attr-defined]
        deal.save(update_fields=["is_published", "updated_at"])
    return deal
