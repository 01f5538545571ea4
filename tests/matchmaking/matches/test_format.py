"""Sentences of a match as the pages show them."""

from __future__ import annotations

import pytest

from matchmaking.matching.words import Reason
from matchmaking.templatetags.matches import marked


@pytest.mark.parametrize(
    ("part", "words", "shown"),
    [
        ("maturity", "You ask for TRL 6; they offer 7.", "You ask for TRL 6; they offer <strong>7</strong>."),
        (
            "requirements",
            "coercivity: you ask for at least 1,900 kA/m (20 °C); they state at least 1,910 kA/m (20 °C; air).",
            "Coercivity: you ask for at least 1,900 kA/m (20\N{NO-BREAK SPACE}°C); they state at least"
            " <strong>1,910</strong> kA/m (20\N{NO-BREAK SPACE}°C; air).",
        ),
        (
            "requirements",
            "cost: you ask for at least 10 % less; they state 15 to 20 % less.",
            "Cost: you ask for at least 10\N{NO-BREAK SPACE}% less; they state"
            " <strong>15 to 20\N{NO-BREAK SPACE}%</strong> less.",
        ),
        ("budget", "您的预算为 ¥300；对方的价格为 ¥200。", "您的预算为 ¥300；对方的价格为 <strong>¥200</strong>。"),
        ("deadline", "You need it by 30 June 2027; it is ready on 5 May 2027.", None),
        ("maturity", "They state no TRL. You ask for 6 or more.", None),
    ],
)  # fmt: skip
def test_figures_that_answer_are_bold(part: str, words: str, shown: str | None) -> None:
    assert marked(Reason(part, words)) == (shown or words)


def test_what_others_wrote_stays_text() -> None:
    assert "&lt;b&gt;" in marked(Reason("requirements", "<b>: you ask for 1; they state 2."))
