"""How the page opens on a report: what it says in three lines, topics to tap, questions worth asking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from index.types import IndexedDocument, Section
from rag.types import Answer, Status
from ui.reports.examples import quote_heading, suggest_questions
from ui.texts import Words

TOPICS = 6
# A chip longer than this is a sentence.
_LONGEST_TOPIC = 14
# Where a heading takes breath: what stands before is its topic.
_BREATH = ",，、;；:："


@dataclass(frozen=True, slots=True)
class Topic:
    """What a chip says, and what it asks."""

    name: str
    question: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What a first-time reader sees of a report; `overview` is None where the report cannot be told so."""

    report: IndexedDocument
    topics: tuple[Topic, ...]
    overview: Answer | None = None
    questions: tuple[str, ...] = ()


def open_report(report: IndexedDocument, words: Words) -> Opening:
    """Return what can be told without asking: what the report is, and its topics."""
    return Opening(report, tuple(islice(_find_topics(report, words), TOPICS)))


def complete(opening: Opening, words: Words, ask: Callable[[str], Answer | None]) -> Opening:
    """Return the opening with what only answers tell; `ask` gives None where answering failed."""

    def is_answered(question: str) -> bool:
        answer = ask(question)
        return answer is not None and answer.status is Status.ANSWERED

    overview = ask(words.ask_overview)
    if overview is not None and overview.status is not Status.ANSWERED:
        overview = None
    questions = suggest_questions([opening.report], words, is_answered)
    return Opening(opening.report, opening.topics, overview, tuple(questions))


def _find_topics(report: IndexedDocument, words: Words) -> Iterator[Topic]:
    """Yield the headings of sections, the parts taking turns; those that are short or can be cut short."""
    parts = [part.children for part in report.structure.outline]
    seen = set()
    for section in filter(None, chain.from_iterable(zip_longest(*parts))):
        name = _shorten(section)
        if name and name not in seen:
            seen.add(name)
            yield Topic(name, words.ask_section.format(heading=quote_heading(section.heading)))


def _shorten(section: Section) -> str:
    heading = quote_heading(section.heading)
    if len(heading) > _LONGEST_TOPIC:
        heading = heading[max(map(heading.rfind, _BREATH)) + 1 :]
    return heading if len(heading) <= _LONGEST_TOPIC else ""
