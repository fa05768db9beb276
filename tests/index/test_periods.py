"""Every time that a text names is read, or said not to be certain; what only looks like a time is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.periods import (
    Unresolved,
    Why,
    find_periods,
    find_times,
    name_years,
    read_label,
    remove_times,
    resolve_anaphora,
)

YEAR = 2021


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        ("2020年社会消费品零售总额", ["2020年"]),
        ("2020社零多少", ["2020年"]),
        ("2020人均收入", ["2020年"]),
        ("二〇一九年", ["2019年"]),
        ("二零二零年末", ["2020年"]),
        ("二O二O年", ["2020年"]),
        ("19年招商签约的资金", ["2019年"]),
        ("’21年电商卖了多少", ["2021年"]),
        ("20年一年替企业减负", ["2020年"]),
        ("去年", ["2020年"]),
        ("今年", ["2021年"]),
        ("明年", ["2022年"]),
        ("后年", ["2023年"]),
        ("前年", ["2019年"]),
        ("大前年", ["2018年"]),
        ("上上年", ["2019年"]),
        ("年底前", ["2021年"]),
        ("2020年年底", ["2020年"]),
        ("2021年年内", ["2021年"]),
        ("近三年", ["2018—2020年"]),
        ("过去两年", ["2019—2020年"]),
        ("三年来", ["2018—2020年"]),
        ("五年来", ["“十三五”时期"]),
        ("这五年", ["“十三五”时期"]),
        ("上个五年", ["“十三五”时期"]),
        ("今后五年", ["“十四五”时期"]),
        ("下一个五年", ["“十四五”时期"]),
        ("未来三年", ["2021—2023年"]),
        ("20年来", ["2001—2020年"]),
        ("连续两年", ["2019—2020年"]),
        ("2016—2020年", ["“十三五”时期"]),
        ("2016-2020", ["“十三五”时期"]),
        ("2016年至2020年", ["“十三五”时期"]),
        ("从2016到2020年", ["“十三五”时期"]),
        ("2016-17年", ["2016—2017年"]),
        ("2018年以来", ["2018—2020年"]),
        ("十三五这五年", ["“十三五”时期"]),
        ("第十四个五年规划", ["“十四五”时期"]),
        ("“十四五”开局之年", ["2021年"]),
        ("“十四五”第二年", ["2022年"]),
        ("开局之年", ["2021年"]),
        ("收官之年", ["2020年"]),
        ("到2025年", ["2025年"]),
        ("截至2020年底", ["2020年"]),
        ("2020年上半年", ["2020年上半年"]),
        ("去年第一季度", ["2020年一季度"]),
        ("今年前3季度", ["2021年前三季度"]),
        ("2020年1至11月份", ["2020年1—11月"]),
        ("2020年前11个月", ["2020年1—11月"]),
        ("去年十二月", ["2020年12月"]),
        ("2020年12月5日", ["2020年12月5日"]),
        ("2019、2020年", ["2019年", "2020年"]),
        ("前一年招了多少人", ["2020年"]),
        ("2021年招商,给这一年起了什么名", ["2021年"]),
        ("2030年比前年多多少", ["2030年", "2019年"]),
    ],
)
def test_a_time_is_named_by_its_years(words: str, labels: list[str]) -> None:
    assert [time.label for time in find_times(words, YEAR)] == labels
    assert all(not isinstance(time, Unresolved) for time in find_times(words, YEAR))


@pytest.mark.parametrize(
    ("words", "label", "why"),
    [
        ("一季度来了多少人", "一季度", Why.NO_YEAR),
        ("上半年增长多少", "上半年", Why.NO_YEAR),
        ("第3季度", "三季度", Why.NO_YEAR),
        ("3月份", "3月", Why.NO_YEAR),
        ("近年来", "近年来", Why.NO_NUMBER),
        ("过去几年", "过去几年", Why.NO_NUMBER),
        ("前三年", "前三年", Why.NO_START),
        ("20年前", "20年前", Why.NO_START),
        ("上世纪九十年代", "上世纪九十年代", Why.NO_START),
        ("本届政府", "本届政府", Why.TERM),
    ],
)
def test_a_time_of_uncertain_years_is_a_value_of_its_own(words: str, label: str, why: Why) -> None:
    assert [(time.label, time.why) for time in find_times(words, YEAR) if isinstance(time, Unresolved)] == [
        (label, why)
    ]
    assert find_periods(words, YEAR) == []


@pytest.mark.parametrize(
    "words",
    [
        *("“八五”普法", "第几个五年普法规划", "两个一百年", "百年大计", "全面建成小康社会", "五年规划"),
        *("三年行动计划", "三年级", "用了20年", "20年一遇", "承包期延长30年", "新增2000户", "投资2020万元"),
        *(
            "目前年产",
            "今后年均",
            "60岁以上年龄",
            "比上年增长",
            "每年",
            "全年",
            "年末常住人口",
            "第四届旅发大会",
        ),
        *("接近三年", "6个月", "有多少条路"),
    ],
)
def test_what_only_looks_like_a_time_is_none(words: str) -> None:
    assert find_times(words, YEAR) == ()


@given(first=st.integers(1971, 2060), length=st.integers(0, 9), year=st.integers(1990, 2060))
def test_the_name_of_years_is_read_as_these_years(first: int, length: int, year: int) -> None:
    label = name_years(first, first + length)
    assert read_label(label) == (first, first + length)
    assert [time.years for time in find_periods(label, year)] == [(first, first + length)]


@given(
    st.text(
        alphabet="从到近过去上下前后今明这那届政府半第一二三十五〇零年来月季度间20169’“”—-、，的个底",
        max_size=60,
    )
)
def test_times_of_any_text_stand_apart_in_order(text: str) -> None:
    times = find_times(text, YEAR)
    edges = [edge for time in times for edge in (time.span.start, time.span.end)]
    assert edges == sorted(edges)
    assert len(remove_times(text, times)) == len(text) - sum(len(time.span) for time in times)


def test_years_that_count_from_another_are_named_from_it() -> None:
    (anchor,) = find_periods("2020年", YEAR)
    assert resolve_anaphora("次年、前一年和当年", anchor) == "2021年、2019年和2020年"
