"""Floor plans: what stands where in a hall, as plain data to draw or to list. No HTML here.

Lengths are those of `expo.floor`: decimetres from the hall's north-west inner corner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from expo.floor import Rect, Spot, label_spot, letter_spot, units
from expo.models import Exhibitor, Hall, PlacePoint, Stand, Zone

TEXTS_ACROSS = 43  # a plan's text is one part of so many of its width: 15 px at 640
NEAR_WALL = 30  # decimetres: an entrance no further than this from a wall is a gap in it
GAP = {PlacePoint.Kind.ENTRANCE: 60, PlacePoint.Kind.EXIT: 24}
LABELED = (PlacePoint.Kind.STAGE, PlacePoint.Kind.ROOM)
LETTER = 5  # a zone's letter at its largest, in texts
SMALL = 0.62  # of the plan's text: labels of stages and rooms


@dataclass(frozen=True)
class PlanStand:
    stand: Stand
    code: str
    rect: Rect
    exhibitor: Exhibitor | None
    co_exhibitors: tuple[Exhibitor, ...]
    text_size: int
    is_marked: bool

    @property
    def zone(self) -> Zone:
        return self.stand.zone

    @property
    def url(self) -> str:
        return self.exhibitor.get_absolute_url() if self.exhibitor else ""

    @property
    def pin(self) -> tuple[int, int]:
        """Where a pin's tip stands, above the number."""
        return self.rect.middle[0], self.rect.y + self.rect.height // 5

    @property
    def title(self) -> str:
        """Code and names, as a screen reader says it: C12, Somebody, with Somebody Else."""
        if self.exhibitor is None:
            return _("%(code)s, free") % {"code": self.code}
        title = f"{self.code}, {self.exhibitor.title}"
        names = ", ".join(str(guest.title) for guest in self.co_exhibitors)
        return _("%(stand)s, with %(names)s") % {"stand": title, "names": names} if names else title


@dataclass(frozen=True)
class PlanZone:
    zone: Zone
    rect: Rect
    letter: Spot
    stand_count: int
    stand_outlines: str
    is_on: bool

    @property
    def title(self) -> str:
        return _("Zone %(letter)s: %(name)s") % {"letter": self.zone.letter, "name": self.zone.name}


@dataclass(frozen=True)
class PlanPlace:
    place: PlacePoint
    x: int
    y: int
    label: Spot | None
    label_text: str
    where: str
    is_on: bool

    @property
    def kind(self) -> str:
        return self.place.kind

    @property
    def title(self) -> str:
        return str(self.place.name)


@dataclass(frozen=True)
class PlanDoor:
    """A gap in the wall, and the way in: degrees from north, clockwise."""

    place: PlacePoint
    x: int
    y: int
    gap: str
    turn: int


@dataclass(frozen=True)
class Plan:
    hall: Hall
    wall: Rect
    view: Rect
    text: int
    zones: tuple[PlanZone, ...]
    stands: tuple[PlanStand, ...]
    places: tuple[PlanPlace, ...]
    doors: tuple[PlanDoor, ...]
    closeup: str = ""

    @property
    def view_box(self) -> str:
        return f"{self.view.x} {self.view.y} {self.view.width} {self.view.height}"

    @property
    def marked(self) -> list[PlanStand]:
        return [stand for stand in self.stands if stand.is_marked]

    @property
    def free_count(self) -> int:
        return sum(stand.exhibitor is None for stand in self.stands)

    @property
    def title(self) -> str:
        return _("Floor plan of %(hall)s") % {"hall": self.hall.name}

    @property
    def marks_title(self) -> str:
        """The title with what is marked, as the text of a picture."""
        marks = [_("stand %(code)s") % {"code": stand.code} for stand in self.marked]
        marks += [
            _("zone %(letter)s") % {"letter": zone.zone.letter} for zone in self.zones if zone.is_on and not marks
        ]
        marks += [place.title for place in self.places if place.is_on]
        return f"{self.title}: {', '.join(marks)}" if marks else self.title

    @property
    def url(self) -> str:
        """The hall's page with the same things marked."""
        page = self.hall.get_absolute_url()
        if self.marked:
            return f"{page}?stand={self.marked[0].code}#stand-{self.marked[0].code}"
        for place in self.places:
            if place.is_on:
                return f"{page}#place-{place.place.slug}"
        return next((f"{page}?zone={zone.zone.letter}#plan" for zone in self.zones if zone.is_on), f"{page}#plan")


