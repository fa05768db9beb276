"""Direction, negation and modality: small words that turn a statement into its opposite."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.types import PeriodKind
from rag.verification.claims.checks.new_words import content_words
from rag.verification.claims.sources import Source

_RISE = re.compile(
    r"(?<!负)增长|增加|增至|增到|新增|增强|提高|提升|上升|上涨|扩大|(?<!下)升至|升到|翻番|加重|加剧|攀升|走高|改善|好转|"
    r"\b(?:grow|grew|grown|growth|growing|grows|ris(?:e|es|en|ing)|rose|increas\w*|rais\w*|improv\w*|expand\w*|climb\w*)\b",
    re.IGNORECASE,
)
_MORE = re.compile(r"更加|更为|越来越")
_FALL = re.compile(
    r"下降|减少|降低|下滑|下跌|降至|降到|回落|萎缩|缩减|缩短|压缩|减税|降费|减负|压减|压至|压到|减轻|缓解|精简|减至|减到|负增长|缩小|走低|恶化|减弱|减排|"
    r"\b(?:fall|fell|fallen|falling|falls|drop\w*|declin\w*|decreas\w*|reduc\w*|cut|cuts|lower\w*|shorten\w*|shrink\w*|shrank|compress\w*)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"(?<![从尚并])(?:尚未|并未|从未|未能|未曾|没有|没能|并没有|不再|不会|不能|不得|不是|并非|绝不|决不|无一|零(?=发生|新增|增长|事故|投诉|上访|感染|差错|报告|容忍))|"
    r"未(?![来成央必知])|(?<![无])不(?![断仅少低高超足得同忘平凡动良锈便久过如止但只管论妨惜懈松容含可折变])|"
    r"没(?![收])|(?<![一])无(?!人机|障碍|缝|烟|线|害化|形|偿|公害|纸化|锡|疑|论|所|私|数|穷|限|畏)|"
    r"\b(?:not|no(?!-)|never|without|none|neither|nor|zero|cannot)\b|n't\b",
    re.IGNORECASE,
)
_WANTING = re.compile(r"有待|亟待|尚待|仍需|还需")
_FALLS_SHORT = re.compile(r"[还仍尚]?不(?:够|足|高|强|优|完善|健全|充分|理想|到位|突出)")
"""What has to get better is not good enough, and the other way round."""
_PLAN = re.compile(
    r"计划|拟(?!人)|力争|争取|目标|预期|预计|打算|准备|确保|即将|有望|规划|努力|着力|任务|要求|将(?!近|军|进酒)|"
    r"(?<![重需主首必简只])要(?![素点闻求约职塞道])|"
    r"(?<=\d年)(?:将|拟)|力求|推进|谋划|部署|安排|未来|今后|下一步|打造|加快|现有|"
    r"\b(?:(?:is|are) to|will|shall|plan\w*|aim\w*|target\w*|expect\w*|intend\w*|goal\w*|to be|"
    r"seek\w*|strive\w*|set to|due|scheduled|should|would|by 20\d\d|going to|envisag\w*)\b",
    re.IGNORECASE,
)
_INTENDED = re.compile(
    r"计划|拟(?!人)|力争|争取|目标|预期|预计|打算|准备|即将|有望|将(?!近|军)|规划|未来|今后"
)
"""Words of intention, with which results tell of plans as well."""
_FUTURE = re.compile(
    r"计划(?=[一-鿿])(?![生书内外性的经])|(?<![规])拟(?!人)|力争|争取|目标[是为]|预期|预计|打算|即将|有望|将(?!近|军|其|[一-鿿]{2,12}(?:纳入|列入|作为|从|由|压缩|提高|提升|缩短|降|减|增|升|转|改))|"
    r"\b(?:will|shall|plans? to|planned|aims?|targets?|expects?|expected|intends?|going to|set to)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"已(?!有的)|曾|(?<=[一-鿿])(?<![通经超不])过(?![程度于渡去高低大多剩])|(?<=[一-鿿])了(?![解然如])|成功|业已|如期|目前|截至|实际|"
    r"\b(?:has|have|had|was|were|already)\b|"
    r"\b(?:completed|built|achieved|reached|finished|delivered)\b(?! by)",
    re.IGNORECASE,
)
# Behind a negation: when a claim has these characters and not the negation, it says the opposite.
DENIED = 0.5
"""A claim that has this share of the words behind a negation speaks of what is denied."""
_WORD = re.compile(r"[一-鿿]{1,2}")
_ABOVE = re.compile(
    r"(?<!不)(?:高于|多于)|高出|比[^,;。]{1,16}(?:高|多|快)|超出|多出|优于|快于|\b(?:higher|greater|more\b[^,;]{0,80}\bthan)\b",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"(?<!不)(?:低于|少于)|低出|比[^,;。]{1,16}(?:低|(?<!减)少(?!于)|慢)|不及|慢于|落后于|\b(?:lower|(?:less|fewer)\b[^,;]{0,80}\bthan)\b",
    re.IGNORECASE,
)
_BY = frozenset(["多出", "高出", "低出"])
"""With the difference behind them these say no more than that there is one."""
_OPPOSITES = (
    ("加重", "减轻"),
    ("较弱", "较强"),
    ("落后", "领先"),
    ("充足", "不足"),
    ("放宽", "收紧"),
    ("关闭", "开放"),
    ("流出", "流入"),
    ("退出", "进入"),
    ("偏低", "偏高"),
    ("较低", "较高"),
    ("较少", "较多"),
    ("突出", "缓解"),
    ("放缓", "加快"),
    ("减缓", "加快"),
    ("削弱", "增强"),
    ("复苏", "低迷"),
    ("回暖", "低迷"),
    ("复工", "停工"),
    ("充足", "紧张"),
    ("生产", "停产"),
)
_FREE_NEGATIONS = frozenset(["未", "没有", "尚未", "从未", "并未", "不再"])
"""Negations that stand in no fixed word: a translation has to keep each of them."""
_COMPARES = re.compile(
    r"^(?>.*?[从由])(?>.*?\d)(?>.*?[到至]).*\d|比|相差|较|[多少高低快慢]于|\bthan\b|^(?>.*?\bfrom\b).*\bto\b",
    re.IGNORECASE,
)
_STATED = re.compile(r"\d")
_NEUTRAL_DONE = re.compile(
    r"除了|为了|罢了|极了|极大了|提出了|明确了|确定了|安排了|部署了|制定了|设定了|列出了|给出了|规划了|定下了|强调了|包括了|plan(?:ned)?\b",
    re.IGNORECASE,
)


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
    for one, other in _OPPOSITES:
        for said, theirs in ((one, other), (other, one)):
            if said in segment and said not in words and theirs in words and theirs not in segment:
                return said
    return None


def negates(segment: str, said: str, clauses: Sequence[str]) -> str | None:
    """Return the negation that `segment` adds to the `clauses` it rests on, or takes from them, or None.

    `said` is the segment in the terms of the clauses.
    """
    words = " ".join(clauses)
    if _WANTING.search(words):
        segment = _FALLS_SHORT.sub("", segment)
    mine, theirs = list(_NEGATED.finditer(segment)), list(_NEGATED.finditer(words))
    if len(mine) > len(theirs):
        return mine[0].group()
    if mine:
        return None
    for negation in theirs:
        after = _WORD.match(words, negation.end())
        if after and (after.group() in said or (segment != said and negation.group() in _FREE_NEGATIONS)):
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
        said = _NEUTRAL_DONE.sub("", claim)
        done = _DONE.search(said)
        if done and not _FUTURE.search(claim) and done.group() not in words:
            return done.group()
        if (dated or _STATED.search(claim)) and not promises(claim):
            return "计划"
    if kinds == {PeriodKind.DONE}:
        future = _FUTURE.search(claim)
        if future and not _INTENDED.search(words):
            return future.group()
    return None
