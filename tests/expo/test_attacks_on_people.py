"""Attempts of people with an account to get more than theirs: each is tried, and refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from expo.enquiry_limits import OF_ADDRESS, count_address, hashed
from expo.errors import DomainError
from expo.models import (
    Innovation,
    InnovationState,
    Invitation,
    Organization,
    OutboxMail,
    Product,
    ProductState,
    Revision,
    User,
)
from expo.models.base import Origin
from expo.people import joining, membership
from expo.people.personal_data import check_can_leave, delete_account
from expo.people.profile import save_profile
from expo.publication import pause_innovation, pause_product, resume_innovation, resume_product
from expo.retention import unverified_accounts
from tests.expo.accounts.ways_in import make_account, prove, sign_in
from tests.factories import (
    make_demand,
    make_edition,
    make_exhibitor,
    make_innovation,
    make_member,
    make_organization,
    make_person,
    make_product,
    make_question,
    make_user,
)

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as caught:
        act()
    return str(caught.value)


# ------------------------------------------------------------------ what is read after signing out
@pytest.mark.parametrize(
    "name", ["work-start", "work-members", "work-profile", "work-enquiries", "application-list", "own-innovation-list"]
)
def test_no_browser_or_proxy_keeps_a_page_of_a_workspace(name: str) -> None:
    organization = make_organization()
    answer = signed_in(make_member(organization, "owner")).get(reverse(name, args=[organization.slug]))
    assert answer.status_code == 200
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))


def test_no_browser_keeps_where_a_person_starts() -> None:
    assert "no-store" in signed_in(make_person()).get(reverse("my-start"))["Cache-Control"]


# ------------------------------------------------------------------ around the review
@pytest.mark.parametrize(
    ("make", "pause", "resume", "state"),
    [
        (make_innovation, pause_innovation, resume_innovation, InnovationState.PAUSED),
        (make_product, pause_product, resume_product, ProductState.PAUSED),
    ],
)
def test_what_the_organizers_paused_its_organization_does_not_show_again(
    make: Callable[[], Any], pause: Callable[..., Any], resume: Callable[..., Any], state: str, organizer: User
) -> None:
    record, editor = make(), make_person()
    pause(record, by=organizer)
    assert "only they show it again" in refused(lambda: resume(record, by=editor))
    record.refresh_from_db()
    assert record.state == state
    assert resume(record, by=organizer).state == "published"
    pause(record, by=editor)
    assert resume(record, by=editor).state == "published"


def test_showing_again_what_the_organizers_paused_is_not_offered_but_explained(organizer: User) -> None:
    product = make_product()
    organization = product.organization
    editor = make_member(organization, "editor")
    client, offered = signed_in(editor), "act/resume/"
    address = reverse("own-record", kwargs={"slug": organization.slug, "noun": "product", "pk": product.pk})
    pause_product(product, by=editor)
    page = client.get(address).content.decode()
    assert offered in page
    assert "organizers paused" not in page
    resume_product(product, by=editor)
    pause_product(product, by=organizer)
    page = client.get(address).content.decode()
    assert offered not in page
    assert "organizers paused" in page


def test_an_organization_does_not_rename_itself_while_its_product_is_paused() -> None:
    product: Product = make_product()
    organization, editor = product.organization, make_person()
    pause_product(product, by=editor)
    renamed(organization, editor)


def test_an_organization_that_only_asks_does_not_rename_itself_below_its_public_demand() -> None:
    renamed(make_demand().organization, make_person())


@pytest.mark.parametrize("make", [make_product, make_exhibitor])
def test_an_organization_keeps_its_name_while_the_first_it_handed_in_is_judged(make: Callable[..., Any]) -> None:
    record = make(state="submitted")
    organization, editor = record.organization, make_person()
    name = organization.name_en
    words = refused(lambda: save_profile(organization, values={"name_en": "The Organizers"}, by=editor))
    assert "under this name" in words
    save_profile(organization, values={"about_en": "We make lenses."}, by=editor)
    organization.refresh_from_db()
    assert (organization.name_en, organization.about_en) == (name, "We make lenses.")
    record.state = "returned"
    record.save()
    save_profile(organization, values={"name_en": "Aurora Optics"}, by=editor)
    organization.refresh_from_db()
    assert organization.name_en == "Aurora Optics"


def renamed(organization: Organization, by: User) -> None:
    """Another name waits for review, and the public reads the old one."""
    name = organization.name_en
    saved = save_profile(organization, values={"name_en": "The Organizers"}, by=by)
    organization.refresh_from_db()
    assert isinstance(saved, Revision)
    assert organization.name_en == name


def test_what_an_invented_organization_writes_is_marked_as_invented() -> None:
    organization = make_organization(origin=Origin.SAMPLE)
    client = signed_in(make_member(organization, "editor"))
    address = reverse("own-new", kwargs={"slug": organization.slug, "noun": "innovation"})
    form = client.get(address).context["editor"].form
    data = {"title_en": "Cold laser", "claim_en": "It is cold", "classified": "no", "version": form["version"].value()}
    client.post(address, {key: value for key, value in data.items() if value is not None})
    assert Innovation.objects.get().origin == Origin.SAMPLE


# ------------------------------------------------------------------ filling inboxes
def test_taking_an_invitation_back_and_inviting_again_fills_nobodys_mailbox() -> None:
    organization = make_organization()
    owner = make_member(organization, "owner")
    for _number in range(membership.MOST_A_DAY):
        again = membership.invite(organization, email="victim@example.net", by=owner)
        membership.revoke_invitation(again, by=owner)
    words = refused(lambda: membership.invite(organization, email="Victim@example.net", by=owner))
    assert "Too many" in words
    assert OutboxMail.objects.filter(to="victim@example.net").count() == membership.MOST_A_DAY
    assert membership.invite(organization, email="colleague@example.net", by=owner)


def test_an_organization_does_not_mail_a_list_of_addresses_by_taking_each_back() -> None:
    organization = make_organization()
    owner = make_member(organization, "owner")
    for number in range(membership.MOST_OPEN_INVITATIONS):
        row = membership.invite(organization, email=f"stranger{number}@example.net", by=owner)
        membership.revoke_invitation(row, by=owner)
    assert "Too many" in refused(lambda: membership.invite(organization, email="next@example.net", by=owner))


def test_asking_and_withdrawing_over_and_over_fills_no_owners_inbox() -> None:
    organization, asker = make_organization(), make_person()
    owner = make_member(organization, "owner")
    for _number in range(joining.MOST_A_DAY):
        joining.withdraw_request(joining.request_to_join(organization, user=asker))
    assert "a lot" in refused(lambda: joining.request_to_join(organization, user=asker))
    assert owner.notices.count() == joining.MOST_A_DAY


def test_a_network_address_is_counted_for_the_whole_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    where, later = hashed("203.0.113.7"), dt.timedelta()
    monkeypatch.setattr("django.core.cache.backends.db.tz_now", lambda: timezone.now() + later)
    (_hour, most), _day = OF_ADDRESS
    for _number in range(most):
        count_address(where)
    later = dt.timedelta(minutes=20)
    assert "your network" in refused(lambda: count_address(where))


# ------------------------------------------------------------------ letting oneself in
def test_nobody_of_the_staff_answers_a_request_of_their_own(organizer: User) -> None:
    organization = make_organization()
    request = joining.request_to_join(organization, user=organizer)
    assert "their own request" in refused(lambda: joining.approve_request(request, by=organizer))
    assert not organizer.memberships.exists()
    other = make_user(is_staff=True, is_superuser=True)
    assert joining.approve_request(request, by=other).role == "owner"


def test_the_open_invitations_of_who_goes_are_taken_back_and_no_others() -> None:
    organization, elsewhere = make_organization(), make_organization()
    stays, removed, leaver, closed = (make_member(organization, "owner") for _ in range(4))
    make_member(elsewhere, "owner")
    elsewhere.memberships.create(user=removed, role="owner")
    theirs = [
        membership.invite(organization, email=f"by{person.pk}@example.net", by=person)
        for person in (removed, leaver, closed)
    ]
    kept = membership.invite(organization, email="colleague@example.net", by=stays)
    other = membership.invite(elsewhere, email="colleague@example.net", by=removed)
    again = membership.invite(organization, email="again@example.net", by=removed)
    membership.resend_invitation(again, by=stays, now=timezone.now() + dt.timedelta(hours=2))
    membership.remove_member(removed.memberships.get(organization=organization), by=stays)
    membership.leave(leaver.memberships.get())
    delete_account(closed)
    assert set(Invitation.objects.open()) == {kept, other, again}
    for invitation in theirs:
        guest = make_person(email=invitation.email)
        assert "taken back" in refused(lambda: membership.accept_invitation(invitation, user=guest))  # noqa: B023


@pytest.mark.parametrize("domain", ["gmail.com", "qq.com", "vip.163.com", "yahoo.co.jp", "gmx.at", "outlook.com.br"])
def test_a_host_where_anybody_gets_an_address_is_no_domain_of_an_organization(domain: str) -> None:
    organization = make_organization()
    organization.mail_domain = domain
    with pytest.raises(ValidationError, match="Anybody gets an address") as caught:
        organization.full_clean()
    assert list(caught.value.error_dict) == ["mail_domain"]
    Organization.objects.filter(pk=organization.pk).update(mail_domain=domain)  # as one was stored before
    organization.refresh_from_db()
    stranger = make_person(email=f"li@{domain}")
    assert list(joining.suggested(stranger)) == []
    assert not joining.is_of_domain(stranger, organization)


@pytest.mark.parametrize("domain", ["tencent.com", "gmx-optics.de", "notqq.com", "yahoo.aurora.example.net"])
def test_a_domain_that_only_looks_like_such_a_host_is_an_organizations_own(domain: str) -> None:
    organization = make_organization(mail_domain=domain)
    organization.full_clean()
    assert list(joining.suggested(make_person(email=f"li@{domain}"))) == [organization]


# ------------------------------------------------------------------ the last owner
def test_retention_stumbles_over_no_owner_who_never_confirmed_the_address() -> None:
    owner = make_member(make_organization(), "owner")
    EmailAddress.objects.filter(user=owner).update(verified=False)
    stranger = make_person()
    EmailAddress.objects.filter(user=stranger).update(verified=False)
    assert list(unverified_accounts(timezone.now() + dt.timedelta(days=1))) == [stranger]


def test_the_last_owner_who_can_sign_in_does_not_close_the_account() -> None:
    organization = make_organization()
    owner, gone = make_member(organization, "owner"), make_member(organization, "owner")
    check_can_leave(owner)
    gone.is_active = False
    gone.save()
    assert "only owner" in refused(lambda: check_can_leave(owner))


# ------------------------------------------------------------------ roles
OWNERS_ONLY = ("work-member-role", "work-member-remove", "work-invitation-resend", "work-invitation-revoke")


@pytest.mark.parametrize("role", ["member", "editor"])
def test_nobody_below_an_owner_decides_who_belongs(role: str) -> None:
    organization = make_organization()
    owner, climber = make_member(organization, "owner"), make_member(organization, role)
    client, row = signed_in(climber), climber.memberships.get()
    invitation = membership.invite(organization, email="later@example.net", by=owner)
    for name in OWNERS_ONLY:
        pk = invitation.pk if "invitation" in name else row.pk
        answer = client.post(reverse(name, args=[organization.slug, pk]), {"role": "owner"})
        assert answer.status_code == 403, name
    typed = {"email": climber.email, "role": "owner"}
    assert client.post(reverse("work-invite", args=[organization.slug]), typed).status_code == 403
    row.refresh_from_db()
    assert row.role == role
    assert organization.invitations.get().revoked_at is None


def test_an_owner_reaches_nothing_of_another_organization_by_its_number() -> None:
    mine, theirs = make_organization(), make_organization()
    attacker = make_member(mine, "owner")
    victim = make_member(theirs, "owner")
    invitation = membership.invite(theirs, email="later@example.net", by=victim)
    request = joining.request_to_join(theirs, user=make_person())
    client = signed_in(attacker)
    for organization in (mine, theirs):
        for name, pk in (
            ("work-member-role", victim.memberships.get().pk),
            ("work-member-remove", victim.memberships.get().pk),
            ("work-invitation-resend", invitation.pk),
            ("work-invitation-revoke", invitation.pk),
            ("work-request-approve", request.pk),
            ("work-request-decline", request.pk),
        ):
            address = reverse(name, args=[organization.slug, pk])
            assert client.post(address, {"role": "owner", "reason": "Mine"}).status_code == 404, name
    assert client.post(reverse("joinrequest-withdraw", args=[request.pk])).status_code == 404


def test_an_invitation_opens_nothing_for_who_only_wrote_its_address_down() -> None:
    organization = make_organization()
    invitation = membership.invite(organization, email="boss@example.net", by=make_member(organization, "owner"))
    thief = make_user(email="boss@example.net")  # never confirmed
    signed_in(thief).post(reverse("invitation-accept", args=[invitation.token]))
    assert not thief.memberships.exists()


# ------------------------------------------------------------------ numbers no database reads
@pytest.mark.parametrize("number", ["9" * 5000, "9" * 30, "-1", "13.0", "²", ""])
def test_an_application_for_an_edition_with_an_impossible_number_is_not_found(number: str) -> None:
    make_edition()
    organization = make_organization()
    client = signed_in(make_member(organization, "owner"))
    answer = client.post(reverse("application-begin", args=[organization.slug]), {"edition": number})
    assert answer.status_code == 404


# ------------------------------------------------------------------ nothing sent at all
@pytest.mark.parametrize("name", ["my-settings", "my-delete", "notice-settings", "own-new"])
def test_a_form_that_comes_back_without_a_single_field_says_what_is_missing(name: str) -> None:
    organization, client = make_organization(), Client()
    sign_in(client, person := make_account())
    prove(client)
    organization.memberships.create(user=person, role="editor")
    where = {"slug": organization.slug, "noun": "product"} if name == "own-new" else {}
    answer = client.post(reverse(name, kwargs=where), {})
    assert answer.status_code == 200
    form = answer.context["editor"].form if name == "own-new" else answer.context["form"]
    assert form.errors


def test_questions_that_come_back_without_a_single_answer_are_no_error() -> None:
    exhibitor = make_exhibitor(state="draft")
    make_question(edition=exhibitor.edition)
    client = signed_in(make_member(exhibitor.organization, "editor"))
    where = [exhibitor.organization.slug, exhibitor.edition.number]
    assert client.post(reverse("application-questions", args=where), {}).status_code == 302
