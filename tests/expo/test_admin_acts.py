"""Acts of organizers: buttons and bulk actions call the domain, say what came of it, and show first what they touch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from expo.models import (
    Exhibitor,
    Innovation,
    Product,
    Revision,
    Session,
    Speaker,
    Stand,
    Transition,
    User,
)
from expo.saving import propose, save_record
from expo.stands import give_stand
from tests.expo.admin_pages import act_url, agreed, bulk, listing, page, typed, words_of
from tests.factories import (
    make_exhibitor,
    make_innovation,
    make_product,
    make_session,
    make_stand,
    make_user,
    make_zone,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _each_row_is_locked_for_itself() -> Iterator[None]:
    """An act locks its row before it moves it: one query a row and a move is meant here."""
    locked = ("Exhibitor", "Innovation", "Product", "Session", "Stand")
    with zeal_ignore([{"model": f"expo.{name}", "field": "get()"} for name in locked]):
        yield


def test_a_button_accepts_and_leaves_both_steps_in_the_record(organizer_client: Client, organizer: User) -> None:
    exhibitor = make_exhibitor(state="submitted")
    assert "Accept" in words_of(organizer_client.get(page(exhibitor)))
    organizer_client.post(act_url(exhibitor, "accept"))
    exhibitor.refresh_from_db()
    assert exhibitor.state == "accepted"
    moves = Transition.objects.of(exhibitor)
    assert [(move.to_state, move.by) for move in moves] == [("accepted", organizer), ("in_review", organizer)]


def test_only_moves_that_lead_on_are_offered(organizer_client: Client) -> None:
    offered = {
        state: [act.name for act in organizer_client.get(page(make_exhibitor(state=state))).context["acts"]]
        for state in ("draft", "submitted", "in_review", "accepted", "declined")
    }
    assert offered == {
        "draft": ["submit", "withdraw"],
        "submitted": ["take-up", "assign", "accept", "return", "decline", "withdraw"],
        "in_review": ["assign", "accept", "return", "decline"],
        "accepted": ["withdraw"],
        "declined": [],
    }


def test_an_act_is_asked_before_it_is_done(organizer_client: Client) -> None:
    exhibitor = make_exhibitor(state="submitted")
    assert organizer_client.get(act_url(exhibitor, "accept")).status_code == 200
    exhibitor.refresh_from_db()
    assert exhibitor.state == "submitted"


def test_a_refused_act_says_why_and_changes_nothing(organizer_client: Client) -> None:
    exhibitor = make_exhibitor(state="submitted", zone=None)
    response = organizer_client.post(act_url(exhibitor, "accept"), follow=True)
    assert "has no zone" in words_of(response)
    exhibitor.refresh_from_db()
    assert exhibitor.state == "submitted"


def test_an_act_that_came_too_late_says_so(organizer_client: Client) -> None:
    exhibitor = make_exhibitor(state="declined")
    assert "so it cannot become" in words_of(organizer_client.post(act_url(exhibitor, "accept"), follow=True))
    assert organizer_client.post(act_url(exhibitor, "nonsense")).status_code == 404


def test_declining_without_a_reason_asks_again(organizer_client: Client) -> None:
    exhibitor = make_exhibitor(state="in_review")
    for reason in ("", "   "):
        response = organizer_client.post(act_url(exhibitor, "decline"), {"reason": reason})
        assert response.status_code == 200
        assert "Say why" in words_of(response)
    exhibitor.refresh_from_db()
    assert exhibitor.state == "in_review"


def test_many_are_accepted_and_each_refusal_is_told(organizer_client: Client) -> None:
    good = [make_exhibitor(state="submitted"), make_exhibitor(state="in_review")]
    bad = [make_exhibitor(state="submitted", zone=None), make_exhibitor(state="declined")]
    text = words_of(bulk(organizer_client, Exhibitor, "accept", good + bad, apply="1"))
    assert "done for 2 records" in text
    assert "has no zone" in text
    assert "is declined, so it cannot become accepted" in text
    states = [Exhibitor.objects.get(pk=row.pk).state for row in good + bad]
    assert states == ["accepted", "accepted", "submitted", "declined"]


def test_many_are_declined_with_one_reason(organizer_client: Client) -> None:
    rows = [make_exhibitor(state="submitted"), make_exhibitor(state="in_review")]
    asked = bulk(organizer_client, Exhibitor, "decline", rows)
    assert "these 2 records" in words_of(asked)
    assert "Say why" in words_of(bulk(organizer_client, Exhibitor, "decline", rows, **agreed(asked, reason="")))
    bulk(organizer_client, Exhibitor, "decline", rows, **agreed(asked, reason="The hall is full."))
    for row in rows:
        row.refresh_from_db()
        assert row.state == "declined"
        assert Transition.objects.of(row).first().reason == "The hall is full."  # type: ignore[union-attr]


def test_withdrawing_an_exhibitor_frees_its_stand(organizer_client: Client, organizer: User) -> None:
    exhibitor = make_exhibitor()
    stand = give_stand(make_stand(zone=exhibitor.zone), exhibitor=exhibitor, by=organizer)
    asked = bulk(organizer_client, Exhibitor, "withdraw", [exhibitor])
    assert f"become free (1): {stand.code}" in words_of(asked)
    bulk(organizer_client, Exhibitor, "withdraw", [exhibitor], **agreed(asked))
    stand.refresh_from_db()
    assert stand.exhibitor is None


def test_innovations_are_published_returned_rejected_paused_and_withdrawn(organizer_client: Client) -> None:
    for act, before, after, words in (
        ("publish", "submitted", "published", {}),
        ("return", "submitted", "returned", {"reason": "Add a claim.", "apply": "1"}),
        ("reject", "in_review", "rejected", {"reason": "No innovation."}),
        ("pause", "published", "paused", {}),
        ("withdraw", "published", "withdrawn", {"reason": ""}),
        ("archive", "withdrawn", "archived", {}),
    ):
        innovation = make_innovation(state=before)
        asked = bulk(organizer_client, Innovation, act, [innovation])
        if asked.context and "seen" in getattr(asked.context.get("form"), "fields", ()):
            words = agreed(asked, **words)
        bulk(organizer_client, Innovation, act, [innovation], **words)
        innovation.refresh_from_db()
        assert innovation.state == after, act


def test_an_incomplete_innovation_is_not_published(organizer_client: Client) -> None:
    innovation = make_innovation(state="in_review", sector=None)
    assert "It lacks: a sector" in words_of(organizer_client.post(act_url(innovation, "publish"), follow=True))


def test_products_and_sessions_move_by_their_acts(organizer_client: Client) -> None:
    product, session = make_product(state="draft"), make_session(state="draft")
    bulk(organizer_client, Product, "publish", [product])
    bulk(organizer_client, Session, "publish", [session])
    product.refresh_from_db()
    session.refresh_from_db()
    assert (product.state, session.state) == ("published", "published")
    bulk(organizer_client, Session, "cancel", [session], apply="1", reason="The speaker is ill.")
    session.refresh_from_db()
    assert session.state == "canceled"


def test_a_clash_is_told_after_saving_a_session(organizer_client: Client) -> None:
    first = make_session()
    second = make_session(place=first.place)
    response = organizer_client.post(page(second), typed(organizer_client, page(second)), follow=True)
    assert f"it clashes with “{first}”" in words_of(response)


def test_speakers_are_saved_with_their_session(organizer_client: Client) -> None:
    session = make_session()
    more = {"speakers-TOTAL_FORMS": "1", "speakers-0-name_en": "Sun Li", "speakers-0-position": "0"}
    data = typed(organizer_client, page(session), **more)
    assert organizer_client.post(page(session), data).status_code == 302
    assert Speaker.objects.get(session=session).name_en == "Sun Li"


# ------------------------------------------------------------------ stands
def test_stands_are_assigned_to_many_at_once(organizer_client: Client) -> None:
    first, second = make_exhibitor(), make_exhibitor()
    stands = {row.pk: make_stand(zone=row.zone) for row in (first, second)}
    asked = bulk(organizer_client, Exhibitor, "assign_stands", [first, second])
    assert str(stands[first.pk]) in words_of(asked)
    choice = {f"stand-{key}": stand.pk for key, stand in stands.items()}
    bulk(organizer_client, Exhibitor, "assign_stands", [first, second], apply="1", **choice)
    assert {stand.exhibitor_id for stand in Stand.objects.all()} == {first.pk, second.pk}


def test_a_stand_taken_meanwhile_is_refused_at_its_field(organizer_client: Client, organizer: User) -> None:
    zone = make_zone()
    first, faster, third = (make_exhibitor(zone=zone) for _ in range(3))
    taken, free = make_stand(zone=zone), make_stand(zone=zone)
    give_stand(taken, exhibitor=faster, by=organizer)
    choice = {f"stand-{first.pk}": taken.pk, f"stand-{third.pk}": free.pk}
    response = bulk(organizer_client, Exhibitor, "assign_stands", [first, third], apply="1", **choice)
    errors = response.context["form"].errors
    assert list(errors) == [f"stand-{first.pk}"]
    assert f"is given to “{faster}” already" in str(errors)
    free.refresh_from_db()
    assert free.exhibitor == third


def test_moving_shows_first_what_it_touches(organizer_client: Client, organizer: User) -> None:
    host = make_exhibitor()
    guest = make_exhibitor(zone=host.zone, host=host)
    make_innovation(organizations=[host.organization])
    make_product(organization=guest.organization)
    old = give_stand(make_stand(zone=host.zone), exhibitor=host, by=organizer)
    new = make_stand(zone=make_zone())
    choice = {"exhibitor": host.pk, "leaves": old.pk, "enters": new.pk}
    response = organizer_client.get(reverse("admin:stand-move"), {**choice, "preview": "1"})
    impact = response.context["impact"]
    assert (impact.co_exhibitors, impact.innovations, impact.products, impact.changes_zone) == ((guest,), 1, 1, True)
    new.refresh_from_db()
    assert new.exhibitor is None
    assert organizer_client.post(reverse("admin:stand-move"), choice).status_code == 302
    for row in (old, new, host):
        row.refresh_from_db()
    assert (old.exhibitor, new.exhibitor, host.zone) == (None, host, new.zone)


def test_a_stand_given_twice_shows_the_message_at_the_field(organizer_client: Client, organizer: User) -> None:
    zone = make_zone()
    holder, other = make_exhibitor(zone=zone), make_exhibitor(zone=zone)
    stand = give_stand(make_stand(zone=zone), exhibitor=holder, by=organizer)
    choice = {"exhibitor": other.pk, "leaves": "", "enters": stand.pk}
    for response in (
        organizer_client.get(reverse("admin:stand-move"), {**choice, "preview": "1"}),
        organizer_client.post(reverse("admin:stand-move"), choice),
    ):
        assert f"is given to “{holder}” already" in str(response.context["form"].errors["enters"])
    stand.refresh_from_db()
    assert stand.exhibitor == holder


def test_a_stand_is_released_on_the_move_page(organizer_client: Client, organizer: User) -> None:
    exhibitor = make_exhibitor()
    stand = give_stand(make_stand(zone=exhibitor.zone), exhibitor=exhibitor, by=organizer)
    assert organizer_client.get(reverse("admin:stand-move"), {"leaves": stand.pk}).context["form"].initial[
        "exhibitor"
    ] == str(exhibitor.pk)
    organizer_client.post(reverse("admin:stand-move"), {"exhibitor": exhibitor.pk, "leaves": stand.pk, "enters": ""})
    stand.refresh_from_db()
    assert stand.exhibitor is None


def test_the_holder_of_a_stand_cannot_be_typed_in(organizer_client: Client) -> None:
    stand, exhibitor = make_stand(), make_exhibitor()
    organizer_client.post(page(stand), typed(organizer_client, page(stand), exhibitor=exhibitor.pk))
    stand.refresh_from_db()
    assert stand.exhibitor is None


def test_bad_input_to_the_move_page_is_a_form_error(organizer_client: Client) -> None:
    for choice in ({}, {"exhibitor": "x"}, {"exhibitor": "999"}, {"exhibitor": make_exhibitor().pk}):
        assert organizer_client.post(reverse("admin:stand-move"), choice).status_code == 200


def test_a_stand_is_found_by_the_code_on_its_sign(organizer_client: Client) -> None:
    stand = make_stand(zone=make_zone(letter="C"), number="12")
    make_stand(zone=make_zone(letter="D"), number="12")
    assert list(organizer_client.get(listing(Stand, "?q=C12")).context["cl"].result_list) == [stand]


# ------------------------------------------------------------------ the three records
def test_the_log_is_read_only(organizer_client: Client) -> None:
    organizer_client.post(act_url(make_exhibitor(state="submitted"), "accept"))
    row = Transition.objects.all()[0]
    assert organizer_client.get(reverse("admin:expo_transition_add")).status_code == 403
    assert organizer_client.post(page(row), {"reason": "Otherwise"}).status_code == 403
    assert organizer_client.post(page(row, "delete"), {"post": "yes"}).status_code == 403


def test_a_proposed_change_is_compared_field_by_field_and_approved(organizer_client: Client, organizer: User) -> None:
    innovation = make_innovation()
    revision = propose(innovation, data={"claim_en": "Costs half", "trl": None}, by=make_user())
    compared = organizer_client.get(page(revision)).context["compared"]
    assert [(row.now, row.proposed, row.differs) for row in compared] == [
        ("Costs less", "Costs half", True),
        ("empty", "empty", False),
    ]
    organizer_client.post(act_url(revision, "approve"))
    innovation.refresh_from_db()
    assert innovation.claim_en == "Costs half"


def test_a_proposal_on_an_older_version_is_not_applied(organizer_client: Client) -> None:
    innovation = make_innovation()
    revision = propose(innovation, data={"claim_en": "Costs half"}, by=make_user())
    save_record(innovation, by=None)
    assert organizer_client.get(page(revision)).context["is_stale"]
    organizer_client.post(act_url(revision, "approve"))
    revision.refresh_from_db()
    assert revision.state == Revision.State.PROPOSED
    organizer_client.post(act_url(revision, "return"), {"reason": "Please look again."})
    revision.refresh_from_db()
    assert revision.state == Revision.State.RETURNED


def test_a_revision_is_decided_and_not_edited(organizer_client: Client) -> None:
    revision = propose(make_innovation(), data={"claim_en": "Costs half"}, by=make_user())
    assert organizer_client.post(page(revision), {"data": "{}"}).status_code == 403
    assert organizer_client.get(reverse("admin:expo_revision_add")).status_code == 403
