"""Nests headings into sections and tells where each section ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.language.lexicon import alternatives
from index.structure.headings import Heading, Scheme, find_headings, find_run_ins, is_address
from index.structure.ranks import rank_headings
from index.types import Section, Span

__all__ = ["Block", "build_outline", "find_blocks"]

# Paragraphs that look back on all sections before them, and so belong to none.
_SUMMARY = re.compile(
    rf"(?:(?:过去)?[一二三四五六七八九十]年来|在.{{2,24}}的同时|{alternatives('structure', 'summary')})"
)


@dataclass(frozen=True, slots=True)
class Block:
    """A section in terms of lines: from its heading's line up to, not including, line `end`."""

    heading: Heading
    end: int


def find_blocks(text: str, lines: Sequence[Span]) -> list[Block]:
    """Return every section of the body, in reading order; they nest."""
    headings = rank_headings(text, find_headings(text, lines))
    blocks = _close_last_siblings(text, lines, _open_blocks(headings, len(lines)))
    owners = _innermost(blocks, len(lines))
    heads = {block.heading.line for block in blocks}
    groups: dict[int, list[int]] = {}
    for line, owner in enumerate(owners):
        if line not in heads:
            groups.setdefault(owner, []).append(line)
    for group in groups.values():
        blocks += [Block(heading, heading.line + 1) for heading in find_run_ins(text, lines, group)]
    return sorted(blocks, key=lambda block: (block.heading.line, block.heading.scheme))


def build_outline(text: str, lines: Sequence[Span], blocks: Sequence[Block]) -> tuple[Section, ...]:
    """Return the sections of `blocks` as a tree."""
    return _nest(text, lines, list(blocks), 1)


def _nest(text: str, lines: Sequence[Span], blocks: Sequence[Block], level: int) -> tuple[Section, ...]:
    sections = []
    i = 0
    while i < len(blocks):
        block = blocks[i]
        j = i + 1
        while j < len(blocks) and blocks[j].heading.line < block.end:
            j += 1
        words = block.heading.words
        end = max(lines[block.end - 1].end, words.end)
        sections.append(
            Section(words.of(text), level, words.start, end, _nest(text, lines, blocks[i + 1 : j], level + 1))
        )
        i = j
    return tuple(sections)


def _open_blocks(headings: Sequence[Heading], end: int) -> list[Block]:
    """Let each heading hold until the next of the same or a higher rank."""
    blocks = []
    next_line = dict.fromkeys(Scheme, end)  # by rank, of the nearest heading at least that high
    for heading in reversed(headings):
        blocks.append(Block(heading, next_line[heading.scheme]))
        next_line.update({scheme: heading.line for scheme in Scheme if scheme >= heading.scheme})
    return blocks[::-1]


def _close_last_siblings(text: str, lines: Sequence[Span], blocks: Sequence[Block]) -> list[Block]:
    """End the last section of each row of siblings where the speaker turns to something else.

    A row whose other sections are single paragraphs ends with a single paragraph; otherwise its last section
    ends before a paragraph that addresses the audience or sums up. Parts are left as they are.
    """
    closed = list(blocks)
    rows: dict[Scheme, list[int]] = {}
    part = min((block.heading.scheme for block in blocks), default=Scheme.PART)

    def finish(scheme: Scheme) -> None:
        row = rows.pop(scheme)
        last = closed[row[-1]]
        closed[row[-1]] = Block(last.heading, _row_end(text, lines, [closed[i] for i in row]))

    for i, block in enumerate(blocks):
        heading = block.heading
        for scheme in sorted(rows, reverse=True):
            if scheme > heading.scheme:
                finish(scheme)
        if heading.scheme <= part:
            continue
        row = rows.get(heading.scheme)
        if row and heading.number not in {0, closed[row[-1]].heading.number + 1}:
            finish(heading.scheme)
        rows.setdefault(heading.scheme, []).append(i)
    for scheme in sorted(rows, reverse=True):
        finish(scheme)
    return _clip(closed)


def _row_end(text: str, lines: Sequence[Span], row: Sequence[Block]) -> int:
    """Return where the last section of `row` ends."""
    last = row[-1]
    first = last.heading.line + 1
    if not last.heading.alone and len(row) > 1 and all(b.end == b.heading.line + 1 for b in row[:-1]):
        return first
    for line in range(first + last.heading.alone, last.end):
        if is_address(text, lines[line]) or _SUMMARY.match(text, lines[line].start, lines[line].end):
            return line
    return last.end


def _clip(blocks: Sequence[Block]) -> list[Block]:
    """Let no section reach beyond the one around it."""
    clipped: list[Block] = []
    around: list[Block] = []
    for block in blocks:
        while around and around[-1].end <= block.heading.line:
            around.pop()
        end = min([block.end, *(outer.end for outer in around)])
        around.append(Block(block.heading, end))
        clipped.append(around[-1])
    return clipped


def _innermost(blocks: Iterable[Block], count: int) -> list[int]:
    """Return for each line the heading line of the innermost section around it, -1 outside all."""
    owners = [-1] * count
    for block in blocks:
        owners[block.heading.line : block.end] = [block.heading.line] * (block.end - block.heading.line)
    return owners
