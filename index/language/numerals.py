"""Chinese numerals and the numbers they stand for, of any size."""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["ANY_NUMERAL", "NUMERAL", "NUMERALS", "from_numeral", "read_numeral", "to_numeral", "write_digits"]

_DIGITS = "一二三四五六七八九"
_VALUES = {char: value for value, char in enumerate(_DIGITS, 1)} | {"零": 0, "〇": 0, "○": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1_000}
_WAN, _YI = 10_000, 100_000_000

NUMERALS = "".join((*_VALUES, *_SCALES, "万", "亿"))
"""Every character of a numeral."""
_LONGEST = 24
"""Characters: no numeral of a report is longer, and looking no further keeps the search linear."""

NUMERAL = f"(?:[{_DIGITS}]?十[{_DIGITS}]?|[{_DIGITS}])"
"""A regular expression for a numeral below a hundred, as in headings and five-year plans, without a group."""
ANY_NUMERAL = rf"(?:[{NUMERALS}]{{1,{_LONGEST}}}(?:点[{''.join(_VALUES)}]{{1,{_LONGEST}}})?)"
"""A regular expression for a numeral of any size, without a group."""

_SHARE, _TENTHS = "百分之", "成"
_WRITTEN = re.compile(
    rf"(?P<share>{_SHARE})?(?P<number>{ANY_NUMERAL})(?P<tenths>{_TENTHS}(?![立果效员为本功就品交型]))?"
)
# Rows of numerals that are words: not “10分” of something, nor a hundred surnames.
_WORDS = re.compile(
    r"十分|百姓|万一|千万(?![元人吨亩户])|万众|万家灯火|千家万户|[千万百]方百计|九三学社|一一|统一|唯一|单一|万物|亿万|"
    r"百[业年花]|千[里年百]|万[里象]|不一|第[一二三]产业|三次产业|三[农产]|.分之"
)
_MANTISSA = frozenset("0123456789.余多几")
_COUNTED_WHOLE = tuple("元吨亩头")
_FEWEST = 2
"""一 is as often an article as a number."""
_TEN = 10


def read_numeral(numeral: str) -> Decimal:
    """Return the number that a match of ANY_NUMERAL stands for; a row of digits alone is read one by one."""
    whole, _, decimals = numeral.partition("点")
    if len(whole) > 1 and set(whole) <= set(_VALUES):
        read = Decimal("".join(str(_VALUES[char]) for char in whole))  # 二〇二〇
    else:
        total = section = digit = 0
        for char in whole:
            if char in _VALUES:
                digit = _VALUES[char]
            elif char in _SCALES:
                section += (digit or 1) * _SCALES[char]
                digit = 0
            elif char == "万":
                total += (section + digit or 1) * _WAN
                section = digit = 0
            else:
                total = (total + section + digit or 1) * _YI
                section = digit = 0
        read = Decimal(total + section + digit)
    return read + Decimal(f"0.{''.join(str(_VALUES[char]) for char in decimals)}") if decimals else read


def from_numeral(numeral: str) -> int:
    """Return the whole number that a numeral, or a row of decimal digits, stands for."""
    return int(numeral) if numeral.isdecimal() else int(read_numeral(numeral))


def to_numeral(number: int) -> str:
    """Return the numeral of a whole `number`; raises ValueError for a negative one."""
    if number < 0:
        raise ValueError(f"{number} is negative: write 负 before the numeral of {-number}")
    written = _write_number(number) or "零"
    return written[1:] if written.startswith("一十") else written


def _write_number(number: int) -> str:
    for size, mark in ((_YI, "亿"), (_WAN, "万"), (1_000, "千"), (100, "百"), (10, "十")):
        if number >= size:
            above, below = divmod(number, size)
            link = "零" if 0 < below < size // _TEN else ""
            return _write_number(above) + mark + link + _write_number(below)
    return _DIGITS[number - 1] if number else ""


def is_word(text: str, start: int) -> bool:
    """Tell whether the numeral that starts at `start` of `text` belongs to a word that counts nothing."""
    return any(_WORDS.match(text, start - back) for back in (0, 1) if start >= back)


def write_digits(text: str) -> str:
    """Return `text` with its Chinese numerals from two on in digits (三成 as 30%, 百分之六点五 as 6.5%)."""
    return _WRITTEN.sub(lambda match: _write(match, text), text)


def _write(match: re.Match[str], text: str) -> str:
    number, before = match["number"], text[: match.start()].rstrip()[-1:]
    if is_word(text, match.start()) or (before == "之" and not match["share"]):
        return match.group()
    if not match["share"] and before and before in _MANTISSA:
        return match.group()  # the scale of a number in digits: 3万
    if not match["share"] and not set(number) & {*_VALUES, "十"}:
        after = text[match.end() : match.end() + 1]
        return (
            f"{read_numeral(number)}" if after in _COUNTED_WHOLE else match.group()
        )  # 亿元以上; else no number
    value = read_numeral(number)
    if match["share"]:
        return f"{value}%"
    if match["tenths"] and value < _TEN:
        return f"{value * _TEN}%"
    return f"{value}{match['tenths'] or ''}" if value >= _FEWEST else match.group()
