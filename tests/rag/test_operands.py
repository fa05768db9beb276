"""What is set against what: each operand of shown arithmetic is the one that the question names."""

from __future__ import annotations

import pytest

from rag.service import ReportService
from rag.types import Status
from tests.rag.asking import ask
from tests.rag.reports import make_report, serve_report

TEXT = """青山市云溪区2031年政府工作报告

各位代表：

现在，我代表区人民政府向大会报告工作，请予审议。

一、2030年工作回顾

（一）经济运行。2030年税收收入完成18．4亿元，2029年税收收入完成17．6亿元。工业用气量增长-2.4%，居民用气量增长3.1%。
水产品产量下降4.5%，茶叶产量增长1.2%。服务业投资增长百分之七点二。果品产量达到三万两千吨。民营企业贡献了六成以上的就业。

（二）社会事业。托育托位1460个，较上年净增220个。敬老院38所，比上年减少2所。
新建图书室14个，新建足球场6个。招聘护士95名，招聘医生40名。疏通沟渠27条。
拨付奖补资金3.4 亿元。引进种苗2 350 万株。

二、2031年重点工作

托育托位达到1700个。疏通沟渠9条。服务业投资增长8%左右。
"""


@pytest.fixture(scope="module")
def asked(service: ReportService) -> ReportService:
    return serve_report(make_report(TEXT), service)


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("2030年税收收入比2029年多多少？", "18.4亿元 − 17.6亿元 = 0.8亿元"),
        ("居民用气量增速比工业用气量高多少个百分点？", "3.1% − (−2.4%) = 5.5个百分点"),
        ("茶叶产量增速比水产品产量增速高几个百分点？", "1.2% − (−4.5%) = 5.7个百分点"),
        ("新建的图书室比足球场多几个？", "14个 − 6个 = 8个"),
        ("护士比医生多招了多少名？", "95名 − 40名 = 55名"),
        ("今年计划疏通的沟渠比去年少几条？", "27条 − 9条 = 18条"),
        ("今年沟渠计划比去年少疏通多少条？", "27条 − 9条 = 18条"),
        ("2030年税收收入比上一年增加多少亿元？", "18.4亿元 − 17.6亿元 = 0.8亿元"),
    ],
)
def test_a_difference_is_that_of_the_two_things_named(asked, question, shown):
    assert shown in ask(asked, question).answer


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("疏通沟渠多少条？", "疏通沟渠27条"),  # no word of plans: the result
        ("托育托位有多少个，服务业投资增长多少？", "托育托位1460个"),
        ("足球场和图书室新建了多少？", "新建图书室14个，新建足球场6个"),
    ],
)
def test_of_a_result_and_a_plan_and_of_two_things_each_is_told(asked, question, told):
    assert told in ask(asked, question).answer


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("托育托位比上年多多少个？", "较上年净增220个"),
        ("托育托位同比多了几个？", "较上年净增220个"),
        ("敬老院比上年减少多少所？", "比上年减少2所"),
    ],
)
def test_a_difference_that_the_report_states_is_quoted_and_not_computed(asked, question, told):
    answer = ask(asked, question).answer
    assert told in answer
    assert "=" not in answer


@pytest.mark.parametrize(
    "question",
    [
        "疏通沟渠2030年比2029年多多少条？",
        "服务业投资增速比用电量增速高几个百分点？",
        "敬老院比托育托位多多少？",
    ],
)
def test_different_things_and_what_is_not_told_are_never_subtracted(asked, question):
    answer = ask(asked, question)
    assert answer.status is not Status.ANSWERED or "=" not in answer.answer


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("2030年服务业投资增长多少？", "百分之七点二"),
        ("果品产量是多少？", "三万两千吨"),
        ("就业里民营企业占几成？", "六成以上"),
        ("拨付奖补资金多少？", "3.4 亿元"),
        ("引进种苗多少株？", "2 350 万株"),
        ("2030年税收收入是多少？", "18．4亿元"),
    ],
)
def test_a_figure_answers_in_whatever_form_it_is_written(asked, question, told):
    assert told in ask(asked, question).answer
