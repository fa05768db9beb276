"""What lexical retrieval compares: character bigrams and words of text normalised for search.

Normalising loses the offsets, so terms are for finding passages only; whatever is cited comes from the
original text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise
from typing import Any

_NUMBER = r"\d+(?:[.,:/-]\d+)*[%‰]?"  # 4.3%, 1,200, 19:00, 7-8: one symbol each
_LATIN = r"[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*"  # s29, g110, covid-19
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af〇]"
_SYMBOL = re.compile(rf"{_LATIN}|{_NUMBER}|{_HAN}|[^\W_]")
_IS_HAN = re.compile(_HAN)


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


def bigrams(text: str) -> list[str]:
    """Return pairs of neighbouring symbols, and each number and Latin word also alone.

    `text` is normalised. A symbol is a character, a whole number (1.5, 85%) or a Latin word (s29): 1.5万亩
    gives 1.5, 1.5万, 万亩. Anything between two symbols (space, quote, comma) parts them; a character without
    a neighbour stands alone.
    """
    terms: list[str] = []
    run: list[str] = []
    end = -1
    for symbol in _SYMBOL.finditer(text):
        if symbol.start() != end:
            terms += _run_terms(run)
            run = []
        run.append(symbol.group())
        end = symbol.end()
    return terms + _run_terms(run)


def _run_terms(run: list[str]) -> list[str]:
    if len(run) == 1:
        return run
    alone = [symbol for symbol in run if not _IS_HAN.match(symbol)]
    return alone + [left + right for left, right in pairwise(run)]


def words(text: str) -> list[str]:
    """Return the words of normalised `text` as jieba cuts it for search, long ones also in parts."""
    import rjieba

    return [word for word in rjieba.cut_for_search(text) if _SYMBOL.search(word)]
