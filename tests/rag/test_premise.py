"""What a question takes for granted, against a made-up report."""

import pytest

from rag.types import ReasonCode, Status
from tests.rag.asking import ask


@pytest.mark.parametrize(
    ("question", "denied_by"),
    [
        ("“十五五”期间居民人均可支配收入为什么减少了?", "居民人均可支配收入由3.1万元增加到4.4万元"),
        ("“十五五”期间地区生产总值为什么下滑?", "地区生产总值年均增长5.2%"),
        ("2030年外贸进出口为什么增长?", "外贸进出口下降3.5%"),
        ("为什么要取消星河光伏二期项目?", "推进星河光伏二期、远山物流中心等项目建设"),
        ("云溪科技是哪一年上市的?", "完成云溪科技上市"),
    ],
)
def test_a_false_premise_is_refused_with_the_words_that_deny_it(yunxi, question, denied_by):
    given = ask(yunxi, question)
    assert (given.status, given.reason.code) == (Status.NOT_FOUND, ReasonCode.FALSE_PREMISE)
    assert given.closest[0].quote == denied_by


@pytest.mark.parametrize(
    "question",
    [
        "2030年外贸进出口下降多少?",  # borne out
        "2031年外贸进出口增长多少?",  # how any rate is asked for
        "2030年社会消费品零售总额下降了吗?",  # asks whether
    ],
)
def test_what_is_not_denied_or_not_claimed_is_no_false_premise(yunxi, question):
    given = ask(yunxi, question)
    assert given.reason is None or given.reason.code is not ReasonCode.FALSE_PREMISE
