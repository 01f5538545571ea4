"""TechnologyContract: what was signed and registered, of five types, with the part of its value that is technology.

Source: the rules of 2026-01-23 for recognizing and registering technology contracts, which know five types.
"""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from expo.models import IpRight
from expo.models.base import Bilingual, NaturalKeyed, NaturalKeyQuerySet, Stateful, one_language_at_least
from expo.models.instrument import currency_code
from matchmaking.models.codes import new_code
from matchmaking.models.kept import changed_of


class ContractState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SIGNED = "signed", _("signed")
    SUBMITTED = "submitted", _("submitted")
    IN_REVIEW = "in_review", _("in review")
    REGISTERED = "registered", _("registered")
    RETURNED = "returned", _("returned")
    REFUSED = "refused", _("refused")
    AMENDED = "amended", _("amended")
    COMPLETED = "completed", _("completed")
    TERMINATED = "terminated", _("terminated")
    REVOKED = "revoked", _("revoked")


S = ContractState
CONTRACT_MOVES: dict[str, tuple[str, ...]] = {
    S.DRAFT: (S.SIGNED,),
    S.SIGNED: (S.SUBMITTED,),
    S.SUBMITTED: (S.IN_REVIEW,),
    S.IN_REVIEW: (S.REGISTERED, S.RETURNED, S.REFUSED),
    S.RETURNED: (S.SUBMITTED,),
    S.REFUSED: (),
    S.REGISTERED: (S.AMENDED, S.COMPLETED, S.TERMINATED, S.REVOKED),
    S.AMENDED: (S.COMPLETED, S.TERMINATED, S.REVOKED),
    S.COMPLETED: (S.REVOKED,),
    S.TERMINATED: (S.REVOKED,),
    S.REVOKED: (),
}
# Registered once and not taken back: these count in the figures.
COUNTED_STATES = (S.REGISTERED, S.AMENDED, S.COMPLETED, S.TERMINATED)


class ContractType(models.TextChoices):
    DEVELOPMENT = "development", _("development")
    TRANSFER = "transfer", _("transfer")
    LICENSING = "licensing", _("licensing")
    CONSULTING = "consulting", _("consulting")
    SERVICE = "service", _("service")


class Subtype(models.TextChoices):
    COMMISSIONED = "commissioned", _("commissioned development")
    COOPERATIVE = "cooperative", _("cooperative development")
    PATENT = "patent", _("patent")
    APPLICATION = "application", _("patent application")
    SECRET = "secret", _("technical secret")
    SERVICE = "service", _("technical service")
    TRAINING = "training", _("training")
    BROKERAGE = "brokerage", _("brokerage")


T, U = ContractType, Subtype
SUBTYPES: dict[str, tuple[str, ...]] = {
    T.DEVELOPMENT: (U.COMMISSIONED, U.COOPERATIVE),
    T.TRANSFER: (U.PATENT, U.APPLICATION, U.SECRET),
    T.LICENSING: (U.PATENT, U.SECRET),
    T.CONSULTING: (),
    T.SERVICE: (U.SERVICE, U.TRAINING, U.BROKERAGE),
}


class ContractQuerySet(NaturalKeyQuerySet):
    def counted(self) -> ContractQuerySet:
        return self.filter(state__in=COUNTED_STATES)

    def waiting(self) -> ContractQuerySet:
        """Those that wait for the registrar."""
        return self.filter(state__in=[ContractState.SUBMITTED, ContractState.IN_REVIEW])


