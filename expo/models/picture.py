"""Picture: an uploaded image of an organization, innovation, product or announcement."""

from __future__ import annotations

import secrets

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from expo.models.base import Bilingual, Stamped

WIDTHS = (320, 640, 1280)


def upload_path(picture: Picture, filename: str) -> str:
    """A name nobody can guess: the original may carry what its owner did not mean to show."""
    return f"uploads/{secrets.token_urlsafe(16)}"


class PictureQuerySet(models.QuerySet["Picture"]):
    def ready(self) -> PictureQuerySet:
        return self.filter(state=Picture.State.READY)

    def of_kind(self, model: type[models.Model]) -> PictureQuerySet:
        """Pictures of one noun."""
        return self.filter(content_type__app_label=model._meta.app_label, content_type__model=model._meta.model_name)


class Picture(Stamped):
    class State(models.TextChoices):
        WAITING = "waiting", _("being prepared")
        READY = "ready", _("ready")
        FAILED = "failed", _("could not be read")

    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    record = GenericForeignKey("content_type", "object_id")
    upload = models.FileField(_("picture"), upload_to=upload_path)
    folder = models.CharField(max_length=60, blank=True, editable=False)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    widths = models.JSONField(default=list, editable=False)
    alt_en = models.CharField(_("what it shows (English)"), max_length=200, blank=True)
    alt_zh = models.CharField(_("what it shows (Chinese)"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    alt = Bilingual()
    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="picture_of_record")]

    def __str__(self) -> str:
        return str(self.alt) or f"#{self.pk}"
