"""What the clock does for `matchmaking`, and which of its rows may be samples."""

from __future__ import annotations

from expo.registry import Job, add_job
from expo.samples import add_rows_below_samples, add_sample_models
from expo.search.changes import listen
from expo.search.dependence import leave_unseen
from matchmaking.demands import expire_overdue
from matchmaking.introducing.clock import nudge_and_close
from matchmaking.match_runs import ask_for_full_run, match_changes, note_changes
from matchmaking.models import ConfidentialReading, Deal, Demand, Introduction, NdaAcceptance, TechnologyContract

# No public page shows a row of them, and matching writes hundreds of thousands.
UNSEEN = {
    "matchmaking.Match": "what matching computes",
    "matchmaking.MatchChange": "what it has not seen yet",
    "matchmaking.MatchRun": "and when it did",
    "matchmaking.MatchDecision": "what people decide about it",
    "matchmaking.MatchWeights": "the weights of its scores",
    "matchmaking.NeverShow": "who is never shown to whom",
    "matchmaking.DemandCall": "what brokers write down",
    "matchmaking.Introduction": "who is brought together",
    "matchmaking.IntroductionMessage": "what they write to each other",
    "matchmaking.IntroductionWish": "what they wish for next",
    "matchmaking.NdaText": "what they agree to keep",
    "matchmaking.NdaAcceptance": "that they agreed",
    "matchmaking.ConfidentialReading": "what they read then",
}


def register() -> None:
    add_job(Job("expire-demands", expire_overdue, daily_at="00:30"))
    add_job(Job("match-changes", match_changes, every_minutes=1))
    add_job(Job("match-all", ask_for_full_run, daily_at="02:40"))
    listen(note_changes)
    leave_unseen(UNSEEN)
    add_job(Job("introductions", nudge_and_close, every_minutes=10))
    add_sample_models(TechnologyContract, Deal, Introduction, Demand)
    add_rows_below_samples((NdaAcceptance, "introduction__origin"), (ConfidentialReading, "introduction__origin"))
