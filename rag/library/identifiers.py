"""Ids of added documents: what a person would call them in an address, from place and year."""

from __future__ import annotations

import re
from collections.abc import Collection

from index.language.text import is_chinese
from index.library.shelf import ID_MAX

_OTHER = re.compile(r"[^a-z0-9]+")
_NAMELESS = "document"


def make_id(place: str, year: int, taken: Collection[str]) -> str:
    """Return an id that is not `taken`: the place in pinyin, the year, and a number if need be.

    “青山市云溪区”, 2031 → qingshanshi-yunxiqu-2031.
    """
    from pypinyin import lazy_pinyin  # a tenth of a second, for those who add documents alone

    spelled = "".join(
        "".join(lazy_pinyin(char)) + ("-" if char in "省市" else "") if is_chinese(char) else char
        for char in place.lower()
    )
    words = _OTHER.sub("-", spelled).strip("-") or _NAMELESS
    ending, count = f"-{year}", 1
    while (name := words[: ID_MAX - len(ending)].strip("-") + ending) in taken:
        count += 1
        ending = f"-{year}-{count}"
    return name
