"""The minute clock: which registered jobs are due, and what ran when."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from expo.audit import Actor, acting
from expo.registry import Job

logger = logging.getLogger(__name__)


def due(jobs: Iterable[Job], last_run: Mapping[str, dt.datetime], now: dt.datetime) -> list[Job]:
    """The jobs whose time has come. `now` is in the fair's time zone, in which `daily_at` is told.

    A job that never ran is due at once, and one whose hour passed while nothing ran is due once, not once a missed day:
    so a job must do no harm when it runs late or twice.
    """
    return [job for job in jobs if job.name not in last_run or last_run[job.name] < _latest_turn(job, now)]


def _latest_turn(job: Job, now: dt.datetime) -> dt.datetime:
    """The last moment, up to now, at which the job should have run: whoever ran before it is due."""
    if not job.daily_at:
        return now - dt.timedelta(minutes=job.every_minutes)
    hour, minute = (int(part) for part in job.daily_at.split(":"))
    today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today <= now else today - dt.timedelta(days=1)


def run_due(jobs: Iterable[Job], last_run: dict[str, dt.datetime], now: dt.datetime) -> list[str]:
    """Run what is due and note it in `last_run`; returns the names. A job that fails is logged and stops nothing."""
    ran = []
    for job in due(jobs, last_run, now):
        try:
            with acting(Actor(lambda job=job: f"job {job.name}")):  # type: ignore[misc]
                job.run()
        except Exception:
            logger.exception("The job “%s” failed. It runs again at its next turn.", job.name)
        last_run[job.name] = now
        ran.append(job.name)
    return ran


def read_last_run(path: Path) -> dict[str, dt.datetime]:
    """What ran when, as the last process wrote it; nothing where the file is missing or broken."""
    try:
        return {name: dt.datetime.fromisoformat(moment) for name, moment in json.loads(path.read_text()).items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError):
        logger.warning("%s cannot be read, so every job runs now.", path.name)
        return {}


def write_last_run(path: Path, last_run: Mapping[str, dt.datetime]) -> None:
    """Replaced as a whole, so that a crash never leaves half a file."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps({name: moment.isoformat() for name, moment in last_run.items()}, indent=1))
    os.replace(part, path)
