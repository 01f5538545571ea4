"""Pages that strangers share: kept whole under the generation of the index, and never sent twice to one browser.

A stranger is whoever sends neither session nor message. What is kept holds nothing personal and no token of a form.
The key is the generation, the minute (some pages tell what is on now), the address with its language, and its query.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import get_language_from_path

from expo.search.memory import memory_of, stamp

View = Callable[..., HttpResponse]
MOST_PAGES = 200  # of one process, about 60 KB each
VARY = ["Cookie", "HX-Request"]  # of every answer at such an address: a cache on the way must not mix them up
LONGEST_QUERY = 300  # characters; longer ones are nobody else's
READING = ("GET", "HEAD")


def shared(view: View) -> View:
    """Say that what the view answers to a stranger may be kept for all of them."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.is_shared = True  # type: ignore[attr-defined]
        patch_vary_headers(response, VARY)
        return response

    return marked


class KeptPagesMiddleware:
    """Keeps the answers of `shared` views, and tells a browser that has one that nothing changed.

    It comes first: what it keeps is finished, with the headers of all others, which need not look at a request again
    that is answered from here. So the key holds whatever of a stranger's request they look at.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = key_of(request)
        if key is None:
            return self.get_response(request)
        etag = f'W/"{hashlib.sha256(repr(key).encode()).hexdigest()[:24]}"'
        if etag in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", "")):
            return HttpResponseNotModified(headers=freshness(etag) | {"Vary": ", ".join(VARY)})
        pages = memory_of(key[0]).setdefault("pages", {})
        if (page := pages.get(key)) is None:
            response = self.get_response(request)
            if response.status_code != 200 or response.cookies or not getattr(response, "is_shared", False):
                return response
            if len(pages) >= MOST_PAGES:
                pages.pop(list(pages)[0], None)  # noqa: RUF015  the list is made at once, an iterator may be overtaken
            page = pages[key] = (response.content, dict(response.headers) | freshness(etag))
        content, headers = page
        return HttpResponse(content, headers=headers)


def freshness(etag: str) -> dict[str, str]:
    return {"ETag": etag, "Cache-Control": "no-cache"}


def key_of(request: HttpRequest) -> tuple[Any, ...] | None:
    """What a kept page is known by; None for a page that is not kept."""
    query = request.META.get("QUERY_STRING", "")
    if request.method not in READING or len(query) > LONGEST_QUERY or not get_language_from_path(request.path_info):
        return None
    cookies = request.COOKIES.keys() & {settings.SESSION_COOKIE_NAME, "messages"}
    now = stamp()
    if not settings.KEEP_PAGES or now is None or cookies:
        return None
    minute = int(timezone.now().timestamp() // 60)
    place = request.META.get("HTTP_HOST"), request.scheme, request.path
    parts = request.META.get("HTTP_HX_REQUEST"), request.META.get("HTTP_HX_HISTORY_RESTORE_REQUEST")
    return now, code_version(), minute, place, normalized(request), parts


def is_in_place(request: HttpRequest) -> bool:
    """Whether htmx asks for the part of the page that changes, and not for the page that Back leads to."""
    return bool(request.htmx) and not request.htmx.history_restore_request  # type: ignore[attr-defined]


def normalized(request: HttpRequest) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The query without empty parameters, in one order, however it was typed."""
    pairs = ((name, tuple(filter(None, map(str.strip, values)))) for name, values in request.GET.lists())
    return tuple(sorted((name, values) for name, values in pairs if values))


@cache
def code_version() -> str:
    """Changes with every deploy: what shows a page is as much part of it as what it shows."""
    rooms = [settings.BASE_DIR / name for name in ("expo", "matchmaking", "templates")]
    files = (path for room in rooms for path in Path(room).rglob("*") if path.suffix in (".py", ".html", ".mo"))
    return hashlib.sha256(repr(sorted((str(p), p.stat().st_mtime_ns) for p in files)).encode()).hexdigest()[:12]
