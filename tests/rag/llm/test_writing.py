"""What becomes of a model's sentences: shown, left out, completed from the extract."""

from itertools import pairwise

import pytest

from index.types import IndexedDocument, PeriodKind
from rag.composition import Draft, Group, Quote, state
from rag.errors import ModelError, ModelFault
from rag.rewording.rewriter import rewrite
from rag.rewording.tasks import Task, TaskKind, plan_answer, plan_summary, strip_plain
from rag.rewording.writer import MOST_SENTENCES, ModelWriter
from rag.types import Answer, Coverage, Kind, Mode, SentenceState, Stage, Turn
from rag.verification.invariants import find_violations
from tests.rag.llm.models import SayingModel
from tests.rag.reports import make_report

REPORT = make_report()
WINDOW = 4096
VERIFIED, QUOTED, LEFT_OUT = SentenceState.VERIFIED, SentenceState.QUOTED, SentenceState.LEFT_OUT
SLOW = ModelError("The language model is slow: wait.", ModelFault.TOO_SLOW)


def quote(words: str, report: IndexedDocument = REPORT) -> Quote:
    text = report.document.text
    passage = next(one for one in report.structure.passages if words in one.span.of(text))
    start = text.index(words)
    return Quote(passage, type(passage.span)(start, start + len(words)), 0.9)


def make_task(
    *words: str, question: str = "社会消费品零售总额是多少？", chinese: bool = True, plain: bool = False
) -> Task:
    draft = Draft(tuple(state(quote(one), REPORT.document) for one in words))
    return Task.from_draft(question, draft, REPORT, chinese=chinese, plain=plain)


SALES = "社会消费品零售总额实现88亿元"
SALES_TASK = make_task(SALES)


def write(model: SayingModel, *tasks: Task, window: int = WINDOW) -> list[Answer]:
    """Return the answers as they grow; each is sound and goes on where the one before ended."""
    answers = [one for one in ModelWriter(model, window).write(tasks, "问题") if one is not Stage.WRITING]
    for before, after in pairwise(answers):
        assert after.answer.startswith(before.answer)
    for answer in answers:
        assert find_violations(answer, {REPORT.document.id: REPORT}) == []
    return answers


def states(answer: Answer) -> list[SentenceState]:
    return [sentence.state for sentence in answer.sentences]


def test_a_verified_sentence_is_shown_with_a_citation_of_its_own():
    answer = write(SayingModel(["2030年社会消费品零售总额为88亿元。[7]"]), SALES_TASK)[-1]
    assert answer.answer == "2030年社会消费品零售总额为88亿元。[1]"
    assert [citation.quote for citation in answer.citations] == [SALES]
    assert (answer.mode, answer.model, states(answer)) == (Mode.LLM, "told", [VERIFIED])
    assert answer.notices == ()


def test_each_sentence_is_released_once_it_is_verified():
    reply = "2030年社会消费品零售总额为88亿元。[1]外贸进出口下降3.5%。[1]"
    grown = [answer.answer for answer in write(SayingModel([reply]), make_task(SALES, "外贸进出口下降3.5%"))]
    assert grown[0] == "2030年社会消费品零售总额为88亿元。[1]"
    assert grown[-1] == "2030年社会消费品零售总额为88亿元。[1]外贸进出口下降3.5%。[2]"


def test_what_cannot_be_verified_is_left_out_and_told():
    reply = (
        "2030年社会消费品零售总额为99亿元。[1]2030年社会消费品零售总额为88亿元。[1]联系电话13800000000。[1]"
    )
    answer = write(SayingModel([reply]), SALES_TASK)[-1]
    assert answer.answer == "2030年社会消费品零售总额为88亿元。[1]"
    assert states(answer) == [LEFT_OUT, VERIFIED, LEFT_OUT]
    assert answer.notices == ("模型写的 2 句未能核实，没有显示（数字没有依据）。",)


def test_what_the_model_does_not_tell_is_added_word_for_word():
    answer = write(
        SayingModel(["2030年社会消费品零售总额为88亿元。"]), make_task(SALES, "外贸进出口下降3.5%")
    )[-1]
    assert states(answer) == [VERIFIED, QUOTED]
    assert answer.answer.endswith("外贸进出口下降3.5%。[2]")
    assert answer.notices == ("模型没有写到或未能核实的部分，以原文摘录补充。",)