class TechnologyContract(Stateful):
    class Payment(models.TextChoices):
        LUMP = "lump", _("in one sum")
        INSTALLMENT = "installment", _("in installments")
        ROYALTY = "royalty", _("royalty")
        UPFRONT_ROYALTY = "upfront_royalty", _("upfront fee and royalty")
        EQUITY = "equity", _("shares")
        DEFERRED = "deferred", _("use first, pay later")

    class Refusal(models.TextChoices):
        PARTIES = "parties", _("parties unclear")
        SUBJECT = "subject", _("subject unclear")
        PRICE = "price", _("price unclear")
        MONOPOLY = "monopoly", _("a clause that restrains trade or infringes rights")
        PROOF = "proof", _("proof missing")
        SEAL = "seal", _("name and seal differ")

    ROYALTIES = (Payment.ROYALTY, Payment.UPFRONT_ROYALTY)
    # What the register and the figures rest on; an amount that was not known at registration may be filled in.
    REGISTERED_FIELDS = (
        "registration_no", "registered_on", "type", "seller", "buyer", "currency", "contract_value", "technology_value",
    )  # fmt: skip
    NATURAL_KEY = ("code",)
    MOVES = CONTRACT_MOVES

    code = models.CharField(_("code"), max_length=12, unique=True, default=new_code, editable=False)
    registration_no = models.CharField(
        _("registration number"), max_length=16, unique=True, null=True, blank=True,
        validators=[RegexValidator(r"^\d{16}$", _("A registration number has 16 digits."))],
        help_text=_("16 digits, given at registration."),
    )  # fmt: skip
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200, blank=True)
    type = models.CharField(_("type"), max_length=12, choices=ContractType)
    subtype = models.CharField(_("subtype"), max_length=16, choices=Subtype, blank=True)
    seller = models.ForeignKey(
        "expo.Organization", models.PROTECT, related_name="contracts_sold", verbose_name=_("seller")
    )
    buyer = models.ForeignKey(
        "expo.Organization", models.PROTECT, related_name="contracts_bought", verbose_name=_("buyer")
    )
    deal = models.ForeignKey(
        "matchmaking.Deal", models.PROTECT, null=True, blank=True, related_name="contracts", verbose_name=_("deal")
    )
    sector = models.ForeignKey(
        "expo.Sector", models.PROTECT, null=True, blank=True, related_name="contracts", verbose_name=_("sector")
    )
    ip_kind = models.CharField(_("kind of right"), max_length=20, choices=IpRight.Kind, blank=True)
    government_programme = models.CharField(_("government programme"), max_length=200, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    contract_value = models.DecimalField(
        _("contract value"), max_digits=18, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))], help_text=_("All that is to be paid. Empty: not known yet."),
    )  # fmt: skip
    technology_value = models.DecimalField(
        _("technology value"), max_digits=18, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("The contract value without the deductions below. Empty: computed."),
    )  # fmt: skip
    currency = models.CharField(_("currency"), max_length=3, default="CNY", validators=[currency_code])
    payment_mode = models.CharField(_("payment"), max_length=16, choices=Payment, default=Payment.LUMP)
    tax_benefit_claimed_on = models.DateField(_("tax benefit claimed on"), null=True, blank=True)
    refusal = models.CharField(_("why refused"), max_length=12, choices=Refusal, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=ContractState, default=ContractState.DRAFT)

    name = Bilingual()
    objects = ContractQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("technology contract")
        verbose_name_plural = _("technology contracts")
        ordering = ["-registered_on", "code"]
        constraints = [
            models.CheckConstraint(condition=one_language_at_least("name"), name="contract_named"),
            models.CheckConstraint(
                condition=~Q(seller=F("buyer")),
                name="contract_two_parties",
                violation_error_message=_("Seller and buyer are the same."),
            ),
            models.CheckConstraint(
                condition=Q(technology_value=None)
                | Q(contract_value__isnull=False, technology_value__gte=0, technology_value__lte=F("contract_value")),
                name="contract_technology_within_contract",
                violation_error_message=_("The technology value is above the contract value."),
            ),
            models.CheckConstraint(
                condition=Q(contract_value=None) | Q(contract_value__gte=0), name="contract_value_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*COUNTED_STATES, ContractState.REVOKED])
                | Q(registration_no__isnull=False, registered_on__isnull=False),
                name="contract_registered_has_number",
                violation_error_message=_("A registered contract has a registration number and a date."),
            ),
            models.CheckConstraint(
                condition=Q(tax_benefit_claimed_on=None) | Q(contract_value__isnull=False),
                name="contract_amounts_before_tax_benefit",
                violation_error_message=_("Complete the amounts before a tax benefit is claimed."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="contract_valid_in_order",
                violation_error_message=_("The contract ends before it begins."),
            ),
        ]
        indexes = [models.Index(fields=["state", "registered_on"], name="contract_counted")]

    def __str__(self) -> str:
        return str(self.name)

    def clean_fields(self, exclude: object = None) -> None:
        self.registration_no = (self.registration_no or "").replace(" ", "") or None
        super().clean_fields(exclude=exclude)  # type: ignore[arg-type]

    def clean(self) -> None:
        super().clean()
        problems = {}
        if self.subtype and self.subtype not in SUBTYPES.get(self.type, ()):
            problems["subtype"] = _("This subtype belongs to another type.")
        if self.seller_id and self.seller_id == self.buyer_id:
            problems["buyer"] = _("Seller and buyer are the same.")
        if self.technology_value is not None:
            if self.contract_value is None:
                problems["contract_value"] = _("A technology value needs the contract value it is part of.")
            elif self.technology_value > self.contract_value:
                problems["technology_value"] = _("The technology value is above the contract value.")
        if self.tax_benefit_claimed_on and self.contract_value is None:
            problems["contract_value"] = _("Complete the amounts before a tax benefit is claimed.")
        if self.registered_on and self.signed_on and self.registered_on < self.signed_on:
            problems["registered_on"] = _("Registered before it was signed.")
        if self.is_registered:
            told = _("This is registered. Enter an amendment, or revoke the registration.")
            problems |= dict.fromkeys(changed_of(self, self.REGISTERED_FIELDS), told)
        if problems:
            raise ValidationError(problems)

    @property
    def is_registered(self) -> bool:
        """Now, or until the registration was taken back."""
        return self.state in (*COUNTED_STATES, ContractState.REVOKED)

    @property
    def is_cross_border(self) -> bool:
        return self.seller.country != self.buyer.country


class Deduction(NaturalKeyed):
    """What is paid in the contract but is no technology."""

    class Kind(models.TextChoices):
        EQUIPMENT = "equipment", _("equipment")
        INSTRUMENTS = "instruments", _("instruments")
        PARTS = "parts", _("parts")
        MATERIALS = "materials", _("materials")
        OTHER = "other", _("other")

    NATURAL_KEY = ("contract__code", "kind")

    contract = models.ForeignKey(TechnologyContract, models.CASCADE, related_name="deductions")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY", validators=[currency_code])

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deduction")
        verbose_name_plural = _("deductions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "kind"],
                name="deduction_once",
                violation_error_message=_("This kind of deduction is listed already. Add the amounts up."),
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="deduction_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"

    def clean(self) -> None:
        super().clean()
        if self.currency != self.contract.currency:
            raise ValidationError({"currency": _("The contract is in %(currency)s; deduct in the same currency.")
                                   % {"currency": self.contract.currency}})  # fmt: skip


class ContractPayment(NaturalKeyed):
    """A payment agreed on, and when it came in: only what was received is technology income."""

    NATURAL_KEY = ("contract__code", "due_on")

    contract = models.ForeignKey(TechnologyContract, models.CASCADE, related_name="payments")
    due_on = models.DateField(_("due on"))
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    received_on = models.DateField(_("received on"), null=True, blank=True)

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="contract_payment_positive"),
            models.UniqueConstraint(fields=["contract", "due_on"], name="contract_payment_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.due_on} {self.amount}"


class ContractAmendment(NaturalKeyed):
    """A registered change of the amounts. Figures count it, as a difference, in the year it was registered."""

    NATURAL_KEY = ("contract__code", "number")

    contract = models.ForeignKey(TechnologyContract, models.CASCADE, related_name="amendments")
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    registered_on = models.DateField(_("registered on"))
    contract_value_change = models.DecimalField(_("change of the contract value"), max_digits=18, decimal_places=2)
    technology_value_change = models.DecimalField(_("change of the technology value"), max_digits=18, decimal_places=2)
    reason = models.CharField(_("why"), max_length=200)

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="contract_amendment_once")]

    def __str__(self) -> str:
        return f"{self.contract}, {self.number}"

    def clean(self) -> None:
        super().clean()
        first = self.contract.registered_on
        if self.registered_on and (first is None or self.registered_on < first):
            raise ValidationError({"registered_on": _("An amendment is registered after its contract.")})
