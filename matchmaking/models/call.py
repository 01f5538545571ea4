"""DemandCall: what a broker heard from the enterprise behind a demand."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from expo.models.base import Bilingual


class DemandCall(models.Model):
    """What a broker wrote down after calling or visiting the enterprise. Read by brokers and by the enterprise."""

    demand = models.ForeignKey("matchmaking.Demand", models.CASCADE, related_name="calls", verbose_name=_("demand"))
    on = models.DateField(_("on"))
    spoken_with = models.CharField(_("spoken with"), max_length=150)
    summary_en = models.TextField(_("what was said (English)"), blank=True)
    summary_zh = models.TextField(_("what was said (Chinese)"), blank=True)
    is_real = models.BooleanField(_("the need is real and decided"), default=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("written by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    summary = Bilingual()

    class Meta:
        verbose_name = _("call to an enterprise")
        verbose_name_plural = _("calls to enterprises")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(summary_en="", summary_zh=""), name="demand_call_told",
                violation_error_message=_("Write down what was said, in one language at least."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"#{self.pk}"
