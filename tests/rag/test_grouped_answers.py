"""Answers under leads: how they are laid out, and that every wrong lead, frame or count is found."""

from dataclasses import replace

import pytest

from index.types import Period, PeriodKind, Span
from rag.composition import (
    Draft,
    Group,
    Quote,
    Statement,
    flatten_groups,
    state,
    state_mentions,
    write_answer,
)
from rag.evidence.mentions import find_mentions
from rag.messages import name_label, write_lead
from rag.quotation import MARKER
from rag.types import Answer, Coverage, Kind, Language, SentenceState
from rag.verification.invariants import Invariant, find_violations
from tests.rag.reports import make_report

REPORT = make_report()
TEXT = REPORT.document.text
DOCUMENTS = {REPORT.document.id: REPORT}
DONE, PLANNED = PeriodKind.DONE, PeriodKind.PLANNED


def quote(words: str, nth: int = 0) -> Quote:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    span = Span(start, start + len(words))
    passage = next(p for p in REPORT.structure.passages if p.span.contains(span))
    return Quote(passage, span, 0.5)


def statements(*words: str) -> tuple[Statement, ...]:
    return tuple(state(quote(one), REPORT.document) for one in words)


FIVE_YEARS = Group("“十五五”时期", DONE, statements("综合改造老旧小区60个"))
LAST_YEAR = Group("2030年", DONE, statements("改造老旧小区12个", "卫生厕所普及率达到61.5%"))
THIS_YEAR = Group("2031年", PLANNED, statements("改造老旧小区25个", "卫生厕所普及率达到80%"))
GROUPS = (FIVE_YEARS, LAST_YEAR, THIS_YEAR)


def digest(
    *groups: Group, language: Language = Language.CHINESE, bullets: bool | None = None, found: int = 9
) -> Answer:
    coverage = Coverage(2, found)
    draft = Draft.from_groups(groups, Kind.DIGEST, bullets=bullets, coverage=coverage)
    return write_answer(draft, REPORT, "?", language)


TRUE = digest(LAST_YEAR, THIS_YEAR)


def test_a_lead_is_a_line_of_its_own_over_bullets():
    assert digest(*GROUPS).answer == (
        "“十五五”时期:\n综合改造老旧小区60个。[1]\n"
        "2030年:\n- 改造老旧小区12个。[2]\n- 卫生厕所普及率达到61.5%。[3]\n"
        "2031年(计划):\n- 改造老旧小区25个。[4]\n- 卫生厕所普及率达到80%。[5]"
    )


def test_an_english_asker_gets_english_leads_over_the_reports_words():
    lines = digest(*GROUPS, language=Language.ENGLISH).answer.split("\n")
    assert [lines[0], lines[2], lines[5]] == ["15th Five-Year Plan period:", "2030:", "2031 (planned):"]


def test_sentences_run_on_where_no_bullets_are_wanted():
    assert digest(LAST_YEAR, bullets=False).answer == (
        "2030年:\n改造老旧小区12个。[1]卫生厕所普及率达到61.5%。[2]"
    )


def test_bullets_that_were_asked_for_need_no_lead():
    draft = Draft(LAST_YEAR.statements, bullets=True)
    answer = write_answer(draft, REPORT, "?")
    assert answer.answer == "- 改造老旧小区12个。[1]\n- 卫生厕所普及率达到61.5%。[2]"
    assert find_violations(answer, DOCUMENTS) == []


def test_groups_index_the_sentences_under_their_leads():
    answer = digest(*GROUPS)
    assert [(g.label, g.kind, g.sentences) for g in answer.groups] == [
        ("“十五五”时期", DONE, (0,)),
        ("2030年", DONE, (1, 2)),
        ("2031年", PLANNED, (3, 4)),
    ]
    assert {group.document for group in answer.groups} == {REPORT.document.id}
    for sentence in answer.sentences:
        assert sentence.span.of(answer.answer).endswith("。")


def test_one_group_without_a_label_is_no_group():
    answer = digest(Group("", DONE, LAST_YEAR.statements))
    assert answer.groups == ()
    assert answer.answer == "改造老旧小区12个。[1]卫生厕所普及率达到61.5%。[2]"