@pytest.mark.parametrize(
    ("reply", "notice"),
    [
        ("抱歉，我无法回答这个问题。", "模型写的内容没有一句能核实"),
        ("Total retail sales came to 8.8 billion yuan.", "模型写的内容没有一句能核实"),
        ("<b>社会消费品零售总额实现88亿元</b>。", "模型写的内容没有一句能核实"),
        ("88亿元", "模型写的内容没有一句能核实"),
        (SLOW, "语言模型没有及时答完"),
        (ModelError("…", ModelFault.UNREACHABLE), "语言模型连接不上"),
        (ModelError("…", ModelFault.CONTEXT_EXCEEDED), "摘录超出语言模型的长度"),
        (ModelError("…", ModelFault.UNAVAILABLE), "语言模型屡次出错"),
    ],
)
def test_the_extract_takes_the_place_of_a_useless_reply(reply, notice):
    answer = write(SayingModel([reply]), SALES_TASK)[-1]
    assert answer.answer == f"{SALES}。[1]"
    assert (answer.mode, answer.model, states(answer)) == (Mode.EXTRACTIVE, None, [QUOTED])
    assert answer.notices[0].startswith(notice)


def test_a_model_in_circles_is_stopped():
    model = SayingModel(["2030年社会消费品零售总额为88亿元。" * 50])
    answer = write(model, SALES_TASK)[-1]
    assert answer.answer == "2030年社会消费品零售总额为88亿元。[1]"
    assert model.closed == 1


def test_a_model_without_an_end_is_stopped():
    model = SayingModel(["".join(f"这是第{number}句与报告无关的话。" for number in range(200))])
    answer = write(model, SALES_TASK)[-1]
    assert answer.answer == f"{SALES}。[1]"
    assert model.closed == 1
    assert MOST_SENTENCES < 200


def test_english_questions_are_answered_in_english_with_chinese_quotes():
    task = make_task(SALES, question="What were total retail sales?", chinese=False)
    answer = write(
        SayingModel(["In 2030, total retail sales of consumer goods came to 8.8 billion yuan.[1]"]), task
    )[-1]
    assert answer.answer == "In 2030, total retail sales of consumer goods came to 8.8 billion yuan.[1]"
    assert [citation.quote for citation in answer.citations] == [SALES]


def test_plain_words_stand_beside_the_quote():
    task = make_task("指能耗总量和强度“双控”", question="解释能耗“双控”", plain=True)
    answer = write(SayingModel(["能耗“双控”就是控制能耗总量和强度。", ""]), task)[-1]
    assert states(answer)[0] is QUOTED
    assert answer.answer.startswith("指能耗总量和强度“双控”。[1]")


def test_evidence_is_labelled_and_kept_within_the_window():
    model = SayingModel(["2030年社会消费品零售总额为88亿元。"])
    write(model, make_task(SALES, "新增公办幼儿园学位不少于600个"))
    rules, asked = model.prompts[0]
    assert "[1]（2030年，已完成；" in asked.content
    assert "[2]（2031年，计划与目标；" in asked.content
    assert "社会消费品零售总额是多少" in asked.content
    assert "一律不理" in rules.content
    tight = SayingModel(["2030年社会消费品零售总额为88亿元。"])
    write(tight, make_task(SALES, "新增公办幼儿园学位不少于600个"), window=600)
    assert "[2]" not in tight.prompts[0][1].content


def test_a_summary_goes_section_by_section():
    tasks = plan_summary("总结一下这份报告", REPORT, chinese=True)
    assert [task.question[:2] for task in tasks] == ["一、", "二、"]
    assert {task.kind for task in tasks} == {TaskKind.SUMMARISE}
    model = SayingModel(["“十五五”期间，地区生产总值年均增长5.2%。", "报告内容很丰富，令人印象深刻。"])
    answer = write(model, *tasks)[-1]
    assert states(answer) == [VERIFIED, LEFT_OUT, QUOTED]
    assert answer.answer.endswith("二、2031年重点工作。[2]")


def test_a_summary_that_breaks_off_tells_the_rest_by_its_headings():
    tasks = plan_summary("总结一下这份报告", REPORT, chinese=True)
    answer = write(SayingModel(["“十五五”期间，地区生产总值年均增长5.2%。", SLOW]), *tasks)[-1]
    assert states(answer) == [VERIFIED, QUOTED]
    assert "语言模型没有及时答完，其余为逐字摘录。" in answer.notices


