"""Joins the lines of one sentence: set in a fixed width, cut by a page, or broken inside a word or figure.

Lines are joined only where the first leaves a sentence open, the second begins nothing of its own, and the
break shows that it is layout: it cuts a figure or a word, a page ends there, or lines of even width run on.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from index.language.units import is_unit
from index.language.words import tag_words
from index.structure.starts import ends_sentence, is_address, is_caption, is_numbered, is_prose, starts_anew
from index.types import Span

__all__ = ["Paragraph", "join_lines"]

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NUMERAL = re.compile(r"[一二三四五六七八九十百千万亿零〇两]")
_GOES_ON = re.compile(r"[，。、；：！？,.;:!?％%”’）)》】」』]")
_LEFT_OPEN = re.compile(r"(?:[，、,]|(?<![。！？])[（(《“‘])$")
_COMMA = re.compile(r"[，,]")  # a heading with one seldom stands at the foot of a page
_AMOUNT = re.compile(r"\d[\d.,，]*\s*(?P<unit>[^\s\d年月])")
_CLOSES = re.compile(r"[。！？!?；;：:…”’）)》】]$")
_DIGIT_ENDS = re.compile(r"\d[.．,，·]?$")
_ITEM_ENDS = "；;"  # items of a list end so that are no sentences
_PROSE_LINES = 4  # more than any heading has
_WORD_REACH = 8  # characters on either side of a break in which a cut word is looked for

# Columns: a Chinese character takes two. Lines of one width end up to _RAGGED before it, as a figure, a Latin
# word or a mark that may not begin a line is taken to the next; a closing mark may hang over.
_RAGGED, _HANGING = 6, 2
_NARROWEST, _WIDEST = 20, 110
_OPEN_LINES = 2  # lines of even width before the one in which a sentence ends, at least
_RUN_MAX = 60  # lines that are looked through for the end of a sentence
_EVEN_LINES = 5  # lines of one width that show a text to be set in that width
_OVERLONG_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that are read as one: `span` covers all of them, `seams` what stands between each two."""

    span: Span
    seams: tuple[Span, ...] = ()


def join_lines(text: str, lines: Sequence[Span], chrome: Set[int] = frozenset()) -> list[Paragraph]:
    """Return the paragraphs that `lines` make up, those with an index in `chrome` left out."""
    kept = [i for i in range(len(lines)) if i not in chrome]
    words = [lines[i].of(text) for i in kept]
    joins = _find_joins(words, [left + 1 < right for left, right in pairwise(kept)])
    paragraphs: list[list[Span]] = []
    for at, i in enumerate(kept):
        if at and joins[at - 1]:
            paragraphs[-1].append(lines[i])
        else:
            paragraphs.append([lines[i]])
    return [
        Paragraph(
            Span(own[0].start, own[-1].end),
            tuple(Span(left.end, right.start) for left, right in pairwise(own)),
        )
        for own in paragraphs
    ]


def _find_joins(words: Sequence[str], interrupted: Sequence[bool]) -> list[bool]:
    """Return for each line but the last whether the next belongs to it."""
    settings = [_Setting.from_lines(words, measure) for measure in (_count_columns, _count_characters)]
    joins: list[bool] = []
    sure: list[bool] = []
    start = 0  # of the paragraph so far
    for at, (left, right) in enumerate(pairwise(words)):
        joined = certain = False
        if _may_join(left, right):
            before = "".join(words[start : min(at + 1, start + _PROSE_LINES)])
            certain = _cuts_figure(left, right) or _GOES_ON.match(right) is not None or _is_left_open(left)
            prose = at - start >= _PROSE_LINES or is_prose(before)
            prose |= interrupted[at] and not is_numbered(before) and _COMMA.search(before) is not None
            cut = (prose or any(setting.full for setting in settings)) and _cuts_word(left, right)
            filled = any(setting.fills(at) for setting in settings)
            narrow = all(max(setting.widths[at : at + 2]) <= _WIDEST for setting in settings)
            joined = (
                certain
                or (prose and (interrupted[at] or cut or narrow or _begins_in_amount(right)))
                or (filled and (cut or not is_numbered(before)))
                or any(setting.runs_on(words, at) for setting in settings)
            )
            joined &= left[-1] not in _ITEM_ENDS or interrupted[at] or filled
            certain = joined and (certain or cut or interrupted[at])
        joins.append(joined)
        sure.append(certain)
        if not joined:
            _undo(words, joins, sure, start, at)
            start = at + 1
    _undo(words, joins, sure, start, len(words) - 1)
    return joins


