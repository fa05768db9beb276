"""The ids that stand for a model: one for each way of wording, for all documents or a part of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rag.api.openai.errors import MODEL_NOT_FOUND
from rag.api.problems import Problem, ProblemError
from rag.service import ReportService
from rag.types import Mode

OWNER = "report-rag"
EMBEDDING = "report-rag-embedding"
SEPARATOR = ":"
"""Between a way of wording and a document: report-rag:ID. A slash would have to be escaped in paths."""
COLLECTION = "@"
"""Between a way of wording and a collection."""

_BASES = {Mode.EXTRACTIVE: "report-rag", Mode.LLM: "report-rag-llm"}
_WORDED = " (worded by a language model)"


@dataclass(frozen=True, slots=True)
class ChatModel:
    """What an id asks: which documents (None: all), answered in which mode; `name` is for people."""

    id: str
    name: str
    mode: Mode
    documents: tuple[str, ...] | None = None


def list_models(service: ReportService) -> Iterator[ChatModel]:
    """Yield every model that can be asked, those for all documents first."""
    modes = [mode for mode in _BASES if mode is not Mode.LLM or service.settings.has_llm]
    for mode in modes:
        yield ChatModel(_BASES[mode], f"Report Q&A{_WORDED if mode is Mode.LLM else ''}", mode)
    documents = service.documents
    for collection, names in _group(service).items():
        for mode in modes:
            title = collection + (_WORDED if mode is Mode.LLM else "")
            yield ChatModel(f"{_BASES[mode]}{COLLECTION}{collection}", title, mode, names)
    for name, indexed in documents.items():
        for mode in modes:
            title = indexed.document.meta.title + (_WORDED if mode is Mode.LLM else "")
            yield ChatModel(f"{_BASES[mode]}{SEPARATOR}{name}", title, mode, (name,))


def _group(service: ReportService) -> dict[str, tuple[str, ...]]:
    """Return the documents of each collection that has any."""
    groups: dict[str, tuple[str, ...]] = {}
    for name, record in service.library.records.items():
        if record.collection and name in service.documents:
            groups[record.collection] = (*groups.get(record.collection, ()), name)
    return groups


def find_model(name: str, service: ReportService) -> ChatModel:
    """Return the model of that id; raises ProblemError that names the remedy."""
    for model in list_models(service):
        if model.id == name:
            return model
    base = name.partition(SEPARATOR)[0].partition(COLLECTION)[0]
    if name == EMBEDDING:
        remedy = "it makes embeddings only: POST /v1/embeddings, or ask report-rag"
    elif base == _BASES[Mode.LLM] and not service.settings.has_llm:
        remedy = "no language model is configured: set REPORT_RAG_LLM_BASE_URL, or ask report-rag"
    else:
        remedy = "GET /v1/models lists the ids"
    raise no_such_model(name, remedy)


def no_such_model(name: str, remedy: str) -> ProblemError:
    """Return the error of a request that names a model in vain."""
    return ProblemError(
        Problem(MODEL_NOT_FOUND, f"The model {name!r} cannot be asked here: {remedy}.", {"param": "model"})
    )
