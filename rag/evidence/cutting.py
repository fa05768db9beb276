"""Cutting a passage into runs of whole clauses that can be read by themselves."""

from __future__ import annotations

import re
from functools import lru_cache

from index.language.lexicon import alternatives, compile_words
from index.types import Passage, Span

# A clause that begins so says of what it speaks in the one before it (“…194亿元,同比增长7%”).
_CONTINUES = compile_words("clauses", "continues")
# A clause that ends so only sets the scene for the one after it (“农业上,…”, “在…形势下,…”).
_SETS_SCENE = re.compile(
    rf"(?:{alternatives('clauses', 'scene')}|^{alternatives('clauses', 'scene-opens')}[^,，\d]{{1,24}}|"
    r"^[^,，;；。]{1,4})[,，]\s*$"
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
