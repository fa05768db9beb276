"""Direction, negation and modality: small words that turn a statement into its opposite."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.language.lexicon import alternatives, compile_words
from index.types import PeriodKind
from rag.verification.claims.checks.new_words import content_words
from rag.verification.claims.sources import Source

FILE = "polarity"
_RISE = compile_words(FILE, "rise")
_MORE = compile_words(FILE, "more")
_FALL = compile_words(FILE, "fall")
_NEGATED = compile_words(FILE, "negation")
_FREE_NEGATION = compile_words(FILE, "free-negation")
"""Negations that stand in no fixed word: a translation has to keep each of them."""
_PLAN = compile_words(FILE, "plan")
_INTENDED = compile_words(FILE, "intended")
"""Words of intention, with which results tell of plans as well."""
_FUTURE = compile_words(FILE, "future")
_DONE = re.compile(
    rf"{alternatives(FILE, 'done')}|"
    r"(?<=[一-鿿])(?:(?<![通经超不])过(?![程度于渡去高低大多剩])|了(?![解然如]))",
    re.IGNORECASE,
)
# Behind a negation: when a claim has these characters and not the negation, it says the opposite.
DENIED = 0.5
"""A claim that has this share of the words behind a negation speaks of what is denied."""
_WORD = re.compile(r"[一-鿿]{1,2}")
_ABOVE = re.compile(
    rf"{alternatives(FILE, 'above')}|比[^,;。]{{1,16}}[高多快]|\bmore\b[^,;]{{0,80}}\bthan\b", re.IGNORECASE
)
_BELOW = re.compile(
    rf"{alternatives(FILE, 'below')}|"
    r"比[^,;。]{1,16}(?:[低慢]|(?<!减)少(?!于))|\b(?:less|fewer)\b[^,;]{0,80}\bthan\b",
    re.IGNORECASE,
)
_BY = frozenset(["多出", "高出", "低出"])
"""With the difference behind them these say no more than that there is one."""
_COMPARES = re.compile(
    r"^(?>.*?[从由])(?>.*?\d)(?>.*?[到至]).*\d|比|相差|较|[多少高低快慢]于|\bthan\b|^(?>.*?\bfrom\b).*\bto\b",
    re.IGNORECASE,
)
_STATED = re.compile(r"\d")


def turns_around(
    segment: str, clauses: Sequence[str], *, falls: bool | None = None, shown: bool = False
) -> str | None:
    """Return the direction that `segment` states and none of the `clauses` it rests on does, or None.

    `falls` tells which way the figures go that `segment` sets side by side, where they can be compared;
    `shown` that their difference is shown.
    """
    words = " ".join(clauses)
    for mine, down in ((_RISE, False), (_FALL, True)):
        found = mine.search(segment)
        told = mine.search(words) or (mine is _RISE and _MORE.search(words))
        if found and not told and falls is not down:
            return found.group()
    for compared, down in ((_ABOVE, True), (_BELOW, False)):
        found = compared.search(segment)
        if not found or compared.search(words):
            continue
        if not (shown if falls is None else falls is down or found.group() in _BY):
            return found.group()
    return None


def negates(segment: str, said: str, clauses: Sequence[str]) -> str | None:
    """Return the negation that `segment` adds to the `clauses` it rests on, or takes from them, or None.

    `said` is the segment in the terms of the clauses.
    """
    words = " ".join(clauses)
    mine, theirs = list(_NEGATED.finditer(segment)), list(_NEGATED.finditer(words))
    if len(mine) > len(theirs):
        return mine[0].group()
    if mine:
        return None
    for negation in theirs:
        after = _WORD.match(words, negation.end())
        if after and (
            after.group() in said or (segment != said and _FREE_NEGATION.fullmatch(negation.group()))
        ):
            return negation.group()
        denied = content_words(re.split(r"[,;:。 ]", words[negation.end() :], maxsplit=1)[0])
        if len(denied) > 1 and sum(word in said for word in denied) >= DENIED * len(denied):
            return negation.group()
    return None


def promises(segment: str) -> bool:
    """Tell whether `segment` speaks of a plan."""
    return bool(_PLAN.search(segment))


def compares(claim: str) -> bool:
    """Tell whether a claim sets two figures side by side."""
    return bool(_COMPARES.search(claim))


def mixes_up_time(claim: str, sources: Sequence[Source], *, dated: bool) -> str | None:
    """Return the words by which a plan is told as done, or a result as a plan, or None.

    A claim that is `dated` or has a figure and rests on a plan has to say so.
    """
    kinds = {source.kind for source in sources}
    words = " ".join(source.literal for source in sources)
    if kinds == {PeriodKind.PLANNED}:
        done = _DONE.search(claim)
        if done and not _FUTURE.search(claim) and done.group() not in words:
            return done.group()
        if (dated or _STATED.search(claim)) and not promises(claim):
            return "计划"
    if kinds == {PeriodKind.DONE}:
        future = _FUTURE.search(claim)
        if future and not _INTENDED.search(words):
            return future.group()
    return None
