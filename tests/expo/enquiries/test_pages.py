"""The pages of enquiries: each works, keeps strangers out, refuses wrong methods and bad input."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from expo.enquiries import answer, hand_over, mark_spam, share_contact
from expo.models import Enquiry, EnquiryState, Exhibitor, Notice, Organization, OutboxMail, User
from tests.factories import (
    make_edition,
    make_enquiry,
    make_exhibitor,
    make_innovation,
    make_instrument,
    make_member,
    make_organization,
    make_person,
    make_product,
    make_user,
)

pytestmark = pytest.mark.django_db
TYPED = {"text": "How strong is it?", "name": "Li Na", "email": "li@else.example", "phone": "+86 13800000000"}
CANARY = ("li.canary@else.example", "+86 139 0000 4711", "Canary Trading")


@pytest.fixture
def exhibitor(organization: Organization) -> Exhibitor:
    return make_exhibitor(organization=organization)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def new(record: Any) -> str:
    slug = record.organization.slug if isinstance(record, Exhibitor) else record.slug
    return reverse("enquiry-new", args=[record._meta.model_name, slug])


def desk(enquiry: Enquiry, name: str = "", *more: str) -> str:
    return reverse(f"work-enquiry{name}", args=[enquiry.organization.slug, enquiry.code, *more])


def words(response: Any) -> str:
    return response.content.decode()


# ------------------------------------------------------------------ from the public page
@pytest.mark.parametrize("make", [make_exhibitor, make_product, make_innovation, make_instrument])
def test_asking_is_the_main_action_of_a_public_page_and_needs_no_token_there(client: Client, make: Any) -> None:
    record = make()
    page = words(client.get(record.get_absolute_url()))
    main = re.findall(r'<a class="btn btn--main" href="([^"]+)"', page)
    assert main == [new(record)]
    assert "csrfmiddlewaretoken" not in page
    assert client.get(main[0]).status_code == 200


def test_an_earlier_edition_has_nobody_to_ask(client: Client) -> None:
    make_edition()
    old = make_exhibitor(edition=make_edition(number=12))
    assert "/enquiries/" not in words(client.get(old.get_absolute_url()))
    assert client.get(new(old)).status_code == 404


@pytest.mark.parametrize("path", ["organization/x", "exhibitor/nobody", "user/1", "product/draft", "demand/x"])
def test_what_nobody_answers_for_is_not_found(client: Client, path: str) -> None:
    make_product(slug="draft", state="draft")
    assert client.get(f"/en/enquiries/new/{path}/").status_code == 404
    assert client.post(f"/en/enquiries/new/{path}/", TYPED).status_code == 404
    assert client.get(f"/en/enquiries/new/{path}/sent/").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_stranger_asks_confirms_and_reads_the_answer(
    client: Client, exhibitor: Exhibitor, editor: User, language: str
) -> None:
    url = new(exhibitor).replace("/en/", f"/{language}/")
    response = client.post(url, TYPED)
    assert response.status_code == 302
    assert "token" not in response["Location"]
    assert client.get(response["Location"]).status_code == 200
    enquiry = Enquiry.objects.get()
    assert (enquiry.state, enquiry.language) == (EnquiryState.UNCONFIRMED, language)
    link = re.search(r"https?://[^/]+(/\S+/confirm/\S+)", OutboxMail.objects.get().text)
    assert link is not None
    assert client.get(link[1]).status_code == client.head(link[1]).status_code == 200
    enquiry.refresh_from_db()
    assert enquiry.state == EnquiryState.UNCONFIRMED  # opening the link is not enough
    assert client.post(link[1], follow=True).status_code == 200
    answer(enquiry, text="Two tesla.", by=editor)
    thread = reverse("enquiry-thread", args=[enquiry.token])
    assert "Two tesla." in words(client.get(thread))
    assert client.get(link[1], follow=True).redirect_chain[-1][0].endswith(f"/thread/{enquiry.token}/")


def test_a_person_asks_from_the_account_whatever_address_is_sent_along(exhibitor: Exhibitor, editor: User) -> None:
    person = make_person(name="Li Na")
    client = signed_in(person)
    response = client.post(new(exhibitor), {**TYPED, "email": "boss@else.example", "state": "answered", "sender": 1})
    enquiry = Enquiry.objects.get()
    assert response["Location"] == reverse("my-enquiry", args=[enquiry.code])
    assert (enquiry.email, enquiry.sender, enquiry.state) == (person.email, person, EnquiryState.OPEN)
    assert "How strong is it?" in words(client.get(response["Location"]))
    assert enquiry.about in words(client.get(reverse("my-enquiries")))


def test_a_form_filled_by_a_machine_stores_nothing_and_says_nothing(client: Client, exhibitor: Exhibitor) -> None:
    honest = client.post(new(exhibitor), TYPED)
    trapped = client.post(new(exhibitor), {**TYPED, "text": "Buy", "website": "https://spam.example"})
    assert trapped["Location"] == honest["Location"]
    assert Enquiry.objects.count() == 1


def test_the_form_never_tells_whether_an_address_has_an_account(client: Client, exhibitor: Exhibitor) -> None:
    make_person(email="known@else.example")
    answers = [
        client.post(new(exhibitor), {**TYPED, "email": f"{name}@else.example"}, follow=True)
        for name in ("known", "unknown")
    ]
    assert [page.redirect_chain for page in answers] == [answers[0].redirect_chain] * 2
    assert len({re.sub(r'value="[^"]*"', "", words(page)) for page in answers}) == 1
    assert Enquiry.objects.filter(state=EnquiryState.UNCONFIRMED, sender=None).count() == 2


@pytest.mark.parametrize(
    "bad",
    [
        {"text": ""}, {"text": "x" * 5001}, {"name": ""}, {"email": "no"}, {"name": "x" * 151}, {"text": "a\x00b"},
        {"email": "a@b.example\r\nBcc: c@d.example"}, {"text": "http://a http://b http://c"},
    ],
)  # fmt: skip
def test_bad_input_comes_back_with_what_was_typed(client: Client, exhibitor: Exhibitor, bad: dict[str, str]) -> None:
    response = client.post(new(exhibitor), {**TYPED, **bad})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert ("Li Na" in words(response)) is ("name" not in bad)
    assert not Enquiry.objects.exists()


def test_an_organization_without_an_account_is_said_to_have_none(client: Client, exhibitor: Exhibitor) -> None:
    told = "Nobody of this organization has an account yet"
    assert told in words(client.get(new(exhibitor)))
    assert told in words(client.post(new(exhibitor), TYPED, follow=True))
    make_member(exhibitor.organization, "editor")
    assert told not in words(client.get(new(exhibitor)))


def test_asking_needs_a_token_of_the_form(exhibitor: Exhibitor) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(new(exhibitor), TYPED).status_code == 403
    assert not Enquiry.objects.exists()


# ------------------------------------------------------------------ the senders' pages
def test_a_wrong_token_is_not_found(client: Client) -> None:
    enquiry = make_enquiry()
    for token in ("x", enquiry.code, enquiry.token[:-1], enquiry.token.swapcase()):
        assert client.get(reverse("enquiry-thread", args=[token])).status_code == 404
        assert client.get(reverse("enquiry-confirm", args=[token])).status_code == 404
        for name in ("enquiry-confirm", "enquiry-thread-write", "enquiry-thread-contact"):
            assert client.post(reverse(name, args=[token]), {"text": "Hello"}).status_code == 404


def test_an_unconfirmed_question_leads_to_the_button_and_takes_no_words(client: Client, exhibitor: Exhibitor) -> None:
    client.post(new(exhibitor), TYPED)
    token = Enquiry.objects.get().token
    assert client.get(reverse("enquiry-thread", args=[token]))["Location"].endswith(f"/confirm/{token}/")
    response = client.post(reverse("enquiry-thread-write", args=[token]), {"text": "More"})
    assert "Nothing can be added" in words(response)


def test_pages_by_link_are_kept_out_of_search_engines_and_caches(client: Client) -> None:
    response = client.get(reverse("enquiry-thread", args=[make_enquiry().token]))
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]


def test_a_sender_without_an_account_writes_again_and_shows_the_contact(client: Client, editor: User) -> None:
    enquiry = make_enquiry(record=make_exhibitor(organization=editor.memberships.get().organization))
    write, contact = (reverse(f"enquiry-thread-{name}", args=[enquiry.token]) for name in ("write", "contact"))
    assert "And how heavy?" in words(client.post(write, {"text": "And how heavy?"}, follow=True))
    assert client.post(write, {"text": "And how heavy?"}).status_code == 200  # the same again is refused in words
    assert enquiry.messages.count() == 2
    client.post(contact, {"shares": "yes"})
    assert enquiry.email in words(signed_in(editor).get(desk(enquiry)))
    client.post(contact, {"shares": "no"})
    assert enquiry.email not in words(signed_in(editor).get(desk(enquiry)))


def test_a_sender_never_sees_the_address_of_who_answers(client: Client, exhibitor: Exhibitor) -> None:
    nameless = make_member(exhibitor.organization, "editor", name="", email="hidden@works.example")
    enquiry = make_enquiry(record=exhibitor)
    answer(enquiry, text="Two tesla.", by=nameless)
    assert "hidden@works.example" not in words(client.get(reverse("enquiry-thread", args=[enquiry.token])))
    assert "hidden@works.example" not in "".join(f"{m.subject}{m.text}{m.html}" for m in OutboxMail.objects.all())


def test_spam_is_not_called_so_before_its_sender(client: Client, exhibitor: Exhibitor, editor: User) -> None:
    enquiry = make_enquiry(record=exhibitor)
    mark_spam(enquiry, by=editor)
    page = words(client.get(reverse("enquiry-thread", args=[enquiry.token])))
    assert "spam" not in page.lower()
    assert reverse("enquiry-thread-write", args=[enquiry.token]) not in page


def test_somebody_elses_question_is_not_found(exhibitor: Exhibitor, editor: User) -> None:
    enquiry = make_enquiry(record=exhibitor, sender=make_person())
    for user in (make_person(), editor, make_user(is_staff=True, is_superuser=True)):
        client = signed_in(user)
        assert client.get(reverse("my-enquiry", args=[enquiry.code])).status_code == 404
        assert enquiry.about not in words(client.get(reverse("my-enquiries")))
        for name in ("my-enquiry-write", "my-enquiry-contact"):
            assert client.post(reverse(name, args=[enquiry.code]), {"text": "x", "shares": "yes"}).status_code == 404
    assert enquiry.messages.count() == 1


# ------------------------------------------------------------------ the organization's desk
def test_the_desk_shows_what_waits_with_its_clock_in_words(exhibitor: Exhibitor, editor: User) -> None:
    late = make_enquiry(record=exhibitor, text="Is it late?")
    Enquiry.objects.filter(pk=late.pk).update(due_at=timezone.now() - timezone.timedelta(days=2))
    make_enquiry(record=exhibitor, text="Is it new?")
    page = words(signed_in(editor).get(reverse("work-enquiries", args=[exhibitor.organization.slug])))
    assert page.index("Is it late?") < page.index("Is it new?")
    assert "overdue by 2" in page
    assert " left" in page


def test_each_view_of_the_desk_shows_its_own(exhibitor: Exhibitor, editor: User) -> None:
    rows = {
        name: make_enquiry(record=exhibitor, text=f"Words of {name}")
        for name in ("waiting", "mine", "answered", "spam")
    }
    hand_over(rows["mine"], to=editor, by=editor)
    answer(rows["answered"], text="Yes.", by=editor)
    mark_spam(rows["spam"], by=editor)
    client, url = signed_in(editor), reverse("work-enquiries", args=[exhibitor.organization.slug])
    seen = {name: {n for n in rows if f"Words of {n}" in words(client.get(f"{url}?show={name}"))} for name in rows}
    assert seen == {"waiting": {"waiting", "mine"}, "mine": {"mine"}, "answered": {"answered"}, "spam": {"spam"}}
    assert client.get(f"{url}?show=closed").status_code == 200
    assert client.get(f"{url}?show=all").status_code == 404
    assert client.get(f"{url}?page=99").status_code == 200


def test_a_long_desk_asks_no_more_questions_than_a_short_one(exhibitor: Exhibitor, editor: User) -> None:
    client, url = signed_in(editor), reverse("work-enquiries", args=[exhibitor.organization.slug])

    def queries(more: int) -> int:
        for _n in range(more):
            hand_over(make_enquiry(record=exhibitor), to=editor, by=editor)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    assert queries(1) == queries(29)


def test_an_editor_answers_hands_over_closes_and_opens(exhibitor: Exhibitor, editor: User) -> None:
    colleague, enquiry = make_member(exhibitor.organization, "owner"), make_enquiry(record=exhibitor)
    client = signed_in(editor)
    page = client.get(desk(enquiry))
    after = page.context["form"]["after"].value()
    client.post(desk(enquiry, "-answer"), {"text": "Two tesla.", "after": after})
    client.post(desk(enquiry, "-hand-over"), {"to": colleague.pk})
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.assigned_to) == (EnquiryState.ANSWERED, colleague)
    for act, state in (("close", "closed"), ("reopen", "open"), ("spam", "spam"), ("reopen", "open")):
        client.post(desk(enquiry, "-move", act))
        enquiry.refresh_from_db()
        assert enquiry.state == state
    assert "cannot become" in words(client.post(desk(enquiry, "-move", "reopen"), follow=True))
    assert client.post(desk(enquiry, "-move", "delete")).status_code == 404


def test_the_second_of_two_answers_is_shown_the_first_and_keeps_its_words(exhibitor: Exhibitor, editor: User) -> None:
    enquiry, client = make_enquiry(record=exhibitor), signed_in(editor)
    after = client.get(desk(enquiry)).context["form"]["after"].value()
    answer(enquiry, text="Three tesla.", by=make_member(exhibitor.organization, "editor"))
    response = client.post(desk(enquiry, "-answer"), {"text": "Two tesla.", "after": after})
    assert response.status_code == 200
    assert "Three tesla." in words(response)
    assert "Two tesla." in words(response)
    again = {"text": "Two tesla.", "after": response.context["form"]["after"].value()}
    assert client.post(desk(enquiry, "-answer"), again).status_code == 302
    assert enquiry.messages.count() == 3


def test_bad_answers_are_refused_beside_the_field(exhibitor: Exhibitor, editor: User) -> None:
    enquiry, client = make_enquiry(record=exhibitor), signed_in(editor)
    for text in ("", "x" * 5001, "a\x00b"):
        assert client.post(desk(enquiry, "-answer"), {"text": text}).context["form"].errors
    for to in ("", "nobody", str(make_user().pk), "99999999999999999999"):
        response = client.post(desk(enquiry, "-hand-over"), {"to": to}, follow=True)
        assert "Choose a colleague" in words(response)
    assert enquiry.messages.count() == 1


def test_a_member_reads_and_does_not_answer(exhibitor: Exhibitor) -> None:
    client, enquiry = signed_in(make_member(exhibitor.organization, "member")), make_enquiry(record=exhibitor)
    page = words(client.get(desk(enquiry)))
    assert enquiry.messages.get().text in page
    assert desk(enquiry, "-answer") not in page
    for url in (desk(enquiry, "-answer"), desk(enquiry, "-hand-over"), desk(enquiry, "-move", "close")):
        assert client.post(url, {"text": "Two tesla."}).status_code == 403
    assert enquiry.messages.count() == 1


def test_another_organization_finds_nothing_under_any_address(exhibitor: Exhibitor) -> None:
    enquiry, other = make_enquiry(record=exhibitor), make_organization()
    for user in (make_member(other, "owner"), make_person(), make_user(is_staff=True, is_superuser=True)):
        client = signed_in(user)
        for slug in (exhibitor.organization.slug, other.slug):
            args = [slug, enquiry.code]
            assert client.get(reverse("work-enquiry", args=args)).status_code == 404
            assert client.post(reverse("work-enquiry-answer", args=args), {"text": "x"}).status_code == 404
            assert client.post(reverse("work-enquiry-hand-over", args=args), {"to": user.pk}).status_code == 404
            assert client.post(reverse("work-enquiry-move", args=[*args, "spam"])).status_code == 404
        assert client.get(reverse("work-enquiries", args=[exhibitor.organization.slug])).status_code == 404


def test_what_is_not_confirmed_is_not_found_at_the_desk(client: Client, exhibitor: Exhibitor, editor: User) -> None:
    client.post(new(exhibitor), TYPED)
    enquiry = Enquiry.objects.get()
    assert signed_in(editor).get(desk(enquiry)).status_code == 404
    assert signed_in(editor).post(desk(enquiry, "-move", "spam")).status_code == 404


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    enquiry = make_enquiry()
    pages = [desk(enquiry), reverse("my-enquiries"), reverse("my-enquiry", args=[enquiry.code])]
    for url in [*pages, reverse("work-enquiries", args=[enquiry.organization.slug])]:
        assert client.get(url).status_code == 302


def test_writing_takes_post_alone(exhibitor: Exhibitor, editor: User) -> None:
    enquiry = make_enquiry(record=exhibitor)
    client = signed_in(editor)
    for url in (desk(enquiry, "-answer"), desk(enquiry, "-hand-over"), desk(enquiry, "-move", "close")):
        assert client.get(url).status_code == 405
    for name in ("enquiry-thread-write", "enquiry-thread-contact"):
        assert client.get(reverse(name, args=[enquiry.token])).status_code == 405
    for name in ("my-enquiry-write", "my-enquiry-contact"):
        assert client.get(reverse(name, args=[enquiry.code])).status_code == 405
    for url in (desk(enquiry), reverse("enquiry-thread", args=[enquiry.token]), reverse("my-enquiries")):
        assert client.post(url).status_code == 405
    assert client.put(new(exhibitor)).status_code == 405


# ------------------------------------------------------------------ contact data nowhere without consent
def test_contact_data_are_on_no_page_in_no_mail_and_in_no_notice_without_consent(
    exhibitor: Exhibitor, editor: User, organizer_client: Client
) -> None:
    email, phone, company = CANARY
    enquiry = make_enquiry(record=exhibitor, email=email, phone=phone, company=company, sender=None)
    colleague = make_member(exhibitor.organization, "editor")
    hand_over(enquiry, to=colleague, by=editor)
    clients = [Client(), signed_in(editor), signed_in(colleague), organizer_client]
    slug = exhibitor.organization.slug
    urls = [
        desk(enquiry), reverse("work-enquiries", args=[slug]), reverse("work-start", args=[slug]), reverse("my-start"),
        exhibitor.get_absolute_url(), reverse("enquiry-thread", args=[enquiry.token]), new(exhibitor),
        reverse("admin:expo_enquiry_changelist"), reverse("admin:index"), reverse("admin:expo_transition_changelist"),
        f"/api/v1/exhibitors/{slug}/", "/api/v1/", reverse("search") + "?q=canary",
    ]  # fmt: skip
    answer(enquiry, text="Two tesla.", by=colleague)
    for client in clients:
        for url in urls:
            page = words(client.get(url, follow=True))
            assert not [word for word in CANARY if word in page], url
    assert not [word for word in CANARY for notice in Notice.objects.all() if word in str(notice.data)]
    for mail in OutboxMail.objects.all():
        assert not [word for word in CANARY if word in f"{mail.subject}{mail.text}{mail.html}{mail.headers}"]


def test_with_consent_they_are_on_the_organizations_page_alone(
    exhibitor: Exhibitor, editor: User, organizer_client: Client
) -> None:
    email, phone, company = CANARY
    enquiry = make_enquiry(record=exhibitor, email=email, phone=phone, company=company)
    share_contact(enquiry, True)
    page = words(signed_in(editor).get(desk(enquiry)))
    assert all(word in page for word in CANARY)
    for url in (reverse("admin:expo_enquiry_changelist"), reverse("admin:index")):
        assert not [word for word in CANARY if word in words(organizer_client.get(url))]


# ------------------------------------------------------------------ figures for organizers
def test_organizers_see_figures_and_no_words(exhibitor: Exhibitor, organizer_client: Client) -> None:
    enquiry = make_enquiry(record=exhibitor, text="What is the secret?")
    page = words(organizer_client.get(reverse("admin:expo_enquiry_changelist")))
    assert "Magnet Works" in page
    assert "What is the secret?" not in page
    assert enquiry.name not in page
    assert "Enquiries nobody receives" in words(organizer_client.get(reverse("admin:index")))
    for name in ("change", "history", "delete"):
        url = reverse(f"admin:expo_enquiry_{name}", args=[enquiry.pk])
        assert organizer_client.get(url).status_code == 403
    assert organizer_client.get(reverse("admin:expo_enquiry_add")).status_code == 403
