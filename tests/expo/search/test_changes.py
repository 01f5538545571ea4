"""Every door leaves its changes in the log, and the index follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from expo.models import Holding, Innovation, Organization, SearchChange
from expo.search import changes, index
from expo.search.engine import Asked, Engine
from expo.search.query import SearchQuery
from matchmaking.models import Demand
from tests.factories import make_demand, make_innovation, make_organization

pytestmark = pytest.mark.django_db


def hits(typed: str, noun: str = "innovation") -> list[int]:
    opened = index.opened()
    assert opened is not None
    return Engine(opened).page(Asked(noun, SearchQuery.parse(typed)), offset=0, limit=50).keys


@pytest.fixture
def magnet() -> Innovation:
    innovation = make_innovation(title_en="Quorvex magnet", state="published")
    changes.drain()
    return innovation


def rename(row: Innovation) -> None:
    row.title_en = "Zimbalo magnet"
    row.save()


DOORS: dict[str, Callable[[Any], object]] = {
    "save": rename,
    "update": lambda row: Innovation.objects.filter(pk=row.pk).update(title_en="Zimbalo magnet"),
    "bulk_update": lambda row: (
        setattr(row, "title_en", "Zimbalo magnet"),
        Innovation.objects.bulk_update([row], ["title_en"]),
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_no_door_bypasses_the_log(magnet: Innovation, door: str) -> None:
    DOORS[door](magnet)
    assert hits("zimbalo") == []
    assert changes.drain() > 0
    assert hits("zimbalo") == [magnet.pk]
    assert hits("quorvex") == []


def test_what_is_withdrawn_or_deleted_leaves_the_index(magnet: Innovation) -> None:
    Innovation.objects.filter(pk=magnet.pk).update(state="withdrawn")
    changes.drain()
    assert hits("quorvex") == []
    Innovation.objects.filter(pk=magnet.pk).update(state="published")
    changes.drain()
    assert hits("quorvex") == [magnet.pk]
    Innovation.objects.filter(pk=magnet.pk).delete()
    changes.drain()
    assert hits("quorvex") == []


def test_renaming_an_organization_finds_what_it_holds_by_the_new_name(magnet: Innovation) -> None:
    holder = make_organization(name_en="Oldname Works")
    holding = Holding.objects.create(innovation=magnet, organization=holder)
    changes.drain()
    assert hits("oldname") == [magnet.pk]
    Organization.objects.filter(pk=holder.pk).update(name_en="Newname Works")
    changes.drain()
    assert (hits("oldname"), hits("newname")) == ([], [magnet.pk])
    holding.delete()
    changes.drain()
    assert hits("newname") == []


def test_the_log_is_empty_only_when_the_index_has_it(magnet: Innovation, monkeypatch: pytest.MonkeyPatch) -> None:
    Innovation.objects.filter(pk=magnet.pk).update(title_en="Zimbalo magnet")

    def crash(*args: Any) -> int:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(index, "write", crash)
        with pytest.raises(OSError, match="space"):
            changes.drain()
    assert SearchChange.objects.exists()
    changes.drain()
    assert not SearchChange.objects.exists()
    assert hits("zimbalo") == [magnet.pk]


def test_an_index_of_another_version_is_built_anew(magnet: Innovation) -> None:
    pointer = index.root() / index.POINTER
    pointer.write_text(pointer.read_text().replace('"version": "', '"version": "old'))
    assert index.opened() is None
    changes.drain()
    assert hits("quorvex") == [magnet.pk]


def test_two_processes_never_write_at_once(magnet: Innovation) -> None:
    with index.writing(), pytest.raises(index.IndexBusy), index.writing():
        pass


def test_an_unnamed_demand_is_found_by_its_content_only() -> None:
    firm = make_organization(name_en="Canaryfirm Works", name_zh="金丝雀工厂")
    demand = make_demand(
        organization=firm, confidentiality="anonymous", state="published", title_en="Quiet grinding",
        decision_owner="Canaryowner",
    )  # fmt: skip
    secret = make_demand(
        confidentiality="nda_only", state="published", title_en="Quiet polishing", problem_en="Canaryproblem"
    )
    changes.drain()
    assert hits("grinding", "demand") == [demand.pk]
    assert hits("polishing", "demand") == [secret.pk]
    for word in ("canaryfirm", "金丝雀", "canaryowner", "canaryproblem", "jinsique"):
        assert hits(word, "demand") == []
    assert Demand.objects.count() == 2
