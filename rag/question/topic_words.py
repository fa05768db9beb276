"""What a question is about: its telling words, and what reports of the genre write for everyday ones."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from index.language.periods import Time, remove_times
from index.language.words import tag_words
from index.types import Document
from rag.question.length import remove_length
from rag.question.openness_cues import alternatives, cue_words
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
"""Characters of a cue that is taken out wherever it stands."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question is about: `words` of its own, `means` what reports write for them.

    `phrases` are the words joined where they stand side by side. All are in the order of the question and
    without repetition; `means` are for finding, never quoted.
    """

    words: tuple[str, ...]
    phrases: tuple[str, ...]
    means: tuple[str, ...]

    def with_phrase(self, phrase: str) -> Topic:
        """Return the topic with `phrase`, a keyword asked for as it stands, before its other phrases."""
        return replace(self, phrases=tuple(dict.fromkeys((phrase, *self.phrases))))

    @property
    def query(self) -> str:
        """What is searched for: the words, and what they mean."""
        return " ".join((*self.phrases, *self.means))


@dataclass(frozen=True, slots=True)
class EverydayRule:
    """One entry of everyday.toml: any of `words` may stand for what reports call `means`."""

    id: str
    words: tuple[str, ...]
    not_before: tuple[str, ...]
    not_after: tuple[str, ...]
    means: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]

    def applies(self, question: str) -> bool:
        """Tell whether a normalised question uses one of the words."""
        return _pattern(self).search(question) is not None


@cache
def _pattern(rule: EverydayRule) -> re.Pattern[str]:
    before = "".join(f"(?<!{re.escape(word)})" for word in rule.not_after)
    after = f"(?!{alternatives(rule.not_before)})" if rule.not_before else ""
    return re.compile(f"{before}(?:{alternatives(rule.words)}){after}", re.IGNORECASE)


@cache
def everyday_rules() -> tuple[EverydayRule, ...]:
    """Return the rules of everyday.toml in their order."""
    entries: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(EVERYDAY_FILE.read_text("utf-8"))
    return tuple(
        EverydayRule(
            name,
            tuple(entry["words"]),
            tuple(entry.get("not_before", ())),
            tuple(entry.get("not_after", ())),
            tuple(entry["means"]),
            tuple(entry["yes"]),
            tuple(entry["no"]),
        )
        for name, entry in entries.items()
    )


def read_topic(question: str, times: Iterable[Time], report: Document) -> Topic:
    """Read what a normalised, standalone `question` is about; it names `times` and asks `report`."""
    own = remove_length(remove_own_place(remove_times(question, tuple(times)), report))
    quoted = [match["words"] for match in _QUOTED.finditer(own)]
    runs = list(_telling_runs(_QUOTED.sub(" ", own), report))
    words = [*quoted, *(word for run in runs for word in run)]
    phrases = [*quoted, *("".join(run) for run in runs)]
    means = [mean for rule in everyday_rules() if rule.applies(own) for mean in rule.means]
    return Topic(
        tuple(dict.fromkeys(words)),
        tuple(dict.fromkeys(phrases)),
        tuple(dict.fromkeys(mean for mean in means if mean not in words)),
    )


def _telling_runs(text: str, report: Document) -> Iterator[list[str]]:
    """Yield the runs of neighbouring words of `text` that say what it is about.

    Words that any open question may use, and the name of the place that `report` is about, do not.
    """
    for piece in _BREAKS.split(_phrases().sub(" ", text)):
        run: list[str] = []
        for word, tag in tag_words(piece):
            telling = tag[:1] in _TELLING_TAGS and len(word) >= _SHORTEST and word not in cue_words()
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
    """Return a pattern of the cues that are phrases: shorter ones may be parts of other words."""
    return re.compile(alternatives(word for word in cue_words() if len(word) >= _PHRASE))
