"""What is said to readers: every sentence in both languages, with the same things filled in."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from rag.errors import ModelFault
from rag.messages import Messages, messages_for
from rag.pipeline import read_language
from rag.question.intent import Wanted
from rag.question.smalltalk import reply_to_smalltalk
from rag.rewording.notices import Left
from rag.types import Kind, Language, Question, ReasonCode, Turn
from rag.verification.claims import Fault
from tests.rag.asking import ask

_HOLE = re.compile(r"\{(\w+)\}")
CHINESE, ENGLISH = (messages_for(language) for language in Language)


@pytest.mark.parametrize("name", [field.name for field in fields(Messages)])
def test_a_sentence_has_the_same_holes_in_both_languages(name):
    chinese, english = getattr(CHINESE, name), getattr(ENGLISH, name)
    if isinstance(chinese, str):
        assert set(_HOLE.findall(chinese)) == set(_HOLE.findall(english))
        assert not re.search("[一-鿿]", english)
    else:
        assert chinese.keys() == english.keys()


@pytest.mark.parametrize(
    ("name", "values"),
    [("wanted", Wanted), ("model_faults", ModelFault), ("left_out_because", [*Fault, *Left])],
)
def test_whatever_can_be_wanted_or_wrong_has_words(name, values):
    assert set(getattr(CHINESE, name)) == set(map(str, values))


@pytest.mark.parametrize(
    ("text", "earlier", "language"),
    [
        ("社会消费品零售总额是多少？", (), Language.CHINESE),
        ("What was the total of retail sales?", (), Language.ENGLISH),
        ("GDP", (), Language.CHINESE),
        ("GDP", ("What was done for schools?",), Language.ENGLISH),
        ("more", ("What was done for schools?", "more"), Language.ENGLISH),
        ("more", ("学校呢？",), Language.CHINESE),
    ],
)
def test_the_language_is_that_of_the_question_or_of_the_last_message_that_tells(text, earlier, language):
    history = tuple(Turn("user", one) for one in earlier)
    assert read_language(Question(text, history)) is language


def test_a_greeting_is_answered_in_its_language():
    assert reply_to_smalltalk("hello", Language.ENGLISH) == ENGLISH.greeting
    assert reply_to_smalltalk("你好") == CHINESE.greeting


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("What was the retail sales of consumer goods in 2035?", ReasonCode.OTHER_PERIOD),
        ("How many airports were built?", ReasonCode.NOT_MENTIONED),
    ],
)
def test_an_english_asker_is_refused_in_english(yunxi, question, code):
    answer = ask(yunxi, question)
    assert answer.reason is not None
    assert answer.reason.code is code
    assert answer.reason.text.startswith("The report does not ")
    assert answer.reason.text == answer.answer


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("2030年社会消费品零售总额是多少?", Kind.FACT),
        ("什么是三条底线?", Kind.DEFINITION),
        ("报告分为哪几大部分?", Kind.OUTLINE),
        ("2031年卫生厕所普及率的目标比2030年高多少个百分点?", Kind.COMPARISON),
        ("这份报告是谁作的?", Kind.DELIVERY),
        ("你好", Kind.SMALLTALK),
        ("2035年社会消费品零售总额是多少?", Kind.FACT),
    ],
)
def test_every_answer_says_of_what_kind_it_is(yunxi, question, kind):
    assert ask(yunxi, question).kind is kind
