"""What organizations keep of `expo`'s nouns: which acts, in which states, reviewed by whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from expo import platforms, publication, quality
from expo.access import signed_in
from expo.forms import own_fields
from expo.models import (
    Capability,
    Holding,
    Innovation,
    InnovationState,
    Instrument,
    InstrumentState,
    Metric,
    Organization,
    Product,
    ProductState,
    TeamMember,
)
from expo.own.nouns import OwnAct, OwnNoun, add_own_noun
from expo.own.telling import register as register_kinds
from expo.registry import Access, WorkspacePage, add_access, add_workspace_page

I, P, S = InnovationState, ProductState, InstrumentState  # noqa: E741
HAND_IN = _("Hand in")
HAND_IN_HINT = _("The organizers read it and publish it, or send it back with words. Until then nobody else sees it.")
PAUSE_HINT = _("The public does not see it until you show it again.")
END_HINT = _("This is final: it does not come back. What was written stays in the record.")
PAGES = ("own-new", "own-record", "own-edit", "own-preview", "own-act", "own-take-back", "own-pictures", "own-picture")


def states(*names: Any) -> frozenset[str]:
    return frozenset(str(name) for name in names)


INNOVATION_ACTS = (
    OwnAct("submit", HAND_IN, publication.submit_innovation, states(I.DRAFT, I.RETURNED), HAND_IN_HINT, tone="go",
           reopen=publication.redraft_innovation),
    OwnAct("pause", _("Pause"), publication.pause_innovation, states(I.PUBLISHED), PAUSE_HINT),
    OwnAct("resume", _("Show again"), publication.resume_innovation, states(I.PAUSED), tone="go",
           barred=publication.kept_back),
    OwnAct("withdraw", _("Withdraw"), publication.withdraw_innovation, states(I.PUBLISHED), END_HINT, "optional",
           "stop", by_holder=True),
)  # fmt: skip
PRODUCT_ACTS = (
    OwnAct("submit", HAND_IN, publication.submit_product, states(P.DRAFT, P.RETURNED), HAND_IN_HINT, tone="go",
           reopen=publication.redraft_product),
    OwnAct("pause", _("Pause"), publication.pause_product, states(P.PUBLISHED), PAUSE_HINT),
    OwnAct("resume", _("Show again"), publication.resume_product, states(P.PAUSED), tone="go",
           barred=publication.kept_back),
    OwnAct("withdraw", _("Withdraw"), publication.withdraw_product,
           states(P.DRAFT, P.SUBMITTED, P.RETURNED, P.PUBLISHED, P.PAUSED), END_HINT, "optional", "stop"),
)  # fmt: skip
IN_SERVICE = (S.AVAILABLE, S.MAINTENANCE, S.FAULT)
INSTRUMENT_ACTS = (
    OwnAct("submit", HAND_IN, platforms.submit_instrument, states(S.HIDDEN, S.RETURNED), HAND_IN_HINT, tone="go",
           reopen=platforms.redraft_instrument),
    OwnAct("maintain", _("Begin maintenance"), platforms.begin_maintenance, states(S.AVAILABLE, S.FAULT),
           _("The public sees it with this mark."), "optional"),
    OwnAct("report-fault", _("Report a fault"), platforms.report_fault, states(S.AVAILABLE, S.MAINTENANCE),
           _("The public sees it with this mark."), "required"),
    OwnAct("resume", _("Back in service"), platforms.resume_instrument, states(S.MAINTENANCE, S.FAULT), tone="go"),
    OwnAct("hide", _("Hide"), platforms.hide_instrument, states(*IN_SERVICE),
           _("The public does not see it. To show it again you hand it in again.")),
    OwnAct("retire", _("Retire"), platforms.retire_instrument, states(S.HIDDEN, S.RETURNED, *IN_SERVICE), END_HINT,
           "required", "stop"),
)  # fmt: skip


# ------------------------------------------------------------------ rows with all that a page of theirs shows
def innovations(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("sector").prefetch_related(
        Prefetch("holdings", Holding.objects.select_related("organization")),
        Prefetch("metrics", Metric.objects.select_related("parameter")),
        Prefetch("team", TeamMember.objects.public()),
        "offered_modes", "ip_rights", "evidence", "pictures",
    )  # fmt: skip


def products(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("sector", "organization", "innovation").prefetch_related("pictures")


def instruments(rows: QuerySet[Any]) -> QuerySet[Any]:
    capabilities = Prefetch("capabilities", Capability.objects.select_related("parameter"))
    rows = rows.select_related("sector", "organization", "platform")
    return rows.prefetch_related(capabilities, "rates", "service_modes", "pictures")


INNOVATIONS = OwnNoun(
    noun="innovation", address="innovations", model=Innovation, title=_("Innovations"), one=_("Innovation"),
    new=_("Write an innovation"), lede=_("What you can do that others could use."),
    form=own_fields.InnovationForm, first=own_fields.BEGINNING[1], sections=own_fields.INNOVATION_SECTIONS,
    lines={"metrics": own_fields.METRICS, "evidence": own_fields.EVIDENCE, "ip_rights": own_fields.IP_RIGHTS,
           "team": own_fields.TEAM},
    rows=Innovation.objects.of_organization, start=lambda organization: Innovation(),
    wishes=quality.wishes_of_innovations, acts=INNOVATION_ACTS, direct=states(I.DRAFT, I.RETURNED),
    reviewed=states(I.PUBLISHED, I.PAUSED), waiting=states(I.SUBMITTED, I.IN_REVIEW), returned=states(I.RETURNED),
    public=states(I.PUBLISHED), reviewer="matchmaking_broker", template="expo/innovation_detail.html",
    prepared=innovations, position=20,
)  # fmt: skip
PRODUCTS = OwnNoun(
    noun="product", address="products", model=Product, title=_("Products"), one=_("Product"),
    new=_("Write a product"), lede=_("What you sell at the fair."),
    form=own_fields.ProductForm, first=own_fields.BEGINNING[1], sections=own_fields.PRODUCT_SECTIONS, lines={},
    rows=Product.objects.of_organization, start=lambda organization: Product(organization=organization),
    wishes=lambda: quality.product_wishes, acts=PRODUCT_ACTS, direct=states(P.DRAFT, P.RETURNED),
    reviewed=states(P.PUBLISHED, P.PAUSED), waiting=states(P.SUBMITTED), returned=states(P.RETURNED),
    public=states(P.PUBLISHED), reviewer="exhibition_manager", template="expo/product_detail.html",
    prepared=products, position=25,
)  # fmt: skip
INSTRUMENTS = OwnNoun(
    noun="instrument", address="instruments", model=Instrument, title=_("Instruments"), one=_("Instrument"),
    new=_("Write an instrument"), lede=_("Equipment that others may use."),
    form=own_fields.InstrumentForm, first=own_fields.INSTRUMENT_SECTIONS[0].fields,
    sections=own_fields.INSTRUMENT_SECTIONS,
    lines={"capabilities": own_fields.CAPABILITIES, "rates": own_fields.RATES},
    rows=Instrument.objects.of_organization, start=lambda organization: Instrument(organization=organization),
    wishes=lambda: quality.instrument_wishes, acts=INSTRUMENT_ACTS, direct=states(S.HIDDEN, S.RETURNED),
    reviewed=states(*IN_SERVICE), waiting=states(S.SUBMITTED), returned=states(S.RETURNED),
    public=states(*IN_SERVICE), reviewer="matchmaking_broker", template="expo/instrument_detail.html",
    prepared=instruments, position=40,
)  # fmt: skip


# ------------------------------------------------------------------ registration
def add_pages(own: OwnNoun, *, hint: Any, first: Any) -> None:
    """The noun's entry in the menu of the workspace, with what came back."""
    add_own_noun(own)
    add_access(Access(own.list_name, signed_in, "signed in"))
    add_workspace_page(
        WorkspacePage(
            name=own.list_name, label=own.title, position=own.position, count=_returned(own), hint=hint,
            action=_("Mend"), is_empty=_is_empty(own), first=first,
        )
    )  # fmt: skip


def _returned(own: OwnNoun) -> Callable[[Organization], int]:
    return lambda organization: own.rows(organization).filter(state__in=own.returned).count()


def _is_empty(own: OwnNoun) -> Callable[[Organization], bool]:
    return lambda organization: not own.rows(organization).exists()


def register() -> None:
    register_kinds()
    for name in PAGES:
        add_access(Access(name, signed_in, "signed in"))
    add_pages(INNOVATIONS, hint=_("They came back with words."), first=_("Write your first innovation"))
    add_pages(PRODUCTS, hint=_("They came back with words."), first=_("Write your first product"))
    add_pages(INSTRUMENTS, hint=_("They came back with words."), first=_("Write your first instrument"))
