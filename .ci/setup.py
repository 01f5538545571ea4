"""Prepares and starts the project for the Makefile: `setup.py install semantic|all`, `setup.py demo PORT`.

Only the standard library, and words that an older Python can read too, so that it can say it is too old.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "installed.json")
CONTAINED_IN = {"semantic": ("semantic", "all"), "all": ("all",)}


def check_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036
        found = ".".join(map(str, sys.version_info[:2]))
        sys.exit(f"This needs Python 3.11 or newer; {sys.executable} is {found}. Name another: make PYTHON=python3.11")


def say(title: str, started: float, note: str = "") -> None:
    print(f"{title:<20} {time.monotonic() - started:5.1f} s  {note}", flush=True)


def run(command: list[str], sentence: str) -> None:
    if subprocess.call(command, cwd=ROOT):
        sys.exit(sentence)


def fingerprint(name: str) -> str:
    """Changes with the lock file and with the Python that the environment was made by."""
    with open(os.path.join(ROOT, "requirements", f"{name}.txt"), "rb") as lock:
        return hashlib.sha256(lock.read() + sys.version.encode()).hexdigest()


def stamps() -> dict[str, str]:
    """The fingerprint of each lock file as it was when it was installed."""
    try:
        with open(STAMP) as file:
            return dict(json.load(file))
    except (OSError, ValueError):
        return {}


def is_installed(name: str) -> bool:
    known = stamps()
    return os.path.exists(PYTHON) and any(known.get(lock) == fingerprint(lock) for lock in CONTAINED_IN[name])


def make_environment() -> None:
    """An environment without a working Python (moved, or of a version that is gone) is made anew."""
    if os.path.exists(PYTHON) and subprocess.call([PYTHON, "-c", ""]) == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.call([sys.executable, "-m", "venv", VENV]):
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit("Python's venv is missing. On Debian or Ubuntu: apt install python3-venv")


def find_uv() -> str:
    """uv from the PATH or the environment, else put into the environment."""
    own = os.path.join(VENV, "bin", "uv")
    found = shutil.which("uv") or (own if os.path.exists(own) else "")
    if not found:
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"]
        run(pip, "uv could not be installed; the lines above say why.")
    return found or own


def install(name: str) -> None:
    started = time.monotonic()
    title = f"Packages ({name})"
    if is_installed(name):
        say(title, started, "installed already")
        return
    make_environment()
    lock = f"requirements/{name}.txt"
    options = ["--quiet", "--compile-bytecode", "--python", PYTHON, "--require-hashes", "-r", lock]
    run([find_uv(), "pip", "install", *options], f"{lock} could not be installed; the lines above say why.")
    known = {**stamps(), name: fingerprint(name)}
    with open(STAMP, "w") as file:
        json.dump(known, file)
    say(title, started, f"installed from {lock}")


def demo(port: str) -> None:
    install("semantic")
    os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
    for title, words in (("Database", ["migrate", "--verbosity", "0"]), ("Demo data", ["load_demo"])):
        started = time.monotonic()
        run([PYTHON, "manage.py", *words], f"“manage.py {words[0]}” failed; the lines above say why.")
        say(title, started)
    os.chdir(ROOT)
    os.execv(PYTHON, [PYTHON, "manage.py", "serve", "--port", port])


if __name__ == "__main__":
    check_python()
    {"install": install, "demo": demo}[sys.argv[1]](sys.argv[2])
