"""Words that a claim may neither add nor leave out: stages, rates, scope, pairs, how many are listed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.language.lexicon import alternatives, compile_words
from index.language.numerals import from_numeral
from rag.verification.claims.verdict import Fault, Problem

FILE = "polarity"
_FINISHED = compile_words(FILE, "completed")
_REACHED = compile_words(FILE, "completed", "reached")
_UNDER_WAY = compile_words(FILE, "under-way")
_RATES = tuple(compile_words(FILE, rate) for rate in ("yearly", "monthly", "daily", "in-total"))
_ALL = re.compile(r"都|全部|所有|均(?![衡等匀价可以])")
_SOME = re.compile(r"(?:有(?P<part>\d+(?:\.\d+)?)[%％]|(?<!\d)(?P<share>\d+(?:\.\d+)?)[%％]的[一-鿿])")
_WHOLE = "100%"
_SHELL_ONLY = re.compile(rf"主体[一-鿿]{{0,6}}?(?:封顶|{alternatives(FILE, 'completed')})")
_RESTRICTED = re.compile(
    rf"(?P<restriction>{alternatives(FILE, 'restriction')}|(?<!\d)\d+[户人亩张个级]以上)的?"
    r"(?P<what>[一-鿿]{2})"
)
_WIDER = compile_words(FILE, "wider")
_NARROWER = compile_words(FILE, "narrower")
_WORKS = alternatives(FILE, "works")
_PAIRED = re.compile(rf"(?P<one>{_WORKS})[和及与、并]?(?P<other>{_WORKS})")
_FLIPS = (("内", "外"), ("上", "下"), ("硬", "软"), ("前", "后"), ("进", "出"), ("优", "劣"))
_COUNTED = re.compile(
    r"(?<![第\d十])(?P<count>[两二三四五六七八九十])[个条大种项]?[一-鿿]{1,6}[”\"]?(?:是?指|包括|由)(?P<list>[^。;]*)"
)
_ITEM = re.compile(r"、|(?<=[一-鿿”])[和及](?=[一-鿿“])")


def check_qualifiers(segment: str, near: Sequence[str], support: str) -> Iterator[Problem]:
    """Yield what a part of a claim adds to the clauses `near` that it rests on, or leaves out of them."""
    told = " ".join(near)
    if _FINISHED.search(_SHELL_ONLY.sub("", segment)) and _SHELL_ONLY.search(told):
        yield Problem(Fault.MODALITY, segment)
    if _FINISHED.search(segment) and _UNDER_WAY.search(told) and not _REACHED.search(told):
        yield Problem(Fault.MODALITY, segment)
    if _ALL.search(segment) and _tells_of_some(segment, near):
        yield Problem(Fault.EMPHASIS, segment)
    for rate in _RATES:
        if (found := rate.search(segment)) and not rate.search(support):
            yield Problem(Fault.PERIOD, found.group())
    for match in _RESTRICTED.finditer(told):
        restriction, what = match["restriction"], match["what"]
        bare = [clause for clause in near if what in clause.replace(match.group(), "")]
        if what in segment and restriction not in segment and not bare:
            yield Problem(Fault.EMPHASIS, match.group())
    wider = _WIDER.search(segment)
    narrower = _NARROWER.search(told)
    if wider and narrower and not _WIDER.search(told) and narrower.group() not in segment:
        yield Problem(Fault.EMPHASIS, wider.group())
    yield from _find_flips(segment, support)
    for match in _PAIRED.finditer(told):
        one, other = match["one"], match["other"]
        if one != other and (one in segment) is not (other in segment):
            yield Problem(Fault.SUBJECT, match.group())


def _tells_of_some(segment: str, near: Sequence[str]) -> bool:
    """Tell whether the clauses `near` speak of a share where `segment`, without it, speaks of all."""
    shares = [match["part"] or match["share"] for clause in near for match in _SOME.finditer(clause)]
    whole = any(_ALL.search(clause) or _WHOLE in clause for clause in near)
    return bool(shares) and not whole and not any(share in segment for share in shares)


def check_list(claim: str) -> Iterator[Problem]:
    """Yield a definition that does not list as many things as its term counts (“六稳”指…)."""
    for match in _COUNTED.finditer(claim):
        listed = match["list"]
        if "等" in listed or not _ITEM.search(listed):
            continue
        if 1 + len(_ITEM.findall(listed)) < from_numeral(match["count"]):
            yield Problem(Fault.FIGURE, match.group())


def _find_flips(segment: str, support: str) -> Iterator[Problem]:
    """Find words that differ from those of the sources by one character that turns them round."""
    for pair in _FLIPS:
        for mine, theirs in (pair, pair[::-1]):
            for match in re.finditer(mine, segment):
                before = segment[max(0, match.start() - 2) : match.start()]
                if len(before) == 2 and before + mine not in support and before + theirs in support:
                    yield Problem(Fault.WORDING, before + mine)
