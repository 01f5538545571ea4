"""How complete a page is, in a number and in words."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expo import publication, quality
from expo.errors import DomainError
from expo.models import Evidence, Origin, PolicyRule, User
from expo.quality import Wish, measure
from tests.expo.own.writing import client_of, url, works_for
from tests.factories import make_innovation, make_metric, make_organization

TODAY = dt.date(2026, 3, 1)
wishes = st.lists(st.builds(Wish, st.text(min_size=1, max_size=5), st.booleans(), st.booleans()), max_size=12)


@given(wishes)
def test_the_score_goes_from_nothing_to_all(rows: list[Wish]) -> None:
    found = measure(rows)
    assert 0 <= found.score <= 100
    assert (found.score == 100) == all(row.met for row in rows)
    assert found.is_ready == all(row.met for row in rows if row.must)
    assert len(found.lacking) + len(found.better) == sum(not row.met for row in rows)


@given(wishes, st.booleans())
def test_meeting_one_more_wish_never_lowers_the_score(rows: list[Wish], must: bool) -> None:
    assert measure([*rows, Wish("more", True, must)]).score >= measure([*rows, Wish("more", False, must)]).score


def test_the_words_follow_the_score() -> None:
    must, better = Wish("a sector", True, must=True), Wish("a picture", False)
    assert measure([Wish("a sector", False, must=True)]).label == "not ready yet"
    assert measure([must]).label == "complete"
    assert measure([must, better]).label == "good"
    assert measure([must, *[better] * 5]).label == "thin"


@pytest.mark.django_db
def test_what_is_there_is_no_longer_wished_for() -> None:
    innovation = make_innovation(claim_en="", claim_zh="", title_zh="")
    own = quality.wishes_of_innovations()
    before = measure(own(innovation))
    assert "the one sentence that says what it is" in before.lacking
    assert {"a metric in figures", "a picture", "the second language for every text"} <= set(before.better)
    innovation.claim_en, innovation.claim_zh, innovation.title_zh = "Costs less", "成本更低", "磁体"
    make_metric(innovation=innovation)
    after = measure(own(innovation))
    assert after.score > before.score
    assert after.is_ready
    assert {"a metric in figures", "the second language for every text"}.isdisjoint(after.better)


@pytest.mark.django_db
def test_the_meter_stands_on_the_pages_of_a_record() -> None:
    firm = make_organization()
    draft, client = make_innovation(organizations=[firm], state="draft", sector=None), client_of(works_for(firm))
    for name in ("own-record", "own-edit"):
        body = client.get(url(name, firm, "innovation", draft)).content.decode()
        assert "Needed before it can be handed in" in body
        assert "a sector" in body
    assert "not ready yet" in client.get(url("own-innovation-list", firm, "innovation")).content.decode()


# ------------------------------------------------------------------ what an innovation needs to be public
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("origin", "words", "refused"),
    [
        (Origin.PARTICIPANT, {"ownership_confirmed": False}, "confirmation"),
        (Origin.EDITORIAL, {"ownership_confirmed": False}, ""),
        (Origin.SAMPLE, {"ownership_confirmed": False}, ""),
        (Origin.PARTICIPANT, {"secrecy": "internal"}, "secrecy"),
        (Origin.EDITORIAL, {"secrecy": "internal"}, "secrecy"),
        (Origin.PARTICIPANT, {"trl": 6, "trl_scale": "iso16290"}, "evidence"),
    ],
)
def test_the_holder_confirms_and_nothing_internal_is_published(
    origin: str, words: dict[str, object], refused: str, organizer: User
) -> None:
    innovation = make_innovation(state="in_review", origin=origin, **words)
    if not refused:
        assert publication.publish_innovation(innovation, by=organizer).state == "published"
        return
    with pytest.raises(DomainError, match=refused):
        publication.publish_innovation(innovation, by=organizer)
    with pytest.raises(DomainError, match=refused):
        publication.submit_innovation(make_innovation(state="draft", origin=origin, **words), by=organizer)


@pytest.mark.django_db
@pytest.mark.parametrize(("verified", "blocks"), [(False, False), (True, True)])
def test_an_old_judgment_of_a_trl_warns_and_blocks_only_by_a_verified_rule(
    verified: bool, blocks: bool, organizer: User
) -> None:
    PolicyRule.objects.create(
        key=quality.TRL_MONTHS, value=24, valid_from=dt.date(2020, 1, 1), source="test", is_verified=verified
    )
    old = {"trl": 6, "trl_scale": "iso16290", "trl_assessed_on": dt.date(2021, 1, 1)}
    innovation = make_innovation(state="in_review", **old)
    Evidence.objects.create(innovation=innovation, kind="test_report", title_en="Report")
    found = measure(quality.wishes_of_innovations()(innovation))
    assert any("more than 24 months old" in words for words in (*found.better, *found.lacking))
    if blocks:
        with pytest.raises(DomainError, match="24 months"):
            publication.publish_innovation(innovation, by=organizer)
    else:
        assert publication.publish_innovation(innovation, by=organizer).state == "published"
    editorial = make_innovation(state="in_review", origin="editorial", **old)
    Evidence.objects.create(innovation=editorial, kind="test_report", title_en="Report")
    assert publication.publish_innovation(editorial, by=organizer).state == "published"


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "fresh"), [("2024-03-02", True), ("2024-03-01", False), ("2024-02-28", False)])
def test_months_are_counted_by_the_calendar(day: str, fresh: bool) -> None:
    rule = PolicyRule(key=quality.TRL_MONTHS, value=24, valid_from=TODAY, source="test")
    innovation = make_innovation(trl=6, trl_scale="iso16290", trl_assessed_on=dt.date.fromisoformat(day))
    found = measure(quality.innovation_wishes(rule, today=TODAY)(innovation))
    assert any("months old" in words for words in found.better) is not fresh
