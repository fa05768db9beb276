"""What a language model is asked for: an answer, an explanation, or the summary of a section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, pairwise, zip_longest

from index.language.lexicon import alternatives, compile_words
from index.language.numerals import from_numeral
from index.types import IndexedDocument, Passage, Role, Section
from rag.composition import Draft, Group, Quote, state
from rag.evidence.term_weights import split_terms
from rag.types import Kind, Language
from rag.verification.claims.checks.new_words import content_words
from rag.verification.invariants import walk_sections

NAMED = 0.7
"""The share of a heading's terms that a question has to hold to name its section."""

_SUMMARY = compile_words("requests", "summary")
_WHOLE = compile_words("requests", "whole-report")
_ORDINAL = re.compile(
    r"第\s*(?P<number>[一二三四五六七八九十]|\d{1,2})\s*(?:[个大]?部分|[章节])|"
    r"\bpart (?P<part>\d|one|two|three|four|five)\b",
    re.IGNORECASE,
)
_NUMBERS = {word: at for at, word in enumerate(("one", "two", "three", "four", "five"), 1)}
_NUMBERING = re.compile(r"^[(（]?[一二三四五六七八九十\d]+[)）]?[、.．]?\s*")
_TELL = alternatives("requests", "tell")
_PLAIN = re.compile(
    rf"[请你用以更]{{0,4}}{alternatives('requests', 'plain')}(?:易懂)?[地点来一些的话语言]{{0,6}}"
    rf"(?:{_TELL}[一下]{{0,2}})?|"
    rf"简单[地来]?{_TELL}[一下]{{0,2}}|{alternatives('requests', 'plain-english')}",
    re.IGNORECASE,
)
_POLITE = compile_words("requests", "polite")
_EDGES = " ,，.。:：、"


class TaskKind(StrEnum):
    """The kinds of tasks."""

    ANSWER = "answer"
    EXPLAIN = "explain"
    SUMMARISE = "summarise"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing a model is asked to write about a report, from `evidence`.

    `draft` is what is said word for word where the model does not; in a grouped answer it is one group of it,
    and `group` has its lead. With `chinese` the model writes in Chinese, else in English.
    """

    kind: TaskKind
    question: str
    chinese: bool
    report: IndexedDocument
    draft: Draft
    evidence: tuple[Quote, ...]
    group: Group | None = None

    @classmethod
    def from_draft(
        cls,
        question: str,
        draft: Draft,
        report: IndexedDocument,
        *,
        chinese: bool,
        plain: bool,
        group: Group | None = None,
    ) -> Task:
        """Return the task to say in other words what `draft`, which may be one `group` of it, quotes."""
        quotes = [quote for statement in draft.statements for quote in statement.quotes]
        evidence = tuple({quote.passage: quote for quote in quotes}.values())
        kind = TaskKind.EXPLAIN if plain else TaskKind.ANSWER
        return cls(kind, question, chinese, report, draft, evidence, group)

    @property
    def language(self) -> Language:
        """The language that the model writes in."""
        return Language.CHINESE if self.chinese else Language.ENGLISH


def plan_answer(
    question: str, draft: Draft, report: IndexedDocument, *, chinese: bool, plain: bool
) -> list[Task]:
    """Return the tasks to say in other words what `draft` quotes: one, or one for each of its groups.

    So whatever a model writes under a lead rests on passages of that group alone, and is verified so.
    """
    if not draft.groups:
        return [Task.from_draft(question, draft, report, chinese=chinese, plain=plain)]
    return [
        Task.from_draft(
            question,
            replace(draft, statements=group.statements, groups=()),
            report,
            chinese=chinese,
            plain=plain,
            group=group,
        )
        for group in draft.groups
    ]


def join_drafts(tasks: Sequence[Task]) -> Draft:
    """Return what `tasks` of one answer say word for word, as one draft under their leads."""
    groups = tuple(task.group for task in tasks if task.group is not None)
    statements = tuple(statement for task in tasks for statement in task.draft.statements)
    return replace(tasks[0].draft, statements=statements, groups=groups)


def strip_plain(question: str) -> tuple[str, bool]:
    """Return `question` without the wish for plain words, and whether it had one."""
    stripped, found = _PLAIN.subn("", question)
    return (stripped.strip(_EDGES) or question, bool(found))


def plan_summary(question: str, report: IndexedDocument, *, chinese: bool) -> list[Task]:
    """Return a task for each section that `question` wants summarised; none when it wants no summary."""
    if not _SUMMARY.search(question):
        return []
    return [
        _summarise(section, report, chinese=chinese)
        for section in _find_sections(question, report)
        if any(_find_passages(section, report))
    ]


def _find_sections(question: str, report: IndexedDocument) -> Sequence[Section]:
    parts = report.structure.outline
    if ordinal := _ORDINAL.search(question):
        name = (ordinal["number"] or ordinal["part"]).lower()
        number = _NUMBERS.get(name) or from_numeral(name)
        return parts[number - 1 : number]
    asked = split_terms(question)
    named = [
        (len(terms & asked) / len(terms), section)
        for section in walk_sections(parts)
        if (terms := split_terms(_NUMBERING.sub("", section.heading)))
    ]
    share, best = max(named, key=lambda one: one[0], default=(0.0, None))
    if best is not None and share >= NAMED:
        return [best]
    rest = _POLITE.sub(" ", _WHOLE.sub(" ", _SUMMARY.sub(" ", question)))
    return parts if _WHOLE.search(question) and not content_words(rest) else []


def _summarise(section: Section, report: IndexedDocument, *, chinese: bool) -> Task:
    heading = next(
        passage for passage in report.structure.passages if passage.span.overlaps(section.heading_span)
    )
    headline = state(Quote(heading, section.heading_span, 1.0), report.document)
    draft = Draft((headline,), kind=Kind.OVERVIEW)
    evidence = tuple(Quote(passage, passage.span, 1.0) for passage in _find_passages(section, report))
    return Task(TaskKind.SUMMARISE, section.heading, chinese, report, draft, evidence)


def _find_passages(section: Section, report: IndexedDocument) -> Iterator[Passage]:
    """Yield the sentences of a section: first the first of each section inside it, then the second."""
    inner = [*section.children] or [section]
    starts = [section.start, *(child.start for child in inner[1:]), section.end]
    groups = [
        [
            passage
            for passage in report.structure.passages
            if start <= passage.span.start < end and passage.role is Role.BODY
        ]
        for start, end in pairwise(starts)
    ]
    return (passage for passage in chain.from_iterable(zip_longest(*groups)) if passage is not None)
