"""Reads what the clauses of a sentence state: each figure with the name of what it measures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from index.language.lexicon import alternatives
from rag.indicators.amounts import Amount, find_amounts
from rag.indicators.naming import Stem, clean, find_verb, is_name, phrase, read_stem, split_list, split_verbs
from rag.indicators.vocabulary import (
    ADDED,
    ANY_UNIT,
    ARRIVING,
    BARE_ACTION,
    CIRCUMSTANCE,
    COMPARISON,
    DEPENDENT,
    HEAD,
)

_FROM = re.compile(r"[由从][^，,由从]{0,6}$")
_JOIN = re.compile(r"\s*(?:[、和与及]|以及)\s*")
_RANK = re.compile(rf"[居列占]|第[一二三四五六七八九十\d]|{alternatives('indicators', 'rank')}")
_OBJECT_FOLLOWS = re.compile(r"(?:完成|实现)了?$")
_PARTING = re.compile(r"、|[和及与]$")
_DISTRIBUTED = re.compile(r"分别|各")
_CLOSING = "，,、。；;.()（）"
_PAYING = re.compile(r"(?P<who>.*?)(?P<paid>总?(?:投[入资]|筹资|安排|拨付)(?:资金)?)")
_PAID_FOR = re.compile(r"^(?:实施|进行|用于)")
_FIGURES = re.compile(rf"(?<![A-Za-z\d.])[\d.]+[十百千万亿]*余?(?:{ANY_UNIT})")
_SETTLEMENT = re.compile(r"(?:行政)?村|乡镇|[县镇乡]|[社小]区|街道")
_QUALIFYING_UNITS = ("元", "%")
_QUALIFIED = re.compile(r"的|[^，,、；;。()（）]{0,6}(?:项目|企业|工程)")
_TIMES = "倍"  # as much as something else, unless 增长 stands before it
_PER_HEAD = "人均"
_TOWN_AND_COUNTRY = "城乡"

Group = Sequence[Amount]
"""Figures told together: one, or the values of a list (分别)."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure with what it measures; `amount` has offsets in its clause."""

    name: str
    change: str
    amount: Amount


class SentenceReader:
    """Reads the clauses of one sentence in order; one without a subject inherits it from those before."""

    def __init__(self) -> None:
        self._subject = ""  # the last one named
        self._verbs: str | None = None  # what is done to all that this clause lists

    def read_clause(self, words: str) -> Iterator[Statement]:
        """Yield what the clause `words` states."""
        amounts = list(find_amounts(words))
        self._verbs = None
        start = 0
        for part in _split_parts(words, amounts):
            last = part[-1][-1]
            yield from self._read_part(words if last is amounts[-1] else words[: last.end], start, part)
            start = last.end
        if not amounts and not _RANK.search(words):
            self._subject = ""  # something else is spoken of

    def _read_part(self, words: str, start: int, groups: Sequence[Group]) -> Iterator[Statement]:
        """Yield what the `groups` of figures state, whose names stand behind `start`."""
        before = ""
        waiting: list[Group] = []  # figures that count the same as the next one
        for here, following in zip_longest(groups, groups[1:]):
            if CIRCUMSTANCE.search(words[: here[0].span.start]):
                return
            before += words[start : here[0].span.start]
            figure = words[here[0].span.start : here[-1].end]
            start = here[-1].end
            after = words[start : following[0].span.start if following else len(words)]
            verb = find_verb(after)
            if _qualifies(here[-1], after):  # 收入10万元以上的村, 2个5亿元以上产业项目
                before += figure
                if waiting and not following:
                    yield from self._name_all(before, after, waiting)
            elif not following:
                yield from self._name_all(before, after, [*waiting, here])
            elif parting := _PARTING.search(after, 1):  # 签约396个项目、总投资超4000亿元
                yield from self._name_all(before, after[: parting.start()], [*waiting, here])
                before, waiting, start = "", [], start + parting.end()
            elif _FROM.search(before) and ARRIVING.match(after):  # 由4.1万元增加到5.4万元
                before = _FROM.sub("", before)
            elif not after.strip():  # 1733户3618名建档立卡贫困人口
                waiting.append(here)
            elif verb < 0:  # 5000万元以上投资项目50个
                before += figure
            else:  # 201家企业完成交易额47.4亿元
                noun = words[start:] if _read_payment(before, here[0]) else after[:verb]
                yield from self._name_all(before, noun, [*waiting, here])
                before, waiting = clean(before) if verb else "", []

    def _name_all(self, before: str, after: str, groups: Sequence[Group]) -> Iterator[Statement]:
        for group in groups:
            yield from self._name(before, after, group)

    def _name(self, before: str, after: str, amounts: Group) -> Iterator[Statement]:
        """Yield what `amounts` measure that stand between the words `before` and `after`."""
        stem = read_stem(before.replace("分别", ""))
        linked = stem.linked and stem.subject and not _OBJECT_FOLLOWS.search(before)
        named_before = bool(stem.change or linked)
        if COMPARISON.search(before) or (amounts[0].unit == _TIMES and not stem.change):
            return
        if named_before or not after.strip() or after[0] in _CLOSING:
            subject = self._complete(stem)
        else:
            shared = (self._verbs or "") if not before.strip() and find_verb(after) < 0 else ""
            subject = shared + _join(stem.subject, before, after, amounts[0])
        if not subject:
            return
        self._subject = subject
        if self._verbs is None:
            self._verbs = split_verbs(subject)[0]
        elif not subject.startswith(self._verbs):
            self._verbs = ""  # a verb of its own ends the list
        names = [subject] if len(amounts) == 1 else _distribute(subject, len(amounts))
        for name, amount in zip(map(phrase, names), amounts, strict=False):
            if is_name(name, stem.change):
                yield Statement(name, stem.change, amount)

    def _complete(self, stem: Stem) -> str:
        """Return the subject of `stem` completed from the words before it, empty when it cannot be."""
        subject, (_, known) = stem.subject, split_verbs(self._subject)
        if not subject:
            return self._subject if stem.change else ADDED.sub("", self._subject) if stem.linked else ""
        if action := BARE_ACTION.fullmatch(subject):
            return known + action["verb"] if known else ""
        if DEPENDENT.fullmatch(subject):
            whole = ADDED.sub("", known or self._subject).removesuffix(subject)
            return (subject + whole if subject == _PER_HEAD else whole + subject) if whole else ""
        alone = stem.linked or HEAD.search(subject) or split_verbs(subject)[0]
        return subject if alone else (self._verbs or "") + subject