def test_coverage_never_claims_to_show_more_than_is_cited():
    assert digest(FIVE_YEARS).coverage == Coverage(1, 9)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Draft(LAST_YEAR.statements, groups=(THIS_YEAR,)),
        lambda: Draft(LAST_YEAR.statements, groups=(LAST_YEAR, replace(THIS_YEAR, statements=()))),
        lambda: Draft(
            flatten_groups((LAST_YEAR, THIS_YEAR)), groups=(LAST_YEAR, replace(THIS_YEAR, label=""))
        ),
    ],
)
def test_a_draft_refuses_groups_that_are_not_its_statements(make):
    with pytest.raises(ValueError, match="group"):
        make()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("bullets", [None, True, False])
def test_a_true_digest_passes(language, bullets):
    assert find_violations(digest(*GROUPS, language=language, bullets=bullets), DOCUMENTS) == []


def test_a_heading_may_lead_what_stands_under_it():
    heading = Group("二、2031年重点工作", PLANNED, THIS_YEAR.statements)
    answer = digest(heading)
    assert answer.answer.startswith("二、2031年重点工作(计划):\n")
    assert find_violations(answer, DOCUMENTS) == []


WRONG_GROUPS = {
    "another year": replace(LAST_YEAR, label="2029年"),
    "the year of the plan": replace(LAST_YEAR, label="2031年"),
    "a plan told as done": replace(THIS_YEAR, kind=DONE),
    "done told as planned": replace(LAST_YEAR, kind=PLANNED),
    "a heading of another section": replace(LAST_YEAR, label="二、2031年重点工作"),
    "words of one's own": replace(LAST_YEAR, label="形势大好"),
    "one citation of another period": replace(
        LAST_YEAR, statements=(*LAST_YEAR.statements, *THIS_YEAR.statements)
    ),
}


@pytest.mark.parametrize("wrong", WRONG_GROUPS)
def test_a_lead_that_a_citation_under_it_contradicts_is_found(wrong):
    violations = find_violations(digest(WRONG_GROUPS[wrong]), DOCUMENTS)
    assert {violation.invariant for violation in violations} == {Invariant.NO_INVENTED_FIGURES}


def rewrite(answer: Answer, before: str, after: str) -> Answer:
    """Return `answer` with words replaced once and its sentences moved along."""
    at, shift = answer.answer.index(before), len(after) - len(before)
    moved = tuple(
        replace(one, span=Span(one.span.start + shift, one.span.end + shift)) if one.span.start > at else one
        for one in answer.sentences
    )
    return replace(answer, answer=answer.answer.replace(before, after, 1), sentences=moved)


MUTANTS = {
    "another year in the lead": ("2030年:", "2029年:"),
    "the plan's lead without the word": ("2031年(计划):", "2031年:"),
    "a lead in no language": ("2031年(计划):", "2031年(planned):"),
    "more words in the lead": ("2030年:", "2030年成绩喜人:"),
    "a marker on the lead": ("2030年:", "2030年:[1]"),
    "a lead dropped": ("2031年(计划):\n", ""),
    "a lead twice": ("2030年:\n", "2030年:\n2030年:\n"),
    "a lead on the line of a sentence": ("\n2031年(计划):", "2031年(计划):"),
    "a sentence on the line of the lead": ("2030年:\n- ", "2030年:"),
    "bare words between sentences": (
        "\n- 卫生厕所普及率达到61.5%",
        "\n形势大好。\n- 卫生厕所普及率达到61.5%",
    ),
    "bare words behind a bullet": ("- 改造老旧小区25个", "- 其中改造老旧小区25个"),
    "a number for a bullet": ("- 改造老旧小区12个", "1. 改造老旧小区12个"),
    "a bullet inside a line": ("\n- 卫生厕所普及率达到61.5%", "- 卫生厕所普及率达到61.5%"),
    "a heading of Markdown": ("2030年:", "## 2030年:"),
}


@pytest.mark.parametrize("mutation", MUTANTS)
def test_a_changed_layout_is_found(mutation):
    assert find_violations(rewrite(TRUE, *MUTANTS[mutation]), DOCUMENTS)


def with_groups(*changes: dict[str, object]) -> Answer:
    groups = tuple(replace(group, **change) for group, change in zip(TRUE.groups, changes, strict=True))
    return replace(TRUE, groups=groups)


