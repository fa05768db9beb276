"""Units: what each measures or counts, and which words are one unit. A new unit is one word in the table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

__all__ = [
    "ASKED",
    "LONG_UNITS",
    "MEASURES",
    "MONEY",
    "UNITS",
    "Kind",
    "any_of",
    "canonical",
    "is_unit",
    "kinds_of",
    "measures",
    "measures_alike",
]


class Kind(StrEnum):
    """What a unit measures or counts."""

    MONEY = "money"
    SHARE = "share"
    MULTIPLE = "multiple"
    PEOPLE = "people"
    THINGS = "things"
    HOUSEHOLDS = "households"
    DAYS = "days"
    TIME = "time"
    LENGTH = "length"
    AREA = "area"
    VOLUME = "volume"
    WEIGHT = "weight"
    POWER = "power"
    DENSITY = "density"
    CALENDAR = "calendar"
    RANK = "rank"


# A row lists the units of one kind; “=” joins words that are one and the same unit, its usual name first.
_TABLE = {
    Kind.MONEY: "元 美元 欧元 港元",
    Kind.SHARE: "%=％ ‰ 百分点=个百分点",
    Kind.MULTIPLE: "倍 番",
    Kind.PEOPLE: "人=名=位 个 人次",
    Kind.THINGS: "个 样 家 件 条 处 项 次 场 部 株 棵 栋 幢 座 间 套 张 床 辆 台 架 艘 列 批 宗 类 支 只 头 "
    "批次=个批次 羽 种 份 门 例 起 所 班 村 口 眼 对 组 篇 册 本 枚 块 盏 款 架次 车次 家次 标准箱=标箱",
    Kind.HOUSEHOLDS: "户 户次",
    Kind.DAYS: "天 日 工作日=个工作日",
    Kind.TIME: "小时=个小时 分钟 个月",
    Kind.LENGTH: "公里=千米 米",
    Kind.AREA: "亩 公顷 平方米 平方公里=平方千米",
    Kind.VOLUME: "立方米 升",
    Kind.WEIGHT: "吨 公斤=千克 斤 克",
    Kind.POWER: "千瓦时 瓦时 千瓦 兆瓦 瓦 伏",
    Kind.DENSITY: "微克/立方米",
    # What tells when something is, or which of several: it measures nothing.
    Kind.CALENDAR: "年 年度 月 日",
    Kind.RANK: "度 期 届 轮 号 层 级 分 秒 岁 ℃",
}

MONEY = "元"
_EACH = "个"  # 个工作日 and 工作日 are one unit
_PLACING = frozenset({Kind.CALENDAR, Kind.RANK})
_COUNTING = frozenset({Kind.PEOPLE, Kind.THINGS, Kind.DAYS})
"""Kinds whose measure words may stand for one another: 多少批 is answered by 84批次."""


def _read_table() -> tuple[dict[str, frozenset[Kind]], dict[str, str]]:
    kinds: dict[str, frozenset[Kind]] = {}
    names: dict[str, str] = {}
    for kind, row in _TABLE.items():
        for entry in row.split():
            name, *synonyms = entry.split("=")
            for word in (name, *synonyms):
                kinds[word] = kinds.get(word, frozenset()) | {kind}
                names[word] = name
    return kinds, names


_KINDS, _NAMES = _read_table()


def kinds_of(word: str) -> frozenset[Kind]:
    """Return the kinds that `word` is a unit of; none when it is no unit."""
    return _KINDS.get(word, frozenset())


def canonical(word: str) -> str:
    """Return the name of the unit that `word` is, which all its synonyms share; another word as it is."""
    return _NAMES.get(word, word)


def is_unit(word: str) -> bool:
    """Tell whether `word`, which stands behind a number, measures or counts something."""
    return word in _KINDS


def measures(word: str) -> bool:
    """Tell whether `word` says how much or how many, and not when or which of several."""
    return word in _KINDS and not _KINDS[word] & _PLACING


def measures_alike(asked: str, unit: str) -> bool:
    """Tell whether a figure of `unit` may answer a question for `asked` (empty: for any unit).

    People are not things, and neither are amounts of money, time, length, area or weight; but which word
    counts a thing varies (多少批: 84批次, 几处: 3座).
    """
    if asked in ("", unit) or asked.removeprefix(_EACH) == unit.removeprefix(_EACH) != "":
        return True
    if canonical(asked) == canonical(unit):
        return True
    return bool(kinds_of(asked) & kinds_of(unit) & _COUNTING)


def any_of(words: Iterable[str]) -> str:
    """Return a regular expression for any of the `words`, longer ones before those they begin with."""
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


LONG_UNITS = any_of(frozenset(word for word in _KINDS if len(word) > 1))
"""Units of more than one character; a single character behind a number counts as its unit anyway."""
UNITS = any_of(frozenset(_KINDS))
"""Every unit."""
MEASURES = frozenset(word for word in _KINDS if measures(word))
"""The units that say how much or how many."""
ASKED = any_of(frozenset(word for word in _KINDS if not word.startswith(("%", "％", "‰", "℃"))))
"""The units that a question asks in: 多少公里, 几家."""
