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

CENT = Decimal("0.01")


def lock(contract: TechnologyContract) -> None:
    contract.refresh_from_db(from_queryset=TechnologyContract.objects.select_for_update())


def settle(contract: TechnologyContract) -> TechnologyContract:
    """After its rows were written: fill in or check the technology value, and check what hangs on the values."""
    with transaction.atomic():
        lock(contract)
        _check_rows(contract)
        deducted = _total(contract, "deductions")
        if contract.contract_value is None:
            if deducted or contract.amendments.exists():
                raise DomainError(
                    _("Deductions and amendments need the contract value they change."), field="contract_value"
                )
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
        amended = contract.contract_value + _total(contract, "amendments", "contract_value_change")
        _check_amendments(contract, amended)
        _check_payments(contract, amended)
    return contract


def _total(contract: TechnologyContract, rows: str, column: str = "amount") -> Decimal:
    total = getattr(contract, rows).aggregate(total=Sum(column))["total"] or Decimal(0)
    return total.quantize(CENT)  # SQLite adds up without a fixed number of places


def _check_rows(contract: TechnologyContract) -> None:
    """Amounts of two currencies do not add up, and only what is registered is amended, on its own day or later."""
    if contract.deductions.exclude(currency=contract.currency).exists():
        words = _("The contract is in %(currency)s; deduct in the same currency.")
        raise DomainError(words % {"currency": contract.currency}, field="currency")
    if not contract.amendments.exists():
        return
    if contract.registered_on is None:
        raise DomainError(_("An amendment changes what is registered. Register the contract first."))
    if contract.amendments.filter(registered_on__lt=contract.registered_on).exists():
        raise DomainError(_("An amendment is registered before the contract it changes."))


def _check_amendments(contract: TechnologyContract, amended: Decimal) -> None:
    """With all its amendments the technology value still lies between nothing and the contract value."""
    technology = (contract.technology_value or 0) + _total(contract, "amendments", "technology_value_change")
    if not 0 <= technology <= amended:
        raise DomainError(
            _("With its amendments the contract is worth %(value)s and its technology %(technology)s: that cannot be.")
            % {"value": f"{amended:,}", "technology": f"{technology:,}"},
            field="contract_value",
        )


def _check_payments(contract: TechnologyContract, amended: Decimal) -> None:
    """What is paid by sales may come to more than the contract, with its amendments, says."""
    paid = _total(contract, "payments")
    if paid > amended and contract.payment_mode not in TechnologyContract.ROYALTIES:
        raise DomainError(
            _("The payments add up to %(paid)s, more than the contract value of %(value)s.")
            % {"paid": f"{paid:,}", "value": f"{amended:,}"},
            field="contract_value",
        )


# ------------------------------------------------------------------ acts
def sign_contract(contract: TechnologyContract, *, by: User | None) -> TechnologyContract:
    with transaction.atomic():
        lock(contract)
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
        lock(contract)
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
    with transaction.atomic():
        lock(contract)
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
