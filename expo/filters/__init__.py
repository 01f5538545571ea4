"""One FilterSet a noun: the listing's form, and the parameters of every other door to the same rows."""

from expo.filters.fair import (
    AnnouncementFilter,
    EditionFilter,
    ExhibitorFilter,
    FigureFilter,
    HallFilter,
    InnovationFilter,
    OfAnOrganization,
    OfOneEdition,
    OrganizationFilter,
    ProductFilter,
    SectorFilter,
    SessionFilter,
    ZoneFilter,
    present,
)
from expo.filters.platforms import CountryFilter, InstrumentFilter, PartnerCityFilter, PlatformFilter

__all__ = [
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
    "ProductFilter",
    "SectorFilter",
    "SessionFilter",
    "ZoneFilter",
    "present",
]
