"""Prepares and starts the project for the Makefile: `setup.py install semantic|all`, `setup.py demo PORT`.

Only the standard library, and words that an old Python can still read, so that it can say it is too old.
"""

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
CONTAINS = {"semantic": ("semantic", "all"), "all": ("all",)}


def check_python():
    if sys.version_info < (3, 11):
        sys.exit(
            "This needs Python 3.11 or newer; %s is Python %d.%d. Install a newer one and say: make PYTHON=python3.11"
            % ((sys.executable,) + sys.version_info[:2])
        )


def say(title, started, note=""):
    print("%-28s %5.1f s  %s" % (title, time.monotonic() - started, note), flush=True)


def fingerprint(name):
    """Changes with the lock file and with the Python that the environment was made by."""
    with open(os.path.join(ROOT, "requirements", name + ".txt"), "rb") as lock:
        return hashlib.sha256(lock.read() + sys.version.encode()).hexdigest()


def stamps():
    try:
        with open(STAMP) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def installed(name):
    if not os.path.exists(PYTHON):
        return False
    known = stamps()
    return any(known.get(other) == fingerprint(other) for other in CONTAINS[name])


def make_environment():
    """An environment without a working Python (moved, or of another version that is gone) is made anew."""
    if os.path.exists(PYTHON) and subprocess.call([PYTHON, "-c", ""]) == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.call([sys.executable, "-m", "venv", VENV]):
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit("Python's venv is missing. On Debian or Ubuntu: apt install python3-venv")


def find_uv():
    """uv from the PATH or the environment, else put into the environment."""
    own = os.path.join(VENV, "bin", "uv")
    found = shutil.which("uv") or (own if os.path.exists(own) else None)
    if not found:
        run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"], "uv could not be installed.")
        found = own
    return found


def run(command, sentence, **options):
    if subprocess.call(command, cwd=ROOT, **options):
        sys.exit(sentence)


def install(name):
    started = time.monotonic()
    if installed(name):
        say("Packages (%s)" % name, started, "installed already")
        return
    make_environment()
    lock = os.path.join("requirements", name + ".txt")
    command = [find_uv(), "pip", "install", "--quiet", "--compile-bytecode", "--python", PYTHON, "--require-hashes", "-r", lock]
    run(command, "The packages of %s could not be installed; the lines above say why." % lock)
    known = stamps()
    known[name] = fingerprint(name)
    with open(STAMP, "w") as file:
        json.dump(known, file)
    say("Packages (%s)" % name, started, "installed from " + lock)


def demo(port):
    install("semantic")
    os.environ.setdefault("SITE_URL", "http://localhost:" + port)
    for title, words in (("Database", ("migrate", "--verbosity", "0")), ("Demo data", ("load_demo",))):
        started = time.monotonic()
        run([PYTHON, "manage.py", *words], "“manage.py %s” failed; the lines above say why." % words[0])
        say(title, started)
    os.chdir(ROOT)
    os.execv(PYTHON, [PYTHON, "manage.py", "serve", "--port", port])


if __name__ == "__main__":
    check_python()
    {"install": install, "demo": demo}[sys.argv[1]](sys.argv[2])
