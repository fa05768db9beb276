"""The verifier lets true answers out and stops every mutant of them."""

from dataclasses import replace

import pytest

from index.types import Span
from rag.composition import Draft, Quote, Statement, state, write_answer
from rag.types import Answer, SentenceState, Status
from rag.verification.invariants import Invariant, find_violations
from tests.rag.reports import make_report

REPORT = make_report()
TEXT = REPORT.document.text
DOCUMENTS = {REPORT.document.id: REPORT}


def quote(words: str, nth: int = 0) -> Quote:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    span = Span(start, start + len(words))
    passage = next(p for p in REPORT.structure.passages if p.span.contains(span))
    return Quote(passage, span, 0.5)


def answer_with(*words: str) -> Answer:
    statements = tuple(state(quote(one), REPORT.document) for one in words)
    return write_answer(Draft(statements), REPORT, "?")


TRUE_ANSWERS = [
    ("社会消费品零售总额实现88亿元",),
    ("引进科技人才近900人",),
    ("力争新增高新技术企业8家以上",),
    ("新增公办幼儿园学位不少于600个",),
    ("外贸进出口下降3.5%", "外贸进出口增长4%"),
    ("“十五五”期间,地区生产总值年均增长5.2%",),
    ("2031年主要预期目标是:地区生产总值增长6%左右",),
    ("2031年1月12日在青山市云溪区第三届人民代表大会第二次会议上",),
]


@pytest.mark.parametrize("words", TRUE_ANSWERS)
def test_a_true_answer_passes(words):
    assert find_violations(answer_with(*words), DOCUMENTS) == []


