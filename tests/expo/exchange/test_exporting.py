"""What goes out comes in again unchanged; and the catalog shows what the public sees, in reading order."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from html import unescape

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from expo import registry
from expo.exchange import checking, exporting, reading
from expo.models import Exhibitor, Organization, User
from tests.expo.admin_pages import words_of
from tests.factories import make_user
from tests.fair import loaded

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def fair(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with loaded(django_db_blocker):
        yield


@pytest.mark.parametrize("noun", registry.tables)
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_an_export_comes_in_again_as_the_same(noun: str, format: str, organizer: User) -> None:
    table = registry.tables[noun]
    if not table.model._default_manager.exists():
        pytest.skip("the fixtures have none")
    data = exporting.export(table, format, rows=None, everything=True)
    outcomes = checking.check(reading.read(data, f"export.{format}"), table, by=organizer)
    assert Counter(outcome.kind for outcome in outcomes) == {"same": table.model._default_manager.count()}


def test_texts_that_look_like_formulas_go_out_marked_and_come_back_as_they_were(organizer: User) -> None:
    exhibitor = Exhibitor.objects.first()
    Exhibitor.objects.filter(pk=exhibitor.pk).update(
        claim_en="=1+1", claim_zh="'=1", shows_en="- one\n- two", contact_phone="-5"
    )
    table = registry.tables["exhibitor"]
    rows = Exhibitor.objects.filter(pk=exhibitor.pk)
    data = exporting.export(table, "csv", rows=rows, everything=True)
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert (row["claim_en"], row["claim_zh"], row["shows_en"]) == ("'=1+1", "''=1", "'- one\n- two")
    for format in ("csv", "xlsx"):
        data = exporting.export(table, format, rows=rows, everything=True)
        (outcome,) = checking.check(reading.read(data, f"a.{format}"), table, by=organizer)
        assert (outcome.kind, outcome.errors) == ("same", {})


def test_wide_signs_go_out_marked_too_and_signs_that_xml_cannot_hold_spoil_no_workbook(organizer: User) -> None:
    exhibitor = Exhibitor.objects.first()
    Exhibitor.objects.filter(pk=exhibitor.pk).update(claim_en="＝1+1", claim_zh="\uffff磁体")
    table = registry.tables["exhibitor"]
    rows = Exhibitor.objects.filter(pk=exhibitor.pk)
    (row,) = csv.DictReader(io.StringIO(exporting.export(table, "csv", rows=rows, everything=True).decode("utf-8-sig")))
    assert row["claim_en"] == "'＝1+1"
    sheet = reading.read(exporting.export(table, "xlsx", rows=rows, everything=True), "a.xlsx")
    assert (sheet.rows[0].cells["claim_en"], sheet.rows[0].cells["claim_zh"]) == ("＝1+1", "磁体")


def test_csv_begins_with_the_mark_that_spreadsheets_look_for() -> None:
    assert exporting.export(registry.tables["stand"], "csv", rows=None, everything=True).startswith(b"\xef\xbb\xbf")


def test_an_export_asks_as_often_for_few_rows_as_for_many(django_assert_max_num_queries) -> None:
    for table in registry.tables.values():
        with django_assert_max_num_queries(8):
            exporting.export(table, "csv", rows=None, everything=True)


# ---------------------------------------------------------------------------------------------------- the catalog
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_catalog_names_every_accepted_exhibitor_with_its_stand(language: str) -> None:
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    page = unescape(words_of(client.get(reverse("admin:catalog"), {"language": language})))
    accepted = Exhibitor.objects.public().of_current_edition()
    for exhibitor in accepted.prefetch_related("stands__zone"):
        name = exhibitor.organization.name_en if language == "en" else exhibitor.organization.name_zh
        assert name in page
        for stand in exhibitor.stands.all():
            assert stand.code in page


def test_the_catalog_tells_nothing_of_who_was_not_accepted_and_marks_samples() -> None:
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    page = words_of(client.get(reverse("admin:catalog"), {"language": "en"}))
    hidden = Exhibitor.objects.exclude(state="accepted").exclude(organization__exhibitors__state="accepted")
    assert hidden.exists()
    for exhibitor in hidden.select_related("organization"):
        assert f"<li><span>{exhibitor.organization.name_en}" not in page
    assert "@example.org" not in page
    assert page.count('class="sample"') > 50
    assert client.get(reverse("admin:catalog"), {"language": "xx"}).status_code == 404


def test_the_workbook_for_the_print_shop_has_a_sheet_a_noun_in_reading_order() -> None:
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    response = client.get(reverse("admin:catalog-workbook"))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames[:2] == ["Exhibitors", "Stands"]
    header, *rows = book["Exhibitors"].iter_rows(values_only=True)
    assert "contact_email" not in header
    assert {row[header.index("state")] for row in rows} == {"accepted"}
    zones = [row[header.index("zone")] for row in rows]
    assert zones == sorted(zones)
    assert len(rows) == Exhibitor.objects.public().of_current_edition().count()
    assert Organization.objects.count() > len(rows)
