"""SavedSearch: a listing's question that somebody wants to be told the new answers of."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedSearch(models.Model):
    """`query` is the listing's query string, in one order and without page and sort. `known` are the keys of the hits
    that were there when it was last looked at: what is not among them is new.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    noun = models.CharField(_("kind"), max_length=20)
    query = models.CharField(_("question"), max_length=1000, blank=True)
    name = models.CharField(_("name"), max_length=120)
    is_told = models.BooleanField(_("tell me of new ones"), default=True)
    known = models.JSONField(default=list, editable=False)
    total = models.PositiveIntegerField(_("hits"), default=0, editable=False)
    checked_at = models.DateTimeField(_("looked at"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "noun", "query"], name="saved_search_once",
                violation_error_message=_("You have saved this search already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
