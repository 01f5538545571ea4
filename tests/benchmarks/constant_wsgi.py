"""The application with one more address, `/constant`; with FORGET_MEANING=1 every text is asked for the first time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

settings.ROOT_URLCONF = "tests.benchmarks.with_constant"

from expo import wsgi  # noqa: E402
from expo.search import embedder  # noqa: E402


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if os.environ.get("FORGET_MEANING") == "1":
        embedder._vector_of.cache_clear()
    response: Iterable[bytes] = wsgi.application(environ, start_response)
    return response
