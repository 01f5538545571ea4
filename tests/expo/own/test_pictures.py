"""Pictures of an own page: uploaded, described, put in order, deleted; and what is no picture is refused in words."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks

from expo import pictures, saving
from expo.models import Organization, Picture, Revision, User
from expo.own.keeping import MOST_PICTURES
from tests.expo.admin_pages import a_picture, act_url, page
from tests.expo.own.writing import client_of, url, works_for
from tests.expo.test_roles import works_as
from tests.factories import make_innovation, make_organization, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Organization:
    return make_organization()


@pytest.fixture
def desk(firm: Organization) -> Client:
    return client_of(works_for(firm))


def a_file(content: bytes | None = None, name: str = "magnet.png", kind: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_picture() if content is None else content, kind)


def test_a_picture_is_stored_described_and_put_in_order(firm: Organization, desk: Client) -> None:
    draft = make_innovation(organizations=[firm], state="draft")
    here = url("own-pictures", firm, "innovation", draft)
    assert "at most 10 MB" in desk.get(here).content.decode()
    for words in ("First", "Second"):
        assert desk.post(here, {"upload": a_file(), "alt_en": words}).status_code == 302
    first, second = draft.pictures.all()
    assert (first.alt_en, second.alt_en, first.position < second.position) == ("First", "Second", True)
    change = url("own-picture", firm, "innovation", draft, picture=second.pk)
    data = {f"{second.pk}-alt_en": "A magnet", f"{second.pk}-alt_zh": "磁体", f"{second.pk}-position": "0"}
    desk.post(change, data)
    desk.post(url("own-picture", firm, "innovation", draft, picture=first.pk),
              {f"{first.pk}-alt_en": "First", f"{first.pk}-position": "5"})  # fmt: skip
    assert [picture.alt_en for picture in draft.pictures.all()] == ["A magnet", "First"]
    desk.post(change, {"delete": "1"})
    assert desk.post(change, {"delete": "1"}).status_code == 404
    assert list(draft.pictures.all()) == [first]


def test_a_picture_says_what_it_shows(firm: Organization, desk: Client) -> None:
    draft = make_product(organization=firm, state="draft")
    here = url("own-pictures", firm, "product", draft)
    assert "in one language at least" in desk.post(here, {"upload": a_file()}).content.decode()
    assert "Choose a picture first" in desk.post(here, {"alt_en": "A magnet"}).content.decode()
    assert not Picture.objects.exists()


# ------------------------------------------------------------------ attacks
def with_script() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def polyglot() -> bytes:
    """A PNG that is a page and an archive too."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("page.html", "CANARY")
    return a_picture() + b"<html><script>CANARY</script></html>" + archive.getvalue()


