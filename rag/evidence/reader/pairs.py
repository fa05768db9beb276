"""What the reader reads: a question, where a passage stands, and a window of the passage, as token ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from index.types import Document, Passage, Span

MAX_WINDOW = 110
"""Characters of a passage that are read: about 70 tokens. Beyond 100 a window costs several times as much."""
MAX_QUESTION_TOKENS = 48
MAX_CONTEXT_TOKENS = 24
MAX_TEXT_TOKENS = 80

_QUERY = "query: "
_PASSAGE = "passage: "
BEGIN, END = "<s>", "</s>"


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the window of a passage that may answer it; `context` says where and of when it is."""

    question: str
    context: str
    text: str


@dataclass(frozen=True, slots=True)
class EncodedPair:
    """A pair as the model takes it.

    `ids` are all token ids. `offsets` are (start, end) in characters of `Pair.text` for each of its tokens,
    the first of which is `ids[first]`.
    """

    ids: tuple[int, ...]
    first: int
    offsets: tuple[tuple[int, int], ...]


def describe_place(passage: Passage) -> str:
    """Return the context of a passage: its period and the innermost heading above it."""
    return " ".join(part for part in (passage.period.label, *passage.section[-1:]) if part)


def choose_window(passage: Passage, document: Document, core: Span) -> Span:
    """Return the part of `passage` that is read: `core` and as many clauses around it as fit."""
    clauses = passage.clauses or (passage.span,)
    inside = [place for place, clause in enumerate(clauses) if clause.overlaps(core)]
    first, last = (inside[0], inside[-1]) if inside else (0, 0)
    start, end = clauses[first].start, clauses[last].end
    grown = True
    while grown:
        grown = False
        if last + 1 < len(clauses) and clauses[last + 1].end - start <= MAX_WINDOW:
            last, end, grown = last + 1, clauses[last + 1].end, True
        if first > 0 and end - clauses[first - 1].start <= MAX_WINDOW:
            first, start, grown = first - 1, clauses[first - 1].start, True
    return Span(start, min(end, start + MAX_WINDOW))


def encode_pairs(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> list[EncodedPair]:
    """Encode `pairs` with the encoder's own tokenizer; what is too long is cut at its end."""
    begin, end = (int(tokenizer.token_to_id(mark) or 0) for mark in (BEGIN, END))
    encoded = []
    for pair in pairs:
        question = tokenizer.encode(_QUERY + pair.question, add_special_tokens=False).ids
        context = tokenizer.encode(_PASSAGE + pair.context, add_special_tokens=False).ids
        text = tokenizer.encode(pair.text, add_special_tokens=False)
        head = [begin, *question[:MAX_QUESTION_TOKENS], end, *context[:MAX_CONTEXT_TOKENS], end]
        ids = (*head, *text.ids[:MAX_TEXT_TOKENS], end)
        encoded.append(EncodedPair(ids, len(head), tuple(text.offsets[:MAX_TEXT_TOKENS])))
    return encoded
