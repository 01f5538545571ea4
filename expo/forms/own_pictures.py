"""Uploading a picture, and its words. Type and size are said before, and checked at the field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from expo.pictures import SIDES, check_upload

ALT_HELP = _("For those who cannot see it: what it shows, in one sentence.")
LONGEST = 200


class AltForm(forms.Form):
    alt_en = forms.CharField(label=_("What it shows (English)"), max_length=LONGEST, required=False)
    alt_zh = forms.CharField(label=_("What it shows (Chinese)"), max_length=LONGEST, required=False)

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if not self.errors and not (self.cleaned_data["alt_en"] or self.cleaned_data["alt_zh"]):
            self.add_error("alt_en", _("Say in one language at least what it shows."))
        return data


class UploadForm(AltForm):
    upload = forms.FileField(
        label=_("Picture"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"required": _("Choose a picture first.")},
    )
    field_order = ("upload", "alt_en", "alt_zh")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("JPEG, PNG or WebP, at most %(most)d MB, each side %(least)d to %(largest)d pixels.")
        most = settings.PICTURE_MAX_BYTES // 1048576
        self.fields["upload"].help_text = words % {"most": most, "least": SIDES[0], "largest": SIDES[1]}
        self.fields["alt_en"].help_text = ALT_HELP

    def clean_upload(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["upload"]
        check_upload(file)
        return file


class WordsForm(AltForm):
    position = forms.IntegerField(label=_("Place"), min_value=0, max_value=99, help_text=_("Small numbers come first."))