@pytest.mark.parametrize(
    "mutant",
    [
        replace(TRUE, groups=()),  # a lead without group
        replace(TRUE, groups=TRUE.groups[:1]),
        replace(TRUE, groups=TRUE.groups[::-1]),
        with_groups({"sentences": (0,)}, {}),  # a sentence of no group
        with_groups({"sentences": (0, 1, 2)}, {}),  # one of two groups
        with_groups({}, {"sentences": (2, 3, 4)}),  # one that is not there
        with_groups({"sentences": ()}, {}),
        with_groups({"label": ""}, {}),
        with_groups({"label": "2029年"}, {}),
        with_groups({"document": "other"}, {}),
        with_groups({}, {"kind": DONE}),
        replace(TRUE, groups=(*TRUE.groups, replace(TRUE.groups[0], label="2029年"))),
        replace(TRUE, coverage=Coverage(3, 2)),
        replace(TRUE, coverage=Coverage(5, 9)),  # more than are cited
        replace(TRUE, coverage=Coverage(-1, 9)),
        replace(
            TRUE,
            citations=tuple(replace(one, period=Period("2030年", DONE)) for one in TRUE.citations),
        ),
    ],
)
def test_groups_and_coverage_that_do_not_fit_the_answer_are_found(mutant):
    assert find_violations(mutant, DOCUMENTS)


def test_a_digest_that_was_not_found_has_no_groups():
    answer = replace(TRUE, sentences=(), citations=())
    assert find_violations(answer, DOCUMENTS)


# Counts.


def mention(word: str, *quotes: Quote, language: Language = Language.CHINESE) -> Answer:
    counted = state_mentions(word, quotes, REPORT, language)
    items = tuple(state(one, REPORT.document) for one in quotes)
    return write_answer(Draft((counted, *items), kind=Kind.MENTION, bullets=True), REPORT, "?", language)


HOUSES = (quote("综合改造老旧小区60个"), quote("改造老旧小区12个"), quote("改造老旧小区25个"))


def test_mentions_are_counted_in_the_body_and_its_headings():
    assert len(find_mentions("老旧小区", REPORT)) == len(HOUSES)
    assert len(find_mentions("综合实力", REPORT)) == 1  # a heading
    assert len(find_mentions("政府工作报告", REPORT)) == 0  # the title
    assert len(find_mentions("三条底线", REPORT)) == 0  # the glossary
    assert len(find_mentions("云溪", REPORT)) == TEXT.count("云溪科技")
    for found in find_mentions("老旧小区", REPORT):
        assert found.span.of(TEXT) == "老旧小区"
        assert found.passage.span.contains(found.span)


def test_a_word_without_a_character_is_refused():
    with pytest.raises(ValueError, match="empty word"):
        find_mentions(" ", REPORT)


@pytest.mark.parametrize(
    ("language", "shown", "told"),
    [
        (Language.CHINESE, 3, "报告提到“老旧小区” 3 次。"),
        (Language.CHINESE, 1, "报告提到“老旧小区” 3 次，另有 2 次未列出。"),
        (Language.ENGLISH, 3, "The report mentions “老旧小区” 3 times."),
        (Language.ENGLISH, 2, "The report mentions “老旧小区” 3 times, 1 of them not shown here."),
    ],
)
def test_a_count_tells_how_many_places_are_not_shown(language, shown, told):
    answer = mention("老旧小区", *HOUSES[:shown], language=language)
    assert answer.sentences[0].span.of(answer.answer) == told
    assert find_violations(answer, DOCUMENTS) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (" 3 次", " 4 次"),
        ("另有 1 次", "另有 2 次"),
        ("，另有 1 次未列出", ""),
        ("老旧小区” 3", "小区” 3"),
        ("“老旧小区”", "“学位”"),
    ],
)
def test_a_wrong_count_is_found(before, after):
    assert find_violations(rewrite(mention("老旧小区", *HOUSES[:2]), before, after), DOCUMENTS) != []


def test_a_count_that_rests_on_words_without_the_word_is_found():
    answer = mention("老旧小区", *HOUSES, quote("办结95件"))
    assert find_violations(answer, DOCUMENTS)


@pytest.mark.parametrize(("counted", "passes"), [("3 items: ", True), ("1 item: ", False), ("3: ", False)])
def test_the_items_of_a_list_are_counted_in_english_too(counted, passes):
    words = counted + "；".join(one.span.of(TEXT) for one in HOUSES)
    answer = write_answer(Draft((Statement(words, HOUSES),), kind=Kind.LIST), REPORT, "?")
    assert (find_violations(answer, DOCUMENTS) == []) is passes


