"""How an answer was found: what was asked of which report, how long it took, which passages came first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from index.types import IndexedDocument
from rag.types import Answer, Citation, Mode
from ui.texts import Words
from ui.views.templates import CHAT, render


def render_found(
    answer: Answer, found: Sequence[Citation], documents: Mapping[str, IndexedDocument], words: Words
) -> str:
    """Return the panel, folded, as HTML without a blank line; `found` are the passages of retrieval."""
    return render(
        CHAT,
        "retrieval",
        facts=list(_find_facts(answer, documents, words)),
        found=[(passage, _is_used(passage, answer)) for passage in found],
        words=words,
    )


def _find_facts(
    answer: Answer, documents: Mapping[str, IndexedDocument], words: Words
) -> Iterator[tuple[str, str]]:
    cited = dict.fromkeys(citation.document for citation in (*answer.citations, *answer.closest))
    wording, spent = words.extractive, words.milliseconds
    if answer.mode is Mode.LLM:
        wording, spent = words.llm.format(model=answer.model), words.milliseconds_writing
    yield words.standalone, answer.standalone_question
    yield words.reason, f"{answer.reason.text} ({answer.reason.code})" if answer.reason else ""
    titles = (documents[name].document.meta.title for name in cited if name in documents)
    yield words.report, "; ".join(titles)
    yield words.mode, wording
    yield words.decided_by, answer.decided_by.replace("_", " ")
    yield words.timings, spent.format_map(asdict(answer.timings))


def _is_used(passage: Citation, answer: Answer) -> bool:
    return any(
        citation.document == passage.document and citation.span.overlaps(passage.span)
        for citation in answer.citations
    )
