"""What the minute clock does for `expo`."""

from __future__ import annotations

import datetime as dt

from django.core.management import call_command
from django.utils import timezone

from expo import mailing, retention, saved_searches
from expo.exchange import runs
from expo.models import Announcement, Picture, SearchChange
from expo.people import caches
from expo.registry import Job, add_job
from expo.search import changes, generation
from expo.search.engine import Engine
from expo.tasks import prepare_picture

STUCK_AFTER = dt.timedelta(minutes=5)
DUE = dt.timedelta(days=2)  # how far back a worker looks that did not run for a while


def requeue_stuck_pictures(*, now: dt.datetime | None = None) -> int:
    """Hand pictures that still wait after five minutes to the worker again: it was stopped in the middle of them."""
    now = now or timezone.now()
    stuck = Picture.objects.filter(state=Picture.State.WAITING, updated_at__lte=now - STUCK_AFTER)
    requeued = 0
    for pk, stamp in list(stuck.values_list("pk", "updated_at")):
        # The new stamp keeps a picture that fails each time from filling the queue every minute.
        if stuck.filter(pk=pk, updated_at=stamp).update(updated_at=now):
            prepare_picture.enqueue(pk)
            requeued += 1
    return requeued


def bring_in_due_news(*, now: dt.datetime | None = None) -> int:
    """Tell the index of announcements whose hour has come: nobody saves them then, so no trigger speaks of them."""
    now = now or timezone.now()
    if (opened := generation.opened()) is None:
        return 0
    engine = Engine(opened)
    due = Announcement.objects.published(now).filter(publish_at__gt=now - DUE).values_list("pk", flat=True)
    unknown = [pk for pk in due if not engine.holds("announcement", pk)]
    SearchChange.objects.bulk_create(SearchChange(label=Announcement._meta.label, object_id=pk) for pk in unknown)
    return len(unknown)


def prune_task_results() -> None:
    """Forget tasks that ended two weeks ago."""
    call_command("prune_db_task_results", queue_name="*", verbosity=0)


def register() -> None:
    add_job(Job("requeue-stuck-pictures", requeue_stuck_pictures, every_minutes=1))
    add_job(Job("bring-in-due-news", bring_in_due_news, every_minutes=1))
    add_job(Job("mail-notices", mailing.mail_notices, every_minutes=1))
    add_job(Job("mail-digests", mailing.mail_digests, every_minutes=5))
    add_job(Job("prune-task-results", prune_task_results, daily_at="03:30"))
    add_job(Job("forget-expired-sessions", caches.forget_expired, daily_at="03:20"))
    add_job(Job("saved-searches", saved_searches.look_through, daily_at="07:00"))
    add_job(Job("apply-retention", retention.apply_retention, daily_at="03:20"))
    add_job(Job("gather-statistics", changes.gather_statistics, daily_at="03:50"))
    add_job(Job("fail-stuck-imports", runs.fail_stuck_imports, every_minutes=5))
    add_job(Job("remove-old-imports", runs.remove_old_files, daily_at="03:40"))
