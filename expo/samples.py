"""Taking all samples away, and nothing else."""

from __future__ import annotations

from django.db import transaction

from expo.models import (
    Announcement,
    Exhibitor,
    Figure,
    Hall,
    Innovation,
    OpeningHours,
    Organization,
    Origin,
    Parameter,
    PlacePoint,
    Product,
    Sector,
    Session,
    Stand,
    Transition,
    Zone,
)

IN_ORDER = (
    Announcement,
    Session,
    Product,
    Innovation,
    Stand,
    Exhibitor,
    PlacePoint,
    Zone,
    Hall,
    OpeningHours,
    Figure,
    Organization,
    Sector,
)


def remove_samples() -> dict[str, int]:
    """Delete every sample row with its history, pictures and moves; returns how many rows went, by noun."""
    counts: dict[str, int] = {}
    with transaction.atomic():
        _take_off_the_plan()
        for model in IN_ORDER:
            rows = model._default_manager.filter(origin=Origin.SAMPLE)
            keys = list(rows.values_list("pk", flat=True))
            if not keys:
                continue
            rows.delete()
            if hasattr(model, "history"):
                model.history.filter(id__in=keys).delete()
            counts[str(model._meta.verbose_name_plural)] = len(keys)
        Transition.objects.filter(of_sample=True).delete()
        Parameter.objects.filter(metrics=None).delete()
    return counts


def _take_off_the_plan() -> None:
    """Real zones and stands leave a sample hall, whose measures are invented too."""
    for zone in Zone.objects.exclude(origin=Origin.SAMPLE).filter(hall__origin=Origin.SAMPLE):
        zone.hall = None
        zone.x = zone.y = zone.width = zone.depth = 0
        zone.save()
