"""What every page shows around its matter: edition, navigation, languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import reverse, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_from_path

from expo import registry
from expo.cards import card_of_noun
from expo.models import Edition
from expo.workspace import my_menu, workspace_of

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
    """Context of every page. What a template does not show is not made."""
    return {
        "edition": SimpleLazyObject(lambda: edition_of(request)),
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "languages": SimpleLazyObject(lambda: languages(request)),
        "canonical_url": settings.SITE_URL + request.path_info,
        "robots": "noindex" if getattr(request, "noindex", False) else "",
        "site_url": settings.SITE_URL,
        "card": SimpleLazyObject(card_of_noun),
        "workspace": SimpleLazyObject(lambda: workspace_of(request)),
        "my_menu": SimpleLazyObject(lambda: my_menu(request)),
    }


def navigation(request: HttpRequest) -> list[Link]:
    path = request.path_info
    return [
        Link(row.title, url, path.startswith(url))
        for row, url in ((row, reverse(row.url_name)) for row in registry.menu())
    ]


def edition_of(request: HttpRequest) -> Edition | None:
    if not hasattr(request, "_edition"):
        request._edition = Edition.objects.current()  # type: ignore[attr-defined]
    return request._edition  # type: ignore[attr-defined]


def languages(request: HttpRequest) -> list[Link]:
    """This page in every language; the query stays."""
    full, here = request.get_full_path(), get_language()
    return [
        Link(
            NATIVE_NAMES[code],
            in_language(full, code),
            code == here,
            code,
            settings.SITE_URL + in_language(request.path, code),
            LOCALES[code],
        )
        for code, _name in settings.LANGUAGES
    ]


def in_language(address: str, code: str) -> str:
    """The same address in another language: only its beginning differs, or `lang` where none begins it."""
    here = f"/{get_language()}/"
    if address.startswith(here):
        return f"/{code}/{address.removeprefix(here)}"
    if get_language_from_path(address):
        return translate_url(address, code)
    path, _mark, query = address.partition("?")
    asked = QueryDict(query, mutable=True)
    asked["lang"] = code
    return f"{path}?{asked.urlencode()}"
