"""The house rules, proved from the source: which way imports point, how long things are, what templates may hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("expo", "matchmaking")
WIRING = {"expo/settings.py", "expo/urls.py"}

# Lower floors first. A module may import its own floor and those below it.
FLOORS = (
    {"errors", "environment", "identifiers", "mail_hosts", "covers", "formats", "equity"},
    {"models", "registry", "search"},
    {"domain"},
    {"filters", "forms", "templatetags", "listings", "panels", "waiting", "access", "context", "structured", "jobs"},
    {"views", "admin", "api", "management", "middleware", "feeds", "open_data"},
    {"urls", "settings", "apps", "wsgi", "asgi", "web"},
)
ROOMS = {room for floor in FLOORS for room in floor}


def sources() -> list[Path]:
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [path for path in files if "migrations" not in path.parts]


def room_of(dotted: str) -> str:
    """`expo.models.venue` is in `models`; a module beside the rooms is `domain`."""
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in ROOMS else "domain"


def floor_of(room: str) -> int:
    return next(i for i, floor in enumerate(FLOORS) if room in floor)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every import of our own packages, at any depth, except those for types only."""
    tree = ast.parse(path.read_text())
    for_types = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    mine = floor_of(room_of(dotted(path)))
    upward = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for line, name in imports(path)
        if name.split(".")[0] in PACKAGES and floor_of(room_of(name)) > mine
    ]
    assert upward == []


def test_expo_never_knows_matchmaking() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for path in sources()
        if path.relative_to(ROOT).parts[0] == "expo" and str(path.relative_to(ROOT)) not in WIRING
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"^\s*(from|import)\s+matchmaking|[\"']matchmaking[.:]", line)
    ]
    assert found == []


def test_only_two_packages_hold_code() -> None:
    tops = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    allowed = {
        "expo",
        "matchmaking",
        "templates",
        "fixtures",
        "tests",
        "requirements",
        "docs",
        "deploy",
        "var",
        "staticfiles",
    }
    assert tops <= allowed | {"__pycache__"}


def test_no_module_is_a_grab_bag() -> None:
    names = {path.stem for path in sources()}
    assert names.isdisjoint({"services", "service_layer", "utils", "helpers", "common", "misc", "manager", "managers"})


def test_modules_and_functions_stay_readable() -> None:
    long = []
    for path in sources():
        text = path.read_text()
        if text.count("\n") > 400:
            long.append(f"{path.relative_to(ROOT)} has {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > 50:
                long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert long == []


def test_views_are_thin_functions() -> None:
    """A public view is a function of about 25 lines with the door in front of it."""
    wrong = []
    for path in (ROOT / "expo" / "views").glob("*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg == "request":
                doors = [ast.unparse(decorator) for decorator in node.decorator_list]
                is_view = node.returns is not None and ast.unparse(node.returns).endswith("HttpResponse")
                if is_view and node.name not in ("shown",) and "door" not in doors:
                    wrong.append(f"{path.name}:{node.lineno} {node.name} has no door")
                if (node.end_lineno or 0) - node.lineno > 25:
                    wrong.append(f"{path.name}:{node.lineno} {node.name} is longer than 25 lines")
    assert wrong == []


TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_no_inline_script_or_style(path: Path) -> None:
    found = re.findall(
        r"<style|\sstyle=|<script(?![^>]*\bsrc=)(?![^>]*application/)|\son[a-z]+=|\shx-on|javascript:", path.read_text()
    )
    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_inherit_at_most_twice(path: Path) -> None:
    depth, text = 0, path.read_text()
    while match := re.search(r"{%\s*extends\s+[\"']([^\"']+)[\"']", text):
        depth += 1
        parent = ROOT / "templates" / match[1]
        text = parent.read_text() if parent.exists() and parent != path else ""
    assert depth <= 2


def test_nothing_is_left_open() -> None:
    files = [*sources(), *TEMPLATES, *(ROOT / "expo" / "static" / "expo").glob("*.*s")]
    marks = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    assert [str(path.relative_to(ROOT)) for path in files if marks.search(path.read_text(errors="ignore"))] == []
