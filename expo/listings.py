"""What of `expo` the public can list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, Expression, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expo import filters, programme
from expo.context import edition_of
from expo.models import (
    Announcement,
    Country,
    Edition,
    Exhibitor,
    Figure,
    Hall,
    Holding,
    Innovation,
    InnovationPlatform,
    Instrument,
    OfferedMode,
    Organization,
    PartnerCity,
    Product,
    Sector,
    Session,
    Stand,
    Zone,
)
from expo.registry import Listing, add_listing
from expo.search.first import counts_of
from expo.search.memory import remembered

if TYPE_CHECKING:
    from django.http import HttpRequest

    from expo.search.page import ListingPage


def with_places(path: str) -> list[Prefetch]:
    """Current participations of organizations found at `path`, with zone and stands, for the sign on a card."""
    rows = Exhibitor.objects.published().of_current_edition().select_related("zone", "host")
    rows = rows.prefetch_related(stands_of("stands"), stands_of("host__stands"))
    return [Prefetch(f"{path}exhibitors", rows, to_attr="participations")]


def stands_of(path: str) -> Prefetch:
    return Prefetch(path, Stand.objects.select_related("zone__hall"))


def exhibitor_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    rows = rows.select_related("organization__sector", "zone", "host", "edition")
    return rows.prefetch_related(stands_of("stands"), stands_of("host__stands"))


def innovation_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    holdings = Holding.objects.select_related("organization").prefetch_related(*with_places("organization__"))
    modes = OfferedMode.objects.all()
    return rows.select_related("sector").prefetch_related(
        Prefetch("holdings", holdings), Prefetch("offered_modes", modes)
    )


def product_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("sector", "organization", "innovation").prefetch_related(*with_places("organization__"))


def session_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("edition", "place__hall", "place__zone", "theme").prefetch_related(
        "speakers__organization"
    )


def timetable(request: HttpRequest, page: ListingPage) -> dict[str, Any]:
    """The page's sessions by day, and of all that the filters leave those now and next; `at` shows another moment."""
    edition = edition_of(request)
    if edition is None:
        return {}
    at = programme.moment(page.query.get("at", ""), edition)
    if "at" in page.query and at is None:
        page.filterset.leave_out("at")
    now = at or timezone.now()
    near = programme.entries(session_rows(programme.near(page.hits(), now=now)), now=now)
    return {
        "days": programme.by_day(programme.entries(page.rows, now=now, among=near)),
        "now_and_next": [entry for entry in near if entry.when in ("now", "next")],
        "at": at,
    }


def zone_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("hall").annotate(stand_count=Count("stands"))


def hall_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.prefetch_related("zones").annotate(stand_count=Count("zones__stands", distinct=True))


def sector_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With the number of published innovations of the very sector, without those of its parts."""
    counted = remembered("innovations of sectors", innovations_of_sectors)
    if counted is None:
        number: Expression = Count("innovations", filter=Q(innovations__state="published"), distinct=True)
    else:
        number = Case(*(When(slug=slug, then=n) for slug, n in counted.items()), default=0, output_field=IntegerField())
    return rows.select_related("parent").prefetch_related("children").annotate(innovation_count=number)


def innovations_of_sectors() -> dict[str, int] | None:
    """By the slug, as the index counts them; None while there is no index. Its sector counts those of its parts too."""
    counted = counts_of("innovation", "sector")
    if counted is None:
        return None
    own = dict(counted)
    for part, whole in Sector.objects.exclude(parent=None).order_by().values_list("slug", "parent__slug"):
        if whole in own:  # what has moved a moment ago may be counted where it was
            own[whole] = max(0, own[whole] - counted.get(part, 0))
    return own


def instrument_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.prefetch_related("rates", "service_modes")


def country_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With the number of partner cities and of this year's exhibitors."""
    here = filters.present().filter(organization__country=OuterRef("code")).order_by()
    counted = here.values("organization__country").annotate(n=Count("pk")).values("n")
    cities = Count("partner_cities", distinct=True)
    return rows.annotate(city_count=cities, exhibitor_count=Coalesce(Subquery(counted), 0))


