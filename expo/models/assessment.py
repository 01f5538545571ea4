"""Assessment: what a reviewer thinks of an innovation, by four criteria of 0 to 5 points."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from expo.models.base import Stamped

MOST_POINTS = 5


class Verdict(models.TextChoices):
    """What the points suggest (practice of the Enterprise Europe Network); the reviewer decides."""

    PUBLISH = "publish", _("publish")
    HOLD = "hold", _("on hold")
    REJECT = "reject", _("reject")


CRITERIA = ("advantages", "clarity", "cooperation", "language")


class Assessment(Stamped):
    innovation = models.ForeignKey(
        "expo.Innovation", models.CASCADE, related_name="assessments", verbose_name=_("innovation")
    )
    of_version = models.PositiveIntegerField(_("version it judges"))
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assessments", verbose_name=_("reviewer")
    )
    advantages = models.PositiveSmallIntegerField(_("advantages"), validators=[MaxValueValidator(MOST_POINTS)])
    clarity = models.PositiveSmallIntegerField(_("clarity"), validators=[MaxValueValidator(MOST_POINTS)])
    cooperation = models.PositiveSmallIntegerField(
        _("expectation of cooperation"), validators=[MaxValueValidator(MOST_POINTS)]
    )
    language = models.PositiveSmallIntegerField(_("language"), validators=[MaxValueValidator(MOST_POINTS)])
    note = models.TextField(_("note"), blank=True, max_length=2000, help_text=_("For the reviewers only."))

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["innovation", "reviewer", "of_version"],
                name="assessment_once",
                violation_error_message=_("You have judged this version already. Change your assessment."),
            ),
            *(
                models.CheckConstraint(condition=Q(**{f"{name}__lte": MOST_POINTS}), name=f"assessment_{name}_to_5")
                for name in CRITERIA
            ),
        ]

    def __str__(self) -> str:
        return f"{self.innovation}: {self.total}"

    @property
    def total(self) -> int:
        return sum(getattr(self, name) for name in CRITERIA)

    @property
    def verdict(self) -> Verdict:
        """10 to 20 points: publish; 5 to 9, or nothing at all for one criterion: on hold; fewer: reject."""
        if self.total < 5:
            return Verdict.REJECT
        if self.total < 10 or not all(getattr(self, name) for name in CRITERIA):
            return Verdict.HOLD
        return Verdict.PUBLISH
