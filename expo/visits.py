"""Visit lists: what somebody wants to see at the fair. A stranger's hangs on the session and is kept on signing in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from expo import registry
from expo.errors import DomainError
from expo.models import Exhibitor, Hall, Stand, User, VisitItem, VisitList, Zone
from expo.models.membership import new_token
from expo.registry import Listing, PersonPage, add_person_page

MOST = 500  # items; a day at the fair has time for fifty
WALK = "walk"  # the order that the listings of what stands somewhere have
SESSION_KEY = "visit_list"
LAST_OF_ALL = "~"  # sorts behind every way through the halls


# ------------------------------------------------------------------ what may be marked
def nouns() -> dict[str, Listing]:
    """The listings of what stands at a place of the fair, by noun."""
    return {noun: row for noun, row in registry.listings.items() if WALK in row.filterset.SORTS}


def shown(noun: str) -> QuerySet[Any] | None:
    """What of a noun can be marked: the public rows, of exhibitors this year's. None for another noun."""
    listing = nouns().get(noun)
    if listing is None:
        return None
    rows: Any = listing.queryset()
    return rows.of_current_edition() if rows.model is Exhibitor else rows


# ------------------------------------------------------------------ whose list
def list_of(user: User | None, key: Any = None) -> VisitList | None:
    """The list of an account; a stranger's by the key in the session, which leads to nobody else's."""
    if user is not None:
        return VisitList.objects.filter(user=user).first()
    return VisitList.objects.filter(pk=key, user=None).first() if isinstance(key, int) else None


def begin(user: User | None) -> VisitList:
    """A new list; of an account the one it has."""
    return VisitList.objects.get_or_create(user=user)[0] if user is not None else VisitList.objects.create()


def merge(stranger: VisitList, user: User) -> VisitList:
    """Bring a stranger's list into the account's. Nothing is lost: notes are joined, and the limit does not count."""
    with transaction.atomic():
        own = _locked(begin(user))
        stranger = _locked(stranger)
        known = {(item.content_type_id, item.object_id): item for item in own.items.all()}
        for item in stranger.items.all():
            held = known.get((item.content_type_id, item.object_id))
            if held is None:
                item.visit_list = own
                item.save(update_fields=["visit_list"])
            else:
                held.note = _both(held.note, item.note)
                held.is_visited = held.is_visited or item.is_visited
                held.save(update_fields=["note", "is_visited"])
        token, _key = stranger.share_token, stranger.delete()
        if token and not own.share_token:
            own.share_token = token
        own.save()
    return own


def _both(note: str, other: str) -> str:
    if not other or other in note:
        return note
    return f"{note} / {other}"[: VisitItem._meta.get_field("note").max_length] if note else other


def keep_on_signing_in(sender: object, request: Any, user: User, **kwargs: Any) -> None:
    """What was marked before signing in or up belongs to the account from now on."""
    session = getattr(request, "session", None)
    key = session.pop(SESSION_KEY, None) if session is not None else None
    if (stranger := list_of(None, key)) is not None:
        merge(stranger, user)


# ------------------------------------------------------------------ what is on it
def add(visit_list: VisitList, record: Model, *, note: str = "", is_visited: bool = False) -> VisitItem:
    """Mark a public record; one that is marked already stays as it is."""
    rows = shown(str(record._meta.model_name))
    if rows is None or not rows.filter(pk=record.pk).exists():
        raise DomainError(_("This is not shown at the fair, so it cannot be put on the list."))
    kind = ContentType.objects.get_for_model(record)
    with transaction.atomic():
        held = _locked(visit_list)
        item = held.items.filter(content_type=kind, object_id=record.pk).first()
        if item is not None:
            return item
        if held.items.count() >= MOST:
            told = ngettext("A list holds at most %(most)d thing.", "A list holds at most %(most)d things.", MOST)
            raise DomainError(told % {"most": MOST})
        held.save(update_fields=["updated_at"])
        return held.items.create(content_type=kind, object_id=record.pk, note=note, is_visited=is_visited)


def change(item: VisitItem, *, note: str | None = None, is_visited: bool | None = None) -> VisitItem:
    """Write the note, or tick whether it was visited."""
    with transaction.atomic():
        held = _locked(item.visit_list)
        stored = held.items.get(pk=item.pk)
        stored.note = stored.note if note is None else " ".join(note.split())
        stored.is_visited = stored.is_visited if is_visited is None else is_visited
        stored.full_clean()
        stored.save()
        held.save(update_fields=["updated_at"])
    return stored


