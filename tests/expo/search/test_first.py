"""A page that shows the first few of a listing shows the same with the index and without it."""

from __future__ import annotations

import pytest

from expo.listings import sector_rows
from expo.models import Innovation, Sector
from expo.panels import innovations_alike, innovations_in_sector, innovations_in_zone
from expo.search import changes, generation
from expo.search.first import count_of
from tests.factories import make_exhibitor, make_innovation, make_organization, make_sector, make_zone

pytestmark = pytest.mark.django_db


def test_panels_show_the_same_rows_with_the_index_and_without_it() -> None:
    parent, zone = make_sector(), make_zone()
    child, holder = make_sector(parent=parent), make_organization()
    make_exhibitor(organization=holder, zone=zone)
    rows = [
        make_innovation(
            slug=f"innovation-{n}", sector=parent if n % 2 else child, organizations=[holder], position=9 - n
        )
        for n in range(9)
    ]
    make_innovation(sector=parent, organizations=[holder], state="draft", position=1)
    make_innovation(position=1)

    def shown() -> list[list[object]]:
        return [
            list(innovations_in_sector(parent)), list(innovations_in_sector(child)), list(innovations_in_zone(zone)),
            list(innovations_alike(rows[8])), [count_of("innovation")],
        ]  # fmt: skip

    without = shown()
    assert without[0] == rows[:2:-1]
    changes.rebuild()
    assert generation.opened() is not None
    assert shown() == without


def test_a_sector_counts_its_own_published_innovations_with_the_index_and_without_it() -> None:
    whole, lonely = make_sector(slug="whole"), make_sector(slug="lonely")
    part, other, empty = (make_sector(slug=slug, parent=whole) for slug in ("part", "other", "empty"))
    for sector, published, drafts in ((whole, 3, 1), (part, 2, 0), (other, 4, 2), (lonely, 1, 1), (empty, 0, 1)):
        for n in range(published + drafts):
            make_innovation(sector=sector, state="published" if n < published else "draft")
    make_innovation(sector=None)

    def counted() -> dict[str, int]:
        return {row.slug: row.innovation_count for row in sector_rows(Sector.objects.public())}

    right = {"whole": 3, "part": 2, "other": 4, "lonely": 1, "empty": 0}
    assert counted() == right
    changes.rebuild()
    Innovation.objects.filter(sector=lonely).update(sector=empty)  # says that the index was asked
    assert counted() == right


def test_a_part_that_moved_before_the_index_knows_leaves_no_number_below_zero() -> None:
    before, after = make_sector(slug="before"), make_sector(slug="after")
    part = make_sector(slug="part", parent=before)
    for sector in (part, part, after):
        make_innovation(sector=sector)
    changes.rebuild()
    Sector.objects.filter(pk=part.pk).update(parent=after)
    assert sector_rows(Sector.objects.public()).get(pk=after.pk).innovation_count == 0
