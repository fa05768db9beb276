"""What a question takes for granted, and the words of a report that say otherwise.

“为什么收入减少了” takes for granted that something fell, “是哪一年通车的” that it is finished. A question
that asks whether (“减少了吗”) takes nothing for granted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.language.lexicon import compile_words
from index.types import Hit, PeriodKind, Span
from rag.evidence.candidates import Reading
from rag.evidence.term_weights import TermWeights, WeightedTerms, split_terms
from rag.messages import Messages, messages_for
from rag.question.intent import Wanted
from rag.question.query import Query

ON_SUBJECT = 0.5
"""A clause speaks of what a question is about when it covers the larger part of its wording."""

NEAR = 0.3
"""What never happened is said in few words: a third of the wording is enough."""

_WHETHER = compile_words("questions", "whether", "whether-or")
_FALL = compile_words("polarity", "fall", "worse")
_RISE = compile_words("polarity", "rise", "better")
_ENDED = compile_words("emphasis", "given-up")
_CARRIED_ON = compile_words("polarity", "carried-on")
_FINISHED = compile_words("polarity", "completed", "opened")
# “…是哪一年建成的”, “…什么时候开业了”: nobody asks there whether it happened.
_HAPPENED = re.compile(rf"(?P<event>{_FINISHED.pattern})[的了][呢啊呀]?[?？。]?$")
_OCCURRED = re.compile(r"(?<!未)(?<!没有)(?<!未再)(?:发生|出现)")
_NEVER = re.compile(r"(?:未再?|没有)(?:发生|出现)|零(?:发生|事故)")
# “是哪家企业造成的” takes for granted that it happened; “发生了多少起” does not.
_DETAILS = re.compile(r"哪(?!些)|谁|(?<![评称作成改名誉定变])为[什何]|什么[时原]|怎么[会发]")
_UNDER_WAY = compile_words("polarity", "under-way", "to-come")
_MARKS = ",，;；。、"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """The words at `span` of the passage of `hit` deny what a question takes for granted; `text` says how."""

    hit: Hit
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class _Premise:
    """A claim: `stated` in the question, told apart by the words that say so and the words that deny it."""

    stated: str
    says: re.Pattern[str]
    denies: re.Pattern[str]
    finished: bool = False
    nearness: float = ON_SUBJECT

    def is_borne_out(self, words: str, kind: PeriodKind) -> bool:
        """Tell whether `words` of a passage of this kind say what is claimed: a plan finishes nothing."""
        return kind is not PeriodKind.PLANNED and bool(self.says.search(words))

    def find_denial(self, words: str, kind: PeriodKind, messages: Messages) -> str | None:
        """Return what `words` say instead, or None; a plan says nothing of how things went before."""
        planned = kind is PeriodKind.PLANNED
        if self.finished:
            denied = self.denies.search(words) or (self.says.search(words) if planned else None)
            said = messages.only_planned if planned else messages.only_said
            said = said.format(words=words.rstrip(_MARKS))
            return denied and messages.premise_unfinished.format(stated=self.stated, said=said)
        denied = None if planned and self.says is not _ENDED else self.denies.search(words)
        return denied and messages.premise_denied.format(stated=self.stated, denied=denied.group())


def find_contradiction(
    query: Query, weights: TermWeights, readings: Sequence[Reading], text: str
) -> Contradiction | None:
    """Return the words of the report `text` that deny the premise of `query`, or None.

    `readings` are the passages found for it, best first. Nothing is denied where any clause on the subject
    bears the premise out.
    """
    premise = _read_premise(query)
    if premise is None:
        return None
    about = WeightedTerms.from_subject(premise.says.sub("", query.subject), "", weights)
    found = None
    for reading in readings:
        kind = reading.hit.passage.period.kind
        for clause in reading.hit.clauses if reading.in_period else ():
            words = clause.span.of(text)
            if about.covered_by(split_terms(words)) < premise.nearness:
                continue
            if premise.is_borne_out(words, kind):
                return None
            if found is None and (denial := premise.find_denial(words, kind, messages_for(query.language))):
                found = Contradiction(reading.hit, clause.span, denial)
    return found


def _read_premise(query: Query) -> _Premise | None:
    """Return what `query` takes for granted, if it is one of the claims that can be checked.

    “增长多少” is how any rate is asked for, and claims nothing; “为什么增长” does.
    """
    question = query.text
    if _WHETHER.search(question):
        return None
    if happened := _HAPPENED.search(question):
        return _Premise(happened["event"], _FINISHED, _UNDER_WAY, finished=True)
    if ended := _ENDED.search(question):
        return _Premise(ended.group(), _ENDED, _CARRIED_ON)
    if fall := _FALL.search(question):
        return _Premise(fall.group(), _FALL, _RISE)
    if query.target.wanted is Wanted.CAUSE and (rise := _RISE.search(question)):
        return _Premise(rise.group(), _RISE, _FALL)
    return _Premise("发生", _OCCURRED, _NEVER, nearness=NEAR) if _DETAILS.search(question) else None