def bomb() -> bytes:
    """A PNG of a few hundred bytes that claims to be 50,000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def archive_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("zeros", bytes(10_000_000))
    return out.getvalue()


ATTACKS = {
    "svg with script": (lambda: a_file(with_script(), "a.svg", "image/svg+xml"), "no picture we can read"),
    "svg called png": (lambda: a_file(with_script()), "no picture we can read"),
    "page called png": (lambda: a_file(b"<html><script>alert(1)</script>"), "no picture we can read"),
    "pixel bomb": (lambda: a_file(bomb()), "no picture we can read|50000 × 50000"),
    "zip bomb": (lambda: a_file(archive_bomb(), "a.zip", "application/zip"), "no picture we can read"),
    "100 MB": (lambda: a_file(a_picture() + bytes(100 * 1024 * 1024)), "At most 10 MB"),
    "nothing": (lambda: a_file(b""), "empty"),
    "gif": (lambda: a_file(a_picture(kind="GIF"), "a.gif", "image/gif"), "GIF"),
    "too small": (lambda: a_file(a_picture(10, 10)), "10 × 10"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_no_picture_is_refused_in_words_and_leaves_nothing(
    attack: str, firm: Organization, desk: Client
) -> None:
    draft = make_innovation(organizations=[firm], state="draft")
    make, words = ATTACKS[attack]
    response = desk.post(url("own-pictures", firm, "innovation", draft), {"upload": make(), "alt_en": "A magnet"})
    assert response.status_code == 200
    assert re.search(words, response.content.decode()), attack
    assert not Picture.objects.exists()
    assert [path for path in Path(default_storage.path("")).rglob("*") if path.is_file()] == []


def test_a_polyglot_loses_all_but_its_picture(
    firm: Organization, desk: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    draft = make_innovation(organizations=[firm], state="draft")
    here = url("own-pictures", firm, "innovation", draft)
    desk.post(here, {"upload": a_file(polyglot(), "../../page.html", "text/html"), "alt_en": "A magnet"})
    picture = Picture.objects.get()
    assert picture.upload.name.startswith("uploads/")
    assert "html" not in picture.upload.name
    assert desk.get(f"/media/{picture.upload.name}").status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        picture = pictures.prepare(picture)
    files = [path for path in Path(default_storage.path("")).rglob("*") if path.is_file()]
    assert files
    assert all(path.suffix == ".webp" for path in files)
    assert not any(b"CANARY" in path.read_bytes() for path in files)
    with default_storage.open(picture.upload.name) as file, Image.open(file) as shown:
        assert shown.format == "WEBP"


def test_there_are_only_so_many(firm: Organization, desk: Client) -> None:
    draft = make_innovation(organizations=[firm], state="draft")
    for number in range(MOST_PICTURES):
        Picture.objects.create(record=draft, upload=f"uploads/{number}", alt_en=str(number))
    response = desk.post(url("own-pictures", firm, "innovation", draft), {"upload": a_file(), "alt_en": "More"})
    assert f"At most {MOST_PICTURES} pictures" in response.content.decode()
    assert draft.pictures.count() == MOST_PICTURES


# ------------------------------------------------------------------ what the public sees already
def test_a_new_picture_of_a_public_page_waits_with_its_change(
    firm: Organization, desk: Client, client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    innovation, broker = make_innovation(organizations=[firm]), client_of(works_as("matchmaking_broker"))
    here = url("own-pictures", firm, "innovation", innovation)
    desk.post(here, {"upload": a_file(), "alt_en": "A new magnet"})
    with django_capture_on_commit_callbacks(execute=True):
        pictures.prepare(Picture.objects.get())
    revision = Revision.objects.get(state="proposed")
    assert "A new magnet" not in client.get(innovation.get_absolute_url()).content.decode()
    assert "waits for review" in desk.get(here).content.decode()
    assert "A new magnet" in desk.get(url("own-record", firm, "innovation", innovation)).content.decode()
    assert "A new magnet" in broker.get(page(revision)).content.decode()
    broker.post(act_url(revision, "approve"))
    assert 'alt="A new magnet"' in client.get(innovation.get_absolute_url()).content.decode()
    assert innovation.pictures.get().alt_en == "A new magnet"


def test_the_words_of_a_public_picture_are_not_changed_past_the_review(firm: Organization, desk: Client) -> None:
    innovation = make_innovation(organizations=[firm])
    picture = Picture.objects.create(record=innovation, upload="uploads/x", alt_en="Approved")
    change = url("own-picture", firm, "innovation", innovation, picture=picture.pk)
    words = {f"{picture.pk}-alt_en": "Otherwise", f"{picture.pk}-position": "3"}
    assert "upload the picture again" in desk.post(change, words, follow=True).content.decode()
    desk.post(change, words | {f"{picture.pk}-alt_en": "Approved"})
    picture.refresh_from_db()
    assert (picture.alt_en, picture.position) == ("Approved", 3)
    desk.post(change, {"delete": "1"})
    assert not Picture.objects.exists()


def test_a_picture_of_a_change_that_came_back_goes_with_the_next(firm: Organization, organizer: User) -> None:
    """It waits with the change that it was uploaded for, and is not lost."""
    editor = works_for(firm)
    innovation, desk = make_innovation(organizations=[firm]), client_of(editor)
    desk.post(url("own-pictures", firm, "innovation", innovation), {"upload": a_file(), "alt_en": "New"})
    saving.give_back(Revision.objects.get(), by=organizer, reason="Sharper, please.")
    saving.propose(innovation, data={"claim_en": "Costs half"}, by=editor)
    assert [picture.alt_en for picture in saving.pictures_of(Revision.objects.get(state="proposed"))] == ["New"]


def test_pictures_of_what_is_with_the_organizers_stay(firm: Organization, desk: Client) -> None:
    innovation = make_innovation(organizations=[firm], state="submitted")
    picture = Picture.objects.create(record=innovation, upload="uploads/x", alt_en="A magnet")
    here = url("own-pictures", firm, "innovation", innovation)
    assert "with the organizers now" in desk.post(here, {"upload": a_file(), "alt_en": "B"}).content.decode()
    desk.post(url("own-picture", firm, "innovation", innovation, picture=picture.pk), {"delete": "1"})
    assert Picture.objects.get() == picture


def test_a_change_of_one_picture_goes_when_it_is_deleted(firm: Organization, desk: Client) -> None:
    innovation = make_innovation(organizations=[firm])
    desk.post(url("own-pictures", firm, "innovation", innovation), {"upload": a_file(), "alt_en": "New"})
    picture = Picture.objects.get()
    desk.post(url("own-picture", firm, "innovation", innovation, picture=picture.pk), {"delete": "1"})
    assert not Revision.objects.exists()
