"""A service whose answers are scripted, for what REST and terminal do with any answer."""

import datetime as dt
import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from index.types import (
    Document,
    DocumentMeta,
    GlossaryEntry,
    IndexedDocument,
    Passage,
    Period,
    PeriodKind,
    Progress,
    Role,
    Section,
    Span,
    Structure,
)
from rag.api import create_api
from rag.errors import NotReadyError
from rag.limits import check_documents, check_question
from rag.service import Readiness, ReportService
from rag.settings import Settings
from rag.types import (
    Answer,
    AnswerGroup,
    AnswerSentence,
    Citation,
    Coverage,
    Kind,
    Mode,
    Question,
    Reason,
    ReasonCode,
    SentenceState,
    Stage,
    Status,
    Timings,
)
from tests.rag.reports import make_report, serve_report

TEXT = "一、𠀀年回顾\n去年种树两棵。今年再种三棵。\n名词解释\n1.种树:把树苗种进土里。\n"
DONE = Period("2020年", PeriodKind.DONE)


def _find(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def _cite(n: int, words: str, sentence: str) -> Citation:
    return Citation(n, "trees", _find(words), words, _find(sentence), ("一、𠀀年回顾",), DONE, 0.75)


def _document() -> IndexedDocument:
    meta = DocumentMeta("种树报告", "某地", 2021, dt.date(2021, 2, 7), "某人", "某会", "自撰", "无版权")
    heading, definition = _find("一、𠀀年回顾"), _find("把树苗种进土里。")
    sentences = (_find("去年种树两棵。"), _find("今年再种三棵。"))
    return IndexedDocument(
        Document("trees", TEXT, hashlib.sha256(TEXT.encode()).hexdigest(), meta),
        Structure(
            outline=(
                Section(
                    "一、𠀀年回顾",
                    1,
                    heading.start,
                    sentences[1].end,
                    (Section("去年种树", 2, sentences[0].start, sentences[0].end),),
                ),
            ),
            passages=tuple(Passage("trees", span, ("一、𠀀年回顾",), DONE, Role.BODY) for span in sentences),
            glossary=(
                GlossaryEntry(
                    "种树", ("种树", "植树"), Span(definition.start - 5, definition.end), definition
                ),
            ),
        ),
    )


ANSWERED = Answer(
    id="a1",
    status=Status.ANSWERED,
    answer="去年种树两棵。[1]今年再种三棵。[1][2]",
    mode=Mode.EXTRACTIVE,
    standalone_question="种了几棵树?",
    sentences=(
        AnswerSentence(Span(0, 7), (1,), SentenceState.QUOTED),
        AnswerSentence(Span(10, 17), (1, 2), SentenceState.QUOTED),
    ),
    citations=(_cite(1, "种树两棵", "去年种树两棵。"), _cite(2, "再种三棵", "今年再种三棵。")),
    timings=Timings(1.0, 2.0, 3.5),
)
NOT_FOUND = Answer(
    id="a2",
    status=Status.NOT_FOUND,
    answer="报告没有提到2030年。",
    mode=Mode.EXTRACTIVE,
    standalone_question="2030年种几棵树?",
    reason=Reason(ReasonCode.OTHER_PERIOD, "报告只说到2021年。"),
    closest=(_cite(1, "种树两棵", "去年种树两棵。"),),
)
GROUPED = Answer(
    id="a4",
    status=Status.ANSWERED,
    answer="2020年:\n- 去年种树两棵。[1]\n- 今年再种三棵。[1][2]",
    mode=Mode.EXTRACTIVE,
    standalone_question="种树情况?",
    sentences=(
        AnswerSentence(Span(9, 16), (1,), SentenceState.QUOTED),
        AnswerSentence(Span(22, 29), (1, 2), SentenceState.QUOTED),
    ),
    citations=ANSWERED.citations,
    kind=Kind.DIGEST,
    groups=(AnswerGroup("2020年", PeriodKind.DONE, "trees", (0, 1)),),
    coverage=Coverage(2, 5),
)
SMALLTALK = Answer("a3", Status.SMALLTALK, "你好!", Mode.EXTRACTIVE, "你好")


@dataclass
class Script:
    """What the scripted service is to do, and what it was asked."""

    answer: Answer = ANSWERED
    error: Exception | None = None
    readiness: Readiness = field(default_factory=lambda: Readiness(True, "ready"))
    asked: list[Question] = field(default_factory=list)
    loads: list[bool] = field(default_factory=list)


class ScriptedService(ReportService):
    """The one fake: everything before it is real."""

    def __init__(self, settings: Settings, script: Script) -> None:
        super().__init__(settings)
        self.script = script
        self._indexed = {"trees": _document()}

    @property
    def readiness(self) -> Readiness:
        return self.script.readiness

    def load(self, progress: Progress | None = None, *, rebuild: bool = False) -> None:
        self._fail_if_scripted()
        self.script.loads.append(rebuild)
        if progress:
            progress("Encoding", 1, 2)
            progress("Encoding", 2, 2)

    @property
    def documents(self) -> Mapping[str, IndexedDocument]:
        if not self.script.readiness.ready:
            raise NotReadyError("The index is still being built: try again in a few seconds.")
        return self._indexed

    @property
    def problems(self) -> Mapping[str, str]:
        return {}

    def stream(self, question: Question) -> Generator[Stage | Answer]:
        yield Stage.SEARCHING
        self._fail_if_scripted()
        check_question(question, self.documents, self.settings)
        self.script.asked.append(question)
        yield self.script.answer

    def search(self, query: str, documents: Sequence[str] | None, limit: int) -> list[Citation]:
        self._fail_if_scripted()
        check_documents(documents, self.documents)
        return list(ANSWERED.citations)[:limit]

    def _fail_if_scripted(self) -> None:
        if self.script.error:
            raise self.script.error


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def answers() -> dict[str, Answer]:
    """One answer of each status, and one under a lead."""
    return {one.status.value: one for one in (ANSWERED, NOT_FOUND, SMALLTALK)} | {"grouped": GROUPED}


@pytest.fixture
def make_scripted_service(script: Script, tmp_path: Path) -> Callable[..., ReportService]:
    """Make the scripted service on settings of one's choice."""

    def make(settings: Settings | None = None) -> ReportService:
        return ScriptedService(settings or Settings(data=tmp_path), script)

    return make


@pytest.fixture
def scripted(make_scripted_service: Callable[..., ReportService]) -> Iterator[TestClient]:
    """A client of REST on the scripted service; what the server raises reaches it as a response."""
    app = create_api(make_scripted_service())
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def yunxi(service: ReportService) -> ReportService:
    """A service that knows only the made-up report, with the real encoder."""
    return serve_report(make_report(), service)
