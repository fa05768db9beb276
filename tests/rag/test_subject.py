"""A question names its thing, or leaves it to the conversation: every entry of the lexicon shows which."""

from __future__ import annotations

import pytest

from index.language.lexicon import bundled, load_entries
from rag.question.subject import FILE, names_subject

YEAR = 2031


@pytest.mark.parametrize("entry", load_entries(bundled(FILE), ["words"]), ids=lambda entry: entry["id"])
def test_attributes_alone_name_nothing(entry):
    assert [question for question in entry["yes"] if names_subject(question, YEAR)] == []
    assert [question for question in entry["no"] if not names_subject(question, YEAR)] == []
