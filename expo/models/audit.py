"""AuditEntry: who did what when. Append-only: triggers refuse UPDATE always, and DELETE within a year."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditAct(models.TextChoices):
    ADDED = "added", _("added")
    CHANGED = "changed", _("changed")
    DELETED = "deleted", _("deleted")
    MOVED = "moved", _("moved on")
    READ = "read", _("read")
    SENT = "sent", _("sent")
    SIGNED_IN = "signed_in", _("signed in")


class AuditEntry(models.Model):
    """`changes` holds the names of the fields that changed, never confidential or personal values."""

    at = models.DateTimeField(_("when"), db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    organization_name = models.CharField(_("acting for"), max_length=200, blank=True)
    act = models.CharField(_("act"), max_length=12, choices=AuditAct)
    content_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, blank=True, verbose_name=_("kind of record")
    )
    object_id = models.PositiveBigIntegerField(_("record number"), null=True, blank=True)
    title = models.CharField(_("record"), max_length=200, blank=True, help_text=_("As the record was called then."))
    changes = models.JSONField(_("what"), default=list)
    door = models.CharField(_("through"), max_length=80, blank=True, help_text=_("The name of the page or command."))

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["content_type", "object_id", "-at"], name="audit_of_record")]

    def __str__(self) -> str:
        return f"{self.title}: {self.get_act_display()}"
