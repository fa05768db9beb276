"""What an open question wants: the form of its answer, its topic and the time of it.

Whether a question is open is judged in rag.question.wants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.language.periods import PeriodMention, find_times, remove_times
from index.types import Document, Passage, PeriodKind
from rag.question.conversation.told import Told
from rag.question.intent import Target, Wanted, asks_for_so_many
from rag.question.length import Length
from rag.question.scope import Scope, matches_period, remove_own_place
from rag.question.topic_words import Topic, read_topic
from rag.question.wants import OPEN, TimeWish, Want, Wants

NOTHING_TOLD = Told()


class Form(StrEnum):
    """The form of the answer that an open question wants."""

    THEME = "theme"
    KEYWORD = "keyword"
    SITUATION = "situation"
    AUDIENCE = "audience"
    PROBLEMS = "problems"


LENGTHS = {Form.THEME: 350, Form.KEYWORD: 200, Form.SITUATION: 250, Form.AUDIENCE: 300, Form.PROBLEMS: 300}
"""Characters of an answer at most, leads included, white space and markers not: what a person reads."""
MOST = 600
"""Characters of the longest answer that a wish gets: more is no digest."""
PER_SENTENCE = 60
"""Characters for each sentence asked for (“三句话”), within the usual length."""
POSSIBLE = 0.25
"""From this likelihood on a question may be open: it is answered so where nothing else answers it."""
POSSIBLE_IF_PARTICULAR = 0.6
"""The same for one that asks for a figure, a person or so many things, which it may do beside the rest."""
CERTAIN = 0.4
"""From this likelihood on a question is taken to be open at once, if nothing else is likelier."""
SURE = 0.8
"""From this likelihood on a question is open though it asks for a figure, a person or so many things."""
_PARTICULAR = frozenset(
    {Wanted.AMOUNT, Wanted.SHARE, Wanted.DATE, Wanted.PERSON, Wanted.CAUSE, Wanted.NAMED, Wanted.AGENCY}
)
_OPEN = (*OPEN, Want.OVERVIEW)
"""An overview of one topic is all that is said on it."""


@dataclass(frozen=True, slots=True)
class Openness:
    """What an open question wants.

    `periods` are those it restricts itself to; `planned` tells that it wants only plans (True) or only what
    was done (False), beside the periods if there are any. What was `told` need not be said again. One that
    is not `certain` may be a question for a fact or a list (“建成了哪些公园”).
    """

    form: Form
    topic: Topic
    periods: tuple[PeriodMention, ...]
    planned: bool | None
    certain: bool = True
    told: Told = NOTHING_TOLD

    def room(self, length: Length) -> int:
        """Return how many characters the answer may have, of which `length` is wished."""
        if length.characters is not None:
            return min(length.characters, MOST)
        usual = LENGTHS[self.form]
        return usual if length.sentences is None else min(usual, length.sentences * PER_SENTENCE)

    def admits(self, passage: Passage, report: Document) -> bool:
        """Tell whether a passage of `report` is of the time that is asked for."""
        if any(matches_period(passage, report, mention) for mention in self.periods):
            return True
        if self.planned is None:
            return not self.periods
        return (passage.period.kind is PeriodKind.PLANNED) == self.planned


def may_be_open(wants: Wants) -> bool:
    """Tell whether a question that wants what `wants` says may be open at all."""
    return wants.of(*_OPEN) >= POSSIBLE


def read_openness(
    question: str,
    report: Document,
    scope: Scope,
    topic: Topic,
    wants: Wants,
    target: Target,
    time: TimeWish,
    besides: TimeWish = TimeWish.ALL,
) -> Openness | None:
    """Read what a normalised, standalone `question` to `report` wants, or None where it is not open.

    It wants what the report says of `time`, and of `besides` where that is a time that it names.
    """
    likely = wants.of(*_OPEN)
    particular = target.wanted in _PARTICULAR or asks_for_so_many(question)
    if likely < (POSSIBLE_IF_PARTICULAR if particular else POSSIBLE):
        return None
    form = Form(wants.best_of(OPEN))
    if form is Form.KEYWORD:
        topic = topic.with_phrase(
            remove_own_place(remove_times(question, scope.times), report).strip("?？。 ")
        )
    named = time is TimeWish.NAMED
    planned = {TimeWish.PLANNED: True, TimeWish.DONE: False}.get(besides if named else time)
    if form is Form.SITUATION and not named:  # how a thing develops is told to its target
        planned = None
    return Openness(
        form,
        topic,
        scope.periods if named else (),
        planned,
        certain=likely
        >= max(
            SURE if particular else CERTAIN,
            *(wants.of(other) for other in wants.likelihoods if other not in _OPEN),
        ),
    )


def asks_of_one_topic(openness: Openness | None, sentences: Sequence[str], report: Document) -> bool:
    """Tell whether several sentences of an open question ask of one topic: only one of them names any.

    “养老发展得怎么样?后面怎么安排?” is one question of 养老.
    """
    if openness is None or not openness.certain:
        return False
    named = [read_topic(one, find_times(one, report.meta.year), report).words for one in sentences]
    return sum(bool(words) for words in named) == 1


def read_keyword(topic: Topic, scope: Scope) -> Openness:
    """Read a question as if it only named its topic, as “报告提到X了吗” does."""
    return Openness(Form.KEYWORD, topic, scope.periods, None)
