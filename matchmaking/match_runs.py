"""Runs of matching: all demands at night, every minute what the index has seen change. A run tells how far it is."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from multiprocessing import get_context

from django.db import IntegrityError, connections, transaction
from django.db.models import F, Max, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import Innovation, Metric, User
from expo.search.likeness import Key
from matchmaking.gathering import records_of
from matchmaking.match_texts import said_of_offer
from matchmaking.matcher import Matcher, NotReady
from matchmaking.matches import Counts, forget, store_best, store_pairs
from matchmaking.models import OFFERS, Demand, Match, MatchChange, MatchRun, RunKind, RunState
from matchmaking.models.demand import OPEN_STATES
from matchmaking.targets import near
from matchmaking.weights import values_in_force

logger = logging.getLogger(__name__)
AT_ONCE = 25  # demands between two signs of life
DEAD = dt.timedelta(minutes=10)  # without a sign of life, after which a run was killed
TAKEN = 2_000  # changes a minute; more are a reason to match all
MANY = 200  # offers that changed at once, from which all demands are matched
ASKING = 50  # demands whose text is most like that of a changed offer
LOOKS = 20.0  # seconds between two looks, in a full run, at what changes meanwhile
MOST_TRIES = 3  # of a full run that is broken off; then it waits for the night
Progress = Callable[[int, int], None]


class RunsAlready(DomainError):
    """Somebody else is at it."""

    def __init__(self) -> None:
        super().__init__(_("Matching runs already. Wait until it is done."))


def _quiet(done: int, total: int) -> None:
    pass


# ------------------------------------------------------------------ beginning and ending
def ask_for_full_run(*, by: User | None = None) -> MatchRun:
    """A run that the worker begins within a minute; the one that waits already, where there is one."""
    return _waiting() or MatchRun.objects.create(kind=RunKind.FULL, by=by)


def _waiting() -> MatchRun | None:
    return MatchRun.objects.filter(kind=RunKind.FULL, state=RunState.WAITING).first()


def fail_dead_runs(*, now: dt.datetime) -> int:
    """Runs that were killed half-way. What they stored is whole for each demand, and stays."""
    rows = MatchRun.objects.filter(state=RunState.RUNNING, touched_at__lt=now - DEAD)
    return rows.update(state=RunState.FAILED, ended_at=now, problem=_("It was ended before it was done."))


def begin(run: MatchRun, *, now: dt.datetime) -> MatchRun:
    """RunsAlready where one of its kind runs, or somebody else has begun this one."""
    fail_dead_runs(now=now)
    try:
        with transaction.atomic():
            if run.pk is not None:
                held = MatchRun.objects.select_for_update().get(pk=run.pk)
                if held.state != RunState.WAITING:
                    raise RunsAlready
            run.state, run.started_at, run.touched_at, run.weights = RunState.RUNNING, now, now, values_in_force()
            run.save()
    except IntegrityError as error:
        raise RunsAlready from error
    return run


def _end(run: MatchRun, problem: str = "") -> None:
    run.refresh_from_db()
    run.state, run.ended_at = RunState.FAILED if problem else RunState.DONE, timezone.now()
    run.problem = problem
    run.save()


def _note(run: MatchRun, done: int, counts: Counts, pairs: int, seconds: float) -> None:
    """A sign of life, with what came since the last one: several processes may add to a run."""
    MatchRun.objects.filter(pk=run.pk).update(
        done=F("done") + done, kept=F("kept") + counts.kept, added=F("added") + counts.added,
        removed=F("removed") + counts.removed, moved=F("moved") + counts.moved, pairs=F("pairs") + pairs,
        seconds=F("seconds") + seconds, touched_at=timezone.now(),
    )  # fmt: skip


# ------------------------------------------------------------------ all demands
def run_full(
    run: MatchRun | None = None, *, by: User | None = None, now: dt.datetime | None = None, processes: int = 1,
    progress: Progress = _quiet,
) -> MatchRun:  # fmt: skip
    """Match every open demand: in the run that waits for it, if one does. Raises RunsAlready where a full run is under
    way, NotReady without an index."""
    now = now or timezone.now()
    matcher = Matcher()
    run = begin(run or _waiting() or MatchRun(kind=RunKind.FULL, by=by), now=now)
    try:
        keys = list(Demand.objects.open().order_by("pk").values_list("pk", flat=True))
        run.total, run.is_semantic, run.weights = len(keys), matcher.is_semantic, dict(matcher.weights)
        run.save(update_fields=["total", "is_semantic", "weights"])
        if processes > 1 and len(keys) > AT_ONCE:
            _in_processes(run, keys, now, processes, progress)
        else:
            _match(run, matcher, keys, now, Meanwhile(progress))
        _clear(run)
    except BaseException as error:
        _end(run, problem=str(error) or type(error).__name__)
        raise
    _end(run)
    return run


def _match(run: MatchRun, matcher: Matcher, keys: Sequence[int], now: dt.datetime, progress: Progress) -> None:
    for start in range(0, len(keys), AT_ONCE):
        begun, looked_at = time.process_time(), matcher.looked_at
        demands = list(
            Demand.objects.filter(pk__in=keys[start : start + AT_ONCE]).select_related("organization").order_by("pk")
        )
        counts = store_best(matcher, demands, now=now)
        _note(run, len(demands), counts, matcher.looked_at - looked_at, time.process_time() - begun)
        progress(start + len(demands), len(keys))


def _in_processes(run: MatchRun, keys: Sequence[int], now: dt.datetime, processes: int, progress: Progress) -> None:
    """Each takes every so many-th demand, with connections and an index of its own."""
    _close_connections()
    context = get_context("fork")
    shares = [keys[n::processes] for n in range(processes)]
    workers = [context.Process(target=_share, args=(run.pk, share, now)) for share in shares]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        workers[0].join(timeout=1)
        for worker in workers[1:]:
            worker.join(timeout=0.01)
        progress(MatchRun.objects.values_list("done", flat=True).get(pk=run.pk), len(keys))
    if any(worker.exitcode for worker in workers):
        raise DomainError(_("A process of this run ended early."))


def _share(pk: int, keys: Sequence[int], now: dt.datetime) -> None:
    _match(MatchRun.objects.get(pk=pk), Matcher(), keys, now, _quiet)


def _close_connections() -> None:
    """All that a process born now would share. What is closed goes back to its pool, so pools are closed as well."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def _clear(run: MatchRun) -> None:
    """Take away the matches of demands that are not open any more."""
    closed = Match.objects.exclude(demand__state__in=OPEN_STATES)
    _note(run, 0, Counts(removed=forget(closed)), 0, 0.0)


