"""A model's reply cut into sentences while it is still being written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.language.text import is_mostly_chinese

LONGEST = 400
"""Characters without a closing mark: what goes on longer is no sentence of an answer."""

_THINKING, _THOUGHT = "<think>", "</think>"
_MAYBE_THINKING = re.compile(r"<(?:t(?:h(?:i(?:n(?:k)?)?)?)?)?\Z")
_ENDS = re.compile(
    r"(?:[。！？?；]|!(?!\[))+[”’」』\"')）】]*|(?<=[^\d\s.])\.[”’\"\')]*(?=[\s\[]|\Z)|(?<=\d)\.(?=\s+[A-Z“\"])|\n+"
)
_MARKERS = re.compile(
    r"\s{0,3}(?:[\[【［](?:证据|摘录|来源|资料)?\s*(\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)\s*[\]】］]|\((?:证据|摘录)\s*(\d{1,3})\))"
)
_OPEN_MARKER = re.compile(r"\s*(?:[\[【［(][^\]】］)]{0,12}|<(?:t(?:h(?:i(?:n(?:k)?)?)?)?)?)\Z")
_TRAILING_MARKERS = re.compile(rf"(?:{_MARKERS.pattern})+")
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
    """Takes a reply in piece by piece and gives its sentences out as soon as they are complete.

    What a model thinks between `<think>` and `</think>` is dropped.
    """

    _rest: str = ""
    _thinks: bool = False

    def feed(self, piece: str) -> list[Written]:
        """Take `piece` in; return the sentences that it completes."""
        self._rest += piece
        return self._cut(final=False)

    def finish(self) -> list[Written]:
        """Return what is left when the reply has ended."""
        return self._cut(final=True)

    def _cut(self, *, final: bool) -> list[Written]:
        found: list[Written] = []
        while True:
            if self._thinks:
                _, closed, after = self._rest.partition(_THOUGHT)
                self._rest = after if closed else self._rest[-len(_THOUGHT) :]
                if not closed:
                    return found
                self._thinks = False
            before, opened, after = self._rest.partition(_THINKING)
            self._rest = before
            found += self._cut_plain(final=final or bool(opened))
            if not opened:
                return found
            self._rest, self._thinks = after, True

    def _cut_plain(self, *, final: bool) -> list[Written]:
        """Cut the rest, in which nothing is thought; what may go on is left unless it is `final`."""
        found = []
        while self._rest:
            end = _ENDS.search(self._rest)
            if end is None:
                if not final and len(self._rest) <= LONGEST:
                    break
                stop = len(self._rest)
                if not final and (start := _MAYBE_THINKING.search(self._rest)):
                    stop = start.start()
            else:
                markers = _TRAILING_MARKERS.match(self._rest, end.end(), end.end() + LONGEST)
                stop = markers.end() if markers else end.end()
                if not final and stop - end.end() < LONGEST and _may_go_on(self._rest[stop:]):
                    break  # a marker may follow
            found.append(_read(self._rest[:stop]))
            self._rest = self._rest[stop:]
        return [written for written in found if written.words]


def _may_go_on(rest: str) -> bool:
    """Tell whether what follows a sentence so far could still become a marker of it."""
    return not rest.strip() or bool(_OPEN_MARKER.match(rest))


def _read(raw: str) -> Written:
    raw = raw[: 2 * LONGEST]  # of what is too long to be shown no more is read than shows it
    hints = tuple(
        int(number)
        for groups in _MARKERS.findall(raw)
        for group in groups
        for number in _DIGITS.findall(group)
    )
    words = _EMPHASIS.sub("", _BULLET.sub("", _MARKERS.sub("", raw)))
    return Written(" ".join(words.split()), hints)
