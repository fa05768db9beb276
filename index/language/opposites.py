"""Opposites: whether words are about another side of a family (农村 for 城镇) than a question asks about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from index.language.lexicon import Entry, alternation, bundled, load_entries
from index.language.words import tag_words

FAMILIES_FILE = "opposites.toml"
ANTONYMS_FILE = "antonyms.toml"

_NEGATION = "negation"
"""What did not happen is told by a form, and by no entry."""
_RIVAL = "rival"
"""So is another word of one kind."""

_HAN = re.compile(r"[一-鿿]+")
_RIVALS = range(2, 4)
"""Characters of a word that says which of several a thing is."""
_THING = 2
"""Characters that two names have to share behind it for one thing."""
_ATTRIBUTE = "b"
_WHICH = frozenset("nbfstrjl")
"""First letters of the tags of such words: nouns, attributes, places, times, pronouns."""
_HAN_PAIR = re.compile(r"[一-鿿]{2}")
# What did not happen is no number of what did: “没有完成”, “未办结”. “有没有完成” asks whether.
_NOT_DONE = re.compile(r"(?:(?<!有)没有|(?<!有)没|尚未|还未|未(?!来|成年))(?P<verb>[一-鿿]{2})")


def find_opposite(question: str, words: str, *, negated: bool = True) -> str | None:
    """Return what of `question` the `words` are the opposite of, or None where they are not.

    They are where a family's side is named in both and it is never the same one, where a word differs in one
    character of a family, where another word of one kind says whose the thing is (外地户籍, 本地户籍), or
    where the question asks for what did not happen and the words say only that it did. With `negated` false
    that last one is let pass: what is left over is told by what was done.
    """
    return next((one.word for one in _find(question, words, negated=negated)), None)


def find_rule(question: str, words: str) -> str | None:
    """Return the id of the entry by which `words` are the opposite of what `question` asks about, or None."""
    return next((one.rule for one in _find(question, words, negated=True)), None)


def _find(question: str, words: str, *, negated: bool) -> Iterator[_Contrast]:
    contrasts = _read_contrasts(question) + (_read_negations(question) if negated else ())
    return (one for one in contrasts if one.holds(words))


@dataclass(frozen=True, slots=True)
class _Contrast:
    """A word of a question, `same` and `other` as words of a report have it or its opposite.

    `rule` is the id of the entry that says so; `neutral` are words that hold both and are left out of sight;
    `is_word` tells that the opposite has to be a word by itself.
    """

    rule: str
    word: str
    same: re.Pattern[str]
    other: re.Pattern[str]
    neutral: re.Pattern[str] | None = None
    is_word: bool = False

    def holds(self, words: str) -> bool:
        """Tell whether `words` have the opposite, and nothing that is the same."""
        if not self.other.search(words):
            return False
        if self.neutral:
            words = self.neutral.sub("", words)
        if self.same.search(words) or not (found := self.other.search(words)):
            return False
        return not self.is_word or any(found.group() == word for word, _ in tag_words(words))


@lru_cache(maxsize=64)  # every clause that may answer is held against the same question
def _read_contrasts(question: str) -> tuple[_Contrast, ...]:
    return (*_read_families(question), *_read_antonyms(question), *_read_rivals(question))


def _read_families(question: str) -> Iterator[_Contrast]:
    for entry in _load(FAMILIES_FILE):
        neutral = alternation(entry["both"]) if entry.get("both") else None
        bare = neutral.sub("", question) if neutral else question
        every = alternation(word for side in entry["sides"] for word in side)
        named = set(every.findall(bare))
        sides = [side for side in entry["sides"] if named.intersection(side)]
        others = [word for side in entry["sides"] if side not in sides for word in side]
        if sides and others:
            same = [word for side in sides for word in side]
            word = min(named, key=bare.index)
            yield _Contrast(entry["id"], word, _whole(same, others), _whole(others, same), neutral)


def _whole(words: list[str], others: list[str]) -> re.Pattern[str]:
    """Return a pattern of `words` that are no part of one of the `others` (农业人口 of 非农业人口)."""
    patterns = []
    for word in words:
        longer = [other for other in others if word in other]
        before = "".join(f"(?<!{re.escape(other[: other.index(word)])})" for other in longer)
        patterns.append(f"{before}{re.escape(word)}")
    return re.compile("|".join(sorted(patterns, key=len, reverse=True)))


def _read_antonyms(question: str) -> Iterator[_Contrast]:
    """Yield each pair of characters within a word of `question` that a character of a family turns around."""
    words = [word for word, _ in tag_words(question)]
    for entry in _load(ANTONYMS_FILE):
        neutral = alternation(entry["both"]) if entry.get("both") else None
        for left, right in (pair for word in words for pair in pairwise(word)):
            pair = f"{left}{right}"
            if not _HAN_PAIR.fullmatch(pair) or (neutral and neutral.search(pair)):
                continue
            for mine, pattern in ((left, "[{}]" + right), (right, left + "[{}]")):
                if mine in entry["characters"]:
                    turned = pattern.format(entry["characters"].replace(mine, ""))
                    yield _Contrast(entry["id"], pair, re.compile(pair), re.compile(turned), neutral)


def _read_rivals(question: str) -> Iterator[_Contrast]:
    """Yield each word of `question` that says whose or which the thing behind it is.

    The head of a Chinese word comes last: another one of the same head, before the same thing, is of the same
    kind (外地 and 本地 of 户籍). Of words for what is done many are synonyms (新建, 修建), and what the
    families hold is theirs to decide.
    """
    known = {word for entry in _load(FAMILIES_FILE) for side in entry["sides"] for word in side}
    for run in _HAN.finditer(question):
        place = 0
        for word, tag in tag_words(run.group()):
            place += len(word)
            thing = run.group()[place:].removeprefix("的")[:_THING]
            if len(word) not in _RIVALS or len(thing) < _THING or tag[0] not in _WHICH or word in known:
                continue
            lengths = f"1,{_RIVALS[-1] - 1}" if tag == _ATTRIBUTE else str(len(word) - 1)
            rival = rf"(?<!{word[0]})[一-鿿]{{{lengths}}}{word[-1]}(?=的?{thing})"
            yield _Contrast(_RIVAL, word, re.compile(word), re.compile(rival), is_word=True)


@lru_cache(maxsize=64)
def _read_negations(question: str) -> tuple[_Contrast, ...]:
    """Return each verb that `question` negates."""
    return tuple(
        _Contrast(_NEGATION, match.group(), _negate(match["verb"]), re.compile(match["verb"]))
        for match in _NOT_DONE.finditer(question)
        if dict(tag_words(match["verb"])).get(match["verb"], "").startswith("v")
    )


def _negate(verb: str) -> re.Pattern[str]:
    return re.compile(rf"(?:[非无不未没]|没有){verb}|{verb}[外前]|{_NOT_DONE.pattern}")


@cache
def _load(name: str) -> tuple[Entry, ...]:
    key = "sides" if name == FAMILIES_FILE else "characters"
    return load_entries(bundled(name), [key])
