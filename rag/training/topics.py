"""Topics of a report: its headings, and everyday words, with the sentences that are on them and others.

Also whether something was done or is planned, which a sentence about it tells, and none about other things.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.language.text import normalise_question
from index.types import IndexedDocument, Passage, PeriodKind, Role, Span
from rag.evidence.reader.pairs import choose_window, describe_place
from rag.indicators.extraction import find_indicators
from rag.question.topic_words import everyday_rules
from rag.training.examples import Group, Window, content_words
from rag.training.wording import Wording, load_wording, split_verb

ON_TOPIC, OFF_TOPIC = 3, 3
"""Windows a topic, on it and off it."""
LEAST_ON_TOPIC = 2
_NUMBER = re.compile(r"^[（(]?[一二三四五六七八九十]+[）)、是]|^第?[一二三四五六七八九十\d]+[、.．]")
_CLAUSE_END = re.compile(r"[，,、；;：:]")
LONGEST_TOPIC = 10
_EMPTY = re.compile(r"工作|发展|建设|水平|新|年|全面|重点|目标|任务|回顾|安排|情况|政府|方面")


@dataclass(frozen=True, slots=True)
class Topics:
    """Asks for the topics of a report; `asked` are open questions that people wrote."""

    indexed: IndexedDocument
    asked: Sequence[str]
    chooser: random.Random

    def ask(self, headings: int, everyday: int, things: int) -> Iterator[Group]:
        """Yield up to so many groups of each kind."""
        bodies = [
            passage
            for passage in self.indexed.structure.passages
            if passage.role is Role.BODY and passage.section
        ]
        if len(bodies) > ON_TOPIC + OFF_TOPIC:
            yield from self._ask_headings(bodies, headings)
            yield from self._ask_everyday(bodies, everyday)
            yield from self._ask_whether(bodies, things)

    def _ask_headings(self, bodies: Sequence[Passage], count: int) -> Iterator[Group]:
        sections = sorted({passage.section for passage in bodies})
        self.chooser.shuffle(sections)
        for section in sections[:count]:
            words = [word for word in content_words(_NUMBER.sub("", section[-1])) if not _EMPTY.search(word)]
            if not words:
                continue
            topic = self._phrase(section[-1], self.chooser.choice(sorted(words)))
            inside = [passage for passage in bodies if passage.section == section]
            outside = [
                passage
                for passage in bodies
                if passage.section[-1] != section[-1]
                and not any(word in self._words(passage) for word in words)
            ]
            yield from self._group(self._word("plain", topic, inside), inside, outside)

    def _phrase(self, heading: str, word: str) -> str:
        """Return `word`, or the clause of the heading around it without the verb that it begins with."""
        clause = next((one for one in _CLAUSE_END.split(_NUMBER.sub("", heading)) if word in one), word)
        _, thing = split_verb(clause)
        whole = word in thing and len(thing) <= LONGEST_TOPIC and self.chooser.random() < 1 / 2
        return thing if whole else word

    def _ask_everyday(self, bodies: Sequence[Passage], count: int) -> Iterator[Group]:
        entries = list(everyday_rules())
        self.chooser.shuffle(entries)
        for entry in entries[:count]:
            named = [
                passage for passage in bodies if any(mean in passage.section[-1] for mean in entry.means)
            ]
            inside = [
                passage
                for passage in bodies
                if any(mean in passage.span.of(self._text) for mean in entry.means)
            ]
            outside = [
                passage
                for passage in bodies
                if passage not in named
                and not any(word in self._words(passage) for word in (*entry.means, *entry.rule.words))
            ]
            own = [question for question in self.asked if entry.rule.applies(question)]
            question = (
                self.chooser.choice(own)
                if own and self.chooser.random() < 2 / 3
                else self._word("everyday", self.chooser.choice(entry.rule.words), inside)
            )
            yield from self._group(question, inside, outside)

    def _ask_whether(self, bodies: Sequence[Passage], count: int) -> Iterator[Group]:
        things = [
            one for one in find_indicators(self.indexed) if all(split_verb(one.name)) and len(one.name) < 14
        ]
        self.chooser.shuffle(things)
        for thing in things[:count]:
            passage = next((one for one in bodies if one.span.contains(thing.span)), None)
            if passage is None:
                continue
            window = choose_window(passage, self.indexed.document, thing.span)
            clause = Span(max(thing.span.start, window.start), min(thing.span.end, window.end)).moved(
                -window.start
            )
            words = set(content_words(thing.name))
            apart = [one for one in bodies if not any(word in one.span.of(self._text) for word in words)]
            if not words or not apart:
                continue
            right = Window(describe_place(passage), window.of(self._text), clause, on_topic=True)
            kind = "planned" if thing.period.kind is PeriodKind.PLANNED else "done"
            wording = Wording(self.indexed, self.chooser)
            template = self.chooser.choice(load_wording()["whether"][kind])
            question = wording.fill(template, thing.name, wording.time(thing.period))
            yield Group(
                normalise_question(question), (right,), (self._frame(self.chooser.choice(apart), False),)
            )

    def _group(self, question: str, inside: Sequence[Passage], outside: Sequence[Passage]) -> Iterator[Group]:
        if len(inside) < LEAST_ON_TOPIC or not outside:
            return
        on = self.chooser.sample(list(inside), min(ON_TOPIC, len(inside)))
        off = self.chooser.sample(list(outside), min(OFF_TOPIC, len(outside)))
        yield Group(
            normalise_question(question),
            (),
            tuple(self._frame(passage, False) for passage in off),
            tuple(self._frame(passage, True) for passage in on),
        )

    def _word(self, kind: str, topic: str, inside: Sequence[Passage]) -> str:
        wording = Wording(self.indexed, self.chooser)
        time = wording.time(inside[0].period) if inside else ""
        return wording.fill(self.chooser.choice(load_wording()["topic"][kind]), topic, time)

    def _frame(self, passage: Passage, on_topic: bool) -> Window:
        clauses = passage.clauses or (passage.span,)
        window = choose_window(passage, self.indexed.document, self.chooser.choice(clauses))
        return Window(describe_place(passage), window.of(self._text), on_topic=on_topic)

    def _words(self, passage: Passage) -> str:
        return f"{passage.span.of(self._text)} {passage.section[-1]}"

    @property
    def _text(self) -> str:
        return self.indexed.document.text
