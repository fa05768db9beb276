"""The one object that REST, terminal and page talk to: it loads the index and answers questions."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from index.documents.corpus import load_sound_corpus
from index.errors import IndexFloorError
from index.language.text import normalise_question
from index.storage.source import Source
from index.types import Index, IndexedDocument, Progress, Vectors
from rag.composition import cite, quote_passage, quote_verbatim
from rag.errors import NotReadyError
from rag.evidence.context import ReportContext
from rag.evidence.reader import Reader
from rag.explanation import Explanation
from rag.library.jobs import JobFolder
from rag.library.library import Library
from rag.library.worker import Worker
from rag.limits import check_documents, check_question
from rag.llm.client import ChatClient, ChatModel
from rag.messages import messages_for
from rag.metrics import count_violation
from rag.pipeline import answer_question, explain_question
from rag.question.understanding import read_language
from rag.rewording.writer import ModelWriter
from rag.settings import Settings
from rag.types import Answer, Citation, Language, Mode, Question, Reason, ReasonCode, Stage, Status
from rag.verification.invariants import Violation, find_violations

if TYPE_CHECKING:
    from index.storage.store import Generation, GenerationStore

logger = logging.getLogger(__name__)

_MILLISECONDS = 1_000.0


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far loading has come: `stage` is a sentence for people, `error` one when loading failed."""

    ready: bool
    stage: str
    done: int = 0
    total: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class _Loaded:
    index: Index
    contexts: Mapping[str, ReportContext]
    reader: Reader
    notices: tuple[str, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)
    generation: Generation | None = None

    @classmethod
    def from_index(cls, index: Index, reader: Reader, notices: tuple[str, ...] = ()) -> _Loaded:
        contexts = {name: ReportContext.from_index(index, name, reader) for name in index.documents}
        return cls(index, contexts, reader, notices)

    def changed(self, generation: Generation) -> _Loaded:
        """Return what is loaded with another generation; reports that did not change are not read again."""
        index, documents = generation.index, generation.index.documents
        contexts = {
            name: replace(self.contexts[name], index=index)
            if self.index.documents.get(name) is documents[name]
            else ReportContext.from_index(index, name, self.reader)
            for name in documents
        }
        problems = {name: text for name, text in self.problems.items() if name not in documents}
        return replace(self, index=index, contexts=contexts, problems=problems, generation=generation)


