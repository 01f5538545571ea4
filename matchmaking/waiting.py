"""What waits for a broker, and what of demands, deals and contracts is not ready yet."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expo.registry import Check, Task, add_check, add_task
from expo.waiting import changelist, in_admin
from matchmaking.models import Deal, DealState, Demand, TechnologyContract

TASKS = (
    Task(
        "demands",
        _("Demands to verify or publish"),
        _("Handed in by enterprises: call or visit, then publish."),
        _("Verify"),
        lambda: Demand.objects.waiting().count(),
        changelist(Demand, "waiting=1"),
        "matchmaking.change_demand",
        25,
    ),
    Task(
        "contracts",
        _("Contracts to register"),
        _("Handed in for registration or in review."),
        _("Register"),
        lambda: TechnologyContract.objects.waiting().count(),
        changelist(TechnologyContract, "waiting=1"),
        "matchmaking.change_technologycontract",
        26,
    ),
    Task(
        "objections",
        _("Deals with an objection"),
        _("Somebody objected during the public notice."),
        _("Resolve"),
        lambda: Deal.objects.filter(state=DealState.OBJECTION).count(),
        changelist(Deal, "state__exact=objection"),
        "matchmaking.change_deal",
        27,
    ),
)


def overdue() -> QuerySet[Demand]:
    """Open demands that were needed before today."""
    return Demand.objects.open().filter(deadline__lt=timezone.localdate())


def without_sheet() -> QuerySet[Deal]:
    """Deals past the draft that have no term sheet in force."""
    early = [DealState.DRAFT, DealState.CANCELED, DealState.ARCHIVED]
    return Deal.objects.exclude(state__in=early).exclude(term_sheets__is_current=True)


def without_amount() -> QuerySet[TechnologyContract]:
    return TechnologyContract.objects.counted().filter(Q(contract_value=None) | Q(technology_value=None))


CHECKS = (
    ("overdue-demands", _("Demand past its day"), _("Ask the enterprise: solved, later, or withdrawn?"), overdue,
     "matchmaking.view_demand"),
    ("deals-without-terms", _("Deal without a term sheet"), _("Write the first version."), without_sheet,
     "matchmaking.view_deal"),
    ("contracts-without-amounts", _("Registered contract without amounts"),
     _("Complete them before a tax benefit is claimed."), without_amount, "matchmaking.view_technologycontract"),
)  # fmt: skip


def register() -> None:
    for task in TASKS:
        add_task(task)
    for position, (name, label, help_text, find, permission) in enumerate(CHECKS):
        add_check(Check(name, label, help_text, find, in_admin, 100 + position, permission))
