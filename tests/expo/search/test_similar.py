"""Beside an innovation or a product stands what says nearly the same."""

from __future__ import annotations

import pytest

from expo.panels import similar_innovations, similar_products
from expo.search import changes
from expo.search.similar import similar_to
from tests.factories import make_innovation, make_product, make_sector

pytestmark = pytest.mark.django_db


def test_what_says_nearly_the_same_stands_first_whatever_its_field_then_the_rest_of_the_field() -> None:
    field = make_sector()
    words = {"claim_en": "A sintered neodymium magnet for motors", "claim_zh": "电机用烧结钕铁硼磁体"}
    magnet = make_innovation(title_en="Neodymium magnet", title_zh="钕磁体", sector=field, **words)
    alike = make_innovation(title_en="Motor magnet of neodymium", title_zh="电机钕磁体", **words)
    make_innovation(title_en="Neodymium magnet", title_zh="钕磁体", state="draft", **words)
    turbine = {"title_en": "Turbine blade", "title_zh": "叶片", "claim_en": "Turns in steam", "claim_zh": "蒸汽中转动"}
    beside = make_innovation(sector=field, **turbine)
    make_innovation(**turbine)
    assert similar_to(magnet, most=4) == []  # no index yet: the field stands in
    assert list(similar_innovations(magnet)) == [beside]
    changes.rebuild()
    assert similar_to(magnet, most=4) == [alike]
    assert list(similar_innovations(magnet)) == [alike, beside]


def test_products_are_beside_products() -> None:
    text = {"title_en": "Regenerated magnet powder", "title_zh": "再生磁粉", "claim_en": "From swarf", "claim_zh": ""}
    one, other = make_product(**text), make_product(**text)
    make_innovation(**text)
    make_product(title_en="Vacuum pump", title_zh="真空泵")
    changes.rebuild()
    assert list(similar_products(one)) == [other]
