"""Asking to join an organization, the answer, and bringing a new one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from expo.errors import DomainError
from expo.models import JoinRequest, Membership, Notice, Organization, Transition, User
from expo.people import joining
from expo.people.joining import (
    approve_request,
    decline_request,
    joinable,
    like,
    register_organization,
    request_to_join,
    suggested,
    withdraw_request,
)
from tests.expo.test_at_the_same_moment import together
from tests.factories import make_exhibitor, make_member, make_organization, make_person, make_user

pytestmark = pytest.mark.django_db
USCI = "91350100M000100Y43"


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as caught:
        act()
    return str(caught.value)


def staff(role: str) -> User:
    user = make_user(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


# ------------------------------------------------------------------ asking
def test_owners_are_told_of_a_request_and_nobody_else() -> None:
    organization = make_organization()
    owner, editor = make_member(organization, "owner"), make_member(organization, "editor")
    request = request_to_join(organization, user=make_person(), message="I run the laboratory.")
    assert request.state == "waiting"
    assert list(Notice.objects.values_list("user", flat=True)) == [owner.pk]
    assert editor.notices.count() == 0
    assert Transition.objects.of(request).get().to_state == "waiting"


def test_one_asks_once_and_members_not_at_all() -> None:
    organization, asker = make_organization(), make_person()
    request_to_join(organization, user=asker)
    assert "asked already" in refused(lambda: request_to_join(organization, user=asker))
    assert "already" in refused(lambda: request_to_join(organization, user=make_member(organization)))


def test_who_asks_everywhere_is_stopped() -> None:
    asker = make_person()
    for _ in range(joining.MOST_WAITING):
        request_to_join(make_organization(), user=asker)
    assert "Too many" in refused(lambda: request_to_join(make_organization(), user=asker))


def test_after_a_refusal_one_asks_again_a_week_later() -> None:
    organization, asker = make_organization(), make_person()
    owner = make_member(organization, "owner")
    decline_request(request_to_join(organization, user=asker), by=owner, reason="We do not know you.")
    assert "declined" in refused(lambda: request_to_join(organization, user=asker))
    later = timezone.now() + dt.timedelta(days=8)
    assert request_to_join(organization, user=asker, now=later).state == "waiting"


def test_a_request_is_withdrawn_once() -> None:
    request = request_to_join(make_organization(), user=make_person())
    assert withdraw_request(request).state == "withdrawn"
    assert "answered already" in refused(lambda: withdraw_request(request))


# ------------------------------------------------------------------ answering
def test_an_owner_lets_somebody_in_with_a_role() -> None:
    organization, asker = make_organization(), make_person()
    owner = make_member(organization, "owner")
    request = request_to_join(organization, user=asker)
    assert approve_request(request, by=owner, role="editor").role == "editor"
    assert Notice.objects.filter(user=asker, kind="membership-approved").count() == 1
    assert "answered already" in refused(lambda: approve_request(request, by=owner))
    assert "answered already" in refused(lambda: decline_request(request, by=owner, reason="No"))


def test_a_refusal_needs_words_and_brings_them() -> None:
    organization, asker = make_organization(), make_person()
    owner = make_member(organization, "owner")
    request = request_to_join(organization, user=asker)
    assert "Say why" in refused(lambda: decline_request(request, by=owner, reason="  "))
    decline_request(request, by=owner, reason="Ask your head of department.")
    notice = Notice.objects.get(user=asker)
    assert notice.data["reason"] == "Ask your head of department."
    assert not Membership.objects.filter(user=asker).exists()


def test_organizers_answer_only_where_there_is_no_owner() -> None:
    organization, asker, organizer = make_organization(), make_person(), staff("exhibition_manager")
    request = request_to_join(organization, user=asker)
    assert list(JoinRequest.objects.for_organizers()) == [request]
    for by in (staff("publicity"), make_member(organization, "editor"), make_member(make_organization(), "owner")):
        assert "An owner" in refused(lambda by=by: approve_request(request, by=by))  # type: ignore[misc]
    owner = make_member(organization, "owner")
    assert list(JoinRequest.objects.for_organizers()) == []
    assert "An owner" in refused(lambda: approve_request(request, by=organizer))
    Membership.objects.filter(user=owner).delete()
    assert approve_request(request, by=organizer).role == "owner"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time by itself")
def test_a_request_that_two_owners_answer_at_once_is_answered_once() -> None:
    organization = make_organization()
    owners = [make_member(organization, "owner") for _ in range(2)]
    request = request_to_join(organization, user=make_person())
    results = together(
        lambda: approve_request(request, by=owners[0]),
        lambda: decline_request(request, by=owners[1], reason="No"),
    )
    assert sum(isinstance(result, DomainError) for result in results) == 1


# ------------------------------------------------------------------ what one may know of
def test_who_only_registered_is_named_to_nobody_but_its_own_people() -> None:
    known = make_exhibitor().organization
    hidden = make_organization(mail_domain="aurora.example.net")
    stranger, colleague = make_person(), make_person(email="li@aurora.example.net")
    assert list(joinable(stranger)) == [known]
    assert set(joinable(colleague)) == {known, hidden}
    assert list(suggested(stranger)) == []
    assert list(suggested(colleague)) == [hidden]
    request_to_join(hidden, user=colleague)
    assert list(suggested(colleague)) == []


def test_an_address_that_is_not_confirmed_hints_at_nothing() -> None:
    make_organization(mail_domain="aurora.example.net")
    assert list(suggested(make_user(email="li@aurora.example.net"))) == []


# ------------------------------------------------------------------ a new organization
def test_who_brings_an_organization_owns_it() -> None:
    person = make_person()
    organization = register_organization(person, name_zh="极光光学", kind="enterprise", usci=USCI.lower())
    assert organization.slug == "ji-guang-guang-xue"
    assert organization.usci == USCI
    assert organization.memberships.get().role == "owner"
    assert not Organization.objects.public().filter(pk=organization.pk).exists()
    assert register_organization(person, name_zh="极光光学", kind="university").slug == "ji-guang-guang-xue-2"


def test_no_organization_takes_the_address_of_a_page() -> None:
    assert register_organization(make_person(), name_en="New", kind="enterprise").slug == "new-2"


def test_a_code_is_registered_once_and_checked() -> None:
    make_organization(usci=USCI)
    person = make_person()
    assert "with this code" in refused(lambda: register_organization(person, name_en="A", kind="enterprise", usci=USCI))
    with pytest.raises(ValidationError):
        register_organization(person, name_en="A", kind="enterprise", usci=USCI[:-1] + "9")
    with pytest.raises(ValidationError):
        register_organization(person, name_en="A", kind="circus")
    assert "name" in refused(lambda: register_organization(person, kind="enterprise"))


def test_one_person_does_not_fill_the_fair() -> None:
    person = make_person()
    for number in range(joining.MOST_UNSEEN):
        register_organization(person, name_en=f"Number {number}", kind="enterprise")
    assert "several" in refused(lambda: register_organization(person, name_en="One more", kind="enterprise"))


def test_what_the_person_may_mean_is_found_by_code_name_and_domain() -> None:
    known = make_exhibitor(organization=make_organization(name_en="Aurora Optics", usci=USCI)).organization
    hidden = make_organization(name_en="Hidden Works")
    person, colleague = make_person(), make_person(email="li@aurora.example.net")
    assert like(name_en="aurora optics ", user=person) == [known]
    assert like(usci=USCI.lower(), user=person) == [known]
    assert like(name_en="Hidden Works", user=person) == []
    Organization.objects.filter(pk=hidden.pk).update(mail_domain="aurora.example.net")
    assert like(name_en="Anything", user=colleague) == [hidden]
