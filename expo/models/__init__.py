"""The nouns of the fair, one file each."""

from expo.models.announcement import Announcement
from expo.models.base import LocalizedText, Origin, Record, StaleVersion, Versioned
from expo.models.edition import Edition
from expo.models.exhibitor import EXHIBITOR_MOVES, Exhibitor, ExhibitorState
from expo.models.figure import Figure
from expo.models.innovation import (
    INNOVATION_MOVES,
    Evidence,
    Holding,
    Innovation,
    InnovationState,
    IpRight,
    Metric,
    Mode,
    OfferedMode,
    Parameter,
)
from expo.models.organization import Organization, OrganizationKind, Region
from expo.models.picture import Picture
from expo.models.product import PRODUCT_MOVES, Product, ProductState
from expo.models.records import PolicyRule, Revision, Transition
from expo.models.sector import Sector
from expo.models.session import SESSION_MOVES, OpeningHours, Session, SessionState, Speaker
from expo.models.user import User
from expo.models.venue import Hall, PlacePoint, Stand, Zone

__all__ = [
    "EXHIBITOR_MOVES",
    "INNOVATION_MOVES",
    "PRODUCT_MOVES",
    "SESSION_MOVES",
    "Announcement",
    "Edition",
    "Evidence",
    "Exhibitor",
    "ExhibitorState",
    "Figure",
    "Hall",
    "Holding",
    "Innovation",
    "InnovationState",
    "IpRight",
    "LocalizedText",
    "Metric",
    "Mode",
    "OfferedMode",
    "OpeningHours",
    "Organization",
    "OrganizationKind",
    "Origin",
    "Parameter",
    "Picture",
    "PlacePoint",
    "PolicyRule",
    "Product",
    "ProductState",
    "Record",
    "Region",
    "Revision",
    "Sector",
    "Session",
    "SessionState",
    "Speaker",
    "StaleVersion",
    "Stand",
    "Transition",
    "User",
    "Versioned",
    "Zone",
]  # fmt: skip
