"""A conversation goes on: what a question takes from it, what need not be said again, and where it ends."""

from __future__ import annotations

import pytest

from index.language.text import normalise_question
from index.types import Document
from rag.question.classifier import no_vector
from rag.question.conversation.items import read_items
from rag.question.conversation.leaning import Link
from rag.question.conversation.thread import Continued, Reader, pair_turns
from rag.question.conversation.told import Told
from rag.service import ReportService
from rag.types import Answer, Question, Status, Turn
from tests.rag.reports import make_report

REPORT = make_report()
SIX = "- 修路[1]\n- 种树[2]\n- 办学[3]\n- 治水[4]\n- 建房[5]\n- 养老[6]"
COMPLETE = "2020年社会消费品零售总额是多少？"


def talk(*lines: str) -> list[Turn]:
    return [Turn("user" if i % 2 == 0 else "assistant", line) for i, line in enumerate(lines)]


def follow(question: str, history: list[Turn], report: Document = REPORT.document) -> Continued:
    reader = Reader(report, no_vector, lambda text: text)
    return reader.follow(normalise_question(question), pair_turns(history))


def converse(service: ReportService, *questions: str) -> list[Answer]:
    history: list[Turn] = []
    answers = []
    for question in questions:
        answers.append(service.ask(Question(question, tuple(history))))
        history += [Turn("user", question), Turn("assistant", answers[-1].answer)]
    return answers


def cited(answer: Answer) -> set[tuple[int, int]]:
    return {(one.span.start, one.span.end) for one in answer.citations}


@pytest.mark.parametrize(
    ("history", "question", "kept"),
    [
        (talk("2030年改造老旧小区多少个?", "12个。"), "那2031年的目标呢?", ["2031年", "老旧小区"]),
        (talk("2030年改造老旧小区多少个?", "12个。"), "海淀区的呢?", ["海淀区", "老旧小区"]),
        (talk("2030年新增学位多少?", "100个。"), "那下一年要增加多少?", ["2031年", "学位"]),
        (
            talk("主要预期目标里生产总值增长多少?", "6%。", "医院何时开工?", "2030年。"),
            "回到刚才的目标,零售那项是多少?",
            ["预期目标", "零售"],
        ),
        (
            talk("2030年新建了哪些设施?", "新建路灯50盏、公共自行车站点26个。"),
            "后者在2031年要新增多少?",
            ["公共自行车站点", "2031年"],
        ),
    ],
)
def test_a_follow_up_is_completed_from_the_conversation(history, question, kept):
    completed = follow(question, history).text
    assert [word for word in kept if word not in completed] == []


def test_a_sibling_takes_the_place_of_what_was_asked_before():
    report = make_report("城镇居民收入5万元。农村居民收入2万元。")
    completed = follow("其中农村的呢?", talk("城镇居民收入是多少?", "5万元。"), report.document)
    assert completed.text == completed.about == "农村居民收入是多少?"


@pytest.mark.parametrize("history", [[], talk("你好", "您好!")])
def test_a_question_that_stands_alone_stays_as_it_is(history):
    question = "2030年社会消费品零售总额是多少?"
    assert follow(question, history).text == question


@pytest.mark.parametrize(
    ("question", "link"),
    [
        ("还有呢?", Link.MORE),
        ("继续", Link.MORE),
        ("Tell me more", Link.MORE),
        ("第三条具体讲讲", Link.ITEM),
        ("And the other one?", Link.ITEM),
        ("在哪里建?", Link.DETAIL),
        ("How much did it cost?", Link.DETAIL),
        ("那绿化呢?", Link.OTHER),
        ("What about education?", Link.OTHER),
        ("还有哪些困难和问题需要解决?", Link.ALONE),
        ("那么2021年的社会消费品零售总额目标是多少?", Link.ALONE),
        ("forest coverage", Link.ALONE),
    ],
)
def test_how_a_question_leans_on_the_one_before_is_judged(
    service: ReportService, question: str, link: Link
) -> None:
    encode = service.contexts["saihan-2021"].index.encode
    reader = Reader(REPORT.document, encode, lambda text: text)
    history = pair_turns(talk("老旧小区改造了多少个?", SIX))
    assert reader.follow(question, history).thread.link is link


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("第三条具体讲讲", "办学"),
        ("第2个呢", "种树"),
        ("最后一条呢", "养老"),
        ("倒数第二个说说", "建房"),
        ("the second one", "种树"),
        ("Point 4 please", "治水"),
    ],
)
def test_an_item_of_the_last_answer_is_found_by_its_place(question: str, item: str) -> None:
    assert follow(question, talk("要做哪些事?", SIX)).text == item


