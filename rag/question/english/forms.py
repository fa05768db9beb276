"""How English asks: the forms of its questions, and what Chinese writes in their place."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """A way to ask: where `pattern` matches, those words give way and the question gets both ends.

    `stays` is put where the words stood; `{count}` in `after` is the number that they name. `open` says that
    the ending depends on what is asked for: it is an amount or a thing.
    """

    pattern: re.Pattern[str]
    before: str = ""
    after: str = ""
    stays: str = " "
    open: bool = False


def _form(pattern: str, before: str = "", after: str = "", stays: str = " ", open: bool = False) -> Form:
    return Form(re.compile(pattern, re.IGNORECASE), before, after, stays, open)


_BE = r"(?:is|are|was|were|'s|will be|has been|have been)"
_DO = r"(?:do|does|did|will|would|can|should|shall|has|have|had|is|are|was|were)"
_MONEY = r"(?:money|funds?|funding|yuan|rmb|capital)"
_ASPECTS = r"(?:areas|aspects|fields|fronts|respects)"
_DELIVERED = r"(?:deliver(?:ed)?|give|gave|given|present(?:ed)?|made|make|read out)"

# The first that matches is taken; whoever asks for two things at once asks in two clauses. What stands
# between two words is at most 120 characters (a clause of twenty words), or is looked through only once.
FORMS = (
    _form(rf"^(?>.*?\bwho(?:m|se)?\b)(?>.*?\b{_DELIVERED}\b).*\b(?:report|speech)\b.*$", "报告人是谁"),
    _form(rf"^(?>.*?\bwhen\b)(?>.*?\b(?:report|speech)\b).*\b{_DELIVERED}\b.*$", "报告是什么时候作的"),
    _form(rf"^(?>.*?\bwhere\b)(?>.*?\b(?:report|speech)\b).*\b{_DELIVERED}\b.*$", "报告是在哪里作的"),
    _form(
        r"^(?>.*?\b(?:which|what) (?:meeting|session|congress)\b)(?>.*?\b(?:report|speech)\b)"
        rf".*\b{_DELIVERED}\b.*$",
        "报告是在什么会议上作的",
    ),
    _form(
        r"^(?>.*?\b(?:parts|sections|chapters|structure|outline|table of contents)\b).*\b(?:report|"
        r"speech|document)\b.*$",
        "报告分为几大部分",
    ),
    _form(
        r"^(?>.*?\b(?:report|speech|document)\b).*\b(?:parts|sections|chapters|structured?|outline|"
        r"divided|organi[sz]ed)\b.*$",
        "报告分为几大部分",
    ),
    _form(
        r"\b(?:what (?:is|was|are|were) )?(?:the )?(?:difference|gap)\b(?: in| of)? (?:(?P<of>.{0,120})"
        r" )?\bbetween\b",
        after="相差多少",
        stays=r" \g<of> ",
    ),
    _form(
        r"\b(?:by )?how (?:much|many)(?: \w+)? (?:higher|more|larger|greater|bigger|lower|less|"
        r"smaller|fewer)\b",
        after="相差多少",
    ),
    _form(r"\bhow (?:do|does|did) (?P<what>.{1,120}) compare\b", after="相差多少", stays=r" \g<what> "),
    _form(r"^\W*compare\b", after="分别是多少"),
    _form(
        r"\b(?:which|what)(?: one)?(?: of)?\b(?P<what>.{0,120}?)\b(?:is|was|are|were)? ?(?:higher|"
        r"larger|greater|bigger|more)\b",
        after="哪个更高",
        stays=r" \g<what> ",
    ),
    _form(
        r"\b(?:what (?:does|do|did|is|are) )?\b(?:the )?(?:term |phrase |expression |concept |"
        r"so called ){0,3}(?P<what>[^?]{0,120}?) (?:mean|stand for|refers? to)\b(?: by)?",
        "什么是",
        stays=r" \g<what> ",
    ),
    _form(
        rf"\b(?:what (?:{_BE} )?)?(?:meant by|(?:the )?(?:meaning|definition) of)\b"
        r"|\b(?:please )?(?:explain|define)\b|\bwhat (?:is|are) (?=(?:the )?(?:so[- ]called|term|concept)\b)",
        "什么是",
    ),
    _form(
        rf"\b(?:what|which)(?: {_BE})?(?: the)? (?P<count>[a-z]+|\d+) (?:\w+ )?{_ASPECTS}\b",
        after="包括哪{count}个方面",
    ),
    _form(
        rf"\b(?:how many|(?:what|which)(?: {_BE})?(?: the)?(?: main| major| key)?) {_ASPECTS}\b",
        after="包括哪几个方面",
    ),
    _form(
        rf"\bhow much {_MONEY}\b|\bhow many {_MONEY}\b|\bhow much (?:is|was|will be|has been)"
        rf" (?:spent|invested)\b",
        after="多少元",
        stays=" invest ",
    ),
    _form(
        r"\b(?:what|which) (?:percentage|percent|per cent|proportion|share|fraction) of\b"
        r"|\bwhat (?:is|was|are|were) the (?:percentage|proportion|share) of\b|"
        r"\bhow many percent(?:age points)?\b",
        after="百分之多少",
    ),
    _form(
        r"\b(?:by )?how (?:much|many|fast|quickly|long|high|large|big|tall|far|often|wide|deep|"
        r"old|strongly|rapidly)\b"
        r"|\b(?:what|which) (?:is |was |are |were )?(?:the )?(?:total )?(?:number|amount|quantity|"
        r"size|volume|length) of\b"
        r"|\bthe (?:total )?(?:number|amount) of\b|\bat what (?:rate|level|price)\b"
        r"|\bto what (?:level|figure|extent|amount)\b|"
        r"\bwhat (?:level|figure)\b",
        after="多少",
    ),
    _form(
        r"\b(?:what|which|in what|in which|by what|by which) (?:year|month|date|day|time)\b|"
        r"\b(?:by |until |since )?when\b",
        after="什么时候",
    ),
    _form(
        r"\bwhy\b|\bwhat (?:is|was|are|were) the (?:reasons?|causes?) (?:for|of|that|why)\b|"
        r"\bfor what reasons?\b"
        r"|\bwhat caused\b",
        "为什么",
    ),
    _form(r"\bwhere\b|\bin which (?:place|location)\b", after="在哪里"),
    _form(r"\bwho(?:m|se)?\b", after="是谁"),
    _form(
        r"\b(?:please )?(?:list|name|enumerate|give|tell me|show)"
        r"\b(?: me)?(?: all)?(?: of)?(?: the names of)?",
        after="有哪些",
    ),
    _form(
        r"\bwhat (?:else )?(?:is|are) (?:being |going to be )?(?:done|planned|built|said)\b", after="有哪些"
    ),
    _form(
        rf"\b(?:what|how) about\b|^\s*and\b(?!.*\b(?:what|which|how|who|when|where|why|{_DO})\b)", "那", "呢"
    ),
    _form(rf"\bwhat(?:'s| {_BE})\b", open=True),
    _form(
        rf"\bwhat {_DO}\b(?=.{0, 120}\b(?:reach|total|amount to|come to|stand at|be|rise to|grow to)\b)",
        open=True,
    ),
    _form(rf"\bwhat {_DO}\b", after="什么"),
    _form(rf"\bhow {_DO}\b", "如何"),
    _form(rf"^\W*{_DO}\b", after="吗"),
)
