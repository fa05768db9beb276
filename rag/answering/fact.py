"""A fact, or a list that stands in one sentence: the words that answer, quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from index.types import Document, Hit, PeriodKind, Role, Span
from rag.answerability import THRESHOLD, estimate_answerability
from rag.answering.context import CLOSEST, ReportContext
from rag.answering.definition import explain
from rag.composing import Draft, Quote, Refusal, state
from rag.figures import find_figures
from rag.intent import Intent, Wanted, asks_meaning, read_intent, read_target, strip_interrogatives
from rag.names import find_unnamed
from rag.parts import Part
from rag.premise import find_contradiction
from rag.quoting import fit_quote, trim_quote
from rag.reading import Asked, Reading, read
from rag.scope import find_periods, read_scope, remove_own_place, remove_periods, remove_plan_words, tag_words
from rag.terms import WeightedTerms
from rag.types import Reason, ReasonCode
from rag.wording import has_chinese

_WHETHER = re.compile(r"吗|是否|是不是|有没有|有无")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WHICH = re.compile(r"哪[几些\d]|叫什么|什么名|名称|名单|(?:都|分别|各)是(?:什么|谁|哪)|建在哪|在哪")
_ENUMERATION = re.compile(r"[、:：“《]")
_PHASE = re.compile(r"[一二三四五六七八九]期(?!间)")
_TIMES = {"年", "月", "日", "天", "%", "％"}
_MOSTLY = 0.5
"""The share of its wording that a question without Chinese must have in the words: less is noise."""
_QUOTED = re.compile(r"“([^“”]+)”")
_EXPLAINS = r"(?:[,，]?(?:就?是|指|即|包括)|[:：(（—])"
_RESULT = re.compile(r"实际(?:上|完成|达到|实现|增长)|实绩")
"""Words that ask how it came out: no plan can say that."""


def answer_part(part: Part, context: ReportContext) -> Draft | Refusal:
    """Answer one part of a question with the best words that the report has for it, or refuse."""
    readings = read_part(part, context)
    document = context.report.document
    subject = _read_subject(part.subject, context)
    if denied := find_contradiction(part.text, subject, context.weights, readings, document.text):
        quote = Quote(denied.hit.passage, trim_quote(document.text, denied.span), denied.hit.score)
        others = [other for other in context.find_closest(part.text) if other.passage != quote.passage]
        return Refusal(Reason(ReasonCode.FALSE_PREMISE, denied.text), (quote, *others[: CLOSEST - 1]))
    fitting = [reading for reading in readings if reading.fits]
    fitting = [one for one in fitting if _tells(one.span.of(document.text), part.text)]
    if _RESULT.search(part.text):
        fitting = [one for one in fitting if one.hit.passage.period.kind is not PeriodKind.PLANNED]
    if reason := find_doubt(part, readings, fitting, document):
        return Refusal(reason, context.find_closest(part.text))
    best = fitting[0]
    if best.hit.passage.role is Role.GLOSSARY and (entry := explain(best.hit.passage, context)):
        return entry
    quote = Quote(
        best.hit.passage,
        trim_quote(document.text, _complete_list(best, part, document.text)),
        estimate_answerability(best, readings[0]),
    )
    return Draft((state(quote, document),))


def _tells(words: str, question: str) -> bool:
    """Tell whether `words` add anything to `question`, of the phase of a project (二期) it asks about."""
    return (
        _brings_news(words, question)
        and _names_them(words, question)
        and _explains(words, question)
        and all(phase in words for phase in _PHASE.findall(question))
    )


def _brings_news(words: str, question: str) -> bool:
    """Tell whether `words` say anything that `question` does not.

    “新建2所小学” does not tell what 新建的2所小学 are called.
    """
    numbers = set(_NUMBER.findall(question))
    return (
        bool(_WHETHER.search(question))
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
    counted = [one.text for one in find_figures(question) if one.unit not in _TIMES and one.value > 1]
    return not any(
        count in clause and not _ENUMERATION.search(clause)
        for count in counted
        for clause in re.split(r"[,，;；。]", words)
    )


def _explains(words: str, question: str) -> bool:
    """Tell whether `words` explain a quoted term whose meaning is asked for: “五乱”35处 does not."""
    if not asks_meaning(question):
        return True
    terms = _QUOTED.findall(question)
    return not terms or any(re.search(rf"{re.escape(term)}[”\"]?{_EXPLAINS}", words) for term in terms)


def _complete_list(best: Reading, part: Part, text: str) -> Span:
    """Return the words of `best`; of a list that opens with its lead-in (“…目标是:”), all that follows."""
    opening = next(clause.span for clause in best.hit.clauses if clause.span.start == best.span.start)
    if read_intent(part.text) is Intent.LIST and opening.of(text).endswith((":", "：")):
        return fit_quote(best.hit.passage, best.span.start)
    return best.span


def read_part(part: Part, context: ReportContext) -> list[Reading]:
    """Return what the report says on one part of a question, best first."""
    document = context.report.document
    subject = _read_subject(part.subject, context)
    terms = WeightedTerms.from_subject(subject, _read_subject(part.context, context), context.weights)
    asked = Asked(
        question=remove_own_place(part.text, document),
        terms=terms,
        scope=read_scope(part.text, document),
        target=read_target(part.focus, part.text),
        unseen=1 - terms.covered_by(context.weights.weights.keys()),
    )
    hits = context.retrieve(part.text)
    if part.text != part.context:  # a part may leave its subject to the whole: both are searched
        hits += context.retrieve(_read_subject(part.context, context))
    context.budget.check()
    context.budget.note_reading(part.text)
    return read(asked, _keep_best(hits), context.report, context.reader)


def _keep_best(hits: list[Hit]) -> list[Hit]:
    """Return each passage's best hit."""
    best: dict[Span, Hit] = {}
    for hit in hits:
        known = best.get(hit.passage.span)
        if known is None or hit.score > known.score:
            best[hit.passage.span] = hit
    return list(best.values())