def _read_payment(before: str, amount: Amount) -> re.Match[str] | None:
    """Match who paid if the words before a sum of money say that it was spent: 县财政投入3.52亿元."""
    return _PAYING.fullmatch(clean(before)) if amount.unit.endswith("元") else None


def _join(subject: str, before: str, after: str, amount: Amount) -> str:
    """Return the name of a figure that stands inside it: “完成28个村综合治理”, “投入6.4亿元改善民生”."""
    after = after.removeprefix("的")
    if payment := _read_payment(before, amount):
        purpose = phrase(_PAID_FOR.sub("", clean(_FIGURES.sub("", after))))
        return split_verbs(payment["who"])[1] + purpose + payment["paid"]
    if _SETTLEMENT.fullmatch(after) and len(subject) > len(after) + 2:  # 完成生活污水治理65个村
        return subject
    return subject + after


def _qualifies(amount: Amount, after: str) -> bool:
    """Tell whether an amount only says which things are meant: “收入10万元以上的村”."""
    bounded = amount.unit in _QUALIFYING_UNITS and amount.text.endswith(("以上", "以下"))
    return bounded and _QUALIFIED.match(after) is not None


def _split_parts(words: str, amounts: Sequence[Amount]) -> Iterator[list[list[Amount]]]:
    """Yield the figures of each part of a clause, values of one list (分别) together.

    A part ends where 、 or 和 follows a figure.
    """
    part: list[list[Amount]] = []
    in_list = False
    for amount, following in zip_longest(amounts, amounts[1:]):
        if in_list:
            part[-1].append(amount)
        else:
            part.append([amount])
        in_list = (
            following is not None
            and _JOIN.fullmatch(words, amount.end, following.span.start) is not None
            and (
                amount.unit == following.unit == "%"
                or _DISTRIBUTED.search(words, 0, part[-1][0].span.start) is not None
            )
        )
        if following is None or (not in_list and _JOIN.match(words, amount.end)):
            yield part
            part = []


def _distribute(subject: str, count: int) -> list[str]:
    """Return `count` names for values told 分别, or none when it is not plain which is whose."""
    names = split_list(subject)
    if len(names) == count:
        return names
    if count == len(_TOWN_AND_COUNTRY) and _TOWN_AND_COUNTRY in subject:
        return [subject.replace(_TOWN_AND_COUNTRY, one, 1) for one in ("城镇", "农村")]
    return []
