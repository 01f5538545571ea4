"""Writing the rows: all of them or none, with history and versions, and never over somebody's head."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.utils import timezone

from expo.errors import DomainError
from expo.exchange import importing, runs
from expo.models import (
    Exhibitor,
    Holding,
    ImportRow,
    ImportRun,
    Innovation,
    OfferedMode,
    Organization,
    Product,
    Session,
    Stand,
    Transition,
    User,
)
from expo.tasks import check_import, import_rows
from tests.expo.exchange.files import EXHIBITOR, csv_of, imported, judge, sent, xlsx_of
from tests.expo.test_at_the_same_moment import together
from tests.factories import (
    make_edition,
    make_exhibitor,
    make_innovation,
    make_organization,
    make_product,
    make_stand,
    make_user,
    make_zone,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fair(db: None) -> None:
    make_zone(letter="C")


def rows_of(count: int) -> bytes:
    return csv_of(EXHIBITOR, *[(13, f"org-{n}", f"Org {n}", f"机构{n}", "C", f"Claim {n}") for n in range(count)])


def test_new_exhibitors_are_drafts_with_history_and_their_organizations(organizer: User) -> None:
    run = imported("exhibitor", rows_of(5), by=organizer)
    assert (run.state, run.rows_new) == ("done", 5)
    exhibitor = Exhibitor.objects.get(organization__slug="org-3")
    assert (exhibitor.state, exhibitor.version, exhibitor.zone.letter) == ("draft", 1, "C")
    assert exhibitor.organization.name_zh == "机构3"
    for record in (exhibitor, exhibitor.organization):
        (entry,) = record.history.all()
        assert (entry.history_type, entry.history_user, entry.version) == ("+", organizer, 1)


def test_a_second_import_of_the_same_file_writes_nothing(organizer: User) -> None:
    imported("exhibitor", rows_of(3), by=organizer)
    before = list(Exhibitor.objects.values_list("version", "updated_at"))
    again = sent("exhibitor", rows_of(3), by=organizer)
    assert (again.rows_same, again.rows_good, again.rows_bad) == (3, 0, 0)
    with pytest.raises(DomainError, match="nothing to import"):
        runs.confirm(again, by=organizer, leave_out_bad=False)
    assert list(Exhibitor.objects.values_list("version", "updated_at")) == before
    assert Exhibitor.history.count() == 3


def test_a_mended_file_changes_only_what_was_mended(organizer: User) -> None:
    good = [(13, f"org-{n}", f"Org {n}", "", "C", "") for n in range(4)]
    bad = (13, "org-9", "Org 9", "", "Q", "")
    run = imported("exhibitor", csv_of(EXHIBITOR, *good, bad), by=organizer, leave_out_bad=True)
    assert (run.rows_new, run.rows_bad) == (4, 1)
    mended = imported("exhibitor", csv_of(EXHIBITOR, *good, (*bad[:4], "C", "")), by=organizer)
    assert (mended.rows_new, mended.rows_same, mended.state) == (1, 4, "done")
    assert set(Exhibitor.objects.values_list("version", flat=True)) == {1}
    assert Exhibitor.history.count() == 5


def test_rows_with_errors_are_left_out_only_by_choice(organizer: User) -> None:
    run = sent("exhibitor", csv_of(EXHIBITOR, (13, "a", "A", "", "C", ""), (13, "b", "B", "", "Q", "")), by=organizer)
    with pytest.raises(DomainError, match="Some rows have errors"):
        runs.confirm(run, by=organizer, leave_out_bad=False)
    assert not Exhibitor.objects.exists()
    assert runs.confirm(run, by=organizer, leave_out_bad=True).state == "done"
    assert [exhibitor.slug for exhibitor in Exhibitor.objects.all()] == ["a"]


def test_a_change_raises_the_version_and_leaves_history_and_state(organizer: User) -> None:
    known = make_exhibitor(organization=make_organization(slug="a", name_en="Able", name_zh=""))
    data = csv_of(EXHIBITOR, (13, "a", "Able", "", known.zone.letter, "Other words"))
    assert imported("exhibitor", data, by=organizer).rows_changed == 1
    fresh = Exhibitor.objects.get()
    assert (fresh.claim_en, fresh.version, fresh.state) == ("Other words", 2, "accepted")
    assert fresh.updated_at > known.updated_at
    assert fresh.history.first().history_user == organizer
    assert fresh.history.first().history_type == "~"
    assert fresh.organization.version == 1


def test_columns_that_the_file_leaves_out_stay(organizer: User) -> None:
    make_product(slug="a", price="18.60", stock=5)
    run = imported("product", csv_of(("slug", "price"), ("a", "20")), by=organizer)
    assert "stock" in run.notes[1]
    product = Product.objects.get()
    assert (str(product.price), product.stock) == ("20.00", 5)


def test_holders_and_modes_follow_the_cell_and_keep_their_roles(organizer: User) -> None:
    first, second, _third = (make_organization(slug=slug) for slug in ("first", "second", "third"))
    innovation = make_innovation(slug="a", organizations=[first, second])
    Holding.objects.filter(organization=second).update(role="developer")
    OfferedMode.objects.create(innovation=innovation, mode="sole")
    header = ("slug", "holders", "modes")
    run = imported("innovation", csv_of(header, ("a", "second; third", "in_kind; exclusive")), by=organizer)
    assert ImportRow.objects.get(run=run).changes == [
        ["holders", "first; second", "second; third"],
        ["modes", "sole", "exclusive; in_kind"],
    ]
    assert list(innovation.holdings.values_list("organization__slug", "role", "position")) == [
        ("second", "developer", 0),
        ("third", "holder", 1),
    ]
    assert set(innovation.offered_modes.values_list("mode", flat=True)) == {"exclusive", "in_kind"}
    assert Innovation.objects.get().version == 2
    assert sent("innovation", csv_of(header, ("a", "second; third", "exclusive; in_kind")), by=organizer).rows_same == 1


def test_sessions_and_stands_come_in_whole(organizer: User) -> None:
    header = ("slug", "edition", "title_zh", "starts_at", "ends_at", "kind")
    imported(
        "session", csv_of(header, ("a", 13, "开幕式", "2025-09-26 09:30", "2025-09-26 10:30", "opening")), by=organizer
    )
    session = Session.objects.get()
    assert session.starts_at == dt.datetime(2025, 9, 26, 1, 30, tzinfo=dt.UTC)
    header = ("edition", "zone", "number", "x", "y", "width", "depth")
    imported("stand", csv_of(header, (13, "C", "12a", "5", "5", "6", "3.5")), by=organizer)
    assert Stand.objects.get().code == "C12A"
    assert imported("stand", csv_of(header, (13, "C", "12A", "5", "5", "6", "4")), by=organizer).rows_changed == 1


def test_a_failure_in_the_middle_leaves_no_row_and_no_history(organizer: User) -> None:
    """Another organization takes the credit code after everything was judged: the database refuses the last row."""
    header = (*EXHIBITOR, "usci")
    rows = [(13, f"org-{n}", f"Org {n}", "", "C", "", "") for n in range(4)]
    data = csv_of(header, *rows, (13, "last", "Last", "", "C", "", "91510700205412308D"))
    run = sent("exhibitor", data, by=organizer)
    outcomes = judge("exhibitor", data, by=organizer)
    make_organization(slug="faster", usci="91510700205412308D")
    with pytest.raises(Exception, match=r"(?i)unique"):
        write_at_once(outcomes, run)
    assert Organization.objects.filter(slug__startswith="org-").count() == 0
    assert (Exhibitor.objects.count(), Exhibitor.history.count()) == (0, 0)
    again = runs.confirm(run, by=organizer, leave_out_bad=False)
    assert (again.state, again.rows_bad, again.rows_new) == ("checked", 1, 4)
    assert "row 6" in again.problem
    assert Exhibitor.objects.count() == 0


def write_at_once(outcomes: list[Any], run: ImportRun) -> None:
    with transaction.atomic():
        importing.write(outcomes, run)


def test_what_somebody_changed_meanwhile_is_shown_again_and_not_overwritten(organizer: User) -> None:
    known = make_exhibitor(organization=make_organization(slug="a", name_en="Able", name_zh=""))
    letter = known.zone.letter
    data = csv_of(EXHIBITOR, (13, "a", "Able", "", letter, "From the file"), (13, "b", "Best", "", letter, ""))
    run = sent("exhibitor", data, by=organizer)
    known.claim_en = "From a colleague"
    known.save()
    back = runs.confirm(run, by=organizer, leave_out_bad=False)
    assert back.state == "checked"
    assert "row 2" in back.problem
    assert Exhibitor.objects.get().claim_en == "From a colleague"
    shown = ImportRow.objects.get(run=run, number=2)
    assert shown.changes == [["claim_en", "From a colleague", "From the file"]]
    assert runs.confirm(back, by=organizer, leave_out_bad=False).state == "done"
    assert Exhibitor.objects.get(organization__slug="a").claim_en == "From the file"


def test_of_two_imports_of_one_file_the_second_is_shown_again(organizer: User) -> None:
    first, second = (sent("exhibitor", rows_of(3), by=organizer) for _ in range(2))
    assert runs.confirm(first, by=organizer, leave_out_bad=False).state == "done"
    late = runs.confirm(second, by=organizer, leave_out_bad=False)
    assert (late.state, late.rows_same) == ("checked", 3)
    assert "rows 2, 3, 4" in late.problem
    assert Exhibitor.history.count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time by itself")
def test_two_people_import_at_the_same_moment(organizer: User) -> None:
    both = [sent("exhibitor", rows_of(5), by=organizer) for _ in range(2)]
    ended = together(*(lambda run=run: runs.confirm(run, by=organizer, leave_out_bad=False) for run in both))  # type: ignore[misc]
    assert sorted(run.state for run in ended) == ["checked", "done"]  # type: ignore[attr-defined]
    assert (Exhibitor.objects.count(), Exhibitor.history.count()) == (5, 5)


def test_an_import_is_confirmed_once(organizer: User) -> None:
    run = imported("exhibitor", rows_of(1), by=organizer)
    with pytest.raises(DomainError, match="imported already"):
        runs.confirm(run, by=organizer, leave_out_bad=False)
    with pytest.raises(DomainError, match="imported already"):
        runs.cancel(run, by=organizer)


def test_every_move_of_an_import_is_on_record(organizer: User) -> None:
    run = imported("exhibitor", rows_of(1), by=organizer)
    moves = [(move.from_state, move.to_state) for move in Transition.objects.of(run).order_by("pk")]
    assert moves == [
        ("", "uploaded"),
        ("uploaded", "checking"),
        ("checking", "checked"),
        ("checked", "importing"),
        ("importing", "done"),
    ]


# ---------------------------------------------------------------------------------------------------- the worker
def test_a_long_file_is_left_to_the_worker(
    organizer: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(runs, "ROWS_AT_ONCE", 2)
    run = sent("exhibitor", rows_of(3), by=organizer)
    assert (run.state, runs.read_progress(run)) == ("uploaded", {"done": 0, "total": 3})
    assert check_import.call(run.pk) == "checked"
    assert runs.read_progress(run) == {"done": 3, "total": 3}
    run.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        run = runs.confirm(run, by=organizer, leave_out_bad=False)
    assert run.state == "importing"
    assert import_rows.call(run.pk) == "done"
    assert Exhibitor.objects.count() == 3
    assert check_import.call(run.pk) == import_rows.call(run.pk) == "gone"


def test_a_long_workbook_is_counted_at_the_door_and_read_by_the_worker(
    organizer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "ROWS_AT_ONCE", 2)
    data = xlsx_of(("edition", "slugg"), *[(13, f"org-{n}") for n in range(3)])
    run = sent("exhibitor", data, by=organizer, name="table.xlsx")
    assert (run.state, runs.read_progress(run)) == ("uploaded", {"done": 0, "total": 3})
    assert check_import.call(run.pk) == "failed"
    run.refresh_from_db()
    assert "Did you mean “slug”?" in run.problem


def test_a_file_that_disappears_fails_the_import_in_words(organizer: User) -> None:
    run = sent("exhibitor", rows_of(2), by=organizer)
    (run.folder / "file.csv").unlink()
    ended = runs.confirm(run, by=organizer, leave_out_bad=False)
    assert (ended.state, "Upload it again" in ended.problem) == ("failed", True)


def test_a_file_changed_on_the_disk_is_refused(organizer: User) -> None:
    run = sent("exhibitor", rows_of(2), by=organizer)
    (run.folder / "file.csv").write_bytes(rows_of(3))
    assert "changed on the disk" in runs.confirm(run, by=organizer, leave_out_bad=False).problem


def test_what_a_stopped_worker_left_is_ended(organizer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "ROWS_AT_ONCE", 0)
    run = sent("exhibitor", rows_of(1), by=organizer)
    later = timezone.now() + runs.STUCK_AFTER + dt.timedelta(minutes=1)
    assert runs.fail_stuck_imports(now=timezone.now()) == 0
    assert runs.fail_stuck_imports(now=later) == 1
    run.refresh_from_db()
    assert (run.state, "Nothing was written" in run.problem) == ("failed", True)


def test_files_are_private_and_go_after_their_time(organizer: User) -> None:
    run = imported("exhibitor", rows_of(2), by=organizer)
    waiting = sent("exhibitor", rows_of(3), by=organizer)
    assert (run.folder / "file.csv").stat().st_mode & 0o077 == 0
    assert run.folder.stat().st_mode & 0o077 == 0
    assert runs.remove_old_files(now=timezone.now() + dt.timedelta(days=29)) == 0
    assert runs.remove_old_files(now=timezone.now() + runs.KEPT + dt.timedelta(days=1)) == 2
    run.refresh_from_db()
    waiting.refresh_from_db()
    assert (run.folder.exists(), run.has_file, run.rows_new, run.state) == (False, False, 2, "done")
    assert waiting.state == "canceled"
    assert not ImportRow.objects.exists()


def test_canceling_removes_the_file_and_writes_nothing(
    organizer: User, django_capture_on_commit_callbacks: Any
) -> None:
    run = sent("exhibitor", rows_of(2), by=organizer)
    with django_capture_on_commit_callbacks(execute=True):
        assert runs.cancel(run, by=organizer).state == "canceled"
    assert not run.folder.exists()
    assert not Exhibitor.objects.exists()


def test_a_stand_of_another_edition_is_not_touched(organizer: User) -> None:
    other = make_zone(letter="C", edition=make_edition(number=14))
    stand = make_stand(zone=other, number="12")
    header = ("edition", "zone", "number", "x", "y", "width", "depth")
    run = imported("stand", csv_of(header, (13, "C", "12", "5", "5", "6", "3")), by=organizer)
    assert run.rows_new == 1
    stand.refresh_from_db()
    assert stand.version == 1


def test_a_mode_written_twice_is_one(organizer: User) -> None:
    imported("innovation", csv_of(("slug", "title_en", "modes"), ("a", "A", "exclusive; exclusive")), by=organizer)
    assert [row.mode for row in OfferedMode.objects.all()] == ["exclusive"]


def test_who_confirms_answers_for_it_by_rights_and_by_name(organizer: User) -> None:
    colleague = make_user(is_staff=True, is_superuser=True)
    run = sent("exhibitor", rows_of(1), by=organizer)
    assert runs.confirm(run, by=colleague, leave_out_bad=False).by == colleague
    assert {row.history_user for row in Organization.history.all()} == {colleague}


def test_a_file_of_somebody_with_more_rights_gives_none_to_who_confirms_it(organizer: User) -> None:
    helper = make_user(is_staff=True)
    codes = ["add_exhibitor", "change_exhibitor"]
    helper.user_permissions.set(Permission.objects.filter(codename__in=codes))
    run = runs.confirm(sent("exhibitor", rows_of(1), by=organizer), by=helper, leave_out_bad=False)
    assert (run.state, run.rows_bad) == ("checked", 1)
    assert not Organization.objects.filter(slug="org-0").exists()


def test_a_check_that_falls_over_ends_the_import_in_words(organizer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*args: Any, **kwargs: Any) -> None:
        raise ArithmeticError

    monkeypatch.setattr(runs.checking, "check", fall)
    run = sent("exhibitor", rows_of(1), by=organizer)
    assert run.state == "failed"
    assert "not yours" in run.problem
