"""The profile of an organization: saved at once while nobody reads it, proposed once the public does."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from expo.models import Organization, Revision
from expo.saving import approve, give_back
from tests.expo.people.test_member_pages import said, signed_in
from tests.factories import make_exhibitor, make_member, make_organization, make_sector, make_user

pytestmark = pytest.mark.django_db


def opened(client: Client, organization: Organization) -> dict[str, Any]:
    """What a browser sends back of the form as it was opened."""
    form = client.get(reverse("work-profile", args=[organization.slug])).context["form"]
    data = {}
    for name, field in form.fields.items():
        value = form[name].value()
        value = "" if value is None else str(getattr(value, "code", value))
        data[name] = value
        if field.show_hidden_initial:
            data[form[name].html_initial_name] = value
    return data


def post(client: Client, organization: Organization, data: dict[str, Any], **typed: str) -> Any:
    return client.post(reverse("work-profile", args=[organization.slug]), {**data, **typed})


def test_an_editor_saves_what_nobody_reads_yet_at_once() -> None:
    organization = make_organization()
    client = signed_in(make_member(organization, "editor"))
    sector = make_sector()
    post(client, organization, opened(client, organization), about_en="We make lenses.", sector=str(sector.pk))
    organization.refresh_from_db()
    assert (organization.about_en, organization.sector) == ("We make lenses.", sector)
    assert not Revision.objects.exists()


def test_the_public_reads_the_old_text_until_the_change_is_approved() -> None:
    organization = make_exhibitor().organization
    client = signed_in(make_member(organization, "editor"))
    said_then = said(post(client, organization, opened(client, organization), about_en="New words"))
    assert "waits for review" in said_then
    organization.refresh_from_db()
    assert organization.about_en == ""
    revision = Revision.objects.get()
    assert revision.data == {"about_en": "New words"}
    approve(revision, by=make_user(is_staff=True, is_superuser=True))
    organization.refresh_from_db()
    assert organization.about_en == "New words"


def test_who_goes_on_writing_changes_what_waits() -> None:
    organization = make_exhibitor().organization
    client = signed_in(make_member(organization, "editor"))
    post(client, organization, opened(client, organization), about_en="First")
    data = opened(client, organization)
    assert data["about_en"] == "First"
    post(client, organization, data, about_zh="第二")
    assert Revision.objects.get().data == {"about_en": "First", "about_zh": "第二"}
    sector = make_sector()
    post(client, organization, opened(client, organization), sector=str(sector.pk))
    assert Revision.objects.get().data["sector"] == sector.pk
    post(client, organization, opened(client, organization), about_en="", about_zh="", sector="")
    assert not Revision.objects.exists()


def test_the_second_of_two_editors_sees_what_the_first_proposed() -> None:
    organization = make_exhibitor().organization
    first, second = (signed_in(make_member(organization, "editor")) for _ in range(2))
    data = opened(second, organization)
    post(first, organization, opened(first, organization), about_en="First")
    refused = post(second, organization, data, about_zh="第二")
    assert "A colleague changed what waits for review" in refused.content.decode()
    assert "First" in refused.content.decode()
    assert Revision.objects.get().data == {"about_en": "First"}


def test_the_second_of_two_editors_sees_what_the_first_saved() -> None:
    organization = make_organization()
    first, second = (signed_in(make_member(organization, "editor")) for _ in range(2))
    data = opened(second, organization)
    post(first, organization, opened(first, organization), about_en="First")
    refused = post(second, organization, data, about_zh="第二").content.decode()
    assert "Somebody else saved this" in refused
    assert "First" in refused
    organization.refresh_from_db()
    assert (organization.about_en, organization.about_zh) == ("First", "")


def test_what_came_back_says_why() -> None:
    organization = make_exhibitor().organization
    client = signed_in(make_member(organization, "editor"))
    post(client, organization, opened(client, organization), about_en="Best in the world")
    give_back(Revision.objects.get(), by=make_user(is_staff=True), reason="Say it without praise.")
    page = client.get(reverse("work-profile", args=[organization.slug])).content.decode()
    assert "Say it without praise." in page


def test_what_is_no_field_of_the_form_is_not_taken() -> None:
    organization = make_exhibitor().organization
    client = signed_in(make_member(organization, "editor"))
    extra = {"slug": "mine", "origin": "editorial", "mail_domain": "x.cn", "state": "x"}
    post(client, organization, opened(client, organization), about_en="New", **extra)
    organization.refresh_from_db()
    assert (organization.slug == "mine", organization.mail_domain) == (False, "")
    assert Revision.objects.get().data == {"about_en": "New"}


def test_a_mistake_is_said_beside_its_field_and_nothing_is_lost() -> None:
    organization = make_organization(usci="91350100M000100Y43")
    other = make_organization()
    client = signed_in(make_member(other, "editor"))
    page = post(client, other, opened(client, other), usci="91350100M000100Y43", about_en="Kept").content.decode()
    assert "your attention" in page
    assert "Kept" in page
    assert organization.usci not in (Organization.objects.get(pk=other.pk).usci,)
