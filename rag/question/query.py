"""The value that a question is understood as: made once, read by everything after."""

from __future__ import annotations

from dataclasses import dataclass

from rag.question.conversation.thread import Thread
from rag.question.intent import Intent, Target
from rag.question.length import Length
from rag.question.mention_wish import MentionWish
from rag.question.openness import Openness
from rag.question.overview_wish import OverviewWish
from rag.question.scope import Scope
from rag.question.topic_words import Topic
from rag.question.wants import TimeWish, Wants
from rag.types import Kind, Language

NO_WISH = Length()
NO_THREAD = Thread()
KINDS = {
    Intent.LIST: Kind.LIST,
    Intent.DELIVERY: Kind.DELIVERY,
    Intent.OUTLINE: Kind.OUTLINE,
    Intent.DEFINITION: Kind.DEFINITION,
    Intent.COMPARISON: Kind.COMPARISON,
    Intent.OPERAND: Kind.COMPARISON,
}
"""What is answered where a question is not open."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is understood.

    `text` stands by itself, normalised and in the words of the report; `asked` is how it was put. Of `text`,
    `about` are the words that say what it is about (of a follow-up those that were asked now), `focus` those
    that say which kind of answer is wanted. `subject` are the words of `about` without interrogatives, time
    and the report's own place, parted by spaces. A part of a question knows the `whole` it came from and what
    that is about (`background`); a question of one thing is its own whole.

    `wants` says how likely each kind of answer is wanted, `topic` which words an open answer is about,
    `time` which time of what the report says it wants;
    `asks_whether` tells that yes or no is asked for, `length` how long the answer is wished; `mention` are
    the words that are looked for and `overview` what an overview is wanted of, if that is asked;
    `openness` says what is wanted of an open question.

    `parts` are the things that a question asks one by one, or the operands of a comparison; `clauses` are
    what it asks if no passage answers it as one. Both are empty where it asks one thing.
    `left` counts what it asks beyond the number of things that one message may ask. `thread` says how it
    hangs together with what was asked before.
    """

    text: str
    asked: str
    language: Language
    scope: Scope
    intent: Intent
    target: Target
    about: str
    focus: str
    subject: str
    whole: str
    background: str
    wants: Wants
    topic: Topic
    time: TimeWish = TimeWish.ALL
    asks_whether: bool = False
    length: Length = NO_WISH
    mention: MentionWish | None = None
    overview: OverviewWish | None = None
    openness: Openness | None = None
    parts: tuple[Query, ...] = ()
    clauses: tuple[Query, ...] = ()
    left: int = 0
    thread: Thread = NO_THREAD

    @property
    def kind(self) -> Kind:
        """The kind of answer that is wanted."""
        if self.mention or self.overview:
            return Kind.MENTION if self.mention else Kind.OVERVIEW
        if self.openness and self.openness.certain:
            return Kind.DIGEST
        return KINDS.get(self.intent, Kind.FACT)

    @property
    def is_part(self) -> bool:
        """Whether the question is one of several things that were asked together."""
        return self.text != self.whole
