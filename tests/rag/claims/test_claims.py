"""The checks of claims, one by one, over a small made-up report."""

import pytest

from index.types import IndexedDocument
from rag.claims import Fault, Source, align, find_problems
from tests.rag.reports import make_report

REPORT = make_report()


def rest_on(*words: str, report: IndexedDocument = REPORT) -> list[Source]:
    """Return the sentences that begin with each of `words`."""
    text = report.document.text
    return [
        Source(report.document, passage, passage.span)
        for start in words
        for passage in report.structure.passages
        if start in passage.span.of(text)
    ]


def faults(claim: str, *words: str) -> set[Fault]:
    return {problem.fault for problem in find_problems(claim, rest_on(*words))}


GROWTH, ROADS, SALES, TOILETS = (
    "地区生产总值年均",
    "新建和改造市政道路",
    "社会消费品零售总额实现",
    "卫生厕所普及率达到61.5%",
)
PLANS, FIRMS, PLACES = "2031年主要预期目标", "力争新增高新技术企业", "新增公办幼儿园学位"


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("“十五五”期间，云溪区地区生产总值年均增速为5.2%。", GROWTH),
        ("居民人均可支配收入从3.1万元提高到4.4万元，增加了1.3万元。", GROWTH),
        ("“十五五”时期，该区新建、改造市政道路31条，并综合改造了60个老旧小区。", ROADS),
        ("2030年，社会消费品零售总额为88亿元。", SALES),
        ("2030年云溪区外贸进出口下降了3.5%。", SALES),
        ("2030年，卫生厕所普及率为百分之六十一点五。", TOILETS),
        ("2031年的目标是地区生产总值增长6%左右。", PLANS),
        ("2031年计划新增8家以上高新技术企业。", FIRMS),
        ("2031年将新增不少于600个公办幼儿园学位。", PLACES),
        ("交办的信访案件有120件，其中95件已办结（120 − 95 = 25）。", "交办信访案件"),
        ("“三条底线”是指生态底线、安全底线和民生底线，共3项。", "三条底线:"),
        ("In 2030, total retail sales of consumer goods came to 8.8 billion yuan.", SALES),
        ("The district plans to add at least 600 public kindergarten places in 2031.", PLACES),
    ],
)
def test_a_faithful_claim_is_let_through(claim, words):
    assert find_problems(claim, rest_on(words)) == []


@pytest.mark.parametrize(
    ("claim", "words", "fault"),
    [
        ("2030年，社会消费品零售总额为89亿元。", SALES, Fault.FIGURE),
        ("2030年，社会消费品零售总额为88万元。", SALES, Fault.FIGURE),
        ("2031年的目标是地区生产总值增长6个百分点左右。", PLANS, Fault.UNIT),
        ("2031年的目标是地区生产总值增长6%。", PLANS, Fault.HEDGE),
        ("2029年，社会消费品零售总额为88亿元。", SALES, Fault.PERIOD),
        ("“十六五”期间，地区生产总值年均增长5.2%。", GROWTH, Fault.PERIOD),
        ("2031年推进长河光伏二期、远山物流中心等项目建设。", "推进星河光伏二期", Fault.NAME),
        ("2030年外贸进出口增长3.5%。", SALES, Fault.DIRECTION),
        ("2030年外贸进出口没有下降3.5%。", SALES, Fault.NEGATION),
        ("2031年已新增高新技术企业8家以上。", FIRMS, Fault.MODALITY),
        ("2030年计划引进科技人才近900人。", "引进科技人才", Fault.MODALITY),
        ("“十五五”期间综合改造老旧小区31个。", ROADS, Fault.SUBJECT),
        ("2030年社会消费品零售总额88亿元，创历史新高。", SALES, Fault.EMPHASIS),
        ("云溪区2030年新建了三所医院和一座体育馆。", SALES, Fault.WORDING),
        ("居民人均可支配收入由4.4万元增加到3.1万元。", GROWTH, Fault.DIRECTION),
        ("交办信访案件120件，还有30件没有办结（120 − 95 = 30）。", "交办信访案件", Fault.FIGURE),
        ("In 2030, total retail sales of consumer goods came to 88 billion yuan.", SALES, Fault.FIGURE),
        ("In 2030, foreign trade rose by 3.5%.", SALES, Fault.DIRECTION),
        ("The district has added more than 600 public kindergarten places in 2031.", PLACES, Fault.HEDGE),
    ],
)
def test_each_kind_of_mistake_is_found(claim, words, fault):
    assert fault in faults(claim, words)


def test_a_claim_without_sources_is_unsupported():
    assert find_problems("地区生产总值增长6%左右。", []) != []


def test_alignment_finds_the_clause_and_cites_nothing_else():
    passages = [source.passage for source in rest_on(GROWTH, SALES, PLANS)]
    aligned = align("“十五五”期间，地区生产总值年均增长5.2%。", passages, REPORT.document)
    assert [source.span.of(REPORT.document.text) for source in aligned.sources] == [
        "“十五五”期间,地区生产总值年均增长5.2%"
    ]


def test_alignment_joins_what_stands_in_two_sentences():
    passages = [source.passage for source in rest_on(GROWTH, ROADS, SALES)]
    claim = "“十五五”期间，地区生产总值年均增长5.2%，并新建和改造市政道路31条。"
    aligned = align(claim, passages, REPORT.document)
    assert [source.span.of(REPORT.document.text) for source in aligned.sources] == [
        "“十五五”期间,地区生产总值年均增长5.2%",
        "新建和改造市政道路31条",
    ]


def test_a_marker_of_the_model_is_a_hint_only():
    passages = [source.passage for source in rest_on(SALES, TOILETS)]
    aligned = align("2030年社会消费品零售总额实现88亿元。", passages, REPORT.document, hints=[1, 7])
    assert [source.passage for source in aligned.sources] == passages[:1]


def test_alignment_says_what_is_wrong():
    passages = [source.passage for source in rest_on(SALES)]
    aligned = align("2030年社会消费品零售总额实现99亿元。", passages, REPORT.document)
    assert aligned.sources == ()
    assert Fault.FIGURE in {problem.fault for problem in aligned.problems}
