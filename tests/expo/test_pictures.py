"""Uploads: checked at the door, stripped and resized by the worker, shown only when ready."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from expo import pictures
from expo.models import Innovation, Picture, User
from expo.tasks import prepare_picture
from tests.factories import make_exhibitor, make_innovation

pytestmark = pytest.mark.django_db


def image(width: int = 800, height: int = 600, kind: str = "JPEG", **options: Any) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, kind, **options)
    return SimpleUploadedFile(f"photo.{kind.lower()}", out.getvalue())


def with_place_and_time() -> SimpleUploadedFile:
    exif = Image.Exif()
    exif[0x010F] = "CAMERA-CANARY"
    exif[0x0112] = 6  # turned by 90 degrees
    return image(exif=exif)


def upload(file: SimpleUploadedFile, innovation: Innovation | None = None) -> Picture:
    return pictures.save_picture(Picture(record=innovation or make_innovation(), upload=file, alt_en="A magnet"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_of_three_kinds_are_taken(kind: str) -> None:
    pictures.check_upload(image(kind=kind))


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("a.png", b"no picture at all"), "no picture we can read"),
        (SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "no picture we can read"),
        (SimpleUploadedFile("a.jpg", b""), "no picture we can read"),
        (image(100, 100), "100 × 100"),
        (image(400, 9000), "400 × 9000"),
        (image(kind="GIF"), "GIF"),
        (SimpleUploadedFile("a.jpg", image().read()[:200]), "no picture we can read"),
    ],
)
def test_other_files_are_refused_with_what_to_do(file: SimpleUploadedFile, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        pictures.check_upload(file)
    assert file.tell() == 0


def test_a_file_too_large_is_refused(settings: Settings) -> None:
    settings.PICTURE_MAX_BYTES = 1000
    with pytest.raises(ValidationError, match="MB"):
        pictures.check_upload(image())


def test_a_refused_upload_leaves_nothing_behind() -> None:
    with pytest.raises(ValidationError):
        upload(image(10, 10))
    assert not Picture.objects.exists()


def test_an_upload_is_handed_to_the_worker_and_hidden_until_it_is_done(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, client: Client
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        picture = upload(with_place_and_time())
    assert len(callbacks) == 1
    assert not Picture.objects.ready().exists()
    assert client.get(f"/media/{picture.upload.name}").status_code == 404


def test_the_worker_strips_turns_and_resizes(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, client: Client
) -> None:
    picture = upload(with_place_and_time())
    original = picture.upload.name
    with django_capture_on_commit_callbacks(execute=True):
        assert prepare_picture.func(picture.pk) == "ready"
    picture.refresh_from_db()
    assert (picture.width, picture.height, picture.widths) == (600, 800, [320, 600])
    assert not default_storage.exists(original)
    response = client.get(picture.upload.url)
    body = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
    assert b"CANARY" not in body
    assert Image.open(io.BytesIO(body)).size == (600, 800)


def test_a_file_that_breaks_later_is_marked_failed() -> None:
    picture = Picture(record=make_innovation())
    picture.upload.save("x", ContentFile(b"broken"))
    assert prepare_picture.func(picture.pk) == "failed"


def test_a_picture_deleted_meanwhile_is_no_error() -> None:
    assert prepare_picture.func(999_999) == "deleted"


def test_a_page_shows_the_first_ready_picture_and_else_the_cover(client: Client) -> None:
    innovation = make_innovation()
    assert 'class="cover ' in client.get(innovation.get_absolute_url()).content.decode()
    pictures.prepare(upload(image(), innovation))
    body = client.get(innovation.get_absolute_url()).content.decode()
    assert 'alt="A magnet"' in body
    assert "srcset=" in body


def test_an_exhibitor_shows_its_organizations_picture() -> None:
    exhibitor = make_exhibitor()
    picture = pictures.prepare(
        pictures.save_picture(Picture(record=exhibitor.organization, upload=image(), alt_en="The works"))
    )
    pictures.attach_pictures([exhibitor])
    assert exhibitor.picture == picture


def test_a_deleted_record_takes_its_pictures_and_their_files_along(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    innovation = make_innovation(organizations=[])
    picture = pictures.prepare(upload(image(), innovation))
    assert default_storage.exists(picture.upload.name)
    with django_capture_on_commit_callbacks(execute=True):
        innovation.delete()
    assert not Picture.objects.exists()
    assert not default_storage.exists(picture.upload.name)


@pytest.mark.parametrize("path", ["../settings.py", "uploads/x", "pictures/../../x", "pictures/none.webp", "pictures/"])
def test_only_prepared_pictures_are_served(client: Client, path: str) -> None:
    assert client.get(f"/media/{path}").status_code == 404


def test_an_upload_is_not_served_by_way_of_the_pictures(client: Client) -> None:
    picture = upload(image())
    assert default_storage.exists(picture.upload.name)
    for step in ("..", "%2e%2e", "x/../.."):
        assert client.get(f"/media/pictures/{step}/{picture.upload.name}").status_code == 404


def test_a_picture_is_the_same_for_everybody(client: Client, organizer: User) -> None:
    picture = pictures.prepare(upload(image()))
    client.force_login(organizer)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(picture.upload.url)
        assert b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert "Cookie" not in response.get("Vary", "")
    assert len(queries) == 0


def colours(picture: Picture) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Near the top left and the bottom right corner, each channel in steps of 16."""
    with default_storage.open(picture.upload.name) as file, Image.open(file) as shown:
        points = [(5, 5), (shown.width - 5, shown.height - 5)]
        return tuple(tuple(round(value / 16) for value in shown.getpixel(point)) for point in points)  # type: ignore[return-value,union-attr]


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "RGB"])
def test_what_is_transparent_becomes_white(mode: str) -> None:
    """The left half of each file is transparent black, the right half opaque black."""
    whole = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    whole.paste((0, 0, 0, 255), (200, 0, 400, 400))
    options: dict[str, Any] = {}
    if mode == "RGB":  # a colour that stands for nothing
        whole = Image.new("RGB", (400, 400), (250, 0, 250))
        whole.paste((0, 0, 0), (200, 0, 400, 400))
        options["transparency"] = (250, 0, 250)
    out = io.BytesIO()
    whole.convert(mode).save(out, "PNG", **options)
    picture = pictures.prepare(upload(SimpleUploadedFile("logo.png", out.getvalue())))
    assert colours(picture) == ((16, 16, 16), (0, 0, 0))


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let somebody act while the worker resizes."""
    webp = pictures._webp

    def resize(image: Any, width: int) -> bytes:
        act()
        return webp(image, width)

    monkeypatch.setattr(pictures, "_webp", resize)


def files() -> list[str]:
    return [str(path) for path in Path(default_storage.path("")).rglob("*") if path.is_file()]


def test_a_picture_deleted_while_it_is_resized_does_not_come_back(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    picture = upload(image())
    meanwhile(monkeypatch, lambda: [row.delete() for row in Picture.objects.all()])
    with django_capture_on_commit_callbacks(execute=True):
        pictures.prepare(picture)
    assert not Picture.objects.exists()
    assert files() == []


def test_a_broken_picture_deleted_meanwhile_is_no_error() -> None:
    picture = Picture(record=make_innovation())
    picture.upload.save("x", ContentFile(b"broken"))
    Picture.objects.all().delete()
    pictures.prepare(picture)
    assert not Picture.objects.exists()


def test_words_typed_while_a_picture_is_resized_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = upload(image())
    meanwhile(monkeypatch, lambda: Picture.objects.update(alt_en="A better magnet", position=3))
    assert pictures.prepare(picture).state == "ready"
    row = Picture.objects.get()
    assert (row.alt_en, row.position, row.state) == ("A better magnet", 3, "ready")


def test_another_file_given_while_the_first_is_resized_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = upload(image())
    meanwhile(monkeypatch, lambda: Picture.objects.update(upload="uploads/newer"))
    pictures.prepare(picture)
    row = Picture.objects.get()
    assert (row.upload.name, row.state) == ("uploads/newer", "waiting")
    assert files() == [default_storage.path(picture.upload.name)]


def test_a_deleted_picture_leaves_no_size_on_disk(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        picture = pictures.prepare(upload(image(500, 400)))
    assert picture.widths == [320, 500]
    assert len(files()) == 2
    with django_capture_on_commit_callbacks(execute=True):
        picture.delete()
    assert files() == []
    assert not default_storage.exists(picture.folder)
