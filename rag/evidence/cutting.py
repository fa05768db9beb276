"""Cutting a passage into runs of whole clauses that can be read by themselves."""

from __future__ import annotations

import re
from functools import lru_cache

from index.types import Passage, Span

# A clause that begins so says of what it speaks in the one before it (“…194亿元,同比增长7%”).
_CONTINUES = re.compile(
    r"(?:同比|比上年|较上年|年均|分别|其中|增长|下降|提高|提升|增加|减少|均|各|占|并|且|也|还|又|从而|以及|使|让|达到?|位居|居|"
    r"排名|列|为(?!民|群众|企业|农|中小|老)|是|较|总投资|投资|共|合计|惠及|受益|覆盖)"
)
# A clause that ends so only sets the scene for the one after it (“农业上,…”, “在…形势下,…”).
_SETS_SCENE = re.compile(
    r"(?:"
    r"(?:上|下|中|里|方面|领域|期间|以来|开始|为契机|为抓手|为重点|为目标|为主题|为引领|为导向|为核心|为基础|基础上|前提下|同时|之际)"
    r"|^(?:以|对|从|按照?|针对|根据|随着|面对|围绕|聚焦|作为)[^,，\d]{1,24}"
    r"|^[^,，;；。]{1,4}"
    r")[,，]\s*$"
)
_LONGEST = 120
"""Characters: clauses are joined no further than this."""


@lru_cache(maxsize=4096)
def cut(text: str, passage: Passage) -> tuple[tuple[int, int], ...]:
    """Return runs of clauses of `passage` as (first, past the last); together they are all of them."""
    clauses = passage.clauses or (passage.span,)
    runs = [(0, 1)]
    for at in range(1, len(clauses)):
        first, _ = runs[-1]
        belongs = _CONTINUES.match(clauses[at].of(text).strip()) or _SETS_SCENE.search(
            clauses[at - 1].of(text)
        )
        if belongs and clauses[at].end - clauses[first].start <= _LONGEST:
            runs[-1] = (first, at + 1)
        else:
            runs.append((at, at + 1))
    return tuple(runs)


def is_lead_in(words: str) -> bool:
    """Tell whether words only introduce what follows them."""
    return words.rstrip().endswith((":", "："))


def span_of(passage: Passage, run: tuple[int, int]) -> Span:
    """Return where a run of clauses stands."""
    clauses = passage.clauses or (passage.span,)
    return Span(clauses[run[0]].start, clauses[run[1] - 1].end)