@pytest.mark.parametrize(("words", "passes"), [("共 3 项", True), ("共 2 项", False), ("共 3 项措施", False)])
def test_items_may_be_counted_ahead_of_them(words, passes):
    items = tuple(state(one, REPORT.document) for one in HOUSES)
    answer = write_answer(Draft((Statement(words, HOUSES), *items), bullets=True), REPORT, "?")
    assert (find_violations(answer, DOCUMENTS) == []) is passes


# Frames.

SALES = (quote("社会消费品零售总额实现88亿元"), quote("社会消费品零售总额增长7%左右"))


@pytest.mark.parametrize(
    ("words", "passes"),
    [
        ("2030年：社会消费品零售总额实现88亿元；2031年(计划)：社会消费品零售总额增长7%左右", True),
        ("2030：社会消费品零售总额实现88亿元；2031 (planned)：社会消费品零售总额增长7%左右", True),
        ("青山市云溪区：社会消费品零售总额实现88亿元；社会消费品零售总额增长7%左右", True),
        (
            "(一)产业发展提质增效：社会消费品零售总额实现88亿元；二、2031年重点工作：社会消费品零售总额增长7%左右",
            True,
        ),
        ("2031年：社会消费品零售总额实现88亿元；2031年(计划)：社会消费品零售总额增长7%左右", False),
        ("2030年：社会消费品零售总额实现88亿元；2031年：社会消费品零售总额增长7%左右", False),
        ("2031年(计划)：社会消费品零售总额实现88亿元；2030年：社会消费品零售总额增长7%左右", False),
        ("2030年：社会消费品零售总额实现88亿元；社会消费品零售总额增长7%左右", False),
        ("2030年社会消费品零售总额实现88亿元；社会消费品零售总额增长7%左右", False),
        ("白石区：社会消费品零售总额实现88亿元；社会消费品零售总额增长7%左右", False),
        ("二、2031年重点工作：社会消费品零售总额实现88亿元；社会消费品零售总额增长7%左右", False),
        ("社会消费品零售总额实现88亿元；社会消费品零售总额增长7%左右；2030年：", False),
    ],
)
def test_a_frame_has_to_hold_for_the_words_behind_it(words, passes):
    answer = write_answer(Draft((Statement(words, SALES),), kind=Kind.COMPARISON), REPORT, "?")
    assert (find_violations(answer, DOCUMENTS) == []) is passes


# Labels.


@pytest.mark.parametrize(
    ("label", "english"),
    [
        ("2021年", "2021"),
        ("2016—2020年", "2016–2020"),
        ("“十二五”时期", "12th Five-Year Plan period"),
        ("“十三五”时期", "13th Five-Year Plan period"),
        ("“二十一五”时期", "21st Five-Year Plan period"),
        ("三、存在的问题", "三、存在的问题"),
    ],
)
def test_a_label_has_a_name_in_english(label, english):
    assert name_label(label, Language.ENGLISH) == english
    assert name_label(label, Language.CHINESE) == label


def test_a_lead_says_when_it_is_planned():
    assert write_lead("2021年", planned=True, language=Language.CHINESE) == "2021年(计划):"
    assert write_lead("2021年", planned=True, language=Language.ENGLISH) == "2021 (planned):"
    assert write_lead("“十三五”时期", planned=False, language=Language.CHINESE) == "“十三五”时期:"


def test_a_marker_is_told_from_a_lead_that_looks_like_one():
    mutant = rewrite(TRUE, "2030年:", "2030年[1]:")
    assert MARKER.search(mutant.answer)
    assert find_violations(mutant, DOCUMENTS)


def test_a_sentence_left_out_before_a_lead_belongs_to_no_group():
    left = replace(TRUE.sentences[0], span=Span(0, 0), citations=(), state=SentenceState.LEFT_OUT)
    groups = tuple(replace(group, sentences=tuple(n + 1 for n in group.sentences)) for group in TRUE.groups)
    answer = replace(TRUE, sentences=(left, *TRUE.sentences), groups=groups)
    assert find_violations(answer, DOCUMENTS) == []
