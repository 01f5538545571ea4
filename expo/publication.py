"""Publishing innovations, products and sessions, and taking them back."""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from expo import quality
from expo.errors import DomainError
from expo.models import (
    Innovation,
    InnovationState,
    PlacePoint,
    Product,
    ProductState,
    Session,
    SessionState,
    Transition,
    User,
)
from expo.own.telling import tell_arrived, tell_state
from expo.transitions import check_move, move, require_reason

Noun = TypeVar("Noun", Innovation, Product)


def missing_for_publication(record: Innovation | Product) -> list[str]:
    """What the public would miss, in words; empty when it may be published."""
    if isinstance(record, Innovation):
        return quality.missing(quality.wishes_of_innovations()(record))
    return quality.missing(quality.product_wishes(record))


def _require_complete(record: Innovation | Product, refusal: str = "") -> None:
    if missing := missing_for_publication(record):
        words = refusal or _("“%(record)s” cannot be published yet. It lacks: %(missing)s.")
        raise DomainError(words % {"record": record, "missing": "; ".join(missing)})


def _require_whole(record: Innovation | Product) -> None:
    """What is handed in must be ready to be published: else it would only come back."""
    _require_complete(record, _("“%(record)s” cannot be handed in yet. It lacks: %(missing)s."))


# ------------------------------------------------------------------ innovations
def submit_innovation(innovation: Innovation, *, by: User | None) -> Innovation:
    """Hand in a draft. It must have what the public needs."""
    with transaction.atomic():
        innovation.refresh_from_db(from_queryset=Innovation.objects.select_for_update())
        check_move(innovation, InnovationState.SUBMITTED)
        _require_whole(innovation)
        move(innovation, InnovationState.SUBMITTED, by=by)
        tell_arrived(innovation, by=by)
    return innovation


def publish_innovation(innovation: Innovation, *, by: User | None) -> Innovation:
    """Publish a reviewed (or submitted, which is taken up first) innovation, or a paused one again."""
    with transaction.atomic():
        _review(innovation, by=by)
        _require_complete(innovation)
        move(innovation, InnovationState.PUBLISHED, by=by)
        tell_state(innovation, by=by)
    return innovation


def return_innovation(innovation: Innovation, *, by: User | None, reason: str) -> Innovation:
    return _decide(innovation, InnovationState.RETURNED, by=by, reason=reason)


def reject_innovation(innovation: Innovation, *, by: User | None, reason: str) -> Innovation:
    return _decide(innovation, InnovationState.REJECTED, by=by, reason=reason)


def _decide(innovation: Innovation, to: str, *, by: User | None, reason: str) -> Innovation:
    with transaction.atomic():
        _review(innovation, by=by)
        move(innovation, to, by=by, reason=require_reason(reason))
        tell_state(innovation, by=by, reason=reason.strip())
    return innovation


def pause_innovation(innovation: Innovation, *, by: User | None) -> Innovation:
    return _move_and_tell(innovation, InnovationState.PAUSED, by=by)


def resume_innovation(innovation: Innovation, *, by: User | None) -> Innovation:
    """Show a paused innovation again: the same text that was approved before, so nobody reviews it anew."""
    with transaction.atomic():
        innovation.refresh_from_db(from_queryset=Innovation.objects.select_for_update())
        _require_paused(innovation, InnovationState.PAUSED, by=by)
        return publish_innovation(innovation, by=by)


def withdraw_innovation(innovation: Innovation, *, by: User | None, reason: str = "") -> Innovation:
    return _move_and_tell(innovation, InnovationState.WITHDRAWN, by=by, reason=reason.strip())


def redraft_innovation(innovation: Innovation, *, by: User | None) -> Innovation:
    """Open a returned innovation again, to be mended and handed in anew."""
    return move(innovation, InnovationState.DRAFT, by=by)


def expire_innovation(innovation: Innovation, *, by: User | None, reason: str = "") -> Innovation:
    """Take an innovation off that nobody keeps up to date."""
    return _move_and_tell(innovation, InnovationState.EXPIRED, by=by, reason=reason.strip())


def archive_innovation(innovation: Innovation, *, by: User | None) -> Innovation:
    """Put an innovation away that is no longer offered."""
    return move(innovation, InnovationState.ARCHIVED, by=by)


def _review(innovation: Innovation, *, by: User | None) -> None:
    innovation.refresh_from_db(from_queryset=Innovation.objects.select_for_update())
    if innovation.state == InnovationState.SUBMITTED:
        move(innovation, InnovationState.IN_REVIEW, by=by)


def _require_paused(record: Innovation | Product, state: str, *, by: User | None) -> None:
    if record.state != state:
        raise DomainError(
            _("“%(record)s” is %(state)s. Only what was paused is shown again.")
            % {"record": record, "state": record.get_state_display()}
        )
    if words := kept_back(record, by=by):
        raise DomainError(words)


def kept_back(record: Innovation | Product, *, by: User | None) -> str:
    """Why somebody does not show a paused record again; empty where they may."""
    paused = Transition.objects.of(record).filter(to_state=record.state).select_related("by").first()
    if paused and paused.by and paused.by.is_staff and not (by and by.is_staff):
        return _("The organizers paused “%(record)s”, so only they show it again.") % {"record": record}
    return ""


def _move_and_tell(record: Noun, to: str, *, by: User | None, reason: str = "") -> Noun:
    with transaction.atomic():
        move(record, to, by=by, reason=reason)
        tell_state(record, by=by, reason=reason)
    return record


# ------------------------------------------------------------------ products
def submit_product(product: Product, *, by: User | None) -> Product:
    """Hand in a draft. It must have what the public needs."""
    with transaction.atomic():
        product.refresh_from_db(from_queryset=Product.objects.select_for_update())
        check_move(product, ProductState.SUBMITTED)
        _require_whole(product)
        move(product, ProductState.SUBMITTED, by=by)
        tell_arrived(product, by=by)
    return product


def return_product(product: Product, *, by: User | None, reason: str) -> Product:
    return _move_and_tell(product, ProductState.RETURNED, by=by, reason=require_reason(reason))


def redraft_product(product: Product, *, by: User | None) -> Product:
    """Open a returned product again, to be mended and handed in anew."""
    return move(product, ProductState.DRAFT, by=by)


def publish_product(product: Product, *, by: User | None) -> Product:
    """Put a product on sale: one that was handed in, a paused one again, or a draft of the organizers' own."""
    with transaction.atomic():
        product.refresh_from_db(from_queryset=Product.objects.select_for_update())
        _require_complete(product)
        move(product, ProductState.PUBLISHED, by=by)
        tell_state(product, by=by)
    return product


def pause_product(product: Product, *, by: User | None) -> Product:
    return _move_and_tell(product, ProductState.PAUSED, by=by)


def resume_product(product: Product, *, by: User | None) -> Product:
    """Put a paused product on sale again."""
    with transaction.atomic():
        product.refresh_from_db(from_queryset=Product.objects.select_for_update())
        _require_paused(product, ProductState.PAUSED, by=by)
        return publish_product(product, by=by)


def withdraw_product(product: Product, *, by: User | None, reason: str = "") -> Product:
    return _move_and_tell(product, ProductState.WITHDRAWN, by=by, reason=reason.strip())


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
