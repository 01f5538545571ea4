"""What the clock does for `matchmaking`, and which of its rows may be samples."""

from __future__ import annotations

from expo.registry import Job, add_job
from expo.samples import add_sample_models
from matchmaking.demands import expire_overdue
from matchmaking.models import Deal, Demand, TechnologyContract


def register() -> None:
    add_job(Job("expire-demands", expire_overdue, daily_at="00:30"))
    add_sample_models(TechnologyContract, Deal, Demand)
