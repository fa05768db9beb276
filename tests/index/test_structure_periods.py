"""Times are reckoned from the year of the report, whatever that year is."""

from collections.abc import Callable

import pytest

from index.language.periods import name_years
from index.structure import parse_document
from index.structure.dating import NO_PERIOD, Calendar
from index.types import Document, Period, PeriodKind

REVIEW = Period("某年", PeriodKind.DONE)
PLAN = Period("某年", PeriodKind.PLANNED)


@pytest.mark.parametrize(
    ("years", "label"),
    [
        ((1996, 2000), "“九五”时期"),
        ((2001, 2005), "“十五”时期"),
        ((2011, 2015), "“十二五”时期"),
        ((2026, 2030), "“十五五”时期"),
        ((2046, 2050), "“十九五”时期"),
        ((2051, 2055), "“二十五”时期"),
        ((2017, 2021), "2017—2021年"),
        ((2020, 2020), "2020年"),
    ],
)
def test_years_are_named_as_a_reader_names_them(years: tuple[int, int], label: str) -> None:
    assert name_years(*years) == label


@pytest.mark.parametrize(
    ("year", "heading", "label", "kind"),
    [
        (2021, "一、“十三五”期间经济社会发展和2020年工作回顾", "“十三五”时期", PeriodKind.DONE),
        (2026, "一、2025年及“十四五”工作回顾", "2025年", PeriodKind.DONE),
        (2017, "一、过去五年工作回顾", "2012—2016年", PeriodKind.DONE),
        (2016, "一、过去五年工作回顾", "“十二五”时期", PeriodKind.DONE),
        (2022, "二、今后五年主要任务", "2022—2026年", PeriodKind.PLANNED),
        (2026, "二、“十五五”时期的总体思路和重点任务", "“十五五”时期", PeriodKind.PLANNED),
        (2023, "二、踔厉奋发2023年", "2023年", PeriodKind.PLANNED),
        (2023, "一、攻坚奋斗的2022年", "2022年", PeriodKind.DONE),
        (2024, "三、加强政府自身建设", "2024年", PeriodKind.PLANNED),
        (2024, "工作回顾", "2023年", PeriodKind.DONE),
    ],
)
def test_a_part_has_the_period_its_heading_names(
    year: int, heading: str, label: str, kind: PeriodKind
) -> None:
    assert Calendar(year).of_part(heading, 1) == Period(label, kind)


def test_a_heading_that_names_no_time_is_dated_by_its_place() -> None:
    assert Calendar(2025).of_part("一、勇毅前行", 0) == Period("2024年", PeriodKind.DONE)
    assert Calendar(2025).of_part("二、奋勇争先", 1) == Period("2025年", PeriodKind.PLANNED)


@pytest.mark.parametrize(
    ("sentence", "around", "label", "kind"),
    [
        ("到2025年，产值达到100亿元。", PLAN, "“十四五”时期", PeriodKind.PLANNED),
        ("到2024年，产值达到100亿元。", PLAN, "2024年", PeriodKind.PLANNED),
        ("到2020年，产值达到100亿元。", REVIEW, "某年", PeriodKind.DONE),
        ("2019年，全市产值90亿元。", REVIEW, "2019年", PeriodKind.DONE),
        ("产值比2019年增长5%。", REVIEW, "某年", PeriodKind.DONE),
        ("产值较上年增长5%。", REVIEW, "某年", PeriodKind.DONE),
        ("去年，产值90亿元。", PLAN, "2020年", PeriodKind.DONE),
        ("今年，我们将投资9亿元。", REVIEW, "2021年", PeriodKind.PLANNED),
        ("各位代表，五年来，产值翻番。", REVIEW, "“十三五”时期", PeriodKind.DONE),
        ("三年来，产值翻番。", REVIEW, "2018—2020年", PeriodKind.DONE),
        ("“十四五”期间，投资50亿元。", PLAN, "“十四五”时期", PeriodKind.PLANNED),
        ("编制“十四五”规划。", REVIEW, "某年", PeriodKind.DONE),
        ("推进“八五”普法。", PLAN, "某年", PeriodKind.PLANNED),
        ("2016—2020年，投资50亿元。", REVIEW, "“十三五”时期", PeriodKind.DONE),
        ("持续推进科技创新。", PLAN, "某年", PeriodKind.PLANNED),
    ],
)
def test_a_sentence_of_2021_overrides_the_period_around_it(
    sentence: str, around: Period, label: str, kind: PeriodKind
) -> None:
    assert Calendar(2021).of_sentence(sentence, around) == Period(label, kind)


def test_thanks_and_calls_have_no_period() -> None:
    for sentence in ("向大家表示衷心的感谢！", "让我们携手前进！", "请予审议。", "各位代表："):
        assert Calendar(2021).of_sentence(sentence, REVIEW) == NO_PERIOD


def test_only_a_time_before_a_pause_holds_for_the_sentences_after_it() -> None:
    calendar = Calendar(2017)
    assert calendar.opens("2016年，面对压力。", REVIEW) == Period("2016年", PeriodKind.DONE)
    assert calendar.opens("2016年全市产值90亿元。", REVIEW) is None
    assert calendar.opens("产值90亿元。", REVIEW) is None


def test_a_year_full_of_challenges_is_a_review_and_no_list_of_problems(
    write_report: Callable[..., Document],
) -> None:
    document = write_report(
        "review",
        "一、2020年工作回顾\n\n2020年是面临巨大挑战的一年。产值增长3%。\n\n二、2021年重点工作\n\n产值增长5%。\n",
    )
    passages = parse_document(document).passages
    labels = {p.span.of(document.text): p.period.label for p in passages}
    assert (labels["产值增长3%。"], labels["产值增长5%。"]) == ("2020年", "2021年")
