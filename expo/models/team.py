"""TeamMember: the people behind an innovation; the public meets those who agreed to it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from expo.models.base import Bilingual, one_language_at_least


class TeamRole(models.TextChoices):
    PI = "pi", _("principal investigator")
    CORE = "core", _("core member")
    MEMBER = "member", _("member")
    STUDENT = "student", _("student")
    EXTERNAL = "external", _("external")


class TeamMemberQuerySet(models.QuerySet["TeamMember"]):
    def public(self) -> TeamMemberQuerySet:
        """Those who agreed to be named."""
        return self.exclude(agreed_on=None)


class TeamMember(models.Model):
    innovation = models.ForeignKey("expo.Innovation", models.CASCADE, related_name="team")
    name_en = models.CharField(_("name (English)"), max_length=100, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=100, blank=True)
    role = models.CharField(_("role"), max_length=8, choices=TeamRole, default=TeamRole.MEMBER)
    expertise_en = models.CharField(_("expertise (English)"), max_length=200, blank=True)
    expertise_zh = models.CharField(_("expertise (Chinese)"), max_length=200, blank=True)
    agreed_on = models.DateField(
        _("agreed to be named"),
        null=True,
        blank=True,
        help_text=_("The day this person agreed to be named in public. Empty: not shown."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    name, expertise = Bilingual(), Bilingual()
    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(condition=one_language_at_least("name"), name="teammember_named")]

    def __str__(self) -> str:
        return str(self.name)
