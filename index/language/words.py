"""Words and terms: segmentation and tags by jieba, and what lexical retrieval compares."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

_NUMBER = r"\d+(?:[.,:/-]\d+)*[%‰]?"  # 4.3%, 1,200, 19:00, 7-8: one symbol each
_LATIN = r"[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*"  # s29, g110, covid-19
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af〇]"
_SYMBOL = re.compile(rf"{_LATIN}|{_NUMBER}|{_HAN}|[^\W_]")
_IS_HAN = re.compile(_HAN)


@lru_cache(maxsize=1024)
def tag_words(text: str) -> tuple[tuple[str, str], ...]:
    """Return the words of `text` with jieba's part-of-speech tags (ns: place, nr: person)."""
    import rjieba

    return tuple((word, tag) for word, tag in rjieba.tag(text))


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
