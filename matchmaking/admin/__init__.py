"""The organizers' workplace of `matchmaking`: demands, deals with their term sheets, technology contracts."""

from expo.admin.base import add_tones
from matchmaking.admin import contracts, deals, demands, term_sheets

add_tones(
    go="matching negotiating contracted solved signed closing effective completed registered amended",
    wait="verified term_sheet due_diligence valuation internal_approval public_notice signing",
    stop="unsolved objection terminated revoked refused",
)

__all__ = ["contracts", "deals", "demands", "term_sheets"]
