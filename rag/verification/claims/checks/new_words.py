"""Words of a claim that its sources do not use: names that are not there, and how much else is new."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import rjieba

COMMON_FILE = "common_words.txt"
SYNONYMS_FILE = "synonyms.txt"
NEUTRAL_FILE = "neutral_words.txt"

_CJK = r"[㐀-䶿一-鿿]"
_TOKEN = re.compile(rf"{_CJK}+|[A-Za-z][A-Za-z0-9'.+-]*")
_FUNCTION = frozenset(
    "的了在和与及等是为对从到把被将也都又并其该此之以于中里内上下后前间由向让使给就而且或但所有个项各还共能会可已再更较很最每某这那着过不未无没要"
)
_NOUN_TAGS = ("n", "j", "s", "b", "x", "eng")
_NEIGHBOUR = 2
_REACH = 12
_RUN_BEFORE = re.compile(r"(?:(?<![一-鿿])[一-鿿]+|(?<![A-Za-z0-9])[A-Za-z0-9]+)\Z")
_VERB_TAGS = ("v", "d", "ad", "p", "z")
_NAME_TAGS = frozenset({"nr", "nrt", "nrfg", "ns", "nt", "nz", "eng"})
_LINKING_TAGS = frozenset({"p", "c", "u", "m", "q", "d", "f", "r", "uj", "ul"})
_COMPASS = frozenset("东南西北")
_SHORT_PLACES = frozenset("京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川蜀黔滇藏陕甘陇蒙")
_SUFFIXES = frozenset("度性率量化者员类型区县州市镇村额数值出")
_LEADING = frozenset("于仍均已将各共")
"""Characters that jieba may join to the word behind them: 于城镇, 仍居."""
_QUOTED = re.compile(r"“([^“”]+)”|《([^《》]+)》|‘([^‘’]+)’")
_RELATIVE = re.compile("其中|增量|总量|增幅|增速|占比|总投资|占地")
_MARKS = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Novelty:
    """A word that is not in the sources; `is_name` when it is no everyday word either."""

    word: str
    is_name: bool
    is_noun: bool


@cache
def load_words(name: str) -> frozenset[str]:
    """Read a word list that comes with this package."""
    return frozenset(files(__package__).joinpath(name).read_text(encoding="utf-8").split())


@cache
def load_synonyms() -> dict[str, tuple[str, ...]]:
    """Read the groups of words that may stand for each other, by each of their words."""
    found: dict[str, tuple[str, ...]] = {}
    for line in files(__package__).joinpath(SYNONYMS_FILE).read_text(encoding="utf-8").splitlines():
        group = line.split()
        for word in group:
            found[word] = tuple(dict.fromkeys((*found.get(word, ()), *group)))
    return found


def find_unknown_quotes(claim: str, support: str) -> list[str]:
    """Return what `claim` quotes and `support` does not hold, marks aside."""
    bare = _MARKS.sub("", support)
    quoted = (next(filter(None, groups)) for groups in _QUOTED.findall(claim))
    return [words for words in quoted if _MARKS.sub("", words) not in bare]


@lru_cache(maxsize=4096)
def content_words(words: str) -> frozenset[str]:
    """Return the words of more than one character that say something by themselves."""
    return frozenset(
        word
        for match in _TOKEN.finditer(words)
        for word, _ in cut_words(match.group())
        if len(word) > 1 and not _is_neutral(word)
    )


def goes_on(clause: str) -> bool:
    """Tell whether a clause is about what the one before it is about: “增量达到448.2亿元”."""
    return bool(_RELATIVE.match(clause))


def lacks_subject(clause: str) -> bool:
    """Tell whether a clause begins with what is done and not with what does it."""
    if goes_on(clause):
        return True
    word, tag = next(iter(cut_words(clause.strip())), ("", ""))
    return tag.startswith(_VERB_TAGS) or is_everyday(word)


def find_novelties(words: str, support: str) -> tuple[list[Novelty], int]:
    """Return the words that `support` does not hold, and the number of characters that it does."""
    novelties: list[Novelty] = []
    supported = 0
    lowered = support.lower()
    for match in _TOKEN.finditer(words):
        run = match.group()
        if not _is_chinese(run):
            if run.lower() in lowered:
                supported += 1
            else:
                novelties.append(Novelty(run, is_name=True, is_noun=True))
            continue
        known = _find_known(run, support)
        at = 0
        unknown = ""  # characters that no dictionary joins: a name, if they are more than one
        for word, tag in (*cut_words(run), ("", "")):
            inside = known[at : at + len(word)]
            at += len(word)
            if (
                len(word) == 1
                and not all(inside)
                and not _is_neutral(word)
                and (tag not in _LINKING_TAGS or word in _COMPASS)
            ):
                unknown += word
                continue
            if unknown:
                is_name = len(unknown) > 1 or unknown in _SHORT_PLACES
                if is_name or unknown not in support:
                    novelties.append(Novelty(unknown, is_name, is_noun=is_name))
                unknown = ""
            if all(inside):
                supported += sum(char not in _FUNCTION for char in word)
            elif _is_neutral(word):
                continue
            elif _has_synonym(word, support) or _is_formed(word, support):
                supported += len(word)
            else:
                is_name = tag in _NAME_TAGS and not is_everyday(word)
                novelties.append(Novelty(word, is_name, is_noun=tag.startswith(_NOUN_TAGS)))
    return novelties, supported


@lru_cache(maxsize=512)
def cut_words(run: str) -> tuple[tuple[str, str], ...]:
    """Return the words of a run of Chinese characters with jieba's tags."""
    return tuple((word, tag) for word, tag in rjieba.tag(run, False))


