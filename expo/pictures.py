"""Uploaded pictures: checked at the door, then stripped of metadata and resized by the worker."""

from __future__ import annotations

import io
import secrets
from functools import partial
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.translation import gettext as _

from expo.models import Exhibitor, Picture
from expo.models.picture import WIDTHS

FORMATS = ("JPEG", "PNG", "WEBP")
SIDES = (320, 8000)
MAX_PIXELS = 40_000_000


def check_upload(file: IO[bytes]) -> None:
    """Refuse what is too large, no JPEG, PNG or WebP, or of unfit dimensions. ValidationError says which."""
    from PIL import Image, UnidentifiedImageError

    size = getattr(file, "size", 0)
    if size > settings.PICTURE_MAX_BYTES:
        raise ValidationError(
            _("The picture is %(size)s MB. At most %(most)s MB: save it smaller and choose it again.")
            % {"size": f"{size / 1048576:.1f}", "most": settings.PICTURE_MAX_BYTES // 1048576}
        )
    try:
        image = Image.open(file)
        kind, (width, height) = image.format, image.size
        if kind in FORMATS and width * height <= MAX_PIXELS:
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ValidationError(_("This file is no picture we can read. Choose a JPEG, PNG or WebP.")) from None
    finally:
        file.seek(0)
    if kind not in FORMATS:
        raise ValidationError(
            _("A picture of type %(type)s cannot be shown. Choose a JPEG, PNG or WebP.") % {"type": kind}
        )
    if not (SIDES[0] <= width <= SIDES[1] and SIDES[0] <= height <= SIDES[1]) or width * height > MAX_PIXELS:
        raise ValidationError(
            _("The picture measures %(width)s × %(height)s pixels. Each side must be %(least)s to %(most)s pixels.")
            % {"width": width, "height": height, "least": SIDES[0], "most": SIDES[1]}
        )


def save_picture(picture: Picture) -> Picture:
    """Store an upload and hand it to the worker. Until that is done the public sees the drawn cover."""
    from expo.tasks import prepare_picture  # the task calls back into this module

    with transaction.atomic():
        if picture.upload and not picture.upload._committed:
            check_upload(picture.upload.file)
            picture.state = Picture.State.WAITING
        picture.save()
        if picture.state == Picture.State.WAITING:
            transaction.on_commit(lambda: prepare_picture.enqueue(picture.pk))
    return picture


def prepare(picture: Picture) -> Picture:
    """Write the sizes as WebP without metadata, and drop the upload. A file that cannot be read becomes `failed`.

    A picture deleted, or given another file, meanwhile is left as it is."""
    from PIL import Image, ImageOps

    upload, made = picture.upload.name, {"state": Picture.State.FAILED}
    try:
        with picture.upload.open("rb") as file:
            image = _on_white(ImageOps.exif_transpose(Image.open(file)))
    except (OSError, ValueError, SyntaxError):
        pass
    else:
        made = _write_sizes(image)
    with transaction.atomic():
        row = Picture.objects.select_for_update().filter(pk=picture.pk, upload=upload).first()
        if row is None:
            _discard("", made.get("folder", ""))
            return picture
        if made["state"] == Picture.State.READY:
            transaction.on_commit(partial(_discard, upload, row.folder))
        for name, value in made.items():
            setattr(row, name, value)
        row.save(update_fields=[*made, "updated_at"])
    return row


def _on_white(image: Any) -> Any:
    """The image in RGB, what is transparent in white."""
    from PIL import Image

    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image)
    return white


def _write_sizes(image: Any) -> dict[str, Any]:
    """Store the image in every width that fits into a new folder; returns the fields of a picture that is ready."""
    folder = f"pictures/{secrets.token_hex(8)}"
    widths = [width for width in WIDTHS if width < image.width] + ([image.width] if image.width <= WIDTHS[-1] else [])
    for width in widths:
        default_storage.save(f"{folder}/{width}.webp", ContentFile(_webp(image, width)))
    return {
        "state": Picture.State.READY,
        "upload": f"{folder}/{widths[-1]}.webp",
        "folder": folder,
        "widths": widths,
        "width": image.width,
        "height": image.height,
    }


def _webp(image: Any, width: int) -> bytes:
    out = io.BytesIO()
    height = max(1, round(image.height * width / image.width))
    image.resize((width, height)).save(out, "WEBP", quality=82, method=4)
    return out.getvalue()


def forget_files(sender: type[Picture], instance: Picture, **kwargs: Any) -> None:
    """A deleted picture takes its files along, once the deletion is certain."""
    transaction.on_commit(lambda: _discard(instance.upload.name, instance.folder))


def _discard(upload: str, folder: str) -> None:
    """Delete an upload and a folder of sizes, whichever is named."""
    if upload:
        default_storage.delete(upload)
    if folder and default_storage.exists(folder):
        for name in default_storage.listdir(folder)[1]:
            default_storage.delete(f"{folder}/{name}")
        default_storage.delete(folder)


def attach_pictures(records: list[Any]) -> None:
    """Give each record its first ready picture as `picture`, one query a kind. An exhibitor has its organization's."""
    subjects: dict[type[models.Model], dict[int, list[Any]]] = {}
    for record in records:
        subject = record.organization if isinstance(record, Exhibitor) else record
        subjects.setdefault(type(subject), {}).setdefault(subject.pk, []).append(record)
        record.picture = None
    for model, by_pk in subjects.items():
        found = Picture.objects.ready().of_kind(model).filter(object_id__in=by_pk)
        for picture in found.order_by("-position", "-pk"):
            for record in by_pk[picture.object_id]:
                record.picture = picture


def srcset(picture: Picture) -> str:
    """The picture's sizes for an `img`."""
    return ", ".join(f"{default_storage.url(f'{picture.folder}/{width}.webp')} {width}w" for width in picture.widths)
