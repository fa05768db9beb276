"""Terms of the glossary, and single items that a definition explains one by one."""

import pytest

from rag.answers.definition import define
from tests.rag.reports import TEXT
from tests.rag.test_points import make_context

ITEMS = "3.东进、西联:指全区对外开放的格局。东进,就是融入东海岸。西联,就是联合西部各县。\n"


@pytest.fixture
def context():
    return make_context(TEXT + "\n" + ITEMS)


def test_a_term_is_explained_whole(context):
    draft = define("什么是东进、西联?", context)
    assert [statement.words for statement in draft.statements] == [
        "指全区对外开放的格局",
        "东进,就是融入东海岸",
        "西联,就是联合西部各县",
    ]


def test_one_item_of_a_term_is_explained_alone(context):
    draft = define("“西联”是什么意思?", context)
    assert [statement.words for statement in draft.statements] == ["西联,就是联合西部各县"]


def test_what_the_glossary_does_not_name_is_not_defined(context):
    assert define("什么是南拓?", context) is None
