"""The worker: queued tasks one after the other, and the minute clock, in one process."""

from __future__ import annotations

import logging
import math
import signal
import threading
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker

from expo import clock, outbox, registry, webhooks
from expo.search import changes, generation, index
from expo.search.titles import PATIENCE, Titles

logger = logging.getLogger(__name__)
PAUSE = 0.5  # seconds between two looks at the queue; also the longest wait for an idle worker to stop
LAST_WAIT = 10  # seconds for index and mails to finish; what they have begun is done again at the next start
MAILS_A_TURN = 10
TASKS_A_TURN = 50  # so that a long queue does not hold up the clock


class Command(BaseCommand):
    help = "Runs queued tasks and whatever the clock says is due, until it is told to stop. Run one of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what waits and what is due, then end")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
        shift = Shift()
        if once:
            shift.turn()
            shift.make_vectors(patience=math.inf)
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, shift.stop)
        logger.info("The worker has started.")
        # Beside the tasks: one that takes a minute must not hold up what visitors see, nor a slow mail server them.
        indexing = threading.Thread(target=shift.keep_index, name="index", daemon=True)
        mailing = threading.Thread(target=shift.keep_mails, name="mails", daemon=True)
        telling = threading.Thread(target=shift.keep_webhooks, name="webhooks", daemon=True)
        indexing.start()
        mailing.start()
        telling.start()
        while not shift.is_over:
            shift.work()
            time.sleep(PAUSE)
        indexing.join(LAST_WAIT)
        mailing.join(LAST_WAIT)
        telling.join(LAST_WAIT)
        logger.info("The worker has stopped.")


class Shift:
    """From the start of the worker to the signal that ends it."""

    def __init__(self) -> None:
        self.is_over = False
        self.worker = new_worker()
        self.titles = Titles()

    def turn(self) -> None:
        """The tasks that wait, the jobs that are due, the mails, the webhooks, then what the index has not seen yet."""
        self.work()
        self.send_mails()
        self.tell_webhooks()
        self.bring_index_up_to_date()
        self.make_vectors()

    def keep_index(self) -> None:
        """Bring the index up to date again and again, until the shift is over."""
        while not self.is_over:
            self.bring_index_up_to_date()
            self.make_vectors()
            close_old_connections()
            time.sleep(PAUSE)

    def keep_mails(self) -> None:
        """Send what is due again and again, until the shift is over."""
        while not self.is_over:
            self.send_mails()
            close_old_connections()
            time.sleep(PAUSE)

    def keep_webhooks(self) -> None:
        """Tell the organizations' servers again and again, until the shift is over."""
        while not self.is_over:
            self.tell_webhooks()
            close_old_connections()
            time.sleep(PAUSE)

    def work(self) -> None:
        self.worker = new_worker()
        self.worker.run()
        if self.is_over:
            return
        path = settings.VAR_DIR / "clock.json"
        last_run = clock.read_last_run(path)
        if clock.run_due(registry.jobs.values(), last_run, timezone.localtime()):
            clock.write_last_run(path, last_run)
        close_old_connections()

    def bring_index_up_to_date(self) -> None:
        """What fails here is logged and tried again at the next turn; pages meanwhile ask the older index."""
        try:
            while not self.is_over and changes.drain(self.titles.add):
                pass
            generation.beat()
        except index.IndexBusy:
            logger.info("Another process writes the search index; this one waits.")
        except Exception:
            logger.exception("The search index could not be brought up to date.")

    def send_mails(self) -> None:
        """The mails that are due, a few after each other so that the end of the shift is seen between them."""
        try:
            while not self.is_over and outbox.send_due(most=MAILS_A_TURN) == MAILS_A_TURN:
                pass
        except Exception:
            logger.exception("The mails that wait could not be looked up.")

    def tell_webhooks(self) -> None:
        try:
            webhooks.send_due()
        except Exception:
            logger.exception("The webhooks that wait could not be looked up.")

    def make_vectors(self, patience: float = PATIENCE) -> None:
        """Those of titles that have none, for about a second; what fails is logged, and words alone do meanwhile."""
        try:
            self.titles.turn(patience)
        except Exception:
            logger.exception("The vectors of titles could not be made.")

    def stop(self, signum: int, frame: FrameType | None) -> None:
        """End after the task at hand; a second signal ends the process at once."""
        self.is_over = True
        self.worker.running = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)


def new_worker() -> Worker:
    return Worker(
        queue_names=["*"],
        interval=PAUSE,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=TASKS_A_TURN,
        worker_id=f"work-{timezone.now():%Y%m%d%H%M%S%f}",
        excluded_queue_names=[],
    )
