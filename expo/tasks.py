"""Work that leaves the request: each task calls one domain function."""

from __future__ import annotations

from django_tasks import task

from expo import pictures
from expo.models import Picture


@task()
def prepare_picture(picture_id: int) -> str:
    """Resize one uploaded picture. A picture deleted meanwhile is no error."""
    picture = Picture.objects.filter(pk=picture_id).first()
    return pictures.prepare(picture).state if picture else "deleted"