def _find_known(run: str, support: str) -> list[bool]:
    """Tell of each character of `run` whether it and a neighbour stand so in `support`."""
    known = [char in _FUNCTION for char in run]
    for at in range(len(run) - 1):
        if run[at : at + 2] in support:
            known[at] = known[at + 1] = True
    return known


def _is_chinese(run: str) -> bool:
    return bool(re.match(_CJK, run))


def is_everyday(word: str) -> bool:
    """Tell whether a word that jieba may take for a name is none."""
    return word in load_words(COMMON_FILE) or _is_neutral(word)


def is_known(word: str, support: str) -> bool:
    """Tell whether a word that jieba may take for a name is none, or made of a word of `support`."""
    return is_everyday(word) or _is_formed(word, support)


def _is_neutral(word: str) -> bool:
    return word in load_words(NEUTRAL_FILE) or all(char in _FUNCTION for char in word)


def _is_formed(word: str, support: str) -> bool:
    """Tell whether `word` is one of the sources turned round (成形, 形成), or with an ending (透明度)."""
    if len(word) == _NEIGHBOUR and word[::-1] in support:
        return True
    if word[0] in _LEADING and word[1:] in support:
        return True
    return len(word) > _NEIGHBOUR and word[-1] in _SUFFIXES and word[:-1] in support


def _has_synonym(word: str, support: str) -> bool:
    return any(other in support for other in load_synonyms().get(word, ()) if other != word)


def drop_neutral(words: str) -> str:
    """Return `words` with spaces for those that say nothing by themselves."""
    return _TOKEN.sub(
        lambda match: (
            "".join(" " * len(word) if _is_neutral(word) else word for word, _ in cut_words(match.group()))
            if _is_chinese(match.group())
            else match.group()
        ),
        words,
    )


def find_replaced(words: str, novelties: Sequence[Novelty], support: str) -> list[str]:
    """Return the new words that stand where `support` has a name: 如意电子商务园 for 金桥电子商务园.

    A verb may stand for another; in the place of a noun only the noun itself or a word for it will do.
    """
    replaced = []
    for novelty in novelties:
        if len(novelty.word) == 1 and novelty.word not in _COMPASS | _SHORT_PLACES:
            continue
        for match in re.finditer(re.escape(novelty.word), words):
            following = words[match.end() : match.end() + _NEIGHBOUR]
            if len(following) < _NEIGHBOUR or not all(map(_is_chinese, following)):
                continue
            before = list(_find_before(following, support))
            if before and all(_is_specific(word, tag) and word not in words for word, tag in before):
                replaced.append(novelty.word)
    return replaced


def _find_before(following: str, support: str) -> Iterator[tuple[str, str]]:
    """Yield the words of `support`, with their tags, right behind which `following` stands."""
    at = support.find(following)
    while at >= 0:
        run = _RUN_BEFORE.search(support[max(0, at - _REACH) : at])
        if run:
            yield cut_words(run.group())[-1] if _is_chinese(run.group()[-1]) else (run.group(), "eng")
        at = support.find(following, at + 1)


def _is_specific(word: str, tag: str) -> bool:
    return tag.startswith((*_NOUN_TAGS, "zg", "f")) and not is_everyday(word) and word not in _FUNCTION
