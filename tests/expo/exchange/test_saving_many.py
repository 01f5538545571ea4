"""Many records are saved by the same rules as one: whatever `save_record` refuses, `save_records` refuses too."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models.signals import post_save

from expo.errors import DomainError
from expo.models import Exhibitor, Organization, Product, StaleVersion, User
from expo.saving import save_record, save_records
from expo.validating import holds, problems_of
from tests.factories import (
    at,
    make_edition,
    make_exhibitor,
    make_innovation,
    make_instrument,
    make_organization,
    make_product,
    make_session,
    make_stand,
    make_zone,
)

pytestmark = pytest.mark.django_db

SPOILED: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (make_organization, {"name_en": "", "name_zh": ""}),
    (make_organization, {"region": "CN-SC", "country": "DE"}),
    (make_organization, {"country": "XX"}),
    (make_organization, {"kind": "club"}),
    (make_organization, {"usci": "1"}),
    (make_organization, {"slug": "two words"}),
    (make_exhibitor, {"zone": None}),
    (make_exhibitor, {"claim_en": "x" * 301}),
    (make_exhibitor, {"contact_email": "nobody"}),
    (make_exhibitor, {"area_wanted": -1}),
    (make_innovation, {"trl": 10, "trl_scale": "iso16290"}),
    (make_innovation, {"trl": 5, "trl_scale": ""}),
    (make_innovation, {"title_en": "", "title_zh": ""}),
    (make_product, {"price": Decimal("-1")}),
    (make_product, {"minimum_order": 0}),
    (make_product, {"currency": "yuan"}),
    (make_product, {"organization": None}),
    (make_session, {"ends_at": at(26, "09:00")}),
    (make_session, {"starts_at": None}),
    (make_stand, {"width": Decimal(0)}),
    (make_stand, {"number": "A1"}),
    (make_stand, {"x": Decimal(500)}),
    (make_instrument, {"original_value": Decimal("-5")}),
]


@pytest.mark.parametrize(("make", "values"), SPOILED)
def test_what_one_save_refuses_many_refuse(make: Callable[..., Any], values: dict[str, Any], organizer: User) -> None:
    record = make()
    for name, value in values.items():
        setattr(record, name, value)
    with pytest.raises(ValidationError):
        save_record(record, by=organizer)
    record.version = 1
    with pytest.raises(ValidationError):
        save_records([], [record], by=organizer)


@pytest.mark.parametrize(
    "make",
    [make_organization, make_exhibitor, make_innovation, make_product, make_session, make_stand, make_instrument],
)
def test_what_one_save_accepts_many_accept(make: Callable[..., Any], organizer: User) -> None:
    record = make()
    assert problems_of(record) == {}
    save_records([], [record], by=organizer)
    assert type(record).objects.get(pk=record.pk).version == record.version == 2


@pytest.mark.parametrize("make", [make_organization, make_exhibitor, make_innovation, make_product, make_session])
def test_conditions_are_judged_as_the_database_judges_them(make: Callable[..., Any]) -> None:
    record = make()
    spoils = [values for maker, values in SPOILED if maker is make]
    for values in [{}, *spoils]:
        before = {name: getattr(record, name) for name in values}
        for name, value in values.items():
            setattr(record, name, value)
        for constraint in record._meta.constraints:
            if hasattr(constraint, "condition") and not hasattr(constraint, "fields"):
                try:
                    constraint.validate(type(record), record)
                    accepted = True
                except ValidationError:
                    accepted = False
                assert (holds(constraint.condition, record) is not False) == accepted, (constraint.name, values)
        for name, value in before.items():
            setattr(record, name, value)


def test_values_that_must_be_unique_are_refused_between_the_records_too(organizer: User) -> None:
    taken = make_organization(slug="taken")
    twins = [Organization(slug="twin", name_en="Twin") for _ in range(2)]
    for records in ([Organization(slug=taken.slug, name_en="Other")], twins):
        with pytest.raises(ValidationError):
            save_records(records, [], by=organizer)
    exhibitor = make_exhibitor(organization=taken)
    with pytest.raises(ValidationError):
        save_records([Exhibitor(edition=exhibitor.edition, organization=taken)], [], by=organizer)
    assert Organization.objects.count() == 1


def test_a_stale_record_stops_all_of_them(organizer: User) -> None:
    first, second = make_product(), make_product()
    Product.objects.get(pk=second.pk).save()
    first.title_en = second.title_en = "Changed"
    with pytest.raises(StaleVersion):
        save_records([], [first, second], by=organizer)
    assert not Product.objects.filter(title_en="Changed").exists()
    assert Product.history.filter(title_en="Changed").count() == 0


def test_a_state_cannot_be_typed_in(organizer: User) -> None:
    edition, zone = make_edition(), make_zone()
    new = Exhibitor(edition=edition, organization=make_organization(), zone=zone, state="accepted")
    known = make_exhibitor()
    known.state = "declined"
    for records in (([new], []), ([], [known])):
        with pytest.raises(DomainError, match="A state is not typed in"):
            save_records(*records, by=organizer)


def test_who_listens_to_saves_hears_of_each(organizer: User) -> None:
    heard: list[tuple[Any, bool]] = []

    def hear(instance: Any, created: bool, **kwargs: Any) -> None:
        heard.append((instance, created))

    post_save.connect(hear, sender=Organization)
    try:
        known = make_organization()
        heard.clear()
        new = Organization(slug="new", name_en="New")
        save_records([new], [known], by=organizer)
    finally:
        post_save.disconnect(hear, sender=Organization)
    assert heard == [(new, True), (known, False)]
    assert (new.history.count(), known.history.count()) == (1, 2)
