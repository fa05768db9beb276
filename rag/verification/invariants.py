"""The four invariants, checked on an answer before anyone reads it.

The check knows nothing of how the answer was made. A quoted sentence may hold nothing but the words it
cites and a small closed set of frames (separators, a count, shown arithmetic), and what a frame states is
computed again here. So a figure, unit, hedge, year, name or direction that is not in a cited span has nowhere
to stand. A verified sentence, which a language model worded, is held against what it cites by
rag.verification.claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from index.language.figures import ABOUT, Figure, cuts_figure, find_figures, subtract
from index.language.text import join_lines
from index.types import IndexedDocument, Section, Span
from rag.quotation import CLOSING_MARKS, MARKER, MAX_QUOTE, flatten, trim_quote
from rag.types import Answer, AnswerSentence, Citation, SentenceState, Status
from rag.verification.claims import Source, find_problems

_SEPARATORS = frozenset("；;，,、：:。 ")
_ENDS = _SEPARATORS | frozenset(CLOSING_MARKS)
_COUNT = re.compile(r"共 (?P<count>\d+) 项[：:]")
_OPERATION = re.compile(
    r"(?P<left>[\d.]+)(?P<left_unit>[^\d\s]+) (?P<sign>[−><=]) (?P<right>[\d.]+)(?P<right_unit>[^\d\s。]+)"
    r"(?: = (?P<result>[\d.]+)(?P<result_unit>[^\d\s。]+))?"
)
_DIFFERENCE = "−"


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
        if answer.citations or answer.sentences:
            problems.append(f"status {answer.status} carries citations or sentences")
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
    starts = [sentence.span.start for sentence in answer.sentences]
    if answer.answer[: min(starts, default=0)].strip():
        problems.append("words stand before the first sentence")
    ends = [*starts, len(answer.answer)][1:]
    for sentence, end in zip(answer.sentences, ends, strict=False):  # no sentences, no ends: told above
        problems += _check_markers(sentence, answer.answer, end)
    return problems


def _check_markers(sentence: AnswerSentence, answer: str, end: int) -> list[str]:
    """Check what stands between the closing mark of `sentence` and `end`, where the next one begins."""
    words, tail = sentence.span.of(answer), answer[sentence.span.end : end]
    problems = []
    if sentence.state is SentenceState.LEFT_OUT:
        if words or sentence.citations:
            problems.append(f"“{words}” was left out and yet is shown")
    elif not sentence.citations:
        problems.append(f"no citation for “{words}”")
    if [int(n) for n in MARKER.findall(tail)] != list(sentence.citations):
        problems.append(f"the markers after “{words}” are not {list(sentence.citations)}")
    if MARKER.sub("", tail).strip():
        problems.append(f"words without a citation follow “{words}”")
    return problems


def _check_words(answer: Answer, documents: Mapping[str, IndexedDocument]) -> Iterator[str]:
    """Yield what a sentence says beyond what it cites."""
    citations = {citation.n: citation for citation in answer.citations}
    for sentence in answer.sentences:
        words = sentence.span.of(answer.answer)
        cited = [citations[n] for n in sentence.citations if n in citations]
        if sentence.state is SentenceState.VERIFIED:
            for problem in find_problems(words, list(_find_sources(cited, documents))):
                yield f"“{problem.words}” in “{words}” is not what it cites says ({problem.fault})"
        elif unsupported := _find_unsupported(words, [_read(citation, documents) for citation in cited]):
            yield unsupported


def _read(citation: Citation, documents: Mapping[str, IndexedDocument]) -> str:
    """Return the quote of a citation as it is read: on one line and without what interrupts it."""
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


def _find_unsupported(words: str, quotes: list[str]) -> str | None:
    """Return what is wrong with a sentence that should consist of `quotes` and frames, or None."""
    pieces = sorted({flatten(quote) for quote in quotes}, key=len, reverse=True)
    used: set[str] = set()
    at = 0
    while at < len(words):
        if at and words[at] not in _ENDS and words[at - 1] not in _SEPARATORS:
            return f"“{words}” joins words that do not stand together"
        piece = next((piece for piece in pieces if words.startswith(piece, at)), None)
        if piece:
            used.add(piece)
            at += len(piece)
        elif count := _COUNT.match(words, at):
            if int(count["count"]) != len(quotes):
                return f"“{words}” counts {count['count']} items and cites {len(quotes)}"
            at = count.end()
        elif operation := _OPERATION.match(words, at):
            if not _is_true(operation, quotes):
                return f"“{operation.group()}” cannot be computed from what “{words}” cites"
            used |= {piece for piece in pieces if _gives_operand(operation, piece)}
            at = operation.end()
        elif words[at] in _SEPARATORS or words[at] in CLOSING_MARKS:
            at += 1
        else:
            return f"“{words[at:]}” is not in the words that “{words}” cites"
    if used != set(pieces):
        return f"“{words}” cites words that it does not contain"
    return None


def _is_true(operation: re.Match[str], quotes: list[str]) -> bool:
    """Recompute shown arithmetic; both operands have to be figures of the quotes, unit and all."""
    figures = [figure for quote in quotes for figure in find_figures(quote)]
    left = _find_operand(operation["left"], operation["left_unit"], figures)
    right = _find_operand(operation["right"], operation["right_unit"], figures)
    if left is None or right is None or left.unit != right.unit:
        return False
    about = ABOUT if ABOUT in (left.hedge, right.hedge) else ""
    if not {left.hedge, right.hedge} <= {"", ABOUT}:
        return False
    if operation["sign"] != _DIFFERENCE:
        compared = (left.value > right.value) - (left.value < right.value)
        return operation["result"] is None and {">": 1, "<": -1, "=": 0}[operation["sign"]] == compared
    try:
        shown = Decimal(operation["result"] or "")
    except InvalidOperation:
        return False
    unit = operation["result_unit"]
    if left.is_percentage:
        return unit == "个百分点" + about and shown == left.value - right.value
    return unit == right.scale + right.unit + about and shown == subtract(left, right)


def _gives_operand(operation: re.Match[str], quote: str) -> bool:
    figures = list(find_figures(quote))
    return any(
        _find_operand(operation[side], operation[f"{side}_unit"], figures) for side in ("left", "right")
    )


def _find_operand(number: str, unit: str, figures: list[Figure]) -> Figure | None:
    return next(
        (
            figure
            for figure in figures
            if (figure.number, figure.scale + figure.unit + figure.hedge) == (number, unit)
        ),
        None,
    )
