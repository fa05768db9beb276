"""What a quoted sentence may hold beside what it cites: a small closed set of frames, computed again here.

Separators; the count of listed items or of mentions; shown arithmetic, every operand cited; and what the
words behind a colon are set under: the period label, heading, place or title of their citations.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.types import IndexedDocument, Passage, PeriodKind
from rag.evidence.mentions import find_mentions, is_mentioned_in
from rag.messages import name_label, write_lead
from rag.quotation import CLOSING_MARKS, flatten
from rag.types import Citation, Language
from rag.verification.layout import names_of
from rag.verification.shown_arithmetic import OPERATION, gives_operand, is_true

_SEPARATORS = frozenset("；;，,、：:。 ")
_ENDS = _SEPARATORS | frozenset(CLOSING_MARKS)
_COLONS = "：:"
_COUNT = re.compile(r"(?:共 (?P<count>\d+) 项|(?P<items>\d+) items?)[：:]")
_COUNT_ALONE = re.compile(r"(?:共 (?P<count>\d+) 项。|(?P<items>\d+) items?\.)")
_MENTIONS = re.compile(
    r"报告提到“(?P<word>.+)” (?P<count>\d+) 次(?:，另有 (?P<besides>\d+) 次未列出)?。"
    r"|The report mentions “(?P<named>.+)” (?:once|(?P<times>\d+) times)"
    r"(?:, (?P<others>\d+) of them not shown here)?\."
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation with the passage it stands in (None where there is none) and its words as they are read."""

    citation: Citation
    passage: Passage | None
    words: str


def find_unsupported(
    words: str,
    cited: Sequence[Cited],
    shown: Sequence[Citation],
    documents: Mapping[str, IndexedDocument],
) -> str | None:
    """Return what is wrong with a sentence that should consist of what it cites and frames, or None.

    `shown` are all citations of the answer: what a count of mentions leaves out is not among them.
    """
    if told := _MENTIONS.fullmatch(words):
        return _check_mentions(words, told, cited, shown, documents)
    if counted := _COUNT_ALONE.fullmatch(words):
        return _check_count(words, counted, len(cited))
    return _Walk(words, cited, documents).find_unsupported()


def _check_count(words: str, counted: re.Match[str], cited: int) -> str | None:
    count = counted["count"] or counted["items"]
    return f"“{words}” counts {count} items and cites {cited}" if int(count) != cited else None


def _check_mentions(
    words: str,
    told: re.Match[str],
    cited: Sequence[Cited],
    shown: Sequence[Citation],
    documents: Mapping[str, IndexedDocument],
) -> str | None:
    word = told["word"] or told["named"]
    names = {one.citation.document for one in cited}
    if len(names) != 1 or not names <= documents.keys():
        return f"“{words}” counts in {len(names)} documents"
    name = names.pop()
    mentions = find_mentions(word, documents[name]) if word.strip() else ()
    spans = [citation.span for citation in shown if citation.document == name]
    uncited = sum(not is_mentioned_in(mention, spans) for mention in mentions)
    count = int(told["count"] or told["times"] or 1)
    besides = int(told["besides"] or told["others"] or 0)
    if count != len(mentions):
        return f"“{words}” counts {count} mentions, there are {len(mentions)}"
    if besides != uncited:
        return f"“{words}” leaves {besides} mentions out, {uncited} are not cited"
    held = [one.citation.span for one in cited]
    if not all(any(span.contains(mention.span) for mention in mentions) for span in held):
        return f"“{words}” cites words that do not mention it"
    return None


class _Walk:
    """A sentence read from its start to its end, piece by piece."""

    def __init__(self, words: str, cited: Sequence[Cited], documents: Mapping[str, IndexedDocument]) -> None:
        self._words = words
        self._quotes = [one.words for one in cited]
        self._pieces: dict[str, list[Cited]] = {}
        self._frames: dict[str, set[int]] = {}
        for one in cited:
            self._pieces.setdefault(flatten(one.words), []).append(one)
            indexed = documents.get(one.citation.document)
            for frame in _frames_over(one.passage, indexed) if one.passage and indexed else ():
                self._frames.setdefault(frame, set()).add(one.citation.n)

    def find_unsupported(self) -> str | None:
        """Return what is wrong, or None."""
        words = self._words
        used: set[str] = set()
        frame, filled = "", True
        at = 0
        while at < len(words):
            if at and words[at] not in _ENDS and words[at - 1] not in _SEPARATORS:
                return f"“{words}” joins words that do not stand together"
            piece = self._longest(self._pieces, at)
            set_under = self._find_frame(at)
            if piece and len(piece) >= len(set_under):
                if frame and not any(one.citation.n in self._frames[frame] for one in self._pieces[piece]):
                    return f"“{piece}” does not belong under “{frame}”"
                used.add(piece)
                filled = True
                at += len(piece)
            elif set_under:
                if not filled:
                    return f"“{frame}” stands over nothing in “{words}”"
                frame, filled = set_under, False
                at += len(set_under) + 1
            elif count := _COUNT.match(words, at):
                if problem := _check_count(words, count, len(self._quotes)):
                    return problem
                at = count.end()
            elif operation := OPERATION.match(words, at):
                if not is_true(operation, self._quotes):
                    return f"“{operation.group()}” cannot be computed from what “{words}” cites"
                used |= {one for one in self._pieces if gives_operand(operation, one)}
                at = operation.end()
            elif words[at] in _SEPARATORS or words[at] in CLOSING_MARKS:
                at += 1
            else:
                return f"“{words[at:]}” is not in the words that “{words}” cites"
        if not filled:
            return f"“{frame}” stands over nothing in “{words}”"
        return f"“{words}” cites words that it does not contain" if used != set(self._pieces) else None

    def _longest(self, choices: Mapping[str, object], at: int) -> str:
        """Return the longest of the `choices` that stands at the offset `at`, or nothing."""
        return max((one for one in choices if self._words.startswith(one, at)), key=len, default="")

    def _find_frame(self, at: int) -> str:
        frame = self._longest(self._frames, at)
        return frame if self._words[at + len(frame) : at + len(frame) + 1] in tuple(_COLONS) else ""


def _frames_over(passage: Passage, indexed: IndexedDocument) -> set[str]:
    """Return what words of `passage` may be set under, in either language; a plan's period says so."""
    names = names_of(passage, indexed)
    if label := passage.period.label:
        planned = passage.period.kind is PeriodKind.PLANNED
        names.discard(label)
        names |= {
            write_lead(label, planned=planned, language=language).removesuffix(":") for language in Language
        }
        if not planned:
            names |= {name_label(label, language) for language in Language}
    return names