MUTATIONS = {
    "figure": ("88亿元", "89亿元"),
    "decimal": ("5.2%", "52%"),
    "unit": ("88亿元", "88万元"),
    "percent to points": ("5.2%", "5.2个百分点"),
    "hedge before dropped": ("近900人", "900人"),
    "hedge before changed": ("不少于600个", "不超过600个"),
    "hedge after dropped": ("8家以上", "8家"),
    "hedge after changed": ("6%左右", "6%以内"),
    "hedge added": ("88亿元", "近88亿元"),
    "year": ("2031年主要", "2030年主要"),
    "year added": ("社会消费品零售总额实现", "2030年社会消费品零售总额实现"),
    "plan": ("“十五五”期间", "“十四五”期间"),
    "direction": ("下降3.5%", "增长3.5%"),
    "direction back": ("增长4%", "下降4%"),
    "done for planned": ("力争新增", "已经新增"),
    "name": ("青山市云溪区", "青山市白石区"),
    "negation": ("引进科技人才", "未引进科技人才"),
    "subject": ("外贸进出口下降", "外贸出口下降"),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_changed_word_is_found(mutation):
    before, after = MUTATIONS[mutation]
    mutants = 0
    for words in TRUE_ANSWERS:
        true = answer_with(*words)
        if before not in true.answer:
            continue
        mutants += 1
        shift = len(after) - len(before)
        at = true.answer.index(before)
        sentences = tuple(
            replace(
                sentence,
                span=Span(
                    sentence.span.start + (shift if sentence.span.start > at else 0),
                    sentence.span.end + (shift if sentence.span.end > at else 0),
                ),
            )
            for sentence in true.sentences
        )
        mutant = replace(true, answer=true.answer.replace(before, after, 1), sentences=sentences)
        assert find_violations(mutant, DOCUMENTS)
    assert mutants


def test_a_citation_of_another_sentence_is_found():
    true, other = answer_with("社会消费品零售总额实现88亿元"), answer_with("社会消费品零售总额增长7%左右")
    assert find_violations(replace(true, citations=other.citations), DOCUMENTS)


def test_swapped_markers_are_found():
    true = answer_with("外贸进出口下降3.5%", "外贸进出口增长4%")
    first, second = true.sentences
    swapped = replace(
        true,
        answer=true.answer.replace("[1]", "[x]").replace("[2]", "[1]").replace("[x]", "[2]"),
        sentences=(replace(first, citations=(2,)), replace(second, citations=(1,))),
    )
    assert {v.invariant for v in find_violations(swapped, DOCUMENTS)} == {Invariant.NO_INVENTED_FIGURES}


def change_citation(answer: Answer, **changes: object) -> Answer:
    return replace(answer, citations=(replace(answer.citations[0], **changes), *answer.citations[1:]))


@pytest.mark.parametrize("shift", [-1, 1])
def test_shifted_offsets_are_found(shift):
    true = answer_with("社会消费品零售总额实现88亿元")
    span = true.citations[0].span
    shifted = change_citation(true, span=Span(span.start + shift, span.end + shift))
    assert {v.invariant for v in find_violations(shifted, DOCUMENTS)} == {Invariant.EXACT_QUOTES}


@pytest.mark.parametrize(
    "words", ["社会消费品零售总额实现8", "力争新增高新技术企业8家", "科技人才近90", "00人"]
)
def test_a_quote_that_cuts_a_figure_is_found(words):
    assert find_violations(answer_with(words), DOCUMENTS)


@pytest.mark.parametrize(
    ("changes", "invariant"),
    [
        ({"document": "other"}, Invariant.EXACT_QUOTES),
        ({"score": 1.5}, Invariant.EXACT_QUOTES),
        ({"sentence": Span(0, 5)}, Invariant.EXACT_QUOTES),
        ({"n": 2}, Invariant.NO_BARE_STATEMENTS),
    ],
)
def test_a_wrong_citation_is_found(changes, invariant):
    mutant = change_citation(answer_with("社会消费品零售总额实现88亿元"), **changes)
    assert invariant in {v.invariant for v in find_violations(mutant, DOCUMENTS)}


@pytest.mark.parametrize(
    "mutate",
    [
        lambda a: replace(a, answer=a.answer.replace("[1]", "")),
        lambda a: replace(a, answer=a.answer + "形势一片大好。"),
        lambda a: replace(a, answer="据悉" + a.answer),
        lambda a: replace(a, sentences=()),
        lambda a: replace(a, citations=()),
        lambda a: replace(a, sentences=(replace(a.sentences[0], citations=()),)),
        lambda a: replace(a, sentences=(replace(a.sentences[0], state=SentenceState.LEFT_OUT),)),
        lambda a: replace(a, status=Status.NOT_FOUND),
        lambda a: replace(a, status=Status.SMALLTALK),
        lambda a: replace(a, closest=a.citations),
    ],
)
def test_a_bare_statement_is_found(mutate):
    mutant = mutate(answer_with("社会消费品零售总额实现88亿元"))
    assert Invariant.NO_BARE_STATEMENTS in {v.invariant for v in find_violations(mutant, DOCUMENTS)}


@pytest.mark.parametrize(
    "words", ["零售总额实现88亿元", "高新技术企业8家以上", "新增公办幼儿园学位", "外贸进出口下降"]
)
def test_a_quote_cut_inside_a_clause_is_found(words):
    assert Invariant.EXACT_QUOTES in {v.invariant for v in find_violations(answer_with(words), DOCUMENTS)}


def test_quotes_glued_together_are_found():
    year, rest = quote("2031年主要预期目标是:"), quote("地区生产总值增长6%左右")
    glued = write_answer(
        Draft((Statement("2031年主要预期目标是地区生产总值增长6%左右", (year, rest)),)), REPORT, "?"
    )
    assert Invariant.NO_INVENTED_FIGURES in {v.invariant for v in find_violations(glued, DOCUMENTS)}


def frame(words: str, *quotes: str) -> Answer:
    return write_answer(Draft((Statement(words, tuple(quote(one) for one in quotes)),)), REPORT, "?")


OPERANDS = ("卫生厕所普及率达到61.5%", "卫生厕所普及率达到80%")
CASES = ("交办信访案件120件", "办结95件")
MAGNITUDES = ("社会消费品零售总额实现88亿元", "居民人均可支配收入由3.1万元增加到4.4万元")


@pytest.mark.parametrize(
    ("words", "quotes"),
    [
        ("80% − 61.5% = 18.5个百分点", OPERANDS),
        ("80% > 61.5%", OPERANDS),
        ("120件 − 95件 = 25件", CASES),
        ("4.4万元 − 3.1万元 = 1.3万元", ("居民人均可支配收入由3.1万元增加到4.4万元",)),
        ("88亿元 − 4.4万元 = 879995.6万元", MAGNITUDES),
        ("共 2 项：三条底线；能耗“双控”", ("三条底线", "能耗“双控”")),
    ],
)
def test_true_frames_pass(words, quotes):
    assert find_violations(frame(words, *quotes), DOCUMENTS) == []


@pytest.mark.parametrize(
    ("words", "quotes"),
    [
        ("80% − 61.5% = 19.5个百分点", OPERANDS),  # wrong result
        ("88亿元 − 4.4万元 = 87.99956亿元", MAGNITUDES),  # not in the magnitude of the smaller
        ("88亿元 − 4.4万元 = 83.6万元", MAGNITUDES),
        ("80% − 61.5% = 18.5%", OPERANDS),  # a difference of rates is in points
        ("80% − 60% = 20个百分点", OPERANDS),  # operand not cited
        ("80% < 61.5%", OPERANDS),
        ("120件 − 95件 = 25个", CASES),
        ("120件 − 95件 = 25件", ("交办信访案件120件",)),
        ("600个 − 12个 = 588个", ("新增公办幼儿园学位不少于600个", "改造老旧小区12个")),  # hedged operand
        ("共 3 项：三条底线；能耗“双控”", ("三条底线", "能耗“双控”")),
        ("共 2 项：三条底线", ("三条底线", "能耗“双控”")),
    ],
)
def test_false_frames_are_found(words, quotes):
    assert find_violations(frame(words, *quotes), DOCUMENTS)
