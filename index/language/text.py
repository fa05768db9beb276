"""Text brought to the form in which it is compared: width, script, marks; the tables of each."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

_CJK = re.compile(r"[㐀-䶿一-鿿]")
_LATIN = re.compile(r"[A-Za-z]+")
_INVISIBLE = ("Cc", "Cf", "Co", "Cn", "Cs")
_SPOKEN = {"啥": "什么", "咋": "怎么", "哪儿": "哪里"}
"""How questions are asked aloud, and in writing."""
_VARIANTS = str.maketrans({"「": "“", "」": "”", "『": "“", "』": "”"})


_BLANKS = re.compile(r"\s+")
_LINE_BREAK = re.compile(r"[\r\n\v\f\x85\u2028\u2029]")


def join_lines(text: str) -> str:
    """Return `text` on one line: a line break is layout, and only between Latin words is it a space."""
    return join_lines_with_offsets(text)[0] if _LINE_BREAK.search(text) else text


def join_lines_with_offsets(text: str) -> tuple[str, list[int]]:
    """Return `text` on one line, and for each of its characters where it stands in `text`."""
    pieces: list[str] = []
    offsets: list[int] = []
    start = 0
    for blanks in _BLANKS.finditer(text):
        if not _LINE_BREAK.search(blanks.group()):
            continue
        pieces.append(text[start : blanks.start()])
        offsets += range(start, blanks.start())
        start = blanks.end()
        if _LATIN.fullmatch(text[blanks.start() - 1 : blanks.start()] + text[start : start + 1]):
            pieces.append(" ")
            offsets.append(blanks.start())
    offsets += range(start, len(text))
    return "".join([*pieces, text[start:]]), offsets


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def to_simplified(text: str) -> str:
    """Return `text` in Simplified characters."""
    simplified: str = _converter().convert(text)
    return simplified


def normalise(text: str) -> str:
    """Return `text` as search compares it: NFKC, lower case, Simplified characters."""
    return to_simplified(unicodedata.normalize("NFKC", text).lower())


def normalise_question(text: str) -> str:
    """Return the question in half-width, simplified form on one line, without characters nobody can see.

    Only for understanding and finding: what is quoted always comes from the report.
    """
    visible = "".join(
        " " if char.isspace() else _open_ring(char)
        for char in text
        if char.isspace() or unicodedata.category(char) not in _INVISIBLE
    )
    folded = to_simplified(unicodedata.normalize("NFKC", visible)).translate(_VARIANTS)
    for spoken, written in _SPOKEN.items():
        folded = folded.replace(spoken, written)
    return re.sub(r" {2,}", " ", folded).strip()


def _open_ring(char: str) -> str:
    """Return a number in a ring (①) as one in brackets: NFKC would add it to the words before."""
    ringed = unicodedata.decomposition(char).startswith("<circle>") and char.isnumeric()
    return f" ({unicodedata.numeric(char):.0f})" if ringed else char


def has_chinese(text: str) -> bool:
    """Tell whether `text` holds any Chinese character."""
    return bool(_CJK.search(text))


def is_mostly_chinese(text: str) -> bool:
    """Tell whether `text` is written in Chinese: names and terms in it may be in Latin letters."""
    chinese, words = len(_CJK.findall(text)), len(_LATIN.findall(text))
    return chinese > words


def is_chinese(char: str) -> bool:
    """Tell whether one character is a Chinese one."""
    return bool(_CJK.match(char))
