"""Reviewers judge an innovation in review by four criteria; the public never learns of it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from expo.assessing import assess
from expo.errors import DomainError
from expo.models import Assessment, Innovation
from expo.models.assessment import CRITERIA
from expo.publication import publish_innovation
from tests.expo.admin_pages import page, typed
from tests.expo.own.writing import client_of, url, works_for
from tests.expo.test_roles import works_as
from tests.factories import make_assessment, make_innovation, make_organization

pytestmark = pytest.mark.django_db
ADD = "admin:expo_assessment_add"


def points(innovation: Innovation, *given: int, note: str = "") -> dict[str, object]:
    return {"innovation": innovation.pk, "note": note, **dict(zip(CRITERIA, given, strict=True))}


def test_a_broker_gives_points_and_reads_what_they_suggest() -> None:
    broker = works_as("matchmaking_broker", name="Tang Wei")
    client, innovation = client_of(broker), make_innovation(state="in_review")
    response = client.post(reverse(ADD), points(innovation, 4, 3, 3, 4, note="Well told."))
    assert response.status_code == 302, response.context["adminform"].form.errors
    row = Assessment.objects.get()
    assert (row.reviewer, row.of_version, row.total, row.verdict) == (broker, innovation.version, 14, "publish")
    for address in (page(row), page(innovation)):
        body = client.get(address).content.decode()
        assert "14" in body
        assert "publish" in body
    mended = typed(client, page(row), language="0")
    assert client.post(page(row), mended).status_code == 302
    assert Assessment.objects.get().verdict == "hold"


@pytest.mark.parametrize(("given", "verdict"), [((5, 5, 5, 5), "publish"), ((3, 3, 2, 2), "publish"),
    ((3, 2, 2, 2), "hold"), ((5, 5, 5, 0), "hold"), ((1, 1, 1, 1), "reject"), ((0, 0, 0, 0), "reject")])  # fmt: skip
def test_the_points_suggest_a_verdict(given: tuple[int, ...], verdict: str) -> None:
    assert Assessment(**dict(zip(CRITERIA, given, strict=True))).verdict == verdict


def test_only_what_is_in_review_is_assessed_and_only_once_a_version() -> None:
    broker = works_as("matchmaking_broker")
    for state in ("draft", "published", "returned", "rejected"):
        innovation = make_innovation(state=state)
        row = Assessment(innovation=innovation, advantages=1, clarity=1, cooperation=1, language=1)
        with pytest.raises(DomainError, match="Only what is in review"):
            assess(row, by=broker)
    first = make_assessment(reviewer=broker)
    client = client_of(broker)
    refused = client.post(reverse(ADD), points(first.innovation, 1, 1, 1, 1))
    assert "judged this version already" in refused.content.decode()
    bad = client.post(reverse(ADD), points(make_innovation(state="in_review"), 6, 1, 1, 1))
    assert "advantages" in bad.context["adminform"].form.errors
    with pytest.raises(IntegrityError):
        make_assessment(advantages=6)


def test_nobody_writes_what_another_thinks() -> None:
    theirs = make_assessment()
    broker = works_as("matchmaking_broker")
    client = client_of(broker)
    assert client.get(page(theirs)).status_code == 200
    assert client.post(page(theirs), {"advantages": 0, "reviewer": broker.pk}).status_code == 403
    with pytest.raises(DomainError, match="Somebody else"):
        assess(theirs, by=broker)
    mine = {**points(theirs.innovation, 1, 1, 1, 1), "reviewer": theirs.reviewer.pk, "of_version": 77}
    client.post(reverse(ADD), mine)
    row = Assessment.objects.get(reviewer=broker)
    assert row.of_version == theirs.innovation.version


def test_the_public_and_the_holder_never_see_what_reviewers_think(client: Client) -> None:
    firm = make_organization()
    innovation = make_innovation(organizations=[firm], state="in_review")
    make_assessment(innovation=innovation, note="CANARY")
    desk = client_of(works_for(firm))
    for name in ("own-record", "own-preview"):
        assert "CANARY" not in desk.get(url(name, firm, "innovation", innovation)).content.decode()
    publish_innovation(innovation, by=works_as("matchmaking_broker"))
    for address in (innovation.get_absolute_url(), f"/api/v1/innovations/{innovation.slug}/"):
        body = client.get(address).content.decode()
        assert "CANARY" not in body
        assert "ssessment" not in body
    for role in ("exhibition_manager", "publicity"):
        assert "CANARY" not in client_of(works_as(role)).get(page(innovation)).content.decode()
