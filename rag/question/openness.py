"""Whether a question is open: whether it wants all that the report says on something, and in which form.

A few cues tell (openness.toml). A question for one fact (how much, when, who, which of a kind) is never open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from index.types import Document, Passage, PeriodKind
from rag.question.cues import read_cues
from rag.question.intent import Intent, Wanted, read_intent, read_target
from rag.question.scope import PeriodMention, find_periods, matches_period, remove_own_place, remove_periods
from rag.question.topic_words import Topic, read_topic


class Form(StrEnum):
    """The form of the answer that an open question wants."""

    THEME = "theme"
    KEYWORD = "keyword"
    SITUATION = "situation"
    AUDIENCE = "audience"
    PROBLEMS = "problems"


LENGTHS = {Form.THEME: 350, Form.KEYWORD: 200, Form.SITUATION: 250, Form.AUDIENCE: 300, Form.PROBLEMS: 300}
"""Characters of an answer at most, leads included, white space and markers not: what a person reads."""
MAX_LENGTH = 600
MIN_LENGTH = 40
BRIEF = 0.6
"""The share of the usual length for a question that wants it short."""
PER_SENTENCE = 60
"""Characters for each sentence asked for (“三句话”)."""
_KEYWORD = 12
"""Characters: a longer question without any cue is a sentence, not a keyword."""

_NUMERALS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "八": 8, "十": 10}
_SENTENCES = re.compile(
    r"(?P<count>[一两二三四五六八十]|\d{1,2})(?:[到至、,—-]?[两二三四五六八十\d])?(?:句话?|条|点)(?!意见|措施)"
)
_CHARACTERS = re.compile(r"(?P<count>\d{2,4}|[一两二三四五]百)个?字")
_BRIEF = re.compile(r"简单|简要|简短|简明|大概|大致|\bbrief|\bshort", re.IGNORECASE)
_BULLETS = re.compile(r"分条|逐条|列点|分点|要点|列出来|bullet|列表", re.IGNORECASE)
_CLAUSES = re.compile(r"[,，;；?？。]")
_ASKS = re.compile(r"[?？]|什么|哪|谁|几|多少|怎|如何|吗|呢")
_SENTENCE = re.compile(r"[?？!！。~]|什么|哪|谁|几|多少|怎|如何|[吗呢了啦吧啊呀]$")
_COUNTED = re.compile(r"哪[几两二三四五六七八九十\d项个条样种家]|几[个项条样种点]")
"""So many things, or one of a kind, are asked for: that is a list or a fact, and no digest."""
_NO_OPEN_TARGET = frozenset(
    {
        Wanted.AMOUNT,
        Wanted.SHARE,
        Wanted.DATE,
        Wanted.PERSON,
        Wanted.CAUSE,
        Wanted.NAMED,
        Wanted.INVESTOR,
        Wanted.AGENCY,
    }
)


@dataclass(frozen=True, slots=True)
class Wish:
    """How long an answer is wanted: `length` in characters, at most `items` sentences; `bullets` if asked."""

    length: int
    items: int | None = None
    bullets: bool | None = None


@dataclass(frozen=True, slots=True)
class Openness:
    """What an open question wants.

    `periods` are those it restricts itself to; `planned` tells that it wants only plans (True) or only what
    was done (False).
    """

    form: Form
    topic: Topic
    periods: tuple[PeriodMention, ...]
    planned: bool | None
    wish: Wish

    def admits(self, passage: Passage, text: str) -> bool:
        """Tell whether a passage of the report `text` is of the time that is asked for."""
        if self.periods:
            return any(matches_period(passage, text, mention) for mention in self.periods)
        if self.planned is None:
            return True
        return (passage.period.kind is PeriodKind.PLANNED) == self.planned


def read_openness(question: str, report: Document) -> Openness | None:
    """Read what a normalised, standalone `question` to `report` wants, or None where it is not open."""
    named = tuple(find_periods(question, report.meta.year))
    topic = read_topic(question, named, report)
    form = _read_form(question, topic)
    if form is None:
        return None
    if form is Form.KEYWORD:
        topic = topic.with_phrase(remove_own_place(remove_periods(question, named), report).strip("?？。 "))
    periods = tuple(mention for mention in named if _is_asked(question, mention))
    said = read_cues(question)
    every = "both" in said or _asks_of_more(question, report.meta.year, said)
    planned = True if "planned" in said and not said & {"done", "situation"} else None
    return Openness(
        form,
        topic,
        () if every else periods,
        None if every or periods else planned,
        read_wish(question, form),
    )


def read_keyword(question: str, report: Document) -> Openness:
    """Read a question as if it only named its topic, as “报告提到X了吗” does."""
    periods = tuple(find_periods(question, report.meta.year))
    return Openness(
        Form.KEYWORD, read_topic(question, periods, report), periods, None, read_wish(question, Form.KEYWORD)
    )


def _read_form(question: str, topic: Topic) -> Form | None:
    said = read_cues(question)
    intent, target = read_intent(question), read_target(question)
    if intent in (Intent.DELIVERY, Intent.DEFINITION, Intent.COMPARISON) or target.wanted in _NO_OPEN_TARGET:
        return None
    if "fact" in said or _COUNTED.search(question):
        return None
    if "problems" in said and not topic.words:
        return Form.PROBLEMS
    if "audience" in said:
        return Form.AUDIENCE
    if "problems" in said:
        return Form.PROBLEMS
    if "situation" in said:
        return Form.SITUATION
    if "theme" in said:
        return Form.THEME
    if len(question) <= _KEYWORD and not _SENTENCE.search(question):
        return Form.KEYWORD
    return Form.THEME if question.rstrip("?？").endswith("呢") else None


def _is_asked(question: str, mention: PeriodMention) -> bool:
    """Tell whether a period stands in a clause that asks: “我今年毕业,…有什么支持” asks of no period."""
    if not _ASKS.search(question):
        return True
    start = max((mark.end() for mark in _CLAUSES.finditer(question, 0, mention.span.start)), default=0)
    end = next((mark.end() for mark in _CLAUSES.finditer(question, mention.span.end)), len(question))
    return bool(_ASKS.search(question, start, end) or read_cues(question[start:end]) & {"planned", "done"})


def _asks_of_more(question: str, year: int, said: frozenset[str]) -> bool:
    """Tell whether a question names a period only for one of the things it asks.

    “教育上都做了什么,今年又打算怎么弄?” asks of all that was done, and of this year's plans.
    """
    if "planned" in said and "done" in said and find_periods(question, year):
        return True
    for clause in _CLAUSES.split(question):
        if read_cues(clause) & {"done", "situation"} and not find_periods(clause, year):
            return any(
                find_periods(other, year) and read_cues(other) & {"theme", "planned"}
                for other in _CLAUSES.split(question)
                if other != clause
            )
    return False


def read_wish(question: str, form: Form) -> Wish:
    """Read how long an answer of this `form` is wanted: as many characters or sentences as are asked for."""
    length, items = LENGTHS[form], None
    if counted := _SENTENCES.search(question):
        items = _count(counted["count"])
        length = min(length, max(MIN_LENGTH, items * PER_SENTENCE))
    elif _BRIEF.search(question):
        length = round(length * BRIEF)
    if asked := _CHARACTERS.search(question):
        length = min(MAX_LENGTH, max(MIN_LENGTH, _count_characters(asked["count"])))
    return Wish(length, items, True if _BULLETS.search(question) else None)


def _count(numeral: str) -> int:
    return int(numeral) if numeral.isdecimal() else _NUMERALS[numeral]


def _count_characters(numeral: str) -> int:
    return int(numeral) if numeral.isdecimal() else _NUMERALS[numeral[0]] * 100
