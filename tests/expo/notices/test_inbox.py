"""A person's inbox: own notices only, read once, leading to pages of the fair and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from expo.errors import DomainError
from expo.models import Delivery, Notice, NoticeSetting, User
from expo.notices import deliveries, set_deliveries, tell
from tests.expo.admin_pages import words_of
from tests.factories import at, make_user

pytestmark = pytest.mark.django_db
DATA = {"name_en": "Lake Lab", "name_zh": "湖泊实验室", "text": "yes", "days": 3}


def told(user: User, kind: str = "test-answer", *, key: str = "one", url: str = "/en/exhibitors/") -> Notice:
    (notice,) = tell(kind, [user], key=key, url=url, now=at(20, "12:00"), **DATA)
    return Notice.objects.get(user=user, key=notice.key)


@pytest.fixture
def visiting(visitor: User, client: Client) -> Client:
    client.force_login(visitor)
    return client


def test_nobody_is_told_the_same_twice() -> None:
    one, two = make_user(), make_user()
    assert len(tell("test-news", [one], key="x", name="A")) == 1
    assert [notice.user for notice in tell("test-news", [one, two], key="x", name="A")] == [two]
    assert Notice.objects.count() == 2


def test_the_inbox_speaks_the_language_of_the_page(visitor: User, visiting: Client) -> None:
    told(visitor)
    assert "“Lake Lab” answered: yes" in visiting.get("/en/my/notices/").content.decode()
    assert "湖泊实验室" in visiting.get("/zh-hans/my/notices/").content.decode()


def test_the_inbox_shows_own_notices_only(visitor: User, visiting: Client) -> None:
    mine, other = told(visitor), told(make_user(), "test-news")
    page = visiting.get(reverse("notice-list"))
    assert [one.notice for one in page.context["told"]] == [mine]
    assert visiting.get(reverse("notice-open", args=[other.pk])).status_code == 404
    assert visiting.post(reverse("notice-read"), {"notice": other.pk}).status_code == 404
    visiting.post(reverse("notice-read"), {"notice": "all"})
    other.refresh_from_db()
    assert other.read_at is None


def test_opening_marks_as_read_and_leads_there(visitor: User, visiting: Client) -> None:
    notice = told(visitor)
    response = visiting.get(f"/zh-hans/my/notices/{notice.pk}/")
    assert (response.status_code, response["Location"]) == (302, "/zh-hans/exhibitors/")
    notice.refresh_from_db()
    first = notice.read_at
    visiting.get(f"/en/my/notices/{notice.pk}/")
    notice.refresh_from_db()
    assert notice.read_at == first is not None


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/en//evil.example/", "",
     "\\\\evil.example", "/zh-hans/\\evil.example"],
)  # fmt: skip
def test_a_notice_leads_to_no_other_site(url: str, visitor: User, visiting: Client) -> None:
    notice = told(visitor, url="")
    Notice.objects.filter(pk=notice.pk).update(url=url)
    target = visiting.get(reverse("notice-open", args=[notice.pk]))["Location"]
    assert target.startswith("/en/")
    assert told(visitor, key="two", url=url).url == ""


def test_pages_of_the_organizers_have_no_language(visitor: User, visiting: Client) -> None:
    notice = told(visitor, url="/admin/expo/exhibitor/")
    assert visiting.get(reverse("notice-open", args=[notice.pk]))["Location"] == "/admin/expo/exhibitor/"


def test_marking_as_read_is_posted(visitor: User, visiting: Client) -> None:
    one, two = told(visitor), told(visitor, key="two")
    url = reverse("notice-read")
    assert visiting.get(url).status_code == 405
    for bad in ("", "x", "-1", "1.5", "9" * 30, "²", "1 OR 1=1"):
        assert visiting.post(url, {"notice": bad}).status_code in (400, 404)
    assert visiting.post(url, {"notice": one.pk})["Location"] == reverse("notice-list")
    assert list(Notice.objects.filter(read_at=None)) == [two]
    page = visiting.post(url, {"notice": "all"}, follow=True)
    assert "1 notice is marked as read." in words_of(page)
    assert not Notice.objects.filter(read_at=None).exists()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(visitor)
    assert strict.post(url, {"notice": "all"}).status_code == 403


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    for name in ("notice-list", "notice-settings"):
        response = client.get(reverse(name))
        assert response.status_code == 302
        assert "next=" in response["Location"]


def test_a_long_inbox_has_pages_and_asks_the_same(
    visitor: User, visiting: Client, django_assert_max_num_queries: Any
) -> None:
    visiting.get(reverse("notice-list"))
    for number in range(45):
        told(visitor, key=f"n{number}")
    with django_assert_max_num_queries(14):
        page = visiting.get(reverse("notice-list") + "?page=2")
    assert len(page.context["told"]) == 20
    assert 'rel="next"' in page.content.decode()
    assert visiting.get(reverse("notice-list") + "?page=nonsense").status_code == 200


def test_old_kinds_and_odd_data_break_no_page(visitor: User, visiting: Client) -> None:
    notice = told(visitor)
    Notice.objects.filter(pk=notice.pk).update(kind="gone", data={})
    other = told(visitor, key="two")
    Notice.objects.filter(pk=other.pk).update(data={"days": "many"})
    text = words_of(visiting.get(reverse("notice-list")))
    assert "A notice of an earlier time" in text


# ------------------------------------------------------------------ settings
def test_the_settings_keep_what_was_chosen(visitor: User, visiting: Client) -> None:
    url = reverse("notice-settings")
    form = visiting.get(url).context["form"]
    assert "test-office" not in form.fields
    data = {name: form[name].initial for name in form.fields}
    response = visiting.post(url, {**data, "test-answer": "daily", "test-office": "never"})
    assert response.status_code == 302
    now_set = deliveries(visitor)
    assert (now_set["test-answer"], now_set["test-news"]) == ("daily", "daily")
    assert now_set["test-office"] == Delivery.AT_ONCE
    assert list(NoticeSetting.objects.values_list("kind", "delivery")) == [("test-answer", "daily")]


def test_settings_refuse_what_is_no_choice(visitor: User, visiting: Client) -> None:
    url = reverse("notice-settings")
    form = visiting.get(url).context["form"]
    data = {name: form[name].initial for name in form.fields}
    page = visiting.post(url, {**data, "test-answer": "hourly"})
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"test-answer"}
    for wanted in ({"test-answer": "hourly"}, {"nothing": "daily"}):
        with pytest.raises(DomainError):
            set_deliveries(visitor, wanted)
    assert not NoticeSetting.objects.exists()


def test_organizers_are_asked_about_their_own_kinds(organizer_client: Client) -> None:
    assert "test-office" in organizer_client.get(reverse("notice-settings")).context["form"].fields


def test_the_pages_speak_both_languages_and_find_their_way(visiting: Client, settings: Settings) -> None:
    for language in ("en", "zh-hans"):
        for path in ("my/notices/", "my/notices/settings/"):
            assert visiting.get(f"/{language}/{path}").status_code == 200
