"""The four invariants, checked on an answer before anyone reads it.

The check knows nothing of how the answer was made. A quoted sentence may hold nothing but the words it
cites and a small closed set of frames (rag.verification.frames), and what a frame states is computed again.
So a figure, unit, hedge, year, name or direction that is not in a cited span has nowhere to stand: outside
the sentences there is room for markers, bullets and leads alone, which rag.verification.layout holds against
the periods of what stands under them. A verified sentence, which a language model worded, is held against
what it cites by rag.verification.claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from index.language.figures import cuts_figure
from index.language.text import join_lines
from index.types import IndexedDocument, Section, Span
from rag.quotation import MAX_QUOTE, trim_quote
from rag.types import Answer, Citation, SentenceState, Status
from rag.verification.claims import Source, find_problems
from rag.verification.frames import Cited, find_unsupported
from rag.verification.layout import check_coverage, check_layout, check_leads, find_passage


class Invariant(StrEnum):
    """The promises of every answer; nothing leaves the machine is kept elsewhere, by never calling out."""

    EXACT_QUOTES = "exact_quotes"
    NO_BARE_STATEMENTS = "no_bare_statements"
    NO_INVENTED_FIGURES = "no_invented_figures"


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken promise: which, and one sentence that says how."""

    invariant: Invariant
    text: str


def find_violations(answer: Answer, documents: Mapping[str, IndexedDocument]) -> list[Violation]:
    """Return how `answer` breaks the invariants; an empty list lets it out.

    `documents` are those the answer was given from, by id.
    """
    violations = [
        Violation(Invariant.EXACT_QUOTES, problem)
        for citation in (*answer.citations, *answer.closest)
        for problem in _check_citation(citation, documents)
    ]
    violations += [Violation(Invariant.NO_BARE_STATEMENTS, problem) for problem in _check_form(answer)]
    violations += [
        Violation(Invariant.NO_INVENTED_FIGURES, problem) for problem in _check_words(answer, documents)
    ]
    return violations


def _check_citation(citation: Citation, documents: Mapping[str, IndexedDocument]) -> list[str]:
    name = f"citation {citation.n}"
    indexed = documents.get(citation.document)
    if indexed is None:
        return [f"{name} names the unknown document {citation.document!r}"]
    text, span = indexed.document.text, citation.span
    if not 0 <= span.start < span.end <= len(text) or span.of(text) != citation.quote:
        return [f"{name} does not quote characters {span.start} to {span.end}"]
    problems = []
    if len(span) > MAX_QUOTE:
        problems.append(f"{name} is longer than {MAX_QUOTE} characters")
    if not citation.sentence.contains(span):
        problems.append(f"{name} reaches beyond its sentence")
    if not any(passage.span.contains(span) for passage in indexed.structure.passages):
        problems.append(f"{name} stands outside the passages of the document")
    if cuts_figure(indexed.for_reading().document.text, span):
        problems.append(f"{name} begins or ends inside a figure")
    if not _stands_whole(span, indexed):
        problems.append(f"{name} begins or ends inside a clause")
    if not 0.0 <= citation.score <= 1.0:
        problems.append(f"{name} has the score {citation.score}, outside 0 to 1")
    return problems


def _stands_whole(span: Span, indexed: IndexedDocument) -> bool:
    """Tell whether `span` begins and ends where clauses, headings or glossary terms do, closing marks aside.

    “完成投资” out of “未完成投资” would be an exact quote that says the opposite.
    """
    text, structure = indexed.for_reading().document.text, indexed.structure
    if any(section.heading_span == span for section in walk_sections(structure.outline)):
        return True
    passage = next((one for one in structure.passages if one.span.contains(span)), None)
    if passage is None:
        return False
    clauses = passage.clauses or (passage.span,)
    starts = {clause.start for clause in clauses}
    for entry in structure.glossary:
        if entry.entry.contains(span):
            starts |= {entry.definition.start, text.find(entry.term, entry.entry.start)}
    ends = {end for clause in clauses for end in (clause.end, trim_quote(text, clause).end)}
    return span.start in starts and (span.end in ends or len(span) == MAX_QUOTE)


def walk_sections(sections: Iterable[Section]) -> Iterator[Section]:
    """Yield sections and all below them in reading order."""
    for section in sections:
        yield section
        yield from walk_sections(section.children)


def _check_form(answer: Answer) -> list[str]:
    """Check that status, sentences, markers and citations fit together."""
    if answer.status is not Status.ANSWERED:
        problems = []
        if answer.citations or answer.sentences or answer.groups:
            problems.append(f"status {answer.status} carries citations, sentences or groups")
        if (answer.status is Status.NOT_FOUND) != (answer.reason is not None):
            problems.append(f"status {answer.status} and reason {answer.reason} do not go together")
        return problems
    problems = []
    if answer.closest or answer.reason:
        problems.append("an answer carries closest passages or a reason for not answering")
    if not answer.sentences or not answer.citations:
        problems.append("an answer has no sentence or no citation")
    numbers = [citation.n for citation in answer.citations]
    if numbers != list(range(1, len(numbers) + 1)):
        problems.append("citations are not numbered 1, 2, 3, …")
    if {n for sentence in answer.sentences for n in sentence.citations} != set(numbers):
        problems.append("citations and the markers of sentences are not the same")
    return [*problems, *check_layout(answer), *check_coverage(answer)]


def _check_words(answer: Answer, documents: Mapping[str, IndexedDocument]) -> Iterator[str]:
    """Yield what a lead or a sentence says beyond what stands under it or what it cites."""
    yield from check_leads(answer, documents)
    cited = {
        citation.n: Cited(citation, find_passage(citation, documents), _read(citation, documents))
        for citation in answer.citations
    }
    for sentence in answer.sentences:
        words = sentence.span.of(answer.answer)
        support = [cited[n] for n in sentence.citations if n in cited]
        if sentence.state is SentenceState.VERIFIED:
            sources = list(_find_sources((one.citation for one in support), documents))
            for problem in find_problems(words, sources):
                yield f"“{problem.words}” in “{words}” is not what it cites says ({problem.fault})"
        elif unsupported := find_unsupported(words, support, answer.citations, documents):
            yield unsupported


def _read(citation: Citation, documents: Mapping[str, IndexedDocument]) -> str:
    """Return the words of a citation as they are read, on one line and without what interrupts them.

    A quote that is not what stands at its offsets is read as it stands: that is told elsewhere.
    """
    indexed = documents.get(citation.document)
    if indexed is None or citation.span.of(indexed.document.text) != citation.quote:
        return join_lines(citation.quote)
    return join_lines(citation.span.of(indexed.for_reading().document.text))


def _find_sources(
    citations: Iterable[Citation], documents: Mapping[str, IndexedDocument]
) -> Iterator[Source]:
    """Yield what `citations` quote, as claims are checked against it."""
    for citation in citations:
        indexed = documents.get(citation.document)
        for passage in indexed.structure.passages if indexed else ():
            if indexed and passage.span.contains(citation.span):
                yield Source(indexed.for_reading().document, passage, citation.span)
