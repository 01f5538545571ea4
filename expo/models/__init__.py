"""The nouns of the fair, one file each."""

from expo.models.announcement import Announcement
from expo.models.api_token import ApiToken, Webhook, WebhookDelivery
from expo.models.application import Answer, FieldLock, Question, QuestionKind
from expo.models.assessment import Assessment, Verdict
from expo.models.audit import AuditAct, AuditEntry
from expo.models.base import LocalizedText, Origin, Record, StaleVersion, Stateful, Versioned
from expo.models.broadcast import Broadcast, BroadcastRecipient
from expo.models.consent import Consent, ConsentKind
from expo.models.edition import Edition
from expo.models.enquiry import ENQUIRY_MOVES, Enquiry, EnquiryMessage, EnquiryState
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
    Secrecy,
)
from expo.models.instrument import INSTRUMENT_MOVES, Instrument, InstrumentState, Rate, ServiceMode
from expo.models.membership import Invitation, JoinRequest, MemberFunction, MemberRole, Membership, RequestState
from expo.models.metric import Capability, Measured, Metric, Parameter
from expo.models.notice import Delivery, Notice, NoticeSetting, OutboxMail
from expo.models.organization import Organization, OrganizationKind, Region
from expo.models.partner import Country, PartnerCity
from expo.models.picture import Picture
from expo.models.platform import PLATFORM_MOVES, InnovationPlatform, PlatformState
from expo.models.product import PRODUCT_MOVES, Product, ProductState
from expo.models.records import PolicyRule, Revision, Transition
from expo.models.saved_search import SavedSearch
from expo.models.search_change import SearchChange
from expo.models.sector import Sector
from expo.models.session import SESSION_MOVES, OpeningHours, Session, SessionState, Speaker
from expo.models.synonym import Synonym
from expo.models.team import TeamMember, TeamRole
from expo.models.user import User
from expo.models.venue import Hall, PlacePoint, Stand, Zone
from expo.models.visit import VisitItem, VisitList

__all__ = [
    "ENQUIRY_MOVES",
    "EXHIBITOR_MOVES",
    "IMPORT_MOVES",
    "INNOVATION_MOVES",
    "INSTRUMENT_MOVES",
    "PLATFORM_MOVES",
    "PRODUCT_MOVES",
    "SESSION_MOVES",
    "Announcement",
    "Answer",
    "ApiToken",
    "Assessment",
    "AuditAct",
    "AuditEntry",
    "Broadcast",
    "BroadcastRecipient",
    "Capability",
    "Consent",
    "ConsentKind",
    "Country",
    "Delivery",
    "Edition",
    "Enquiry",
    "EnquiryMessage",
    "EnquiryState",
    "Evidence",
    "Exhibitor",
    "ExhibitorState",
    "FieldLock",
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
    "Invitation",
    "IpRight",
    "JoinRequest",
    "LocalizedText",
    "Measured",
    "MemberFunction",
    "MemberRole",
    "Membership",
    "Metric",
    "Mode",
    "Notice",
    "NoticeSetting",
    "OfferedMode",
    "OpeningHours",
    "Organization",
    "OrganizationKind",
    "Origin",
    "OutboxMail",
    "Parameter",
    "PartnerCity",
    "Picture",
    "PlacePoint",
    "PlatformState",
    "PolicyRule",
    "Product",
    "ProductState",
    "Question",
    "QuestionKind",
    "Rate",
    "Record",
    "Region",
    "RequestState",
    "Revision",
    "SavedSearch",
    "SearchChange",
    "Secrecy",
    "Sector",
    "ServiceMode",
    "Session",
    "SessionState",
    "Speaker",
    "StaleVersion",
    "Stand",
    "Stateful",
    "Synonym",
    "TeamMember",
    "TeamRole",
    "Transition",
    "User",
    "Verdict",
    "Versioned",
    "VisitItem",
    "VisitList",
    "Webhook",
    "WebhookDelivery",
    "Zone",
]
