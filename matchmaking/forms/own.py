"""Demands in an enterprise's own hands: what it writes, its acts, and who reviews them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from expo.forms.own import MEASURED, SecretForm, date_input, line_formset, modes_field
from expo.forms.own_fields import FIGURES_HINT, offer_sectors, texts
from expo.forms.own_pages import END_HINT, HAND_IN, add_pages, states
from expo.models import Mode, Organization
from expo.own.nouns import OwnAct, OwnNoun, Section
from matchmaking import demands
from matchmaking.listings import demand_rows
from matchmaking.models import Demand, DemandState, TargetMetric
from matchmaking.models.demand import OPEN_STATES, SHOWN_STATES
from matchmaking.targets import answers_to

S = DemandState


class DemandForm(SecretForm):
    modes_of = "wanted_modes"
    modes = modes_field(Mode.choices, _("Ways of cooperation you could agree to"))

    class Meta:
        model = Demand
        fields = (
            "title_en", "title_zh", "claim_en", "claim_zh", "kind", "sector", "confidentiality", "problem_en",
            "problem_zh", "situation_en", "situation_zh", "limits_en", "limits_zh", "trl_wanted", "budget_min",
            "budget_max", "currency", "budget_reason_en", "budget_reason_zh", "deadline", "accepts_equity",
            "wants_team", "region_wanted", "ip_expectation", "decision_owner", "decision_owner_email",
        )  # fmt: skip
        widgets = texts("problem", "situation", "limits") | {"deadline": date_input()}

    def narrow(self, organization: Organization) -> None:
        offer_sectors(self)


TARGETS = line_formset(TargetMetric, "target_metrics", MEASURED)
FIRST = ("title_en", "title_zh", "claim_en", "claim_zh", "kind", "sector", "confidentiality")
SECTIONS = (
    Section(_("Secrecy"), ("classified",)),
    Section(
        _("What is needed"),
        FIRST,
        hint=_("Anonymous: the public reads all but your name, and no text may tell it. Title only: the title, the one "
               "sentence, the kind and the field; the rest after a confidentiality agreement."),
    ),
    Section(
        _("The problem"), ("problem_en", "problem_zh", "situation_en", "situation_zh", "limits_en", "limits_zh"),
    ),
    Section(_("Targets"), lines="target_metrics", hint=FIGURES_HINT),
    Section(
        _("Money and time"),
        ("budget_min", "budget_max", "currency", "budget_reason_en", "budget_reason_zh", "deadline"),
        hint=_("A budget, or why there is none."),
    ),
    Section(
        _("Cooperation"), ("modes", "trl_wanted", "ip_expectation", "accepts_equity", "wants_team", "region_wanted")
    ),
    Section(
        _("Who decides"),
        ("decision_owner", "decision_owner_email"),
        hint=_("The person with the authority, for the brokers who call you. Never shown."),
    ),
)  # fmt: skip
TAKEN_BACK = (S.DRAFT, S.SUBMITTED, S.RETURNED, S.VERIFIED, S.PUBLISHED, S.MATCHING, S.NEGOTIATING)
ACTS = (
    OwnAct("submit", HAND_IN, demands.submit_demand, states(S.DRAFT, S.RETURNED),
           _("A broker calls or visits you to verify it, then publishes it, or sends it back with words."), tone="go",
           reopen=demands.redraft_demand),
    OwnAct("redraft", _("Open again"), demands.redraft_demand, states(S.EXPIRED),
           _("You mend it and hand it in anew.")),
    OwnAct("solve", _("Declare solved"), demands.declare_solved, states(S.CONTRACTED),
           _("Your need is met. Say how, in your words: they are kept."), "required", "go"),
    OwnAct("withdraw", _("Withdraw"), demands.withdraw_demand, states(*TAKEN_BACK), END_HINT, "optional", "stop"),
)  # fmt: skip


def beside(record: Any) -> dict[str, Any]:
    return {"answers": answers_to(record)}


DEMANDS = OwnNoun(
    noun="demand", address="demands", model=Demand, title=_("Demands"), one=_("Demand"), new=_("Write a demand"),
    lede=_("What you need from others, in figures."), form=DemandForm, first=FIRST, sections=SECTIONS,
    lines={"target_metrics": TARGETS}, rows=Demand.objects.of_organization,
    start=lambda organization: Demand(organization=organization), wishes=lambda: demands.demand_wishes, acts=ACTS,
    direct=states(S.DRAFT, S.RETURNED), reviewed=states(*OPEN_STATES), waiting=states(S.SUBMITTED, S.VERIFIED),
    returned=states(S.RETURNED), public=states(*SHOWN_STATES), reviewer="matchmaking_broker",
    template="matchmaking/demand_detail.html", prepared=demand_rows, position=35, has_pictures=False, has_codes=True,
    beside=beside,
)  # fmt: skip


def register() -> None:
    add_pages(DEMANDS, hint=_("They came back with words."), first=_("Write your first demand"))
