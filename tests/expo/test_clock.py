"""The minute clock and what it does for `expo`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from expo import clock, jobs
from expo.models import Picture
from expo.registry import Job
from expo.tasks import prepare_picture
from tests.factories import make_organization

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(clock_time: str, day: int = 26) -> dt.datetime:
    return dt.datetime.combine(dt.date(2025, 9, day), dt.time.fromisoformat(clock_time), SHANGHAI)


def often(minutes: int) -> Job:
    return Job("often", lambda: None, every_minutes=minutes)


NIGHTLY = Job("nightly", lambda: None, daily_at="03:30")


@pytest.mark.parametrize(
    ("job", "ran", "now", "is_due"),
    [
        (often(1), at("09:00:00"), at("09:00:59"), False),
        (often(1), at("09:00:00"), at("09:01:01"), True),
        (often(15), at("09:00"), at("09:14"), False),
        (often(15), at("09:00"), at("09:16"), True),
        (NIGHTLY, at("03:30:02", day=25), at("03:29:59"), False),
        (NIGHTLY, at("03:30:02", day=25), at("03:30:00"), True),
        (NIGHTLY, at("03:30:00"), at("23:59"), False),
        (NIGHTLY, at("03:30:00", day=20), at("02:00"), True),  # the worker stood still for days
        (NIGHTLY, at("12:00", day=25), at("02:00"), False),  # it ran late yesterday
        (NIGHTLY, at("03:31", day=25).astimezone(dt.UTC), at("03:29"), False),  # noted in another zone
    ],
)
def test_a_job_is_due_at_its_turn_and_only_once(job: Job, ran: dt.datetime, now: dt.datetime, is_due: bool) -> None:
    assert (clock.due([job], {job.name: ran}, now) == [job]) is is_due


def test_a_job_that_never_ran_is_due_at_once() -> None:
    assert [job.name for job in clock.due([NIGHTLY, often(60)], {}, at("12:00"))] == ["nightly", "often"]


def test_a_job_that_fails_stops_no_other_and_waits_for_its_next_turn(caplog: pytest.LogCaptureFixture) -> None:
    ran: list[str] = []

    def fail() -> None:
        raise ValueError("no")

    rows = [Job("broken", fail, every_minutes=1), Job("sound", lambda: ran.append("sound"), every_minutes=1)]
    last_run: dict[str, dt.datetime] = {}
    assert clock.run_due(rows, last_run, at("09:00")) == ["broken", "sound"]
    assert ran == ["sound"]
    assert "“broken” failed" in caplog.text
    assert clock.run_due(rows, last_run, at("09:00:30")) == []


def test_what_ran_when_outlives_the_process(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    assert clock.read_last_run(path) == {}
    clock.write_last_run(path, {"nightly": at("03:30")})
    assert clock.read_last_run(path) == {"nightly": at("03:30")}
    assert [file.name for file in tmp_path.iterdir()] == ["clock.json"]


@pytest.mark.parametrize("text", ["{", "[]", '{"nightly": 3}', '{"nightly": "soon"}'])
def test_a_broken_note_of_what_ran_is_told_and_forgotten(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "clock.json").write_text(text)
    assert clock.read_last_run(tmp_path / "clock.json") == {}
    assert "every job runs now" in caplog.text


# ------------------------------------------------------------------ the jobs
def make_picture(minutes_old: int, state: str = Picture.State.WAITING) -> Picture:
    picture = Picture.objects.create(record=make_organization(), upload=ContentFile(b"x", name="x"), state=state)
    Picture.objects.filter(pk=picture.pk).update(updated_at=timezone.now() - dt.timedelta(minutes=minutes_old))
    return picture


def queued() -> list[int]:
    rows = DBTaskResult.objects.filter(task_path=prepare_picture.module_path)
    return sorted(row.args_kwargs["args"][0] for row in rows)


@pytest.mark.django_db
def test_a_picture_that_waits_too_long_is_queued_again_once() -> None:
    stuck = make_picture(6)
    make_picture(4)
    make_picture(60, Picture.State.FAILED)
    assert jobs.requeue_stuck_pictures() == 1
    assert queued() == [stuck.pk]
    assert jobs.requeue_stuck_pictures() == 0
    assert jobs.requeue_stuck_pictures(now=timezone.now() + jobs.STUCK_AFTER) == 2


@pytest.mark.django_db
def test_tasks_that_ended_two_weeks_ago_are_forgotten() -> None:
    for _days in (1, 15):
        prepare_picture.enqueue(1)
    new, old = DBTaskResult.objects.order_by("enqueued_at")
    for row, days in ((new, 1), (old, 15)):
        row.set_successful("deleted")
        DBTaskResult.objects.filter(pk=row.pk).update(finished_at=timezone.now() - dt.timedelta(days=days))
    jobs.prune_task_results()
    assert list(DBTaskResult.objects.all()) == [new]
