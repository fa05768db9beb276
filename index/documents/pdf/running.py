"""What stands on every page beside the text: running heads and page numbers; the numbers become labels."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents.pdf.lines import Line

_OUTER = 0.12  # of the page's height, above and below, in which running lines stand
_SAME_HEIGHT = 6.0  # points by which they may wander
_SHARE = 0.3  # of the pages; odd and even ones may differ
_LEAST = 2  # pages
_NUMBERS = re.compile(r"\d+")
_NUMBER_ALONE = re.compile(
    r"[—–\-－·・\s]*(\d{1,4})[—–\-－·・\s]*|第?\s*(\d{1,4})\s*页?\s*(?:[/／，,]?\s*共?\s*\d{1,4}\s*页)?"
)
_SURE = re.compile(r"\D")  # beside the digits something that says “page number”: — 3 —, 第3页
_ROMAN = re.compile(r"[ivxlcIVXLC]{1,6}")
_AGREEING = 0.6  # of the numbers on running lines go up with the pages, where they are page numbers


@dataclass(frozen=True, slots=True)
class PageSize:
    """Width and height of a page in points."""

    width: float
    height: float


def drop_running(
    pages: Sequence[Sequence[Line]], sizes: Sequence[PageSize]
) -> tuple[list[list[Line]], list[str]]:
    """Return the lines of each page without the running ones, and the number printed on it (empty: none)."""
    groups: dict[tuple[str, int], list[Line]] = defaultdict(list)
    for lines, size in zip(pages, sizes, strict=True):
        for line in lines:
            if _is_outer(line, size):
                groups[_pattern(line), round(line.middle / _SAME_HEIGHT)].append(line)
    dropped: set[int] = set()
    labels = [""] * len(pages)
    for (pattern, height), members in groups.items():
        near = [*members, *groups.get((pattern, height + 1), []), *groups.get((pattern, height - 1), [])]
        if len({line.page for line in near}) >= max(_LEAST, _SHARE * len(pages)):
            dropped.update(map(id, members))
            _label(near, labels)
    for lines, size in zip(pages, sizes, strict=True):
        outer = [line for line in lines if _is_outer(line, size)]
        for line in outer:
            number = _NUMBER_ALONE.fullmatch(line.text)
            alone = line in (lines[0], lines[-1]) or all(
                not line.beside(other) for other in lines if other is not line
            )
            if number and alone and _SURE.search(line.text.strip()):
                dropped.add(id(line))
                labels[line.page] = labels[line.page] or next(filter(None, number.groups()))
    return [[line for line in lines if id(line) not in dropped] for lines in pages], labels


def _is_outer(line: Line, size: PageSize) -> bool:
    return line.bottom <= _OUTER * size.height or line.top >= (1 - _OUTER) * size.height


def _pattern(line: Line) -> str:
    text = _NUMBERS.sub("#", line.text)
    return "#" if _ROMAN.fullmatch(text) else text


def _label(lines: Sequence[Line], labels: list[str]) -> None:
    """Write the page numbers on running lines of one form to `labels`: numbers that go up with the pages."""
    read = [(line.page, _NUMBERS.findall(line.text)) for line in lines]
    places = min((len(numbers) for _, numbers in read), default=0)
    for place in range(places):
        steps = [int(numbers[place]) - page for page, numbers in read]
        usual = max(set(steps), key=steps.count)
        if steps.count(usual) >= _AGREEING * len(steps):
            for page, numbers in read:
                labels[page] = labels[page] or numbers[place]
            return
    for line in lines:
        if _ROMAN.fullmatch(line.text):
            labels[line.page] = labels[line.page] or line.text
