"""`make bench-structure`: parts and sections found in an archive of reports, against another count.

The count knows nothing of the parser: a heading is a line (or, in a text without line breaks, a sentence)
that begins with a number 一、 or （一） which goes on from the one before, or starts a row that goes on.
"""

from __future__ import annotations

import re
import sys
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.documents.decoding import decode_text
from index.structure import parse_document
from tests.index.structure_table import as_report, flatten

ARCHIVE = Path(__file__).parents[3] / "shared" / "reports" / "provinces.tar.xz"
WANTED = 0.97  # of the headings of each kind that the other count knows
SHOWN = 20  # reports with misses that are named

_DIGITS = "一二三四五六七八九"
_NUMBER = f"[{_DIGITS}]?十[{_DIGITS}]?|[{_DIGITS}]"
_MARK = re.compile(rf"(?P<part>{_NUMBER})、(?!(?:{_NUMBER})、)|[（(](?P<section>{_NUMBER})[）)]")
_LEADING = " \t\u3000\xa0#*"
_UNBROKEN = 3_000  # characters of a line that is a text without line breaks
_NEAR = 4  # characters by which the two may differ in where a heading begins: marks of Markdown


@dataclass(frozen=True)
class Count:
    """Headings that the count knows, and how many of them the parser found; by kind."""

    known: dict[str, int]
    found: dict[str, int]
    missed: tuple[str, ...]


def read_number(numeral: str) -> int:
    """Return the number of a numeral below a hundred."""
    tens, mark, ones = numeral.partition("十")
    if not mark:
        return _DIGITS.index(numeral) + 1
    return (_DIGITS.index(tens) + 1 if tens else 1) * 10 + (_DIGITS.index(ones) + 1 if ones else 0)


def find_marks(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield kind, number and offset of whatever looks like the number of a heading."""
    start = 0
    for line in text.splitlines(keepends=True):
        begins = [start]
        if len(line) > _UNBROKEN:
            begins += [start + match.end() for match in re.finditer(r"[。！？：]", line)]
        for begin in begins:
            while begin < start + len(line) and text[begin] in _LEADING:
                begin += 1
            if match := _MARK.match(text, begin):
                kind = match.lastgroup or ""
                yield kind, read_number(match[kind]), begin
        start += len(line)


def count_headings(text: str) -> dict[str, list[int]]:
    """Return the offsets of the headings of each kind: numbers that make up rows."""
    marks = list(find_marks(text))
    known: dict[str, list[int]] = {"part": [], "section": []}
    for kind in known:
        own = [(number, offset) for one, number, offset in marks if one == kind]
        before = 0
        for place, (number, offset) in enumerate(own):
            following = own[place + 1][0] if place + 1 < len(own) else 0
            if (number == before + 1 and before) or (number == 1 and following == 2):
                known[kind].append(offset)
                before = number
    return known


def compare(text: str) -> Count:
    """Return what the parser found of the headings that the count knows."""
    begins = sorted(section.start for section in flatten(parse_document(as_report("report", text)).outline))
    known = count_headings(text)
    missed, found = [], {}
    for kind, offsets in known.items():
        lost = [offset for offset in offsets if not any(abs(begin - offset) <= _NEAR for begin in begins)]
        found[kind] = len(offsets) - len(lost)
        missed += [text[offset : offset + 30].splitlines()[0] for offset in lost]
    return Count({kind: len(offsets) for kind, offsets in known.items()}, found, tuple(missed))


def read_archive(path: Path) -> Iterator[tuple[str, str]]:
    """Yield name and text of each report in the archive."""
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(".txt") else None
            if file is not None:
                name = Path(member.name).stem
                yield name, decode_text(file.read(), name)


def main() -> int:
    """Count and print; 1 where too few headings were found."""
    if not ARCHIVE.is_file():
        print(f"bench-structure is skipped: the archive of reports is not there ({ARCHIVE.name}).")
        return 0
    known, found = {"part": 0, "section": 0}, {"part": 0, "section": 0}
    worst: list[tuple[int, str, tuple[str, ...]]] = []
    reports = bare = 0
    started = time.perf_counter()
    for name, text in read_archive(ARCHIVE):
        reports += 1
        count = compare(text)
        bare += not count.known["part"]
        for kind in known:
            known[kind] += count.known[kind]
            found[kind] += count.found[kind]
        if count.missed:
            worst.append((len(count.missed), name, count.missed))
    print(f"{reports} reports in {time.perf_counter() - started:.0f} s, {bare} without numbered parts")
    shares = {kind: found[kind] / max(1, known[kind]) for kind in known}
    for kind, share in shares.items():
        print(f"{kind}s: {found[kind]:,} of {known[kind]:,} found, {share:.2%}")
    print(f"reports with a heading missed: {len(worst)}")
    for number, name, missed in sorted(worst, reverse=True)[:SHOWN]:
        print(f"  {name}: {number}, such as {missed[0]!r}")
    return int(min(shares.values()) < WANTED)


if __name__ == "__main__":
    sys.exit(main())
