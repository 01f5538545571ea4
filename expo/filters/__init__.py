"""One FilterSet a noun: the listing's form, and the parameters of every other door to the same rows."""

from expo.filters.fair import (
    PRICE_CURRENCY,
    AnnouncementFilter,
    EditionFilter,
    ExhibitorFilter,
    FigureFilter,
    HallFilter,
    InnovationFilter,
    OfAnOrganization,
    OfOneEdition,
    OrganizationFilter,
    PriceFilter,
    ProductFilter,
    SectorFilter,
    SessionFilter,
    ZoneFilter,
    present,
)
from expo.filters.platforms import CountryFilter, InstrumentFilter, PartnerCityFilter, PlatformFilter

__all__ = [
    "PRICE_CURRENCY",
    "AnnouncementFilter",
    "CountryFilter",
    "EditionFilter",
    "ExhibitorFilter",
    "FigureFilter",
    "HallFilter",
    "InnovationFilter",
    "InstrumentFilter",
    "OfAnOrganization",
    "OfOneEdition",
    "OrganizationFilter",
    "PartnerCityFilter",
    "PlatformFilter",
    "PriceFilter",
    "ProductFilter",
    "SectorFilter",
    "SessionFilter",
    "ZoneFilter",
    "present",
]