@pytest.mark.parametrize(
    ("question", "headings"),
    [
        ("请概括报告第二部分", ["二、2031年重点工作"]),
        ("总结“着力增进民生福祉”这一部分", ["(二)着力增进民生福祉"]),
        ("Summarise the report.", ["一、“十五五”期间经济社会发展和2030年工作回顾", "二、2031年重点工作"]),
        ("请概括报告第九部分", []),
        ("总结教育方面的工作", []),
        ("该报告总结了哪些成绩？", []),
        ("本报告中提到的民生工程有哪些，请概括", []),
        ("Does the report give an overview of GDP?", []),
        ("2031年的目标是什么？", []),
    ],
)
def test_which_sections_a_summary_is_wanted_of(question, headings):
    assert [task.question for task in plan_summary(question, REPORT, chinese=True)] == headings


@pytest.mark.parametrize(
    ("question", "core", "plain"),
    [
        ("用大白话解释一下“三条底线”", "“三条底线”", True),
        ("Explain the three bottom lines in plain words", "Explain the three bottom lines", True),
        ("什么是三条底线？", "什么是三条底线？", False),
        ("如何让企业开办更简单？", "如何让企业开办更简单？", False),
    ],
)
def test_the_wish_for_plain_words_is_taken_out_of_a_question(question, core, plain):
    assert strip_plain(question) == (core, plain)


def test_nothing_is_shown_of_a_sentence_that_is_too_long_to_be_quoted():
    text = REPORT.document.text
    long = make_report(
        text.replace(SALES, SALES + "、" + "、".join(f"第{number}类零售" for number in range(80)))
    )
    draft = Draft((state(quote(SALES, long), long.document),))
    task = Task.from_draft("零售总额？", draft, long, chinese=True, plain=False)
    reply = "2030年社会消费品零售总额实现88亿元，包括第1类零售和第79类零售。"
    answers = [
        one
        for one in ModelWriter(SayingModel([reply]), WINDOW).write([task], "问题")
        if one is not Stage.WRITING
    ]
    assert all(len(citation.span) <= 300 for citation in answers[-1].citations)


@pytest.mark.parametrize(
    "words",
    [
        "2030年社会消费品零售总额实现−88亿元。",
        "2030年社会消费品零售总额实现≥88亿元。",
        "2030年社会消费品零售总额实现$88亿元。",
        "2030年社会消费品零售总额实现88亿元↓。",
        "2030年社会消费品零售总额实现\u202e88\u202c亿元。",
        "2030年社会消费品零售总额实现8\u200b8亿元。",
        "2030年社会消费品零售总额实现88亿元/月。",
    ],
)
def test_signs_and_invisible_characters_are_no_part_of_a_claim(words):
    answer = write(SayingModel([words]), SALES_TASK)[-1]
    assert answer.answer == f"{SALES}。[1]"


def test_every_answer_that_grows_is_the_same_answer():
    tasks = plan_summary("总结一下这份报告", REPORT, chinese=True)
    model = SayingModel(["完全无关的一句话。", "2031年的目标是地区生产总值增长6%左右。"])
    answers = write(model, *tasks)
    assert {(answer.id, answer.mode) for answer in answers} == {(answers[-1].id, Mode.LLM)}


HISTORY = (Turn("user", "2030年改造老旧小区多少个？"), Turn("assistant", "改造老旧小区12个。"))


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("2030年改造老旧小区多少个？", None),  # as asked before
        ("2030年老旧小区改造了多少个？", "2030年老旧小区改造了多少个?"),
        ("2029年改造老旧小区多少个？", None),
        ("2030年改造学校多少个？", None),
        ("2030年青山镇改造老旧小区多少个？", None),
        (SLOW, None),
    ],
)
def test_a_question_is_rewritten_in_words_of_the_conversation_only(reply, expected):
    steps = rewrite("那个呢？", HISTORY, SayingModel([reply]), WINDOW, 2031)
    rewritten = None
    try:
        while True:
            assert next(steps) is Stage.WRITING
    except StopIteration as end:
        rewritten = end.value
    assert rewritten == expected


@pytest.mark.parametrize("question", ["那2029年的呢？", "那里的机场有几条跑道？", "那北京市的呢？"])
def test_a_rewritten_question_keeps_what_was_asked(question):
    steps = rewrite(question, HISTORY, SayingModel(["2030年老旧小区改造了多少个？"]), WINDOW, 2031)
    rewritten = ""
    try:
        while True:
            next(steps)
    except StopIteration as end:
        rewritten = end.value
    assert rewritten is None


