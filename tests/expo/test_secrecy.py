"""What is classified is refused at the first door."""

from __future__ import annotations

import pytest

from expo.errors import DomainError
from expo.secrecy import Answer, refuse_classified


def test_only_a_plain_no_lets_in() -> None:
    refuse_classified(Answer.NO)
    refuse_classified("no")


@pytest.mark.parametrize(("answer", "words"), [("yes", "Nothing was stored"), ("", "Say first"), ("NO", "Say first")])
def test_every_other_answer_is_refused_in_words_at_the_question(answer: str, words: str) -> None:
    with pytest.raises(DomainError, match=words) as refusal:
        refuse_classified(answer)
    assert refusal.value.field == "classified"
