"""Saving in the organizers' workplace: through the domain, nothing typed is lost, nothing is half saved."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from expo.models import (
    Exhibitor,
    Innovation,
    Organization,
    Picture,
    User,
)
from expo.saving import save_record
from tests.expo.admin_pages import a_picture, listing, page, typed, words_of
from tests.factories import (
    at,
    make_exhibitor,
    make_innovation,
    make_metric,
    make_product,
    make_sector,
    make_session,
    make_user,
    make_zone,
)

pytestmark = pytest.mark.django_db


def test_saving_notes_who_did_it_and_counts_the_version(organizer_client: Client, organizer: User) -> None:
    exhibitor = make_exhibitor()
    url = page(exhibitor)
    assert organizer_client.post(url, typed(organizer_client, url, claim_en="Shows better magnets")).status_code == 302
    exhibitor.refresh_from_db()
    assert (exhibitor.claim_en, exhibitor.version) == ("Shows better magnets", 2)
    assert exhibitor.history.latest().history_user == organizer


def test_a_stale_form_keeps_what_was_typed_and_names_the_change(organizer_client: Client) -> None:
    exhibitor = make_exhibitor()
    url = page(exhibitor)
    mine = typed(organizer_client, url, claim_en="My words")
    exhibitor.contact_name = "Li Na"
    save_record(exhibitor, by=make_user(name="Liu Fang"))
    response = organizer_client.post(url, mine)
    assert response.status_code == 200
    errors = " ".join(response.context["adminform"].form.non_field_errors())
    assert "Contact: “empty” → “Li Na”, by Liu Fang" in errors
    assert 'value="My words"' in words_of(response)
    assert '<input type="hidden" name="version" value="2"' in words_of(response)
    exhibitor.refresh_from_db()
    assert exhibitor.claim_en == "Shows magnets"


def test_after_comparing_the_second_save_goes_through_and_keeps_both_works(organizer_client: Client) -> None:
    exhibitor = make_exhibitor()
    url = page(exhibitor)
    mine = typed(organizer_client, url, claim_en="My words")
    exhibitor.contact_name = "Li Na"
    save_record(exhibitor, by=None)
    form = organizer_client.post(url, mine).context["adminform"].form
    assert (form["version"].value(), form["contact_name"].value(), form["claim_en"].value()) == (
        "2",
        "Li Na",
        "My words",
    )
    assert organizer_client.post(url, form.data.dict()).status_code == 302
    exhibitor.refresh_from_db()
    assert (exhibitor.claim_en, exhibitor.contact_name) == ("My words", "Li Na")


def test_untouched_times_choices_and_boxes_follow_the_other_editor(organizer_client: Client) -> None:
    session, sector = make_session(abstract_en="One\nTwo"), make_sector()
    mine = typed(organizer_client, page(session), title_en="My title")
    session.starts_at, session.theme = at(26, "10:30"), sector
    save_record(session, by=None)
    form = organizer_client.post(page(session), mine).context["adminform"].form
    assert organizer_client.post(page(session), form.data.dict()).status_code == 302
    session.refresh_from_db()
    assert (session.title_en, session.starts_at, session.theme) == ("My title", at(26, "10:30"), sector)
    hers, edition = typed(organizer_client, page(session.edition), number=14), session.edition
    edition.is_current = False
    save_record(edition, by=None)
    form = organizer_client.post(page(edition), hers).context["adminform"].form
    assert "is_current" not in form.data
    assert form["number"].value() == "14"


def test_a_stale_record_without_history_names_the_change_too(organizer_client: Client) -> None:
    zone = make_zone()
    mine = typed(organizer_client, page(zone), slug="mine")
    zone.name_en = "Renamed"
    save_record(zone, by=None)
    errors = " ".join(organizer_client.post(page(zone), mine).context["adminform"].form.non_field_errors())
    assert f"“Zone {zone.letter}” → “Renamed”" in errors


def test_a_form_without_its_version_is_not_saved(organizer_client: Client) -> None:
    exhibitor = make_exhibitor()
    mine = typed(organizer_client, page(exhibitor), claim_en="My words")
    del mine["version"]
    assert organizer_client.post(page(exhibitor), mine).status_code == 200
    exhibitor.refresh_from_db()
    assert exhibitor.claim_en == "Shows magnets"


def test_the_confidential_abstract_is_not_told_in_a_conflict(organizer_client: Client) -> None:
    innovation = make_innovation(abstract_confidential="The recipe")
    innovation.history.all().delete()
    mine = typed(organizer_client, page(innovation))
    innovation.abstract_confidential, innovation.claim_en = "Another recipe", "Costs half"
    save_record(innovation, by=None)
    errors = " ".join(organizer_client.post(page(innovation), mine).context["adminform"].form.non_field_errors())
    assert "Costs half" in errors
    assert "recipe" not in errors


def test_somebody_faster_between_check_and_save_becomes_a_form_error(
    organizer_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form was fresh when it was checked; the row changes just before it is written."""
    exhibitor = make_exhibitor()
    mine = typed(organizer_client, page(exhibitor), claim_en="My words")
    real, calls = save_record, []

    def overtaken(record: Any, **words: Any) -> Any:
        if not calls:
            calls.append(record)
            Exhibitor.objects.filter(pk=record.pk).update(version=5)
        return real(record, **words)

    monkeypatch.setattr("expo.admin.base.save_record", overtaken)
    response = organizer_client.post(page(exhibitor), mine)
    assert response.status_code == 200
    assert "Somebody else saved this" in words_of(response)