LISTINGS = (
    Listing(
        noun="exhibitor",
        menu=10,
        model=Exhibitor,
        filterset=filters.ExhibitorFilter,
        queryset=Exhibitor.objects.public,
        card="expo/_exhibitor_card.html",
        related=exhibitor_rows,
        title=_("Exhibitors"),
        lede=_("Who is here, where they stand and what they show."),
        placeholder=_("Name, what it shows, city"),
    ),
    Listing(
        noun="innovation",
        menu=20,
        model=Innovation,
        filterset=filters.InnovationFilter,
        queryset=Innovation.objects.public,
        card="expo/_innovation_card.html",
        related=innovation_rows,
        title=_("Innovations"),
        lede=_("What research and industry show in Mianyang: what it can do, how mature it is, what is on offer."),
        placeholder=_("Title, holder, use, patent"),
        compare="innovation-compare",
    ),
    Listing(
        noun="product",
        menu=30,
        model=Product,
        filterset=filters.ProductFilter,
        queryset=Product.objects.public,
        card="expo/_product_card.html",
        related=product_rows,
        title=_("Sales zone"),
        lede=_("Industrial products to buy: what it costs, how many, how soon."),
        placeholder=_("Product, seller, use"),
        compare="product-compare",
    ),
    Listing(
        noun="session",
        menu=70,
        model=Session,
        filterset=filters.SessionFilter,
        queryset=Session.objects.public,
        card="expo/_session_row.html",
        related=session_rows,
        layout="agenda",
        title=_("Programme"),
        per_page=60,
        lede=_("What is on, by day, hall and language. All times are China Standard Time (UTC+8)."),
        placeholder=_("Title, speaker, place"),
        template="expo/session_list.html",
        context=timetable,
    ),
    Listing(
        noun="organization",
        model=Organization,
        filterset=filters.OrganizationFilter,
        queryset=Organization.objects.public,
        card="expo/_organization_card.html",
        beginning="about",
        title=_("Organizations"),
        lede=_("Enterprises, universities and institutes that exhibit or hold innovations."),
        placeholder=_("Name, city"),
    ),
    Listing(
        noun="sector",
        model=Sector,
        filterset=filters.SectorFilter,
        queryset=Sector.objects.public,
        card="expo/_sector_card.html",
        related=sector_rows,
        title=_("Sectors and themes"),
        per_page=60,
        lede=_("The fields of technology at the fair; two of them are themes of this year."),
        placeholder=_("Field"),
    ),
    Listing(
        noun="zone",
        model=Zone,
        filterset=filters.ZoneFilter,
        queryset=Zone.objects.public,
        card="expo/_zone_card.html",
        related=zone_rows,
        title=_("Zones"),
        per_page=40,
        lede=_("The parts of the exhibition. Each has a letter and a color, the same on plan, card and sign."),
        placeholder=_("Zone"),
    ),
    Listing(
        noun="hall",
        menu=80,
        model=Hall,
        filterset=filters.HallFilter,
        queryset=Hall.objects.public,
        card="expo/_hall_card.html",
        related=hall_rows,
        title=_("Floor plan"),
        in_search=False,
        lede=_("Every hall as a drawing and as a table."),
        placeholder=_("Hall or zone"),
    ),
    Listing(
        noun="instrument",
        menu=60,
        model=Instrument,
        filterset=filters.InstrumentFilter,
        queryset=Instrument.objects.public,
        card="expo/_instrument_card.html",
        related=instrument_rows,
        title=_("Instruments"),
        lede=_("Large equipment that others may use: what it can do, how to use it, at what rate."),
        placeholder=_("Instrument, method, owner"),
    ),
    Listing(
        noun="innovationplatform",
        model=InnovationPlatform,
        filterset=filters.PlatformFilter,
        queryset=InnovationPlatform.objects.public,
        card="expo/_platform_card.html",
        title=_("Innovation platforms"),
        lede=_("Laboratories, centers and bases that research and firms may lean on."),
        placeholder=_("Platform, host, field"),
    ),
    Listing(
        noun="partnercity",
        model=PartnerCity,
        filterset=filters.PartnerCityFilter,
        queryset=PartnerCity.objects.public,
        card="expo/_partnercity_card.html",
        title=_("Partner cities"),
        lede=_("Sister and friendly cities, and what the partnership is about."),
        placeholder=_("City, country"),
    ),
    Listing(
        noun="country",
        model=Country,
        filterset=filters.CountryFilter,
        queryset=Country.objects.public,
        card="expo/_country_row.html",
        related=country_rows,
        layout="links",
        per_page=60,
        title=_("Countries"),
        lede=_("Where partner cities and exhibitors come from."),
        placeholder=_("Country, city"),
    ),
    Listing(
        noun="figure",
        model=Figure,
        filterset=filters.FigureFilter,
        queryset=Figure.objects.public,
        card="expo/_figure_row.html",
        title=_("Figures"),
        in_search=False,
        per_page=60,
        template="expo/figure_list.html",
        placeholder=_("What the figure counts"),
        lede=_("Numbers with their year, scope, definition and source. Samples count in none of them."),
    ),
    Listing(
        noun="announcement",
        model=Announcement,
        filterset=filters.AnnouncementFilter,
        queryset=Announcement.objects.public,
        card="expo/_announcement_row.html",
        beginning="body",
        title=_("News"),
        layout="links",
        lede=_("What the organizers have to say."),
        placeholder=_("Title or text"),
        feed="announcement-feed",
    ),
    Listing(
        noun="edition",
        model=Edition,
        filterset=filters.EditionFilter,
        queryset=Edition.objects.public,
        card="expo/_edition_row.html",
        title=_("Editions"),
        layout="links",
        in_search=False,
        placeholder=_("Edition, city"),
        lede=_("The fair of this year and the archive of earlier ones."),
    ),
)


def register() -> None:
    for listing in LISTINGS:
        add_listing(listing)
