"""Joins the lines of one sentence: set in a fixed width, cut by a page, or broken inside a word or figure.

Lines are joined only where the first leaves a sentence open, the second begins nothing of its own, and the
break shows that it is layout: it cuts a figure or a word, a page ends there, or lines of even width run on.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from index.language.units import is_unit
from index.language.words import tag_words
from index.structure.starts import ends_sentence, is_caption, is_numbered, is_prose, starts_anew
from index.types import Span

__all__ = ["Paragraph", "join_lines"]

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NUMERAL = re.compile(r"[一二三四五六七八九十百千万亿零〇两]")
_GOES_ON = re.compile(r"[，。、；：！？,.;:!?％%”’）)》】」』]")
_LEFT_OPEN = re.compile(r"(?:[，、,]|(?<![。！？])[（(《“‘])$")
_AMOUNT = re.compile(r"\d[\d.,，]*\s*(?P<unit>[^\s\d年月])")
_CLOSES = re.compile(r"[。！？!?；;：:…”’）)》】]$")
_DIGIT_ENDS = re.compile(r"\d[.．,，·]?$")
_PROSE_LINES = 4  # more than any heading has
_WORD_REACH = 8  # characters on either side of a break in which a cut word is looked for

# Columns (a Chinese character takes two). Lines of one width end up to _RAGGED before it: a figure, a Latin
# word or a mark that may not begin a line is taken to the next.
_RAGGED = 6
_NARROWEST, _WIDEST = 20, 110
_HANGING = 2  # a closing mark may hang over
_OPEN_LINES, _RUN_MAX = (
    2,
    60,
)  # lines of even width before a sentence ends: at least, and looked through at most
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
    paragraphs: list[Paragraph] = []
    for at, i in enumerate(kept):
        if at and joins[at - 1]:
            before = paragraphs[-1]
            seam = Span(before.span.end, lines[i].start)
            paragraphs[-1] = Paragraph(Span(before.span.start, lines[i].end), (*before.seams, seam))
        else:
            paragraphs.append(Paragraph(lines[i]))
    return paragraphs


def _find_joins(words: Sequence[str], interrupted: Sequence[bool]) -> list[bool]:
    """Return for each line but the last whether the next belongs to it."""
    widths = [_width(line) for line in words]
    full = _find_width(words, widths)
    joins: list[bool] = []
    sure: list[bool] = []
    start = 0  # of the paragraph so far
    for at, (left, right) in enumerate(pairwise(words)):
        before = "".join(words[start : min(at + 1, start + _PROSE_LINES)])
        cut, likely = False, False
        if _may_join(left, right):
            cut = _cuts_figure(left, right) or _GOES_ON.match(right) is not None or _is_left_open(left)
            prose = at - start >= _PROSE_LINES or is_prose(before)
            word = (prose or full is not None) and _cuts_word(left, right)
            filled = full is not None and full - _RAGGED <= widths[at] <= full + _HANGING
            likely = (
                (
                    prose
                    and (
                        interrupted[at] or word or _is_narrow(widths[at : at + 2]) or _begins_in_amount(right)
                    )
                )
                or (filled and (word or not is_numbered(before)))
                or _runs_on(words, widths, at)
            )
            if _ends_clause(left) and not interrupted[at] and not filled:
                cut = likely = False
        sure.append(cut or (likely and (interrupted[at] or word)))
        joins.append(cut or likely)
        if not joins[-1]:
            _undo(words, joins, sure, start, at)
            start = at + 1
    _undo(words, joins, sure, start, len(words) - 1)
    return joins


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
        or not _CHINESE.search(right)
    )


def _ends_clause(line: str) -> bool:
    """Tell whether a line ends as items of a list do that are no sentences."""
    return line[-1] in "；;"


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
    return _LEFT_OPEN.search(left) is not None and is_prose(left)


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


def _is_narrow(widths: Sequence[int]) -> bool:
    return max(widths) <= _WIDEST


def _runs_on(words: Sequence[str], widths: Sequence[int], at: int) -> bool:
    """Tell whether line `at` and more of its width leave a sentence open that ends in the line after them."""
    widest = widths[at]
    for i in range(at, min(at + _RUN_MAX, len(words))):
        if widths[i] > _WIDEST or (i > at and starts_anew(words[i])):
            return False
        if ends_sentence(words[i]):
            return i - at >= _OPEN_LINES and widest >= _NARROWEST and widths[i] <= widest + _HANGING
        widest = max(widest, widths[i])
        if widths[i] < widest - _RAGGED or is_numbered(words[i]):
            return False
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


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line)
