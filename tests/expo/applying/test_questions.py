"""Questions of an edition: asked under their conditions, answered by their kind, and never written over unseen."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from expo.errors import DomainError
from expo.exhibiting import applying, questions
from expo.models import Answer, Question, QuestionKind, User
from expo.samples import remove_samples
from tests.factories import make_application, make_edition, make_organization, make_question

pytestmark = pytest.mark.django_db

GOOD = [
    ("line", "One", ""),
    ("text", "Two\nlines", ""),
    ("number", 2.5, ""),
    ("yes_no", False, ""),
    ("one_of", "big", "big|大\nsmall|小"),
    ("some_of", ["big", "small"], "big|大\nsmall|小"),
    ("day", "2025-09-25", ""),
    ("link", "https://example.org/a", ""),
]
BAD = [
    ("line", "x" * 301, ""),
    ("line", 5, ""),
    ("number", "many", ""),
    ("number", True, ""),
    ("number", 10**15, ""),
    ("yes_no", "yes", ""),
    ("one_of", "huge", "big\nsmall"),
    ("some_of", ["big", "huge"], "big\nsmall"),
    ("some_of", "big", "big\nsmall"),
    ("day", "tomorrow", ""),
    ("link", "javascript:alert(1)", ""),
]


@pytest.mark.parametrize(("kind", "value", "choices"), GOOD)
def test_an_answer_of_its_kind_is_kept_and_read_back(kind: str, value: Any, choices: str) -> None:
    exhibitor, question = make_application(), make_question(kind=kind, choices=choices)
    applying.save_answers(exhibitor, values={question.pk: value})
    assert questions.answers_of(exhibitor) == {question.pk: value}
    assert questions.told(exhibitor)[0].text


@pytest.mark.parametrize(("kind", "value", "choices"), BAD)
def test_an_answer_of_another_kind_is_refused(kind: str, value: Any, choices: str) -> None:
    exhibitor, question = make_application(), make_question(kind=kind, choices=choices)
    with pytest.raises(DomainError):
        applying.save_answers(exhibitor, values={question.pk: value})
    assert not Answer.objects.exists()


def test_choices_are_read_in_the_language_of_the_reader() -> None:
    exhibitor, question = make_application(), make_question(kind=QuestionKind.SOME_OF, choices="big|大\nsmall|小")
    applying.save_answers(exhibitor, values={question.pk: ["big", "small"]})
    assert questions.told(exhibitor)[0].text == "big, small"
    with translation.override("zh-hans"):
        assert questions.told(exhibitor)[0].text.startswith("大")


def test_an_emptied_answer_is_gone() -> None:
    exhibitor, question = make_application(), make_question()
    applying.save_answers(exhibitor, values={question.pk: "One"})
    applying.save_answers(exhibitor, values={question.pk: ""})
    assert not Answer.objects.exists()


def test_questions_of_another_edition_are_not_answered() -> None:
    exhibitor, foreign = make_application(), make_question(edition=make_edition(number=12))
    hidden = make_question(is_active=False)
    for question in (foreign, hidden):
        with pytest.raises(DomainError, match="not asked in this edition"):
            applying.save_answers(exhibitor, values={question.pk: "One"})


def test_a_question_is_asked_only_where_its_condition_holds(visitor: User) -> None:
    power = make_question(kind=QuestionKind.YES_NO, label_en="Power?", is_required=True)
    volts = make_question(label_en="How many volts?", is_required=True, asked_if=power, asked_if_value="Yes")
    exhibitor = make_application()
    assert questions.lacking(exhibitor) == [power]
    applying.save_answers(exhibitor, values={power.pk: True, volts.pk: "380"})
    assert questions.lacking(exhibitor) == []
    applying.save_answers(exhibitor, values={power.pk: False})
    assert questions.answers_of(exhibitor)[volts.pk] == "380"  # kept while it is a draft
    applying.hand_in(exhibitor, by=visitor)
    assert questions.answers_of(exhibitor) == {power.pk: False}


def test_a_condition_may_name_one_of_several_answers() -> None:
    needs = make_question(kind=QuestionKind.SOME_OF, choices="water\npower")
    volts = make_question(asked_if=needs, asked_if_value="power")
    assert not questions.holds(volts, {needs.pk: ["water"]})
    assert questions.holds(volts, {needs.pk: ["water", "power"]})
    needs.is_active = False
    assert not questions.holds(volts, {needs.pk: ["power"]})


def test_answers_stay_when_a_question_is_switched_off() -> None:
    exhibitor, question = make_application(), make_question(label_en="Old")
    applying.save_answers(exhibitor, values={question.pk: "One"})
    question.is_active = False
    question.save()
    assert [(row.label, row.text, row.is_asked) for row in questions.told(exhibitor)] == [("Old", "One", False)]


# ------------------------------------------------------------------ two at once
def test_two_people_who_answer_different_questions_lose_nothing() -> None:
    exhibitor, one, two = make_application(), make_question(), make_question()
    applying.save_answers(exhibitor, values={one.pk: "A", two.pk: None}, seen={})
    applying.save_answers(exhibitor, values={one.pk: None, two.pk: "B"}, seen={})
    assert questions.answers_of(exhibitor) == {one.pk: "A", two.pk: "B"}


def test_the_second_to_answer_the_same_question_is_told() -> None:
    exhibitor, question, other = make_application(), make_question(label_en="How heavy?"), make_question()
    applying.save_answers(exhibitor, values={question.pk: "1 t"}, seen={})
    with pytest.raises(questions.AnswersChanged, match="How heavy"):
        applying.save_answers(exhibitor, values={question.pk: "2 t", other.pk: "x"}, seen={})
    assert questions.answers_of(exhibitor) == {question.pk: "1 t"}
    applying.save_answers(exhibitor, values={question.pk: "2 t"}, seen={question.pk: "1 t"})
    assert questions.answers_of(exhibitor) == {question.pk: "2 t"}


# ------------------------------------------------------------------ written by organizers
def test_a_condition_must_name_an_answer_that_can_be_given() -> None:
    size = make_question(kind=QuestionKind.ONE_OF, choices="big\nsmall")
    follow = make_question(asked_if=size, asked_if_value="huge")
    with pytest.raises(ValidationError, match="no answer"):
        follow.full_clean()
    follow.asked_if_value = "big"
    follow.full_clean()
    follow.asked_if = make_question(kind=QuestionKind.YES_NO)
    with pytest.raises(ValidationError, match="no answer"):
        follow.full_clean()


# ------------------------------------------------------------------ samples
def test_questions_go_with_the_samples_that_alone_answered_them() -> None:
    house = make_organization(origin="sample")
    sample = make_application(organization=house, origin="sample", zone_wish=None)
    only, follow, both, never = make_question(), make_question(), make_question(), make_question()
    follow.asked_if, follow.asked_if_value = only, "One"
    follow.save()
    for question in (only, follow, both):
        applying.save_answers(sample, values={question.pk: "One"})
    applying.save_answers(make_application(), values={both.pk: "Two"})
    remove_samples()
    assert set(Question.objects.all()) == {both, never}
