"""A model's reply cut into sentences while it is still being written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rag.wording import is_mostly_chinese

LONGEST = 400
"""Characters without a closing mark: what goes on longer is no sentence of an answer."""

_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_MAYBE_THOUGHT = re.compile(r"<(?:t(?:h(?:i(?:n(?:k)?)?)?)?)?\Z")
_ENDS = re.compile(
    r"(?:[。！？?；]|!(?!\[))+[”’」』\"')）】]*|(?<=[^\d\s.])\.[”’\"\')]*(?=[\s\[]|\Z)|(?<=\d)\.(?=\s+[A-Z“\"])|\n+"
)
_MARKERS = re.compile(
    r"\s*(?:[\[【［](?:证据|摘录|来源|资料)?\s*(\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)\s*[\]】］]|\((?:证据|摘录)\s*(\d{1,3})\))"
)
_TRAILING_MARKERS = re.compile(rf"\A(?:{_MARKERS.pattern})+")
_BULLET = re.compile(r"\A\s*(?:[-*•·●>#]+\s+|#+\s*|\d{1,2}[.)、．]\s*(?=\D)|[(（]\d{1,2}[)）]\s*|[*_]{2,})")
_EMPHASIS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_MARKUP = re.compile(
    r"[\[\]]|</?[A-Za-z!][^>]*>?|<\||\|>|https?:|www\.|\b[a-z]+://|!\[|\]\(|```|`|\{\{|\\x|&(?:#\d+|[a-z]+);|data:|javascript:",
    re.IGNORECASE,
)
_LABEL = re.compile(r"›|(?:年|时期)[，,、]?(?:计划与目标|已完成)|^(?:摘录|问题|规则)[：:]")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as the model wrote it: `words` without markers and marks of layout, `hints` its markers."""

    words: str
    hints: tuple[int, ...]

    @property
    def has_markup(self) -> bool:
        """Whether there is markup, code or an address in it."""
        return bool(_MARKUP.search(self.words))

    @property
    def echoes_prompt(self) -> bool:
        """Whether it repeats how the evidence was labelled."""
        return bool(_LABEL.search(self.words))

    @property
    def is_chinese(self) -> bool:
        """Whether it is written in Chinese."""
        return is_mostly_chinese(self.words)


@dataclass(slots=True)
class SentenceCutter:
    """Takes a reply in piece by piece and gives its sentences out as soon as they are complete."""

    _raw: str = field(default="")
    _done: int = field(default=0)

    def feed(self, piece: str) -> list[Written]:
        """Take `piece` in; return the sentences that it completes."""
        self._raw += piece
        return self._cut(final=False)

    def finish(self) -> list[Written]:
        """Return what is left when the reply has ended."""
        return self._cut(final=True)

    def _cut(self, *, final: bool) -> list[Written]:
        text = _THOUGHT.sub("", self._raw)
        if not final:
            text = _MAYBE_THOUGHT.sub("", text)
        found = []
        while True:
            rest = text[self._done :]
            end = _ENDS.search(rest)
            if end is None:
                if len(rest) > LONGEST or (final and rest.strip()):
                    found.append(_read(rest))
                    self._done = len(text)
                break
            after = rest[end.end() :]
            markers = _TRAILING_MARKERS.match(after)
            stop = end.end() + (markers.end() if markers else 0)
            if not final and stop >= len(rest) - len(after.lstrip()) and _may_go_on(rest[stop:]):
                break  # a marker may follow
            found.append(_read(rest[:stop]))
            self._done += stop
        return [written for written in found if written.words]


def _may_go_on(rest: str) -> bool:
    """Tell whether what follows a sentence so far could still become a marker of it."""
    return not rest.strip() or bool(re.match(r"\s*[\[【［(][^\]】］)]{0,12}\Z", rest))


def _read(raw: str) -> Written:
    hints = tuple(
        int(number)
        for groups in _MARKERS.findall(raw)
        for group in groups
        for number in _DIGITS.findall(group)
    )
    words = _EMPHASIS.sub("", _BULLET.sub("", _MARKERS.sub("", raw)))
    return Written(" ".join(words.split()), hints)
