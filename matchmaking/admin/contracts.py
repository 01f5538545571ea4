"""Technology contracts: entered, judged and registered by the registrar."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from expo.admin.acts import Act, ActsAdmin, is_end, leading_to
from expo.admin.base import HistoryAdmin, Waiting
from expo.admin.start import Counted
from expo.templatetags.fair import money
from matchmaking import contracts
from matchmaking.admin import jobs
from matchmaking.admin.touches import by_ending_contract
from matchmaking.models import (
    CONTRACT_MOVES,
    ContractAmendment,
    ContractPayment,
    ContractState,
    Deduction,
    TechnologyContract,
)

S = ContractState


def from_states(to: str) -> frozenset[str]:
    return leading_to(CONTRACT_MOVES, to)


def ending(name: str, label: Any, do: Any, to: str) -> Act:
    last = is_end(CONTRACT_MOVES, to)
    return Act(name, label, do, from_states(to), "required", "stop", irreversible=last, touches=by_ending_contract)


ACTS = (
    Act("sign", _("Note the signatures"), contracts.sign_contract, from_states(S.SIGNED)),
    Act("submit", _("Hand in for registration"), contracts.submit_contract, from_states(S.SUBMITTED)),
    Act("take-up", _("Take up for review"), contracts.take_up_contract, from_states(S.IN_REVIEW)),
    Act("register", _("Register"), contracts.register_contract, from_states(S.REGISTERED), tone="go"),
    Act("return", _("Return"), contracts.return_contract, from_states(S.RETURNED), reason="required"),
    ending("refuse", _("Refuse"), contracts.refuse_contract, S.REFUSED),
    Act("amend", _("Note the amendment"), contracts.note_amendment, from_states(S.AMENDED)),
    Act("complete", _("Complete"), contracts.complete_contract, from_states(S.COMPLETED)),
    Act("terminate", _("Terminate"), contracts.terminate_contract, from_states(S.TERMINATED), "required", "stop"),
    ending("revoke", _("Revoke the registration"), contracts.revoke_contract, S.REVOKED),
)


class DeductionInline(admin.TabularInline):
    model = Deduction
    extra = 0


class ContractPaymentInline(admin.TabularInline):
    model = ContractPayment
    extra = 0


class ContractAmendmentInline(admin.TabularInline):
    model = ContractAmendment
    extra = 0


@admin.register(TechnologyContract)
class TechnologyContractAdmin(ActsAdmin, HistoryAdmin):
    job = jobs.MATCHMAKING
    in_menu = True
    acts = ACTS
    counted = (Counted(_("contracts that wait"), lambda rows: rows.waiting(), "waiting=1"),)
    list_display = (
        "__str__", "state_badge", "type", "registered_on", "value", "technology", "seller", "buyer", "is_sample",
    )  # fmt: skip
    list_filter = (Waiting, "state", "type", "payment_mode", "refusal", "currency", "origin")
    list_select_related = ("seller", "buyer")
    date_hierarchy = "registered_on"
    search_fields = (
        "name_en", "name_zh", "code", "registration_no", "seller__name_en", "seller__name_zh", "buyer__name_en",
        "buyer__name_zh",
    )  # fmt: skip
    search_help_text = _("Name, number or party")
    autocomplete_fields = ("seller", "buyer", "deal", "sector")
    readonly_fields = ("code",)
    inlines = (DeductionInline, ContractPaymentInline, ContractAmendmentInline)
    fieldsets = (
        (None, {"fields": (("name_en", "name_zh"), "state", "code", ("type", "subtype"), "origin")}),
        (_("Parties"), {"fields": (("seller", "buyer"), ("deal", "sector"), ("ip_kind", "government_programme"))}),
        (
            _("Values"),
            {
                "description": _(
                    "The technology value is the contract value less equipment, instruments, parts and materials."
                ),
                "fields": (
                    ("contract_value", "currency"),
                    "technology_value",
                    "payment_mode",
                    "tax_benefit_claimed_on",
                ),
            },
        ),
        (_("Dates"), {"fields": ("signed_on", ("valid_from", "valid_to"))}),
        (
            _("Registration"),
            {
                "description": _("Once registered, these and the values change by an amendment only."),
                "fields": (("registration_no", "registered_on"), "refusal"),
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = list(super().get_readonly_fields(request, obj))
        if obj is None or not obj.is_registered:
            return names
        return names + [name for name in obj.REGISTERED_FIELDS if getattr(obj, name) is not None]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was registered is revoked, not deleted; a sample may go."""
        kept = obj is not None and obj.is_registered and not obj.is_sample
        return super().has_delete_permission(request, obj) and not kept

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Only with its rows can the values be judged; what is wrong takes everything back."""
        super().save_related(request, form, formsets, change)
        contracts.settle(form.instance)

    @admin.display(description=_("contract value"), ordering="contract_value")
    def value(self, contract: TechnologyContract) -> str:
        return money(contract.contract_value, contract.currency) or "–"

    @admin.display(description=_("technology value"), ordering="technology_value")
    def technology(self, contract: TechnologyContract) -> str:
        return money(contract.technology_value, contract.currency) or "–"