def test_items_are_counted_in_the_list_that_was_asked_about_first() -> None:
    history = talk("要做哪些事?", SIX, "第二条呢", "种树200亩。[1]")
    assert follow("第三条呢", history).text == "办学"
    assert follow("下一条呢", history).text == "办学"


def test_the_ninth_of_six_is_absent() -> None:
    thread = follow("第九条呢", talk("要做哪些事?", SIX)).thread
    assert (thread.items, thread.absent) == (6, 9)


@pytest.mark.parametrize(
    ("answer", "items"),
    [
        ("2020年:\n- 修路[1]\n- 种树[2]", ("修路", "种树")),
        ("共 2 项：修路；种树。[1][2]", ("修路", "种树")),
        ("建成高地、绿地、福地。[1]", ("建成高地", "绿地", "福地")),
        ("修路31条。[1]种树2万亩。[2]", ("修路31条", "种树2万亩")),
        ("", ()),
    ],
)
def test_items_are_lines_or_sentences_or_what_one_sentence_lists(answer: str, items: tuple[str, ...]) -> None:
    assert read_items(answer) == items


def test_what_was_told_is_known_by_its_words_whoever_worded_it() -> None:
    told = Told.from_answers(["2020年:\n- 改造老旧小区20个,加装电梯18部。[1]"])
    assert told.has("改造老旧小区20个")
    assert not told.has("改造老旧小区82个,并打通断头路4条")
    assert not Told().has("改造老旧小区20个")


def test_more_tells_what_was_not_told_until_all_is_told(service: ReportService) -> None:
    first, *others = converse(service, "老旧小区改造方面做了哪些工作？", *["还有呢？"] * 12)
    seen = cited(first)
    for answer in others:
        assert not seen & cited(answer)
        seen |= cited(answer)
    assert others[-1].status is Status.NOT_FOUND
    assert others[-1].decided_by == "all_told"


def test_a_detail_that_is_not_given_never_repeats_the_sentence_before(service: ReportService) -> None:
    first, second = converse(service, "2021年改造老旧小区多少个？", "在哪里？")
    assert first.status is Status.ANSWERED
    assert not cited(first) & cited(second)


def test_an_item_that_is_not_there_is_said_to_be_absent(service: ReportService) -> None:
    _, second = converse(service, "“十四五”的重点任务有哪几项？", "第二十条呢")
    assert second.status is Status.NOT_FOUND
    assert "20" in second.answer


def test_a_complete_question_is_answered_in_a_conversation_as_alone(service: ReportService) -> None:
    alone = service.ask(Question(COMPLETE))
    *_, after = converse(service, "赛罕区有哪些困难和问题？", "第二条呢", "还有呢", COMPLETE)
    assert after.answer == alone.answer


@pytest.mark.parametrize("question", ["还有呢？", "第三条", "在哪里？", "那绿化呢？"])
def test_forty_turns_of_follow_ups_are_answered_within_bounds(service: ReportService, question: str) -> None:
    history = [Turn("user" if at % 2 == 0 else "assistant", question) for at in range(40)]
    answer = service.ask(Question(question, tuple(history)))
    assert answer.answer
    assert len(answer.standalone_question) < 400


def test_several_questions_none_of_which_was_answered_are_asked_again_for_more(yunxi):
    several = "狗叫什么?猫叫什么?"
    again = yunxi.ask(Question("还有呢", (Turn("user", several),)))
    assert again.answer == yunxi.ask(Question(several)).answer
