"""Which fields and rows an organization writes of its innovations, products and instruments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expo.forms.own import MEASURED, OwnForm, SecretForm, date_input, line_formset, modes_field, rows
from expo.models import (
    Capability,
    Evidence,
    Innovation,
    InnovationPlatform,
    Instrument,
    IpRight,
    Metric,
    Mode,
    Organization,
    Product,
    Rate,
    Sector,
    ServiceMode,
    TeamMember,
)
from expo.own.nouns import Section


def texts(*names: str) -> dict[str, forms.Widget]:
    return {f"{name}_{lang}": rows(5) for name in names for lang in ("en", "zh")}


class InnovationForm(SecretForm):
    modes_of = "offered_modes"
    modes = modes_field(Mode.choices, _("Ways of cooperation on offer"))

    class Meta:
        model = Innovation
        fields = (
            "title_en", "title_zh", "claim_en", "claim_zh", "sector", "abstract_en", "abstract_zh", "uses_en",
            "uses_zh", "abstract_confidential", "stage", "trl", "trl_scale", "trl_assessed_on", "ip_title",
            "price_min", "price_max", "currency", "ready_on", "team_available", "secrecy", "ownership_confirmed",
        )  # fmt: skip
        widgets = texts("abstract", "uses") | {
            "abstract_confidential": rows(4), "trl_assessed_on": date_input(), "ready_on": date_input(),
        }  # fmt: skip

    def narrow(self, organization: Organization) -> None:
        offer_sectors(self)

    def clean_trl_assessed_on(self) -> Any:
        return not_later_than_today(self.cleaned_data["trl_assessed_on"])


class ProductForm(OwnForm):
    class Meta:
        model = Product
        fields = (
            "title_en", "title_zh", "claim_en", "claim_zh", "sector", "description_en", "description_zh", "innovation",
            "price", "currency", "unit_en", "unit_zh", "minimum_order", "lead_time_days", "stock",
        )  # fmt: skip
        widgets = texts("description")

    def narrow(self, organization: Organization) -> None:
        offer_sectors(self)
        offer(self, "innovation", Innovation.objects.of_organization(organization))


class InstrumentForm(OwnForm):
    modes_of = "service_modes"
    modes = modes_field(ServiceMode.Mode.choices, _("Ways to use it"))

    class Meta:
        model = Instrument
        fields = (
            "name_en", "name_zh", "claim_en", "claim_zh", "sector", "functions_en", "functions_zh", "specification_en",
            "specification_zh", "manufacturer", "model_name", "made_in", "commissioned_on", "location_en",
            "location_zh", "platform", "external_open", "qualification_required", "contact_name", "contact_email",
            "contact_phone", "original_value", "currency",
        )  # fmt: skip
        widgets = texts("functions", "specification") | {"commissioned_on": date_input()}

    def narrow(self, organization: Organization) -> None:
        offer_sectors(self)
        offer(self, "platform", InnovationPlatform.objects.filter(organization=organization))

    def clean_commissioned_on(self) -> Any:
        return not_later_than_today(self.cleaned_data["commissioned_on"])


def offer(form: forms.ModelForm, name: str, found: Any) -> None:
    """Only these may be chosen, and whatever was chosen before."""
    if name in form.fields:
        chosen = getattr(form.instance, f"{name}_id")
        keys = [*found.values_list("pk", flat=True), *([chosen] if chosen else [])]
        form.fields[name].queryset = found.model._default_manager.filter(pk__in=keys)  # type: ignore[attr-defined]


def offer_sectors(form: forms.ModelForm) -> None:
    if "sector" in form.fields:
        form.fields["sector"].queryset = Sector.objects.public()  # type: ignore[attr-defined]


def not_later_than_today(day: Any) -> Any:
    if day is not None and day > timezone.localdate():
        raise forms.ValidationError(_("This day is still to come."))
    return day


METRICS = line_formset(Metric, "metrics", MEASURED)
CAPABILITIES = line_formset(Capability, "capabilities", MEASURED)
IP_RIGHTS = line_formset(IpRight, "ip_rights", ("kind", "number", "status"))
EVIDENCE = line_formset(
    Evidence, "evidence", ("title_en", "title_zh", "kind", "dated"), widgets={"dated": date_input()}
)
TEAM = line_formset(
    TeamMember, "team", ("name_en", "name_zh", "expertise_en", "expertise_zh", "role", "agreed_on"),
    widgets={"agreed_on": date_input()},
)  # fmt: skip
RATES = line_formset(Rate, "rates", ("audience", "basis", "amount", "currency"))

BEGINNING = (_("What it is"), ("title_en", "title_zh", "claim_en", "claim_zh", "sector"))
FIGURES_HINT = _("One statement a row, that others can be held against. After saving there are two more empty rows.")
INNOVATION_SECTIONS = (
    Section(_("Secrecy"), ("classified",)),
    Section(*BEGINNING),
    Section(_("Story"), ("abstract_en", "abstract_zh", "uses_en", "uses_zh")),
    Section(_("Figures"), lines="metrics", hint=FIGURES_HINT),
    Section(_("Maturity"), ("stage", "trl", "trl_scale", "trl_assessed_on")),
    Section(_("Evidence"), lines="evidence", hint=_("What shows that the claims hold. A TRL needs one at least.")),
    Section(_("Rights and cooperation"), ("ip_title", "ownership_confirmed", "modes")),
    Section(
        _("Price and time"),
        ("price_min", "price_max", "currency", "ready_on"),
        hint=_("An enterprise holds them against its budget and the day it needs an answer. Empty: to be agreed."),
    ),
    Section(_("Rights it rests on"), lines="ip_rights"),
    Section(
        _("Team"),
        ("team_available",),
        lines="team",
        hint=_("The public meets those who agreed to be named, from the day they did. Ask before you fill in the day."),
    ),
    Section(
        _("What the public does not see"),
        ("secrecy", "abstract_confidential"),
        hint=_("“Internal” is stored and never published. The confidential abstract is for your organization and the "
               "organizers who review."),
    ),
)  # fmt: skip
PRODUCT_SECTIONS = (
    Section(*BEGINNING),
    Section(_("Story"), ("description_en", "description_zh", "innovation")),
    Section(
        _("Sale"),
        ("price", "currency", "unit_en", "unit_zh", "minimum_order", "lead_time_days", "stock"),
        hint=_("Without a price it reads “on request”, without a stock “made to order”."),
    ),
)
INSTRUMENT_SECTIONS = (
    Section(_("What it is"), ("name_en", "name_zh", "claim_en", "claim_zh", "sector")),
    Section(_("Story"), ("functions_en", "functions_zh", "specification_en", "specification_zh")),
    Section(_("Figures"), lines="capabilities", hint=FIGURES_HINT),
    Section(
        _("How others use it"),
        ("modes", "external_open", "qualification_required", "platform", "location_en", "location_zh"),
    ),
    Section(_("Rates"), lines="rates", hint=_("One rate for others at least.")),
    Section(_("The thing itself"), ("manufacturer", "model_name", "made_in", "commissioned_on")),
    Section(
        _("For organizers only"),
        ("contact_name", "contact_email", "contact_phone", "original_value", "currency"),
        hint=_("The public does not see these."),
    ),
)
