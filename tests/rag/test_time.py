"""One grammar of time: the same words mean the same years to a question, a report and a claim."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.periods import find_periods, name_years
from index.structure.dating import Calendar
from index.types import Period, PeriodKind
from rag.answers.refusal import uncovered_period
from rag.evidence.evidence import Evidence
from rag.question.scope import find_missing_times, read_scope
from rag.question.understanding import read_query
from rag.types import ReasonCode
from rag.verification.claims.claim import read_claim
from tests.rag.reports import TEXT, make_report

REPORT = make_report()
YEAR = REPORT.document.meta.year
ELSEWHERE = Period("某年", PeriodKind.DONE)
COUNTS = st.sampled_from(["两", "三", "四", "五", "3"])
FOUR = st.integers(YEAR - 8, YEAR + 8)
TIMES = st.one_of(
    FOUR.map("{}年".format),
    FOUR.map(lambda year: f"{year % 100}年"),
    FOUR.map(lambda year: "".join("〇一二三四五六七八九"[int(digit)] for digit in f"{year}") + "年"),
    st.sampled_from(["去年", "今年", "明年", "前年", "大前年", "后年", "一年来", "过去一年"]),
    COUNTS.map("近{}年".format),
    COUNTS.map("过去{}年".format),
    COUNTS.map("{}年来".format),
    COUNTS.map("今后{}年".format),
    st.tuples(FOUR, st.integers(1, 6)).map(lambda span: f"{span[0]}—{span[0] + span[1]}年"),
    st.sampled_from(["“十五五”时期", "“十六五”期间", "“十五五”这五年", "去年上半年", "今年一季度"]),
)


@given(TIMES)
def test_the_same_words_get_the_same_years_everywhere(time: str) -> None:
    asked = read_scope(f"{time}全区完成投资多少亿元?", REPORT.document).periods
    assert len(asked) == 1
    dated = Calendar(YEAR).of_sentence(f"{time}，全区完成投资5亿元。", ELSEWHERE)
    claim = read_claim(f"{time}全区完成投资5亿元。", REPORT.document, TEXT)
    assert dated.label == name_years(*asked[0].years)
    assert [mention.years for mention in claim.mentions] == [asked[0].years]
    assert [mention.label for mention in claim.mentions] == [asked[0].label]


@given(TIMES)
def test_a_time_is_not_found_again_in_what_is_left_without_it(time: str) -> None:
    (mention,) = find_periods(time, YEAR)
    assert mention.span.start == 0


@pytest.mark.parametrize(
    ("question", "time", "words", "named"),
    [
        ("2030年上半年改造老旧小区多少个?", "2030年上半年", "改造老旧小区12个", "上半年改造老旧小区12个"),
        (
            "近年来新建和改造市政道路多少条?",
            "近年来",
            "新建和改造市政道路31条",
            "近年来新建和改造市政道路31条",
        ),
    ],
)
def test_a_time_that_no_passage_names_is_refused_in_its_own_words(
    yunxi, question, time, words, named
) -> None:
    query = read_query(question, REPORT)
    (context,) = yunxi.contexts.values()
    reason = uncovered_period(query, Evidence(query, context))
    assert reason is not None
    assert (reason.code, reason.text) == (ReasonCode.OTHER_PERIOD, f"报告没有给出{time}的这项内容。")
    other = make_report(TEXT.replace(words, named))
    assert find_missing_times(read_query(question, other).scope, other) == ()
