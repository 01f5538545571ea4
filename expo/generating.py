"""Filling a database with samples in any number, to see how the fair does at a hundred times today's size.

The same seed gives the same samples. They are published at once and without moves or history, since nobody decided
on them; `remove_samples` takes them all away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils.text import slugify
from django.utils.translation import gettext as _

from expo.composing import Draft, compose
from expo.errors import DomainError
from expo.identifiers import patent_check_digit
from expo.models import (
    Edition,
    Exhibitor,
    ExhibitorState,
    Hall,
    Holding,
    Innovation,
    InnovationState,
    IpRight,
    Metric,
    Mode,
    OfferedMode,
    Organization,
    OrganizationKind,
    Origin,
    Parameter,
    Region,
    Sector,
    Stand,
    Zone,
)
from expo.models.innovation import IpTitle, TrlScale
from expo.vocabulary import FIELDS, Field, pairs

Row = TypeVar("Row", bound=Model)
BATCH = 2_000  # innovations written at a time
PER_ORGANIZATION = 20
EXHIBITING = 0.4  # of the organizations
PER_ZONE = 100  # stands; who finds none shares one as a co-exhibitor: halls do not grow with the years
MOST_ZONES = 4
FEWEST_LETTERS_LEFT = 4  # for zones that people add by hand
ROW = 20  # stands beside each other
SIDE = 3  # metres, of a stand; as much is left free before the next row

CITIES = pairs(
    """Mianyang|绵阳; Chengdu|成都; Deyang|德阳; Guangyuan|广元; Leshan|乐山; Yibin|宜宾; Zigong|自贡; Nanchong|南充;
    Luzhou|泸州; Suining|遂宁; Ya'an|雅安; Panzhihua|攀枝花"""
)
ELSEWHERE = (
    (Region.BJ, "Beijing|北京"), (Region.SH, "Shanghai|上海"), (Region.CQ, "Chongqing|重庆"), (Region.SN, "Xi'an|西安"),
    (Region.HB, "Wuhan|武汉"), (Region.JS, "Suzhou|苏州"), (Region.GD, "Shenzhen|深圳"), (Region.ZJ, "Hangzhou|杭州"),
    (Region.AH, "Hefei|合肥"), (Region.HN, "Changsha|长沙"), (Region.LN, "Shenyang|沈阳"), (Region.GZ, "Guiyang|贵阳"),
)  # fmt: skip
ABROAD = (
    ("DE", "Jena|耶拿"),
    ("JP", "Nagoya|名古屋"),
    ("IT", "Turin|都灵"),
    ("SG", "Singapore|新加坡"),
    ("HU", "Pécs|佩奇"),
)
SYLLABLES = pairs(
    """Fu|涪; Ling|凌; Heng|恒; Chuan|川; Yuan|远; Tian|天; Rui|瑞; Xin|欣; Hua|华; Ke|科; Zhi|智; Sheng|晟; Ming|明;
    Jia|嘉; Hao|浩; Bo|博; Lan|蓝; Qing|清; Da|达; Wei|维; Yun|云; Long|隆; Jin|锦; An|安; Shu|蜀; Pu|普; Tong|通;
    Cheng|诚; Hong|鸿; Guang|光; Lu|陆; Zhen|臻; Kai|凯; Nuo|诺; Ze|泽; Ruo|若; Mu|牧; Sui|遂; Qi|启; Zhuo|卓"""
)
KINDS = {
    OrganizationKind.ENTERPRISE: (75, "{name} {field} Co.", "{name}{field}有限公司"),
    OrganizationKind.UNIVERSITY: (10, "{name} University, School of {field}", "{name}大学{field}学院"),
    OrganizationKind.RESEARCH_INSTITUTE: (15, "{name} Institute of {field}", "{name}{field}研究院"),
}


@dataclass(frozen=True)
class Ground:
    """What the samples stand on."""

    edition: Edition
    sectors: dict[str, Sector]
    parameters: dict[str, Parameter]


