"""Indicators: the name, the value and the period of every figure, at its exact place."""

from __future__ import annotations

from decimal import Decimal

import pytest

from index.language.periods import read_label
from index.types import PeriodKind
from rag.indicators import find_indicators, find_series
from rag.indicators.clauses import SentenceReader
from tests.rag.reports import make_report

CLAUSES = [
    # how much there is
    ("社会消费品零售总额实现194亿元", [("社会消费品零售总额", "194亿元")]),
    ("全区森林覆盖率达到18.8%", [("森林覆盖率", "18.8%")]),
    ("城镇登记失业率控制在4.5%以内", [("城镇登记失业率", "4.5%以内")]),
    ("引进科技人才近7000人", [("引进科技人才", "近7000人")]),
    ("新增公办幼儿园学位不少于1200个", [("新增公办幼儿园学位", "不少于1200个")]),
    ("企业开办时间压缩至1.5个工作日", [("企业开办时间", "1.5个工作日")]),
    # growth is told apart
    ("地区生产总值年均增长4.3%", [("地区生产总值", "年均增长4.3%")]),
    ("化肥农药使用量下降2%", [("化肥农药使用量", "下降2%")]),
    ("带动固定资产投资增长20%", [("固定资产投资", "增长20%")]),
    ("人口自然增长率控制在7‰以下", [("人口自然增长率", "7‰以下")]),
    ("生产总值8730.6亿元、增长6.9%", [("生产总值", "8730.6亿元"), ("生产总值", "增长6.9%")]),
    # an action stands behind its object, empty verbs are left out
    ("综合改造老旧小区145个", [("老旧小区综合改造", "145个")]),
    ("完成老旧小区改造82个", [("老旧小区改造", "82个")]),
    ("全年实现城镇新增就业9000人以上", [("城镇新增就业", "9000人以上")]),
    # where things were is not where they are
    ("城镇居民人均可支配收入由4.1万元增加到5.4万元", [("城镇居民人均可支配收入", "5.4万元")]),
    # a figure inside its name
    ("完成28个村燃煤散烧综合治理", [("村燃煤散烧综合治理", "28个")]),
    ("60%的服务事项实现“一窗受理”", [("服务事项实现“一窗受理”", "60%")]),
    ("全年累计投入15.6亿元改善民生", [("改善民生投入", "15.6亿元")]),
    ("1733户3618名贫困人口稳定脱贫", [("贫困人口稳定脱贫", "1733户"), ("贫困人口稳定脱贫", "3618名")]),
    ("全年实施5000万元以上投资项目50个", [("实施5000万元以上投资项目", "50个")]),
    (
        "金桥园201家企业完成交易额47.4亿元",
        [("金桥园企业", "201家"), ("金桥园企业完成交易额", "47.4亿元")],
    ),
    # lists
    (
        "新建社区服务中心5个、养老服务中心26个",
        [("新建社区服务中心", "5个"), ("新建养老服务中心", "26个")],
    ),
    ("开工增资扩产项目609个、竣工279个", [("开工增资扩产项目", "609个"), ("增资扩产项目竣工", "279个")]),
    (
        "公办和普惠性幼儿园在园幼儿占比分别达到50%、80%",
        [("公办幼儿园在园幼儿占比", "50%"), ("普惠性幼儿园在园幼儿占比", "80%")],
    ),
    (
        "港口集装箱、机场旅客和货邮吞吐量分别达到130万标箱、1169万人次、10.6万吨",
        [
            ("港口集装箱吞吐量", "130万标箱"),
            ("机场旅客吞吐量", "1169万人次"),
            ("货邮吞吐量", "10.6万吨"),
        ],
    ),
    (
        "城乡居民人均可支配收入分别增长6.3%、8.2%",
        [("城镇居民人均可支配收入", "增长6.3%"), ("农村居民人均可支配收入", "增长8.2%")],
    ),
]
SILENT = [
    "2021年2月7日",
    "构建“15分钟文化圈”",
    "700公斤级超大尺寸蓝宝石晶体创世界新纪录",
    "分别高于国家、自治区8.2和10.3个百分点",
    "庆祝建党100周年",
    "第1批项目",
    "充分发挥22家重点实验室作用",
    "完成年度目标的224%",
    "力争消除村集体收入5万元以下的村",
    "经济总量、财政收入、固定资产投资分别达到3亿元、4亿元",  # whose are they?
]


def read(*clauses: str) -> list[tuple[str, str]]:
    reader = SentenceReader()
    return [
        (statement.name, statement.change + statement.amount.text)
        for clause in clauses
        for statement in reader.read_clause(clause)
    ]


@pytest.mark.parametrize(("clause", "stated"), CLAUSES)
def test_a_clause_gives_name_and_value_as_a_reader_would_say_them(clause, stated):
    assert read(clause) == stated


