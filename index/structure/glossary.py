"""Reads the glossary at the end of a report: its terms, their other names and their definitions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.language.lexicon import alternatives
from index.language.sentences import SEAM, trim
from index.types import GlossaryEntry, Span

__all__ = ["GLOSSARY_HEADING", "alternative_names", "find_glossary", "read_entries"]

GLOSSARY_HEADING = "名词解释"
"""The section that every glossary passage stands in, however the report prints its heading."""

_HEADING_LENGTH_MAX = 40
_HEADING = re.compile(r"(?:名词|[用词术]语)(?:[解注]释|说明|释义)|^附?注(?:释)?[：:]?$")
_APPENDIX = re.compile(r"附[件录表][一二三四五六七八九十\d]*[：:]?(?=\s|$|[^，。]{2,40}$)")
_MARKER = re.compile(r"(?:\d{1,3}\s*[.．、](?!\d)|[\[【〔（(]\s*\d{1,3}\s*[\]】〕）)]|[①-⑳])\s*")
_TERM_LENGTH_MAX = 60
# The colon after the term; some entries have a full stop there, some only a space.
_COLON = re.compile(r"(?P<term>(?:“[^”]*”|[^：:“。])+?)(?<!\s)\s*(?:[：:]|。(?=是?指|即))\s*")
_SPACE = re.compile(r"(?P<term>[^\s：:。，]+)\s+(?=\S)")

_NUMERALS = "一二三四五六七八九十两双百千万零几"
_QUOTED = re.compile(r"[“‘]([^“”‘’]{1,30})[”’]")
_QUOTES = str.maketrans("", "", "“”‘’\"'")
_TRAILING_NOTE = re.compile(r"[（(][^（）()]*[）)]$")
_NAME_LENGTH_MIN = 2
# Six stabilities and six guarantees run together, 六稳六保: both halves start with the same numeral.
_TWIN = re.compile(
    rf"(?P<first>(?P<numeral>[{_NUMERALS}])[^{_NUMERALS}]{{1,4}})(?P<second>(?P=numeral)[^{_NUMERALS}]{{1,4}})"
)
# What people leave out after a counted name: 三个具体要求 is also 三个具体.
_GENERIC_TAIL = re.compile(
    rf"(?P<name>(?:[{_NUMERALS}]|\d).{{2,12}}?)"
    rf"{alternatives('structure', 'generic-tail')}"
)


def find_glossary(text: str, lines: Sequence[Span]) -> tuple[int, int] | None:
    """Return the first and past-the-last index in `lines` of the glossary, its heading included, or None.

    The heading must be followed by an entry; a glossary reaches to the next appendix or the end.
    """
    for i, line in enumerate(lines[:-1]):
        if not _is_glossary_heading(text, line) or _read_term(text, lines[i + 1], numbered=False) is None:
            continue
        end = next((j for j in range(i + 2, len(lines)) if is_appendix(text, lines[j])), len(lines))
        return i, end
    return None


def is_appendix(text: str, line: Span) -> bool:
    """Tell whether `line` heads an appendix."""
    return len(line) <= _HEADING_LENGTH_MAX and _APPENDIX.match(line.of(text)) is not None


def read_entries(text: str, lines: Sequence[Span]) -> list[GlossaryEntry]:
    """Return the entries in `lines` (without the heading); a line without a term continues the entry before.

    Where the first entry is numbered, a line without a number starts an entry only if its term is quoted.
    """
    entries: list[GlossaryEntry] = []
    numbered = bool(lines) and _MARKER.match(text, lines[0].start) is not None
    for line in lines:
        found = _read_term(text, line, numbered=numbered)
        if found is None and entries:
            last = entries[-1]
            entries[-1] = GlossaryEntry(
                last.term, last.names, Span(last.entry.start, line.end), Span(last.definition.start, line.end)
            )
        elif found is not None:
            term, definition = found
            name = term.of(text).replace(SEAM, "")
            entries.append(GlossaryEntry(name, alternative_names(name), line, definition))
    return entries


def alternative_names(term: str) -> tuple[str, ...]:
    """Return every way `term` may be written, itself first: unquoted, its parts, shortened."""
    bare = term.translate(_QUOTES)
    names = [term, bare, _TRAILING_NOTE.sub("", bare)]
    for quoted in _QUOTED.findall(term):
        names += [quoted, f"“{quoted}”"]
    if "、" in bare:
        names += bare.split("、")
    if twin := _TWIN.fullmatch(bare):
        names += [twin["first"], twin["second"]]
    if shortened := _GENERIC_TAIL.fullmatch(bare):
        names.append(shortened["name"])
    return tuple(dict.fromkeys(name for name in names if len(name.translate(_QUOTES)) >= _NAME_LENGTH_MIN))


def _is_glossary_heading(text: str, line: Span) -> bool:
    if len(line) > 2 * _HEADING_LENGTH_MAX:  # spaced out, a heading is at most twice as long
        return False
    words = re.sub(r"[\s#*]+", "", line.of(text))
    return len(words) <= _HEADING_LENGTH_MAX and _HEADING.search(words) is not None and "。" not in words


def _read_term(text: str, line: Span, *, numbered: bool) -> tuple[Span, Span] | None:
    """Return where the term and its definition stand in `line`, or None if it starts no entry."""
    marker = _MARKER.match(text, line.start, line.end)
    start = marker.end() if marker else line.start
    limit = min(line.end, start + _TERM_LENGTH_MAX)
    if numbered and marker is None and text[start] != "“":
        return None
    found = [_COLON.match(text, start, limit), None if numbered else _SPACE.match(text, start, limit)]
    match = min((match for match in found if match), key=lambda match: match.end("term"), default=None)
    if match is None or match.end() >= line.end:
        return None
    return trim(text, Span(*match.span("term"))), Span(match.end(), line.end)
