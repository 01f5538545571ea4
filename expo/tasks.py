"""Work that leaves the request: each task calls one domain function."""

from __future__ import annotations

from django_tasks import task

from expo import pictures
from expo.audit import Actor, acting
from expo.exchange import importing, runs
from expo.models import ImportRun, ImportState, Picture


@task()
def prepare_picture(picture_id: int) -> str:
    """Resize one uploaded picture. A picture deleted meanwhile is no error."""
    picture = Picture.objects.filter(pk=picture_id).first()
    return pictures.prepare(picture).state if picture else "deleted"


@task()
def check_import(run_id: int) -> str:
    """Judge the rows of an uploaded file. One canceled meanwhile is left alone."""
    run = ImportRun.objects.filter(pk=run_id, state=ImportState.UPLOADED).first()
    return runs.check_run(run).state if run else "gone"


@task()
def import_rows(run_id: int) -> str:
    """Write the rows that somebody confirmed."""
    run = ImportRun.objects.filter(pk=run_id, state=ImportState.IMPORTING).select_related("by").first()
    if run is None:
        return "gone"
    by = run.by
    with acting(Actor(lambda: f"import {run_id}", lambda: by)):
        return importing.import_run(run).state
