"""Queries whose SQL is made once say the same as the ORM, for any number of keys."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from expo.models import Innovation, Metric
from expo.prepared import Prepared
from tests.factories import make_innovation, make_parameter

pytestmark = pytest.mark.django_db


def test_one_query_serves_any_number_of_keys() -> None:
    made = [make_innovation(ready_on=dt.date(2026, 5, day), price_min=Decimal("10.50")) for day in (1, 2, 3)]
    columns = ("pk", "price_min", "ready_on", "team_available")
    prepared = Prepared(lambda keys: Innovation.objects.filter(pk__in=keys).order_by("pk").values_list(*columns))
    for keys in ([], [made[0].pk], [row.pk for row in made], [0, made[2].pk, 2**40]):
        asked = Innovation.objects.filter(pk__in=keys).order_by("pk").values_list(*columns)
        assert [tuple(row) for row in prepared(keys)] == list(asked)


def test_two_lists_are_told_apart() -> None:
    one, other = make_innovation(), make_innovation()
    wanted, unwanted = make_parameter(), make_parameter()
    for innovation in (one, other):
        for parameter in (wanted, unwanted):
            Metric.objects.create(innovation=innovation, parameter=parameter, operator="eq", value=Decimal("1.5"))
    prepared = Prepared(
        lambda keys, parameters: (
            Metric.objects.filter(innovation__in=keys, parameter__in=parameters)
            .order_by()
            .values_list("innovation", "parameter", "value")
        ),
        lists=2,
    )
    assert [tuple(row) for row in prepared([one.pk], {wanted.pk})] == [(one.pk, wanted.pk, Decimal("1.5"))]
    assert {row[0] for row in prepared([one.pk, other.pk], [unwanted.pk])} == {one.pk, other.pk}
