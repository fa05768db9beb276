"""The checks of claims, one by one, over a small made-up report."""

import pytest

from index.types import IndexedDocument
from rag.verification.claims import Fault, Source, align, find_problems
from tests.rag.reports import TEXT, make_report

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
        ("2030年，卫生厕所普及率超过六成。", TOILETS),
        ("2030年，社会消费品零售总额近90亿元。", SALES),
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
        ("2030年，卫生厕所普及率超过五成。", TOILETS, Fault.FIGURE),
        ("2030年，卫生厕所普及率接近七成。", TOILETS, Fault.FIGURE),
        ("交办信访案件120件，还有30件没有办结（120 − 95 = 30）。", "交办信访案件", Fault.FIGURE),
        ("In 2030, total retail sales of consumer goods came to 88 billion yuan.", SALES, Fault.FIGURE),
        ("In 2030, foreign trade rose by 3.5%.", SALES, Fault.DIRECTION),
        ("The district has added more than 600 public kindergarten places in 2031.", PLACES, Fault.HEDGE),
    ],
)
def test_each_kind_of_mistake_is_found(claim, words, fault):
    assert fault in faults(claim, words)


BOTH_YEARS = ("改造老旧小区12个", "改造老旧小区25个")


@pytest.mark.parametrize(
    "claim",
    [
        "2030年改造老旧小区12个，2031年计划改造25个。",
        "2031年计划改造老旧小区25个，比2030年的12个多13个。",
        "2030年改造老旧小区12个，少于2031年计划改造的25个。",
        "老旧小区改造数量将由2030年的12个增加到2031年的25个。",
    ],
)
def test_two_periods_may_be_compared(claim):
    assert find_problems(claim, rest_on(*BOTH_YEARS)) == []


@pytest.mark.parametrize(
    ("claim", "fault"),
    [
        ("2030年改造老旧小区25个，2031年计划改造12个。", Fault.PERIOD),
        ("2031年计划改造老旧小区12个，比2030年的25个少13个。", Fault.PERIOD),
        ("2031年计划改造老旧小区25个，比2030年的12个少13个。", Fault.DIRECTION),
        ("2031年计划改造老旧小区25个，比2030年的12个少13个（25 − 12 = 13）。", Fault.DIRECTION),
        ("2030年改造老旧小区12个，多于2031年计划改造的25个。", Fault.DIRECTION),
    ],
)
def test_figures_of_two_periods_may_not_change_places(claim, fault):
    assert fault in faults(claim, *BOTH_YEARS)


INCOMES, NURSERIES, SHARE, SHELL, GRADE = (
    "城乡居民人均可支配收入分别增长4%、7%。",
    "公办和普惠性幼儿园在园幼儿占比分别达到50%、80%。",
    "68%的监测对象消除了返贫风险。",
    "养老服务中心主体完工。",
    "风险等级由橙色降为黄色。",
)


def told(*sentences: str) -> IndexedDocument:
    """Return the report with `sentences` among the results of its last year."""
    return make_report(TEXT.replace("引进科技人才近900人。", f"引进科技人才近900人。{''.join(sentences)}"))


@pytest.mark.parametrize(
    ("claim", "sentence", "fault"),
    [
        ("2030年，城镇居民人均可支配收入增长4%，农村居民增长7%。", INCOMES, None),
        ("2030年，城镇居民人均可支配收入增长7%，农村居民增长4%。", INCOMES, Fault.SUBJECT),
        ("2030年，农村居民人均可支配收入的增速快于城镇居民。", INCOMES, None),
        ("2030年，普惠性幼儿园在园幼儿占比达到80%。", NURSERIES, None),
        ("2030年，公办幼儿园在园幼儿占比达到80%。", NURSERIES, Fault.SUBJECT),
        ("2030年，公办幼儿园在园幼儿占比达到一半。", NURSERIES, None),
        ("2030年，68%的监测对象已消除返贫风险。", SHARE, None),
        ("2030年，所有监测对象都已消除返贫风险。", SHARE, Fault.EMPHASIS),
        ("2030年，养老服务中心主体已完工。", SHELL, None),
        ("2030年，养老服务中心已投入运营。", SHELL, Fault.MODALITY),
        ("2030年，风险等级由橙色降为黄色。", GRADE, None),
        ("2030年，风险等级由黄色降为橙色。", GRADE, Fault.DIRECTION),
    ],
)
def test_what_is_told_in_turn_of_some_or_of_a_change_stays_so(claim, sentence, fault):
    report = told(sentence)
    found = {problem.fault for problem in find_problems(claim, rest_on(sentence[:8], report=report))}
    assert found == set() if fault is None else fault in found


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
