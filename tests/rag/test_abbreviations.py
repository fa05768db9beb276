"""Short forms written out."""

import pytest

from rag.question.abbreviations import write_out

TEXT = "地区生产总值增长5%,社会消费品零售总额88亿元,规模以上工业增加值增长4%,外贸下降3%。"


@pytest.mark.parametrize(
    ("question", "full"),
    [
        ("gdp增长多少?", "地区生产总值增长多少?"),
        ("社零是多少?", "社会消费品零售总额是多少?"),
        ("规上工业增速?", "规模以上工业增速?"),
        ("外贸下降多少?", "外贸下降多少?"),  # the report writes it so itself
        ("固投增长多少?", "固投增长多少?"),  # the report has neither form
    ],
)
def test_a_short_form_is_written_as_the_report_writes_it(question, full):
    assert write_out(question, TEXT) == full


def test_everyday_words_are_put_as_the_report_puts_them():
    assert write_out("拿到哪些荣誉?", "获得多项殊荣。") == "拿到哪些殊荣?"
    assert write_out("拿到哪些荣誉?", "获得多项荣誉。") == "拿到哪些荣誉?"
