"""What a conversation has told already: the words of its answers, whoever worded them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_MARKER = re.compile(r"\[\d+\]")
_ENDS = re.compile(r"[。！？!?；;:：\n]")
_NO_WORDS = re.compile(r"[\W_]+")
SAME = 0.8
"""The share of its pairs of characters from which on one sentence says what words say."""
SHORTEST = 6
"""Characters: shorter words stand in other sentences by chance."""


@dataclass(frozen=True, slots=True)
class Told:
    """The sentences of answers, without marks and spaces."""

    sentences: tuple[str, ...] = ()

    @classmethod
    def from_answers(cls, answers: Iterable[str]) -> Told:
        """Read the words of `answers`, as they were shown."""
        pieces = (piece for answer in answers for piece in _ENDS.split(_MARKER.sub("\n", answer)))
        words = (strip(piece) for piece in pieces)
        return cls(tuple(dict.fromkeys(one for one in words if len(one) >= SHORTEST)))

    def __bool__(self) -> bool:
        return bool(self.sentences)

    def has(self, words: str) -> bool:
        """Tell whether one sentence says `words`, or nearly all of them."""
        bare = strip(words)
        pairs = _pairs(bare)
        return any(
            bare in sentence or (pairs and len(pairs & _pairs(sentence)) >= SAME * len(pairs))
            for sentence in self.sentences
        )

    def touches(self, words: str) -> bool:
        """Tell whether some of `words`, or all of them, were told."""
        bare = strip(words)
        return any(sentence in bare for sentence in self.sentences) or self.has(words)


def strip(words: str) -> str:
    """Return `words` without marks and spaces."""
    return _NO_WORDS.sub("", words)


def _pairs(words: str) -> frozenset[str]:
    return frozenset(words[at : at + 2] for at in range(len(words) - 1))