def test_a_state_cannot_be_typed_in(organizer_client: Client) -> None:
    for record in (
        make_exhibitor(state="submitted"),
        make_innovation(state="draft"),
        make_product(state="draft"),
        make_session(state="draft"),
    ):
        before = record.state
        data = typed(organizer_client, page(record), state="published")
        assert organizer_client.post(page(record), data).status_code == 302
        record.refresh_from_db()
        assert record.state == before


def test_a_constraint_the_form_does_not_show_is_a_form_error_and_nothing_is_half_saved(
    organizer_client: Client,
) -> None:
    exhibitor = make_exhibitor()
    response = organizer_client.post(page(exhibitor), typed(organizer_client, page(exhibitor), zone=""))
    assert response.status_code == 200
    assert "An accepted exhibitor needs a zone" in words_of(response)


def test_a_bad_row_below_keeps_the_record_unsaved(organizer_client: Client) -> None:
    metric = make_metric()
    url = page(metric.innovation)
    data = typed(organizer_client, url, claim_en="New claim", **{"metrics-0-operator": "between"})
    assert organizer_client.post(url, data).status_code == 200
    metric.innovation.refresh_from_db()
    assert metric.innovation.claim_en == "Costs less"


def test_a_record_is_added_through_the_domain(organizer_client: Client, organizer: User) -> None:
    url = reverse("admin:expo_organization_add")
    data = typed(organizer_client, url, name_en="Longmen Sensing", slug="longmen", region="CN-SC")
    assert organizer_client.post(url, data).status_code == 302
    assert Organization.objects.get(slug="longmen").history.get().history_user == organizer


def test_history_is_read_and_brings_nothing_back(organizer_client: Client) -> None:
    exhibitor = make_exhibitor()
    old = exhibitor.history.get()
    url = reverse("admin:expo_exhibitor_simple_history", args=[exhibitor.pk, old.pk])
    assert organizer_client.get(url).status_code == 200
    assert organizer_client.post(url, {"claim_en": "Older"}).status_code == 403


def test_history_never_shows_the_confidential_abstract(organizer_client: Client) -> None:
    innovation = make_innovation(abstract_confidential="The recipe of the alloy")
    old = innovation.history.get()
    assert "The recipe" in words_of(organizer_client.get(page(innovation)))
    url = reverse("admin:expo_innovation_simple_history", args=[innovation.pk, old.pk])
    assert "The recipe" not in words_of(organizer_client.get(url))
    assert "The recipe" not in words_of(organizer_client.get(page(innovation, "history")))


def test_who_may_only_look_does_not_see_the_confidential_abstract(client: Client) -> None:
    reader = make_user(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_innovation"))
    client.force_login(reader)
    innovation = make_innovation(abstract_confidential="The recipe of the alloy")
    assert "The recipe" not in words_of(client.get(page(innovation)))
    assert client.get(listing(Innovation, "?q=recipe")).context["cl"].result_count == 0


# ------------------------------------------------------------------ pictures
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 no picture", "no picture we can read"),
        (a_picture(kind="GIF"), "of type GIF cannot be shown"),
        (a_picture(100, 100), "measures 100 × 100 pixels"),
        (b"x" * (11 * 1024 * 1024), "At most 10 MB"),
    ],
    ids=["a document", "a type not shown", "too small", "too large"],
)
def test_an_unfit_upload_is_refused_at_its_field(content: bytes, words: str, organizer_client: Client) -> None:
    product = make_product()
    response = organizer_client.post(page(product), typed(organizer_client, page(product), **with_upload(content)))
    assert response.status_code == 200
    pictures = response.context["inline_admin_formsets"][0].formset
    assert words in str(pictures.forms[0].errors["upload"])
    assert not Picture.objects.exists()


def test_a_good_upload_is_stored_by_the_domain(organizer_client: Client) -> None:
    product = make_product()
    data = typed(organizer_client, page(product), **with_upload(a_picture()))
    assert organizer_client.post(page(product), data).status_code == 302
    picture = Picture.objects.get()
    assert (picture.record, picture.state, picture.alt_en) == (product, Picture.State.WAITING, "A magnet")


def with_upload(content: bytes) -> dict[str, Any]:
    prefix = "expo-picture-content_type-object_id"
    return {
        f"{prefix}-TOTAL_FORMS": "1",
        f"{prefix}-INITIAL_FORMS": "0",
        f"{prefix}-0-upload": SimpleUploadedFile("picture.png", content),
        f"{prefix}-0-alt_en": "A magnet",
        f"{prefix}-0-position": "0",
    }
