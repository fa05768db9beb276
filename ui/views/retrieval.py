"""How an answer was found: what was asked of which report, how long it took, which passages came first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from index.types import IndexedDocument
from rag.types import Answer, Citation, Mode
from ui.texts import Words
from ui.texts.labels import name_period, name_section
from ui.views.citation import link_citation
from ui.views.markup import class_of_document, escape_markdown


def render_found(
    answer: Answer, found: Sequence[Citation], documents: Mapping[str, IndexedDocument], words: Words
) -> str:
    """Return the panel, folded, as HTML without a blank line; `found` are the passages of retrieval."""
    return (
        f'<details class="found"><summary>{words.how_found}</summary>'
        f"<dl>{_render_facts(answer, documents, words)}</dl>"
        f"{_render_passages(answer, found, words)}</details>"
    )


def _render_facts(answer: Answer, documents: Mapping[str, IndexedDocument], words: Words) -> str:
    cited = dict.fromkeys(citation.document for citation in (*answer.citations, *answer.closest))
    wording, spent = words.extractive, words.milliseconds
    if answer.mode is Mode.LLM:
        wording, spent = words.llm.format(model=answer.model), words.milliseconds_writing
    facts = (
        (words.standalone, answer.standalone_question),
        (words.reason, f"{answer.reason.text} ({answer.reason.code})" if answer.reason else ""),
        (words.report, "; ".join(documents[name].document.meta.title for name in cited if name in documents)),
        (words.mode, wording),
        (words.decided_by, answer.decided_by.replace("_", " ")),
        (words.timings, spent.format_map(asdict(answer.timings))),
    )
    return "".join(f"<dt>{name}</dt><dd>{escape_markdown(value)}</dd>" for name, value in facts if value)


def _render_passages(answer: Answer, found: Sequence[Citation], words: Words) -> str:
    if not found:
        return ""
    heads = "".join(
        f'<th scope="col">{head}</th>' for head in (words.rank, words.score, words.passage, words.used)
    )
    rows = "".join(_render_passage(passage, answer, words) for passage in found)
    return (
        f"<table><caption>{words.retrieved}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _render_passage(passage: Citation, answer: Answer, words: Words) -> str:
    used = any(
        citation.document == passage.document and citation.span.overlaps(passage.span)
        for citation in answer.citations
    )
    where = " · ".join(filter(None, (name_period(passage.period, words), name_section(passage.section))))
    return (
        f"<tr><td>{passage.n}</td><td>{passage.score:.2f}</td>"
        f'<td class="{class_of_document(passage.document)}">'
        f'<a class="passage" href="{link_citation(passage)}">{escape_markdown(passage.quote)}</a>'
        f'<span class="where">{escape_markdown(where)}</span></td>'
        f"<td>{words.yes if used else words.no}</td></tr>"
    )