class Meanwhile:
    """The progress of a full run in the worker, which looks at what changes as it would without that run.

    The run may write once more what it read before: the changes are kept, and matched again when it is done.
    """

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.last = 0  # the newest change that was seen
        self.looked_at = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        self.progress(done, total)
        if time.monotonic() - self.looked_at < LOOKS:
            return
        newest = MatchChange.objects.aggregate(newest=Max("pk"))["newest"] or 0
        try:
            _run_changes(timezone.now(), beside=True, after=self.last)
        except DomainError:  # somebody else is at it
            pass
        except Exception:
            logger.exception("What changed during a full run could not be matched; it is tried again after it.")
        self.last, self.looked_at = newest, time.monotonic()


# ------------------------------------------------------------------ what changed
def note_changes(records: Iterable[Key] | None) -> None:
    """What the index has written: demands and offers wait to be matched. None: it was built anew, and all are."""
    if records is None:
        MatchChange.objects.all().delete()
        ask_for_full_run()
        return
    rows = [MatchChange(noun=noun, object_id=key) for noun, key in records if noun == "demand" or noun in OFFERS]
    MatchChange.objects.bulk_create(rows)


def match_changes(*, now: dt.datetime | None = None) -> MatchRun | None:
    """The run of a minute: a full one where somebody asked for it, other weights are in force or the last one was
    broken off; else what changed, also while another process has a full run under way.
    """
    now = now or timezone.now()
    fail_dead_runs(now=now)
    under_way = set(MatchRun.objects.filter(state=RunState.RUNNING).values_list("kind", flat=True))
    if RunKind.CHANGES in under_way:
        return None
    try:
        if RunKind.FULL in under_way:
            return _run_changes(now, beside=True)
        if (full := _full_run_needed()) is not None:
            return run_full(full, now=now)
        return _run_changes(now)
    except (NotReady, RunsAlready):
        return None


