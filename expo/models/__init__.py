"""The nouns of the fair, one file each."""

from expo.models.announcement import Announcement
from expo.models.base import LocalizedText, Origin, Record, StaleVersion, Stateful, Versioned
from expo.models.edition import Edition
from expo.models.exhibitor import EXHIBITOR_MOVES, Exhibitor, ExhibitorState
from expo.models.figure import Figure
from expo.models.import_run import IMPORT_MOVES, ImportRow, ImportRun, ImportState
from expo.models.innovation import (
    INNOVATION_MOVES,
    Evidence,
    Holding,
    Innovation,
    InnovationState,
    IpRight,
    Mode,
    OfferedMode,
)
from expo.models.instrument import INSTRUMENT_MOVES, Instrument, InstrumentState, Rate, ServiceMode
from expo.models.metric import Capability, Measured, Metric, Parameter
from expo.models.organization import Organization, OrganizationKind, Region
from expo.models.partner import Country, PartnerCity
from expo.models.picture import Picture
from expo.models.platform import PLATFORM_MOVES, InnovationPlatform, PlatformState
from expo.models.product import PRODUCT_MOVES, Product, ProductState
from expo.models.records import PolicyRule, Revision, Transition
from expo.models.search_change import SearchChange
from expo.models.sector import Sector
from expo.models.session import SESSION_MOVES, OpeningHours, Session, SessionState, Speaker
from expo.models.synonym import Synonym
from expo.models.user import User
from expo.models.venue import Hall, PlacePoint, Stand, Zone

__all__ = [
    "EXHIBITOR_MOVES",
    "IMPORT_MOVES",
    "INNOVATION_MOVES",
    "INSTRUMENT_MOVES",
    "PLATFORM_MOVES",
    "PRODUCT_MOVES",
    "SESSION_MOVES",
    "Announcement",
    "Capability",
    "Country",
    "Edition",
    "Evidence",
    "Exhibitor",
    "ExhibitorState",
    "Figure",
    "Hall",
    "Holding",
    "ImportRow",
    "ImportRun",
    "ImportState",
    "Innovation",
    "InnovationPlatform",
    "InnovationState",
    "Instrument",
    "InstrumentState",
    "IpRight",
    "LocalizedText",
    "Measured",
    "Metric",
    "Mode",
    "OfferedMode",
    "OpeningHours",
    "Organization",
    "OrganizationKind",
    "Origin",
    "Parameter",
    "PartnerCity",
    "Picture",
    "PlacePoint",
    "PlatformState",
    "PolicyRule",
    "Product",
    "ProductState",
    "Rate",
    "Record",
    "Region",
    "Revision",
    "SearchChange",
    "Sector",
    "ServiceMode",
    "Session",
    "SessionState",
    "Speaker",
    "StaleVersion",
    "Stand",
    "Stateful",
    "Synonym",
    "Transition",
    "User",
    "Versioned",
    "Zone",
]
