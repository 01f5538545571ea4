"""What every page shows around its matter: edition, navigation, languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from expo import registry
from expo.cards import card_of_noun
from expo.models import Edition

NATIVE_NAMES = {"en": "English", "zh-hans": "中文"}
LOCALES = {"en": "en_US", "zh-hans": "zh_CN"}  # as the Open Graph writes them


@dataclass(frozen=True)
class Link:
    label: Any
    url: str
    is_current: bool = False
    code: str = ""
    absolute_url: str = ""
    locale: str = ""


def fair(request: HttpRequest) -> dict[str, Any]:
    """Context of every page. The edition is asked for once a request, and only where a template shows it."""
    path = request.path_info
    return {
        "edition": SimpleLazyObject(lambda: edition_of(request)),
        "navigation": [
            Link(row.title, url, path.startswith(url))
            for row, url in ((row, reverse(row.url_name)) for row in registry.menu())
        ],
        "languages": languages(request),
        "canonical_url": settings.SITE_URL + path,
        "robots": "noindex" if getattr(request, "noindex", False) else "",
        "site_url": settings.SITE_URL,
        "card": card_of_noun(),
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
                LOCALES[code],
            )
        )
    return links
