"""The pages of applying: every one works, turns strangers away, takes bad input calmly, and bears being used twice."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from expo import registration
from expo.exhibiting import applying, entry, questions
from expo.models import Exhibitor, FieldLock, QuestionKind, Transition, User
from tests.factories import (
    make_application,
    make_edition,
    make_exhibitor,
    make_member,
    make_organization,
    make_question,
    make_stand,
    make_zone,
)

pytestmark = pytest.mark.django_db

READ = ("detail",)
WRITE = ("edit", "questions", "withdraw")
POSTED = ("submit", "copy", "take-back")


@pytest.fixture
def exhibitor() -> Exhibitor:
    return make_application(organization=make_organization(name_en="Anzhou Glass"))


@pytest.fixture
def editor(exhibitor: Exhibitor) -> User:
    return make_member(exhibitor.organization, "editor", name="An Ruoli")


@pytest.fixture
def desk(editor: User) -> Client:
    return client_of(editor)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url_of(exhibitor: Exhibitor, word: str = "detail") -> str:
    return reverse(f"application-{word}", args=[exhibitor.organization.slug, exhibitor.edition.number])


def list_of(exhibitor: Exhibitor, word: str = "list") -> str:
    return reverse(f"application-{word}", args=[exhibitor.organization.slug])


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def typed(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """What a browser would send from the form on a page, with some fields typed over."""
    form = client.get(url).context["form"]
    html = client.get(url).content.decode()
    hidden = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', html)
    data: dict[str, Any] = {}
    for name, value in hidden:
        data.setdefault(name, []).append(unescape(value))
    for bound in form.visible_fields():
        if bound.field.disabled:
            continue
        value = bound.value()
        value = getattr(bound.field.widget, "format_value", lambda value: value)(value)
        parts = value if isinstance(value, list) else [value]
        data[bound.html_name] = [str(part) for part in parts if part not in (None, "")] or [""]
        if bound.field.widget.__class__.__name__ in ("CheckboxSelectMultiple", "RadioSelect") and data[
            bound.html_name
        ] == [""]:
            del data[bound.html_name]
    data.pop("csrfmiddlewaretoken", None)
    return {**data, **changes}


# ------------------------------------------------------------------ doors
@pytest.mark.parametrize("word", [*READ, *WRITE])
def test_each_page_opens_for_who_writes(desk: Client, exhibitor: Exhibitor, word: str) -> None:
    make_question()
    for url in (url_of(exhibitor, word), url_of(exhibitor, word).replace("/en/", "/zh-hans/")):
        assert desk.get(url).status_code == 200


@pytest.mark.parametrize("word", [*READ, *WRITE, *POSTED])
def test_strangers_do_not_learn_that_there_is_anything(exhibitor: Exhibitor, word: str, visitor: User) -> None:
    other = make_application()
    stranger = client_of(make_member(other.organization, "owner"))
    url = url_of(exhibitor, word)
    assert Client().get(url).status_code == 302
    assert "login" in Client().post(url)["Location"]
    for client in (stranger, client_of(visitor)):
        assert client.get(url).status_code in (404, 405)
        assert client.post(url, {"understood": "on", "claim_en": "Mine"}).status_code in (404, 405)
        assert client.get(url.replace(f"{word}/", "") if word in POSTED else url).status_code == 404
    exhibitor.refresh_from_db()
    assert (exhibitor.state, exhibitor.claim_en) == ("draft", "Shows magnets")


@pytest.mark.parametrize("word", [*WRITE, *POSTED])
def test_who_only_reads_writes_nothing(exhibitor: Exhibitor, word: str) -> None:
    reader = client_of(make_member(exhibitor.organization, "member"))
    assert reader.get(url_of(exhibitor)).status_code == 200
    assert reader.get(list_of(exhibitor)).status_code == 200
    assert reader.post(url_of(exhibitor, word), {"understood": "on"}).status_code == 403
    assert reader.post(list_of(exhibitor, "begin"), {"edition": "13"}).status_code == 403


@pytest.mark.parametrize("word", POSTED)
def test_what_changes_something_is_posted(desk: Client, exhibitor: Exhibitor, word: str) -> None:
    assert desk.get(url_of(exhibitor, word)).status_code == 405
    assert desk.get(list_of(exhibitor, "begin")).status_code == 405
    assert desk.put(url_of(exhibitor, "edit")).status_code == 405


def test_an_edition_without_an_application_is_not_found(desk: Client, exhibitor: Exhibitor) -> None:
    make_edition(number=12)
    for number in ("12", "99", "0"):
        assert desk.get(url_of(exhibitor).replace("/13/", f"/{number}/")).status_code == 404


# ------------------------------------------------------------------ begin
def test_an_application_is_begun_with_a_button_and_only_once() -> None:
    house, edition = make_organization(), make_edition()
    client = client_of(make_member(house, "editor"))
    url = reverse("application-list", args=[house.slug])
    assert "Apply to exhibit" in text_of(client.get(url))
    begin = reverse("application-begin", args=[house.slug])
    response = client.post(begin, {"edition": edition.number}, follow=True)
    assert "Application to exhibit" in text_of(response)
    assert "has an application" in text_of(client.post(begin, {"edition": edition.number}, follow=True))
    assert Exhibitor.objects.get().organization == house


@pytest.mark.parametrize("edition", ["", "99", "x", "-1", "９", "99999999999999999999"])
def test_an_edition_that_is_none_is_not_found(desk: Client, exhibitor: Exhibitor, edition: str) -> None:
    assert desk.post(list_of(exhibitor, "begin"), {"edition": edition}).status_code == 404


def test_an_application_begins_with_what_was_written_before() -> None:
    house = make_organization()
    make_application(organization=house, edition=make_edition(number=12), claim_en="As last year")
    make_edition()
    client = client_of(make_member(house, "editor"))
    begin = reverse("application-begin", args=[house.slug])
    assert "Apply with what you wrote" in text_of(client.get(reverse("application-list", args=[house.slug])))
    response = client.post(begin, {"edition": "13", "copy": "1"}, follow=True)
    assert "were filled from" in text_of(response)
    assert Exhibitor.objects.get(edition__number=13).claim_en == "As last year"


def test_the_list_asks_as_often_for_many_as_for_one(
    desk: Client, exhibitor: Exhibitor, django_assert_max_num_queries: Any
) -> None:
    for number in range(1, 6):
        make_application(organization=exhibitor.organization, edition=make_edition(number=number))
    with django_assert_max_num_queries(30):
        assert desk.get(list_of(exhibitor)).status_code == 200


# ------------------------------------------------------------------ write
def test_a_draft_is_saved_with_gaps_and_says_what_is_missing(desk: Client, exhibitor: Exhibitor) -> None:
    url = url_of(exhibitor, "edit")
    data = typed(desk, url, claim_en="", claim_zh="", area_wanted="", products_planned="")
    text = text_of(desk.post(url, data, follow=True))
    assert "Saved." in text
    assert "Still missing" in text
    exhibitor.refresh_from_db()
    assert (exhibitor.claim_en, exhibitor.area_wanted) == ("", None)
    refused = text_of(desk.post(url_of(exhibitor, "submit"), follow=True))
    assert "Not complete yet. Missing: what you show, in one sentence" in refused


def test_what_cannot_be_stored_yet_stays_on_the_page_and_the_rest_is_stored(desk: Client, exhibitor: Exhibitor) -> None:
    url = url_of(exhibitor, "edit")
    response = desk.post(url, typed(desk, url, claim_en="New", contact_email="an@", area_wanted="-4"))
    text = text_of(response)
    assert response.status_code == 200
    assert "Saved, but for what is marked" in text
    assert 'value="an@"' in text
    exhibitor.refresh_from_db()
    assert (exhibitor.claim_en, exhibitor.contact_email, exhibitor.area_wanted) == ("New", "", 18)
    again = {bound.html_name: bound.value() or "" for bound in response.context["form"].visible_fields()}
    again |= {"version": str(exhibitor.version), "contact_email": "an@example.org", "area_wanted": "36"}
    assert desk.post(url, again).status_code == 302
    exhibitor.refresh_from_db()
    assert (exhibitor.claim_en, exhibitor.contact_email, exhibitor.area_wanted) == ("New", "an@example.org", 36)


def test_extra_fields_that_are_posted_change_nothing(desk: Client, exhibitor: Exhibitor) -> None:
    other, zone = make_application(), make_zone()
    more = {
        "state": "accepted", "zone": zone.pk, "edition": make_edition(number=12).pk, "assigned_to": "1",
        "organization": other.organization_id, "host": other.pk, "origin": "editorial", "id": other.pk, "pk": other.pk,
    }  # fmt: skip
    url = url_of(exhibitor, "edit")
    assert desk.post(url, typed(desk, url, claim_en="New", **more)).status_code == 302
    stored = Exhibitor.objects.get(pk=exhibitor.pk)
    assert (stored.state, stored.zone, stored.edition.number, stored.assigned_to) == ("draft", None, 13, None)
    assert (stored.organization, stored.host, stored.origin) == (exhibitor.organization, None, exhibitor.origin)
    assert stored.claim_en == "New"
    other.refresh_from_db()
    assert other.claim_en == "Shows magnets"


@pytest.mark.parametrize("wish", ["other", "999999", "x"])
def test_a_zone_that_is_not_offered_is_refused(desk: Client, exhibitor: Exhibitor, wish: str) -> None:
    foreign = str(make_zone(edition=make_edition(number=12)).pk) if wish == "other" else wish
    url = url_of(exhibitor, "edit")
    before = exhibitor.zone_wish
    assert desk.post(url, typed(desk, url, zone_wish=foreign)).status_code == 200
    exhibitor.refresh_from_db()
    assert exhibitor.zone_wish == before


def test_two_people_edit_one_draft_and_nothing_is_lost(desk: Client, exhibitor: Exhibitor, editor: User) -> None:
    url = url_of(exhibitor, "edit")
    mine = typed(desk, url, claim_en="Mine")
    applying.save_draft(
        exhibitor, values={"claim_en": "Theirs", "contact_phone": "123"}, version=exhibitor.version, by=editor
    )
    response = desk.post(url, mine)
    text = text_of(response)
    assert response.status_code == 200
    assert "Somebody else saved this" in text
    assert "“Shows magnets” → “Theirs”" in text
    form = response.context["form"]
    assert (form["claim_en"].value(), form["contact_phone"].value()) == ("Mine", "123")
    again = dict(form.data.items())
    assert desk.post(url, again).status_code == 302
    exhibitor.refresh_from_db()
    assert (exhibitor.claim_en, exhibitor.contact_phone) == ("Mine", "123")


def test_what_was_typed_stays_when_it_was_handed_in_meanwhile(desk: Client, exhibitor: Exhibitor, editor: User) -> None:
    url = url_of(exhibitor, "edit")
    mine = typed(desk, url, claim_en="Too late")
    applying.hand_in(exhibitor, by=editor)
    response = desk.post(url, mine)
    assert "Too late" in text_of(response)
    response = desk.post(url, dict(response.context["form"].data.items()))
    assert "cannot be changed this way now" in text_of(response)
    assert "Too late" in text_of(response)
    assert "Nothing can be changed" in text_of(desk.get(url, follow=True))
    exhibitor.refresh_from_db()
    assert exhibitor.claim_en == "Shows magnets"


# ------------------------------------------------------------------ questions
def test_a_question_that_follows_appears_after_saving(desk: Client, exhibitor: Exhibitor) -> None:
    power = make_question(kind=QuestionKind.YES_NO, label_en="Power?")
    volts = make_question(label_en="How many volts?", asked_if=power, asked_if_value="yes", is_required=True)
    url = url_of(exhibitor, "questions")
    html = desk.get(url).content.decode()
    assert re.search(rf'data-asked-after="q-{power.pk}" data-asked-value="yes" hidden', html)
    response = desk.post(url, typed(desk, url, **{f"q-{power.pk}": "yes"}), follow=True)
    assert "One more question follows" in text_of(response)
    assert 'data-asked-value="yes">' in response.content.decode()
    assert "How many volts?" in text_of(desk.get(url_of(exhibitor)))
    assert "Missing: How many volts?" in text_of(desk.post(url_of(exhibitor, "submit"), follow=True))
    desk.post(url, typed(desk, url, **{f"q-{volts.pk}": "380"}))
    assert "Handed in" in text_of(desk.post(url_of(exhibitor, "submit"), follow=True))
    assert questions.answers_of(exhibitor) == {power.pk: True, volts.pk: "380"}


def test_every_kind_of_question_is_answered_on_the_page(desk: Client, exhibitor: Exhibitor) -> None:
    values = {
        "line": ("a", "a"), "text": ("b", "b"), "number": ("2.50", 2.5), "yes_no": ("no", False),
        "one_of": ("big", "big"), "some_of": (["big", "small"], ["big", "small"]), "day": ("2025-09-25", "2025-09-25"),
        "link": ("example.org", "https://example.org"),
    }  # fmt: skip
    made = {kind: make_question(kind=kind, choices="big\nsmall" if "_of" in kind else "") for kind in values}
    url = url_of(exhibitor, "questions")
    data = typed(desk, url, **{f"q-{made[kind].pk}": sent for kind, (sent, _stored) in values.items()})
    assert desk.post(url, data).status_code == 302
    assert questions.answers_of(exhibitor) == {made[kind].pk: stored for kind, (_sent, stored) in values.items()}
    assert desk.post(url, typed(desk, url)).status_code == 302
    assert questions.answers_of(exhibitor) == {made[kind].pk: stored for kind, (_sent, stored) in values.items()}


def test_an_answer_that_is_none_is_told_and_the_others_are_stored(desk: Client, exhibitor: Exhibitor) -> None:
    number, line = make_question(kind=QuestionKind.NUMBER), make_question()
    url = url_of(exhibitor, "questions")
    response = desk.post(url, typed(desk, url, **{f"q-{number.pk}": "many", f"q-{line.pk}": "One"}))
    assert 'value="many"' in text_of(response)
    assert questions.answers_of(exhibitor) == {line.pk: "One"}
    form = response.context["form"]
    again = {**form.data.dict(), f"q-{number.pk}": "3", f"q-{line.pk}": "Two"}
    assert desk.post(url, again).status_code == 302
    assert questions.answers_of(exhibitor) == {number.pk: 3, line.pk: "Two"}


def test_two_people_answer_at_once_and_nothing_is_lost(desk: Client, exhibitor: Exhibitor) -> None:
    one, two = make_question(), make_question(kind=QuestionKind.SOME_OF, choices="a\nb")
    url = url_of(exhibitor, "questions")
    mine = typed(desk, url, **{f"q-{one.pk}": "Mine"})
    applying.save_answers(exhibitor, values={one.pk: "Theirs", two.pk: ["a"]})
    response = desk.post(url, mine)
    assert "Somebody else answered this while you were writing: “Theirs”" in text_of(response)
    form = response.context["form"]
    assert (form[f"q-{one.pk}"].value(), form[f"q-{two.pk}"].value()) == ("Mine", ["a"])
    assert desk.post(url, {name: form.data.getlist(name) for name in form.data}).status_code == 302
    assert questions.answers_of(exhibitor) == {one.pk: "Mine", two.pk: ["a"]}


def test_answers_to_foreign_questions_are_not_taken(desk: Client, exhibitor: Exhibitor) -> None:
    foreign = make_question(edition=make_edition(number=12))
    url = url_of(exhibitor, "questions")
    make_question()
    desk.post(url, typed(desk, url, **{f"q-{foreign.pk}": "x", "q-999999": "x"}))
    assert questions.answers_of(exhibitor) == {}


# ------------------------------------------------------------------ moves
def test_a_returned_application_is_mended_and_handed_in_again_in_one_step(
    desk: Client, exhibitor: Exhibitor, organizer: User
) -> None:
    desk.post(url_of(exhibitor, "submit"))
    assert "submitted" in text_of(desk.post(url_of(exhibitor, "submit"), follow=True))
    exhibitor.refresh_from_db()
    registration.give_back(exhibitor, by=organizer, reason="Name the <b>voltage</b>.")
    page = desk.get(url_of(exhibitor))
    assert b"Name the &lt;b&gt;voltage" in page.content
    assert "Hand in again" in text_of(page)
    url = url_of(exhibitor, "edit")
    desk.post(url, typed(desk, url, claim_en="230 V"))
    desk.post(url_of(exhibitor, "submit"))
    states = list(Transition.objects.of(exhibitor).order_by("pk").values_list("to_state", flat=True))
    assert states == ["submitted", "in_review", "returned", "draft", "submitted"]


def test_withdrawing_shows_what_it_touches_and_takes_a_tick(desk: Client, exhibitor: Exhibitor) -> None:
    exhibitor.zone = exhibitor.zone_wish
    exhibitor.state = "accepted"
    Exhibitor.objects.filter(pk=exhibitor.pk).update(state="accepted", zone=exhibitor.zone_wish)
    stand = make_stand(zone=exhibitor.zone_wish, exhibitor=exhibitor)
    url = url_of(exhibitor, "withdraw")
    assert stand.code in text_of(desk.get(url))
    assert "Nothing was done" in text_of(desk.post(url, {"reason": "No budget"}))
    assert "Withdrawn" in text_of(desk.post(url, {"reason": "No budget", "understood": "on"}, follow=True))
    exhibitor.refresh_from_db()
    stand.refresh_from_db()
    assert (exhibitor.state, stand.exhibitor) == ("withdrawn", None)
    assert "cannot become" in text_of(desk.post(url, {"understood": "on"}, follow=True))


# ------------------------------------------------------------------ the entry
@pytest.fixture
def shown() -> Exhibitor:
    return make_exhibitor(claim_en="Old claim", area_wanted=18)


@pytest.fixture
def house_desk(shown: Exhibitor) -> Client:
    return client_of(make_member(shown.organization, "editor", name="An Ruoli"))


def test_an_accepted_exhibitor_edits_its_entry_and_the_old_text_stays(house_desk: Client, shown: Exhibitor) -> None:
    url = url_of(shown, "edit")
    response = house_desk.post(url, typed(house_desk, url, claim_en="New claim", contact_phone="123"), follow=True)
    assert "once the organizers approve it" in text_of(response)
    assert "<ins>New claim</ins>" in text_of(response)
    assert "Old claim" in text_of(Client().get(shown.get_absolute_url()))
    assert house_desk.get(url).context["form"]["claim_en"].value() == "New claim"
    assert "Taken back" in text_of(house_desk.post(url_of(shown, "take-back"), follow=True))
    assert "No change waits" in text_of(house_desk.post(url_of(shown, "take-back"), follow=True))
    assert entry.waiting_change(shown) is None


def test_a_locked_field_is_shown_with_its_reason_and_refused_when_it_is_posted(
    house_desk: Client, shown: Exhibitor
) -> None:
    FieldLock.objects.create(edition=shown.edition, field="area_wanted", reason_en="The stands are built.")
    url = url_of(shown, "edit")
    html = house_desk.get(url).content.decode()
    assert "Locked by the organizers: The stands are built." in html
    assert re.search(r'name="area_wanted"[^>]*disabled', html)
    assert "area_wanted" not in typed(house_desk, url)
    response = house_desk.post(url, typed(house_desk, url, area_wanted="99", contact_phone="1"))
    assert "This field is locked" in text_of(response)
    shown.refresh_from_db()
    assert (shown.area_wanted, shown.contact_phone) == (18, "")


def test_two_changes_that_wait_do_not_write_over_each_other(house_desk: Client, shown: Exhibitor) -> None:
    url = url_of(shown, "edit")
    mine = typed(house_desk, url, claim_en="Mine")
    colleague = client_of(make_member(shown.organization, "editor"))
    colleague.post(url, typed(colleague, url, claim_en="Theirs", shows_en="Theirs too"))
    response = house_desk.post(url, mine)
    text = text_of(response)
    assert "Somebody else changed what waits" in text
    assert "“Old claim” → “Theirs”" in text
    form = response.context["form"]
    assert (form["claim_en"].value(), form["shows_en"].value()) == ("Mine", "Theirs too")
    assert house_desk.post(url, dict(form.data.items())).status_code == 302
    assert entry.waiting_change(shown).data == {"claim_en": "Mine", "shows_en": "Theirs too"}  # type: ignore[union-attr]


def test_locked_answers_are_shown_and_not_stored(house_desk: Client, shown: Exhibitor) -> None:
    question = make_question(label_en="How heavy?")
    entry.change_answers(shown, values={question.pk: "1 t"})
    FieldLock.objects.create(edition=shown.edition, field="answers", reason_en="The orders are placed.")
    url = url_of(shown, "questions")
    assert "The orders are placed." in text_of(house_desk.get(url))
    house_desk.post(url, {f"q-{question.pk}": "2 t", "opened": "1"})
    assert questions.answers_of(shown) == {question.pk: "1 t"}


def test_the_contact_is_shown_in_the_workspace_and_nowhere_in_public(house_desk: Client, shown: Exhibitor) -> None:
    Exhibitor.objects.update(contact_name="CANARY", contact_email="canary@example.org", products_planned="CANARY")
    assert "CANARY" in text_of(house_desk.get(url_of(shown)))
    assert "CANARY" not in text_of(house_desk.get(shown.get_absolute_url()))
