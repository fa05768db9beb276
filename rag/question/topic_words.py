"""What a question is about: its telling words, and what reports of the genre write for everyday ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from index.language.lexicon import WordRule, alternation, load_entries
from index.language.periods import Time, remove_times
from index.language.words import tag_words
from index.types import Document
from rag.question.asking import asking_words
from rag.question.length import remove_length
from rag.question.scope import remove_own_place

EVERYDAY_FILE = Path(__file__).with_name("everyday.toml")
_QUOTED = re.compile(r"[“\"《](?P<words>[^”\"》]{2,12})[”\"》]")
_BREAKS = re.compile(r"[^\w.%]+")
_TELLING_TAGS = frozenset("nvaijltzsbe")
"""First letters of the tags of telling words: nouns, verbs, adjectives, words in Latin letters."""
_LATIN_TAG = "eng"
_SHORTEST = 2
"""Characters of a telling word: a single one may be part of anything."""
_PHRASE = 3
"""Characters of a word of asking that is taken out wherever it stands."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question is about: `words` of its own, `means` what reports write for them.

    `phrases` are the words joined where they stand side by side. All are in the order of the question and
    without repetition; `means` are for finding, never quoted. `quoted` are the words in quotation marks.
    """

    words: tuple[str, ...]
    phrases: tuple[str, ...]
    means: tuple[str, ...]
    quoted: tuple[str, ...] = ()

    def with_phrase(self, phrase: str) -> Topic:
        """Return the topic with `phrase`, a keyword asked for as it stands, before its other phrases."""
        return replace(self, phrases=tuple(dict.fromkeys((phrase, *self.phrases))))

    @property
    def query(self) -> str:
        """What is searched for: the words, and what they mean."""
        return " ".join((*self.phrases, *self.means))


@dataclass(frozen=True, slots=True)
class EverydayRule:
    """One entry of everyday.toml: reports write `means` for the words of `rule`."""

    rule: WordRule
    means: tuple[str, ...]


@cache
def everyday_rules() -> tuple[EverydayRule, ...]:
    """Return the rules of everyday.toml in their order."""
    entries = load_entries(EVERYDAY_FILE, ("words", "means"))
    return tuple(EverydayRule(WordRule.from_entry(entry), tuple(entry["means"])) for entry in entries)


def read_topic(question: str, times: Iterable[Time], report: Document) -> Topic:
    """Read what a normalised, standalone `question` is about; it names `times` and asks `report`."""
    own = remove_length(remove_own_place(remove_times(question, tuple(times)), report))
    quoted = [match["words"] for match in _QUOTED.finditer(own)]
    runs = list(_telling_runs(_QUOTED.sub(" ", own), report))
    words = [*quoted, *(word for run in runs for word in run)]
    phrases = [*quoted, *("".join(run) for run in runs)]
    means = [mean for one in everyday_rules() if one.rule.applies(own) for mean in one.means]
    return Topic(
        tuple(dict.fromkeys(words)),
        tuple(dict.fromkeys(phrases)),
        tuple(dict.fromkeys(mean for mean in means if mean not in words)),
        tuple(dict.fromkeys(quoted)),
    )


def _telling_runs(text: str, report: Document) -> Iterator[list[str]]:
    """Yield the runs of neighbouring words of `text` that say what it is about.

    Words of asking, and the name of the place that `report` is about, do not.
    """
    for piece in _BREAKS.split(_phrases().sub(" ", text)):
        run: list[str] = []
        for word, tag in tag_words(piece):
            telling = tag[:1] in _TELLING_TAGS and len(word) >= _SHORTEST and word not in asking_words()
            # What an English question leaves untranslated is no word of the report's language.
            foreign = tag == _LATIN_TAG and word.casefold() not in report.text.casefold()
            if telling and not foreign and word not in report.meta.place:
                run.append(word)
                continue
            if run:
                yield run
            run = []
        if run:
            yield run


@cache
def _phrases() -> re.Pattern[str]:
    """Return a pattern of the words of asking that are phrases: shorter ones may be parts of other words."""
    return alternation(word for word in asking_words() if len(word) >= _PHRASE)