class ReportService:
    """Answers questions about the indexed reports.

    Until `load` has finished, `documents`, `ask` and `search` raise NotReadyError. All methods may be called
    from several threads at once. `model` is asked in place of the one at the address in the settings.
    """

    _loaded: _Loaded | None = None

    def __init__(self, settings: Settings, *, model: ChatModel | None = None) -> None:
        self.settings = settings
        self._readiness = Readiness(ready=False, stage="not started")
        self._loading = threading.Lock()
        self._installing = threading.Lock()
        self._store: GenerationStore | None = None
        self.library = Library(settings.data, self)
        self.jobs = JobFolder(settings.data / "jobs")
        self.worker = Worker(self.jobs, self.library, self.refresh)
        if model is None and settings.has_llm:
            model = ChatClient(settings)
        self._writer = ModelWriter(model, settings.llm_context) if model is not None else None

    @classmethod
    def from_index(
        cls, index: Index, reader: Reader, settings: Settings, *, model: ChatModel | None = None
    ) -> Self:
        """Return a service that answers from `index`, ready at once; `reader` judges its passages."""
        service = cls(settings, model=model)
        service._loaded = _Loaded.from_index(index, reader)
        service._readiness = Readiness(ready=True, stage="ready")
        return service

    @property
    def contexts(self) -> Mapping[str, ReportContext]:
        """Every report as it is searched and read, by its id."""
        return self._require().contexts

    @property
    def generation(self) -> int:
        """The number of the generation of the index that answers; 0 where there is none on disk."""
        loaded = self._loaded
        return 0 if loaded is None or loaded.generation is None else loaded.generation.number

    @property
    def count(self) -> int:
        """How many documents can be asked."""
        return 0 if self._loaded is None else len(self._loaded.index.documents)

    @property
    def readiness(self) -> Readiness:
        """How far loading has come."""
        return self._readiness

    def load(self, progress: Progress | None = None, *, rebuild: bool = False) -> None:
        """Open the index, building it first when it is missing or outdated (or `rebuild` asks for it).

        A failure is recorded in `readiness` and raised; a generation that already serves goes on serving.
        """
        with self._loading:
            try:
                self._loaded = self._load(progress, rebuild=rebuild)
            except Exception as error:
                expected = isinstance(error, (IndexFloorError, OSError))
                sentence = str(error) if expected else "The index could not be loaded."
                self._readiness = Readiness(self._loaded is not None, stage="failed", error=sentence)
                raise
            self._readiness = Readiness(ready=True, stage="ready")

    def _load(self, progress: Progress | None, *, rebuild: bool) -> _Loaded:
        def report(stage: str, done: int, total: int) -> None:
            self._readiness = Readiness(self._loaded is not None, stage, done, total)
            if progress is not None:
                progress(stage, done, total)

        report("reading the corpus", 0, 1)
        sources, problems = self._find_sources()
        report("loading the encoder", 0, 1)
        from index.encoder import fingerprint, load_encoder
        from index.storage.store import GenerationStore
        from rag.evidence.reader import load_reader

        encoder = load_encoder(self.settings.encoder, allow_downloads=self.settings.allow_downloads)
        self._store = GenerationStore(self.settings.data, encoder, fingerprint=fingerprint(encoder))
        generation = self._store.load(sources, rebuild=rebuild, progress=report)
        added = self.library.records.keys()
        self._store.pinned = frozenset(name for name in generation.entries if name not in added)
        reader, told = load_reader()
        loaded = _Loaded.from_index(generation.index, reader, (*generation.notices, *told))
        return replace(loaded, problems={**problems, **generation.problems}, generation=generation)

    def _find_sources(self) -> tuple[list[Source], dict[str, str]]:
        """Return what is to be indexed, and what is wrong with the rest, by the documents' ids."""
        added, problems = self.library.sources()
        documents, faults = load_sound_corpus(self.settings.corpus, may_be_empty=bool(added))
        names = {document.id for document in documents}
        problems |= faults
        for source in added:
            if source.id in names:
                problems[source.id] = (
                    f"The corpus folder has a document {source.id!r}, too, and it is served in place "
                    "of the one that was added: rename its folder."
                )
        for problem in problems.values():
            logger.warning(problem)
        sources = [Source.from_document(document) for document in documents]
        return sources + [source for source in added if source.id not in names], problems

    def change(
        self,
        put: Sequence[Source] = (),
        remove: Collection[str] = (),
        *,
        commit: Callable[[], None],
        progress: Progress | None = None,
    ) -> None:
        """Change documents while questions are answered; those under way end on what they began with.

        `commit` makes the change last. Raises what GenerationStore.change does, and NotReadyError.
        """
        loaded = self._require()
        if self._store is None or loaded.generation is None:
            raise NotReadyError("This index stands in memory alone: load one from a folder to change it.")
        self._install(
            self._store.change(loaded.generation, put, remove, commit=commit, progress=progress), remove
        )

    def refresh(self) -> None:
        """Take on what another process has changed."""
        loaded = self._loaded
        if self._store is None or loaded is None or loaded.generation is None:
            return
        generation = self._store.refresh(loaded.generation)
        if generation is not None:
            self._install(generation)
            self.library.reread()

    def _install(self, generation: Generation, removed: Collection[str] = ()) -> None:
        with self._installing:
            loaded = self._require()
            problems = {name: one for name, one in loaded.problems.items() if name not in removed}
            loaded = replace(loaded, problems=problems)
            if loaded.generation is None or generation.number > loaded.generation.number:
                loaded = loaded.changed(generation)
            self._loaded = loaded

    @property
    def problems(self) -> Mapping[str, str]:
        """What is wrong with the documents that are not served, by their ids."""
        return self._require().problems

    @property
    def documents(self) -> Mapping[str, IndexedDocument]:
        """Every indexed document by its id."""
        return self._require().index.documents

    def ask(self, question: Question) -> Answer:
        """Answer `question`; raises UnknownDocumentError or ModeUnavailableError."""
        *_, last = self.stream(question)
        if isinstance(last, Stage):
            raise AssertionError("A question ended without an answer.")  # noqa: TRY004 (no type of a caller's)
        return last

    def stream(self, question: Question) -> Generator[Stage | Answer]:
        """Answer `question` bit by bit: stages while work goes on, then the answer as it grows.

        Each answer goes on where the one before ended; the last one is complete. Closing the iterator stops a
        language model that is writing. Raises UnknownDocumentError or ModeUnavailableError.
        """
        loaded = self._require()
        check_question(question, loaded.index.documents, self.settings)
        started = time.perf_counter()
        yield Stage.SEARCHING
        writer = self._writer if question.mode is Mode.LLM else None
        with closing(_answer_soundly(question, loaded, writer)) as answers:
            for answered in answers:
                if isinstance(answered, Stage):
                    yield answered
                    continue
                total = (time.perf_counter() - started) * _MILLISECONDS
                yield replace(
                    answered,
                    notices=(*loaded.notices, *answered.notices),
                    timings=replace(answered.timings, total=total),
                )

    def explain(self, question: Question) -> Explanation:
        """Tell how `question` is answered word for word; raises UnknownDocumentError."""
        loaded = self._require()
        check_question(question, loaded.index.documents, self.settings)
        return explain_question(question, loaded.index, loaded.contexts)

    def search(self, query: str, documents: Sequence[str] | None, limit: int) -> list[Citation]:
        """Return up to `limit` passages nearest to `query`, best first, as citations numbered from 1."""
        index = self._require().index
        check_documents(documents, index.documents)
        hits = index.search(normalise_question(query), documents, limit)
        return [
            cite(number, quote_passage(hit), index.documents[hit.passage.document].document)
            for number, hit in enumerate(hits, start=1)
        ]

    def embed(self, texts: Sequence[str], *, passages: bool) -> Vectors:
        """Return the vectors of `texts`, (n, dimension), as passages or as questions."""
        return self._require().index.embed(texts, passages=passages)

    def _require(self) -> _Loaded:
        if self._loaded is None:
            raise NotReadyError(
                self._readiness.error or f"The index is not ready yet: {self._readiness.stage}."
            )
        return self._loaded


