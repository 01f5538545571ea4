"""Who may come through which url of `matchmaking`, and what each staff role may do with its records."""

from __future__ import annotations

from expo.access import ALL, KEPT, anyone, grant, signed_in
from expo.registry import Access, add_access

NOUNS = ("demand", "deal")
INTRODUCTION_PAGES = (
    "introduction-begin", "work-introductions", "introduction-new", "introduction", "introduction-act",
    "introduction-nda", "introduction-confidential", "work-readings",
)  # fmt: skip
MATCH_PAGES = (
    "work-matches", "match-try", "match-declined", "match-put-back", "match-never", "match-never-remove",
    "match-shortlist", "match-decline", "demand-matches", "match-compare", "offer-matches",
)  # fmt: skip
OWN = "demand deal termsheet technologycontract"
DEMAND_LINES = "targetmetric wantedmode"
DEAL_LINES = "dealparty technologyline teamline equityline"
CONTRACT_LINES = "deduction contractpayment contractamendment"

# role, verbs, models, and whether that is the role's own work. The broker is the registrar of contracts too.
GRANTS: tuple[tuple[str, str, str, bool], ...] = (
    ("organizer", ALL, OWN, True),
    ("organizer", ALL, f"{DEMAND_LINES} {DEAL_LINES} {CONTRACT_LINES}", False),
    ("matchmaking_broker", KEPT, OWN, True),
    ("matchmaking_broker", ALL, f"{DEMAND_LINES} {DEAL_LINES} {CONTRACT_LINES}", False),
    ("organizer", "view add change delete", "matchweights", False),
    ("matchmaking_broker", "view", "matchweights", False),
    ("organizer", "view", "matchrun", False),
    ("matchmaking_broker", "view", "matchrun", False),
    ("organizer", "view", "introduction confidentialreading", False),
    ("matchmaking_broker", "view", "introduction confidentialreading ndatext", False),
    ("organizer", "view add change", "ndatext", False),
    ("exhibition_manager", "view", f"demand {DEMAND_LINES}", False),
    ("publicity", "view", f"demand {DEMAND_LINES}", False),
)


def register() -> None:
    for role, verbs, models, own in GRANTS:
        for model in models.split():
            grant(role, f"matchmaking.{model}", verbs, own=own)
    for noun in NOUNS:
        add_access(Access(f"matchmaking:{noun}-list", anyone, "anyone"))
        add_access(Access(f"matchmaking:{noun}-detail", anyone, "anyone"))
    for name in (*INTRODUCTION_PAGES, *MATCH_PAGES):
        add_access(Access(f"matchmaking:{name}", signed_in, "signed in"))
