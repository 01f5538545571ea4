"""Search engines are told what schema.org has words for, of what is real and public."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.models import CharField, Model, TextField
from django.utils import translation

from expo import registry
from expo.models import Announcement, OfferedMode
from expo.structured import structured, without_gaps
from tests import factories
from tests.factories import (
    make_announcement,
    make_edition,
    make_exhibitor,
    make_innovation,
    make_organization,
    make_product,
    make_sector,
    make_session,
)

pytestmark = pytest.mark.django_db
REQUIRED = {  # what the page of a thing of this type must say
    "Offer": {"itemOffered", "offeredBy", "url"},
    "CreativeWork": {"name", "creator"},
    "Product": {"name", "offers"},
    "BusinessEvent": {"name", "startDate", "location", "eventStatus"},
    "ExhibitionEvent": {"name", "startDate", "location"},
    "NewsArticle": {"headline", "datePublished"},
    "Organization": {"name", "url"},
}


def told(record: Model) -> dict[str, Any]:
    data = json.loads(structured(record))
    assert data["@context"] == "https://schema.org"
    return data


def make_offered_innovation(**overrides: Any) -> Any:
    innovation = make_innovation(**overrides)
    for mode in ("exclusive", "non_exclusive", "in_kind"):
        OfferedMode.objects.create(innovation=innovation, mode=mode)
    return innovation


MAKERS = (
    make_announcement, make_edition, make_exhibitor, make_innovation, make_offered_innovation, make_organization,
    make_product, make_session,
)  # fmt: skip


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_a_thing_says_what_its_type_requires(make: Any) -> None:
    data = told(make())
    assert REQUIRED[data["@type"]] <= set(data)


# ------------------------------------------------------------------ what is offered
def test_an_innovation_is_offered_in_its_modes_without_a_price() -> None:
    holder = make_organization(name_en="Magnet Works")
    data = told(make_offered_innovation(title_en="Magnet", abstract_en="No heavy rare earth.", organizations=[holder]))
    assert data["@type"] == "Offer"
    assert data["description"] == "On offer: exclusive license; non-exclusive license; in-kind equity"
    assert data["businessFunction"] == ["http://purl.org/goodrelations/v1#LeaseOut"]
    assert [row["name"] for row in data["offeredBy"]] == ["Magnet Works"]
    work = data["itemOffered"]
    assert (work["@type"], work["name"], work["description"]) == ("CreativeWork", "Magnet", "No heavy rare earth.")
    assert "price" not in json.dumps(data)


def test_an_innovation_without_modes_offers_nothing() -> None:
    assert told(make_innovation())["@type"] == "CreativeWork"


def test_an_offer_speaks_the_language_of_the_page() -> None:
    innovation = make_offered_innovation(title_zh="磁体")
    with translation.override("zh-hans"):
        assert told(innovation)["name"] == "磁体"


def test_a_product_names_price_quantity_and_delivery() -> None:
    product = make_product(price=Decimal("18.60"), stock=5, minimum_order=10, unit_en="kg", lead_time_days=30)
    offer = told(product)["offers"]
    assert (offer["price"], offer["priceCurrency"]) == ("18.60", "CNY")
    assert offer["availability"] == "https://schema.org/InStock"
    assert offer["inventoryLevel"]["value"] == 5
    assert (offer["eligibleQuantity"]["minValue"], offer["eligibleQuantity"]["unitText"]) == (10, "kg")
    assert (offer["deliveryLeadTime"]["value"], offer["deliveryLeadTime"]["unitCode"]) == (30, "DAY")
    assert [row["name"] for row in offer["seller"]] == [str(product.organization.name)]


@pytest.mark.parametrize(("stock", "word"), [(None, "MadeToOrder"), (0, "OutOfStock"), (1, "InStock")])
def test_a_product_says_whether_it_can_be_had(stock: int | None, word: str) -> None:
    assert told(make_product(stock=stock))["offers"]["availability"] == f"https://schema.org/{word}"


def test_a_price_on_request_is_not_invented() -> None:
    offer = told(make_product(price=None))["offers"]
    assert "price" not in offer
    assert "priceCurrency" not in offer


# ------------------------------------------------------------------ what stays unsaid
def hide(record: Any) -> int:
    """Write a canary into every text that is not public of this row; returns how many."""
    public = record.PUBLIC_FIELDS + (record.DETAILED_FIELDS if getattr(record, "is_detailed", False) else ())
    hidden = [
        field
        for field in record._meta.concrete_fields
        if isinstance(field, CharField | TextField) and not field.choices and field.name not in public
    ]
    for field in hidden:
        setattr(record, field.name, "CANARY")
    return len(hidden)


def returned(make: object) -> str:
    return str(getattr(make, "__annotations__", {}).get("return", ""))


@pytest.mark.parametrize("label", list(registry.descriptions))
def test_no_registered_description_reads_what_is_not_public(label: str) -> None:
    """Holds for whoever registers one: a noun that is described needs a factory here."""
    model = registry.descriptions[label].model
    makers = [make for make in vars(factories).values() if returned(make) == model.__name__]
    assert makers, f"write a factory of {label} in tests/factories.py"
    record = makers[0]()
    hide(record)
    if hasattr(record, "organization"):
        assert hide(record.organization)
    assert told(record)
    assert "CANARY" not in structured(record)


def test_the_confidential_abstract_of_an_offer_stays_confidential() -> None:
    innovation = make_offered_innovation(abstract_confidential="Secret furnace temperature")
    assert "Secret" not in structured(innovation)
    assert "Secret" not in structured(make_product(innovation=innovation))


def test_a_sample_is_described_nowhere() -> None:
    sample = make_organization(origin="sample", name_en="Invented Works")
    assert structured(sample) == ""
    assert structured(make_offered_innovation(origin="sample")) == ""
    assert structured(make_exhibitor(organization=sample)) == ""
    assert "Invented" not in structured(make_offered_innovation(organizations=[sample, make_organization()]))
    assert "Invented" not in structured(make_product(organization=sample))


def test_a_noun_nobody_describes_has_no_structured_data() -> None:
    assert structured(make_sector()) == ""


# ------------------------------------------------------------------ the seam
@pytest.fixture
def empty_register() -> Iterator[None]:
    """A register of the test's own; the real one comes back."""
    before = dict(registry.descriptions)
    registry.descriptions.clear()
    yield
    registry.descriptions.clear()
    registry.descriptions.update(before)


def test_another_package_can_describe_its_noun(empty_register: None) -> None:
    def describe(record: Announcement) -> dict[str, Any]:
        return {"@type": "Demand", "name": str(record.title), "description": "", "seller": {"@type": "Organization"}}

    registry.add_description(registry.Description(Announcement, describe))
    assert told(make_announcement(title_en="Magnets sought")) == {
        "@context": "https://schema.org", "@type": "Demand", "name": "Magnets sought",
    }  # fmt: skip
    assert structured(make_organization()) == ""


def test_an_empty_description_tells_nothing(empty_register: None) -> None:
    registry.add_description(registry.Description(Announcement, lambda record: {}))
    assert structured(make_announcement()) == ""


def test_a_noun_is_described_once() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"expo\.Announcement"):
        registry.add_description(registry.Description(Announcement, lambda record: {}))


def test_gaps_are_left_out_at_any_depth_and_zero_is_no_gap() -> None:
    gaps = {"a": "", "b": {"@type": "Place", "name": None}, "c": [{"@type": "Place"}, {"x": 0}], "d": 0, "e": False}
    assert without_gaps(gaps) == {"c": [{"x": 0}], "d": 0, "e": False}
