"""A fact, or a list that stands in one sentence: the words that answer, quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from index.language.figures import find_figures
from index.language.text import has_chinese, join_lines
from index.language.units import Kind as UnitKind
from index.language.units import kinds_of
from index.language.words import tag_words
from index.types import Period, PeriodKind, Role, Span
from rag.answers.definition import explain
from rag.composition import Draft, Group, Quote, Statement, state
from rag.evidence.answerability import REGRESSION, estimate_answerability
from rag.evidence.candidates import Reading
from rag.evidence.evidence import Evidence
from rag.evidence.premise import find_contradiction
from rag.evidence.term_weights import split_terms
from rag.question.intent import Intent
from rag.question.query import Query
from rag.quotation import fit_quote, trim_quote
from rag.types import Kind

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WHICH = re.compile(r"哪[几些\d]|叫什么|什么名|名[称单]|[都别各]是(?:什么|[谁哪])|在哪")
_ENUMERATION = re.compile(r"[、:：“《]")
MOST_TOGETHER = 3
"""Clauses, each of which asks something, that one passage may answer."""
MOST_PERIODS = 3
"""Periods that the answer to a question of yes or no tells of: what was planned, done, and is planned now."""
PHASE = re.compile(r"[一二三四五六七八九]期(?!间)")
"""The phase of a project: what is said of another one says nothing of it."""
_NO_THINGS = {UnitKind.CALENDAR, UnitKind.DAYS, UnitKind.SHARE}
_MOSTLY = 0.5
"""The share of its wording that a question without Chinese must have in the words: less is noise."""
_QUOTED = re.compile(r"“([^“”]+)”")
_EXPLAINS = r"(?:[,，]?(?:就?是|指|即|包括)|[:：(（—])"
_RESULT = re.compile(r"实际(?:上|[完达实增][成到现长])|实绩")
"""Words that ask how it came out: no plan can say that."""


class FactAnswerer:
    """Quotes the best words that a report has for a question, where they are likely to answer it."""

    name = "fact"

    def wants(self, query: Query) -> bool:
        """Take any question but one of more things than a passage answers: they are looked up one by one."""
        return len(query.clauses) <= MOST_TOGETHER

    def answer(self, query: Query, evidence: Evidence) -> Draft | None:
        """Answer from one passage; None where none is likely to answer, or leaves a clause unanswered."""
        best = find_answer(query, evidence)
        if best is None or count_told(best, query, evidence) < len(query.clauses):
            return None
        return self.quote(best, query, evidence)

    def quote(self, best: Reading, query: Query, evidence: Evidence) -> Draft:
        """Answer with the words of `best`."""
        context = evidence.context
        if best.hit.passage.role is Role.GLOSSARY and (entry := explain(best.hit.passage, context)):
            return entry
        document = context.report.document
        quote = Quote(
            best.hit.passage,
            trim_quote(document.text, _complete_list(best, query, document.text)),
            estimate_answerability(best, evidence.readings[0]),
        )
        statement = state(quote, document)
        if query.asks_whether:
            return tell_by_period([statement, *_state_otherwise(best, query, evidence)], query.kind)
        return Draft((statement,), kind=query.kind)


def count_told(reading: Reading, query: Query, evidence: Evidence) -> int:
    """Return how many of the clauses of `query` the words are about.

    They are where they have half of the terms that a clause shares with the report and with no other clause.
    """
    context = evidence.context
    told = split_terms(join_lines(reading.span.of(context.report.document.text)))
    terms = [split_terms(clause.subject) & context.weights.weights.keys() for clause in query.clauses]
    count = 0
    for place, of_clause in enumerate(terms):
        own = of_clause.difference(*terms[:place], *terms[place + 1 :])
        count += len(own & told) >= len(own) * _MOSTLY
    return count


def tell_by_period(statements: Sequence[Statement], kind: Kind) -> Draft:
    """Put statements of one quote each under the leads of their periods, if any is planned or there are two.

    No plan reads as done.
    """
    groups: dict[Period, list[Statement]] = {}
    for one in sorted(statements, key=lambda statement: statement.quotes[0].span):
        groups.setdefault(one.quotes[0].passage.period, []).append(one)
    planned = any(period.kind is PeriodKind.PLANNED for period in groups)
    if not all(period.label for period in groups) or not (planned or len(groups) > 1):
        return Draft(tuple(statements[:1]), kind=kind)
    return Draft.from_groups(
        [Group(period.label, period.kind, tuple(several)) for period, several in groups.items()], kind
    )


def _state_otherwise(best: Reading, query: Query, evidence: Evidence) -> list[Statement]:
    """State likely words of other periods that cover as much of `query` as `best` does, one a period."""
    if query.scope.times:
        return []
    document = evidence.context.report.document
    told = {best.hit.passage.period: best}
    for reading in find_fitting(query, evidence):
        period = reading.hit.passage.period
        if period not in told and reading.covered >= best.covered and is_likely(query, reading, evidence):
            told[period] = reading
    return [
        state(
            Quote(
                reading.hit.passage,
                trim_quote(document.text, reading.span),
                estimate_answerability(reading, evidence.readings[0]),
            ),
            document,
        )
        for reading in list(told.values())[1:MOST_PERIODS]
    ]


def find_answer(query: Query, evidence: Evidence) -> Reading | None:
    """Return the reading that answers `query`, or None where none is likely to."""
    text = evidence.context.report.document.text
    if find_contradiction(query, evidence.context.weights, evidence.readings, text):
        return None
    likely = [one for one in find_fitting(query, evidence) if is_likely(query, one, evidence)]
    return _prefer_result(query, likely) if likely else None


def _prefer_result(query: Query, likely: Sequence[Reading]) -> Reading:
    """Return the best of the readings; of a result and a plan that say as much of what is asked, the result.

    A question that says nothing of plans asks how things are.
    """
    best = likely[0]
    if best.hit.passage.period.kind is not PeriodKind.PLANNED or query.scope.planned or query.scope.times:
        return best
    return next(
        (
            one
            for one in likely
            if one.hit.passage.period.kind is PeriodKind.DONE and one.covered >= best.covered
        ),
        best,
    )


def is_likely(query: Query, reading: Reading, evidence: Evidence) -> bool:
    """Tell whether `reading` is likely enough to answer `query` to be shown."""
    likely = estimate_answerability(reading, evidence.readings[0]) >= REGRESSION.threshold
    return likely and _is_about(query.text, reading)


def find_fitting(query: Query, evidence: Evidence) -> list[Reading]:
    """Return the readings of the right period, place and kind that add to what `query` says, best first."""
    text = evidence.context.report.document.text
    came_out = _RESULT.search(query.text) is not None
    return [
        reading
        for reading in evidence.readings
        if reading.fits
        and _tells(join_lines(reading.span.of(text)), query)
        and not (came_out and reading.hit.passage.period.kind is PeriodKind.PLANNED)
    ]


def _tells(words: str, query: Query) -> bool:
    """Tell whether `words` add anything to `query`, of the phase of a project (二期) it asks about."""
    question = query.text
    return (
        _brings_news(words, query)
        and _names_them(words, question)
        and (query.intent is not Intent.DEFINITION or _explains(words, question))
        and all(phase in words for phase in PHASE.findall(question))
    )


def _brings_news(words: str, query: Query) -> bool:
    """Tell whether `words` say anything that `query` does not.

    “新建2所小学” does not tell what 新建的2所小学 are called.
    """
    question = query.text
    numbers = set(_NUMBER.findall(question))
    return (
        query.asks_whether
        or not numbers.issuperset(_NUMBER.findall(words))
        or any(len(word) > 1 and not _says(question, word) for word, _ in tag_words(_NUMBER.sub("", words)))
    )


def _says(question: str, word: str) -> bool:
    """Tell whether `question` has `word` where one of its own words begins: 山林草原 does not say 林草."""
    starts = set(accumulate((len(one) for one, _ in tag_words(question)), initial=0))
    return any(match.start() in starts for match in re.finditer(re.escape(word), question))


def _names_them(words: str, question: str) -> bool:
    """Tell whether `words` name the things of which `question` states the number and asks which they are.

    “启动新建2所小学” names none of the 2所小学.
    """
    if not _WHICH.search(question):
        return True
    counted = [
        one.text for one in find_figures(question) if not kinds_of(one.unit) & _NO_THINGS and one.value > 1
    ]
    return not any(
        count in clause and not _ENUMERATION.search(clause)
        for count in counted
        for clause in re.split(r"[,，;；。]", words)
    )


def _explains(words: str, question: str) -> bool:
    """Tell whether `words` explain a quoted term whose meaning is asked for: “五乱”35处 does not."""
    # A term that is part of another word (“林草长制” of “长制”) is not the one that is explained.
    terms = [one for one in _QUOTED.findall(question) if not re.search(rf"[一-鿿]{re.escape(one)}", words)]
    return not terms or any(re.search(rf"{re.escape(term)}[”\"]?{_EXPLAINS}", words) for term in terms)


def _complete_list(best: Reading, query: Query, text: str) -> Span:
    """Return the words of `best`; of a list that opens with its lead-in (“…目标是:”), all that follows."""
    opening = next(clause.span for clause in best.hit.clauses if clause.span.start == best.span.start)
    if query.intent is Intent.LIST and opening.of(text).endswith((":", "：")):
        return fit_quote(best.hit.passage, best.span.start)
    return best.span


def _is_about(question: str, reading: Reading) -> bool:
    """Tell whether `question` can be about the words: one without Chinese has to consist of them mostly."""
    return has_chinese(question) or reading.covered > _MOSTLY
