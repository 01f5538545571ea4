"""`patent:`, `stand:` and `code:` ask for a code as it is printed, with the index and without one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import QueryDict
from pytest_django import Settings

from expo import registry
from expo.models import Exhibitor, Stand
from expo.search import changes, index
from expo.search.page import ListingPage
from expo.search.query import SearchQuery, code_key
from tests.factories import make_deal, make_exhibitor, make_innovation, make_stand, make_zone

pytestmark = pytest.mark.django_db


def shown(noun: str, typed: str) -> ListingPage:
    query = QueryDict(mutable=True)
    query["q"] = typed
    return ListingPage(registry.listings[noun], query, "/")


def found(noun: str, typed: str) -> list[int]:
    """Keys of what a listing shows for a text, in order."""
    return [row.pk for row in shown(noun, typed).rows]


def ask(noun: str, typed: str) -> set[int]:
    """Keys of what holds all that was asked for."""
    return set() if shown(noun, typed).answers.relaxed else set(found(noun, typed))


@pytest.fixture(params=["index", "database"])
def fresh(request: pytest.FixtureRequest) -> Callable[[], object]:
    """Call it once the rows are there: every test is asked of the index and of the database."""
    return index.rebuild if request.param == "index" else lambda: None


# ------------------------------------------------------------------ reading
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("CN 2023-1.2", "202312"),
        ("ZL 2016 1 0410030.9", "2016104100309"),
        ("ZL201610410030.9", "2016104100309"),
        ("zl201610410030x", "201610410030x"),
        ("2024SR9990087", "2024sr9990087"),
        ("Ｔ１４", "t14"),
        ("t-14", "t14"),
        ("CNC", "cnc"),
    ],
)
def test_a_code_is_compared_without_case_signs_and_spaces(typed: str, code: str) -> None:
    assert code_key(typed) == code


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Stand:T14", SearchQuery(codes=(("stand", "T14"),))),
        ("展位：T14", SearchQuery(codes=(("stand", "T14"),))),
        ('patent:"ZL 2016 1" magnet', SearchQuery("magnet", codes=(("patent", "ZL 2016 1"),))),
        ("-stand:T14", SearchQuery(without=("T14",))),
        ("booth:T14", SearchQuery("booth:T14")),
        ('title:"heavy rare earth"', SearchQuery(phrases=("heavy rare earth",))),
        ("stand:", SearchQuery("stand:")),
        ("stand:*", SearchQuery()),
        ("需求：无人机", SearchQuery("需求：无人机")),
    ],
)
def test_fields_are_read_in_both_languages(typed: str, expected: SearchQuery) -> None:
    assert SearchQuery.parse(typed) == expected


# ------------------------------------------------------------------ finding
def test_a_patent_is_found_by_its_number_however_it_is_written(fresh: Callable[[], object]) -> None:
    patented, other = make_innovation(), make_innovation()
    patented.ip_rights.create(kind="invention", number="ZL201610410030.9")
    other.ip_rights.create(kind="software_copyright", number="2024SR9990087")
    fresh()
    for typed in ("ZL201610410030.9", "201610410030.9", "zl2016104100309", '"ZL 2016 1 0410030.9"'):
        assert ask("innovation", f"patent:{typed}") == {patented.pk}, typed
        assert ask("innovation", f"code:{typed}") == {patented.pk}, typed
        assert ask("innovation", f"stand:{typed}") == set(), typed
    assert ask("innovation", "201610410030.9") == {patented.pk}
    assert ask("innovation", "patent:2024sr9990087") == {other.pk}
    assert ask("innovation", "patent:2016*") == set()
    assert ask("innovation", "patent:2016") == set()


def test_a_stand_is_found_as_its_sign_says(fresh: Callable[[], object]) -> None:
    zone = make_zone(letter="T")
    holder, guest, other = make_exhibitor(zone=zone), make_exhibitor(zone=zone), make_exhibitor(zone=zone)
    Exhibitor.objects.filter(pk=guest.pk).update(host=holder)
    make_stand(zone=zone, number="14", exhibitor=holder)
    make_stand(zone=zone, number="15", exhibitor=other)
    fresh()
    assert set(found("exhibitor", "t14")[:2]) == {holder.pk, guest.pk}
    for typed in ("stand:T14", "stand:t-14", "展位：T14", "code:T14"):
        assert ask("exhibitor", typed) == {holder.pk, guest.pk}, typed
    assert ask("exhibitor", "stand:T15") == {other.pk}
    for typed in ("stand:T1", "stand:T*", "stand:14", "patent:T14"):
        assert ask("exhibitor", typed) == set(), typed
    assert ask("product", "stand:T14") == set()


def test_a_deal_is_found_by_its_code(fresh: Callable[[], object]) -> None:
    deal = make_deal(is_published=True)
    fresh()
    assert ask("deal", f"code:{deal.code}") == ask("deal", deal.code) == {deal.pk}


def test_without_an_index_phrases_and_excluded_words_mean_what_they_mean_with_it(fresh: Callable[[], object]) -> None:
    whole = make_innovation(title_en="Heavy rare earth, none", title_zh="")
    apart = make_innovation(title_en="Rare and heavy, of earth", title_zh="")
    fresh()
    assert ask("innovation", '"rare earth"') == {whole.pk}
    assert ask("innovation", "rare -none") == {apart.pk}
    assert ask("innovation", '-"rare earth"') == {apart.pk}
    assert ask("innovation", 'rare "open end') == set()
    assert ask("innovation", "-rare -earth") == set()
    assert ask("innovation", '"" - --') == {whole.pk, apart.pk}


# ------------------------------------------------------------------ staying right
def test_a_stand_that_is_renamed_or_changes_hands_is_found_anew() -> None:
    zone = make_zone(letter="T")
    first, second, guest = (make_exhibitor(zone=zone) for _ in range(3))
    Exhibitor.objects.filter(pk=guest.pk).update(host=first)
    stand = make_stand(zone=zone, number="14", exhibitor=first)
    changes.drain()
    assert ask("exhibitor", "stand:T14") == {first.pk, guest.pk}
    Stand.objects.filter(pk=stand.pk).update(number="16")
    changes.drain()
    assert (ask("exhibitor", "stand:T14"), ask("exhibitor", "stand:T16")) == (set(), {first.pk, guest.pk})
    Stand.objects.filter(pk=stand.pk).update(exhibitor=second)
    changes.drain()
    assert ask("exhibitor", "stand:T16") == {second.pk}
    zone.letter = "V"
    zone.save()
    changes.drain()
    assert (ask("exhibitor", "stand:T16"), ask("exhibitor", "stand:V16")) == (set(), {second.pk})
    Stand.objects.all().delete()
    changes.drain()
    assert ask("exhibitor", "stand:V16") == set()


def test_a_database_alone_finds_what_is_typed(settings: Settings) -> None:
    """No index was built here: the count of rows is the database's."""
    drone = make_innovation(title_en="Drone", title_zh="")
    assert ask("innovation", "drone") == {drone.pk}
    assert not settings.SEARCH_INDEX_DIR.exists()
