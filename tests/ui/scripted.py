"""The scripted service, the one fake in these tests: a small report, and what it answers."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.types import (
    Document,
    DocumentMeta,
    GlossaryEntry,
    IndexedDocument,
    Passage,
    Period,
    PeriodKind,
    Role,
    Section,
    Span,
    Structure,
)
from rag.composition import Draft, Group, Quote, Statement, state, write_answer
from rag.service import Readiness
from rag.settings import Settings
from rag.types import (
    Answer,
    AnswerSentence,
    Citation,
    Coverage,
    Kind,
    Language,
    Mode,
    Question,
    Reason,
    ReasonCode,
    SentenceState,
    Stage,
    Status,
    Timings,
)

# Any of these would set `window.hacked` if the browser ever ran it.
ATTACK = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>"
# An astral character before a quote that occurs twice, markup and Markdown as text, a two-character line end.
TEXT = (
    "网站导航\n\n甲县2021年政府工作报告\n\n一、回顾\n\n"
    "(一)𠮷镇人口😀增长。全县人口达到3万人。城镇扩大,全县人口达到3万人。\r\n\r\n"
    f"{ATTACK}与*星号*照写。\n\n"
    "落实“六稳”任务。力争学校达到4所。\n\n"
    "名词解释\n1.六稳:稳就业等。\n站点页脚\n"
)
DONE = Period("2020年", PeriodKind.DONE)
PLANNED = Period("2021年", PeriodKind.PLANNED)


def _span(text: str, words: str, occurrence: int = 1) -> Span:
    starts = [found.start() for found in re.finditer(re.escape(words), text)]
    return Span(starts[occurrence - 1], starts[occurrence - 1] + len(words))


def _passage(words: str, role: Role = Role.BODY) -> Passage:
    return Passage("jia", _span(TEXT, words), ("一、回顾",), DONE, role)


def make_small_report() -> IndexedDocument:
    part, section, term = (
        _span(TEXT, "一、回顾"),
        _span(TEXT, "(一)𠮷镇人口😀增长"),
        _span(TEXT, "1.六稳:稳就业等。"),
    )
    outline = Section(
        "一、回顾", 1, part.start, term.start, (Section("(一)𠮷镇人口😀增长", 2, section.start, term.start),)
    )
    passages = (
        _passage("甲县2021年政府工作报告", Role.TITLE),
        _passage("一、回顾", Role.HEADING),
        _passage("(一)𠮷镇人口😀增长。", Role.HEADING),
        _passage("全县人口达到3万人。"),
        _passage("城镇扩大,全县人口达到3万人。"),
        _passage(f"{ATTACK}与*星号*照写。"),
        _passage("落实“六稳”任务。"),
        replace(_passage("力争学校达到4所。"), period=PLANNED),
        Passage("jia", term, ("名词解释", "六稳"), Period("", PeriodKind.DEFINITION), Role.GLOSSARY),
    )
    glossary = GlossaryEntry("六稳", ("六稳",), term, _span(TEXT, "稳就业等。"))
    meta = DocumentMeta(
        f"甲县报告{ATTACK}", "甲县", 2021, dt.date(2021, 2, 7), "县长", "大会", "县政府网站", "公有领域"
    )
    structure = Structure((outline,), tuple(sorted(passages, key=lambda one: one.span)), (glossary,))
    return IndexedDocument(Document("jia", TEXT, "0" * 64, meta), structure)


def _cite(n: int, words: str, occurrence: int = 1) -> Citation:
    span = _span(TEXT, words, occurrence)
    return Citation(n, "jia", span, words, span, ("一、回顾", "(一)𠮷镇人口😀增长"), DONE, 0.9)


def make_answer(*sentences: tuple[str, Citation]) -> Answer:
    """Return an answer of sentences, each with the one citation it rests on."""
    text, spans = "", []
    for words, citation in sentences:
        spans.append(
            AnswerSentence(Span(len(text), len(text) + len(words)), (citation.n,), SentenceState.QUOTED)
        )
        text += f"{words}[{citation.n}]"
    return Answer(
        "a",
        Status.ANSWERED,
        text,
        Mode.EXTRACTIVE,
        "",
        sentences=tuple(spans),
        citations=tuple(c for _, c in sentences),
    )


def _make_list(lead: str, *quotes: str) -> Answer:
    """Return an answer of one sentence that lists quotes."""
    sentence = f"{lead}{';'.join(quotes)}。"
    numbers = range(1, len(quotes) + 1)
    return Answer(
        "d",
        Status.ANSWERED,
        sentence + "".join(f"[{n}]" for n in numbers),
        Mode.EXTRACTIVE,
        "",
        sentences=(AnswerSentence(Span(0, len(sentence)), tuple(numbers), SentenceState.QUOTED),),
        citations=tuple(_cite(n, quote) for n, quote in zip(numbers, quotes, strict=True)),
    )


def _make_reworded(*sentences: tuple[str, Citation] | None, notices: tuple[str, ...] = ()) -> Answer:
    """Return an answer of a model: sentences that were verified, None where one was left out.

    A sentence is quoted where it says no more than its citation.
    """
    text, told = "", []
    for sentence in sentences:
        if sentence is None:
            told.append(AnswerSentence(Span(len(text), len(text)), (), SentenceState.LEFT_OUT))
            continue
        words, citation = sentence
        quoted = words == f"{citation.quote}。"
        state = SentenceState.QUOTED if quoted else SentenceState.VERIFIED
        told.append(AnswerSentence(Span(len(text), len(text) + len(words)), (citation.n,), state))
        text += f"{words}[{citation.n}]"
    citations = tuple(sentence[1] for sentence in sentences if sentence)
    return Answer(
        "e",
        Status.ANSWERED,
        text,
        Mode.LLM,
        "改写",
        model="qwen<3>",
        notices=notices,
        sentences=tuple(told),
        citations=citations,
        timings=Timings(1, 2, 3, 6),
    )


def make_digest(language: Language = Language.CHINESE) -> Answer:
    """Return an answer under two leads, with more on the topic than it shows."""
    report = make_small_report()

    def state_words(words: str, occurrence: int = 1) -> Statement:
        span = _span(TEXT, words, occurrence)
        passage = next(one for one in report.structure.passages if one.span.contains(span))
        return state(Quote(passage, span, 0.9), report.document)

    done = ("全县人口达到3万人", "城镇扩大,全县人口达到3万人", "落实“六稳”任务")
    groups = (
        Group("2020年", PeriodKind.DONE, tuple(map(state_words, done))),
        Group("2021年", PeriodKind.PLANNED, (state_words("力争学校达到4所"),)),
    )
    draft = Draft.from_groups(groups, Kind.DIGEST, coverage=Coverage(4, 9))
    return replace(write_answer(draft, report, "", language), id="g")


_POPULATION = ("全县人口已达到3万人。", _cite(1, "全县人口达到3万人"))
_TOWNS = ("城镇有所扩大。", _cite(2, "城镇扩大,全县人口达到3万人"))
_TASKS = ("落实“六稳”任务。", _cite(3, "落实“六稳”任务"))
# How an answer of a model grows; the last one is complete.
REWORDED = (
    _make_reworded(_POPULATION),
    _make_reworded(_POPULATION, None, _TOWNS),
    _make_reworded(
        _POPULATION, None, _TOWNS, _TASKS, notices=("模型写的 1 句未能核实。", "以原文摘录补充。")
    ),
)
ANSWERS = {
    "列举": _make_list("共3项:", "全县人口达到3万人", "城镇扩大", "落实“六稳”任务"),
    "并列": _make_list("", "全县人口达到3万人", "城镇扩大"),
    "第一处": make_answer(("全县人口达到3万人。", _cite(1, "全县人口达到3万人"))),
    "第二处": make_answer(("2020年全县人口达到3万人。", _cite(1, "全县人口达到3万人", 2))),
    "两句": make_answer(
        ("全县人口达到3万人。", _cite(1, "全县人口达到3万人")), ("城镇扩大。", _cite(2, "城镇扩大"))
    ),
    "很长": make_answer(("人口很多。" * 120, _cite(1, "全县人口达到3万人"))),
    "攻击": make_answer((ATTACK + "[1]*星号*。", _cite(1, ATTACK))),
    "什么是六稳？": make_answer(("六稳指稳就业等。", _cite(1, "稳就业等"))),
    "What is 六稳?": make_answer(("六稳指稳就业等。", _cite(1, "稳就业等"))),
    "六稳": make_answer(("落实“六稳”任务。", _cite(1, "落实“六稳”任务"))),
    "慢": make_answer(("城镇扩大。", _cite(1, "城镇扩大"))),
    "人口情况": make_digest(),
    "你好": Answer("b", Status.SMALLTALK, "您好，请就报告提问。", Mode.EXTRACTIVE, "你好"),
}
SPOKEN_OF = Answer(
    "h",
    Status.NOT_FOUND,
    "报告谈到人口，但没有直接说明所问的原因。",
    Mode.EXTRACTIVE,
    "人口为什么增长？",
    reason=Reason(ReasonCode.NO_DIRECT_ANSWER, "报告谈到人口，但没有直接说明所问的原因。"),
    closest=(_cite(1, "全县人口达到3万人"), _cite(2, "城镇扩大")),
)
NOT_FOUND = Answer(
    "c",
    Status.NOT_FOUND,
    "",
    Mode.EXTRACTIVE,
    "",
    reason=Reason(ReasonCode.OTHER_PERIOD, "这份报告没有谈到1999年。"),
    closest=(_cite(1, "城镇扩大"),),
)


@dataclass
class ScriptedService:
    """Stands in for ReportService: one small report, and the answers of ANSWERS (others are not found)."""

    readiness: Readiness = field(default_factory=lambda: Readiness(True, ""))
    documents: dict[str, IndexedDocument] = field(default_factory=lambda: {"jia": make_small_report()})
    asked: list[Question] = field(default_factory=list)
    patience: threading.Event = field(default_factory=threading.Event)
    scripts: dict[str, Sequence[Stage | Answer | threading.Event | Exception]] = field(default_factory=dict)
    """What comes for a question in a stream; a model writes until an event is set, an error is raised."""
    left: threading.Event = field(default_factory=threading.Event)
    """Set when nobody wants any more of a script, or when it is through."""
    settings: Settings = field(default_factory=Settings)

    def ask(self, question: Question) -> Answer:
        if question.text == "出错":
            raise ZeroDivisionError("told to fail")
        if question.text == "慢":
            assert self.patience.wait(60)
        self.asked.append(question)
        answer = SPOKEN_OF if question.text == SPOKEN_OF.standalone_question else None
        answer = answer or ANSWERS.get(question.text, NOT_FOUND)
        return answer if answer.standalone_question else replace(answer, standalone_question=question.text)

    def stream(self, question: Question) -> Generator[Stage | Answer]:
        yield Stage.SEARCHING
        script = self.scripts.get(question.text, REWORDED if question.text == "改写" else None)
        if script is None:
            yield self.ask(question)
            return
        self.asked.append(question)
        try:
            for item in script:
                if isinstance(item, threading.Event):
                    yield from _write_until(item)
                elif isinstance(item, Exception):
                    raise item
                else:
                    yield item
        finally:
            self.left.set()

    def told(self, text: str) -> Question:
        """Return the question with this text as it was asked last (others check what could be asked next)."""
        return next(question for question in reversed(self.asked) if question.text == text)

    def search(self, query: str, documents: Sequence[str] | None, limit: int) -> list[Citation]:
        return [_cite(1, "全县人口达到3万人"), _cite(2, "城镇扩大")][:limit]


def _write_until(event: threading.Event) -> Iterator[Stage]:
    """Tell ten times a second that a model is writing, as ReportService.stream does, until `event` is set."""
    for _ in range(600):
        if event.wait(0.1):
            return
        yield Stage.WRITING
    raise AssertionError("nobody let the script go on")
