"""What is said about a row before anything is written."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from expo.exchange.reading import FileProblem
from expo.models import Exhibitor, User
from tests.expo.exchange.files import EXHIBITOR, csv_of, errors_of, judge
from tests.factories import (
    make_edition,
    make_exhibitor,
    make_innovation,
    make_organization,
    make_product,
    make_sector,
    make_session,
    make_stand,
    make_user,
    make_zone,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fair(db: None) -> None:
    make_zone(letter="C")
    make_sector(slug="radiotherapy")


def test_unknown_and_missing_columns_are_named_with_the_closest(organizer: User) -> None:
    with pytest.raises(FileProblem) as caught:
        judge("exhibitor", csv_of(("edition", "slugg", "colour"), (13, "a", "red")), by=organizer)
    said = str(caught.value)
    assert "“slugg”. Did you mean “slug”?" in said
    assert "no column “colour”." in said
    assert "These columns are missing: slug." in said


def test_one_key_twice_names_both_rows(organizer: User) -> None:
    data = csv_of(EXHIBITOR, (13, "a", "A", "", "C", ""), (13, "b", "B", "", "C", ""), (13, "A", "A", "", "C", ""))
    first, second, third = judge("exhibitor", data, by=organizer)
    assert "row 4" in first.errors["slug"][0]
    assert second.errors == {}
    assert "row 2" in third.errors["slug"][0]


def test_a_new_exhibitor_brings_its_organization_along(organizer: User) -> None:
    (outcome,) = judge("exhibitor", csv_of(EXHIBITOR, (13, "a", "Able", "", "C", "Magnets")), by=organizer)
    assert (outcome.kind, outcome.errors) == ("new", {})
    assert ["name_en", "", "Able"] in outcome.changes
    assert not Exhibitor.objects.exists()


def test_a_known_exhibitor_shows_what_changes_with_its_organization(organizer: User) -> None:
    known = make_exhibitor(organization=make_organization(slug="a", name_en="Able", name_zh="能"))
    letter = known.zone.letter
    data = csv_of(EXHIBITOR, (13, "a", "Abler", "能", letter, "Magnets"))
    (outcome,) = judge("exhibitor", data, by=organizer)
    assert outcome.kind == "changed"
    assert outcome.changes == [["name_en", "Able", "Abler"], ["claim_en", "Shows magnets", "Magnets"]]


def test_who_may_not_change_organizations_may_not_do_it_by_import() -> None:
    manager = make_user(is_staff=True)
    codes = ["add_exhibitor", "change_exhibitor"]
    manager.user_permissions.set(Permission.objects.filter(codename__in=codes))
    data = csv_of(EXHIBITOR, (13, "a", "Able", "", "C", ""))
    assert "may not add organizations" in errors_of("exhibitor", data, by=manager)["slug"]


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("edition", "99", "There is no edition “99”"),
        ("edition", "13th", "There is no edition “13th”"),
        ("edition", "9" * 20, "There is no edition"),
        ("edition", "", "part of the key"),
        ("zone", "Q", "There is no zone “Q”"),
        ("sector", "radiotherapi", "Did you mean radiotherapy?"),
        ("kind", "univercity", "Did you mean university?"),
        ("country", "XX", "not among the choices"),
        ("region", "CN-SC", "Regions are listed for China only"),
        ("website", "not an address", "valid URL"),
        ("contact_email", "nobody", "valid email"),
        ("usci", "91510700205412308X", "unified social credit code"),
        ("area_wanted", "much", "no whole number"),
        ("claim_en", "x" * 301, "at most 300 characters"),
        ("state", "accepted", "moves by the buttons"),
        ("host", "nobody-here", "There is no exhibitor “nobody-here”"),
    ],
)
def test_a_wrong_cell_of_an_exhibitor_says_so_at_its_column(organizer: User, column: str, text: str, said: str) -> None:
    row = {"edition": "13", "slug": "a", "name_en": "Able", "zone": "C"}
    row |= {"country": "DE"} if column == "region" else {}
    row |= {column: text}
    assert said in errors_of("exhibitor", csv_of(tuple(row), tuple(row.values())), by=organizer)[column]


TALK = {"slug": "a", "edition": "13", "title_en": "A", "starts_at": "2025-09-26 10:00"}
GOODS = {"slug": "a", "title_en": "A", "organization": "able"}
IDEA = {"slug": "a", "title_en": "A"}
PLACE = {"edition": "13", "zone": "C", "number": "12", "x": "5", "y": "5", "width": "3", "depth": "3"}


@pytest.mark.parametrize(
    ("noun", "row", "column", "said"),
    [
        ("innovation", {"slug": "a"}, "title_en", "both are empty"),
        ("innovation", {"slug": "a b", "title_en": "A"}, "slug", "valid"),
        ("innovation", {**IDEA, "trl": "12", "trl_scale": "iso16290"}, "trl", "9"),
        ("innovation", {**IDEA, "trl": "6"}, "trl", "by which scale"),
        ("innovation", {**IDEA, "holders": "abel; nobody"}, "holders", "Did you mean able?"),
        ("innovation", {**IDEA, "modes": "sole; exclusiv"}, "modes", "Did you mean exclusive?"),
        (
            "innovation",
            {"slug": "a", "title_en": "A", "team_available": "perhaps"},
            "team_available",
            "neither yes nor no",
        ),
        ("product", {**GOODS, "price": "1,200"}, "price", "like 1234.50"),
        (
            "product",
            {**GOODS, "price": "1.234"},
            "price",
            "too many decimals",
        ),
        ("product", {**GOODS, "price": "-1"}, "price", "greater than"),
        ("product", {**GOODS, "currency": "yuan"}, "currency", "CNY"),
        ("product", {"slug": "a", "title_en": "A"}, "organization", "must be filled in"),
        (
            "session",
            {**TALK, "starts_at": "26/09/2025 10:00"},
            "starts_at",
            "like 2025-09-26 10:00",
        ),
        ("session", {**TALK, "starts_at": "0001-01-01 00:00"}, "starts_at", "no moment"),
        (
            "session",
            {**TALK, "starts_at": "2025-09-31 10:00"},
            "starts_at",
            "no moment",
        ),
        (
            "session",
            {
                "slug": "a",
                "edition": "13",
                "title_en": "A",
                "starts_at": "2025-09-26 10:00",
                "ends_at": "2025-09-26 09:00",
            },
            "ends_at",
            "ends before it begins",
        ),
        (
            "session",
            {**TALK, "place": "hall-1/stage"},
            "place",
            "There is no place",
        ),
        (
            "stand",
            {**PLACE, "number": "twelve"},
            "number",
            "as on the sign",
        ),
        (
            "stand",
            {**PLACE, "width": "0"},
            "width",
            "more than 0",
        ),
        (
            "stand",
            {**PLACE, "x": "90"},
            "zone",
            "beyond its zone",
        ),
    ],
)
def test_a_wrong_cell_says_so_at_its_column(
    organizer: User, noun: str, row: dict[str, str], column: str, said: str
) -> None:
    make_edition()
    make_organization(slug="able")
    assert said in errors_of(noun, csv_of(tuple(row), tuple(row.values())), by=organizer)[column]


def test_two_rows_must_say_the_same_about_one_organization(organizer: User) -> None:
    make_zone(letter="C", edition=make_edition(number=14))
    data = csv_of(EXHIBITOR, (13, "a", "Able", "", "C", ""), (14, "a", "Abler", "", "C", ""))
    first, second = judge("exhibitor", data, by=organizer)
    assert first.errors == {}
    assert "Row 2 says “Able”" in second.errors["name_en"][0]


def test_a_credit_code_that_somebody_has_already_is_refused_at_its_column(organizer: User) -> None:
    make_organization(usci="91510700205412308D")
    header = (*EXHIBITOR, "usci")
    data = csv_of(header, (13, "a", "Able", "", "C", "", "91510700205412308D"))
    assert "must be unique" in errors_of("exhibitor", data, by=organizer)["usci"]
    other = "12100000400000624D"
    data = csv_of(header, (13, "a", "Able", "", "C", "", other), (13, "b", "Best", "", "C", "", other))
    assert "must be unique" in errors_of("exhibitor", data, by=organizer)["usci"]


def test_a_state_may_stand_as_it_is_and_be_left_out(organizer: User) -> None:
    make_innovation(slug="a")
    make_product(slug="b")
    assert judge("innovation", csv_of(("slug", "state"), ("a", "published")), by=organizer)[0].kind == "same"
    assert judge("product", csv_of(("slug", "state"), ("b", "")), by=organizer)[0].kind == "same"
    assert (
        "moves by the buttons"
        in errors_of("innovation", csv_of(("slug", "state"), ("a", "draft")), by=organizer)["state"]
    )


def test_a_stand_changes_hands_on_its_own_page_only(organizer: User) -> None:
    holder = make_exhibitor()
    stand = make_stand(zone=holder.zone, exhibitor=holder)
    key = (13, stand.zone.letter, stand.number)
    header = ("edition", "zone", "number", "exhibitor")
    assert judge("stand", csv_of(header, (*key, holder.slug)), by=organizer)[0].kind == "same"
    assert "only to read" in errors_of("stand", csv_of(header, (*key, "somebody-else")), by=organizer)["exhibitor"]


def test_names_of_choices_are_understood_in_both_languages(organizer: User) -> None:
    make_session(slug="a", kind="talk")
    for text in ("forum", "Forum", "论坛"):
        outcome = judge("session", csv_of(("slug", "kind"), ("a", text)), by=organizer)[0]
        assert outcome.changes == [["kind", "talk", "forum"]], text


def test_a_file_is_judged_with_as_many_queries_for_many_rows(organizer: User, django_assert_max_num_queries) -> None:
    rows = [(13, f"org-{n}", f"Org {n}", "", "C", "Magnets") for n in range(60)]
    data = csv_of(EXHIBITOR, *rows)
    with django_assert_max_num_queries(14):
        assert {outcome.kind for outcome in judge("exhibitor", data, by=organizer)} == {"new"}


def test_what_is_refused_of_an_organization_is_refused_of_every_row_that_brings_it(organizer: User) -> None:
    make_organization(slug="other", usci="91510700205412308D")
    make_edition(number=12)
    header = ("edition", "slug", "name_en", "usci")
    rows = [(number, "a", "Able", "91510700205412308D") for number in (13, 12)]
    outcomes = judge("exhibitor", csv_of(header, *rows), by=organizer)
    assert [list(outcome.errors) for outcome in outcomes] == [["usci"], ["usci"]]


def test_a_host_that_another_row_makes_a_co_exhibitor_is_refused(organizer: User) -> None:
    for slug in ("a", "b", "c"):
        make_exhibitor(organization=make_organization(slug=slug))
    first, second = judge(
        "exhibitor", csv_of(("edition", "slug", "host"), (13, "a", "b"), (13, "b", "c")), by=organizer
    )
    assert "co-exhibitors of its own" in first.errors["host"][0]
    assert (second.kind, second.errors) == ("changed", {})