def _read_subject(question: str, context: ReportContext) -> str:
    """Return the words of a question that say what it is about, less time and the report's own place."""
    document = context.report.document
    timeless = remove_periods(question, tuple(find_periods(question, document.meta.year)))
    return strip_interrogatives(remove_plan_words(remove_own_place(timeless, document)))


def find_doubt(
    part: Part, readings: Sequence[Reading], fitting: Sequence[Reading], report: Document
) -> Reason | None:
    """Return why the best of the `fitting` readings does not answer the question after all, or None."""
    best = fitting[0] if fitting else None
    if best and _is_about(part.text, best) and estimate_answerability(best, readings[0]) >= THRESHOLD:
        return None
    if names := find_unnamed(part.text, report.text):
        return Reason(ReasonCode.OTHER_SUBJECT, f"报告未提及{'、'.join(names)}。")
    if fitting or not readings:
        return Reason(ReasonCode.NOT_MENTIONED, "报告未提及所问的内容。")
    if not readings[0].in_place:
        places = "、".join(read_scope(part.text, report).inner_places)
        return Reason(ReasonCode.OTHER_PLACE, f"报告没有给出{places}的这项内容。")
    if not readings[0].in_period:
        labels = "、".join(dict.fromkeys(mention.label for mention in part.periods))
        return Reason(ReasonCode.OTHER_PERIOD, f"报告没有给出{labels}的这项内容。")
    return Reason(ReasonCode.NOT_MENTIONED, f"报告未提及所问的{_KINDS[read_target(part.focus).wanted]}。")


def _is_about(question: str, reading: Reading) -> bool:
    """Tell whether `question` can be about the words: one without Chinese has to consist of them mostly."""
    return has_chinese(question) or reading.covered > _MOSTLY


_KINDS = {
    Wanted.AMOUNT: "数量",
    Wanted.SHARE: "比例或增速",
    Wanted.DATE: "时间",
    Wanted.PERSON: "人名",
    Wanted.CAUSE: "原因",
    Wanted.NAMED: "名称",
    Wanted.INVESTOR: "企业或单位",
    Wanted.AGENCY: "部门或单位",
    Wanted.ITEMS: "各项内容",
    Wanted.ANYTHING: "内容",
}
