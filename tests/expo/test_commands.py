"""What an organizer or operator types: the commands, each tried twice where twice must be harmless."""

from __future__ import annotations

import io
import json
import signal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.core.serializers.base import DeserializationError
from django.db import OperationalError
from django.test import override_settings
from PIL import Image

from expo import demo, registry
from expo.management.commands import work
from expo.models import Edition, JoinRequest, Organization, Origin, Picture, User
from expo.pictures import save_picture
from expo.registry import Job
from tests.factories import make_edition, make_exhibitor, make_organization, make_session

pytestmark = pytest.mark.django_db
DEVELOPMENT = override_settings(DEBUG=True)


def run(name: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(name, stdout=out, **options)
    return out.getvalue()


# ------------------------------------------------------------------ load_demo
@DEVELOPMENT
def test_load_demo_fills_an_empty_database_tells_the_login_and_changes_nothing_the_second_time() -> None:
    said = run("load_demo")
    assert Edition.objects.current() is not None
    assert f"organizer@example.org, password {demo.ACCOUNTS[0].password}" in said
    assert User.objects.get(email="organizer@example.org").is_superuser
    made = {user.email: user for user in User.objects.filter(is_superuser=False, is_staff=True)}
    assert {account.email: account.role for account in demo.ACCOUNTS if account.role} == {
        email: user.groups.get().name for email, user in made.items()
    }
    assert "publicity@example.org" in said
    assert {account.email for account in demo.ACCOUNTS if account.kind} <= set(said.replace(",", "").split())
    people = User.objects.filter(is_staff=False)
    assert {membership.role for user in people for membership in user.memberships.all()} == {"owner", "editor"}
    assert JoinRequest.objects.waiting().count() == 2
    assert JoinRequest.objects.for_organizers().count() == 1
    edited = Organization.objects.order_by("pk")[0]
    edited.name_en = "Edited since"
    edited.save()
    counts = Organization.objects.count(), User.objects.count()

    said = run("load_demo")
    edited.refresh_from_db()
    assert edited.name_en == "Edited since"
    assert (Organization.objects.count(), User.objects.count()) == counts
    assert "nothing to load" in said
    assert "organizer@example.org" in said


@DEVELOPMENT
def test_load_demo_keeps_a_password_that_was_changed_to_itself() -> None:
    make_edition()
    User.objects.create_superuser("organizer@example.org", "changed since then")
    assert "organizer@example.org" not in run("load_demo")


@override_settings(DEBUG=False)
def test_load_demo_makes_no_account_in_production() -> None:
    make_edition()
    assert "password" not in run("load_demo")
    assert not User.objects.exists()


def test_load_demo_takes_all_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{"model": "auth.group", "fields": {"name": "Programme team"}}]))
    (tmp_path / "b.json").write_text(json.dumps([{"model": "expo.holding", "fields": {}}]))
    with pytest.raises(DeserializationError, match="Holding has no innovation"):
        demo.load_fixtures(tmp_path)
    assert not Group.objects.filter(name="Programme team").exists()


def test_fixtures_are_sorted_so_that_rows_come_after_what_they_point_to() -> None:
    organization, exhibitor, zone = Path("a"), Path("b"), Path("c")
    labels = {exhibitor: {"expo.exhibitor"}, zone: {"expo.zone"}, organization: {"expo.organization"}}
    assert demo.in_dependency_order(labels)[-1] == exhibitor


def test_an_empty_folder_loads_nothing(tmp_path: Path) -> None:
    assert demo.load_fixtures(tmp_path) == 0


@override_settings(DEBUG=False)
def test_production_refuses_the_demo_password_until_it_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    with DEVELOPMENT:
        demo.create_accounts()
        assert demo.check_no_demo_password(databases=["default"]) == []
    found = demo.check_no_demo_password(databases=["default"])
    assert len(found) == len(demo.ACCOUNTS)
    assert "organizer@example.org" in found[0].msg
    assert demo.check_no_demo_password() == []
    User.objects.update(is_active=False)
    assert demo.check_no_demo_password(databases=["default"]) == []


@override_settings(DEBUG=False)
def test_the_password_check_is_silent_before_the_first_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_table() -> None:
        raise OperationalError("no such table")

    monkeypatch.setattr(demo, "usable_accounts", no_table)
    assert demo.check_no_demo_password(databases=["default"]) == []


# ------------------------------------------------------------------ remove_samples, show_permissions
def test_remove_samples_leaves_what_is_real_and_has_nothing_to_do_twice() -> None:
    real = make_exhibitor()
    make_session(origin=Origin.SAMPLE)
    make_exhibitor(origin=Origin.SAMPLE, organization=make_organization(origin=Origin.SAMPLE))
    with pytest.raises(CommandError, match="nobody is there to ask"):
        run("remove_samples")
    assert Organization.objects.count() > 1
    assert "sessions" in run("remove_samples", yes=True)
    assert list(Organization.objects.all()) == [real.organization]
    assert "There was no sample" in run("remove_samples")


@pytest.mark.parametrize(("answer", "left"), [("no", 1), ("", 1), ("yes", 0), ("Yes ", 0)])
def test_remove_samples_asks_whoever_sits_there(monkeypatch: pytest.MonkeyPatch, answer: str, left: int) -> None:
    make_organization(origin=Origin.SAMPLE)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda words: answer)
    if left:
        with pytest.raises(CommandError, match="Nothing was removed"):
            run("remove_samples")
    else:
        assert "1 organizations" in run("remove_samples")
    assert Organization.objects.count() == left


def test_show_permissions_lists_every_door_and_every_group() -> None:
    group = Group.objects.create(name="Programme team")
    group.permissions.add(Permission.objects.get(codename="change_session", content_type__app_label="expo"))
    said = run("show_permissions")
    assert all(name in said for name in registry.accesses)
    assert "Programme team" in said
    assert "expo.change_session" in said
    (row,) = (line for line in said.splitlines() if line.startswith("expo.exhibitor "))
    assert [cell.strip() for cell in row.split("  ") if cell.strip()] == [
        "expo.exhibitor",
        "all",
        "view add change",
        "view",
        "view",
    ]


# ------------------------------------------------------------------ work
@pytest.mark.django_db(transaction=True)
def test_work_once_does_what_is_queued_and_what_is_due(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR_DIR = tmp_path
    ran: list[str] = []
    monkeypatch.setattr(registry, "jobs", {"ring": Job("ring", lambda: ran.append("ring"), every_minutes=60)})
    picture = Picture(record=make_organization(), upload=ContentFile(a_picture(), name="x.png"))
    save_picture(picture)
    run("work", once=True)
    run("work", once=True)
    picture.refresh_from_db()
    assert picture.state == Picture.State.READY
    assert ran == ["ring"]
    assert "ring" in (tmp_path / "clock.json").read_text()


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 400), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_work_stops_after_the_task_at_hand_when_asked(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR_DIR = tmp_path
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    monkeypatch.setattr(work, "PAUSE", 0)
    stop = Job("stop", lambda: signal.raise_signal(signal.SIGTERM), every_minutes=1)
    monkeypatch.setattr(registry, "jobs", {"stop": stop})
    try:
        run("work")
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL  # a second signal ends it at once
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


@pytest.mark.django_db(transaction=True)
def test_a_stopped_shift_leaves_the_jobs_for_the_next(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    shift = work.Shift()
    shift.is_over = True
    shift.turn()
    assert not (tmp_path / "clock.json").exists()
