"""Two organizations wish to meet: who writes, who answers, against which clock, and how it ends."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from expo.errors import DomainError
from expo.models import AuditEntry, Innovation, Notice, Organization, PolicyRule, Transition, User
from expo.notices import in_words
from expo.transitions import move
from matchmaking import introductions
from matchmaking.introducing import wishes
from matchmaking.introducing.clock import nudge_and_close
from matchmaking.introducing.sides import conversation, seen_by, waiting_on
from matchmaking.introductions import AlreadyIntroduced, introduce
from matchmaking.models import Demand, Introduction, IntroductionMessage, MatchDecision, NeverShow
from tests.expo.test_at_the_same_moment import together
from tests.factories import (
    at,
    make_contract,
    make_demand,
    make_innovation,
    make_introduction,
    make_member,
    make_organization,
    make_product,
    make_user,
)

pytestmark = pytest.mark.django_db
MONDAY = at(22, "10:00")  # 22 September 2025
DUE = at(29, "10:00")  # five working days later


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
    return make_member(offering, "editor", name="Wang Li")


@pytest.fixture
def demand(asking: Organization) -> Demand:
    return make_demand(organization=asking, title_en="A cheaper magnet", title_zh="更便宜的磁体")


@pytest.fixture
def offer(offering: Organization) -> Innovation:
    return make_innovation(organizations=[offering], title_en="A new alloy", title_zh="新合金")


@pytest.fixture
def wish(demand: Demand, offer: Innovation, buyer: User, seller: User) -> Introduction:
    """The enterprise has written to the institute."""
    return make_introduction(demand=demand, offer=offer, from_side="asking", by=buyer, now=MONDAY)


def told(user: User) -> list[str]:
    return [notice.kind.removeprefix("introduction-") for notice in Notice.objects.filter(user=user).order_by("pk")]


def by_asking(demand: Demand, offer: Any, **more: Any) -> Introduction:
    two = {"organization": demand.organization, "other": offer.holdings.get().organization}
    return introduce(by=None, demand=demand, offer=offer, text="Let us meet.", **two, **more)


def by_offering(demand: Demand, offer: Any, **more: Any) -> Introduction:
    two = {"organization": offer.holdings.get().organization, "other": demand.organization}
    return introduce(by=None, demand=demand, offer=offer, text="We have it.", **two, **more)


# ------------------------------------------------------------------ writing first
def test_an_enterprise_writes_and_the_institute_is_told_with_a_deadline_of_five_working_days(
    wish: Introduction, buyer: User, seller: User
) -> None:
    assert (wish.state, wish.from_side, wish.due_at) == ("sent", "asking", DUE)
    assert wish.asking_handler == buyer
    assert (told(seller), told(buyer)) == (["received"], [])
    notice = Notice.objects.get()
    assert notice.url == f"/work/alloy-institute/introductions/{wish.code}/"
    assert in_words(notice).words == "Magnet Works would like to meet you about “A cheaper magnet”."
    with translation.override("zh-hans"):
        assert "磁体厂" in in_words(notice).words
    moves = Transition.objects.of(wish).values_list("from_state", "to_state", "title")
    assert list(moves) == [("", "sent", wish.code)]


def test_the_deadline_follows_the_house_rule(demand: Demand, offer: Innovation) -> None:
    PolicyRule.objects.create(key=introductions.ANSWER_DAYS, value=2, valid_from=dt.date(2020, 1, 1), source="x")
    assert by_asking(demand, offer, now=at(26, "10:00")).due_at == at(30, "10:00")  # a weekend lies between


def test_an_institute_may_write_about_a_demand_alone_and_an_enterprise_about_an_offer_alone() -> None:
    demand, product = make_demand(), make_product()
    first = introduce(
        by=None, organization=make_organization(), other=demand.organization, demand=demand, offer=None, text="We can."
    )
    buyer = make_organization()
    second = introduce(
        by=None, organization=buyer, other=product.organization, demand=None, offer=product, text="We buy."
    )
    assert (first.from_side, first.asking, first.offer) == ("offering", demand.organization, None)
    assert (second.from_side, second.asking, second.offer) == ("asking", buyer, product)


def test_nobody_is_introduced_to_itself_about_nothing_or_about_what_is_another_s(
    demand: Demand, offer: Innovation, asking: Organization, offering: Organization
) -> None:
    def refused(**values: Any) -> None:
        two = {"organization": asking, "other": offering, **values}
        with pytest.raises(DomainError):
            introduce(by=None, text="Let us meet.", **two)

    refused(demand=None, offer=None)
    refused(demand=demand, offer=make_innovation())
    refused(demand=make_demand(), offer=offer)
    refused(demand=demand, offer=offer, other=asking)
    refused(demand=demand, offer=offer, organization=make_organization())
    assert not Introduction.objects.exists()


@pytest.mark.parametrize("text", ["", "  \n", "x" * 5001, "www.a.example www.b.example www.c.example"])
def test_words_that_say_nothing_or_too_much_are_refused(demand: Demand, offer: Innovation, text: str) -> None:
    with pytest.raises(DomainError) as refusal:
        introduce(
            by=None, organization=demand.organization, other=offer.holdings.get().organization, demand=demand,
            offer=offer, text=text,
        )  # fmt: skip
    assert refusal.value.field == "text"


def test_what_was_taken_back_between_list_and_click_is_told_in_words(demand: Demand, offer: Innovation) -> None:
    Innovation.objects.update(state="withdrawn")
    with pytest.raises(DomainError, match="offer is not shown any more"):
        by_asking(demand, offer)
    Innovation.objects.update(state="published")
    for state in ("expired", "draft"):
        Demand.objects.update(state=state)
        with pytest.raises(DomainError, match="demand is not open"):
            by_offering(demand, offer)
    assert not Introduction.objects.exists()


def test_who_never_wants_to_see_the_other_is_not_written_to(demand: Demand, offer: Innovation) -> None:
    NeverShow.objects.create(
        organization=demand.organization, other=offer.holdings.get().organization, at=at(20, "10:00")
    )
    for write in (by_offering, by_asking):
        with pytest.raises(DomainError, match="is not wanted"):
            write(demand, offer)


def test_a_list_of_one_s_own_does_not_find_out_who_an_anonymous_enterprise_is(offer: Innovation) -> None:
    demand = make_demand(confidentiality="anonymous")
    NeverShow.objects.create(organization=offer.holdings.get().organization, other=demand.organization, at=MONDAY)
    assert by_offering(demand, offer).state == "sent"


def test_an_organization_begins_only_so_many_a_day() -> None:
    PolicyRule.objects.create(key="introduction.most_a_day", value=2, valid_from=dt.date(2020, 1, 1), source="x")
    offer = make_innovation()
    for _number in range(2):
        by_offering(make_demand(), offer)
    with pytest.raises(DomainError, match="2 introductions within a day"):
        by_offering(make_demand(), offer)


# ------------------------------------------------------------------ both at once
def test_the_second_click_of_the_same_side_is_told_that_there_is_one(wish: Introduction) -> None:
    with pytest.raises(AlreadyIntroduced) as refusal:
        by_asking(wish.demand, wish.offer)  # type: ignore[arg-type]
    assert refusal.value.introduction == wish
    assert IntroductionMessage.objects.count() == 1


def test_the_click_of_the_other_side_accepts_what_is_there(wish: Introduction, buyer: User, seller: User) -> None:
    met = by_offering(wish.demand, wish.offer)  # type: ignore[arg-type]
    assert (met.pk, met.state) == (wish.pk, "accepted")
    assert list(met.messages.values_list("side", flat=True)) == ["asking", "offering"]
    assert told(buyer) == ["accepted"]


def test_the_database_keeps_one_open_introduction_about_the_same(wish: Introduction) -> None:
    values = {field.attname: getattr(wish, field.attname) for field in wish._meta.concrete_fields}
    again = {**values, "id": None, "code": "otherwise2"}
    with transaction.atomic(), pytest.raises(IntegrityError):
        Introduction.objects.create(**again)
    Introduction.objects.filter(pk=wish.pk).update(state="closed", close_reason="taken_back")
    assert Introduction.objects.create(**again).pk != wish.pk  # what is over may begin again


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time by itself")
def test_of_two_that_click_at_the_same_moment_one_introduction_remains_and_is_accepted() -> None:
    demand, offer = make_demand(), make_innovation()
    results = together(
        lambda: by_asking(demand, offer), lambda: by_offering(demand, offer), lambda: by_asking(demand, offer)
    )
    assert Introduction.objects.get().state == "accepted"
    assert sum(isinstance(result, Introduction) for result in results) >= 2
    assert all(isinstance(result, Introduction | DomainError) for result in results)
    assert Transition.objects.filter(to_state="accepted").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time by itself")
def test_who_accepts_while_the_other_side_takes_it_back_is_told() -> None:
    wish = make_introduction()
    yes, back = together(
        lambda: introductions.accept(wish, organization=wish.asking, by=None),
        lambda: introductions.close(wish, organization=wish.offering, by=None, reason="taken_back"),
    )
    state = Introduction.objects.get().state
    assert isinstance(yes, DomainError) is (state == "closed")
    assert isinstance(back, DomainError) is (state == "accepted")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time by itself")
def test_two_clocks_tell_once() -> None:
    wish = make_introduction(now=MONDAY)
    make_member(wish.asking, "editor")
    together(*(lambda: nudge_and_close(now=DUE) for _number in range(2)))
    assert Transition.objects.filter(to_state="stale").count() == 1
    assert Notice.objects.filter(kind="introduction-stale").count() == 1


# ------------------------------------------------------------------ answering
def test_opening_acknowledges_once_and_only_for_who_is_to_answer(
    wish: Introduction, asking: Organization, offering: Organization, buyer: User, seller: User
) -> None:
    assert introductions.acknowledge(wish, organization=asking, by=buyer).state == "sent"
    for _time in range(2):
        assert introductions.acknowledge(wish, organization=offering, by=seller).state == "acknowledged"
    assert Transition.objects.of(wish).filter(to_state="acknowledged").count() == 1


def test_who_wrote_first_does_not_answer_and_nobody_answers_twice(
    wish: Introduction, asking: Organization, offering: Organization, seller: User
) -> None:
    with pytest.raises(DomainError, match="you wrote first"):
        introductions.accept(wish, organization=asking, by=None)
    accepted = introductions.accept(wish, organization=offering, by=seller, text="Gladly.")
    assert (accepted.state, accepted.offering_handler) == ("accepted", seller)
    for again in (introductions.accept, introductions.ask_question):
        with pytest.raises(DomainError, match="accepted already"):
            again(wish, organization=offering, by=seller, text="Again.")
    assert accepted.messages.count() == 2


def test_a_question_stops_no_clock_and_its_answer_begins_the_time_anew(
    wish: Introduction, asking: Organization, offering: Organization, buyer: User, seller: User
) -> None:
    asked = introductions.ask_question(wish, organization=offering, by=seller, text="How hot?", now=at(24, "10:00"))
    assert (asked.state, asked.due_at) == ("clarifying", DUE)
    assert waiting_on(asking).count() == 1
    assert not waiting_on(offering).exists()
    introductions.ask_question(wish, organization=offering, by=seller, text="And how many?", now=at(25, "10:00"))
    replied = introductions.answer_question(
        wish, organization=asking, by=buyer, text="180 degrees.", now=at(26, "10:00")
    )
    assert (replied.state, replied.due_at) == ("acknowledged", at(26, "10:00") + dt.timedelta(days=7))
    assert waiting_on(offering).count() == 1
    with pytest.raises(DomainError, match="No question waits"):
        introductions.answer_question(wish, organization=asking, by=buyer, text="And more.")
    assert (told(buyer), told(seller)) == (["question", "question"], ["received", "replied"])
    moves = Transition.objects.of(wish).order_by("pk").values_list("to_state", flat=True)
    assert list(moves) == ["sent", "clarifying", "acknowledged"]


def test_before_both_want_to_meet_who_wrote_first_speaks_only_when_asked(
    wish: Introduction, asking: Organization, offering: Organization
) -> None:
    with pytest.raises(DomainError, match="once both sides want to meet"):
        introductions.write(wish, organization=asking, by=None, text="One more thing.")
    introductions.accept(wish, organization=offering, by=None)
    for side in (asking, offering):
        introductions.write(wish, organization=side, by=None, text="When?")
    assert wish.messages.count() == 3


# ------------------------------------------------------------------ declining
def test_declining_takes_a_reason_and_other_takes_words(wish: Introduction, offering: Organization) -> None:
    for reason in ("", "nonsense", "no_reply"):
        with pytest.raises(DomainError) as refusal:
            introductions.decline(wish, organization=offering, by=None, reason=reason)
        assert refusal.value.field == "reason"
    with pytest.raises(DomainError) as refusal:
        introductions.decline(wish, organization=offering, by=None, reason="other", note=" ")
    assert refusal.value.field == "note"


def test_a_declined_pair_is_a_decision_on_the_match_and_does_not_come_again(
    wish: Introduction, offering: Organization, buyer: User, seller: User
) -> None:
    declined = introductions.decline(wish, organization=offering, by=seller, reason="price", note="Too little.")
    assert (declined.state, declined.decline_note) == ("declined", "Too little.")
    decision = MatchDecision.objects.get()
    assert (decision.side, decision.verdict, decision.reason, decision.by) == ("offering", "declined", "price", seller)
    assert told(buyer) == ["declined"]
    with pytest.raises(DomainError, match="not for them"):
        by_asking(wish.demand, wish.offer)  # type: ignore[arg-type]


def test_what_stands_without_a_pair_is_declined_too_and_who_declined_may_write_later() -> None:
    product = make_product()
    wish = make_introduction(demand=None, offer=product, from_side="asking")
    introductions.decline(wish, organization=product.organization, by=None, reason="no_budget")
    assert not MatchDecision.objects.exists()
    two = {"demand": None, "offer": product, "by": None, "text": "Let us meet."}
    with pytest.raises(DomainError, match="not for them"):
        introduce(organization=wish.asking, other=product.organization, **two)


def test_who_has_the_offer_no_more_may_still_decline_and_decides_nothing_for_others(
    wish: Introduction, offering: Organization
) -> None:
    wish.innovation.holdings.update(organization=make_organization())  # type: ignore[union-attr]
    assert introductions.decline(wish, organization=offering, by=None, reason="ip_scope").state == "declined"
    assert not MatchDecision.objects.exists()


def test_a_button_that_is_clicked_twice_says_nothing_twice(
    wish: Introduction, offering: Organization, asking: Organization, seller: User, buyer: User
) -> None:
    for text in ("How hot?", "How hot? ", "And how cold?"):
        introductions.ask_question(wish, organization=offering, by=seller, text=text)
    introductions.answer_question(wish, organization=asking, by=buyer, text="200 °C.")
    introductions.accept(wish, organization=offering, by=seller)
    for text in ("Hello.", "Hello."):
        introductions.write(wish, organization=asking, by=buyer, text=text)
    introductions.write(wish, organization=offering, by=seller, text="Hello.")
    assert list(wish.messages.values_list("text", flat=True))[1:] == [
        "How hot?", "And how cold?", "200 °C.", "Hello.", "Hello.",
    ]  # fmt: skip
    assert told(buyer) == ["question", "question", "accepted", "message"]


def test_nobody_floods_the_other_side_with_words(wish: Introduction, offering: Organization) -> None:
    for number in range(50):
        introductions.ask_question(wish, organization=offering, by=None, text=f"Number {number}?", now=MONDAY)
    with pytest.raises(DomainError, match="a lot in a short time"):
        introductions.ask_question(wish, organization=offering, by=None, text="One more?", now=MONDAY)
    introductions.ask_question(wish, organization=offering, by=None, text="One more?", now=at(23, "10:01"))


# ------------------------------------------------------------------ ending, handing over, going on
def test_who_wrote_first_takes_it_back_and_what_was_accepted_ends_with_a_reason(
    wish: Introduction, asking: Organization, offering: Organization, seller: User
) -> None:
    with pytest.raises(DomainError, match="you may decline"):
        introductions.close(wish, organization=offering, by=seller, reason="gone")
    with pytest.raises(DomainError, match="Choose why"):
        introductions.close(wish, organization=asking, by=None, reason="met")
    other = make_introduction(offer=wish.offer, from_side="asking")
    assert introductions.close(other, organization=other.asking, by=None, reason="taken_back").state == "closed"
    introductions.accept(wish, organization=offering, by=seller)
    closed = introductions.close(wish, organization=offering, by=seller, reason="led_nowhere")
    assert (closed.state, closed.close_reason) == ("closed", "led_nowhere")
    with pytest.raises(DomainError, match="This is closed already"):
        introductions.close(wish, organization=offering, by=seller, reason="met")
    assert told(seller) == ["received", "received", "closed"]


def test_who_takes_back_what_was_declined_meanwhile_is_told_so(wish: Introduction) -> None:
    introductions.decline(wish, organization=wish.offering, by=None, reason="price")
    with pytest.raises(DomainError, match="This is declined already"):
        introductions.close(wish, organization=wish.asking, by=None, reason="taken_back")


def test_a_colleague_who_may_answer_gets_it_and_is_told_from_then_on(
    wish: Introduction, offering: Organization, asking: Organization, seller: User
) -> None:
    colleague, reader = make_member(offering, "owner"), make_member(offering, "member")
    for nobody in (reader, make_user()):
        with pytest.raises(DomainError):
            introductions.hand_over(wish, organization=offering, by=seller, to=nobody)
    for _time in range(2):
        handed = introductions.hand_over(wish, organization=offering, by=seller, to=colleague)
    assert (handed.offering_handler, handed.asking_handler.name) == (colleague, "Chen Hua")  # type: ignore[union-attr]
    introductions.accept(wish, organization=offering, by=seller)
    introductions.write(wish, organization=asking, by=None, text="When?")
    assert told(colleague) == ["handed", "message"]
    assert told(seller) == ["received"]


def test_each_side_wishes_for_itself_and_hears_of_the_others_wish_once(
    wish: Introduction, asking: Organization, offering: Organization, buyer: User, seller: User
) -> None:
    with pytest.raises(DomainError, match="once both sides want"):
        wishes.wish(wish, organization=asking, by=buyer, step="meeting")
    introductions.accept(wish, organization=offering, by=seller)
    with pytest.raises(DomainError):
        wishes.wish(wish, organization=asking, by=buyer, step="dinner")
    for _time in range(2):
        wishes.wish(wish, organization=asking, by=buyer, step="meeting", now=at(26, "09:00"))
    wishes.wish(wish, organization=offering, by=seller, step="deal", now=at(26, "09:10"))
    meeting, deal = wishes.wished(seen_by(wish, asking))
    assert (meeting.own.by, meeting.own.at, meeting.theirs) == (buyer, at(26, "09:00"), None)  # type: ignore[union-attr]
    assert (deal.own, deal.theirs.side, deal.is_agreed) == (None, "offering", False)  # type: ignore[union-attr]
    wishes.wish(wish, organization=offering, by=seller, step="meeting", now=at(26, "09:20"))
    assert wishes.wished(seen_by(wish, offering))[0].is_agreed
    assert told(seller) == ["received", "meeting"]
    assert told(buyer) == ["accepted", "deal", "meeting-too"]


def test_a_wish_is_taken_back_by_who_wished_and_nobody_else(
    wish: Introduction, asking: Organization, offering: Organization, buyer: User, seller: User
) -> None:
    introductions.accept(wish, organization=offering, by=seller)
    for organization, by in ((asking, buyer), (offering, seller)):
        wishes.wish(wish, organization=organization, by=by, step="meeting")
    for _time in range(2):
        wishes.take_wish_back(wish, organization=offering, by=seller, step="meeting")
    (row,) = wish.wishes.all()
    assert row.side == "asking"
    assert told(buyer) == ["accepted", "meeting-too", "unwished"]
    introductions.close(wish, organization=asking, by=buyer, reason="met")
    with pytest.raises(DomainError):
        wishes.take_wish_back(wish, organization=asking, by=buyer, step="meeting")
    assert wish.wishes.exists()


# ------------------------------------------------------------------ the clock
def test_who_is_to_answer_is_reminded_then_it_is_late_then_it_is_closed_each_once(
    wish: Introduction, buyer: User, seller: User
) -> None:
    assert nudge_and_close(now=at(25, "09:59")) == {"gone": 0, "closed": 0, "stale": 0, "nudged": 0}
    for _time in range(2):
        nudge_and_close(now=at(25, "10:00"))
    assert (told(buyer), told(seller)) == ([], ["received", "nudge"])
    for _time in range(2):
        nudge_and_close(now=DUE)
    wish.refresh_from_db()
    assert wish.state == "stale"
    assert (told(buyer), told(seller)) == (["stale"], ["received", "nudge", "stale"])
    nudge_and_close(now=DUE + dt.timedelta(days=7, minutes=-1))
    assert nudge_and_close(now=DUE + dt.timedelta(days=7)) == {"gone": 0, "closed": 1, "stale": 0, "nudged": 0}
    wish.refresh_from_db()
    assert (wish.state, wish.close_reason) == ("closed", "no_reply")
    assert (told(buyer)[-1], told(seller)[-1]) == ("unanswered", "unanswered")
    assert by_asking(wish.demand, wish.offer).pk != wish.pk  # type: ignore[arg-type]  # nobody said no


@pytest.mark.parametrize("noun", ["demand", "innovation"])
def test_what_is_about_something_gone_is_closed_before_it_is_late_and_both_are_told(
    wish: Introduction, buyer: User, seller: User, noun: str
) -> None:
    move(getattr(wish, noun), "withdrawn", by=None, now=at(25, "09:00"))
    for _time in range(2):
        nudge_and_close(now=DUE)
    wish.refresh_from_db()
    assert (wish.state, wish.close_reason) == ("closed", "gone")
    assert (told(buyer), told(seller)) == (["gone"], ["received", "gone"])


def test_who_is_in_touch_hears_once_that_it_is_gone_and_stays_in_touch(
    wish: Introduction, offering: Organization, buyer: User, seller: User
) -> None:
    introductions.accept(wish, organization=offering, by=seller, now=at(23, "10:00"))
    move(wish.innovation, "withdrawn", by=None, now=at(25, "09:00"))  # type: ignore[type-var]
    for minutes in range(2):
        nudge_and_close(now=at(25, "09:05") + dt.timedelta(minutes=minutes))
    wish.refresh_from_db()
    assert wish.state == "accepted"
    assert (told(buyer), told(seller)) == (["accepted", "without"], ["received", "without"])


def test_two_that_have_agreed_are_not_told_that_it_is_gone(
    wish: Introduction, offering: Organization, buyer: User, seller: User
) -> None:
    introductions.accept(wish, organization=offering, by=seller, now=at(23, "10:00"))
    make_contract(buyer=wish.asking, seller=wish.offering)
    move(wish.innovation, "transformed", by=None, now=at(25, "09:00"))  # type: ignore[type-var]
    nudge_and_close(now=at(25, "09:05"))
    assert (told(buyer), told(seller)) == (["accepted"], ["received"])


def test_what_is_paused_may_come_back_and_closes_nothing(wish: Introduction, offer: Innovation) -> None:
    move(offer, "paused", by=None)
    nudge_and_close(now=at(25, "10:00"))
    wish.refresh_from_db()
    assert wish.state == "sent"


def test_a_late_answer_counts_and_a_late_question_begins_the_time_anew(
    wish: Introduction, offering: Organization
) -> None:
    nudge_and_close(now=DUE)
    late = introductions.ask_question(wish, organization=offering, by=None, text="How hot?", now=at(30, "10:00"))
    assert (late.state, late.due_at) == ("clarifying", at(30, "10:00") + dt.timedelta(days=7))
    nudge_and_close(now=late.due_at)
    assert introductions.accept(wish, organization=offering, by=None).state == "accepted"


def test_where_no_clock_ran_for_weeks_there_is_still_time_after_it_was_told(wish: Introduction, seller: User) -> None:
    late = DUE + dt.timedelta(days=21)
    assert nudge_and_close(now=late)["stale"] == 1
    assert nudge_and_close(now=late + dt.timedelta(minutes=10))["closed"] == 0
    wish.refresh_from_db()
    assert seen_by(wish, wish.offering).closes_at == late + dt.timedelta(days=7)
    assert nudge_and_close(now=late + dt.timedelta(days=7))["closed"] == 1


def test_one_that_fails_holds_up_no_other(wish: Introduction, caplog: pytest.LogCaptureFixture) -> None:
    make_introduction(now=MONDAY)
    Introduction.objects.filter(pk=wish.pk).update(from_side="nobody")
    assert nudge_and_close(now=at(25, "10:00"))["nudged"] == 1
    assert f"introduction #{wish.pk} could not be kept" in caplog.text


def test_while_a_question_is_open_both_are_reminded(wish: Introduction, buyer: User, seller: User) -> None:
    introductions.ask_question(wish, organization=wish.offering, by=seller, text="How hot?", now=MONDAY)
    nudge_and_close(now=at(25, "12:00"))
    assert (told(buyer)[-1], told(seller)[-1]) == ("question-open", "nudge")


# ------------------------------------------------------------------ anonymous enterprises
@pytest.fixture
def secret(asking: Organization, buyer: User) -> Demand:
    return make_demand(organization=asking, confidentiality="anonymous", title_en="A cheaper magnet")


@pytest.mark.parametrize("first", ["asking", "offering"])
def test_an_anonymous_enterprise_is_named_to_the_other_side_once_both_want_to_meet(
    secret: Demand,
    offer: Innovation,
    offering: Organization,
    asking: Organization,
    seller: User,
    buyer: User,
    first: str,
) -> None:
    wish = make_introduction(demand=secret, offer=offer, from_side=first, by=buyer if first == "asking" else seller)
    seen = seen_by(wish, offering)
    assert seen.other is None
    talk = conversation(seen, offering)
    assert not any("Magnet" in said.who or said.person == "Chen Hua" for said in talk)
    assert all("agnet-works" not in f"{n.url} {n.data}" for n in Notice.objects.filter(user=seller))
    assert all("Magnet Works" not in in_words(n).words for n in Notice.objects.filter(user=seller))
    assert seen_by(wish, asking).other == offering
    answering, by = (offering, seller) if first == "asking" else (asking, buyer)
    accepted = introductions.accept(wish, organization=answering, by=by)
    assert seen_by(accepted, offering).other == asking
    closed = introductions.close(accepted, organization=asking, by=buyer, reason="done")
    assert seen_by(closed, offering).other == asking  # what was told stays told


def test_a_declined_anonymous_enterprise_stays_unnamed(
    secret: Demand, offering: Organization, asking: Organization
) -> None:
    wish = introduce(by=None, organization=offering, other=asking, demand=secret, offer=None, text="We can.")
    declined = introductions.decline(wish, organization=asking, by=None, reason="too_early_trl")
    assert seen_by(declined, offering).other is None


@pytest.mark.parametrize(
    "text", ["Magnet Works writes.", "我们是磁体厂。", "Write to Ｍａｇｎｅｔ－Ｗｏｒｋｓ", "Yours, Chen Hua"]
)
def test_its_own_words_do_not_name_it(
    secret: Demand, offer: Innovation, offering: Organization, asking: Organization, buyer: User, text: str
) -> None:
    two = {"organization": asking, "other": offering, "demand": secret, "offer": offer, "by": buyer}
    with pytest.raises(DomainError, match="tells who you are"):
        introduce(text=text, **two)
    wish = introduce(text="We need a magnet that works.", **two)
    introductions.ask_question(wish, organization=offering, by=None, text="Are you Magnet Works?")
    with pytest.raises(DomainError, match="tells who you are"):
        introductions.answer_question(wish, organization=asking, by=buyer, text=text)


# ------------------------------------------------------------------ the log
def test_the_audit_log_names_no_one_and_repeats_no_words(
    wish: Introduction, offering: Organization, seller: User
) -> None:
    introductions.accept(wish, organization=offering, by=seller, text="Gladly, says Wang Li.")
    titles = set(AuditEntry.objects.filter(content_type__app_label="matchmaking").values_list("title", flat=True))
    about = {title for title in titles if not title.startswith("A cheaper magnet")}
    assert wish.code in about
    assert not any(word in title for title in about for word in ("Wang", "Gladly", "Magnet Works", "Institute"))
