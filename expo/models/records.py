"""The three records: what moved (Transition), what waits for review (Revision), what rule held (PolicyRule)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from expo.models.base import NaturalKeyed, NaturalKeyQuerySet, Versioned


class TransitionQuerySet(models.QuerySet["Transition"]):
    def of(self, record: models.Model) -> TransitionQuerySet:
        return self.filter(content_type=ContentType.objects.get_for_model(record), object_id=record.pk)


class Transition(models.Model):
    """One move of one state. Append-only: triggers refuse UPDATE, and DELETE of anything but a sample's."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name=_("kind of record"))
    object_id = models.PositiveBigIntegerField(_("record number"))
    record = GenericForeignKey("content_type", "object_id")
    title = models.CharField(_("record"), max_length=300, help_text=_("As the record was called then."))
    from_state = models.CharField(_("from"), max_length=24, blank=True)
    to_state = models.CharField(_("to"), max_length=24)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("who"))
    at = models.DateTimeField(_("when"))
    reason = models.TextField(_("why"), blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    of_sample = models.BooleanField(_("of a sample"), default=False, editable=False)

    objects = TransitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["content_type", "object_id", "-at"], name="transition_of_record")]

    def __str__(self) -> str:
        return f"{self.title}: {self.from_state or '–'} → {self.to_state}"


class Revision(Versioned):
    """A change under review: form data and the version it started from. The row itself stays what the public sees."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")

    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name=_("kind of record"))
    object_id = models.PositiveBigIntegerField(_("record number"))
    record = GenericForeignKey("content_type", "object_id")
    base_version = models.PositiveIntegerField(_("version it started from"))
    data = models.JSONField(_("proposed values"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PROPOSED, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("who"), related_name="revisions")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                condition=Q(state="proposed"),
                name="revision_one_proposed",
                violation_error_message=_("A change of this record already waits for review."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.record} ({self.get_state_display()})"

    @property
    def is_sample(self) -> bool:
        """A change of a sample is a sample too, and its moves go with it."""
        return bool(getattr(self.record, "is_sample", False))


class PolicyRuleQuerySet(NaturalKeyQuerySet):
    def on(self, day: dt.date) -> PolicyRuleQuerySet:
        """The rules in force on a day, both ends included."""
        return self.filter(Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day)))

    def value(self, key: str, day: dt.date) -> Any:
        """The value of a rule on a day, or None where no rule is in force: an unknown rule never blocks."""
        rule = self.on(day).filter(key=key).order_by("-valid_from").first()
        return rule.value if rule else None

    def values_on(self, day: dt.date) -> dict[str, Any]:
        """The values of all rules in force on a day, by key."""
        return dict(self.on(day).order_by("valid_from").values_list("key", "value"))


class PolicyRule(NaturalKeyed, Versioned):
    """A legal or house threshold, dated and with its source; code never holds the number itself."""

    NATURAL_KEY = ("key", "valid_from")

    key = models.CharField(_("key"), max_length=80)
    value = models.JSONField(_("value"))
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True, help_text=_("Empty: until further notice."))
    source = models.CharField(_("source"), max_length=300)
    is_verified = models.BooleanField(
        _("verified"), default=False, help_text=_("An unverified rule warns, it never blocks.")
    )
    note = models.TextField(_("note"), blank=True)

    objects = PolicyRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy rule")
        verbose_name_plural = _("policy rules")
        ordering = ["key", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="policyrule_key_day_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="policyrule_ends_after_start",
                violation_error_message=_("The rule ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.valid_from})"

    def clean(self) -> None:
        super().clean()
        if not self.valid_from:
            return
        clash = PolicyRule.objects.filter(key=self.key).exclude(pk=self.pk)
        clash = clash.filter(Q(valid_to=None) | Q(valid_to__gte=self.valid_from))
        if self.valid_to:
            clash = clash.filter(valid_from__lte=self.valid_to)
        if first := clash.first():
            raise ValidationError(
                {"valid_from": _("%(rule)s is in force in that time. End it first.") % {"rule": first}}
            )
