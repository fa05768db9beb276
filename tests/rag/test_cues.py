"""By which words a question shows what it asks for: every example of every cue."""

import pytest

from index.language.text import normalise_question
from rag.question.cues import load_cues
from rag.question.mention_wish import asks_mention
from rag.question.overview_wish import asks_overview
from rag.question.yes_no import asks_whether
from tests.rag.reports import make_report

META = make_report().document.meta
ASKS = {
    "overview": lambda question: asks_overview(question, META),
    "mention": asks_mention,
    "whether": asks_whether,
}


@pytest.mark.parametrize(
    ("cue", "example"),
    [(cue, one) for name in ASKS for cue in load_cues(name).cues for one in cue.yes],
    ids=lambda value: getattr(value, "id", value),
)
def test_a_cue_fits_its_examples(cue, example):
    assert cue.pattern.search(example)


@pytest.mark.parametrize(
    ("cue", "example"),
    [(cue, one) for name in ASKS for cue in load_cues(name).cues for one in cue.no],
    ids=lambda value: getattr(value, "id", value),
)
def test_a_cue_does_not_fit_its_counterexamples(cue, example):
    assert not cue.pattern.search(example)


@pytest.mark.parametrize(("name", "question"), [(name, one) for name in ASKS for one in load_cues(name).asks])
def test_a_question_of_this_kind_is_recognised(name, question):
    assert ASKS[name](normalise_question(question))


@pytest.mark.parametrize(
    ("name", "question"), [(name, one) for name in ASKS for one in load_cues(name).asks_not]
)
def test_a_question_of_another_kind_is_left_alone(name, question):
    assert not ASKS[name](normalise_question(question))