@pytest.mark.parametrize("clause", SILENT)
def test_dates_ranks_names_comparisons_and_what_is_not_plain_are_no_indicators(clause):
    assert read(clause) == []


def test_a_clause_without_a_subject_has_that_of_the_clause_before():
    assert read("一般公共预算收入622.7亿元", "增长8.5%")[-1] == ("一般公共预算收入", "增长8.5%")
    assert read("交办信访案件390件", "办结315件")[-1] == ("交办信访案件办结", "315件")
    assert read("新增市场主体7113户", "达到47050户")[-1] == ("市场主体", "47050户")
    assert read("公园绿地面积增加3.45公顷", "人均达到12.28平方米")[-1] == ("人均公园绿地面积", "12.28平方米")


def test_a_list_that_begins_with_its_mark_has_no_name_before_it():
    # layout may have cut away what stood there
    assert read("和农村居民人均可支配收入分别增长6.3%、8.2%") == [("农村居民人均可支配收入", "增长8.2%")]
    assert "" not in [name for name, _ in read("、货邮吞吐量分别达到1169万人次、10.6万吨")]


def test_a_subject_is_not_inherited_across_other_matter():
    assert read("一般公共预算收入622.7亿元", "产业结构不断优化", "增长8.5%") == [
        ("一般公共预算收入", "622.7亿元")
    ]


@pytest.fixture(scope="module")
def made_up():
    return make_report()


def test_every_indicator_stands_at_its_offsets(made_up):
    text = made_up.document.text
    indicators = find_indicators(made_up)
    assert indicators
    for indicator in indicators:
        assert indicator.figure.of(text) == indicator.value
        assert indicator.span.contains(indicator.figure)
        assert not set(indicator.span.of(text)) & set("。\n")
        assert any(passage.span.contains(indicator.span) for passage in made_up.structure.passages)
        assert indicator.section


def test_numbers_apply_magnitudes_and_are_negative_for_a_decline(made_up):
    numbers = {one.name: one.number for one in find_indicators(made_up) if one.period.label == "2030年"}
    assert numbers["社会消费品零售总额"] == 8_800_000_000
    assert numbers["外贸进出口"] == Decimal("-3.5")


def test_indicators_come_from_statements_of_results_and_plans_alone(made_up):
    assert {one.period.kind for one in find_indicators(made_up)} == {PeriodKind.DONE, PeriodKind.PLANNED}


def test_one_indicator_over_periods_is_one_series_in_time_order(made_up):
    series = {one.name: one for one in find_series(find_indicators(made_up))}
    assert [(row.period.label, str(row.period.kind), row.value) for row in series["老旧小区改造"].rows] == [
        ("“十五五”时期", "done", "60个"),
        ("2030年", "done", "12个"),
        ("2031年", "planned", "25个"),
    ]
    assert [row.change for row in series["地区生产总值"].rows] == ["年均增长", "增长"]


def test_an_amount_and_its_growth_are_different_series(made_up):
    for one in find_series(find_indicators(made_up)):
        assert len({bool(row.change) for row in one.rows}) == 1
        assert len({row.period for row in one.rows}) == len(one.rows) > 1


@pytest.mark.parametrize(
    ("label", "years"),
    [("“十三五”时期", (2016, 2020)), ("2020年", (2020, 2020)), ("2017—2021年", (2017, 2021)), ("", None)],
)
def test_the_years_of_a_period(label, years):
    assert read_label(label) == years


def test_the_bundled_report_tells_total_result_and_target_apart(service):
    indicators = find_indicators(service.documents["saihan-2021"])
    rows = next(one for one in find_series(indicators) if one.name == "老旧小区改造").rows
    assert [(row.value, row.period.label, str(row.period.kind)) for row in rows] == [
        ("145个", "“十三五”时期", "done"),
        ("20个", "2020年", "done"),
        ("82个", "2021年", "planned"),
    ]
    assert len(indicators) >= 150


def test_rest_lists_indicators_and_series_with_exact_quotes(client):
    text = client.get("/api/documents/saihan-2021/text").text
    body = client.get("/api/documents/saihan-2021/indicators").json()
    assert set(body) == {"indicators", "series"}
    for row in body["indicators"]:
        assert text[row["start"] : row["end"]] == row["quote"]
        assert text[row["figure"]["start"] : row["figure"]["end"]] == row["figure"]["text"]
        assert row["value"] == row["change"] + row["figure"]["text"]
    for series in body["series"]:
        rows = [body["indicators"][place] for place in series["rows"]]
        assert {row["unit"] for row in rows} == {series["unit"]}


def test_rest_refuses_an_unknown_document(client):
    response = client.get("/api/documents/nowhere/indicators")
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")
