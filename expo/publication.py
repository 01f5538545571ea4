"""Publishing innovations, products and sessions, and taking them back."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import Innovation, InnovationState, PlacePoint, Product, ProductState, Session, SessionState, User
from expo.transitions import move, require_reason


def missing_for_publication(record: Innovation | Product) -> list[str]:
    """What the public would miss, in words; empty when it may be published."""
    missing = []
    if not record.claim:
        missing.append(_("the one sentence that says what it is"))
    if record.sector_id is None:
        missing.append(_("a sector"))
    if isinstance(record, Innovation) and record.trl and not record.evidence.exists():
        missing.append(_("evidence for its TRL"))
    return missing


def _require_complete(record: Innovation | Product) -> None:
    if missing := missing_for_publication(record):
        raise DomainError(
            _("“%(record)s” cannot be published yet. It lacks: %(missing)s.")
            % {"record": record, "missing": "; ".join(missing)}
        )


# ------------------------------------------------------------------ innovations
def submit_innovation(innovation: Innovation, *, by: User | None) -> Innovation:
    return move(innovation, InnovationState.SUBMITTED, by=by)


def publish_innovation(innovation: Innovation, *, by: User | None) -> Innovation:
    """Publish a reviewed (or submitted, which is taken up first) innovation, or a paused one again."""
    with transaction.atomic():
        _review(innovation, by=by)
        _require_complete(innovation)
        return move(innovation, InnovationState.PUBLISHED, by=by)


def return_innovation(innovation: Innovation, *, by: User | None, reason: str) -> Innovation:
    with transaction.atomic():
        _review(innovation, by=by)
        return move(innovation, InnovationState.RETURNED, by=by, reason=require_reason(reason))


def reject_innovation(innovation: Innovation, *, by: User | None, reason: str) -> Innovation:
    with transaction.atomic():
        _review(innovation, by=by)
        return move(innovation, InnovationState.REJECTED, by=by, reason=require_reason(reason))


def pause_innovation(innovation: Innovation, *, by: User | None) -> Innovation:
    return move(innovation, InnovationState.PAUSED, by=by)


def withdraw_innovation(innovation: Innovation, *, by: User | None, reason: str = "") -> Innovation:
    return move(innovation, InnovationState.WITHDRAWN, by=by, reason=reason.strip())


def redraft_innovation(innovation: Innovation, *, by: User | None) -> Innovation:
    """Open a returned innovation again, to be mended and handed in anew."""
    return move(innovation, InnovationState.DRAFT, by=by)


def expire_innovation(innovation: Innovation, *, by: User | None, reason: str = "") -> Innovation:
    """Take an innovation off that nobody keeps up to date."""
    return move(innovation, InnovationState.EXPIRED, by=by, reason=reason.strip())


def archive_innovation(innovation: Innovation, *, by: User | None) -> Innovation:
    """Put an innovation away that is no longer offered."""
    return move(innovation, InnovationState.ARCHIVED, by=by)


def _review(innovation: Innovation, *, by: User | None) -> None:
    innovation.refresh_from_db(from_queryset=Innovation.objects.select_for_update())
    if innovation.state == InnovationState.SUBMITTED:
        move(innovation, InnovationState.IN_REVIEW, by=by)


# ------------------------------------------------------------------ products
def publish_product(product: Product, *, by: User | None) -> Product:
    with transaction.atomic():
        product.refresh_from_db(from_queryset=Product.objects.select_for_update())
        _require_complete(product)
        return move(product, ProductState.PUBLISHED, by=by)


def pause_product(product: Product, *, by: User | None) -> Product:
    return move(product, ProductState.PAUSED, by=by)


def withdraw_product(product: Product, *, by: User | None, reason: str = "") -> Product:
    return move(product, ProductState.WITHDRAWN, by=by, reason=reason.strip())


# ------------------------------------------------------------------ sessions
def publish_session(session: Session, *, by: User | None) -> Session:
    """Put a session on the programme. Where and when must be known and free."""
    with transaction.atomic():
        session.refresh_from_db(from_queryset=Session.objects.select_for_update())
        if session.place is None:
            raise DomainError(_("“%(session)s” has no place yet.") % {"session": session}, field="place")
        PlacePoint.objects.select_for_update().get(pk=session.place.pk)  # the place is what two sessions compete for
        others = Session.objects.published().exclude(pk=session.pk).exclude(state=SessionState.CANCELED)
        for other in others.filter(place=session.place, starts_at__lt=session.ends_at, ends_at__gt=session.starts_at):
            raise DomainError(
                _("“%(session)s” clashes with “%(other)s” at %(place)s.")
                % {"session": session, "other": other, "place": session.place}
            )
        return move(session, SessionState.PUBLISHED, by=by)


def cancel_session(session: Session, *, by: User | None, reason: str) -> Session:
    """Cancel a session; it stays on the programme, marked, so that nobody waits in front of a closed door."""
    return move(session, SessionState.CANCELED, by=by, reason=require_reason(reason))


def redraft_session(session: Session, *, by: User | None) -> Session:
    return move(session, SessionState.DRAFT, by=by)
