"""Figures of several things together, which say nothing of the one that a question is about."""

from __future__ import annotations

import re

from rag.evidence.term_weights import WeightedTerms, split_terms

_GROUP = re.compile(
    r"(?<![^,，。、;；])(?P<member>[^,，。、;；]{3,})等[^,，。、;；\d]{0,10}(?:\d+[个项家处]|(?:项目|企业|工程)建设?[,，].{0,120}\d)|"
    r"(?<=、)(?P<one>[^,，。、;；]{2,})、?[两二三四五六七八九十\d]{1,9}家"
)
_COORDINATION = re.compile(r"(?<![^,，。;；])(?P<items>[^,，。;；]*、[^,，。;；、\d]*)(?=\d)")
_NAMED_SHARE = 0.3
"""A question names a member of a group when the member's name makes up this share of what it asks about."""
_ITEM_ENDING = 3
"""Characters at the end of one of several things by which it may be named: 合作社 for 专业合作社."""
_FIRST_ENDING = 4
"""Characters at the end of the first of several things that name it: what is done to them stands before."""


def counts_group(words: str, subject: WeightedTerms) -> bool:
    """Tell whether figures of `words` belong to a group of which a question on `subject` names a member.

    “签约甲产业园等项目15个,资金287亿元” does not say how much 甲产业园 costs.
    """
    return any(
        subject.covered_by(split_terms(match["member"] or match["one"])) > _NAMED_SHARE
        for match in _GROUP.finditer(words)
    )


def counts_several(words: str, question: str) -> bool:
    """Tell whether a figure of `words` is of several listed things, of which `question` names not all.

    “培育龙头企业、合作社、家庭农场50家” does not say how many 家庭农场 there are.
    """
    for match in _COORDINATION.finditer(words):
        first, *others = match["items"].split("、")
        named = [item for item in others if item and item[-_ITEM_ENDING:] in question]
        first_named = split_terms(first[-_FIRST_ENDING:]) & split_terms(question)
        if named and len(named) < len(others) and not first_named:
            return True
    return False
