"""A wrong setting stops the start with a sentence that says what to set."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from expo import environment

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {"DEBUG": "0", "SECRET_KEY": "k" * 25 + "0123456789" * 3, "SITE_URL": "https://expo.example.org"}
READ = "from django.conf import settings; settings.DEBUG"


def start(*words: str, var: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python with nothing of our environment but what is given."""
    kept = {
        name: os.environ[name] for name in ("PATH", "COVERAGE_PROCESS_START", "COVERAGE_FILE") if name in os.environ
    }
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**kept, "DJANGO_SETTINGS_MODULE": "expo.settings", "VAR_DIR": str(var), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DEBUG": "maybe"}, "DEBUG is “maybe”. Set it to 1 or 0."),
        ({"SECRET_KEY": ""}, "Set SECRET_KEY in the environment."),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short."),
        ({"SECRET_KEY": "only-for-development-" + "x" * 40}, "SECRET_KEY is too short."),
        ({"SITE_URL": ""}, "Set SITE_URL in the environment."),
        ({"SITE_URL": "expo.example.org"}, "SITE_URL is “expo.example.org”. Set it like https://expo.example.org."),
        ({"DATABASE_URL": "nonsense://x"}, "DATABASE_URL"),
        ({"DATABASE_URL": "mysql://u:p@localhost/expo"}, "Set it to sqlite:///… or postgres://…."),
        (
            {"DATABASE_URL": "postgres://localhost/expo", "DATABASE_POOL": "0"},
            "DATABASE_POOL is 0. Set it to 1 or more.",
        ),
        ({"PICTURE_MAX_MB": "ten"}, "PICTURE_MAX_MB is “ten”. Set it to a whole number."),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL is “LOUD”. Set it to one of: DEBUG, INFO, WARNING, ERROR."),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is “xml”. Set it to one of: plain, json."),
        ({"HSTS_SECONDS": "-1"}, "HSTS_SECONDS is -1. Set it to 0 or more."),
        ({"MAIL_URL": "mail.example.org"}, "MAIL_URL cannot be read."),
        ({"MAIL_URL": "smtp://mail.example.org:port"}, "MAIL_URL cannot be read."),
        ({"MAIL_URL": "smtp://user:p/w@mail.example.org"}, "MAIL_URL cannot be read."),
        ({"BEHIND_PROXY": "nginx"}, "BEHIND_PROXY is “nginx”. Set it to 1 or 0."),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_sentence(
    environment: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    result = start("-c", READ, var=tmp_path, **{**PRODUCTION, **environment})
    assert result.returncode != 0
    assert sentence in result.stderr.strip().splitlines()[-1]


def test_production_passes_every_deployment_check(tmp_path: Path) -> None:
    result = start("manage.py", "check", "--deploy", "--fail-level", "WARNING", var=tmp_path, **PRODUCTION)
    assert result.returncode == 0, result.stderr


def test_a_command_with_a_wrong_setting_fails_too(tmp_path: Path) -> None:
    result = start("manage.py", "check", var=tmp_path, **{**PRODUCTION, "SITE_URL": "ftp://x"})
    assert result.returncode != 0
    assert "SITE_URL is “ftp://x”" in result.stderr


def test_development_needs_nothing_set(tmp_path: Path) -> None:
    assert start("-c", READ, var=tmp_path, DEBUG="1").returncode == 0


def test_every_setting_that_is_read_is_documented() -> None:
    code = (ROOT / "expo" / "settings.py").read_text()
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code))
    documented = set(re.findall(r"^\| `([A-Z_]+)` ", (ROOT / "docs" / "configuration.md").read_text(), re.MULTILINE))
    assert names == documented


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("smtp://localhost", ("localhost", 25, "", "", False, False)),
        ("smtp+tls://li%40x.org:p%2Fw@mail.example.org", ("mail.example.org", 587, "li@x.org", "p/w", True, False)),
        ("smtps://li:word@mail.example.org:2465", ("mail.example.org", 2465, "li", "word", False, True)),
    ],
)  # fmt: skip
def test_a_mail_server_is_one_address(url: str, found: tuple[object, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_URL", url)
    read = environment.mail_server("MAIL_URL", "file:")
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    assert tuple(read[f"EMAIL_{name}"] for name in names) == found
