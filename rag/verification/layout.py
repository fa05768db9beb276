"""What stands between the sentences of an answer: markers, bullets and leads, and nothing else.

A lead is a line of its own that ends in a colon. It is no sentence and carries no marker, so it is held
against the period of every passage that is cited under it: the label, and whether it is planned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from index.types import IndexedDocument, Passage, PeriodKind
from rag.messages import write_lead
from rag.quotation import MARKER
from rag.types import Answer, AnswerGroup, AnswerSentence, Citation, Language, SentenceState

_BULLET = "-"
_BULLETED = "- "


def check_layout(answer: Answer) -> Iterator[str]:
    """Yield what is wrong with what stands before, between and behind the sentences of `answer`."""
    yield from _check_groups(answer)
    leads = {group.sentences[0]: group for group in answer.groups if group.sentences}
    starts = [sentence.span.start for sentence in answer.sentences]
    gaps = [answer.answer[: min(starts, default=0)]]
    for sentence, (_, end) in zip(answer.sentences, pairwise([*starts, len(answer.answer)]), strict=True):
        markers, gap = _split_markers(answer.answer[sentence.span.end : end])
        yield from _check_markers(sentence, sentence.span.of(answer.answer), markers)
        gaps.append(gap)
    for place, gap in enumerate(gaps):
        told = f"sentence {place + 1}" if place < len(answer.sentences) else "the end"
        shown = any(one.state is not SentenceState.LEFT_OUT for one in answer.sentences[:place])
        yield from _check_gap(gap, leads.get(place), told, first=not shown)


def _check_markers(sentence: AnswerSentence, words: str, markers: list[int]) -> Iterator[str]:
    """Check a sentence's citations against the `markers` right behind it."""
    if sentence.state is SentenceState.LEFT_OUT:
        if words or sentence.citations:
            yield f"“{words}” was left out and yet is shown"
    elif not sentence.citations:
        yield f"no citation for “{words}”"
    if markers != list(sentence.citations):
        yield f"the markers after “{words}” are not {list(sentence.citations)}"


def _split_markers(tail: str) -> tuple[list[int], str]:
    """Return the markers at the head of `tail`, and what follows them."""
    numbers = []
    while marker := MARKER.match(tail):
        numbers.append(int(marker[1]))
        tail = tail[marker.end() :]
    return numbers, tail


def _check_gap(gap: str, group: AnswerGroup | None, place: str, *, first: bool) -> Iterator[str]:
    """Check what stands between two sentences, where the lead of `group` is expected, or none."""
    lines = [line.strip() for line in gap.split("\n")]
    if lines[-1] == _BULLET:
        # A dash inside a line would be a word of ours.
        if not gap.endswith(_BULLETED) or (len(lines) == 1 and not first):
            yield f"a bullet before {place} does not begin a line"
        lines[-1] = ""
    words = list(filter(None, lines))
    if group is None:
        if words:
            yield f"“{'/'.join(words)}” stands before {place} without a citation"
        return
    if len(words) != 1:
        yield f"the lead “{group.label}” before {place} is not one line: {words}"
        return
    if words[0] not in _possible_leads(group):
        yield f"“{words[0]}” is not the lead of {group.label!r} ({group.kind})"
    elif lines[-1] or (not first and lines[0]):
        yield f"the lead “{words[0]}” does not stand on a line of its own"


def _possible_leads(group: AnswerGroup) -> set[str]:
    planned = group.kind is PeriodKind.PLANNED
    return {write_lead(group.label, planned=planned, language=language) for language in Language}


def _check_groups(answer: Answer) -> Iterator[str]:
    """Check that groups are runs of sentences in order, and that nothing shown stands behind them."""
    grouped: list[int] = []
    for group in answer.groups:
        places = list(group.sentences)
        if not places or places != list(range(places[0], places[-1] + 1)):
            yield f"the sentences {places} of the group {group.label!r} are no run"
        if not group.label.strip():
            yield f"the group of the sentences {places} has no label"
        grouped += places
    if grouped != sorted(set(grouped)) or any(not 0 <= at < len(answer.sentences) for at in grouped):
        yield f"groups hold the sentences {grouped}, of {len(answer.sentences)}"
    elif grouped:
        loose = set(range(grouped[0], len(answer.sentences))) - set(grouped)
        if any(answer.sentences[at].state is not SentenceState.LEFT_OUT for at in loose):
            yield f"the sentences {sorted(loose)} stand under a lead and in no group"


def check_leads(answer: Answer, documents: Mapping[str, IndexedDocument]) -> Iterator[str]:
    """Yield where a citation is not of the period, or under the heading, that the lead above it names."""
    citations = {citation.n: citation for citation in answer.citations}
    for group in answer.groups:
        under = {n for at in group.sentences if at < len(answer.sentences) for n in _cited(answer, at)}
        for citation in (citations[n] for n in sorted(under) if n in citations):
            passage = find_passage(citation, documents)
            if citation.document != group.document or passage is None:
                yield f"citation {citation.n} is not of the document {group.document!r} of its group"
            elif passage.period != citation.period:
                yield f"citation {citation.n} has the period {citation.period}, its passage {passage.period}"
            elif group.label not in names_of(passage, documents[group.document]):
                yield f"citation {citation.n} does not belong under {group.label!r}"
            elif (passage.period.kind is PeriodKind.PLANNED) != (group.kind is PeriodKind.PLANNED):
                yield f"citation {citation.n} is {passage.period.kind}, its lead says {group.kind}"


def _cited(answer: Answer, place: int) -> tuple[int, ...]:
    return answer.sentences[place].citations


def find_passage(citation: Citation, documents: Mapping[str, IndexedDocument]) -> Passage | None:
    """Return the passage that holds what is cited."""
    indexed = documents.get(citation.document)
    passages = indexed.structure.passages if indexed else ()
    return next((passage for passage in passages if passage.span.contains(citation.span)), None)


def names_of(passage: Passage, indexed: IndexedDocument) -> set[str]:
    """Return what may stand over `passage`: its period, a heading above it, its document's place or title."""
    meta = indexed.document.meta
    return {name for name in (passage.period.label, *passage.section, meta.place, meta.title) if name}


def check_coverage(answer: Answer) -> Iterator[str]:
    """Yield what is wrong with how many passages an answer says to show and to have found."""
    if answer.coverage is None:
        return
    shown, found = answer.coverage.shown, answer.coverage.found
    cited = len({(citation.document, citation.sentence) for citation in answer.citations})
    if not 0 <= shown <= found:
        yield f"coverage shows {shown} of {found} passages"
    elif shown > cited:
        yield f"coverage shows {shown} passages, {cited} are cited"
