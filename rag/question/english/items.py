"""The words of an English question one by one: terms, names, and what nothing explains, in Chinese order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from index.language.lexicon import compile_words
from index.language.numerals import to_numeral
from rag.question.english.dates import read_cardinal
from rag.question.english.pinyin import match_pinyin
from rag.question.english.term_list import load_lexicon, load_stopwords


class Kind(Enum):
    """What a part of the question is: a term, a name of the report, neither, or a word that arranges them."""

    TERM = auto()
    NAME = auto()
    UNKNOWN = auto()
    LINK = auto()
    WHICH = auto()


@dataclass(frozen=True, slots=True)
class Item:
    """A part of the question; a word that arranges the others may have no `text` of its own."""

    kind: Kind
    text: str


WORD = re.compile(r"[A-Za-z][A-Za-z'&.]*[A-Za-z]|[A-Za-z]")
_TOKEN = re.compile(rf"\d+(?:\.\d+)?[万亿]?%?|{WORD.pattern}|[㐀-鿿“”]+")
_DROPPED_TERMS = frozenset({"报告", "数量", "名称", "时间", "地方", "地点", "日期", "名词", "比例"})
_ADMINISTRATIVE = re.compile(r"[省市区县旗州镇乡村]|街道")
_OWN_PLACE = frozenset(["区", "市", "县", "省", "旗", "镇"])
_POINTING = frozenset(["the", "this", "our", "your"])
_LINKS = frozenset(["of", "for", "in", "at", "on", "within"])
_LINK = Item(Kind.LINK, "")
_WORDS = (Kind.TERM, Kind.NAME, Kind.UNKNOWN)
_GATHERED = 4
"""Items: of, one thing, and, another."""
_AUXILIARY = compile_words("english", "auxiliary")
_PLURAL = re.compile(r"(?<![su'i])s$")
_MAX_NOUN = 4
"""Words: “which” and the noun it asks for stand no further apart."""


def find_items(clause: str, report: str) -> Iterator[Item]:
    """Yield what the words of an English clause stand for in the Chinese text `report`, in English order."""
    words = _TOKEN.findall(clause)
    lexicon = load_lexicon()
    at = 0
    while at < len(words):
        word = words[at].lower()
        if word in _POINTING and (found := lexicon.find(words, at + 1)) and found[1][0] in _OWN_PLACE:
            at += 1 + found[0]  # “the district” is what the whole report is about
            continue
        item: Item | None
        if slogan := _find_slogan(words, at, report):
            length, item = slogan[0], Item(Kind.TERM, slogan[1])
        elif word in ("what", "which"):
            length, item = 1, Item(Kind.WHICH, "哪些" if _asks_for_many(words, at + 1) else "哪个")
        elif (found := lexicon.find(words, at)) and (found[0] > 1 or word not in load_stopwords() | _LINKS):
            length, item = found[0], Item(Kind.TERM, _choose(found[1], report))
        elif split := _find_split_name(words, at, report):
            length, item = 2, Item(Kind.NAME, split)
        else:
            length, item = 1, _read_word(words, at, report)
        at += length
        if item and item.text not in _DROPPED_TERMS:
            yield item


def _asks_for_many(words: Sequence[str], at: int) -> bool:
    """Tell whether a plural stands behind “which”, before the verb."""
    for word in words[at : at + _MAX_NOUN]:
        if _AUXILIARY.fullmatch(word):
            return False
        if _PLURAL.search(word):
            return True
    return False


def _choose(translations: Sequence[str], report: str) -> str:
    return next((chinese for chinese in translations if chinese in report), translations[0])


def _read_word(words: Sequence[str], at: int, report: str) -> Item | None:
    """Read a word that begins no term: a figure, a link, a name, or one that nothing explains."""
    word = words[at]
    if word.lower() in _LINKS:
        return Item(Kind.LINK, "")
    if word.lower() == "and":
        return Item(Kind.LINK, "和")
    if word.lower() in load_stopwords():
        return None
    if not WORD.fullmatch(word):
        return Item(Kind.TERM, word)
    if (number := read_cardinal(word)) is not None:
        return Item(Kind.TERM, str(number))
    if word in report:
        return Item(Kind.NAME, word)
    following = load_lexicon().find(words, at + 1)
    follower = following[1][0] if following else ""
    name = match_pinyin(word.removesuffix("'s"), report, follower)
    if name and _ADMINISTRATIVE.fullmatch(follower) and name + follower not in report:
        name = None  # Huimin District is no 惠民 of the report
    if name:
        return Item(Kind.NAME, name)
    if word[0].isupper() and _ADMINISTRATIVE.fullmatch(follower):
        return Item(Kind.UNKNOWN, word.removesuffix("'s"))
    return Item(Kind.UNKNOWN, f" {word} ")


def _find_split_name(words: Sequence[str], at: int, report: str) -> str | None:
    """Return the report's name that two capitalised words spell together (Huanghe Shao), or None."""
    pair = words[at : at + 2]
    return match_pinyin("".join(pair), report) if len(pair) > 1 and all(map(str.istitle, pair)) else None


def _find_slogan(words: Sequence[str], at: int, report: str) -> tuple[int, str] | None:
    """Return how many words name a numbered slogan of the report (“four lifelines”: 四条生命线), and it."""
    number = read_cardinal(words[at])
    skip = 2 if [word.lower() for word in words[at + 1 : at + 3]][1:] == ["of"] else 0  # four kinds of
    found = load_lexicon().find(words, at + 1 + skip) if number is not None else None
    if number is None or not found:
        return None
    for chinese in found[1]:
        if match := re.search(rf"{to_numeral(number)}[个大条种项位类]?[“”\"]*{chinese}", report):
            return found[0] + 1 + skip, match.group()
    return None


def arrange_items(items: list[Item], report: str) -> list[Item]:
    """Join what the report writes side by side, in its order, and put what stands after “of” first."""
    items = _join(items, report)
    _gather(items)
    for at in range(len(items) - 2, 0, -1):
        left, link, right = (*items[at - 1 : at + 2], _LINK)[:3]
        if link == _LINK and left.kind in _WORDS and right.kind in _WORDS:
            kind = Kind.UNKNOWN if Kind.UNKNOWN in (left.kind, right.kind) else Kind.TERM
            items[at - 1 : at + 2] = [Item(kind, right.text + left.text)]
    return [item for item in _join(items, report) if item.text and item.text not in _OWN_PLACE]


def _gather(items: list[Item]) -> None:
    """Make one of the two things behind the last “of” when they close the question: of A and B."""
    if len(items) > _GATHERED and items[-4] == _LINK and items[-2].text == "和":
        items[-3:] = [Item(items[-3].kind, "".join(item.text for item in items[-3:]))]


def _join(items: list[Item], report: str) -> list[Item]:
    joined: list[Item] = []
    for item in items:
        if joined and (words := _join_pair(joined[-1], item, report)):
            joined[-1] = replace(joined[-1], text=words)
        else:
            joined.append(item)
    return joined


def _join_pair(left: Item, right: Item, report: str) -> str | None:
    if left.kind is Kind.WHICH and right.kind is Kind.TERM:
        return left.text + right.text
    if (
        left.kind in (Kind.NAME, Kind.UNKNOWN)
        and _ADMINISTRATIVE.fullmatch(right.text)
        and " " not in left.text
    ):
        return left.text + right.text
    if left.kind in _WORDS and right.kind in _WORDS and left.text and right.text:
        orders = (left.text + right.text, right.text + left.text)
        return next((words for words in orders if words in report), None)
    return None
