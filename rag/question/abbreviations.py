"""Everyday words and short forms for the terms that official reports write in full."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Terms of the national accounts and the usual wording of such reports. Where several full forms are in use,
# the first that a report writes is meant.
_FULL_FORMS: Mapping[str, tuple[str, ...]] = {
    "GDP": ("地区生产总值", "国内生产总值", "生产总值"),
    "社零总额": ("社会消费品零售总额",),
    "社零": ("社会消费品零售总额",),
    "社消": ("社会消费品零售总额",),
    "规上工业": ("规模以上工业",),
    "规上": ("规模以上",),
    "限上": ("限额以上",),
    "固投": ("固定资产投资",),
    "财政收入": ("一般公共预算收入", "地方财政收入"),
    "财政支出": ("一般公共预算支出",),
    "人均收入": ("人均可支配收入", "人均纯收入"),
    "外贸": ("进出口", "对外贸易"),
    "高企": ("高新技术企业",),
    "医保": ("医疗保险", "医疗保障"),
    "养老保险": ("基本养老保险",),
    # Everyday words that such reports put otherwise.
    "荣誉": ("殊荣", "称号"),
    "种地": ("农业", "农牧业"),
    "砸了": ("投入",),
    "看病": ("医疗", "就医"),
    "打工": ("务工", "就业"),
    "找工作": ("就业",),
}
_SHORT = re.compile("|".join(sorted(map(re.escape, _FULL_FORMS), key=len, reverse=True)), re.IGNORECASE)


def write_out(question: str, text: str) -> str:
    """Return the normalised `question` with short forms that the report `text` never uses written in full."""

    def replace(match: re.Match[str]) -> str:
        short = match.group()
        if short in text:
            return short
        return next((full for full in _FULL_FORMS[short.upper()] if full in text), short)

    return _SHORT.sub(replace, question)
