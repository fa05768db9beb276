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


_LINE_BREAK = re.compile(r"[^\S\r\n]*[\r\n\v\f\x85\u2028\u2029]\s*")
_BETWEEN_WORDS = re.compile(r"(?<=[A-Za-z])[^\S\r\n]*[\r\n\v\f\x85\u2028\u2029]\s*(?=[A-Za-z])")


def join_lines(text: str) -> str:
    """Return `text` on one line: a line break is layout, and only between Latin words is it a space."""
    return _LINE_BREAK.sub("", _BETWEEN_WORDS.sub(" ", text))


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
        " " if char.isspace() else char
        for char in text
        if char.isspace() or unicodedata.category(char) not in _INVISIBLE
    )
    folded = to_simplified(unicodedata.normalize("NFKC", visible)).translate(_VARIANTS)
    for spoken, written in _SPOKEN.items():
        folded = folded.replace(spoken, written)
    return re.sub(r" {2,}", " ", folded).strip()


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
