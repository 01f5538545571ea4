"""The preview: the public's page, for the own people only, and shared with nobody."""

from __future__ import annotations

import pytest
from django.test import Client

from expo.models import MemberRole, Organization
from expo.saving import propose
from tests.expo.own.writing import client_of, url, works_for
from tests.factories import (
    make_innovation,
    make_instrument,
    make_organization,
    make_product,
    make_sector,
    make_teammember,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Organization:
    return make_organization()


def test_a_draft_is_seen_as_the_public_would_see_it(firm: Organization, client: Client) -> None:
    reader = client_of(works_for(firm, MemberRole.MEMBER))
    drafts = (
        make_innovation(organizations=[firm], state="draft", abstract_en="Made of iron."),
        make_product(organization=firm, state="draft", description_en="Made of iron."),
        make_instrument(organization=firm, state="hidden", functions_en="Made of iron."),
        make_product(organization=firm, state="draft", sector=None, claim_en="", claim_zh="", price=None),
    )
    for draft in drafts:
        address = url("own-preview", firm, draft._meta.model_name or "", draft)
        response = reader.get(address)
        body = response.content.decode()
        assert response.status_code == 200
        assert "Preview" in body
        if draft.claim:
            assert "Made of iron." in body
        assert '<meta name="robots" content="noindex">' in body
        assert response["X-Robots-Tag"] == "noindex"
        assert "no-store" in response["Cache-Control"]
        assert "private" in response["Cache-Control"]
        assert "application/ld+json" not in body
        assert "ETag" not in response
        assert client.get(draft.get_absolute_url()).status_code == 404


def test_a_waiting_change_is_seen_with_its_rows_and_nothing_is_written(firm: Organization) -> None:
    editor = works_for(firm)
    innovation, sector = make_innovation(organizations=[firm]), make_sector(name_en="Motors")
    make_teammember(innovation=innovation, name_en="Stays", agreed_on="2025-01-01")
    team = [{"name_en": "Agreed", "role": "pi", "agreed_on": "2025-01-01"}, {"name_en": "Silent", "role": "core"}]
    propose(innovation, data={"claim_en": "Costs half", "sector": sector.pk}, lines={"team": team}, by=editor)
    body = client_of(editor).get(url("own-preview", firm, "innovation", innovation)).content.decode()
    assert "Costs half" in body
    assert "Motors" in body
    assert "Agreed" in body
    assert "Silent" not in body
    assert "Stays" not in body
    innovation.refresh_from_db()
    assert innovation.claim_en == "Costs less"
    assert innovation.team.get().name_en == "Stays"


def test_what_is_confidential_is_not_in_the_preview_either(firm: Organization) -> None:
    draft = make_innovation(organizations=[firm], state="draft", abstract_confidential="CANARY")
    body = client_of(works_for(firm)).get(url("own-preview", firm, "innovation", draft)).content.decode()
    assert "CANARY" not in body


def test_the_public_meets_those_of_the_team_who_agreed(client: Client) -> None:
    innovation = make_innovation()
    make_teammember(innovation=innovation, name_en="Lin Yue", agreed_on="2025-01-01", expertise_en="Sintering")
    make_teammember(innovation=innovation, name_en="CANARY", expertise_en="CANARY")
    body = client.get(innovation.get_absolute_url()).content.decode()
    assert "Lin Yue" in body
    assert "Sintering" in body
    pages = (innovation.get_absolute_url(), "/en/innovations/", "/en/search/?q=CANARY", "/api/v1/innovations/")
    for address in pages:
        answer = client.get(address).content.decode().replace("q=CANARY", "").replace('value="CANARY"', "")
        assert "CANARY</" not in answer or "search" in address, address
        if "search" not in address:
            assert "CANARY" not in answer, address
