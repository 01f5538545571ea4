"""Samples in any number: bilingual, public, found by a search, the same for one seed, and gone when they must go."""

from __future__ import annotations

from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from expo.composing import compose
from expo.demo import load_fixtures
from expo.errors import DomainError
from expo.generating import generate
from expo.models import (
    Edition,
    Exhibitor,
    Hall,
    Holding,
    Innovation,
    IpRight,
    Metric,
    OfferedMode,
    Organization,
    Parameter,
    SearchChange,
    Sector,
    Stand,
    Zone,
)
from expo.samples import remove_samples
from expo.search import changes
from expo.vocabulary import FIELDS, QUALITIES, RARE
from tests.factories import make_innovation

pytestmark = pytest.mark.django_db
MADE = (Edition, Exhibitor, Hall, Holding, Innovation, IpRight, Metric, OfferedMode, Organization, Parameter, Sector)


def told() -> list[tuple[object, ...]]:
    """What the innovations say and who holds them."""
    rows = Innovation.objects.order_by("pk")
    return list(
        rows.values_list("slug", "title_en", "title_zh", "abstract_zh", "trl", "holdings__organization__name_zh")
    )


def test_the_words_pair_up_and_none_comes_twice() -> None:
    found = [pair for field in FIELDS for words in (field.things, field.methods, field.uses) for pair in words]
    found += [*QUALITIES, *RARE]
    assert len(found) > 600
    for language in zip(*found, strict=True):
        assert all(language)
        assert len(set(language)) == len(found)


def test_an_empty_database_is_filled_with_public_innovations_in_both_languages() -> None:
    counts = generate(60, seed=7)
    assert counts["innovations"] == Innovation.objects.public().count() == 60
    for row in Innovation.objects.prefetch_related("holdings", "offered_modes", "metrics__parameter", "ip_rights"):
        texts = [
            getattr(row, f"{name}_{lang}") for name in ("title", "claim", "abstract", "uses") for lang in ("en", "zh")
        ]
        assert all(texts), row.slug
        assert all("{" not in text for text in texts), texts
        assert row.is_sample
        assert row.holdings.all()
        assert row.offered_modes.all()
        assert row.metrics.all()
        row.full_clean()
        for part in (*row.ip_rights.all(), *row.metrics.all()):
            part.full_clean(exclude=["innovation", "parameter"])


def test_a_part_of_the_organizations_exhibits_on_stands_that_lie_in_their_zones() -> None:
    generate(200, seed=7)
    exhibitors = Exhibitor.objects.public().of_current_edition()
    assert 0 < exhibitors.count() < Organization.objects.count()
    stands = list(Stand.objects.select_related("zone__hall", "exhibitor"))
    assert {stand.exhibitor for stand in stands} == set(exhibitors)
    for stand in stands:
        stand.full_clean(exclude=["zone", "exhibitor"])
        assert not any(stand.overlaps(other) for other in stands if other.zone == stand.zone and other != stand)
    for zone in Zone.objects.select_related("hall"):
        zone.clean()


def test_the_same_seed_gives_the_same_and_another_seed_others() -> None:
    generate(20, seed=7)
    first = told()
    remove_samples()
    generate(20, seed=7)
    assert told() == first
    generate(20, seed=8)
    assert Innovation.objects.count() == 40
    assert {row[1:] for row in told()[-20:]}.isdisjoint(row[1:] for row in first)


def test_a_seed_that_was_used_is_refused_and_nothing_changes() -> None:
    generate(20, seed=7)
    with pytest.raises(DomainError, match="seed 7"):
        generate(40, seed=7)
    assert Innovation.objects.count() == 20


def test_samples_join_the_fair_that_is_there_and_leave_it_as_it_was() -> None:
    load_fixtures()
    before = {model: model.objects.count() for model in MADE}
    generate(60, seed=7)
    assert Edition.objects.count() == 1
    assert Sector.objects.count() == before[Sector]
    assert Innovation.objects.count() == before[Innovation] + 60


def test_all_of_it_goes_with_the_samples_and_what_is_real_stays() -> None:
    generate(60, seed=7)
    real = make_innovation(origin="editorial", organizations=[], sector=None)
    remove_samples()
    assert list(Innovation.objects.all()) == [real]
    real.delete()
    for model in (*MADE, Stand, Zone):
        assert not model.objects.exists(), model


def test_common_words_come_often_and_rare_ones_seldom() -> None:
    rng = Random(1)  # noqa: S311
    texts = [" ".join(compose(rng).texts.values()) for _n in range(2000)]

    def share(word: str) -> float:
        return sum(word in text for text in texts) / len(texts)

    assert share(FIELDS[0].things[0][1]) > 0.08
    assert 0 < share(RARE[50][1]) < 0.01


def test_what_was_generated_is_found_in_both_languages(client: Client) -> None:
    call_command("generate", innovations=40, seed=7, index=True, yes=True)
    assert not SearchChange.objects.exists()
    row = Innovation.objects.order_by("slug").first()
    assert row is not None
    for path, title in (("/en/innovations/", row.title_en), ("/zh-hans/innovations/", row.title_zh)):
        page = client.get(path, {"q": title})
        assert title in page.content.decode(), title


def test_a_change_during_a_rebuild_stays_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    make_innovation()
    late = []

    def tell(noun: str, done: int) -> None:
        if not late:
            late.append(make_innovation())

    changes.rebuild(tell)
    assert SearchChange.objects.filter(label="expo.Innovation", object_id=late[0].pk).exists()
    assert set(SearchChange.objects.filter(label="expo.Innovation").values_list("object_id", flat=True)) == {late[0].pk}


def test_gaps_in_the_log_are_left_alone() -> None:
    assert list(changes._stretches([1, 2, 3, 7, 8, 10])) == [(1, 3), (7, 8), (10, 10)]


def test_a_site_that_is_open_gets_no_samples_unless_somebody_says_yes(settings: Settings) -> None:
    assert not settings.DEBUG
    with pytest.raises(CommandError, match="--yes"):
        call_command("generate", innovations=5)
    assert not Innovation.objects.exists()
    call_command("generate", innovations=5, yes=True)
    assert Innovation.objects.count() == 5


def test_none_is_no_number_of_innovations() -> None:
    with pytest.raises(CommandError, match="one innovation or more"):
        call_command("generate", innovations=0, yes=True)
