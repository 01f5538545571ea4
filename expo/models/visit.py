"""VisitList: what somebody wants to see at the fair; a stranger's hangs on the session, a person's on the account."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from expo.models.base import Stamped


class VisitList(Stamped):
    """`share_token` opens it for reading, without its notes, to whoever has the link; empty while it is not shared."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="visit_list"
    )
    share_token = models.CharField(max_length=40, unique=True, null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("visit list")
        verbose_name_plural = _("visit lists")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class VisitItem(models.Model):
    """One exhibitor, innovation or product on a visit list."""

    visit_list = models.ForeignKey(VisitList, models.CASCADE, related_name="items")
    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    record = GenericForeignKey("content_type", "object_id")
    note = models.CharField(_("note"), max_length=500, blank=True)
    is_visited = models.BooleanField(_("visited"), default=False)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("item of a visit list")
        verbose_name_plural = _("items of visit lists")
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["visit_list", "content_type", "object_id"], name="visititem_once")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
