"""Covers are the same picture for the same thing, everywhere."""

import re
from xml.etree import ElementTree

import pytest

from expo.covers import FAMILIES, cover
from expo.models.sector import Cover

SEEDS = [f"thing-{number}" for number in range(40)]


def parsed(seed: str, family: str, **size: int) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(f"<svg>{cover(seed, family=family, **size)}</svg>"))  # noqa: S314


@pytest.mark.parametrize("family", FAMILIES)
def test_cover_is_the_same_for_the_same_seed(family):
    first = cover("flash-radiotherapy", family=family)
    cover.cache_clear()
    assert cover("flash-radiotherapy", family=family) == first


def test_cover_does_not_change_between_releases():
    assert cover("magnet", family="trace").endswith('<path class="k" d="M48 67h24v26h-24z"/>')


@pytest.mark.parametrize("family", FAMILIES)
def test_cover_differs_between_seeds(family):
    assert len({cover(seed, family=family) for seed in SEEDS}) == len(SEEDS)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("size", [(320, 160), (420, 260), (400, 160)])
def test_cover_is_well_formed_and_uses_only_the_agreed_classes(family, size):
    for seed in SEEDS:
        elements = parsed(seed, family, width=size[0], height=size[1])
        classes = [element.get("class") for element in elements]
        assert set(classes) <= {"l", "l2", "f", "f2", "k"}
        assert classes.count("k") == 1, "one signal mark"
        for element in elements:
            assert set(element.attrib) == {"class", "d"}, "no ids, no styles"
            assert re.fullmatch(r"[MLCSQAHVZmlcsqahvz0-9 .-]+", element.get("d"))
            assert not re.search(r"\.\d\d", element.get("d")), "one decimal is enough"


@pytest.mark.parametrize("family", FAMILIES)
def test_cover_is_small(family):
    lengths = sorted(len(cover(seed, family=family)) for seed in SEEDS)
    assert lengths[len(lengths) // 2] < 1_800


def test_cover_of_an_unknown_family_names_the_choices():
    with pytest.raises(ValueError, match="field, orbit, lattice, path"):
        cover("magnet", family="spiral")


def test_every_family_has_a_name_in_the_admin() -> None:
    assert set(Cover.values) == set(FAMILIES)
