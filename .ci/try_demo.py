"""`make demo` in a fresh clone: it serves both languages in time, a second start is quick, and both end together."""

from __future__ import annotations

import sys

from trying import expect, fetch, free_port, running

COLD_SECONDS = 90
WARM_SECONDS = 5
NOISE = 2  # a busy machine may take twice as long before we call it broken


def try_start(clone: str, name: str, limit: int) -> None:
    port = free_port()
    with running(["make", "demo", f"PORT={port}"], port, clone, COLD_SECONDS * NOISE) as seconds:
        print(f"{name} start: {seconds:.1f} s")
        for language in ("en", "zh-hans"):
            status, text = fetch(f"http://localhost:{port}/{language}/")
            fits = status == 200 and f'lang="{language}' in text.lower()
            expect(f"/{language}/ answers in its language", fits, status)
    expect(f"{name} start within {limit * NOISE} s", seconds <= limit * NOISE)


if __name__ == "__main__":
    try_start(sys.argv[1], "cold", COLD_SECONDS)
    try_start(sys.argv[1], "warm", WARM_SECONDS)
