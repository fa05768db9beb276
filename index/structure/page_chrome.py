"""Tells what every page repeats, running titles and page numbers, from the lines of a report.

What is decided here rests on the lines alone, their wording, repetition and place, so that any reader of a
paged format can hand in its lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from index.language.lexicon import alternatives
from index.language.numerals import NUMERAL
from index.language.units import is_unit
from index.structure.starts import ends_sentence, is_prose, starts_anew
from index.types import Span

__all__ = ["find_page_chrome"]

_DASHES = r"[-—–―－─~～·•|]"
_NUMBER = rf"(?:\d{{1,4}}|{NUMERAL})"
# A page number that cannot be anything else: — 3 —, 第3页, 第3页 共20页, Page 3 of 20.
_PAGE = (
    rf"(?:{_DASHES}{{1,3}}\s*\d{{1,4}}\s*{_DASHES}{{1,3}}"
    rf"|第\s*{_NUMBER}\s*页(?:[\s,，、/／|]*共\s*{_NUMBER}\s*页)?|共\s*{_NUMBER}\s*页[\s,，、/／|]*第\s*{_NUMBER}\s*页"
    r"|[Pp]age\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?)"
)
_BRACKETED = rf"(?:[（(\[【]\s*(?:{_PAGE}|\d{{1,3}})\s*[）)\]】]|{_PAGE})"
_PAGE_NUMBER = re.compile(_BRACKETED)
_BARE_NUMBER = re.compile(r"\d{1,3}(?:\s*[/／]\s*\d{1,3})?")
# The number of the page before or after the running title on its line.
_AT_HEAD = re.compile(rf"^(?:{_BRACKETED}\s*|\d{{1,3}}\s+)(?=\S)")
_AT_TAIL = re.compile(rf"(?<!\s)\s{{0,9}}{_BRACKETED}$|(?<=\s)\d{{1,3}}$")

_TITLE_LENGTH_MAX = 40  # characters; a longer line is no running title
_TITLE_LENGTH_MIN = 4
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Words that end the name of a document.
_DOCUMENT = re.compile(rf"{alternatives('structure', 'document')}(?:[（(][^（）()]{{1,8}}[）)])?$")
_YEAR = re.compile(r"(?:19|20)\d\d年")
_PLACE_LENGTH = 2  # a running title that shares so much of its head with the title names the same place
_REPEATED = 2  # times


def find_page_chrome(text: str, lines: Sequence[Span], titles: Sequence[Span] = ()) -> frozenset[int]:
    """Return the indices of those `lines` of a body that belong to the page: running titles, page numbers.

    `titles` are the lines of the title block, which running titles repeat. A page number in marks (— 3 —,
    第3页) is told by its form. A line that is the title is a running title wherever it stands; another that
    names a document, as the title does, only where it interrupts a sentence or stands by a page number;
    any other line where it does so again and again. A bare number counts where bare numbers ascend through
    the report, or where it stands by a running title or interrupts prose.
    """
    words = [line.of(text) for line in lines]
    numbered = {i for i, line in enumerate(words) if _PAGE_NUMBER.fullmatch(line)}
    bare = {i for i, line in enumerate(words) if _BARE_NUMBER.fullmatch(line) and not _in_table(words, i)}
    running = _find_running_titles(words, numbered, bare, [line.of(text) for line in titles])
    marked = numbered | running
    return frozenset(marked | _find_bare_numbers(words, bare, marked))


def _find_running_titles(
    words: Sequence[str], numbered: set[int], bare: set[int], titles: Sequence[str]
) -> set[int]:
    names = {
        i: name for i, line in enumerate(words) if i not in numbered | bare and (name := _read_name(line))
    }
    known = {_squeeze(title) for title in titles}
    places = {title[:_PLACE_LENGTH] for title in known if _DOCUMENT.search(title)}
    counts = Counter(names.values())
    suspected = {
        i
        for i, name in names.items()
        if counts[name] >= _REPEATED
        or (_DOCUMENT.search(name) and (name[:_PLACE_LENGTH] in places or any(name in one for one in known)))
    }
    aside = suspected | numbered | bare
    placed = {
        i
        for i in suspected
        if len(names[i]) < len(_squeeze(words[i]))
        or {i - 1, i + 1} & numbered
        or _interrupts(words, i, aside)
    }
    in_place = Counter(names[i] for i in placed)
    found = set()
    for i in suspected:
        name = names[i]
        often = in_place[name] >= _REPEATED and in_place[name] * 2 >= counts[name]
        named = _DOCUMENT.search(name) is not None and in_place[name] > 0
        if often or named or (_YEAR.search(name) and name in known):
            found.add(i)
    return found


def _read_name(line: str) -> str:
    """Return the words of what may be a running title, less the number of its page; else nothing."""
    if len(line) > 2 * _TITLE_LENGTH_MAX or ends_sentence(line) or starts_anew(line):
        return ""
    name = _squeeze(_AT_TAIL.sub("", _AT_HEAD.sub("", line, count=1), count=1))
    fits = _TITLE_LENGTH_MIN <= len(name) <= _TITLE_LENGTH_MAX and _CHINESE.search(name)
    return name if fits and not re.search(r"[，,；;、]$", name) and not is_prose(name) else ""


def _squeeze(words: str) -> str:
    return re.sub(r"[\s《》#*]+", "", words)


def _interrupts(words: Sequence[str], at: int, aside: set[int]) -> bool:
    """Tell whether line `at` stands inside a sentence; the lines `aside` are passed over."""
    before = next((words[i] for i in range(at - 1, -1, -1) if i not in aside), "")
    after = next((words[i] for i in range(at + 1, len(words)) if i not in aside), "")
    if not before or not after or ends_sentence(before) or starts_anew(after):
        return False
    return is_prose(before) or before[-1] in "，,、"


def _in_table(words: Sequence[str], at: int) -> bool:
    """Tell whether a bare number has another cell of a table beside it: a number, or columns."""
    beside = [words[i] for i in (at - 1, at + 1) if 0 <= i < len(words)]
    return any(re.fullmatch(r"[\d.,，%％\s/-]+", cell) or "\t" in cell or "|" in cell for cell in beside)


def _find_bare_numbers(words: Sequence[str], bare: set[int], marked: set[int]) -> set[int]:
    found = {i for i in bare if {i - 1, i + 1} & marked}
    ascending = sorted(bare)
    numbers = {i: int(re.split(r"\D", words[i])[0]) for i in ascending}
    for left, right in pairwise(ascending):
        if right - left > 1 and numbers[right] == numbers[left] + 1:
            found |= {left, right}
    return found | {i for i in bare if _interrupts(words, i, bare | marked) and not _counts(words, i)}


def _counts(words: Sequence[str], at: int) -> bool:
    """Tell whether the bare number counts what the line after it names: 新建学校 / 12 / 所."""
    before, after = words[at - 1], words[at + 1]
    return not before[-1].isdigit() and (is_unit(after[0]) or after[0] in "万亿千百")