@dataclass(frozen=True, slots=True)
class _Setting:
    """How wide lines are, and `full`, the width that the text is set in; None where lines are paragraphs."""

    widths: Sequence[int]
    full: int | None

    @classmethod
    def from_lines(cls, words: Sequence[str], measure: Callable[[str], int]) -> _Setting:
        """Measure the lines `words`."""
        widths = [measure(line) for line in words]
        return cls(widths, _find_width(words, widths))

    def fills(self, at: int) -> bool:
        """Tell whether line `at` is as wide as the text is set."""
        return self.full is not None and self.full - _RAGGED <= self.widths[at] <= self.full + _HANGING

    def runs_on(self, words: Sequence[str], at: int) -> bool:
        """Tell whether line `at` and more of its width leave a sentence open that the line after ends."""
        widest = self.widths[at]
        for i in range(at, min(at + _RUN_MAX, len(words))):
            width = self.widths[i]
            if width > _WIDEST or (starts_anew(words[i]) if i > at else is_numbered(words[i])):
                return False
            if ends_sentence(words[i]):
                return i - at >= _OPEN_LINES and widest >= _NARROWEST and width <= widest + _HANGING
            widest = max(widest, width)
            if width < widest - _RAGGED:
                return False
        return False


def _undo(words: Sequence[str], joins: list[bool], sure: Sequence[bool], first: int, last: int) -> None:
    """Part the lines `first` to `last` again where nothing but likelihood joins them and no sentence ends."""
    if first < last and not _CLOSES.search(words[last]):
        for at in range(first, last):
            joins[at] = sure[at]


def _may_join(left: str, right: str) -> bool:
    return not (
        ends_sentence(left)
        or is_caption(left)
        or starts_anew(right)
        or "\t" in left
        or "|" in left
        or not _CHINESE.search(left)
        or not (_CHINESE.search(right) or _CLOSES.search(right))
    )


def _cuts_figure(left: str, right: str) -> bool:
    if re.match(r"[.．·,，]\d", right):
        return left[-1].isdigit()
    if not _DIGIT_ENDS.search(left):
        return False
    return right[0].isdigit() or (left[-1].isdigit() and (is_unit(right[0]) or right[0] in "万亿千百十余多"))


def _begins_in_amount(right: str) -> bool:
    """Tell whether a line begins with a figure and its unit, as sentences hardly do."""
    amount = _AMOUNT.match(right)
    return amount is not None and (amount["unit"] in "%％‰万亿" or is_unit(amount["unit"]))


def _is_left_open(left: str) -> bool:
    return _LEFT_OPEN.search(left) is not None and not is_address(left)


def _cuts_word(left: str, right: str) -> bool:
    """Tell whether the break stands inside a word, as the segmenter cuts the two lines written as one."""
    head, tail = left[-_WORD_REACH:], right[:_WORD_REACH]
    if _NUMERAL.match(head[-1]) and _NUMERAL.match(tail[0]):
        return True
    at = 0
    for word, _ in tag_words(head + tail):
        if at < len(head) < at + len(word):
            return True
        at += len(word)
    return False


def _find_width(words: Sequence[str], widths: Sequence[int]) -> int | None:
    """Return the width, in columns, in which a text is set, or None where its lines are paragraphs."""
    ragged = [
        width
        for line, width in zip(words, widths, strict=True)
        if not ends_sentence(line) and width >= _NARROWEST
    ]
    if len(ragged) < _EVEN_LINES:
        return None
    counts = Counter(ragged)
    within = {full: sum(counts[width] for width in range(full - _RAGGED, full + 1)) for full in counts}
    full = max(within, key=lambda width: (within[width], width))
    overlong = sum(width > full + _HANGING for width in widths)
    if within[full] < max(_EVEN_LINES, len(ragged) / 2) or overlong > _OVERLONG_SHARE * len(widths):
        return None
    return full


def _count_columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line)


def _count_characters(line: str) -> int:
    """Return the width of a line where every character takes two columns, figures too."""
    return 2 * len(line)
