"""The organizers' workplace of `matchmaking`: demands, deals, contracts, the weights of matching, the broker's desk."""

from importlib import import_module

from expo.admin.base import add_tones

ROOMS = ("demands", "deals", "term_sheets", "contracts", "weights", "desk", "introductions")  # in the order of the menu

for room in ROOMS:
    import_module(f"matchmaking.admin.{room}")

add_tones(
    go="matching negotiating contracted solved signed closing effective completed registered amended",
    wait="verified term_sheet due_diligence valuation internal_approval public_notice signing",
    stop="unsolved objection terminated revoked refused",
)
