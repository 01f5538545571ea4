"""Pictures beside a record: checked at the field, saved by the domain."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.contenttypes.admin import GenericStackedInline
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from expo.models import Picture
from expo.pictures import SIDES, check_upload, save_picture


class PictureForm(forms.ModelForm):
    class Meta:
        model = Picture
        fields = ("upload", "alt_en", "alt_zh", "position")
        widgets = {"upload": forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = settings.PICTURE_MAX_BYTES // 1048576
        words = _("JPEG, PNG or WebP, at most %(most)d MB, each side %(least)d to %(largest)d pixels.")
        self.fields["upload"].help_text = words % {"most": most, "least": SIDES[0], "largest": SIDES[1]}

    def clean_upload(self) -> Any:
        file = self.cleaned_data.get("upload")
        if isinstance(file, UploadedFile):
            check_upload(file)
        return file

    def save(self, commit: bool = True) -> Picture:
        picture = super().save(commit=False)
        return save_picture(picture) if commit else picture


class PictureInline(GenericStackedInline):
    model = Picture
    form = PictureForm
    extra = 0
    fields = ("preview", "upload", "alt_en", "alt_zh", "position")
    readonly_fields = ("preview",)

    @admin.display(description=_("as shown"))
    def preview(self, picture: Picture) -> Any:
        if picture.pk is None:
            return _("After saving it is resized; until then a drawn cover stands in.")
        if picture.state != Picture.State.READY or not picture.widths:
            return picture.get_state_display()
        url = default_storage.url(f"{picture.folder}/{picture.widths[0]}.webp")
        return format_html('<img class="preview" src="{}" alt="{}" loading="lazy">', url, picture.alt or "")
