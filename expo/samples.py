"""Taking all samples away, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, ProtectedError, Q, QuerySet, RestrictedError
from django.utils.translation import gettext as _

from expo import audit
from expo.errors import DomainError
from expo.models import (
    Announcement,
    AuditAct,
    Country,
    Edition,
    Exhibitor,
    Figure,
    Hall,
    Holding,
    Innovation,
    InnovationPlatform,
    Instrument,
    OpeningHours,
    Organization,
    Origin,
    Parameter,
    PartnerCity,
    PlacePoint,
    Product,
    Question,
    Revision,
    Sector,
    Session,
    Stand,
    Transition,
    Zone,
)

# What hangs on another comes first; other packages' rows hang on these and go before them all.
IN_ORDER: list[type[Model]] = [
    Announcement,
    Session,
    Product,
    Innovation,
    Instrument,
    InnovationPlatform,
    PartnerCity,
    Country,
    Stand,
    Exhibitor,
    PlacePoint,
    Zone,
    Hall,
    OpeningHours,
    Figure,
    Organization,
    Sector,
    Edition,
]


def add_sample_models(*models: type[Model]) -> None:
    """Nouns of another package that may be samples, in the order in which they go."""
    IN_ORDER[:0] = models


# Rows of other packages without an origin of their own, which forbid that a sample goes: (model, where its origin is).
BELOW: list[tuple[type[Model], str]] = []


def add_rows_below_samples(*rows: tuple[type[Model], str]) -> None:
    """Rows that go before the samples they belong to."""
    BELOW.extend(rows)


def sample_counts() -> dict[str, int]:
    """How many sample rows there are, by noun."""
    found = {
        str(model._meta.verbose_name_plural): model._default_manager.filter(origin=Origin.SAMPLE).count()
        for model in IN_ORDER
    }
    return {noun: count for noun, count in found.items() if count}


def remove_samples() -> dict[str, int]:
    """Delete every sample row with its history, pictures, revisions and moves; returns how many went, by noun.

    Raises DomainError, with nothing changed, where real rows still use samples."""
    counts: dict[str, int] = {}
    with transaction.atomic(), audit.told_as_one():
        in_the_way: set[Model] = set(
            PlacePoint.objects.exclude(origin=Origin.SAMPLE).filter(hall__origin=Origin.SAMPLE)
        )
        unused = set(Parameter.objects.filter(_unmeasured()).values_list("pk", flat=True))
        asked = _asked_of_samples()
        _take_off_the_plan()
        Sector.objects.filter(origin=Origin.SAMPLE).update(parent=None)
        for below, origin in BELOW:
            below._default_manager.filter(**{origin: Origin.SAMPLE}).delete()
        for model in IN_ORDER:
            try:
                gone = _remove(model)
            except ProtectedError as error:
                in_the_way |= error.protected_objects
                continue
            except RestrictedError as error:
                in_the_way |= error.restricted_objects
                continue
            if gone:
                counts[str(model._meta.verbose_name_plural)] = gone
        if in_the_way:
            transaction.set_rollback(True)
        else:
            Transition.objects.filter(of_sample=True).delete()
            Parameter.objects.filter(_unmeasured()).exclude(pk__in=unused).delete()
            for rows in (asked.exclude(asked_if=None), asked.filter(follow_ups=None)):
                rows.filter(answers=None).delete()
            audit.record(AuditAct.DELETED, title=", ".join(f"{noun}: {count}" for noun, count in counts.items()))
    if in_the_way:  # said only now: a name may hang on a sample that is back
        raise DomainError(
            _("Samples are still used by %(rows)s. Give these something real instead, or remove them first.")
            % {"rows": _named(in_the_way)}
        )
    return counts


def _unmeasured() -> Q:
    """Parameters that nothing is measured by."""
    return Q(**{relation.name: None for relation in Parameter._meta.related_objects})


def _asked_of_samples() -> QuerySet[Question]:
    """Questions that samples answered: they go with them, unless somebody real answered too."""
    keys = list(Question.objects.filter(answers__exhibitor__origin=Origin.SAMPLE).values_list("pk", flat=True))
    return Question.objects.filter(pk__in=keys)


def _remove(model: type[Model]) -> int:
    """Delete the samples of one noun and what hangs on their keys alone; returns how many rows went."""
    rows = model._default_manager.filter(origin=Origin.SAMPLE)
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return 0
    rows.delete()
    if hasattr(model, "history"):
        model.history.filter(id__in=keys).delete()
    Revision.objects.filter(content_type=ContentType.objects.get_for_model(model), object_id__in=keys).delete()
    return len(keys)


def _named(protected: Iterable[Any]) -> str:
    """The real rows that keep samples. A part stands for its whole, and a sample that had to stay is not to blame."""
    wholes = {row.innovation if isinstance(row, Holding) else row for row in protected}
    real = {row for row in wholes if not getattr(row, "is_sample", False)}
    return ", ".join(sorted(f"“{row}” ({row._meta.verbose_name})" for row in real))


def _take_off_the_plan() -> None:
    """Real zones and stands leave a sample hall, whose measures are invented too."""
    for zone in Zone.objects.exclude(origin=Origin.SAMPLE).filter(hall__origin=Origin.SAMPLE):
        zone.hall = None
        zone.x = zone.y = zone.width = zone.depth = 0
        zone.save()
