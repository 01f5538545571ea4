"""The organizers' pages: from the upload to the records, for each noun, and for nobody who may not."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from expo import registry
from expo.admin import exchange
from expo.errors import DomainError
from expo.exchange import reading, runs
from expo.models import Exhibitor, ImportRun, Innovation, Instrument, Product, Session, Stand, User
from expo.tasks import check_import, import_rows
from tests.expo.admin_pages import words_of
from tests.expo.exchange.files import EXHIBITOR, csv_of, sent, xlsx_of
from tests.factories import make_exhibitor, make_organization, make_user, make_zone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fair(db: None) -> None:
    make_zone(letter="C")
    make_organization(slug="able")


ROWS: dict[str, tuple[Any, dict[str, Any], str]] = {
    "exhibitor": (Exhibitor, {"edition": 13, "slug": "a", "name_en": "Able", "zone": "C"}, "claim_en"),
    "innovation": (Innovation, {"slug": "a", "title_en": "A", "holders": "able", "modes": "sole"}, "claim_en"),
    "product": (Product, {"slug": "a", "title_en": "A", "organization": "able", "price": "12"}, "claim_en"),
    "instrument": (Instrument, {"slug": "a", "name_en": "A", "organization": "able", "modes": "remote"}, "claim_en"),
    "session": (
        Session,
        {
            "slug": "a",
            "edition": 13,
            "title_en": "A",
            "starts_at": "2025-09-26 09:00",
            "ends_at": "2025-09-26 10:00",
        },
        "abstract_en",
    ),
    "stand": (Stand, {"edition": 13, "zone": "C", "number": "12", "x": 5, "y": 5, "width": 3, "depth": 3}, "depth"),
}


def upload(client: Client, noun: str, data: bytes, name: str = "table.csv") -> Any:
    file = SimpleUploadedFile(name, data)
    data = {"file": file, "classified": "no"}
    return client.post(reverse("admin:exchange-noun", args=[noun]), data, follow=True)


def run_url(run: ImportRun, name: str = "import-run", *more: str) -> str:
    return reverse(f"admin:{name}", args=[run.code, *more])


def staff_with(*codes: str) -> Client:
    user = make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("noun", ROWS)
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_rows_of_each_noun_come_in_and_are_updated(organizer_client: Client, noun: str, format: str) -> None:
    model, row, column = ROWS[noun]
    write = csv_of if format == "csv" else xlsx_of
    page = upload(organizer_client, noun, write(tuple(row), tuple(row.values())), f"table.{format}")
    assert "Import 1 row" in words_of(page)
    assert not model.objects.exists()
    run = ImportRun.objects.get()
    done = organizer_client.post(run_url(run, "import-confirm"), follow=True)
    assert "1 row was imported." in words_of(done)
    assert model.objects.count() == 1
    changed = {**row, column: "4"}
    upload(organizer_client, noun, write(tuple(changed), tuple(changed.values())), f"table.{format}")
    run = ImportRun.objects.first()
    assert (run.rows_changed, run.rows_bad) == (1, 0)
    organizer_client.post(run_url(run, "import-confirm"))
    assert str(getattr(model.objects.get(), column)).startswith("4")


@pytest.mark.parametrize("noun", registry.tables)
def test_every_noun_has_a_page_a_template_and_an_export(organizer_client: Client, noun: str) -> None:
    page = words_of(organizer_client.get(reverse("admin:exchange-noun", args=[noun])))
    assert "At most" in page or "at most" in page
    for name in ("exchange-template", "exchange-export"):
        for format in ("csv", "xlsx"):
            response = organizer_client.get(reverse(f"admin:{name}", args=[noun, format]))
            assert response.status_code == 200
            assert response["Content-Disposition"].endswith(f'.{format}"')
        assert organizer_client.get(reverse(f"admin:{name}", args=[noun, "pdf"])).status_code == 404


def test_a_bad_file_is_refused_at_the_field_and_nothing_is_kept(organizer_client: Client) -> None:
    page = upload(organizer_client, "exhibitor", csv_of(("edition", "slugg"), (13, "a")))
    assert "Did you mean “slug”?" in words_of(page)
    assert "Choose a file." in words_of(organizer_client.post(reverse("admin:exchange-noun", args=["exhibitor"])))
    assert "The file is empty." in words_of(upload(organizer_client, "exhibitor", b""))
    assert not ImportRun.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    organizer_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "MAX_BYTES", 1024)
    assert "split it into several files" in words_of(upload(organizer_client, "exhibitor", b"x" * 2000))


@pytest.mark.parametrize(("answer", "said"), [("yes", "Ask the secrecy office"), ("", "Say first whether")])
def test_nothing_is_kept_of_innovations_that_may_be_classified(
    organizer_client: Client, organizer: User, answer: str, said: str
) -> None:
    data = csv_of(("slug", "title_en"), ("a", "A"))
    with pytest.raises(DomainError, match=said):
        runs.start(data, "a.csv", table=registry.tables["innovation"], by=organizer, language="en", classified=answer)
    form = {"file": SimpleUploadedFile("a.csv", data), "classified": answer}
    page = organizer_client.post(reverse("admin:exchange-noun", args=["innovation"]), form)
    assert said in words_of(page)
    assert not ImportRun.objects.exists()
    assert "classified" not in words_of(organizer_client.get(reverse("admin:exchange-noun", args=["exhibitor"])))


def test_the_preview_shows_errors_and_differences_by_row(organizer_client: Client) -> None:
    known = make_exhibitor(organization=make_organization(slug="known", name_en="Known", name_zh=""))
    letter = known.zone.letter
    rows = [
        (13, "known", "Known", "", letter, "New words"),
        (13, "new", "New", "", "C", ""),
        (13, "bad", "B", "", "Q", ""),
    ]
    page = upload(organizer_client, "exhibitor", csv_of(EXHIBITOR, *rows))
    words = words_of(page)
    assert "There is no zone “Q”" in words
    assert "Import 2 rows, leave out 1" in words
    run = ImportRun.objects.get()
    changed = words_of(organizer_client.get(run_url(run) + "?show=changed"))
    assert "<del>Shows magnets</del>" in changed
    assert "<ins>New words</ins>" in changed
    assert "13 / new" in words_of(organizer_client.get(run_url(run) + "?show=new"))
    refused = organizer_client.post(run_url(run, "import-confirm"))
    assert "Some rows have errors" in words_of(refused)
    assert Exhibitor.objects.count() == 1
    done = organizer_client.post(run_url(run, "import-confirm"), {"choice": "on"}, follow=True)
    assert "2 rows were imported. 1 was left out." in words_of(done)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_rows_to_mend_come_with_their_problems_and_go_in_again(organizer_client: Client, format: str) -> None:
    rows = [(13, "good", "Good", "", "C", ""), (13, "bad", "Bad", "", "Q", "=SUM(A1)")]
    upload(organizer_client, "exhibitor", csv_of(EXHIBITOR, *rows))
    run = ImportRun.objects.get()
    response = organizer_client.get(run_url(run, "import-mend", format))
    sheet = reading.read(response.content, f"mend.{format}")
    (row,) = sheet.rows
    assert (row.cells["slug"], row.cells["claim_en"]) == ("bad", "=SUM(A1)")
    assert "There is no zone “Q”" in row.cells["problem"]
    assert "claim_en: The text begins with" in row.cells["problem"]
    mended = [{**row.cells, "zone": "C", "claim_en": "Sums"}]
    upload(organizer_client, "exhibitor", csv_of(tuple(mended[0]), tuple(mended[0].values())))
    assert (ImportRun.objects.first().rows_new, ImportRun.objects.first().rows_bad) == (1, 0)


def test_a_long_import_shows_its_progress_and_is_found_again(
    organizer_client: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(runs, "ROWS_AT_ONCE", 1)
    page = upload(
        organizer_client, "exhibitor", csv_of(EXHIBITOR, *[(13, f"o{n}", "O", "", "C", "") for n in range(3)])
    )
    assert "0 of 3 rows" in words_of(page)
    run = ImportRun.objects.get()
    assert run_url(run) in words_of(organizer_client.get(reverse("admin:exchange")))
    runs.write_progress(run, 2, 3)
    polled = organizer_client.get(run_url(run), headers={"HX-Request": "true"})
    assert "2 of 3 rows" in words_of(polled)
    assert "<html" not in words_of(polled)
    check_import.call(run.pk)
    assert organizer_client.get(run_url(run), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    with django_capture_on_commit_callbacks(execute=True):
        confirmed = organizer_client.post(run_url(run, "import-confirm"), follow=True)
    assert "being imported" in words_of(confirmed)
    import_rows.call(run.pk)
    assert "3 rows were imported." in words_of(organizer_client.get(run_url(run)))


def test_an_import_can_be_canceled_once(organizer_client: Client, organizer: User) -> None:
    run = sent("exhibitor", csv_of(EXHIBITOR, (13, "a", "A", "", "C", "")), by=organizer)
    assert organizer_client.get(run_url(run, "import-cancel")).status_code == 405
    assert organizer_client.get(run_url(run, "import-confirm")).status_code == 405
    first = organizer_client.post(run_url(run, "import-cancel"), follow=True)
    assert "Nothing was written" in words_of(first)
    second = organizer_client.post(run_url(run, "import-cancel"), follow=True)
    assert "canceled already" in words_of(second)
    late = organizer_client.post(run_url(run, "import-confirm"), follow=True)
    assert "canceled already" in words_of(late)
    assert not Exhibitor.objects.exists()


def test_who_may_only_look_exports_what_the_public_sees() -> None:
    make_exhibitor(contact_email="secret@example.org")
    client = staff_with("view_exhibitor")
    page = words_of(client.get(reverse("admin:exchange-noun", args=["exhibitor"])))
    assert "Importing takes the rights" in page
    assert upload(client, "exhibitor", csv_of(EXHIBITOR, (13, "a", "A", "", "C", ""))).status_code == 403
    export = words_of(client.get(reverse("admin:exchange-export", args=["exhibitor", "csv"])))
    assert "claim_en" in export
    for private in ("contact_email", "secret@example.org", "area_wanted", "usci"):
        assert private not in export
    full = staff_with("change_exhibitor").get(reverse("admin:exchange-export", args=["exhibitor", "csv"]))
    assert "secret@example.org" in words_of(full)


def test_another_role_gets_nowhere(organizer: User) -> None:
    run = sent("exhibitor", csv_of(EXHIBITOR, (13, "a", "A", "", "C", "")), by=organizer)
    client = staff_with("view_session", "add_session", "change_session")
    assert client.get(reverse("admin:exchange-noun", args=["exhibitor"])).status_code == 403
    assert client.get(reverse("admin:exchange-export", args=["exhibitor", "csv"])).status_code == 403
    assert client.get(reverse("admin:exchange-template", args=["exhibitor", "csv"])).status_code == 403
    assert client.get(run_url(run)).status_code == 404
    assert client.get(run_url(run, "import-mend", "csv")).status_code == 404
    assert client.post(run_url(run, "import-confirm")).status_code == 404
    assert client.post(run_url(run, "import-cancel")).status_code == 404
    assert run.name not in words_of(client.get(reverse("admin:exchange")))
    assert client.get(reverse("admin:catalog")).status_code == 403
    run.refresh_from_db()
    assert run.state == "checked"


def test_a_visitor_is_asked_to_sign_in(client: Client, organizer: User) -> None:
    run = sent("exhibitor", csv_of(EXHIBITOR, (13, "a", "A", "", "C", "")), by=organizer)
    noun = reverse("admin:exchange-noun", args=["exhibitor"])
    for url in (reverse("admin:exchange"), noun, run_url(run), reverse("admin:catalog")):
        assert client.get(url).status_code == 302
    assert staff_with().get(reverse("admin:exchange")).status_code == 403


def test_unknown_nouns_and_runs_are_not_found(organizer_client: Client) -> None:
    assert organizer_client.get(reverse("admin:exchange-noun", args=["dragon"])).status_code == 404
    assert organizer_client.get(reverse("admin:import-run", args=["nothing"])).status_code == 404


def test_the_list_of_records_exports_its_own_filter(organizer_client: Client) -> None:
    make_exhibitor(organization=make_organization(slug="accepted-one"))
    make_exhibitor(organization=make_organization(slug="draft-one"), state="draft")
    listing = reverse("admin:expo_exhibitor_changelist") + "?state__exact=draft"
    link = reverse("admin:exchange-export", args=["exhibitor", "xlsx"]) + "?state__exact=draft"
    assert link in words_of(organizer_client.get(listing))
    export = words_of(organizer_client.get(link.replace("xlsx", "csv")))
    assert "draft-one" in export
    assert "accepted-one" not in export
    assert organizer_client.get(link.replace("state__exact", "no__such")).status_code == 404


def test_the_template_explains_every_column_on_a_second_sheet(organizer_client: Client) -> None:
    sheet = organizer_client.get(reverse("admin:exchange-template", args=["stand", "xlsx"])).content
    book = openpyxl.load_workbook(io.BytesIO(sheet))
    assert book.sheetnames == ["Stands", "README"]
    rows = {row[0]: row for row in book["README"].iter_rows(values_only=True)}
    assert rows["number"][1] == "key"
    assert rows["exhibitor"][4] == "only to read"
    assert rows["width"][6] == "6.00"