def _answer_soundly(
    question: Question, loaded: _Loaded, writer: ModelWriter | None
) -> Generator[Stage | Answer]:
    """Yield answers that break no invariant.

    In place of a first one that does, a model's gives way to the extract, and an extract to a refusal.
    """
    broken = None
    with closing(answer_question(question, loaded.index, loaded.contexts, writer)) as answers:
        for composed in answers:
            answered = (
                quote_verbatim(composed, loaded.index.documents) if isinstance(composed, Answer) else composed
            )
            if isinstance(answered, Answer) and (
                violations := find_violations(answered, loaded.index.documents)
            ):
                _report(violations)
                broken = answered
                break
            yield answered
    if broken is not None:
        withheld = _withhold(broken, read_language(question))
        yield from ([withheld] if writer is None else _answer_soundly(question, loaded, writer=None))


def _report(violations: Sequence[Violation]) -> None:
    for violation in violations:
        count_violation(violation.invariant)
        logger.error("Withheld an answer (%s): %s", violation.invariant, violation.text)


def _withhold(answered: Answer, language: Language) -> Answer:
    """Return the refusal that is shown in place of an answer that breaks an invariant."""
    reason = Reason(ReasonCode.NOT_MENTIONED, messages_for(language).withheld)
    return Answer(
        id=answered.id,
        status=Status.NOT_FOUND,
        answer=reason.text,
        mode=answered.mode,
        standalone_question=answered.standalone_question,
        reason=reason,
        kind=answered.kind,
        timings=answered.timings,
    )
