"""Records side by side: what is compared, what is only shown, and what the page makes of its address."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from expo.comparing import best, choice_of, innovation_rows, product_rows
from expo.models import Innovation, Metric, Parameter
from expo.views.comparing import with_metrics
from tests.factories import (
    make_exhibitor,
    make_innovation,
    make_metric,
    make_organization,
    make_parameter,
    make_product,
    make_stand,
)

pytestmark = pytest.mark.django_db
COMPARE = "/en/innovations/compare/"


def metric(operator: str, value: float, to: float | None = None, *, better: str = "higher") -> Metric:
    upper = None if to is None else Decimal(str(to))
    return Metric(
        operator=operator, value=Decimal(str(value)), value_to=upper, parameter=Parameter(slug="p", better=better)
    )


def body(client: Client, query: str = "", *, noun: str = "innovation") -> str:
    response = client.get(f"/en/{noun}s/compare/?{query}")
    assert response.status_code == 200
    return response.content.decode()


# ------------------------------------------------------------------ which value is better
@pytest.mark.parametrize(
    ("left", "right", "winners"),
    [
        (metric("eq", 8), metric("eq", 7), {0}),
        (metric("eq", 8), metric("eq", 8), set()),
        (metric("eq", 8, better="lower"), metric("eq", 7, better="lower"), {1}),
        (metric("eq", 8, better="neither"), metric("eq", 7, better="neither"), set()),
        (metric("ge", 8), metric("ge", 7), {0}),
        (metric("ge", 8), metric("eq", 7.5), {0}),
        (metric("ge", 8), metric("eq", 8.5), set()),
        (metric("le", 8), metric("le", 7), set()),
        (metric("le", 8, better="lower"), metric("le", 7, better="lower"), {1}),
        (metric("between", 15, 20), metric("between", 12, 18), {0}),
        (metric("between", 15, 20), metric("between", 16, 18), set()),
        (metric("between", -20, -15, better="lower"), metric("eq", -10, better="lower"), {0}),
    ],
)
def test_a_better_value_is_marked_only_where_it_is_certain(left: Metric, right: Metric, winners: set[int]) -> None:
    assert best([[left], [right]]) == winners
    assert best([[right], [left]]) == {1 - column for column in winners}


def test_what_one_record_alone_states_or_states_twice_is_not_marked() -> None:
    assert best([[metric("eq", 8)], []]) == set()
    assert best([[metric("eq", 8), metric("eq", 6)], [metric("eq", 7)]]) == set()


def test_values_of_different_conditions_stand_in_different_rows_that_say_so() -> None:
    density = make_parameter(name_en="density", better="higher")
    first, second, third = (make_innovation() for _ in range(3))
    make_metric(innovation=first, parameter=density, value=8, condition_en="20 °C")
    make_metric(innovation=second, parameter=density, value=9, condition_en="20 °C")
    make_metric(innovation=third, parameter=density, value=10, condition_en="80 °C")
    fetched = with_metrics(Innovation.objects.public()).order_by("pk")
    cold, hot = (row for row in innovation_rows(fetched) if row.label == "Density")
    assert [cell.mark for cell in cold.cells] == ["", "best here", ""]
    assert [cell.mark for cell in hot.cells] == ["", "", ""]
    assert (cold.condition, hot.condition) == ("20 °C", "80 °C")
    assert "different conditions" in str(cold.note)


def test_a_change_is_not_compared_with_a_value() -> None:
    mass = make_parameter(name_en="mass", better="lower")
    make_metric(innovation=make_innovation(), parameter=mass, value=8)
    make_metric(innovation=make_innovation(), parameter=mass, value=-40, is_change=True, baseline_en="steel")
    rows = {str(row.label): row for row in innovation_rows(with_metrics(Innovation.objects.public()))}
    assert not any(cell.mark for name in ("Mass", "Change of mass") for cell in rows[name].cells)
    assert rows["Change of mass"].condition == "compared with steel"


def test_prices_of_one_currency_and_unit_are_compared_and_no_others() -> None:
    yuan = [make_product(price=Decimal(9), lead_time_days=10), make_product(price=Decimal(8), lead_time_days=30)]
    euro = make_product(price=Decimal(1), currency="EUR")
    for product in (*yuan, euro):
        product.organization.participations = []
    price, days = (next(row for row in product_rows(yuan) if row.kind == kind) for kind in ("price", "days"))
    assert [cell.mark for cell in price.cells] == ["", "lowest here"]
    assert [cell.mark for cell in days.cells] == ["soonest here", ""]
    mixed = next(row for row in product_rows([*yuan, euro]) if row.kind == "price")
    assert not any(cell.mark for cell in mixed.cells)


# ------------------------------------------------------------------ the page
def test_four_are_compared_and_what_is_unknown_or_too_much_is_named(client: Client) -> None:
    rows = [make_innovation() for _ in range(5)]
    query = QueryDict(mutable=True)
    query.setlist("item", ["nothing", rows[0].slug, rows[0].slug, rows[1].slug, rows[2].slug, rows[3].slug])
    page = body(client, query.urlencode())
    assert "Not known and left out: nothing." in page
    assert f"these are left out: {rows[3].slug}." in page
    assert page.count('<th scope="col">') == 1 + 3


def test_nobody_compares_what_is_not_public(client: Client) -> None:
    draft = make_innovation(state="draft", title_en="Not yet shown")
    assert "Not yet shown" not in body(client, f"item={draft.slug}")


def test_none_and_one_are_told_how_to_go_on(client: Client) -> None:
    assert "Nothing is chosen yet" in body(client)
    assert "Add another one to compare it with" in body(client, f"item={make_innovation().slug}")


def test_only_what_differs_is_shown_when_asked_for(client: Client) -> None:
    one, two = make_innovation(trl=7, trl_scale="iso16290"), make_innovation(trl=8, trl_scale="iso16290")
    everything = body(client, f"item={one.slug}&item={two.slug}")
    differences = body(client, f"item={one.slug}&item={two.slug}&only=differences")
    assert "TRL 8" in everything
    assert "TRL 8" in differences
    assert '<th scope="row">Stage' in everything
    assert '<th scope="row">Stage' not in differences


def test_another_one_is_found_and_added(client: Client) -> None:
    one, two = make_innovation(title_en="Magnet of iron"), make_innovation(title_en="Magnet of cobalt")
    page = body(client, f"item={one.slug}&find=magnet")
    assert f"?item={one.slug}&amp;item={two.slug}" in page


def test_products_show_price_seller_and_stand(client: Client) -> None:
    seller = make_organization()
    stand = make_stand(exhibitor=make_exhibitor(organization=seller))
    product = make_product(organization=seller, price=Decimal("1234.5"), lead_time_days=14, minimum_order=20)
    page = body(client, f"item={product.slug}", noun="product")
    for words in ("¥1,234.50", "14 days", str(seller.name), f"<span>{stand.number}</span>", "20"):
        assert words in page


def test_the_page_asks_as_many_queries_for_four_as_for_two(
    client: Client, django_assert_max_num_queries: object
) -> None:
    rows = [make_metric().innovation for _ in range(4)]
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        body(client, "&".join(f"item={row.slug}" for row in rows))


@pytest.mark.parametrize("query", ["item=%00", "item=" + "x" * 9000, "only=all", "find=%22", "item=&item= ", "item=🧲"])
def test_no_address_breaks_the_page(client: Client, query: str) -> None:
    assert "Nothing is chosen yet" in body(client, query)


def test_comparisons_stay_out_of_search_engines(client: Client) -> None:
    assert client.get(COMPARE)["X-Robots-Tag"] == "noindex"


def test_the_list_offers_to_tick_and_the_detail_page_leads_to_the_comparison(client: Client) -> None:
    innovation = make_innovation()
    listed = client.get(reverse("innovation-list")).content.decode()
    assert f'name="item" value="{innovation.slug}" form="compare"' in listed
    assert 'id="compare" action="/en/innovations/compare/"' in listed
    assert 'form="compare"' not in client.get(reverse("exhibitor-list")).content.decode()
    assert f"{COMPARE}?item={innovation.slug}" in client.get(innovation.get_absolute_url()).content.decode()


def test_no_record_takes_the_address_of_the_comparison() -> None:
    for record in (make_innovation(), make_product()):
        record.slug = "compare"
        with pytest.raises(ValidationError, match="address of its own"):
            record.full_clean()


def test_a_choice_keeps_four_in_order_each_once() -> None:
    assert choice_of([" b ", "a", "b", "", "c", "d", "e"]).slugs == ("b", "a", "c", "d")
    assert choice_of(["a", "b", "c", "d", "e"]).too_many == ("e",)
