"""Technology contracts: sign, submit, register, amend, end; and that their amounts add up."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import User
from expo.transitions import move, require_reason
from matchmaking.models import ContractState, TechnologyContract


def settle(contract: TechnologyContract) -> TechnologyContract:
    """After its rows were written: fill in or check the technology value, and check deductions and payments."""
    with transaction.atomic():
        contract.refresh_from_db(from_queryset=TechnologyContract.objects.select_for_update())
        deducted = _total(contract, "deductions")
        if contract.contract_value is None:
            if deducted:
                raise DomainError(_("Deductions need the contract value they are taken from."), field="contract_value")
            return contract
        value = contract.contract_value - deducted
        if value < 0:
            raise DomainError(
                _("The deductions of %(deducted)s are more than the contract value of %(value)s.")
                % {"deducted": f"{deducted:,}", "value": f"{contract.contract_value:,}"},
                field="contract_value",
            )
        if contract.technology_value is None:
            contract.technology_value = value
            contract.save(update_fields=["technology_value", "updated_at"])
        elif contract.technology_value != value:
            raise DomainError(
                _("The technology value is the contract value less the deductions: %(right)s, not %(typed)s.")
                % {"right": f"{value:,}", "typed": f"{contract.technology_value:,}"},
                field="technology_value",
            )
        _check_payments(contract)
    return contract


def _total(contract: TechnologyContract, rows: str) -> Decimal:
    return getattr(contract, rows).aggregate(total=Sum("amount"))["total"] or Decimal(0)


def _check_payments(contract: TechnologyContract) -> None:
    """What is paid by sales may come to more than the contract says."""
    if contract.payment_mode in TechnologyContract.ROYALTIES or contract.contract_value is None:
        return
    paid = _total(contract, "payments")
    if paid > contract.contract_value:
        raise DomainError(
            _("The payments add up to %(paid)s, more than the contract value of %(value)s.")
            % {"paid": f"{paid:,}", "value": f"{contract.contract_value:,}"},
            field="contract_value",
        )


# ------------------------------------------------------------------ acts
def sign_contract(contract: TechnologyContract, *, by: User | None) -> TechnologyContract:
    if contract.signed_on is None:
        raise DomainError(_("Say when “%(contract)s” was signed.") % {"contract": contract}, field="signed_on")
    return move(contract, ContractState.SIGNED, by=by)


def submit_contract(contract: TechnologyContract, *, by: User | None) -> TechnologyContract:
    """The seller's side hands it in for registration. Its amounts may still be open."""
    return move(contract, ContractState.SUBMITTED, by=by)


def take_up_contract(contract: TechnologyContract, *, by: User | None) -> TechnologyContract:
    return move(contract, ContractState.IN_REVIEW, by=by)


def register_contract(contract: TechnologyContract, *, by: User | None) -> TechnologyContract:
    """Enter it in the register under the number and day that were typed in."""
    with transaction.atomic():
        contract.refresh_from_db(from_queryset=TechnologyContract.objects.select_for_update())
        if not (contract.registration_no and contract.registered_on):
            raise DomainError(
                _("Enter the registration number and the day of “%(contract)s” first.") % {"contract": contract},
                field="registration_no",
            )
        settle(contract)
        return move(contract, ContractState.REGISTERED, by=by)


def return_contract(contract: TechnologyContract, *, by: User | None, reason: str) -> TechnologyContract:
    return move(contract, ContractState.RETURNED, by=by, reason=require_reason(reason))


def refuse_contract(contract: TechnologyContract, *, by: User | None, reason: str) -> TechnologyContract:
    """Refuse to register. The coded reason must be chosen first."""
    if not contract.refusal:
        raise DomainError(_("Choose why “%(contract)s” is refused, save, then refuse it.") % {"contract": contract})
    return move(contract, ContractState.REFUSED, by=by, reason=require_reason(reason))


def note_amendment(contract: TechnologyContract, *, by: User | None) -> TechnologyContract:
    """A change of the amounts was registered: it must be among the amendments."""
    if not contract.amendments.exists():
        raise DomainError(_("Enter the amendment of “%(contract)s” first.") % {"contract": contract})
    return move(contract, ContractState.AMENDED, by=by)


def complete_contract(contract: TechnologyContract, *, by: User | None) -> TechnologyContract:
    return move(contract, ContractState.COMPLETED, by=by)


def terminate_contract(contract: TechnologyContract, *, by: User | None, reason: str) -> TechnologyContract:
    return move(contract, ContractState.TERMINATED, by=by, reason=require_reason(reason))


def revoke_contract(contract: TechnologyContract, *, by: User | None, reason: str) -> TechnologyContract:
    """Take the registration back: from now on no figure counts it."""
    return move(contract, ContractState.REVOKED, by=by, reason=require_reason(reason))