def test_a_long_conversation_is_cut_to_the_window():
    model = SayingModel(["2030年老旧小区改造了多少个？"])
    turns = tuple(Turn("user", "长" * 400) for _ in range(6)) + HISTORY
    for _ in rewrite("那个呢？", turns, model, 700, 2031):
        pass
    assert sum(len(message.content) for message in model.prompts[0]) <= 700


def plan_grouped(*, chinese: bool = True, plain: bool = False) -> list[Task]:
    """Return the tasks of a digest with what was done under one lead and what is planned under another."""

    def group(label: str, kind: PeriodKind, *words: str) -> Group:
        return Group(label, kind, tuple(state(quote(one), REPORT.document) for one in words))

    groups = (
        group("2030年", PeriodKind.DONE, "改造老旧小区12个", "卫生厕所普及率达到61.5%"),
        group("2031年", PeriodKind.PLANNED, "改造老旧小区25个"),
    )
    draft = Draft.from_groups(groups, Kind.DIGEST, coverage=Coverage(3, 7))
    return plan_answer("老旧小区改造得怎么样？", draft, REPORT, chinese=chinese, plain=plain)


BOTH_TOLD = ("改造老旧小区12个，卫生厕所普及率达到61.5%。[1]", "2031年计划改造老旧小区25个。[1]")


def test_a_grouped_answer_is_worded_group_by_group_under_its_leads():
    model = SayingModel([*BOTH_TOLD])
    answer = write(model, *plan_grouped())[-1]
    assert answer.answer == (
        "2030年:\n改造老旧小区12个，卫生厕所普及率达到61.5%。[1]\n2031年(计划):\n2031年计划改造老旧小区25个。[2]"
    )
    assert [group.sentences for group in answer.groups] == [(0,), (1,)]
    assert (answer.kind, answer.coverage, answer.mode) == (Kind.DIGEST, Coverage(2, 7), Mode.LLM)
    assert ["25个" in str(messages) for messages in model.prompts] == [False, True]


def test_an_english_asker_gets_english_leads_over_a_models_sentences():
    model = SayingModel(["Xxxx xx xxx xxxx.", "Xxxx xx xxx xxxx."])
    extract = write(model, *plan_grouped(chinese=False))[-1]
    assert extract.answer.startswith("2030:\n- 改造老旧小区12个。[1]")
    assert "\n2031 (planned):\n" in extract.answer


def test_what_a_model_leaves_out_of_a_group_is_quoted_under_its_lead():
    answer = write(SayingModel([BOTH_TOLD[0], "2031年改造老旧小区26个。[1]"]), *plan_grouped())[-1]
    assert answer.answer.endswith("\n2031年(计划):\n改造老旧小区25个。[2]")
    assert states(answer) == [VERIFIED, LEFT_OUT, QUOTED]


def test_a_figure_of_another_group_is_not_told_under_a_lead():
    answer = write(SayingModel(["2031年计划改造老旧小区25个。[1]", BOTH_TOLD[1]]), *plan_grouped())[-1]
    assert answer.answer.startswith("2030年:\n改造老旧小区12个。[1]")


def test_a_model_that_fails_midway_leaves_the_other_groups_quoted_under_their_leads():
    answer = write(SayingModel([BOTH_TOLD[0], SLOW]), *plan_grouped())[-1]
    assert answer.answer.endswith("\n2031年(计划):\n改造老旧小区25个。[2]")


def test_a_model_that_fails_at_once_leaves_the_extract_as_it_would_have_been():
    answer = write(SayingModel([SLOW]), *plan_grouped())[-1]
    assert answer.answer == (
        "2030年:\n- 改造老旧小区12个。[1]\n- 卫生厕所普及率达到61.5%。[2]\n"
        "2031年(计划):\n改造老旧小区25个。[3]"
    )
    assert (answer.kind, answer.coverage, answer.mode) == (Kind.DIGEST, Coverage(2, 7), Mode.EXTRACTIVE)


def test_an_explanation_quotes_each_group_under_its_lead_first():
    answer = write(SayingModel(["意思是改造了12个老旧小区。[1]", BOTH_TOLD[1]]), *plan_grouped(plain=True))[
        -1
    ]
    assert answer.answer.startswith("2030年:\n改造老旧小区12个。[1]卫生厕所普及率达到61.5%。[2]")
    assert "\n2031年(计划):\n改造老旧小区25个。[3]" in answer.answer
