"""How lines begin and end: whether a sentence may go on from one to the next."""

from __future__ import annotations

import re
from functools import lru_cache

from index.language.numerals import NUMERAL
from index.language.sentences import CLOSING

__all__ = ["ends_sentence", "is_address", "is_caption", "is_numbered", "is_prose", "starts_anew"]

_NUMBERED = re.compile(
    rf"[#*\s>]*(?:第{NUMERAL}(?:部分|[章篇])|{NUMERAL}(?:、|[.．]\s*)(?!{NUMERAL}、)|[（(]\s*(?:{NUMERAL}|\d{{1,2}})\s*[）)]"
    rf"|\d{{1,2}}\s*[.．、](?!\d)|第{NUMERAL}[，,、]|[①-⑳])"
)
_STARTS = re.compile(
    r"[#>●■◆•·*]|[-—–─－]{1,6}\s*[^\s\d]"
    r"|附?注(?:释)?[：:]|附[件录表](?:[一二三四五六七八九十\d]*[：:]|$)|(?:来源|摘自)[：:]|[图表]\s*\d"
    r"|(?:名\s*词|[用术]\s*语)\s*(?:[解注]\s*释|说\s*明|释\s*义)"
    r"|(?:关于)?(?:(?:19|20)\d{2}年|(?:过去|今后)的?五年|“[^”]{1,3}五”).{0,16}?(?:回顾|安排|部署|任务|工作|规划)$"
)
_ADDRESS = re.compile(r"(?:尊敬的)?(?:各位|同志们)(?:代表|委员|领导|同志)?[^。]{0,12}?[：:！!，,]")
_LINES = 256  # a line is looked at again with each of its neighbours, some dozens at most
_END = "。！？!?…"
_CAPTION = re.compile(r"(?:附[件录表]|[图表])\s*\d{0,2}$")
_TABLE = re.compile(r"[\t|]")
_YEAR = re.compile(r"(?:19|20)\d{2}(?=年|[-—–~～至])")
_SENTENCE = re.compile(r"[。！？；;]|\d$")
_FIGURE_AND_CLAUSE = re.compile(r"^(?>[^\d，,]*)(?:\d[^，,]*[，,]|[，,][^\d]*\d)")
_LONGEST, _LONGEST_NUMBERED = 36, 60  # characters of a heading without a number, and of one with


@lru_cache(maxsize=_LINES)
def ends_sentence(line: str) -> bool:
    """Tell whether a sentence ends where `line` ends; a colon leads over to something else and counts."""
    bare = line.rstrip(CLOSING + "*＊ \t\u3000")
    return bare[-1:] in (*_END, "：", ":")


def is_numbered(line: str) -> bool:
    """Tell whether `line` begins with the number of a heading or of an item of a list."""
    return _NUMBERED.match(line) is not None


@lru_cache(maxsize=_LINES)
def starts_anew(line: str) -> bool:
    """Tell whether `line` begins something of its own: a heading, an item, a table, an address."""
    return (
        is_numbered(line)
        or is_address(line)
        or _STARTS.match(line) is not None
        or _TABLE.search(line) is not None
    )


def is_address(line: str) -> bool:
    """Tell whether `line` begins by addressing the audience."""
    return _ADDRESS.match(line) is not None


def is_caption(line: str) -> bool:
    """Tell whether `line` is the caption of an appendix, a table or a figure: 附件1."""
    return _CAPTION.match(line) is not None


def is_prose(line: str) -> bool:
    """Tell whether `line` cannot be a heading: it is long, holds a sentence, or a figure beside a clause.

    Headings with a number are longer than others and have clauses and figures too. A line that ends in a
    digit is broken off in a figure.
    """
    if _SENTENCE.search(line):
        return True
    if is_numbered(line):
        return len(line) > _LONGEST_NUMBERED
    return len(line) > _LONGEST or _FIGURE_AND_CLAUSE.search(_YEAR.sub("", line)) is not None
