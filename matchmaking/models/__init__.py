"""The nouns of meeting and agreeing, one file each."""

from matchmaking.models.contract import (
    CONTRACT_MOVES,
    COUNTED_STATES,
    SUBTYPES,
    ContractAmendment,
    ContractPayment,
    ContractState,
    ContractType,
    Deduction,
    TechnologyContract,
)
from matchmaking.models.deal import (
    DEAL_MOVES,
    FROZEN_STATES,
    STAGE_STATES,
    WAY,
    Deal,
    DealParty,
    DealState,
    LegPublication,
    Stage,
)
from matchmaking.models.demand import (
    DEMAND_MOVES,
    Confidentiality,
    Demand,
    DemandState,
    TargetMetric,
    WantedMode,
)
from matchmaking.models.term_sheet import EquityLine, TeamLine, TechnologyLine, TermSheet

__all__ = [
    "CONTRACT_MOVES",
    "COUNTED_STATES",
    "DEAL_MOVES",
    "DEMAND_MOVES",
    "FROZEN_STATES",
    "STAGE_STATES",
    "SUBTYPES",
    "WAY",
    "Confidentiality",
    "ContractAmendment",
    "ContractPayment",
    "ContractState",
    "ContractType",
    "Deal",
    "DealParty",
    "DealState",
    "Deduction",
    "Demand",
    "DemandState",
    "EquityLine",
    "LegPublication",
    "Stage",
    "TargetMetric",
    "TeamLine",
    "TechnologyContract",
    "TechnologyLine",
    "TermSheet",
    "WantedMode",
]
