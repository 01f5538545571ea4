"""Walking order: the way through the halls that passes every stand once, as an order of the database.

Hall by hall, zone by zone; in a zone row by row from the north wall, the first row to the east and the next one back.
Stands that are not drawn yet follow their numbers, 2 before 2A before 10. A co-exhibitor stands where its host does;
an innovation or product where the first of its organizations with a stand is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DecimalField,
    F,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable, Expression, OrderBy
from django.db.models.functions import Cast, Coalesce, LPad, Mod, Ord, Round

from expo.models import Exhibitor, ExhibitorState, Holding, Stand
from expo.search.documents import OrderOfMany

FARTHEST = 10_000  # metres: more than any hall has
STANDS = ("zone__stands", "zone__hall")  # what decides the way to a stand


class Joined(Func):
    """Texts one after the other, in one go: `Concat` nests them, too deep for SQLite's parser."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = CharField()


def routed(stands: QuerySet[Stand]) -> QuerySet[Any]:
    """The stands with `route`, which sorts like the way: digits and capitals, which every database sorts alike."""
    north = Stand.objects.filter(zone=OuterRef("zone"), y__lt=OuterRef("y")).order_by().values("zone")
    row = Coalesce(Subquery(north.annotate(n=Count("y", distinct=True)).values("n")), 0)
    across = Case(When(back=1, then=FARTHEST - F("x")), default=F("x"), output_field=DecimalField())
    number = Case(When(number__regex=r"[A-Z]$", then=F("number")), default=Joined(F("number"), Value("0")))
    parts = (
        digits(Coalesce(F("zone__hall__position"), 99_999), 5),
        digits(Coalesce(F("zone__hall"), 0), 9),
        digits(Ord("zone__letter"), 6),
        digits(F("row"), 4),
        digits(Round(across * 100), 7),
        LPad(number, 7, Value("0")),
    )
    return stands.annotate(row=row).annotate(back=Mod("row", 2)).annotate(route=Joined(*parts))


def digits(number: Combinable, width: int) -> LPad:
    """A whole number as text of one width."""
    return LPad(Cast(Cast(number, IntegerField()), CharField()), width, Value("0"))


def first(**where: Any) -> Subquery:
    return Subquery(routed(Stand.objects.filter(**where)).order_by("route").values("route")[:1])


def of_exhibitor() -> Expression:
    return Coalesce(
        first(exhibitor=OuterRef("pk"), exhibitor__host=None),
        first(exhibitor__state=ExhibitorState.ACCEPTED, exhibitor__co_exhibitors=OuterRef("pk")),
    )


def of_organization(organization: str = "organization") -> Expression:
    """At the current edition. `organization` leads to it from the listed row."""
    here = {"state": ExhibitorState.ACCEPTED, "edition__is_current": True, "organization": OuterRef(organization)}
    own = {f"exhibitor__{name}": value for name, value in here.items()}
    shared = {f"exhibitor__co_exhibitors__{name}": value for name, value in here.items()}
    return Coalesce(first(exhibitor__host=None, **own), first(exhibitor__state=ExhibitorState.ACCEPTED, **shared))


def of_innovation() -> Subquery:
    holdings = Holding.objects.filter(innovation=OuterRef("pk")).annotate(route=of_organization())
    return Subquery(holdings.exclude(route=None).order_by("position", "pk").values("route")[:1])


class ByStand(OrderOfMany):
    """Where the rows' organizations are, what has no stand last. `organizations` gives (key, organization), the first
    organization of a row first.
    """

    def __init__(
        self, expression: Expression | Subquery, organizations: Callable[[QuerySet[Any]], QuerySet[Any]]
    ) -> None:
        super().__init__(expression, nulls_last=True)
        self.organizations = organizations

    def of_many(self, rows: QuerySet[Any]) -> Mapping[int, str]:
        """Many rows share few organizations: the way to each is found once."""
        pairs = list(self.organizations(rows))
        here = Exhibitor.objects.published().of_current_edition().filter(organization__in={pair[1] for pair in pairs})
        routes = dict(here.annotate(route=of_exhibitor()).order_by().values_list("organization", "route"))
        found: dict[int, str] = {}
        for pk, organization in pairs:
            if route := routes.get(organization):
                found.setdefault(pk, route)
        return found


def innovations_by_stand() -> ByStand:
    def organizations(rows: QuerySet[Any]) -> QuerySet[Any]:
        holdings = Holding.objects.filter(innovation__in=rows.order_by().values("pk"))
        return holdings.order_by("position", "pk").values_list("innovation", "organization")

    return ByStand(of_innovation(), organizations)


def products_by_stand() -> ByStand:
    return ByStand(of_organization(), lambda rows: rows.order_by().values_list("pk", "organization"))


def also_at(exhibitors: str) -> tuple[str, ...]:
    """Paths to all that decides the way, from a row whose organizations' participations are `exhibitors`."""
    ways = (exhibitors, f"{exhibitors}__host")
    return (f"{exhibitors}__edition", *(f"{way}__stands__{step}" for way in ways for step in STANDS))


def last_without(route: Expression) -> OrderBy:
    """What has no stand comes last."""
    return OrderBy(route, nulls_last=True)