def remove(item: VisitItem) -> VisitItem:
    """Take it off; what is returned is enough to put it back."""
    with transaction.atomic():
        held = _locked(item.visit_list)
        held.items.filter(pk=item.pk).delete()
        held.save(update_fields=["updated_at"])
    return item


def has(visit_list: VisitList | None, record: Model) -> bool:
    if visit_list is None:
        return False
    return visit_list.items.filter(content_type=ContentType.objects.get_for_model(record), object_id=record.pk).exists()


# ------------------------------------------------------------------ sharing
def share(visit_list: VisitList) -> VisitList:
    """Give it a link that whoever has it may read; one that is shared keeps its link."""
    with transaction.atomic():
        held = _locked(visit_list)
        if not held.share_token:
            held.share_token = new_token()
            held.save(update_fields=["share_token", "updated_at"])
    return held


def stop_sharing(visit_list: VisitList) -> VisitList:
    """The link leads nowhere from now on; sharing again makes another one."""
    with transaction.atomic():
        held = _locked(visit_list)
        held.share_token = None
        held.save(update_fields=["share_token", "updated_at"])
    return held


def _locked(visit_list: VisitList) -> VisitList:
    return VisitList.objects.select_for_update().get(pk=visit_list.pk)


# ------------------------------------------------------------------ in walking order
@dataclass(frozen=True)
class Stop:
    """One item with its record and where it stands."""

    item: VisitItem
    record: Any
    noun: str
    route: str
    zone: Zone | None
    stands: list[Stand]

    @property
    def kind(self) -> str:
        return str(self.record._meta.verbose_name)

    @property
    def letter(self) -> str:
        """Of its zone: what has no stand yet is at least looked for there."""
        return self.zone.letter if self.zone else LAST_OF_ALL

    @property
    def hall(self) -> Hall | None:
        return self.stands[0].zone.hall if self.stands else None


@dataclass
class Walk:
    """The stops of one hall, in walking order; without a hall those that have no stand yet."""

    hall: Hall | None
    stops: list[Stop] = field(default_factory=list)


@dataclass(frozen=True)
class Tour:
    """A whole list: hall by hall, and the items whose record is not public any more."""

    walks: list[Walk]
    gone: list[VisitItem]

    @property
    def stops(self) -> list[Stop]:
        return [stop for walk in self.walks for stop in walk.stops]

    @property
    def visited(self) -> int:
        return sum(stop.item.is_visited for stop in self.stops)


def tour_of(visit_list: VisitList | None) -> Tour:
    """The list in the order in which one walks. What is not public any more gives no word of itself."""
    items = list(visit_list.items.select_related("content_type")) if visit_list is not None else []
    by_noun: dict[str, dict[int, VisitItem]] = defaultdict(dict)
    for item in items:
        by_noun[item.content_type.model][item.object_id] = item
    stops = [stop for noun, of_noun in by_noun.items() for stop in _stops(noun, of_noun)]
    found = {stop.item.pk for stop in stops}
    stops.sort(key=lambda stop: (stop.route, stop.letter, stop.noun, stop.record.slug))
    walks: dict[int | None, Walk] = {}
    for stop in stops:
        hall = stop.hall
        walks.setdefault(hall.pk if hall else None, Walk(hall)).stops.append(stop)
    last = walks.pop(None, None)
    return Tour([*walks.values(), *([last] if last else [])], [item for item in items if item.pk not in found])


def _stops(noun: str, items: dict[int, VisitItem]) -> Iterable[Stop]:
    rows, listing = shown(noun), nouns().get(noun)
    if rows is None or listing is None:
        return
    way = listing.filterset.SORTS[WALK][1][0].expression
    for record in listing.related(rows.filter(pk__in=items)).annotate(route=way):
        exhibitor, stands = _place(record)
        zone = stands[0].zone if stands else (exhibitor.zone if exhibitor else None)
        yield Stop(items[record.pk], record, noun, record.route or LAST_OF_ALL, zone, stands)


def _place(record: Any) -> tuple[Exhibitor | None, list[Stand]]:
    """Who shows it, and at which stands: its own, or those of the first of its organizations that has some."""
    if isinstance(record, Exhibitor):
        return record, record.places()
    holders = record.holdings.all() if hasattr(record, "holdings") else [record]
    shows = [exhibitor for holder in holders for exhibitor in holder.organization.participations]
    for exhibitor in shows:
        if stands := exhibitor.places():
            return exhibitor, stands
    return (shows[0] if shows else None), []


# ------------------------------------------------------------------ registration
def register() -> None:
    add_person_page(PersonPage("visit-list", gettext_lazy("Visit list"), 20))
    user_logged_in.connect(keep_on_signing_in, dispatch_uid="visit list")
