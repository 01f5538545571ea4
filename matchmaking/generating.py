"""Sample demands in any number, of the organizations that `expo.generating` made: the same seed, the same demands.

They are published at once, without moves or history, since nobody decided on them; `remove_samples` takes them away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from random import Random

from django.db import transaction
from django.utils.translation import gettext as _

from expo.composing import Draft, compose
from expo.errors import DomainError
from expo.generating import prepare
from expo.models import Mode, Organization, Origin, Parameter, Region, Sector
from matchmaking.models import Demand, DemandState, TargetMetric, WantedMode

BATCH = 1_000  # demands written at a time
TEXTS = {"title": "title", "claim": "claim", "abstract": "problem", "uses": "situation"}  # of a draft, of a demand
BETTER = {"higher": "ge", "lower": "le"}
MOST_TARGETS = 3


def generate_demands(count: int, *, seed: int) -> int:
    """Add that many. DomainError where this seed was used before, or no sample organization is there."""
    if Demand.objects.filter(slug=f"sample-demand-{seed}-1").exists():
        raise DomainError(_("The samples of seed %(seed)s are here already. Choose another seed.") % {"seed": seed})
    firms = list(Organization.objects.filter(origin=Origin.SAMPLE).order_by("pk").values_list("pk", flat=True))
    if not firms:
        raise DomainError(_("There is no sample organization yet: generate innovations first."))
    rng, ground = Random(f"demands {seed}"), prepare()  # noqa: S311
    for start in range(0, count, BATCH):
        drafts = [(n + 1, compose(rng)) for n in range(start, min(start + BATCH, count))]
        with transaction.atomic():
            made = (_demand(rng, ground.sectors, firms, draft, f"{seed}-{n}") for n, draft in drafts)
            rows = Demand.objects.bulk_create(made)
            drawn = zip(rows, (draft for _n, draft in drafts), strict=True)
            WantedMode.objects.bulk_create(mode for row in rows for mode in _modes(rng, row))
            TargetMetric.objects.bulk_create(
                target for row, draft in drawn for target in _targets(ground.parameters, row, draft)
            )
    return count


def _demand(rng: Random, sectors: dict[str, Sector], firms: Sequence[int], draft: Draft, number: str) -> Demand:
    texts = {
        f"{to}_{lang}": draft.texts.get(f"{name}_{lang}", "") for name, to in TEXTS.items() for lang in ("en", "zh")
    }
    low = Decimal(rng.randint(1, 40) * 50_000)
    return Demand(
        slug=f"sample-demand-{number}", organization_id=rng.choice(firms), sector=sectors[draft.field.slug],
        state=DemandState.PUBLISHED, origin=Origin.SAMPLE, kind=rng.choice(Demand.Kind.values),
        trl_wanted=rng.choice((None, 5, 6, 7, 8)), budget_min=low, budget_max=3 * low,
        deadline=dt.date(2027, 1, 1) + dt.timedelta(days=rng.randint(0, 700)),
        accepts_equity=rng.choice((None, True, False)), wants_team=rng.choice((None, True)),
        region_wanted=rng.choice(("", Region.SC)), **texts,
    )  # fmt: skip


def _modes(rng: Random, demand: Demand) -> Iterator[WantedMode]:
    for mode in rng.sample(Mode.values, rng.randint(0, 3)):
        yield WantedMode(demand=demand, mode=mode)


def _targets(parameters: dict[str, Parameter], demand: Demand, draft: Draft) -> Iterator[TargetMetric]:
    known = (figure for figure in draft.figures if figure.quantity.slug in parameters)
    for position, figure in enumerate(list(known)[:MOST_TARGETS]):
        yield TargetMetric(
            demand=demand, parameter=parameters[figure.quantity.slug], value=figure.value, position=position,
            operator=BETTER.get(figure.quantity.better, "ge"), is_change=figure.is_change,
        )  # fmt: skip
