"""Words that a claim may neither add nor leave out: stages, rates, scope, restrictions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.language.numerals import from_numeral
from rag.verification.claims.verdict import Fault, Problem

_FINISHED = re.compile(
    r"建成|建好|完成|竣工|完工|投产|通车|投用|投入使用|投入运营|启用|开通|交付|落成|开业|办结|实现|"
    r"全覆盖|清零|取得|基本形成|达到|成功"
)
_STATES_FINISH = re.compile(
    r"建成|建好|完成|竣工|完工|投产|通车|投用|投入使用|投入运营|启用|交付|落成|开业|办结"
)
_UNDER_WAY = re.compile(
    r"开工|动工|启动|奠基|推进|加快|谋划|规划|前期|筹备|征拆|争取|在建|续建|力争|受理|签约|引进|支持|鼓励|探索"
)
_RATES = (
    re.compile(r"每年|年均|平均每年"),
    re.compile(r"每月|月均"),
    re.compile(r"每天|每日|日均"),
    re.compile(r"累计增长"),
    re.compile(r"\b(?:per|a|each|every) year\b|\bannual(?:ly)?\b|每年|年均|年", re.IGNORECASE),
    re.compile(r"\b(?:per|a|each|every) month\b|\bmonthly\b|每月|月均", re.IGNORECASE),
)
_ALL = re.compile(r"都|全部|所有|全都|均(?!衡|等|匀|价|可|以)")
_SOME = re.compile(r"有(?P<part>\d+(?:\.\d+)?)[%％]|(?<!\d)(?P<share>\d+(?:\.\d+)?)[%％]的[一-鿿]")
_WHOLE = "100%"
_SHELL_ONLY = re.compile(r"主体(?:工程|结构)?(?:已经?|全部)?(?:完工|封顶|竣工|完成)")
_VAGUE = re.compile(
    r"[上数几成近](?:十|百|千|万|亿)+(?=[人个家户元件名条])|翻[倍番]|大部分|多数|少数|绝大|各(?=\d)|均(?=[位居在达])"
)
_RESTRICTIONS = "基本|初步|隐性|登记|较大以上|重大以上|编制外|试点"
_RESTRICTED = re.compile(
    rf"(?P<restriction>{_RESTRICTIONS}|(?<!\d)\d+[户人亩张个级]以上)的?(?P<what>[一-鿿]{{2}})"
)
_WIDER = re.compile(r"全区|全市|全县|全省|全旗")
_NARROWER = re.compile(r"建成区|城区|园区|城镇|农村|行政村|区级|镇级|试点")
_FLIPS = (("内", "外"), ("上", "下"), ("硬", "软"), ("前", "后"), ("进", "出"), ("优", "劣"))
_COUNTED = re.compile(
    r"(?<![第\d十])(?P<count>[两二三四五六七八九十])[个条大种项]?[一-鿿]{1,6}[”\"]?(?:就?是指|指的是|则?指|包括|由|涵盖)"
    r"(?P<list>[^。;]*)"
)
_ITEM = re.compile(r"、|(?<=[一-鿿”])[和及](?=[一-鿿“])|以及")
_WORKS = (
    "新建|改建|扩建|续建|维修|改造|关停|整治|清理|拆除|升级|新增|培育|引进|排查|整改|栽植|种植|修复|治理|建设|"
    "招聘|选派|打通|修缮|绿化|美化"
)
_PAIRED = re.compile(rf"(?P<one>{_WORKS})(?:和|及|与|、|并|以及)?(?P<other>{_WORKS})")


def check_qualifiers(segment: str, near: Sequence[str], support: str) -> Iterator[Problem]:
    """Yield what a part of a claim adds to the clauses `near` that it rests on, or leaves out of them."""
    told = " ".join(near)
    if _STATES_FINISH.search(_SHELL_ONLY.sub("", segment)) and _SHELL_ONLY.search(told):
        yield Problem(Fault.MODALITY, segment)
    if _ALL.search(segment) and _tells_of_some(segment, near):
        yield Problem(Fault.EMPHASIS, segment)
    if _STATES_FINISH.search(segment) and _UNDER_WAY.search(told) and not _FINISHED.search(told):
        yield Problem(Fault.MODALITY, segment)
    for rate in _RATES:
        if (found := rate.search(segment)) and not rate.search(support):
            yield Problem(Fault.PERIOD, found.group())
    for vague in _VAGUE.finditer(segment):
        if vague.group() not in support:
            yield Problem(Fault.EMPHASIS, vague.group())
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
        items = 1 + len(_ITEM.findall(listed))
        if items < from_numeral(match["count"]):
            yield Problem(Fault.FIGURE, match.group())


def _find_flips(segment: str, support: str) -> Iterator[Problem]:
    """Find words that differ from those of the sources by one character that turns them round."""
    for pair in _FLIPS:
        for mine, theirs in (pair, pair[::-1]):
            for match in re.finditer(mine, segment):
                start = match.start()
                before = segment[max(0, start - 2) : start]
                if len(before) < 2 or before + mine in support:
                    continue
                if before + theirs in support:
                    yield Problem(Fault.WORDING, before + mine)
