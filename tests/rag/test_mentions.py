"""How often a report names something: counted by its text."""

import pytest

from rag.evidence.mentions import find_mentions
from tests.rag.reports import make_report

REPORT = """一、2030年工作回顾
(一)教育事业稳步发展。新建幼儿园5个,教育投入15个亿元。GDP增长5%,ＡＩ产业起步,AIDS防治加强。
(二)办好人民满意的教育。教 育公平得到保障。
"""


@pytest.mark.parametrize(
    ("word", "count"),
    [("教育", 4), ("5个", 1), ("AI", 1), ("gdp", 1), ("教育投入", 1), ("民办敎育", 0)],
)
def test_a_word_is_counted_in_body_and_headings_whatever_its_width_and_spacing(word, count):
    report = make_report(REPORT)
    assert len(find_mentions(word, report)) == count


def test_each_mention_lies_in_its_passage_and_says_the_word():
    report = make_report(REPORT)
    for mention in find_mentions("教育", report):
        assert mention.passage.span.contains(mention.span)
        assert "".join(mention.span.of(report.document.text).split()) == "教育"
