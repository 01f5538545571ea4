"""What is not public cannot be found by searching for its words: a canary in every private text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from expo import registry
from expo.search import generation, index, memory
from tests.factories import (
    make_announcement,
    make_deal,
    make_demand,
    make_edition,
    make_exhibitor,
    make_innovation,
    make_instrument,
    make_organization,
    make_platform,
    make_product,
    make_session,
)
from tests.fair import private_texts

pytestmark = [pytest.mark.django_db, pytest.mark.sweep]
CANARY, HAN_CANARY = "Zyxcanary", "鸲鹆雀"
LOOKS = (CANARY, CANARY.lower()[:6], HAN_CANARY, HAN_CANARY[:2], f'"{CANARY}"', f"code:{CANARY}", "zyxcanari")


@pytest.fixture(autouse=True)
def own_index(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.API_REQUESTS_PER_MINUTE = 10**6
    yield
    generation.forget()
    memory.forget()


def plant(record: Any, names: list[str]) -> int:
    words = {name: HAN_CANARY if name.endswith("_zh") else CANARY for name in names}
    type(record)._base_manager.filter(pk=record.pk).update(**words)
    return len(names)


def found_anywhere() -> list[str]:
    """The addresses at which a look for the canary finds or tells something."""
    told = []
    for look in LOOKS:
        addresses = [reverse(row.url_name) for row in registry.listings.values()]
        addresses += [reverse("search"), reverse("search-suggestions")]
        addresses += [f"/api/v1/{reverse(row.url_name).split('/')[2]}/" for row in registry.listings.values()]
        for address in addresses:
            answer = Client().get(address, {"q": look})
            body = answer.content.decode()
            if address.startswith("/api/"):
                if answer.status_code == 200 and answer.json()["count"]:
                    told.append(f"{address}?q={look}")
            elif any(sign in body for sign in ('class="card', "<mark>", 'class="found', 'role="option" id="s-r')):
                told.append(f"{address}?q={look}")
    return told


@pytest.mark.parametrize("with_index", [True, False], ids=["index", "database"])
def test_no_private_text_of_any_noun_is_found(with_index: bool) -> None:
    edition = make_edition()
    firm = make_organization()
    innovation = make_innovation(organizations=[firm])
    records = [
        firm, innovation, edition, make_exhibitor(organization=firm, edition=edition), make_product(organization=firm),
        make_demand(organization=firm), make_instrument(organization=firm), make_platform(organization=firm),
        make_deal(is_published=True), make_announcement(edition=edition), make_session(edition=edition),
    ]  # fmt: skip
    assert sum(plant(record, private_texts(record)) for record in records) > 8
    if with_index:
        index.rebuild()
        generation.beat()
    assert found_anywhere() == []


@pytest.mark.parametrize("confidentiality", ["anonymous", "nda_only"])
@pytest.mark.parametrize("with_index", [True, False], ids=["index", "database"])
def test_who_hides_behind_a_demand_is_not_found(confidentiality: str, with_index: bool) -> None:
    firm = make_organization(name_en=f"{CANARY} Works", name_zh=f"{HAN_CANARY}有限公司", slug="the-works")
    details = {f"{name}_en": f"We say {CANARY}" for name in ("problem", "situation", "limits")}
    details |= {f"{name}_zh": HAN_CANARY for name in ("problem", "situation", "limits")}
    demand = make_demand(organization=firm, confidentiality=confidentiality)
    if confidentiality == "nda_only":
        type(demand)._base_manager.filter(pk=demand.pk).update(**details)
    make_demand(title_en="Somebody else")
    if with_index:
        index.rebuild()
        generation.beat()
    assert found_anywhere() == []


@pytest.mark.parametrize("with_index", [True, False], ids=["index", "database"])
def test_what_is_not_published_is_not_found(with_index: bool) -> None:
    make_edition()
    for make in (make_innovation, make_product, make_demand):
        record = make(title_en=CANARY, title_zh=HAN_CANARY)
        type(record)._base_manager.filter(pk=record.pk).update(state="draft")
    make_announcement(title_en=CANARY, title_zh=HAN_CANARY, publish_at=None)
    make_deal(title_en=CANARY, title_zh=HAN_CANARY, is_published=False)
    if with_index:
        index.rebuild()
        generation.beat()
    assert found_anywhere() == []


def test_a_public_canary_is_found() -> None:
    """So that the other tests can fail."""
    make_edition()
    make_innovation(title_en=CANARY, title_zh=HAN_CANARY)
    index.rebuild()
    generation.beat()
    assert len(found_anywhere()) > 10
