"""What is confidential opens when both sides have accepted one agreement, and whoever reads it is written down."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from expo.errors import DomainError
from expo.models import AuditEntry, Holding, Innovation, Notice, Organization, OutboxMail, User
from expo.people.personal_data import delete_account
from expo.samples import remove_samples
from matchmaking import introductions
from matchmaking.confidential import (
    accept_nda,
    agreement_of,
    digest_of,
    may_read_confidential,
    put_in_force,
    read_confidential,
    readings_of,
    save_nda,
)
from matchmaking.introducing.sides import seen_by
from matchmaking.models import ConfidentialReading, Introduction, NdaAcceptance, NdaText
from tests.expo.test_at_the_same_moment import together
from tests.factories import (
    make_demand,
    make_innovation,
    make_introduction,
    make_member,
    make_nda,
    make_organization,
    make_target,
)

pytestmark = pytest.mark.django_db
ABSTRACT = "Quorvexite is sintered at 1,234 degrees."
PROBLEM = "Our zibbling line stands still."


@pytest.fixture
def asking() -> Organization:
    return make_organization(name_en="Magnet Works", name_zh="磁体厂", slug="magnet-works")


@pytest.fixture
def offering() -> Organization:
    return make_organization(name_en="Alloy Institute", name_zh="合金研究所", slug="alloy-institute")


@pytest.fixture
def buyer(asking: Organization) -> User:
    return make_member(asking, "editor", name="Chen Hua")


@pytest.fixture
def seller(offering: Organization) -> User:
    return make_member(offering, "owner", name="Wang Li")


@pytest.fixture
def nda() -> NdaText:
    return make_nda()


@pytest.fixture
def touch(asking: Organization, offering: Organization, buyer: User, seller: User, nda: NdaText) -> Introduction:
    """Both want to meet; the innovation has a confidential abstract, the demand shows its title only."""
    demand = make_demand(
        organization=asking, confidentiality="nda_only", title_en="A cheaper magnet", problem_en=PROBLEM, targets=[]
    )
    make_target(demand=demand, condition_en="in zibbling oil")
    offer = make_innovation(organizations=[offering], abstract_confidential=ABSTRACT)
    wish = make_introduction(demand=demand, offer=offer, from_side="asking", by=buyer)
    return introductions.accept(wish, organization=offering, by=seller)


def sign(touch: Introduction, organization: Organization, by: User, **words: Any) -> NdaAcceptance:
    current = NdaText.objects.get(is_current=True)
    return accept_nda(touch, organization=organization, by=by, **{"name": by.name, "digest": current.digest, **words})


@pytest.fixture
def agreed(
    touch: Introduction, asking: Organization, offering: Organization, buyer: User, seller: User
) -> Introduction:
    sign(touch, asking, buyer)
    sign(touch, offering, seller)
    return Introduction.objects.get(pk=touch.pk)


def read(introduction: Introduction, organization: Organization, by: User) -> Any:
    return read_confidential(introduction, by=by, organization=organization)


# ------------------------------------------------------------------ the agreement
def test_nothing_opens_before_both_sides_have_accepted_the_same_text(
    touch: Introduction, asking: Organization, offering: Organization, buyer: User, seller: User
) -> None:
    for steps in range(2):
        for organization, by in ((asking, buyer), (offering, seller)):
            assert not may_read_confidential(touch, organization)
            with pytest.raises(DomainError, match="once both sides"):
                read(touch, organization, by)
        if not steps:
            sign(touch, asking, buyer)
    assert not ConfidentialReading.objects.exists()
    sign(touch, offering, seller)
    assert [shown.text for shown in read(touch, asking, buyer)] == [ABSTRACT]
    assert [shown.demand.problem_en for shown in read(touch, offering, seller)] == [PROBLEM]
    assert not may_read_confidential(touch, make_organization())


def test_an_acceptance_keeps_who_when_and_which_text_and_comes_once(
    touch: Introduction, asking: Organization, buyer: User, seller: User, nda: NdaText
) -> None:
    first = sign(touch, asking, buyer, name="  Chen   Hua ")
    assert (first.side, first.digest, first.name, first.by) == ("asking", nda.digest, "Chen Hua", buyer)
    assert sign(touch, asking, buyer) == first
    assert Notice.objects.filter(kind="introduction-nda", user=seller).count() == 1


def test_accepting_needs_a_name_the_role_and_an_accepted_introduction(
    touch: Introduction, asking: Organization, buyer: User
) -> None:
    with pytest.raises(DomainError) as refusal:
        sign(touch, asking, buyer, name=" ")
    assert refusal.value.field == "name"
    with pytest.raises(DomainError, match="Editors and owners"):
        sign(touch, asking, make_member(asking, "member"))
    early = make_introduction(offer=make_innovation(organizations=[asking]))
    with pytest.raises(DomainError, match="both want to meet"):
        sign(early, asking, buyer)
    assert not NdaAcceptance.objects.exists()


def test_without_an_agreement_in_force_nothing_can_be_accepted(
    touch: Introduction, asking: Organization, buyer: User, nda: NdaText
) -> None:
    NdaText.objects.update(is_current=False)
    with pytest.raises(DomainError, match="No agreement is in force"):
        sign_old(touch, asking, buyer, nda)


def sign_old(touch: Introduction, organization: Organization, by: User, nda: NdaText) -> NdaAcceptance:
    return accept_nda(touch, organization=organization, by=by, name=by.name, digest=nda.digest)


def test_a_new_version_before_the_second_acceptance_is_accepted_by_both(
    touch: Introduction, asking: Organization, offering: Organization, buyer: User, seller: User, nda: NdaText
) -> None:
    sign(touch, asking, buyer)
    newer = make_nda()
    with pytest.raises(DomainError, match="new version"):
        sign_old(touch, offering, seller, nda)
    sign(touch, offering, seller)
    assert not may_read_confidential(touch, offering)
    state = agreement_of(touch, "asking")
    assert (state.own, state.in_force, state.may_accept) == (None, None, True)
    assert state.own_outdated is not None
    assert state.theirs is not None
    sign(touch, asking, buyer)
    assert agreement_of(touch, "asking").in_force == newer
    assert may_read_confidential(touch, offering)


def test_what_was_agreed_stays_agreed_under_a_later_version(
    agreed: Introduction, asking: Organization, buyer: User, nda: NdaText
) -> None:
    make_nda()
    assert may_read_confidential(agreed, asking)
    assert agreement_of(agreed, "asking").in_force == nda
    with pytest.raises(DomainError, match="agreed already"):
        sign(agreed, asking, buyer)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time by itself")
def test_both_accept_at_the_same_moment_and_it_opens_once() -> None:
    make_nda()
    wish = make_introduction()
    sides = [(wish.asking, make_member(wish.asking, "editor")), (wish.offering, make_member(wish.offering, "editor"))]
    introductions.accept(wish, organization=wish.asking, by=None)
    results = together(*(lambda side=side: sign(wish, *side) for side in sides))  # type: ignore[misc]
    assert all(isinstance(result, NdaAcceptance) for result in results)
    assert Notice.objects.filter(kind="introduction-open").count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time by itself")
def test_nobody_signs_a_version_that_came_into_force_while_they_clicked() -> None:
    newer, read = make_nda(), make_nda()
    wish = make_introduction()
    buyer = make_member(wish.asking, "editor")
    introductions.accept(wish, organization=wish.asking, by=None)
    begun, patience = threading.Event(), threading.Event()

    def replace() -> None:
        with transaction.atomic():
            put_in_force(newer, by=None)
            begun.set()
            patience.wait(0.5)  # the other one waits for this row by now

    def accept() -> NdaAcceptance:
        begun.wait()
        return sign_old(wish, wish.asking, buyer, read)

    _none, result = together(replace, accept)
    assert isinstance(result, DomainError)
    assert "new version" in str(result)
    assert not NdaAcceptance.objects.exists()


def test_a_text_that_somebody_accepted_is_never_changed_another_one_may_be(
    touch: Introduction, asking: Organization, buyer: User, nda: NdaText
) -> None:
    nda.text_en = "Keep it well."
    mended = save_nda(nda, by=None)
    assert mended.digest == digest_of("Keep it well.\r\n", nda.text_zh)
    sign(touch, asking, buyer)
    mended.text_en = "Tell everybody."
    with pytest.raises(DomainError, match="Write a new one"):
        save_nda(mended, by=None)
    newer = save_nda(NdaText(text_en="Tell nobody.", text_zh="不要告诉任何人。"), by=None)
    assert (newer.version, newer.is_current) == (nda.version + 1, False)
    put_in_force(newer, by=None)
    assert list(NdaText.objects.filter(is_current=True)) == [newer]


# ------------------------------------------------------------------ names
def test_an_enterprise_that_shows_its_title_only_is_named_when_both_have_agreed(
    touch: Introduction, asking: Organization, offering: Organization, buyer: User, seller: User
) -> None:
    assert seen_by(touch, offering).other is None
    with pytest.raises(DomainError, match="tells who you are"):
        introductions.write(touch, organization=asking, by=buyer, text="Magnet Works here.")
    sign(touch, offering, seller)
    sign(touch, asking, buyer)
    assert seen_by(Introduction.objects.get(), offering).other == asking
    introductions.write(touch, organization=asking, by=buyer, text="Magnet Works here.")


# ------------------------------------------------------------------ reading
def test_each_reading_is_written_down_and_a_changed_text_is_another_fingerprint(
    agreed: Introduction, asking: Organization, buyer: User
) -> None:
    first, again = (read(agreed, asking, buyer)[0].digest for _time in range(2))
    Innovation.objects.update(abstract_confidential="Now at 1,250 degrees.")
    changed = read(agreed, asking, buyer)[0].digest
    assert first == again != changed
    log = readings_of(agreed)
    assert [reading.row.digest for reading in log] == [changed, first, first]
    assert [reading.is_changed for reading in log] == [True, False, False]
    assert {(reading.row.by, reading.row.organization, reading.noun) for reading in log} == {
        (buyer, asking, "innovation")
    }


def test_a_change_of_any_figure_of_a_demand_is_another_fingerprint(
    agreed: Introduction, offering: Organization, seller: User
) -> None:
    before = read(agreed, offering, seller)[0].digest
    target = agreed.demand.target_metrics.get()  # type: ignore[union-attr]
    target.condition_zh = "油中"
    target.save()
    assert read(Introduction.objects.get(), offering, seller)[0].digest != before


def test_members_read_the_conversation_but_not_what_is_confidential(agreed: Introduction, asking: Organization) -> None:
    """Nobody has bound them: an organization takes members in easily, and editors act for it."""
    with pytest.raises(DomainError, match="Editors and owners"):
        read(agreed, asking, make_member(asking, "member"))
    assert not ConfidentialReading.objects.exists()


def test_who_takes_the_record_back_takes_its_text_back_and_closing_ends_the_reading(
    agreed: Introduction, asking: Organization, offering: Organization, buyer: User
) -> None:
    Innovation.objects.update(state="paused")
    assert read(agreed, asking, buyer) == []
    Innovation.objects.update(state="published")
    introductions.close(agreed, organization=offering, by=None, reason="led_nowhere")
    with pytest.raises(DomainError):
        read(agreed, asking, buyer)
    assert not ConfidentialReading.objects.exists()


@pytest.mark.parametrize("act", ["update", "delete"])
def test_acceptances_and_readings_are_never_changed(
    agreed: Introduction, asking: Organization, buyer: User, act: str
) -> None:
    read(agreed, asking, buyer)
    for rows in (NdaAcceptance.objects.all(), ConfidentialReading.objects.all()):
        do = rows.update if act == "update" else rows._raw_delete
        words = {"digest": "0" * 64} if act == "update" else {"using": rows.db}
        with pytest.raises(DatabaseError), transaction.atomic():
            do(**words)


def test_an_account_that_goes_leaves_its_signature_and_its_readings(
    agreed: Introduction, asking: Organization, offering: Organization, buyer: User, seller: User
) -> None:
    read(agreed, asking, buyer)
    delete_account(buyer)
    shown = client_of(seller).get(page(agreed, offering)).content.decode()
    assert "A former colleague" in shown
    assert "Chen Hua" in shown  # as it was typed below the agreement
    assert may_read_confidential(agreed, asking)


# ------------------------------------------------------------------ pages
def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(introduction: Introduction, organization: Organization, name: str = "") -> str:
    return reverse(f"matchmaking:introduction{name}", args=[organization.slug, introduction.code])


def everywhere(introduction: Introduction, organization: Organization, by: User) -> str:
    """All that somebody of one side can get of it, pages, notices and mails."""
    client, pages = client_of(by), [page(introduction, organization), page(introduction, organization, "-nda")]
    pages += [reverse("matchmaking:work-introductions", args=[organization.slug]) + f"?show={show}" for show in
              ("ours", "theirs", "touch", "over")]  # fmt: skip
    pages += [reverse("notice-list"), reverse("my-start"), reverse("work-start", args=[organization.slug])]
    pages += [page(introduction, organization, "-confidential")]
    pages += [record.get_absolute_url() for record in (introduction.demand, introduction.innovation) if record]
    pages += ["/en/search/?q=zibbling", "/en/search/?q=quorvexite", "/api/v1/demands/", "/api/v1/innovations/"]
    words = "".join(client.get(url, follow=True).content.decode() for url in pages)
    mails = "".join(f"{mail.subject} {mail.text} {mail.html}" for mail in OutboxMail.objects.filter(user=by))
    return words + mails + "".join(f"{row.data} {row.url}" for row in Notice.objects.filter(user=by))


def test_no_confidential_word_and_no_name_is_anywhere_before_both_have_agreed(
    touch: Introduction, asking: Organization, offering: Organization, buyer: User, seller: User
) -> None:
    sign(touch, asking, buyer)
    found = everywhere(touch, offering, seller)
    for canary in (
        "zibbling oil",
        "line stands still",
        "Magnet Works",
        "magnet-works",
        "磁体厂",
        "Chen Hua",
        buyer.email,
    ):
        assert canary not in found
    assert "A cheaper magnet" in found
    mine = everywhere(touch, asking, buyer)
    assert "1,234" not in mine
    assert not ConfidentialReading.objects.exists()


def test_what_opened_is_shown_to_editors_logged_and_kept_by_no_cache(
    agreed: Introduction, asking: Organization, offering: Organization, buyer: User, seller: User
) -> None:
    response = client_of(buyer).get(page(agreed, asking, "-confidential"))
    assert ABSTRACT in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response.content.decode()
    other = client_of(seller).get(page(agreed, offering, "-confidential")).content.decode()
    for words in (PROBLEM, "in zibbling oil", "Magnet Works", "1,200,000"):
        assert words in other
    assert "Who Decides" not in other
    log = client_of(seller).get(page(agreed, offering)).content.decode()
    assert "Chen Hua" in log
    assert readings_of(agreed)[-1].row.digest[:12] in log


def test_a_member_and_a_stranger_do_not_come_in_and_a_look_ahead_reads_nothing(
    agreed: Introduction, asking: Organization, buyer: User
) -> None:
    url = page(agreed, asking, "-confidential")
    assert client_of(make_member(asking, "member")).get(url).status_code == 403
    assert client_of(make_member(make_organization(), "owner")).get(url).status_code == 404
    assert client_of(buyer).head(url).status_code == client_of(buyer).post(url).status_code == 405
    assert not ConfidentialReading.objects.exists()


def test_the_agreement_is_accepted_on_its_page_with_name_and_tick(
    touch: Introduction, asking: Organization, buyer: User, nda: NdaText
) -> None:
    client, url = client_of(buyer), page(touch, asking, "-nda")
    assert nda.digest in client.get(url).content.decode()
    for bad in ({}, {"name": "Chen Hua", "digest": nda.digest}, {"agrees": "on", "digest": nda.digest}):
        assert client.post(url, bad).status_code == 200
    typed = {"name": "Chen Hua", "agrees": "on", "digest": nda.digest}
    newer = make_nda()
    refused = client.post(url, typed).content.decode()
    assert "new version" in refused
    assert f'value="{newer.digest}"' in refused
    assert not NdaAcceptance.objects.exists()
    for _time in range(2):
        assert client.post(url, {**typed, "digest": newer.digest}).status_code == 302
    assert NdaAcceptance.objects.count() == 1
    assert client_of(make_member(asking, "member")).post(url, typed).status_code == 403


def test_the_log_of_acts_holds_no_confidential_word(agreed: Introduction, asking: Organization, buyer: User) -> None:
    read(agreed, asking, buyer)
    rows = AuditEntry.objects.filter(content_type__model__in=["ndaacceptance", "confidentialreading", "ndatext"])
    assert {title[0] for title in rows.values_list("title", flat=True)} <= {"#", "v"}


def test_samples_go_with_what_was_agreed_and_read_about_them_and_nothing_real_does(
    agreed: Introduction, asking: Organization, buyer: User, nda: NdaText
) -> None:
    read(agreed, asking, buyer)
    real = make_introduction()
    kept = NdaAcceptance.objects.create(
        introduction=real, side="asking", nda=nda, digest=nda.digest, name="Chen Hua", at=timezone.now()
    )
    Introduction.objects.filter(pk=agreed.pk).update(origin="sample")
    remove_samples()
    assert not Introduction.objects.filter(pk=agreed.pk).exists()
    assert not ConfidentialReading.objects.exists()
    assert NdaAcceptance.objects.get() == kept
    with pytest.raises(DatabaseError), transaction.atomic():
        NdaAcceptance.objects.all()._raw_delete("default")


def test_every_holder_reads_who_has_read_and_learns_no_name_before_the_public_does(
    agreed: Introduction, asking: Organization, offering: Organization, buyer: User, seller: User
) -> None:
    innovation = agreed.innovation
    assert innovation is not None
    beside = make_organization(name_en="Second Holder")
    Holding.objects.create(innovation=innovation, organization=beside, position=2)
    read(agreed, asking, buyer)
    read(agreed, offering, seller)
    member, stranger = make_member(beside, "member"), make_member(make_organization(), "owner")
    told = {}
    for organization, by in ((offering, seller), (beside, member), (asking, buyer)):
        url = reverse("matchmaking:work-readings", args=[organization.slug])
        told[organization.pk] = client_of(by).get(url).content.decode()
        assert client_of(stranger).get(url).status_code == 404
    assert "Magnet Works, Chen Hua" in told[offering.pk]
    assert "An enterprise that is not named yet" in told[beside.pk]
    assert "Magnet Works" not in told[beside.pk]
    assert "Chen Hua" not in told[beside.pk]
    assert "Alloy Institute, Wang Li" in told[asking.pk]  # of the demand's details
    assert [body.count("<tr>") for body in told.values()] == [2, 2, 2]
    assert ABSTRACT not in "".join(told.values())
