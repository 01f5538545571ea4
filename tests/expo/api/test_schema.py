"""The schema describes every answer; a machine that reads it finds nothing else, and no failure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from expo.api import schema
from expo.api_tokens import create_token
from expo.models import Organization
from expo.registry import open_data
from expo.wsgi import application
from tests.expo.api.conftest import Ask
from tests.factories import make_member
from tests.fair import loaded

EXAMPLES = 4  # of each operation
NAMES = [operation for noun in open_data for operation in (f"{noun}_list", f"{noun}_detail")]
PRIVATE = ["match_list", "introduction_list", "introduction_detail"]  # a token opens them


@pytest.fixture(scope="module", autouse=True)
def fair(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with loaded(django_db_blocker):
        yield


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Asked without Django's test client, the application would close the connection that the test's rows are in."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def test_the_schema_is_openapi_3_1(ask: Ask) -> None:
    from drf_spectacular.validation import validate_schema

    told = ask("schema/")
    assert told["openapi"].startswith("3.1")
    validate_schema(told)
    names = {row["operationId"] for path in told["paths"].values() for row in path.values()}
    assert names == {"root", *NAMES, *PRIVATE}


def test_filters_stand_in_the_schema_with_their_types(ask: Ask) -> None:
    told = ask("schema/")["paths"]["/api/v1/products/"]["get"]["parameters"]
    kinds = {row["name"]: row["schema"] for row in told}
    assert kinds["stock"]["items"]["enum"] == ["in-stock", "sold-out", "none"]
    assert kinds["sector"]["items"] == {"type": "string"}, "sectors are rows: they come and go"
    assert kinds["price_min"]["type"] == "number"
    assert all(row["description"] for row in told)


def test_every_parameter_of_a_list_stands_in_the_schema() -> None:
    for row in open_data.values():
        names = {entry["name"] for entry in schema.of_list(row)}
        assert set(row.listing.filterset.base_filters) <= names


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_docs_are_a_page_with_a_form_for_each_list(client: Client, language: str) -> None:
    page = client.get(reverse("api:docs"), headers={"Accept-Language": language})
    assert page["Content-Language"] == language
    for row in open_data.values():
        assert f'<form action="/api/v1/{row.address}/"' in page.content.decode()


@pytest.mark.django_db
def test_the_docs_speak_the_language_asked_for_and_lead_to_the_other(client: Client) -> None:
    page = client.get(reverse("api:docs"), {"lang": "zh-hans"}, headers={"Accept-Language": "en"})
    assert page["Content-Language"] == "zh-hans"
    assert '<html lang="zh-hans">' in page.content.decode()
    assert 'href="/api/v1/docs/?lang=en"' in page.content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("one_connection")
def test_a_machine_finds_no_answer_that_is_not_described() -> None:
    """schemathesis makes up questions, right and wrong, to every operation."""
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings
    from schemathesis import checks as every
    from schemathesis.specs.openapi import checks

    wanted = [
        every.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
        checks.response_schema_conformance,
    ]  # fmt: skip
    api = schemathesis.openapi.from_wsgi("/api/v1/schema/", application, headers={"Host": "localhost"})
    owner = make_member(Organization.objects.exclude(demands=None)[0], "owner")
    _token, plain = create_token(owner, owner.memberships.get().organization, name="schemathesis", days=30)
    headers = {"Host": "localhost", "Authorization": f"Bearer {plain}"}
    asked = []
    for result in api.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def check(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=wanted, headers=headers)

        check()
        asked.append(operation.label)
    assert len(asked) == 1 + len(NAMES) + len(PRIVATE)
