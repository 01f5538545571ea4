"""Fairs of any size for the benchmarks: a folder each below var/bench, made when it is missing, kept and used again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCH = Path(os.environ.get("BENCH_DIR", ROOT / "var" / "bench"))
SEED = 1


def production(rows: int, **settings: str) -> dict[str, str]:
    """The environment of a fair that is open to the public, but for https."""
    return {
        **os.environ, "DEBUG": "0", "SECRET_KEY": "only-to-measure-" + "x" * 40, "SITE_URL": "http://localhost",
        "VAR_DIR": str(BENCH / str(rows)), "STATIC_ROOT": str(BENCH / "static"), "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "expo.settings", "PYTHONPATH": str(ROOT), **settings,
    }  # fmt: skip


def manage(rows: int, *words: str, **settings: str) -> None:
    print(f"  {rows:,}: {' '.join(words)}", file=sys.stderr, flush=True)
    command = [sys.executable, "manage.py", *words]
    subprocess.run(command, cwd=ROOT, env=production(rows, **settings), check=True, stdout=subprocess.DEVNULL)


def fair(rows: int, *, semantic: bool = False) -> None:
    """The demo and `rows` innovations, with an index that this code reads; with the vectors of all titles if wanted."""
    folder = BENCH / str(rows)
    manage(rows, "migrate", "--verbosity", "0", "--skip-checks")  # the demo keeps its passwords
    if not (folder / "generated").exists():
        manage(rows, "load_demo")
        manage(rows, "generate", "--innovations", str(rows), "--seed", str(SEED), "--yes")
        (folder / "generated").touch()
    manage(rows, "collectstatic", "--noinput", "--verbosity", "0")
    if not is_index_of_this_code(rows):
        manage(rows, "rebuild_index")
    if semantic:
        manage(rows, "work", "--once")


def is_index_of_this_code(rows: int) -> bool:
    """Whether there is an index of this version, made after the last change of what makes it."""
    pointer = BENCH / str(rows) / "index" / "current"
    makers = [
        ROOT / "expo" / "search" / f"{name}.py" for name in ("schema", "documents", "analyzer", "index", "orders")
    ]
    changed = max(path.stat().st_mtime for path in makers if path.exists())
    return pointer.exists() and pointer.stat().st_mtime > changed and is_of_this_version(rows)


def is_of_this_version(rows: int) -> bool:
    program = "import django; django.setup(); from expo.search import generation; print(bool(generation.state()))"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=production(rows), check=True, capture_output=True, text=True
    )
    return run.stdout.strip() == "True"
