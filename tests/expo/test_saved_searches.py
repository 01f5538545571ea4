"""A listing's question is kept, and its person is told once a day of what is new: each thing once, nothing else."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries, Settings

from expo import saved_searches
from expo.errors import DomainError
from expo.mailing import mail_digests
from expo.models import Announcement, Innovation, Notice, OutboxMail, SavedSearch, User
from expo.notices import in_words
from expo.saved_searches import EVERYTHING, look_again, look_through, save_search, start_telling, stop_telling
from expo.search import generation, index
from tests.factories import make_announcement, make_innovation, make_person, make_product, make_sector

pytestmark = pytest.mark.django_db
MY = "/en/my/searches/"


@pytest.fixture
def person() -> User:
    return make_person()


@pytest.fixture
def known(person: User, client: Client) -> Client:
    client.force_login(person)
    return client


@pytest.fixture(params=["database", "index"])
def indexed(request: pytest.FixtureRequest) -> bool:
    return request.param == "index"


def settle(indexed: bool) -> None:
    if indexed:
        index.rebuild()


def told(person: User) -> list[str]:
    return [in_words(notice).words for notice in Notice.objects.filter(user=person).order_by("pk")]


# ------------------------------------------------------------------ what is kept
def test_a_question_is_kept_in_one_order_without_page_and_order(person: User) -> None:
    make_sector(slug="energy")
    saved = save_search(person, noun="innovation", query="sort=newest&q=%E7%A3%81%E4%BD%93&page=3&sector=energy&x=1&q=")
    assert saved.query == "q=磁体&sector=energy"
    assert saved_searches.understood("innovation", "sector=energy&q=磁体").query == saved.query


def test_what_is_typed_comes_back_as_it_was(person: User) -> None:
    text = "a+b & “c” 100% 磁体=x"
    saved = save_search(person, noun="product", query=f"q={quote(text)}")
    with translation.override("zh-hans"):
        page = saved_searches.address_of(saved)
    assert page.startswith("/zh-hans/products/?q=")
    assert saved_searches.understood("product", saved.query).choices == (text,)


def test_a_search_is_called_by_what_it_asks(person: User) -> None:
    field = make_sector(slug="energy")
    assert save_search(person, noun="innovation", query="sector=energy&q=magnet").name == f"magnet, {field.name}"
    assert save_search(person, noun="innovation", query="").name == "Innovations"
    assert save_search(person, noun="product", query="q=x", name="  My   own ").name == "My own"


def test_one_question_is_kept_once_and_fifty_at_most(person: User) -> None:
    save_search(person, noun="innovation", query="q=magnet")
    with pytest.raises(DomainError, match="already"):
        save_search(person, noun="innovation", query="page=2&q=magnet")
    for number in range(saved_searches.MOST - 1):
        SavedSearch.objects.create(user=person, noun="product", query=f"q={number}", name="x")
    with pytest.raises(DomainError, match="At most 50"):
        save_search(person, noun="product", query="q=magnet")
    save_search(make_person(), noun="product", query="q=magnet")


def test_what_cannot_be_asked_is_refused_in_words(person: User) -> None:
    with pytest.raises(DomainError, match="not at the fair any more"):
        save_search(person, noun="starship", query="")
    with pytest.raises(DomainError, match="Write what to search for"):
        save_search(person, noun=EVERYTHING, query="q=%20")
    for number in range(60):
        make_sector(slug=f"a-very-long-address-of-a-field-{number}")
    every = "&".join(f"sector=a-very-long-address-of-a-field-{number}" for number in range(60))
    with pytest.raises(DomainError, match="too many choices"):
        save_search(person, noun="innovation", query=every)


# ------------------------------------------------------------------ what is told
def test_what_is_new_is_told_once_and_nothing_that_was_there(person: User, indexed: bool) -> None:
    make_innovation(title_en="An old magnet")
    settle(indexed)
    saved = save_search(person, noun="innovation", query="q=magnet")
    assert (saved.total, look_again(saved)) == (1, [])
    new = [make_innovation(title_en=f"Magnet number {n}") for n in range(3)]
    make_innovation(title_en="A lidar")
    make_innovation(title_en="A magnet nobody may see", state="draft")
    settle(indexed)
    assert look_through() == 1
    assert look_through() == 0
    assert told(person) == ["3 new innovations for “magnet”"]
    saved.refresh_from_db()
    assert (saved.total, set(saved.known) >= {f"innovation:{row.pk}" for row in new}) == (4, True)


def test_one_new_thing_is_told_in_both_languages(person: User) -> None:
    save_search(person, noun="innovation", query="")
    make_innovation()
    look_through()
    assert told(person) == ["1 new innovation for “Innovations”"]
    with translation.override("zh-hans"):
        assert "innovation" not in told(person)[0].replace("Innovations", "")


def test_what_was_gone_and_comes_back_is_not_new(person: User) -> None:
    row = make_innovation(title_en="A magnet")
    saved = save_search(person, noun="innovation", query="q=magnet")
    Innovation.objects.filter(pk=row.pk).update(state="withdrawn")
    assert look_again(saved) == []
    Innovation.objects.filter(pk=row.pk).update(state="published")
    assert look_again(saved) == []


def test_of_more_hits_than_are_kept_only_what_is_newer_counts(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expo.saved_searches.MOST_KNOWN", 3)
    old = make_innovation(state="draft")
    rows = [make_innovation() for _i in range(5)]
    saved = save_search(person, noun="innovation", query="")
    assert saved.known == [f"innovation:{row.pk}" for row in reversed(rows[2:])]
    Innovation.objects.filter(pk=old.pk).update(state="published")
    rows[4].delete()
    assert look_again(saved) == [], "what slides into the window is not new"
    new = make_innovation()
    assert look_again(saved) == [f"innovation:{new.pk}"]


def test_the_whole_fair_can_be_asked(person: User, indexed: bool) -> None:
    make_product(title_en="An old magnet")
    settle(indexed)
    save_search(person, noun=EVERYTHING, query="q=magnet")
    make_innovation(title_en="A magnet")
    make_product(title_en="A magnet too")
    make_announcement(title_en="Nothing of that")
    settle(indexed)
    look_through()
    assert told(person) == ["2 new entries for “magnet”"]


def test_news_of_tomorrow_are_told_tomorrow(person: User) -> None:
    save_search(person, noun="announcement", query="")
    row = make_announcement()
    Announcement.objects.filter(pk=row.pk).update(publish_at=timezone.now() + dt.timedelta(days=1))
    assert look_through() == 0
    Announcement.objects.filter(pk=row.pk).update(publish_at=timezone.now())
    assert look_through() == 1


def test_many_who_ask_the_same_cost_one_question(
    person: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for user in (person, make_person(), make_person()):
        save_search(user, noun="innovation", query="q=magnet")
    make_innovation(title_en="A magnet")
    with django_assert_max_num_queries(100) as asked:
        assert look_through() == 3
    searching = [row for row in asked.captured_queries if "LIKE" in row["sql"].upper() and "ORDER BY" in row["sql"]]
    assert len(searching) == 1


def test_a_search_that_fails_holds_up_no_other(person: User, caplog: pytest.LogCaptureFixture) -> None:
    for text in ("lidar", "magnet"):
        save_search(person, noun="innovation", query=f"q={text}")
    SavedSearch.objects.filter(query="q=lidar").update(known=5)
    make_innovation(title_en="A magnet for a lidar")
    assert look_through() == 1
    assert "could not be looked at" in caplog.text


def test_who_stopped_it_is_not_told_and_hears_only_of_later_things_afterwards(person: User) -> None:
    saved = stop_telling(save_search(person, noun="innovation", query=""))
    make_innovation()
    assert look_through() == 0
    start_telling(saved)
    assert look_through() == 0
    make_innovation()
    assert look_through() == 1


def test_a_search_for_what_is_not_at_the_fair_any_more_is_not_widened(person: User, known: Client) -> None:
    field = make_sector(slug="energy")
    save_search(person, noun="innovation", query="sector=energy")
    SavedSearch.objects.create(user=person, noun="starship", query="", name="Ships")
    field.delete()
    make_innovation()
    assert look_through() == 0
    page = known.get(MY).content.decode()
    assert "does not have any more (sector=energy)" in page
    assert "This kind of list is not at the fair any more." in page
    with pytest.raises(DomainError, match="sector=energy"):
        start_telling(SavedSearch.objects.get(noun="innovation"))


def test_the_mail_comes_once_a_day_with_everything_in_it(person: User) -> None:
    for text in ("magnet", "lidar"):
        save_search(person, noun="innovation", query=f"q={text}")
    make_innovation(title_en="A magnet for a lidar")
    morning = timezone.now().replace(hour=23, minute=0)  # seven o'clock at the fair
    look_through(now=morning)
    assert mail_digests(now=morning + dt.timedelta(minutes=30)) == 0
    assert mail_digests(now=morning + dt.timedelta(hours=25)) == 1
    mail = OutboxMail.objects.get(to=person.email)
    assert "“magnet”" in mail.text
    assert "“lidar”" in mail.text


# ------------------------------------------------------------------ pages
def save_link(page: str) -> str:
    return re.findall(r'href="(/en/my/searches/new/[^"]*)"', page)[0].replace("&amp;", "&")


def test_every_listing_leads_a_stranger_to_sign_in_and_back_with_the_search(client: Client) -> None:
    make_sector(slug="energy")
    link = save_link(client.get("/en/innovations/?q=magnet&sector=energy&page=1").content.decode())
    assert link == "/en/my/searches/new/innovation/?q=magnet&sector=energy"
    assert client.get(link)["Location"] == f"/en/accounts/login/?next={quote(link, safe='/')}"


def test_a_kept_page_is_the_same_for_all(known: Client, client: Client, settings: Settings) -> None:
    settings.KEEP_PAGES = True
    make_innovation()
    index.rebuild()
    generation.beat()
    pages = [somebody.get("/en/innovations/?q=innovation") for somebody in (Client(), known)]
    assert not pages[0].cookies
    assert len({save_link(page.content.decode()) for page in pages}) == 1


def test_a_search_is_saved_opened_renamed_stopped_and_removed_by_buttons(known: Client, person: User) -> None:
    make_innovation(title_en="A magnet")
    link = save_link(known.get("/en/search/?q=magnet").content.decode())
    assert "There is 1 hit now" in known.get(link).content.decode()
    assert known.post(link, {"name": ""})["Location"] == MY
    saved = SavedSearch.objects.get(user=person)
    assert known.get(f"{MY}{saved.pk}/")["Location"] == "/en/search/?q=magnet"
    known.post(f"{MY}{saved.pk}/rename/", {"name": "Magnets"})
    known.post(f"{MY}{saved.pk}/tell/", {"told": "no"})
    saved.refresh_from_db()
    assert (saved.name, saved.is_told) == ("Magnets", False)
    gone = known.post(f"{MY}{saved.pk}/remove/", follow=True).content.decode()
    assert "“Magnets” is removed." in gone
    known.post(f"{MY}put-back/")
    again = SavedSearch.objects.get(user=person)
    assert (again.name, again.is_told, again.query) == ("Magnets", False, "q=magnet")


def test_chinese_that_a_program_sends_as_it_is_is_kept_as_it_is(known: Client, person: User) -> None:
    raw = "q=磁体".encode().decode("latin-1")  # as a server hands on bytes that nobody escaped
    known.post("/en/my/searches/new/innovation/", {"name": ""}, QUERY_STRING=raw)
    assert SavedSearch.objects.get(user=person).query == "q=磁体"


def test_saving_twice_says_so(known: Client) -> None:
    link = f"{MY}new/innovation/?q=magnet"
    known.post(link, {"name": ""})
    assert "You have saved this search already" in known.post(link, {"name": ""}).content.decode()
    assert SavedSearch.objects.count() == 1


def test_a_notice_leads_to_the_newest_answers(known: Client, person: User) -> None:
    save_search(person, noun="innovation", query="q=magnet")
    make_innovation(title_en="A magnet")
    look_through()
    opened = known.get(f"/en/my/notices/{Notice.objects.get().pk}/", follow=True)
    assert opened.redirect_chain[-1][0] == "/en/innovations/?q=magnet&sort=newest"


def test_nobody_opens_or_changes_the_search_of_another(known: Client) -> None:
    other = save_search(make_person(), noun="innovation", query="")
    assert known.get(f"{MY}{other.pk}/").status_code == 404
    for act in ("rename", "tell", "remove"):
        assert known.post(f"{MY}{other.pk}/{act}/", {"name": "x"}).status_code == 404
    assert SavedSearch.objects.filter(pk=other.pk).exists()
