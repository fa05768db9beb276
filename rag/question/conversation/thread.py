"""The thread of a conversation: the last question with what it takes from those before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.language.periods import find_times
from index.language.text import normalise_question
from index.types import Document
from rag.question.classifier import Encode
from rag.question.conversation.completion import ELLIPSIS, add_to, name_listed, name_next_year, put_into
from rag.question.conversation.items import read_items, read_place
from rag.question.conversation.leaning import Link, judge_link
from rag.question.conversation.told import Told
from rag.question.smalltalk import reply_to_smalltalk
from rag.question.subject import names_subject
from rag.question.topic_words import read_topic
from rag.types import Turn

_MARKER = re.compile(r"\[\d+\]")
_BACK_TO = re.compile(
    r"(?:刚才|[之前上][前面])(?:[说讲]|提到)?的?(?:[那这]个)?(?P<topic>[一-鿿]{2,6}?)(?=[,，。?？那里]|$)"
)
# “回到疫情,…”: the conversation turns back, and the question says to what by itself.
_RETURNS = re.compile(r"^(?:再)?(?:回到|说回|回头说)(?!刚才|前面|上面|之前)[^,，。]{2,8}[,，](?=.{5})")
NOTHING = Told()
LONGEST_THEME = 80
"""Characters: questions that each add to the one before do not grow without end."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, normalised, and what was replied, as it was shown."""

    question: str
    reply: str


@dataclass(frozen=True, slots=True)
class Thread:
    """How a question hangs together with those before it.

    `told` is what need not be said again. A question for an item names its place among `items`, from 1 on;
    where the answer has none there, `absent` is that place.
    """

    link: Link = Link.ALONE
    told: Told = NOTHING
    items: int = 0
    absent: int | None = None


@dataclass(frozen=True, slots=True)
class Continued:
    """A question that stands alone: `text`, of which `about` was asked now.

    `theme` is what it leaves for others to lean on: its own words where it is about something else than what
    was asked before. `put` is how it was put: where it only asks for more, how that was put of which.
    """

    text: str
    about: str
    theme: str
    put: str
    thread: Thread = Thread()


def pair_turns(turns: Sequence[Turn]) -> list[Exchange]:
    """Return the questions of a conversation with their replies; pleasantries are none."""
    exchanges: list[Exchange] = []
    for turn in turns:
        if turn.role == "user":
            exchanges.append(Exchange(normalise_question(turn.content), ""))
        elif exchanges:
            last = exchanges[-1]
            exchanges[-1] = replace(last, reply=f"{last.reply}\n{turn.content}".strip())
    return [one for one in exchanges if one.question and not reply_to_smalltalk(one.question)]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads conversations about `report`; `translate` puts a question into its language."""

    report: Document
    encode: Encode
    translate: Callable[[str], str]

    def follow(self, asked: str, before: Sequence[Exchange]) -> Continued:
        """Return the normalised question `asked` after `before` as one that stands alone."""
        asked, turned = _RETURNS.subn("", asked)
        text = self.translate(asked)
        link = self._judge(asked) if before and not turned else Link.ALONE
        if link is Link.ALONE and self._find_named(text, before) is not None:
            link = Link.DETAIL
        if link is Link.ALONE:
            return Continued(text, text, text, asked)
        last = before[-1]
        if link is Link.ITEM and (named := name_listed(text, last.reply)) != text:
            text, link = named, Link.DETAIL
        if link is Link.ITEM:
            return self._find_item(asked, before)
        if link is Link.MORE:
            return self._go_on(before)
        return self._complete(asked, text, link, before)

    def _judge(self, asked: str) -> Link:
        year = self.report.meta.year
        text = self.translate(asked)
        named = names_subject(text, year) and not ELLIPSIS.search(text)  # “融资呢?” does not say what it asks
        return judge_link(asked, find_times(asked, year), self.encode(asked), named=named)

    def _go_on(self, before: Sequence[Exchange]) -> Continued:
        last = self.follow(before[-1].question, before[:-1])
        text = last.text if _MARKER.search(before[-1].reply) else last.theme
        told = Told.from_answers(one.reply for one in before)
        return Continued(text, text, last.theme, last.put, Thread(Link.MORE, told))

    def _find_item(self, asked: str, before: Sequence[Exchange]) -> Continued:
        """Return what the item says that is asked for: of the last answer that was not about one itself."""
        listing, at = len(before) - 1, None
        while listing > 0 and self._judge(before[listing].question) is Link.ITEM:
            listing -= 1
        items = read_items(before[listing].reply)
        for earlier in before[listing + 1 :]:
            at = read_place(earlier.question).of(len(items), at)
        at = read_place(asked).of(len(items), at)
        told = Told.from_answers(one.reply for one in before)
        if len(items) < 2 or not 0 <= at < len(items):
            context = self.follow(before[listing].question, before[:listing])
            thread = Thread(Link.ITEM, told, len(items), at + 1)
            return Continued(context.text, context.text, context.theme, context.put, thread)
        words = normalise_question(items[at])
        return Continued(words, words, words, words, Thread(Link.ITEM, told, len(items)))

    def _complete(self, asked: str, text: str, link: Link, before: Sequence[Exchange]) -> Continued:
        year = self.report.meta.year
        named = self._find_named(text, before)
        place = len(before) - 1 if named is None else named
        context = self.follow(before[place].question, before[:place]).theme
        text = name_next_year(text, [self.translate(one.question) for one in before], self.report)
        text = name_listed(text, before[-1].reply)
        if read_topic(context, find_times(context, year), self.report).words:
            put = put_into if link is Link.OTHER else add_to
            completed, about = put(text, context, self.report)
        else:  # “一共分几部分?” is about nothing that another question could take up
            completed, about = text, text
        own = link is Link.OTHER or (names_subject(text, year) and len(completed) <= LONGEST_THEME)
        told = NOTHING if link is Link.OTHER else Told.from_answers([before[-1].reply])
        return Continued(completed, about, completed if own else context, asked, Thread(link, told))

    def _find_named(self, text: str, before: Sequence[Exchange]) -> int | None:
        """Return the earlier question that `text` turns back to by name (“刚才的目标”), or None."""
        if named := _BACK_TO.search(text):
            for place in range(len(before) - 1, -1, -1):
                if named["topic"] in self.translate(before[place].question):
                    return place
        return None
