"""Partner cities and the countries they lie in."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django_countries import countries
from django_countries.fields import CountryField
from simple_history.models import HistoricalRecords

from expo.models.base import Bilingual, NaturalKeyQuerySet, Record, one_language_at_least


class CountryQuerySet(NaturalKeyQuerySet):
    def public(self) -> CountryQuerySet:
        return self.all()


class Country(Record):
    """A country with which the city works together, by its ISO 3166-1 code. Names come with the code."""

    NATURAL_KEY = ("code",)
    PUBLIC_FIELDS = ("slug", "code", "name_en", "name_zh", "about_en", "about_zh")

    code = CountryField(_("country"), unique=True)
    slug = models.SlugField(_("short name in addresses"), max_length=2, unique=True, editable=False)
    name_en = models.CharField(_("name (English)"), max_length=100, blank=True, help_text=_("Empty: as in ISO 3166."))
    name_zh = models.CharField(_("name (Chinese)"), max_length=100, blank=True, help_text=_("Empty: as in ISO 3166."))
    about_en = models.TextField(_("about the cooperation (English)"), blank=True)
    about_zh = models.TextField(_("about the cooperation (Chinese)"), blank=True)

    name, about = Bilingual(), Bilingual()
    objects = CountryQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["name_en"]
        constraints = [models.CheckConstraint(condition=one_language_at_least("name"), name="country_named")]

    def __str__(self) -> str:
        return str(self.name)

    def clean_fields(self, exclude: object = None) -> None:
        self.complete()
        super().clean_fields(exclude=exclude)  # type: ignore[arg-type]

    def complete(self) -> None:
        """Short name and missing names from the code."""
        code = str(self.code or "")
        self.slug = code.lower()
        for language, name in (("en", "name_en"), ("zh-hans", "name_zh")):
            if code and not getattr(self, name):
                with override(language):
                    setattr(self, name, countries.name(code))

    def get_absolute_url(self) -> str:
        return reverse("country-detail", args=[self.slug])

    @property
    def hue(self) -> str:
        return "b"

    @property
    def cover_family(self) -> str:
        return "wave"


class PartnerCityQuerySet(NaturalKeyQuerySet):
    def public(self) -> PartnerCityQuerySet:
        return self.select_related("country")


class PartnerCity(Record):
    class Relation(models.TextChoices):
        SISTER_CITY = "sister_city", _("sister city")
        FRIENDLY_EXCHANGE = "friendly_exchange", _("friendly exchange")
        MOU = "mou", _("memorandum of understanding")

    PUBLIC_FIELDS = (
        "slug", "name_en", "name_zh", "claim_en", "claim_zh", "about_en", "about_zh", "country", "subdivision",
        "relation", "signed_on", "website",
    )  # fmt: skip

    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120, blank=True)
    claim_en = models.CharField(_("in one sentence (English)"), max_length=300, blank=True)
    claim_zh = models.CharField(_("in one sentence (Chinese)"), max_length=300, blank=True)
    about_en = models.TextField(_("about the cooperation (English)"), blank=True)
    about_zh = models.TextField(_("about the cooperation (Chinese)"), blank=True)
    country = models.ForeignKey(Country, models.PROTECT, related_name="partner_cities", verbose_name=_("country"))
    subdivision = models.CharField(
        _("region of the country"), max_length=6, blank=True, help_text=_("ISO 3166-2, like DE-BY."),
        validators=[RegexValidator(r"^[A-Z]{2}-[A-Z0-9]{1,3}$", _("Write the region as in ISO 3166-2, like DE-BY."))],
    )  # fmt: skip
    relation = models.CharField(_("relation"), max_length=20, choices=Relation, default=Relation.FRIENDLY_EXCHANGE)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    website = models.URLField(_("website"), blank=True)
    contact_name = models.CharField(_("contact"), max_length=150, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=1000, help_text=_("Small numbers come first."))

    name, claim, about = Bilingual(), Bilingual(), Bilingual()
    objects = PartnerCityQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("partner city")
        verbose_name_plural = _("partner cities")
        ordering = ["position", "slug"]
        constraints = [models.CheckConstraint(condition=one_language_at_least("name"), name="partnercity_named")]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("partnercity-detail", args=[self.slug])

    @property
    def hue(self) -> str:
        return "b"

    @property
    def cover_family(self) -> str:
        return "grid"
