"""Product: what the sales zone sells; price, quantity, lead time."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from expo.models.base import COMPARE, Bilingual, NaturalKeyQuerySet, Stateful, one_language_at_least

if TYPE_CHECKING:
    from expo.models.organization import Organization


class ProductState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    PUBLISHED = "published", _("published")
    PAUSED = "paused", _("paused")
    WITHDRAWN = "withdrawn", _("withdrawn")


PRODUCT_MOVES: dict[str, tuple[str, ...]] = {
    ProductState.DRAFT: (ProductState.SUBMITTED, ProductState.PUBLISHED, ProductState.WITHDRAWN),
    ProductState.SUBMITTED: (ProductState.PUBLISHED, ProductState.RETURNED, ProductState.WITHDRAWN),
    ProductState.RETURNED: (ProductState.DRAFT, ProductState.WITHDRAWN),
    ProductState.PUBLISHED: (ProductState.PAUSED, ProductState.WITHDRAWN),
    ProductState.PAUSED: (ProductState.PUBLISHED, ProductState.WITHDRAWN),
    ProductState.WITHDRAWN: (),
}


class ProductQuerySet(NaturalKeyQuerySet):
    def published(self) -> ProductQuerySet:
        return self.filter(state=ProductState.PUBLISHED)

    def public(self) -> ProductQuerySet:
        return self.published().select_related("sector", "organization", "innovation")

    def waiting(self) -> ProductQuerySet:
        return self.filter(state=ProductState.SUBMITTED)

    def of_organization(self, organization: Organization) -> ProductQuerySet:
        return self.filter(organization=organization)


class Product(Stateful):
    MOVES = PRODUCT_MOVES
    PUBLIC_FIELDS = (
        "slug", "title_en", "title_zh", "claim_en", "claim_zh", "description_en", "description_zh", "organization",
        "sector", "innovation", "price", "currency", "unit_en", "unit_zh", "minimum_order", "lead_time_days", "stock",
    )  # fmt: skip

    slug = models.SlugField(_("short name in addresses"), max_length=100, unique=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    title_zh = models.CharField(_("title (Chinese)"), max_length=200, blank=True)
    claim_en = models.CharField(_("in one sentence (English)"), max_length=300, blank=True)
    claim_zh = models.CharField(_("in one sentence (Chinese)"), max_length=300, blank=True)
    description_en = models.TextField(_("description (English)"), blank=True)
    description_zh = models.TextField(_("description (Chinese)"), blank=True)
    organization = models.ForeignKey(
        "expo.Organization", models.PROTECT, related_name="products", verbose_name=_("sold by")
    )
    sector = models.ForeignKey(
        "expo.Sector", models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("sector")
    )
    innovation = models.ForeignKey(
        "expo.Innovation",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("innovation it comes from"),
    )
    price = models.DecimalField(
        _("price"), max_digits=18, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(Decimal(0))],
        help_text=_("For one unit. Empty: on request."),
    )  # fmt: skip
    currency = models.CharField(
        _("currency"), max_length=3, default="CNY",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Write the currency as three capitals, like CNY."))],
    )  # fmt: skip
    unit_en = models.CharField(_("unit (English)"), max_length=40, blank=True)
    unit_zh = models.CharField(_("unit (Chinese)"), max_length=40, blank=True)
    minimum_order = models.PositiveIntegerField(_("minimum order"), default=1, validators=[MinValueValidator(1)])
    lead_time_days = models.PositiveSmallIntegerField(_("lead time (days)"), null=True, blank=True)
    stock = models.PositiveIntegerField(_("in stock"), null=True, blank=True, help_text=_("Empty: made to order."))
    state = models.CharField(_("state"), max_length=12, choices=ProductState, default=ProductState.DRAFT)
    position = models.PositiveSmallIntegerField(_("position"), default=1000, help_text=_("Small numbers come first."))

    pictures = GenericRelation("expo.Picture")

    title, claim, description, unit = Bilingual(), Bilingual(), Bilingual(), Bilingual()
    objects = ProductQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(condition=one_language_at_least("title"), name="product_titled"),
            models.CheckConstraint(condition=Q(price=None) | Q(price__gte=0), name="product_price_not_negative"),
            models.CheckConstraint(condition=Q(minimum_order__gte=1), name="product_minimum_order_at_least_one"),
        ]
        indexes = [models.Index(fields=["state", "position", "slug"], name="product_listed")]

    def __str__(self) -> str:
        return str(self.title)

    def clean(self) -> None:
        super().clean()
        if self.slug == COMPARE:
            raise ValidationError({"slug": _("This word is an address of its own already.")})

    def get_absolute_url(self) -> str:
        return reverse("product-detail", args=[self.slug])

    @property
    def hue(self) -> str:
        return self.sector.hue if self.sector else "s"

    @property
    def cover_family(self) -> str:
        return self.sector.cover_family if self.sector else "grid"