def _full_run_needed() -> MatchRun | None:
    if MatchChange.objects.count() > TAKEN:
        MatchChange.objects.all().delete()
        return ask_for_full_run()
    waiting = _waiting()
    last = MatchRun.objects.filter(kind=RunKind.FULL, state=RunState.DONE).order_by("-started_at").first()
    is_outdated = last is not None and last.weights != values_in_force()
    if waiting is None and (is_outdated or _was_broken_off()):
        return ask_for_full_run()
    return waiting


def _was_broken_off() -> bool:
    """Whether the last full run failed, but not so often that trying again is hopeless."""
    begun = MatchRun.objects.filter(kind=RunKind.FULL).exclude(state=RunState.WAITING)
    states = list(begun.order_by("-started_at", "-pk").values_list("state", flat=True)[:MOST_TRIES])
    return states[:1] == [RunState.FAILED] and states.count(RunState.FAILED) < MOST_TRIES


def _run_changes(now: dt.datetime, *, beside: bool = False, after: int = 0) -> MatchRun | None:
    """Match what changed. `beside` a full run what changed stays, to be matched once more when that is done."""
    rows = MatchChange.objects.filter(pk__gt=after).order_by("pk")
    taken = list(rows[:TAKEN].values_list("pk", "noun", "object_id"))
    if not taken:
        return None
    changed = dict.fromkeys((noun, key) for _pk, noun, key in taken)
    demands = [key for noun, key in changed if noun == "demand"]
    offers = [row for row in changed if row[0] != "demand"]
    done = MatchChange.objects.filter(pk__lte=taken[-1][0])
    if len(offers) > MANY:
        if beside:
            return None
        run = run_full(now=now)
        done.delete()
        return run
    matcher = Matcher()
    run = begin(MatchRun(kind=RunKind.CHANGES, is_semantic=matcher.is_semantic), now=now)
    try:
        gone = _forget_hidden(offers)
        pairs = _pairs_of(matcher, offers, but=demands)
        run.total = len(demands) + len(pairs)
        run.save(update_fields=["total"])
        _match(run, matcher, demands, now, _quiet)
        _match_pairs(run, matcher, pairs, now)
        _note(run, 0, Counts(removed=gone), 0, 0.0)
    except BaseException as error:
        _end(run, problem=str(error) or type(error).__name__)
        raise
    if not beside:
        done.delete()
    _end(run)
    return run


def _match_pairs(run: MatchRun, matcher: Matcher, pairs: dict[int, list[Key]], now: dt.datetime) -> None:
    for demand in Demand.objects.filter(pk__in=pairs).select_related("organization"):
        begun = time.process_time()
        counts = store_pairs(matcher, demand, pairs[demand.pk], now=now)
        _note(run, 1, counts, len(pairs[demand.pk]), time.process_time() - begun)


def _forget_hidden(offers: Sequence[Key]) -> int:
    """Take away the matches of offers that are public no more. Returns how many."""
    public = records_of(offers)
    hidden = [key for key in offers if key not in public]
    return sum(forget(Match.objects.filter(**{f"{noun}_id": key})) for noun, key in hidden)


def _pairs_of(matcher: Matcher, offers: Sequence[Key], *, but: Sequence[int]) -> dict[int, list[Key]]:
    """{demand: changed offers} to be held against each other: what is stored, and demands that an offer may answer."""
    found: dict[int, list[Key]] = defaultdict(list)
    for key, offer in records_of(offers).items():
        demands = set(matcher.demands_like(said_of_offer(offer), most=ASKING))
        demands |= set(Match.objects.filter(**{f"{key[0]}_id": key[1]}).order_by().values_list("demand", flat=True))
        demands |= _asking_for(offer)
        rows = Demand.objects.open().filter(pk__in=demands).exclude(pk__in=but).order_by("pk")
        for demand in rows.values_list("pk", flat=True):
            found[demand].append(key)
    return dict(found)


def _asking_for(offer: Model) -> set[int]:
    """Open demands of the field that ask for what an innovation states."""
    if not isinstance(offer, Innovation) or offer.sector is None:
        return set()
    stated = Metric.objects.filter(innovation=offer).order_by().values("parameter")
    rows = Demand.objects.open().filter(near(offer.sector), target_metrics__parameter__in=stated)
    return set(rows.order_by().values_list("pk", flat=True)[:ASKING])
