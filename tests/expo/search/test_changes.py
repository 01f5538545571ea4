"""Every door leaves its changes in the log, and the index follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from expo.models import Holding, Innovation, OpeningHours, Organization, PolicyRule, SearchChange, User
from expo.search import changes, generation, index
from expo.search.dependence import UNSEEN, sources
from expo.search.engine import Asked, Engine
from expo.search.query import SearchQuery
from matchmaking.models import Demand
from tests import factories
from tests.factories import make_demand, make_innovation, make_organization

pytestmark = pytest.mark.django_db


def hits(typed: str, noun: str = "innovation") -> list[int]:
    opened = generation.opened()
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
    pointer = generation.root() / generation.POINTER
    pointer.write_text(pointer.read_text().replace('"version": "', '"version": "old'))
    assert generation.opened() is None
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


# ------------------------------------------------------------------ what pages show besides
ROWS: dict[str, Callable[[], Any]] = {
    "figure": factories.make_figure,
    "announcement": factories.make_announcement,
    "opening hours": lambda: OpeningHours.objects.create(
        edition=factories.make_edition(), day="2025-09-26", opens="09:00", closes="17:00"
    ),
    "place on a plan": factories.make_placepoint,
    "zone": factories.make_zone,
    "theme": factories.make_sector,
    "policy rule": lambda: PolicyRule.objects.create(key="a.rule", value=1, valid_from="2025-01-01", source="Law"),
    "synonyms": factories.make_synonym,
    "metric": factories.make_metric,
}


@pytest.mark.parametrize("name", ROWS)
def test_whatever_a_page_shows_makes_older_pages_out_of_date(name: str) -> None:
    row = ROWS[name]()
    changes.drain()
    before = generation_now()
    type(row)._default_manager.filter(pk=row.pk).update(id=row.pk)
    assert SearchChange.objects.count() > 0
    changes.drain()
    after = generation_now()
    assert after > before
    assert changes.drain() == 0
    assert generation_now() == after


def generation_now() -> int:
    told = generation.state()
    assert told is not None
    return int(told["generation"])


def test_every_table_of_ours_is_logged_but_those_that_say_why_not() -> None:
    watched = {model._meta.label for model in sources()}
    for app in ("expo", "matchmaking"):
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            unseen = model._meta.label in UNSEEN or model.__name__.startswith("Historical")
            assert (model._meta.label in watched) is not unseen, model
    assert all(apps.get_model(label) for label in UNSEEN)
    assert {label.partition(".")[0] for label in watched} == {"expo", "matchmaking"}


def test_names_of_tables_and_triggers_fit_into_every_database() -> None:
    assert max(len(f"{changes.PREFIX}{model._meta.db_table}_insert") for model in sources()) <= 63
    assert max(len(model._meta.label) for model in sources()) <= 60


def test_signing_in_makes_no_page_out_of_date(client: Client, visitor: User) -> None:
    changes.drain()
    client.force_login(visitor)
    assert not SearchChange.objects.exists()
