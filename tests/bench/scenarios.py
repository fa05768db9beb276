"""What an ablation compares: inputs of one kind, and what comes of each."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.documents.corpus import decode_text, load_document
from index.structure import parse_document
from index.types import Document, DocumentMeta, IndexedDocument
from tests.questions.check import BUNDLED, SETS, materialise, read_rows

if TYPE_CHECKING:
    from rag.types import Question

REPORTS = Path(__file__).parents[3] / "shared" / "reports"
"""Other reports, where they are at hand."""
DATA = Path(__file__).parents[2] / "build" / "ablation"
"""Where the index over the reports is kept from one run to the next."""


@dataclass(frozen=True)
class Scenario:
    """Inputs, and what is compared of each; where that changes, what comes of `then`, if there is any."""

    inputs: Sequence[Any]
    run: Callable[[Any], Hashable]
    then: Callable[[Any], Hashable] | None = None


def load(name: str, questions: Sequence[Path], corpus: Path | None) -> Scenario:
    """Return the scenario `name`; `questions` are further question files, over the reports of `corpus`."""
    if name in ("questions", "answers"):
        return {"questions": _queries, "answers": _answers}[name](questions, corpus)
    return {"claims": _claims, "indicators": _indicators, "structure": _structure}[name]()


def _corpus() -> Path | None:
    if not REPORTS.is_dir():
        return None
    folder = Path(tempfile.mkdtemp())
    materialise(REPORTS, folder)
    return folder / "corpus"


def _claims() -> Scenario:
    from rag.verification.claims import Source, find_problems
    from tests.rag.claims.pairs import WRITTEN, Pair, load_reports, make_mutations, read_written, sample

    reports = load_reports(_corpus())
    pairs = [pair for name in WRITTEN for pair in read_written(name, reports)]
    pairs += sample(pair for report in reports.values() for pair in make_mutations(report))

    def run(pair: Pair) -> bool:
        sources = [Source(one.document, one.passage, one.span) for one in pair.sources]  # nothing cached
        return bool(find_problems(pair.claim, sources))

    return Scenario(pairs, run)


def _documents() -> list[Document]:
    """Return the bundled report and all others at hand, by the place and year of their names."""
    documents = [load_document(BUNDLED)]
    for path in sorted(REPORTS.glob("*.txt")):
        place, _, year = path.stem.partition("_")
        text = decode_text(path.read_bytes(), str(path))
        date = dt.date(int(year), 1, 20)
        meta = DocumentMeta(f"{place}{year}年政府工作报告", place, int(year), date, "负责人", "会议", "", "")
        documents.append(Document(path.stem, text, hashlib.sha256(text.encode()).hexdigest(), meta))
    return documents


def _structure() -> Scenario:
    return Scenario(_documents(), parse_document)


def _indicators() -> Scenario:
    from rag.indicators import find_indicators, find_series

    reports = [IndexedDocument(document, parse_document(document)) for document in _documents()]
    passages = [
        IndexedDocument(report.document, replace(report.structure, passages=(passage,)))
        for report in reports
        for passage in report.structure.passages
        if re.search(r"[\d一二三四五六七八九十百千万亿半]", passage.span.of(report.document.text))
    ]

    def run(report: IndexedDocument) -> Hashable:
        found = find_indicators(report)
        return found, find_series(found)

    return Scenario([*passages, *reports], run)


def _ask_all(files: Sequence[Path], documents: Mapping[str, IndexedDocument]) -> list[Question]:
    """Return every question of the sets, and of `files`, that is asked of one of `documents`."""
    from rag.types import Question, Turn

    rows = [row for name in (*SETS, "dev", "english_dev") for row in read_rows(name)]
    rows += [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    asked = []
    for row in rows:
        turns = tuple(Turn(turn["role"], turn["content"]) for turn in row.get("history") or ())
        document = row.get("document", BUNDLED.name)
        if document in documents:
            asked.append(Question(row["question"], turns, (document,)))
    return asked


class Remembering:
    """A reader or an encoder that computes nothing twice: neither has any patterns."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._known: dict[Any, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def encode_query(self, texts: Sequence[str], **options: Any) -> Any:
        """Encode as the encoder does."""
        key = tuple(texts)
        if key not in self._known:
            self._known[key] = self._inner.encode_query(texts, **options)
        return self._known[key]

    def judge(self, pairs: Sequence[Any]) -> list[Any]:
        """Judge as the reader does."""
        for pair in pairs:
            if pair not in self._known:
                (self._known[pair],) = self._inner.judge([pair])
        return [self._known[pair] for pair in pairs]


def _load_service(corpus: Path | None) -> Any:
    from rag.service import ReportService
    from rag.settings import Settings

    service = ReportService(Settings(data=DATA, corpus=corpus or _corpus() or BUNDLED.parent))
    service.load()
    first = next(iter(service.contexts.values()))
    index: Any = first.index
    index.encoder = Remembering(index.encoder)
    return ReportService.from_index(index, Remembering(first.reader), service.settings)  # type: ignore[arg-type]


def _answers(questions: Sequence[Path], corpus: Path | None) -> Scenario:
    """Compare whole answers."""
    service = _load_service(corpus)

    def run(asked: Question) -> Hashable:
        answer = service.ask(asked)
        shown = [(one.document, one.span, one.number) for one in answer.citations]
        return (answer.status, answer.answer, str(shown), str(answer.reason))

    return Scenario(_ask_all(questions, service.documents), run)


def _queries(questions: Sequence[Path], corpus: Path | None) -> Scenario:
    """Compare Queries, and the answers to those that changed; claims are understood as well."""
    from rag.question.understanding import understand
    from rag.types import Question
    from tests.rag.claims.pairs import HERE, WRITTEN

    answers = _answers(questions, corpus)
    index = _load_service(corpus)._require().index
    asked = list(answers.inputs)
    for name in WRITTEN:
        rows = [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines()]
        asked += [
            Question(row["claim"], documents=(row["document"],))
            for row in rows
            if row["document"] in index.documents
        ]

    def run(question: Question) -> Hashable:
        return str(understand(question, index))

    return Scenario(asked, run, answers.run)