def generate(
    innovations: int, *, seed: int, progress: Callable[[str, int], None] = lambda noun, done: None
) -> dict[str, int]:
    """Add that many published innovations and what belongs to them; returns how many rows came, by noun.

    DomainError where this seed was used before."""
    if Organization.objects.filter(slug=f"sample-organization-{seed}-1").exists():
        raise DomainError(_("The samples of seed %(seed)s are here already. Choose another seed.") % {"seed": seed})
    rng = Random(f"{seed}")  # noqa: S311
    with transaction.atomic():
        ground = prepare()
        firms = organizations(rng, ground, max(1, innovations // PER_ORGANIZATION), seed=seed)
        here = exhibit(rng, ground, firms, seed=seed)
    counts = {"organizations": len(firms), "exhibitors": here, "innovations": innovations}
    progress("organizations", len(firms))
    progress("exhibitors", here)
    for start in range(0, innovations, BATCH):
        numbers = range(start + 1, min(start + BATCH, innovations) + 1)
        with transaction.atomic():
            _write_innovations(rng, ground, firms, numbers, seed)
        progress("innovations", numbers[-1])
    return counts


# ------------------------------------------------------------------ ground
def prepare() -> Ground:
    """The current edition, the sectors and the parameters of the samples; what is missing is made."""
    edition = Edition.objects.current() or Edition.objects.create(
        number=1 + max(Edition.objects.values_list("number", flat=True), default=0), name_en="Sample fair",
        name_zh="样例博览会", opens_on=dt.date(2025, 9, 26), closes_on=dt.date(2025, 9, 28), city_en="Mianyang",
        city_zh="绵阳", is_current=True, origin=Origin.SAMPLE,
    )  # fmt: skip
    sectors = {sector.slug: sector for sector in Sector.objects.filter(slug__in=[field.slug for field in FIELDS])}
    for field in FIELDS:
        if field.slug not in sectors:
            sectors[field.slug] = Sector.objects.create(
                slug=field.slug, name_en=field.name[0], name_zh=field.name[1], hue=field.hue, origin=Origin.SAMPLE
            )
    return Ground(edition, sectors, {row.slug: row for row in Parameter.objects.all()})


def organizations(rng: Random, ground: Ground, count: int, *, seed: int) -> list[Organization]:
    rows = (_organization(rng, ground, f"sample-organization-{seed}-{n}") for n in range(1, count + 1))
    return _created(Organization, rows)


def _organization(rng: Random, ground: Ground, slug: str) -> Organization:
    field = rng.choice(FIELDS)
    kinds = list(KINDS)
    kind = rng.choices(kinds, [KINDS[kind][0] for kind in kinds])[0]
    _weight, english, chinese = KINDS[kind]
    country, region, city = _place(rng)
    names = rng.choices(SYLLABLES, k=rng.randint(2, 3))
    name_en = names[0][0] + "".join(syllable.lower() for syllable, _han in names[1:])
    if kind != OrganizationKind.ENTERPRISE:
        name_en = f"{city[0]} {name_en}"
    name_zh = "".join(han for _syllable, han in names)
    return Organization(
        slug=slug, kind=kind, country=country, region=region, city_en=city[0], city_zh=city[1], origin=Origin.SAMPLE,
        sector=ground.sectors[field.slug], is_state_established=kind == OrganizationKind.UNIVERSITY,
        name_en=english.format(name=name_en, field=field.name[0].lower()),
        name_zh=chinese.format(name=city[1] + name_zh, field=field.name[1]),
        about_en=f"Works on {field.things[0][0]} and {field.things[1][0]} in {city[0]}.",
        about_zh=f"在{city[1]}从事{field.things[0][1]}和{field.things[1][1]}的研发。",
    )  # fmt: skip


def _place(rng: Random) -> tuple[str, str, tuple[str, str]]:
    """Country, region and city: half of them near, a few abroad."""
    chance = rng.random()
    if chance < 0.5:
        return "CN", Region.SC, rng.choice(CITIES)
    if chance < 0.92:
        region, city = rng.choice(ELSEWHERE)
        return "CN", region, pairs(city)[0]
    country, city = rng.choice(ABROAD)
    return country, "", pairs(city)[0]


# ------------------------------------------------------------------ the exhibition
def exhibit(rng: Random, ground: Ground, firms: Sequence[Organization], *, seed: int) -> int:
    """Give a part of the organizations zones, and stands as far as there are; returns how many exhibit."""
    coming = [firm for firm in firms if rng.random() < EXHIBITING] or list(firms[:1])
    zones = _zones(ground.edition, len(coming), seed)
    if not zones:
        return 0
    holders = len(zones) * PER_ZONE
    rows = []
    for n, firm in enumerate(coming):
        field = rng.choice(FIELDS)
        rows.append(_exhibitor(ground.edition, firm, zones[n % len(zones)], field))
    holding = _created(Exhibitor, rows[:holders])
    for row in rows[holders:]:
        row.host = rng.choice(holding)
        row.zone = row.host.zone
    _created(Exhibitor, rows[holders:])
    _created(Stand, (_stand(row, n // len(zones)) for n, row in enumerate(holding)))
    return len(rows)


def _exhibitor(edition: Edition, firm: Organization, zone: Zone, field: Field) -> Exhibitor:
    first, second = field.things[0], field.things[2]
    return Exhibitor(
        edition=edition, organization=firm, zone=zone, state=ExhibitorState.ACCEPTED, origin=Origin.SAMPLE,
        claim_en=f"Shows {first[0]} and {second[0]} at work.", claim_zh=f"现场演示{first[1]}和{second[1]}。",
        shows_en=f"{first[0].capitalize()}, {second[0]}, and the people who know {field.methods[0][0]}.",
        shows_zh=f"{first[1]}、{second[1]}，以及熟悉{field.methods[0][1]}的团队。",
    )  # fmt: skip


def _zones(edition: Edition, exhibitors: int, seed: int) -> list[Zone]:
    """A hall of this seed with zones side by side, under letters that are free; none when the letters are used up."""
    taken = set(Zone.objects.filter(edition=edition).values_list("letter", flat=True))
    free = [letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter not in taken][:-FEWEST_LETTERS_LEFT]
    letters = free[: min(MOST_ZONES, 1 + exhibitors // PER_ZONE)]
    if not letters:
        return list(Zone.objects.filter(edition=edition, origin=Origin.SAMPLE, slug__startswith="sample-zone-"))
    width = 2 * SIDE * ROW + 2 * SIDE
    hall = Hall.objects.create(
        edition=edition, slug=f"sample-hall-{seed}", name_en=f"Sample hall {seed}", name_zh=f"样例馆{seed}",
        width=width * len(letters), depth=2 * SIDE * (PER_ZONE // ROW + 1), position=100, origin=Origin.SAMPLE,
    )  # fmt: skip
    return [
        Zone.objects.create(
            edition=edition, letter=letter, slug=f"sample-zone-{letter.lower()}", name_en=f"Samples {letter}",
            name_zh=f"样例{letter}区", hue="m", hall=hall, x=n * width, y=0, width=width, depth=hall.depth,
            origin=Origin.SAMPLE,
        )
        for n, letter in enumerate(letters)
    ]  # fmt: skip


def _stand(exhibitor: Exhibitor, n: int) -> Stand:
    """The n-th of its zone, from 0."""
    zone = exhibitor.zone
    assert zone is not None  # noqa: S101 (an accepted exhibitor has one)
    x, y = zone.x + 2 * SIDE * (n % ROW) + SIDE, zone.y + 2 * SIDE * (n // ROW) + SIDE
    return Stand(
        zone=zone, number=f"{n + 1:02d}", exhibitor=exhibitor, x=x, y=y, width=SIDE, depth=SIDE, origin=Origin.SAMPLE
    )


# ------------------------------------------------------------------ innovations
def _write_innovations(
    rng: Random, ground: Ground, firms: Sequence[Organization], numbers: Iterable[int], seed: int
) -> None:
    drafts = [(n, compose(rng)) for n in numbers]
    rows = _created(Innovation, (_innovation(rng, ground, draft, f"{seed}-{n}") for n, draft in drafts))
    _created(Holding, (part for row in rows for part in _holdings(rng, row, firms)))
    _created(OfferedMode, (OfferedMode(innovation=row, mode=mode) for row in rows for mode in _modes(rng)))
    _created(IpRight, (right for row in rows for right in _rights(rng, row)))
    drawn = zip(rows, drafts, strict=True)
    _created(Metric, (metric for row, (_n, draft) in drawn for metric in _metrics(ground, row, draft)))


def _innovation(rng: Random, ground: Ground, draft: Draft, number: str) -> Innovation:
    return Innovation(
        slug=f"{slugify(draft.texts['title_en'])[:70]}-{number}", sector=ground.sectors[draft.field.slug],
        state=InnovationState.PUBLISHED, origin=Origin.SAMPLE, trl=draft.trl, stage=draft.stage,
        trl_scale=TrlScale.ISO_16290 if draft.trl else "", ip_title=rng.choice(IpTitle.values),
        team_available=rng.choice((None, True, True, False)), **draft.texts,
    )  # fmt: skip


def _holdings(rng: Random, innovation: Innovation, firms: Sequence[Organization]) -> Iterator[Holding]:
    """One holder, and a co-holder for every fifth."""
    wanted = 2 if rng.random() < 0.2 and len(firms) > 1 else 1
    for position, firm in enumerate(rng.sample(firms, wanted)):
        role = Holding.Role.CO_HOLDER if position else Holding.Role.HOLDER
        yield Holding(innovation=innovation, organization=firm, role=role, position=position)


def _modes(rng: Random) -> list[str]:
    return rng.sample(Mode.values, rng.randint(1, 3))


def _rights(rng: Random, innovation: Innovation) -> Iterator[IpRight]:
    kinds = (IpRight.Kind.INVENTION, IpRight.Kind.UTILITY_MODEL)
    for _right in range(rng.choice((0, 1, 1, 2))):
        kind = rng.choice(kinds)
        body = f"{rng.randint(2010, 2025)}{1 + kinds.index(kind)}{rng.randint(0, 9_999_999):07d}"
        yield IpRight(innovation=innovation, kind=kind, number=f"ZL{body}.{patent_check_digit(body)}")


def _metrics(ground: Ground, innovation: Innovation, draft: Draft) -> Iterator[Metric]:
    for position, figure in enumerate(draft.figures):
        quantity = figure.quantity
        if quantity.slug not in ground.parameters:
            ground.parameters[quantity.slug] = Parameter.objects.create(
                slug=quantity.slug, name_en=quantity.name[0], name_zh=quantity.name[1], unit=quantity.unit,
                better=quantity.better,
            )  # fmt: skip
        words = {"baseline_en": "today's product", "baseline_zh": "现有产品"} if figure.is_change else {}
        yield Metric(
            innovation=innovation, parameter=ground.parameters[quantity.slug], operator=figure.operator,
            value=figure.value, value_to=figure.value_to, is_change=figure.is_change, position=position, **words,
        )  # fmt: skip


def _created(model: type[Row], rows: Iterable[Row]) -> list[Row]:
    return model._default_manager.bulk_create(rows)
