"""ImportRun: one file of rows on its way into the fair; ImportRow: what became of one of its rows."""

from __future__ import annotations

import secrets
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from expo.models.base import Stamped


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("uploaded")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("checked")
    IMPORTING = "importing", _("being imported")
    DONE = "done", _("imported")
    FAILED = "failed", _("failed")
    CANCELED = "canceled", _("canceled")


S = ImportState
IMPORT_MOVES: dict[str, tuple[str, ...]] = {
    S.UPLOADED: (S.CHECKING, S.CANCELED, S.FAILED),
    S.CHECKING: (S.CHECKED, S.FAILED),
    S.CHECKED: (S.IMPORTING, S.CHECKING, S.CANCELED),
    S.IMPORTING: (S.DONE, S.CHECKING, S.FAILED),
    S.DONE: (),
    S.FAILED: (),
    S.CANCELED: (),
}


def make_code() -> str:
    """A name nobody can guess."""
    return secrets.token_urlsafe(12)


class ImportRun(Stamped):
    code = models.CharField(max_length=20, unique=True, default=make_code, editable=False)
    noun = models.CharField(_("kind of record"), max_length=40)
    name = models.CharField(_("file"), max_length=200)
    format = models.CharField(_("format"), max_length=4)
    size = models.PositiveIntegerField(_("bytes"), default=0)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports", verbose_name=_("who"))
    language = models.CharField(_("language"), max_length=10, default="en", help_text=_("Of what it says about rows."))
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    problem = models.TextField(_("problem"), blank=True)
    notes = models.JSONField(_("notes"), default=list, blank=True)
    rows_new = models.PositiveIntegerField(_("new"), default=0)
    rows_changed = models.PositiveIntegerField(_("changed"), default=0)
    rows_same = models.PositiveIntegerField(_("the same"), default=0)
    rows_bad = models.PositiveIntegerField(_("with errors"), default=0)
    leaves_out_bad = models.BooleanField(_("leaves out rows with errors"), default=False)
    has_file = models.BooleanField(_("the file is kept"), default=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "updated_at"], name="import_run_waiting")]

    def __str__(self) -> str:
        return f"{self.noun}: {self.name}"

    @property
    def rows_good(self) -> int:
        """Rows that an import writes."""
        return self.rows_new + self.rows_changed

    @property
    def rows_read(self) -> int:
        return self.rows_good + self.rows_same + self.rows_bad

    @property
    def is_under_way(self) -> bool:
        """The worker has it, or will."""
        return self.state in (ImportState.UPLOADED, ImportState.CHECKING, ImportState.IMPORTING)

    @property
    def folder(self) -> Path:
        """Where its file and its progress are: private, beside the database and never below the media."""
        return Path(settings.VAR_DIR) / "imports" / self.code


class ImportRow(models.Model):
    """A row that is new, changed or bad. Rows that are the same as stored are only counted."""

    class Outcome(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        BAD = "bad", _("with errors")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    key = models.CharField(_("key"), max_length=250)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    errors = models.JSONField(_("errors"), default=dict, help_text=_("Column: sentences."))
    changes = models.JSONField(_("changes"), default=list, help_text=_("Column, stored, in the file."))
    versions = models.JSONField(_("versions"), default=list, help_text=_("Of the stored records; empty: none yet."))

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="import_row_once"),
            models.CheckConstraint(condition=~Q(outcome="bad") | ~Q(errors={}), name="import_row_bad_says_why"),
        ]
        indexes = [models.Index(fields=["run", "outcome", "number"], name="import_row_shown")]

    def __str__(self) -> str:
        return f"{self.run} {self.number}"