# -------------------------------------------------------------------- queries


def held(stands: QuerySet[Stand]) -> QuerySet[Stand]:
    """The stands with who holds them and the co-exhibitors: two queries, however many stands."""
    people = stands.select_related("exhibitor__organization__sector", "exhibitor__zone", "exhibitor__edition")
    return people.prefetch_related(Prefetch("exhibitor__co_exhibitors", Exhibitor.objects.public()))


def load_floors(halls: Iterable[Hall]) -> list[Hall]:
    """The halls with all that their plans show, in as many queries for one as for many."""
    rows = list(halls)
    prefetch_related_objects(
        rows,
        Prefetch("zones", Zone.objects.order_by("letter")),
        Prefetch("zones__stands", held(Stand.objects.order_by("number"))),
        Prefetch("places", PlacePoint.objects.select_related("zone").order_by("kind", "slug")),
    )
    return rows


# ---------------------------------------------------------------------- plans


def hall_plan(
    hall: Hall,
    *,
    marked: frozenset[str] = frozenset(),
    zone: Zone | None = None,
    place: PlacePoint | None = None,
    closeup: str = "",
) -> Plan:
    """The plan of a hall with stands (by code), a zone or a place marked; `closeup`: letter of the only zone shown."""
    load_floors([hall])
    wall = Rect(0, 0, units(hall.width), units(hall.depth))
    laid_out = [row for row in hall.zones.all() if row.width and row.depth]
    close = next((Rect.of(row) for row in laid_out if row.letter == closeup), None)
    text = max((close or wall).width // TEXTS_ACROSS, 4)
    stands = tuple(
        _stand(stand, marked)
        for row in hall.zones.all()
        for stand in row.stands.all()
        if close is None or row.letter == closeup
    )
    zones = tuple(_zone(row, wall, is_on=bool(zone and zone.pk == row.pk)) for row in laid_out)
    points = [point for point in hall.places.all() if close is None or close.grown(text).distance_to(*_at(point)) == 0]
    return Plan(
        hall=hall,
        wall=wall,
        view=close.grown(text) if close else wall.grown(text),
        text=text,
        zones=zones,
        stands=stands,
        places=tuple(_places(points, zones, stands, wall, text, place)),
        doors=tuple(door for point in points if (door := _door(point, wall))),
        closeup=closeup if close else "",
    )


def hall_plans(halls: Iterable[Hall]) -> list[Plan]:
    """The plans of many halls, in as many queries as one takes."""
    return [hall_plan(hall) for hall in load_floors(halls)]


def plan_of(stands: Sequence[Stand], *, place: PlacePoint | None = None, zone: Zone | None = None) -> Plan | None:
    """The plan of the hall of the first stand (or the place, or the zone) with these marked; None without a hall."""
    home = stands[0].zone if stands else zone
    hall_id = home.hall_id if home else place.hall_id if place else None
    hall = Hall.objects.public().filter(pk=hall_id).first() if hall_id else None
    if hall is None:
        return None
    return hall_plan(hall, marked=frozenset(stand.code for stand in stands), zone=home, place=place)


def outline(hall: Hall) -> Plan:
    """The plan with zones only, from a hall whose zones are loaded already."""
    wall = Rect(0, 0, units(hall.width), units(hall.depth))
    zones = tuple(_zone(row, wall, stands=()) for row in hall.zones.all() if row.width and row.depth)
    text = max(wall.width // TEXTS_ACROSS, 4)
    return Plan(hall, wall, wall.grown(text), text, zones, stands=(), places=(), doors=())


@dataclass(frozen=True)
class Entry:
    """An exhibitor with the stands where it is found; a co-exhibitor's are its host's."""

    exhibitor: Exhibitor
    stands: tuple[Stand, ...]


def directory(stands: Iterable[Stand]) -> list[Entry]:
    """Who is at these stands, by name. Needs `held` stands."""
    found: dict[int, tuple[Exhibitor, list[Stand]]] = {}
    for stand in stands:
        for exhibitor in _present(stand):
            found.setdefault(exhibitor.pk, (exhibitor, []))[1].append(stand)
    entries = [Entry(exhibitor, tuple(places)) for exhibitor, places in found.values()]
    return sorted(entries, key=lambda entry: _by_sound(str(entry.exhibitor.title)))


def _present(stand: Stand) -> list[Exhibitor]:
    return [stand.holder, *_guests(stand.holder)] if stand.holder else []


def _guests(host: Exhibitor) -> list[Exhibitor]:
    return [guest for guest in host.co_exhibitors.all() if guest.edition_id == host.edition_id]


def _by_sound(name: str) -> bytes:
    """A sort key: GB 18030 keeps the common Han in the order of their pinyin."""
    return name.casefold().encode("gb18030", "replace")


# ----------------------------------------------------------------------- parts


def _at(point: PlacePoint) -> tuple[int, int]:
    return units(point.x), units(point.y)


def _stand(stand: Stand, marked: frozenset[str]) -> PlanStand:
    rect = Rect.of(stand)
    size = min(rect.height * 0.5, rect.width / (0.62 * max(len(stand.number), 2)) * 0.8)
    guests = tuple(_guests(stand.holder)) if stand.holder else ()
    return PlanStand(stand, stand.code, rect, stand.holder, guests, int(min(size, 16)), stand.code in marked)


def _zone(zone: Zone, wall: Rect, *, is_on: bool = False, stands: Sequence[Stand] | None = None) -> PlanZone:
    rect = Rect.of(zone)
    rects = [Rect.of(stand) for stand in (zone.stands.all() if stands is None else stands)]
    text = wall.width // TEXTS_ACROSS
    letter = letter_spot(rect, [r.grown(4) for r in rects], largest=text * LETTER, smallest=max(text, 8))
    return PlanZone(zone, rect, letter, len(rects), "".join(r.outline for r in rects), is_on)


def _door(point: PlacePoint, wall: Rect) -> PlanDoor | None:
    """The gap of an entrance or exit in the wall beside it."""
    if point.kind not in GAP:
        return None
    x, y = _at(point)
    distance, turn = min((wall.bottom - y, 0), (x, 90), (y, 180), (wall.right - x, 270))
    if distance > NEAR_WALL:
        return None
    half = GAP[PlacePoint.Kind(point.kind)] // 2
    if turn in (0, 180):
        y = wall.bottom if turn == 0 else 0
        return PlanDoor(point, x, y, f"M{max(x - half, 0)} {y}H{min(x + half, wall.right)}", turn)
    x = 0 if turn == 90 else wall.right
    return PlanDoor(point, x, y, f"M{x} {max(y - half, 0)}V{min(y + half, wall.bottom)}", turn)


def _places(
    points: Sequence[PlacePoint],
    zones: Sequence[PlanZone],
    stands: Sequence[PlanStand],
    wall: Rect,
    text: int,
    on: PlacePoint | None,
) -> Iterator[PlanPlace]:
    """The places, with a label wherever there is room for it."""
    badges = [Rect(x - text // 2, y - text // 2, text, text) for x, y in map(_at, points)]
    taken = [*badges, *(stand.rect for stand in stands), *(zone.letter.box for zone in zones)]
    for point in points:
        x, y = _at(point)
        room = next((zone.rect for zone in zones if zone.rect.distance_to(x, y) == 0), wall.grown(-4))
        label, words = None, str(point.name)
        for words in _labels(point):
            size, away = round(text * SMALL), round(text * 0.75)
            if label := label_spot(words, x, y, size=size, away=away, within=room, taken=taken):
                taken.append(label.box)
                break
        yield PlanPlace(point, x, y, label, words, _where(point, zones, wall), is_on=bool(on and on.pk == point.pk))


def _labels(point: PlacePoint) -> list[str]:
    """What a place is called on the plan, the longer word first; services have their sign only."""
    if point.kind == PlacePoint.Kind.ENTRANCE:
        return [str(point.name), capfirst(point.get_kind_display())]
    return [str(point.name)] if point.kind in LABELED else []


def _where(point: PlacePoint, zones: Sequence[PlanZone], wall: Rect) -> str:
    """In words: in a zone, or by which wall and near which zone."""
    if point.zone:
        return _("zone %(letter)s") % {"letter": point.zone.letter}
    x, y = _at(point)
    sides = (
        (y, _("north wall")),
        (wall.bottom - y, _("south wall")),
        (x, _("west wall")),
        (wall.right - x, _("east wall")),
    )
    distance, side = min(sides, key=lambda pair: pair[0])
    words = [side] if distance <= NEAR_WALL else []
    if zones:
        nearest = min(zones, key=lambda zone: zone.rect.distance_to(x, y))
        words.append(_("near zone %(letter)s") % {"letter": nearest.zone.letter})
    return ", ".join(words)
