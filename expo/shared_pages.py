"""Pages that strangers share: kept whole under the generation of the index, and never sent twice to one browser.

A stranger is whoever sends neither session nor message. What is kept holds nothing personal and no token of a form.
The key is the generation, the minute (some pages tell what is on now), the language, the address and its query.
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
from django.utils.translation import get_language

from expo.search.memory import memory_of, stamp

View = Callable[..., HttpResponse]
MOST_PAGES = 200  # of one process, about 60 KB each
VARY = ["Cookie", "HX-Request"]  # of every answer at such an address: a cache on the way must not mix them up
LONGEST_QUERY = 300  # characters; longer ones are nobody else's


def shared(view: View) -> View:
    """Keep what the view answers to strangers, and tell a browser that has it that nothing changed."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = key_of(request)
        if key is None:
            response = view(request, *args, **kwargs)
            patch_vary_headers(response, VARY)
            return response
        etag = f'W/"{hashlib.sha256(repr(key).encode()).hexdigest()[:24]}"'
        if etag in parse_etags(request.headers.get("If-None-Match", "")):
            return finished(request, HttpResponseNotModified(), etag)
        pages = memory_of(key[0]).setdefault("pages", {})
        if (page := pages.get(key)) is None:
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            if len(pages) >= MOST_PAGES:
                pages.pop(list(pages)[0], None)  # noqa: RUF015  the list is made at once, an iterator may be overtaken
            page = pages[key] = (response.content, dict(response.headers), getattr(request, "noindex", False))
        content, headers, request.noindex = page  # type: ignore[attr-defined]
        return finished(request, HttpResponse(content, headers=headers), etag)

    return kept


def finished(request: HttpRequest, response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, VARY)
    return response


def key_of(request: HttpRequest) -> tuple[Any, ...] | None:
    """What a kept page is known by; None for a page that is not kept."""
    now = stamp()
    query = request.META.get("QUERY_STRING", "")
    cookies = request.COOKIES.keys() & {settings.SESSION_COOKIE_NAME, "messages"}
    if not settings.KEEP_PAGES or now is None or cookies or len(query) > LONGEST_QUERY:
        return None
    minute = int(timezone.now().timestamp() // 60)
    return now, code_version(), minute, get_language(), request.path, normalized(request), is_in_place(request)


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
