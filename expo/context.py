"""What every page shows around its matter: edition, navigation, languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from expo.models import Edition

NAVIGATION = (
    ("exhibitor-list", _("Exhibitors")),
    ("innovation-list", _("Innovations")),
    ("product-list", _("Sales zone")),
    ("session-list", _("Programme")),
    ("hall-list", _("Floor plan")),
    ("figure-list", _("Figures")),
    ("announcement-list", _("News")),
)
NATIVE_NAMES = {"en": "English", "zh-hans": "中文"}


@dataclass(frozen=True)
class Link:
    label: Any
    url: str
    is_current: bool = False
    code: str = ""
    absolute_url: str = ""


def fair(request: HttpRequest) -> dict[str, Any]:
    """Context of every page. The edition is asked for once a request, and only where a template shows it."""
    path = request.path_info
    return {
        "edition": SimpleLazyObject(lambda: edition_of(request)),
        "navigation": [
            Link(label, url, path.startswith(url))
            for label, url in ((label, reverse(name)) for name, label in NAVIGATION)
        ],
        "languages": languages(request),
        "canonical_url": settings.SITE_URL + path,
        "robots": "noindex" if getattr(request, "noindex", False) else "",
        "site_url": settings.SITE_URL,
    }


def edition_of(request: HttpRequest) -> Edition | None:
    if not hasattr(request, "_edition"):
        request._edition = Edition.objects.current()  # type: ignore[attr-defined]
    return request._edition  # type: ignore[attr-defined]


def languages(request: HttpRequest) -> list[Link]:
    """This page in every language; the query stays."""
    full = request.get_full_path()
    links = []
    for code, _name in settings.LANGUAGES:
        url = translate_url(full, code)
        links.append(
            Link(
                NATIVE_NAMES[code],
                url,
                code == get_language(),
                code,
                settings.SITE_URL + translate_url(request.path, code),
            )
        )
    return links
