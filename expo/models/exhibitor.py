"""Exhibitor: an organization's participation in one edition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from expo.models.base import Bilingual, NaturalKeyQuerySet, Stateful

if TYPE_CHECKING:
    from expo.models.venue import Stand


class ExhibitorState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    IN_REVIEW = "in_review", _("in review")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    RETURNED = "returned", _("returned")
    WITHDRAWN = "withdrawn", _("withdrawn")


EXHIBITOR_MOVES: dict[str, tuple[str, ...]] = {
    ExhibitorState.DRAFT: (ExhibitorState.SUBMITTED, ExhibitorState.WITHDRAWN),
    ExhibitorState.SUBMITTED: (ExhibitorState.IN_REVIEW, ExhibitorState.WITHDRAWN),
    ExhibitorState.IN_REVIEW: (ExhibitorState.ACCEPTED, ExhibitorState.DECLINED, ExhibitorState.RETURNED),
    ExhibitorState.RETURNED: (ExhibitorState.DRAFT, ExhibitorState.WITHDRAWN),
    ExhibitorState.ACCEPTED: (ExhibitorState.WITHDRAWN,),
    ExhibitorState.DECLINED: (),
    ExhibitorState.WITHDRAWN: (),
}


class ExhibitorQuerySet(NaturalKeyQuerySet):
    def published(self) -> ExhibitorQuerySet:
        """Accepted ones of any edition."""
        return self.filter(state=ExhibitorState.ACCEPTED)

    def public(self) -> ExhibitorQuerySet:
        return self.published().select_related("organization__sector", "zone", "edition")

    def of_current_edition(self) -> ExhibitorQuerySet:
        return self.filter(edition__is_current=True)

    def locked(self) -> ExhibitorQuerySet:
        """For an act: the row itself is held until the transaction ends, what it points to is only read."""
        return self.select_for_update(of=("self",)).select_related(
            "organization", "edition", "zone", "assigned_to", "host__organization"
        )

    def waiting(self) -> ExhibitorQuerySet:
        """Those that wait for a decision of the organizers."""
        return self.filter(state__in=[ExhibitorState.SUBMITTED, ExhibitorState.IN_REVIEW])


class Exhibitor(Stateful):
    MOVES = EXHIBITOR_MOVES
    NATURAL_KEY = ("edition__number", "organization__slug")
    PUBLIC_FIELDS = (
        "organization",
        "edition",
        "zone",
        "claim_en",
        "claim_zh",
        "shows_en",
        "shows_zh",
        "stands",
    )

    edition = models.ForeignKey("expo.Edition", models.PROTECT, related_name="exhibitors", verbose_name=_("edition"))
    organization = models.ForeignKey(
        "expo.Organization", models.PROTECT, related_name="exhibitors", verbose_name=_("organization")
    )
    state = models.CharField(_("state"), max_length=12, choices=ExhibitorState, default=ExhibitorState.DRAFT)
    zone = models.ForeignKey(
        "expo.Zone", models.PROTECT, null=True, blank=True, related_name="exhibitors", verbose_name=_("zone")
    )
    host = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="co_exhibitors",
        verbose_name=_("co-exhibitor of"),
        help_text=_("A co-exhibitor shares the stands of its host."),
    )
    claim_en = models.CharField(_("in one sentence (English)"), max_length=300, blank=True)
    claim_zh = models.CharField(_("in one sentence (Chinese)"), max_length=300, blank=True)
    shows_en = models.TextField(_("what it shows (English)"), blank=True)
    shows_zh = models.TextField(_("what it shows (Chinese)"), blank=True)
    zone_wish = models.ForeignKey(
        "expo.Zone", models.SET_NULL, null=True, blank=True, related_name="wished_for_by", verbose_name=_("zone wished")
    )
    products_planned = models.TextField(
        _("products on show"),
        blank=True,
        max_length=2000,
        help_text=_("For the organizers: what you bring, in a few words."),
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="applications_in_hand",
        verbose_name=_("reviewed by"),
    )  # fmt: skip
    area_wanted = models.PositiveSmallIntegerField(_("area wanted (m²)"), null=True, blank=True)
    contact_name = models.CharField(_("contact"), max_length=150, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=40, blank=True)

    claim, shows = Bilingual(), Bilingual()
    objects = ExhibitorQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("exhibitor")
        verbose_name_plural = _("exhibitors")
        ordering = ["organization__slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "organization"],
                name="exhibitor_once_an_edition",
                violation_error_message=_("This organization is an exhibitor of this edition already."),
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(zone__isnull=False),
                name="exhibitor_accepted_has_zone",
                violation_error_message=_("An accepted exhibitor needs a zone. Choose one first."),
            ),
            models.CheckConstraint(condition=~Q(host=models.F("pk")), name="exhibitor_not_own_host"),
        ]
        indexes = [models.Index(fields=["edition", "state"], name="exhibitor_edition_state")]

    def __str__(self) -> str:
        return str(self.organization)

    def clean(self) -> None:
        super().clean()
        if self.zone and self.zone.edition_id != self.edition_id:
            raise ValidationError({"zone": _("This zone belongs to another edition.")})
        if self.zone_wish and self.zone_wish.edition_id != self.edition_id:
            raise ValidationError({"zone_wish": _("This zone belongs to another edition.")})
        if self.host:
            if self.host.edition_id != self.edition_id:
                raise ValidationError({"host": _("The host exhibits in another edition.")})
            if self.host.host_id or (self.pk and self.co_exhibitors.exists()):
                raise ValidationError({"host": _("A co-exhibitor cannot have co-exhibitors of its own.")})

    def get_absolute_url(self) -> str:
        if self.edition.is_current:
            return reverse("exhibitor-detail", args=[self.slug])
        return reverse("edition-exhibitor", args=[self.edition.number, self.slug])

    @property
    def slug(self) -> str:
        return self.organization.slug

    @property
    def hue(self) -> str:
        return self.zone.hue if self.zone else self.organization.hue

    @property
    def cover_family(self) -> str:
        return self.organization.cover_family

    @property
    def title(self) -> str:
        return self.organization.name

    @property
    def public_host(self) -> Exhibitor | None:
        """Its host as the public sees it: only an accepted one."""
        return self.host if self.host and self.host.state == ExhibitorState.ACCEPTED else None

    def places(self) -> list[Stand]:
        """Its stands, or its host's."""
        holder = self.public_host if self.host_id else self
        return sorted(holder.stands.all(), key=lambda stand: stand.order) if holder else []
