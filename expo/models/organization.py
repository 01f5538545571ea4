"""Organization: permanent; its participation in one edition is an Exhibitor."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from simple_history.models import HistoricalRecords

from expo.identifiers import check_lei, check_ror, check_usci, normalize
from expo.mail_hosts import is_open_to_all
from expo.models.base import Bilingual, NaturalKeyQuerySet, Origin, Record, one_language_at_least

check_domain = RegexValidator(
    r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$",
    _("Write it in small letters, like example.org."),
)


class OrganizationKind(models.TextChoices):
    ENTERPRISE = "enterprise", _("enterprise")
    UNIVERSITY = "university", _("university")
    RESEARCH_INSTITUTE = "research_institute", _("research institute")
    HOSPITAL = "hospital", _("hospital")
    GOVERNMENT = "government", _("government")
    INVESTOR = "investor", _("investor")
    INTERMEDIARY = "intermediary", _("intermediary")


class Region(models.TextChoices):
    """First-level divisions of China by ISO 3166-2:CN; organizations elsewhere have only a country."""

    AH = "CN-AH", _("Anhui")
    BJ = "CN-BJ", _("Beijing")
    CQ = "CN-CQ", _("Chongqing")
    FJ = "CN-FJ", _("Fujian")
    GS = "CN-GS", _("Gansu")
    GD = "CN-GD", _("Guangdong")
    GX = "CN-GX", _("Guangxi")
    GZ = "CN-GZ", _("Guizhou")
    HI = "CN-HI", _("Hainan")
    HE = "CN-HE", _("Hebei")
    HL = "CN-HL", _("Heilongjiang")
    HA = "CN-HA", _("Henan")
    HK = "CN-HK", _("Hong Kong")
    HB = "CN-HB", _("Hubei")
    HN = "CN-HN", _("Hunan")
    NM = "CN-NM", _("Inner Mongolia")
    JS = "CN-JS", _("Jiangsu")
    JX = "CN-JX", _("Jiangxi")
    JL = "CN-JL", _("Jilin")
    LN = "CN-LN", _("Liaoning")
    MO = "CN-MO", _("Macao")
    NX = "CN-NX", _("Ningxia")
    QH = "CN-QH", _("Qinghai")
    SN = "CN-SN", _("Shaanxi")
    SD = "CN-SD", _("Shandong")
    SH = "CN-SH", _("Shanghai")
    SX = "CN-SX", _("Shanxi")
    SC = "CN-SC", _("Sichuan")
    TW = "CN-TW", _("Taiwan")
    TJ = "CN-TJ", _("Tianjin")
    XJ = "CN-XJ", _("Xinjiang")
    XZ = "CN-XZ", _("Xizang")
    YN = "CN-YN", _("Yunnan")
    ZJ = "CN-ZJ", _("Zhejiang")


# Where the public meets an organization: what must hold together of one row that names it. Other packages add theirs.
APPEARANCES: list[dict[str, object]] = [
    {"exhibitors__state": "accepted"},
    {"innovations__state": "published"},
    {"products__state": "published"},
    {"speakers__session__state__in": ("published", "canceled")},
    {"platforms__state__in": ("operating", "under_rectification")},
    {"co_hosted_platforms__state__in": ("operating", "under_rectification")},
    {"instruments__state__in": ("available", "maintenance", "fault"), "instruments__external_open": True},
]


class OrganizationQuerySet(NaturalKeyQuerySet):
    def of(self, user: Any) -> OrganizationQuerySet:
        """Those that a person acts for."""
        return self.filter(memberships__user_id=user.pk).select_related("sector")

    def public(self) -> OrganizationQuerySet:
        """Those that exhibit, hold, sell, speak, host or lend, and the release's own. Who only applied is not named."""
        seen = Q(origin=Origin.EDITORIAL)
        for appearance in APPEARANCES:
            seen |= Q(Exists(self.model._base_manager.filter(pk=OuterRef("pk"), **appearance)))
        return self.filter(seen).select_related("sector")


class Organization(Record):
    PUBLIC_FIELDS = (
        "slug",
        "name_en",
        "name_zh",
        "kind",
        "country",
        "region",
        "city_en",
        "city_zh",
        "about_en",
        "about_zh",
        "website",
        "sector",
    )

    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganizationKind, default=OrganizationKind.ENTERPRISE)
    country = CountryField(_("country"), default="CN")
    region = models.CharField(_("region"), max_length=6, choices=Region, blank=True)
    city_en = models.CharField(_("city (English)"), max_length=100, blank=True)
    city_zh = models.CharField(_("city (Chinese)"), max_length=100, blank=True)
    sector = models.ForeignKey(
        "expo.Sector", models.PROTECT, null=True, blank=True, related_name="organizations", verbose_name=_("sector")
    )
    about_en = models.TextField(_("about (English)"), blank=True)
    about_zh = models.TextField(_("about (Chinese)"), blank=True)
    website = models.URLField(_("website"), blank=True)
    usci = models.CharField(
        _("unified social credit code"), max_length=18, unique=True, null=True, blank=True, validators=[check_usci]
    )
    ror = models.CharField(_("ROR"), max_length=9, unique=True, null=True, blank=True, validators=[check_ror])
    lei = models.CharField(_("LEI"), max_length=20, unique=True, null=True, blank=True, validators=[check_lei])
    mail_domain = models.CharField(
        _("mail domain"), max_length=100, blank=True, validators=[check_domain],
        help_text=_("The part after @ in its people's addresses, once you have verified it: example.org"),
    )  # fmt: skip
    is_state_established = models.BooleanField(
        _("established by the state"),
        default=False,
        help_text=_("For state-established universities and institutes the legal reward floor applies."),
    )

    pictures = GenericRelation("expo.Picture")

    name, about, city = Bilingual(), Bilingual(), Bilingual()
    objects = OrganizationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(condition=one_language_at_least("name"), name="organization_named"),
            models.CheckConstraint(
                condition=Q(region="") | Q(country="CN"),
                name="organization_region_in_china",
                violation_error_message=_("Regions are listed for China only. Leave the region empty or choose China."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        self.usci = normalize(self.usci) if self.usci else None
        self.ror = self.ror.strip().lower().rpartition("/")[2] if self.ror else None
        self.lei = normalize(self.lei) if self.lei else None
        super().clean_fields(exclude=exclude)
        if "mail_domain" not in (exclude or ()) and is_open_to_all(self.mail_domain):
            told = _("Anybody gets an address at %(domain)s. Write the organization’s own domain, or nothing.")
            raise ValidationError({"mail_domain": told % {"domain": self.mail_domain}})

    def get_absolute_url(self) -> str:
        return reverse("organization-detail", args=[self.slug])

    @property
    def hue(self) -> str:
        return self.sector.hue if self.sector else "m"

    @property
    def cover_family(self) -> str:
        return self.sector.cover_family if self.sector else "grid"
