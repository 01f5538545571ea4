"""Session: what happens on stages and in rooms; OpeningHours: when the fair is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from expo.identifiers import check_orcid, normalize
from expo.models.base import Bilingual, NaturalKeyed, NaturalKeyQuerySet, Sourced, Stateful, one_language_at_least


class SessionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    CANCELED = "canceled", _("canceled")


SESSION_MOVES: dict[str, tuple[str, ...]] = {
    SessionState.DRAFT: (SessionState.PUBLISHED, SessionState.CANCELED),
    SessionState.PUBLISHED: (SessionState.CANCELED, SessionState.DRAFT),
    SessionState.CANCELED: (SessionState.DRAFT,),
}


class SessionQuerySet(NaturalKeyQuerySet):
    def published(self) -> SessionQuerySet:
        """Published ones, and canceled ones: people who planned to come must see it."""
        return self.filter(state__in=[SessionState.PUBLISHED, SessionState.CANCELED])

    def public(self) -> SessionQuerySet:
        return self.published().select_related("edition", "place__hall", "place__zone", "theme")

    def of_current_edition(self) -> SessionQuerySet:
        return self.filter(edition__is_current=True)

    def clashing(self) -> list[tuple[Session, Session]]:
        """Pairs not canceled that share a place, or a speaker's name, at one time."""
        rows = list(
            self.exclude(state=SessionState.CANCELED)
            .select_related("place")
            .prefetch_related("speakers")
            .order_by("starts_at")
        )
        return [
            (a, b) for i, a in enumerate(rows) for b in rows[i + 1 :] if b.starts_at < a.ends_at and a.clashes_with(b)
        ]


class Session(Stateful):
    MOVES = SESSION_MOVES

    class Kind(models.TextChoices):
        OPENING = "opening", _("opening")
        FORUM = "forum", _("forum")
        TALK = "talk", _("talk")
        ROADSHOW = "roadshow", _("roadshow")
        MATCHMAKING = "matchmaking", _("matchmaking")
        DEMONSTRATION = "demonstration", _("demonstration")

    class Language(models.TextChoices):
        CHINESE = "zh", _("Chinese")
        ENGLISH = "en", _("English")
        BOTH = "both", _("Chinese and English")

    PUBLIC_FIELDS = (
        "slug", "title_en", "title_zh", "abstract_en", "abstract_zh", "kind", "language", "starts_at", "ends_at",
        "place", "theme", "state",
    )  # fmt: skip

    edition = models.ForeignKey("expo.Edition", models.PROTECT, related_name="sessions", verbose_name=_("edition"))
    slug = models.SlugField(_("short name in addresses"), max_length=100, unique=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    title_zh = models.CharField(_("title (Chinese)"), max_length=200, blank=True)
    abstract_en = models.TextField(_("abstract (English)"), blank=True)
    abstract_zh = models.TextField(_("abstract (Chinese)"), blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.TALK)
    language = models.CharField(_("language"), max_length=4, choices=Language, default=Language.CHINESE)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.ForeignKey(
        "expo.PlacePoint", models.SET_NULL, null=True, blank=True, related_name="sessions", verbose_name=_("place")
    )
    theme = models.ForeignKey(
        "expo.Sector", models.SET_NULL, null=True, blank=True, related_name="sessions", verbose_name=_("theme")
    )
    state = models.CharField(_("state"), max_length=12, choices=SessionState, default=SessionState.DRAFT)

    title, abstract = Bilingual(), Bilingual()
    objects = SessionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "slug"]
        constraints = [
            models.CheckConstraint(condition=one_language_at_least("title"), name="session_titled"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_start",
                violation_error_message=_("The session ends before it begins."),
            ),
        ]
        indexes = [models.Index(fields=["edition", "starts_at"], name="session_by_time")]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("session-detail", args=[self.slug])

    @property
    def hue(self) -> str:
        if self.place and self.place.zone:
            return self.place.zone.hue
        return self.theme.hue if self.theme else "m"

    @property
    def day(self) -> dt.date:
        """The day in the fair's time zone."""
        return self.starts_at.astimezone(ZoneInfo(self.edition.time_zone)).date()

    def is_on(self, now: dt.datetime) -> bool:
        return self.state == SessionState.PUBLISHED and self.starts_at <= now < self.ends_at

    def clashes_with(self, other: Session) -> bool:
        if self.starts_at >= other.ends_at or other.starts_at >= self.ends_at:
            return False
        same_place = self.place_id is not None and self.place_id == other.place_id
        mine = {speaker.identity for speaker in self.speakers.all()}
        return same_place or bool(mine & {speaker.identity for speaker in other.speakers.all()})


class Speaker(models.Model):
    session = models.ForeignKey(Session, models.CASCADE, related_name="speakers")
    name_en = models.CharField(_("name (English)"), max_length=100, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=100, blank=True)
    role_en = models.CharField(_("role (English)"), max_length=160, blank=True)
    role_zh = models.CharField(_("role (Chinese)"), max_length=160, blank=True)
    organization = models.ForeignKey(
        "expo.Organization",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="speakers",
        verbose_name=_("organization"),
    )
    orcid = models.CharField(
        _("ORCID iD"), max_length=19, blank=True, validators=[check_orcid], help_text=_("Like 0000-0002-1825-0097.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    name, role = Bilingual(), Bilingual()

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(condition=one_language_at_least("name"), name="speaker_named")]

    def __str__(self) -> str:
        return str(self.name)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        super().clean_fields(exclude=exclude)
        code = normalize(self.orcid)
        self.orcid = "-".join(code[i : i + 4] for i in range(0, 16, 4)) if code else ""

    @property
    def identity(self) -> tuple[str, int | None]:
        """Two speakers of one name and organization are taken for one person."""
        return (self.name_zh or self.name_en, self.organization_id)


class OpeningHours(NaturalKeyed, Sourced):
    """When the fair is open on one day, in the fair's time zone."""

    NATURAL_KEY = ("edition__number", "day")

    edition = models.ForeignKey("expo.Edition", models.CASCADE, related_name="opening_hours", verbose_name=_("edition"))
    day = models.DateField(_("day"))
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    note_en = models.CharField(_("note (English)"), max_length=160, blank=True)
    note_zh = models.CharField(_("note (Chinese)"), max_length=160, blank=True)

    note = Bilingual()
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "day"], name="opening_hours_once_a_day"),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="opening_hours_in_order",
                violation_error_message=_("The fair closes before it opens."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self) -> None:
        super().clean()
        if self.edition_id and self.day and self.day < self.edition.opens_on:
            raise ValidationError({"day": _("This day is before the edition opens.")})
