"""Errors and findings speak one language of codes, and the package needs nothing but Python."""

from __future__ import annotations

import ast
import pickle
import re
import sys
from pathlib import Path

from matchmaking import equity
from matchmaking.equity import SENTENCES, EquityError

SOURCES = sorted(Path(equity.__file__).parent.glob("*.py"))


def test_error_is_a_readable_sentence_and_can_be_told_by_its_code() -> None:
    error = EquityError("part_above_whole", part=2_000, whole=1_000)
    assert str(error) == "2,000 is more than the whole, 1,000."
    assert (error.code, error.values) == ("part_above_whole", {"part": 2_000, "whole": 1_000})
    assert isinstance(error, ValueError)


def test_error_survives_the_way_to_another_process() -> None:
    error = pickle.loads(pickle.dumps(EquityError("no_holders", extra=1)))  # noqa: S301
    assert (str(error), error.values) == ("There is nobody to share among.", {"extra": 1})


def test_every_code_that_is_used_has_a_sentence_and_every_sentence_is_used() -> None:
    text = "".join(path.read_text() for path in SOURCES if path.name != "errors.py")
    used = set(re.findall(r'(?:EquityError|Finding|_error)\(\s*"(\w+)"', text))
    assert used == set(SENTENCES)


def test_arithmetic_knows_no_floats_and_nothing_outside_python() -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), path
            assert not (isinstance(node, ast.Name) and node.id == "float"), path
            assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)), path
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.startswith("matchmaking.equity.") or name.split(".")[0] in sys.stdlib_module_names, path
