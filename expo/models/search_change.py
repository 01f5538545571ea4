"""SearchChange: a row of some table that the index has not seen yet. Written by database triggers alone."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchChange(models.Model):
    """`label` names the model, `object_id` its row. The worker takes these rows, brings the index up to date, and
    deletes them: not by number, for a transaction that began earlier may commit later.
    """

    label = models.CharField(max_length=60)
    object_id = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("change to be indexed")
        verbose_name_plural = _("changes to be indexed")

    def __str__(self) -> str:
        return f"{self.label} {self.object_id}"
