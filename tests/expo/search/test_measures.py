"""Asking for a value of a metric: the index answers what the database answers."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expo import registry
from expo.models import Innovation, Metric, Parameter
from expo.search import index
from expo.search.answers import FromDatabase, FromIndex, asked_of
from expo.search.documents import documents_of
from expo.search.engine import Engine
from expo.search.filterset import FairFilterSet
from expo.search.generation import Opened
from expo.search.measures import merged
from expo.search.page import ListingPage
from tests.factories import make_capability, make_innovation, make_instrument, make_metric, make_parameter

pytestmark = pytest.mark.django_db


def asked(query: str, noun: str = "innovation") -> FairFilterSet:
    listing = registry.listings[noun]
    return listing.filterset(QueryDict(query), listing.queryset())


def found(query: str, noun: str = "innovation") -> set[int]:
    return set(asked(query, noun).rows().values_list("pk", flat=True))


def stating(*statements: Sequence[object], parameter: Parameter, is_change: bool = False) -> Innovation:
    """An innovation that states (operator, value) or (operator, value, upper end)."""
    innovation = make_innovation()
    for operator, value, *upper in statements:
        make_metric(
            innovation=innovation, parameter=parameter, operator=operator, value=value,
            value_to=upper[0] if upper else None, is_change=is_change,
        )  # fmt: skip
    return innovation


# ------------------------------------------------------------------ what it means
@pytest.mark.parametrize(
    ("statement", "query", "reaches"),
    [
        (("eq", 8), "at_least=8.0", True),
        (("eq", 8), "at_least=8.1", False),
        (("eq", 8), "at_most=8", True),
        (("eq", 8), "at_least=7&at_most=9", True),
        (("eq", 8), "at_least=9&at_most=10", False),
        (("ge", 8), "at_least=8", True),
        (("ge", 8), "at_least=7.5", True),
        (("ge", 8), "at_least=9", False),
        (("ge", 8), "at_most=9", False),
        (("ge", 8), "at_least=7&at_most=9", False),
        (("le", 8), "at_most=8", True),
        (("le", 8), "at_most=9", True),
        (("le", 8), "at_most=7", False),
        (("le", 8), "at_least=1", False),
        (("between", 7, 9), "at_least=8", True),
        (("between", 7, 9), "at_most=8", True),
        (("between", 7, 9), "at_least=7.5&at_most=8.5", True),
        (("between", 7, 9), "at_least=9&at_most=10", True),
        (("between", 7, 9), "at_least=9.1", False),
        (("between", -20, -15), "at_most=-15", True),
        (("ge", 8), "", True),
    ],
)
def test_a_statement_reaches_what_it_says_and_no_more(statement: Sequence[object], query: str, reaches: bool) -> None:
    innovation = stating(statement, parameter=make_parameter(slug="density"))
    make_innovation()
    assert found(f"parameter=density&{query}") == ({innovation.pk} if reaches else set())


def test_two_statements_never_answer_together() -> None:
    stating(("eq", 1), ("eq", 9), parameter=make_parameter(slug="density"))
    assert found("parameter=density&at_least=4&at_most=6") == set()


def test_a_change_in_per_cent_is_another_thing_than_the_value() -> None:
    parameter = make_parameter(slug="mass")
    value, change = stating(("eq", 20), parameter=parameter), stating(("eq", -40), parameter=parameter, is_change=True)
    assert found("parameter=mass") == {value.pk}
    assert found("parameter=mass.change&at_most=-30") == {change.pk}
    assert found("parameter=mass.change&at_least=10") == set()


def test_an_instrument_is_asked_for_what_it_can_do() -> None:
    parameter = make_parameter(slug="resolution")
    fine, coarse = make_instrument(), make_instrument()
    make_capability(instrument=fine, parameter=parameter, operator="le", value=1)
    make_capability(instrument=coarse, parameter=parameter, operator="le", value=5)
    assert found("parameter=resolution&at_most=2", "instrument") == {fine.pk}


# ------------------------------------------------------------------ what comes in
@pytest.mark.parametrize(
    ("query", "ignored"),
    [
        ("at_least=8", [("at_least", "8")]),
        ("parameter=density&at_least=8,0", [("at_least", "8,0")]),
        ("parameter=density&at_least=NaN", [("at_least", "NaN")]),
        ("parameter=density&at_least=0.0000001", [("at_least", "0.0000001")]),
        ("parameter=density&at_least=1e13", [("at_least", "1e13")]),
        ("parameter=nothing&at_most=8", [("parameter", "nothing"), ("at_most", "8")]),
        ("parameter=density&parameter=mass", [("parameter", "mass")]),
        ("parameter=density&at_least=9&at_most=8", [("at_least", "9"), ("at_most", "8")]),
    ],
)
def test_what_makes_no_range_is_named_and_left_out(query: str, ignored: list[tuple[str, str]]) -> None:
    for slug in ("density", "mass"):
        stating(("eq", 5), parameter=make_parameter(slug=slug))
    assert asked(query).ignored == ignored


def test_a_range_is_shown_as_chips_and_goes_with_its_last_end() -> None:
    stating(("eq", 8), parameter=make_parameter(slug="density", name_en="density", unit="g/cm³"))
    listing = registry.listings["innovation"]
    page = ListingPage(listing, QueryDict("parameter=density&at_least=8.0&at_most=9"), "/")
    assert [chip.label for chip in page.chips()] == ["Density ≥ 8.0 g/cm³", "Density ≤ 9 g/cm³"]
    assert page.chips()[0].remove_url == "/?parameter=density&at_most=9"
    one = ListingPage(listing, QueryDict("parameter=density&at_least=8.0"), "/")
    assert [chip.remove_url for chip in one.chips()] == ["/"]
    stated = ListingPage(listing, QueryDict("parameter=density"), "/")
    assert [chip.label for chip in stated.chips()] == ["Density is stated"]


def test_only_parameters_in_use_are_offered_with_their_unit(client: Client) -> None:
    stating(("eq", 8), parameter=make_parameter(slug="density", name_en="density", unit="g/cm³"))
    make_parameter(name_en="unheard of")
    body = client.get(reverse("innovation-list")).content.decode()
    assert '<option value="density">Density (g/cm³)</option>' in body
    assert "Unheard of (kg)" not in body
    chosen = client.get(reverse("innovation-list"), {"parameter": "density", "at_least": "x"}).content.decode()
    assert '<option value="density" selected>' in chosen
    assert "Not understood and left out: at_least=x" in chosen


# ------------------------------------------------------------------ the index and the database
def test_ranges_that_touch_are_one() -> None:
    assert merged([(Decimal(5), Decimal(9)), (Decimal(1), Decimal(5)), (Decimal(10), Decimal(11))]) == [
        (1, 9),
        (10, 11),
    ]


VALUES = [Decimal(n) / 2 for n in range(-4, 5)]
ENDS = [None, Decimal(-3), Decimal("-0.75"), Decimal("-0.5"), Decimal(0), Decimal("0.25"), Decimal("1.5")]
plain = st.tuples(st.sampled_from(["eq", "ge", "le"]), st.sampled_from(VALUES), st.none())
ranges = st.lists(st.sampled_from(VALUES), min_size=2, max_size=2, unique=True).map(
    lambda ends: ("between", min(ends), max(ends))
)
statements = st.tuples(st.one_of(plain, ranges, ranges), st.booleans())


@given(records=st.lists(st.lists(statements, max_size=5), min_size=5, max_size=12))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_index_reaches_what_the_database_reaches(
    records: list[list[tuple[tuple[str, Decimal, Decimal | None], bool]]], tmp_path: Path
) -> None:
    Innovation.objects.all().delete()
    parameter = Parameter.objects.get_or_create(slug="p-1_x", defaults={"name_en": "p", "name_zh": "p"})[0]
    other = Parameter.objects.get_or_create(slug="p-1", defaults={"name_en": "q", "name_zh": "q"})[0]
    for record in records:
        innovation = make_innovation(organizations=[], sector=None)
        Metric.objects.create(innovation=innovation, parameter=other, value=0)
        for (operator, value, value_to), is_change in record:
            Metric.objects.create(
                innovation=innovation, parameter=parameter, operator=operator, value=value, value_to=value_to,
                is_change=is_change,
            )  # fmt: skip
    listing = registry.listings["innovation"]
    built = index.build(Path(tempfile.mkdtemp(dir=tmp_path)), documents_of(listing))
    now = Opened("", 1, built, built.searcher())
    for key, low, high in product(["p-1_x", "p-1_x.change"], ENDS, ENDS):
        ends = "".join(f"&{name}={end}" for name, end in (("at_least", low), ("at_most", high)) if end is not None)
        filterset = asked(f"parameter={key}{ends}")
        answer = FromIndex(listing, filterset, Engine(now), 0, 50)
        expected = filterset.rows()
        assert answer.keys(0, 50) == list(expected.values_list("pk", flat=True)), (key, low, high)
        if low == high:
            names = ["parameter", "metric", "trl"]
            counted = answer.engine.counts(asked_of(listing, filterset), names)
            for name in names:
                facet = filterset.facet_filters()[name]
                told = facet.count(filterset.rows(without=name))
                assert counted[name] == {value: n for value, n in told.items() if n}, (key, low, high, name)
    assert FromDatabase(listing, asked("parameter=p-1")).total == len(records)
