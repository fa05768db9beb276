"""How official reports tell a figure from what it measures: patterns over the words of `vocabulary.toml`."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

from index.language.figures import FALLS
from index.language.lexicon import alternatives
from index.language.periods import A_PLAN, A_YEAR
from index.language.units import MEASURES, any_of

_WORDS = {
    name: words.split()
    for name, words in tomllib.loads(
        files(__package__).joinpath("vocabulary.toml").read_text("utf-8")
    ).items()
}


def _any(*names: str) -> str:
    """Return an alternation of the words of the lists `names`, longer words before those they contain."""
    words = {re.escape(word) for name in names for word in _WORDS[name]}
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


ANY_UNIT = any_of(MEASURES)
VERBS = _any("verbs")

_OWN = r"[市区县省州旗国]|自治区"

LEAD = re.compile(
    rf"{_any('lead')}|我(?:{_OWN})|有(?![色机线限轨害关形])|新(?={alternatives('indicators', 'newly-done')})|"
    rf"(?:截?[到至])?{A_YEAR}(?:{alternatives('indicators', 'of-a-year')}|\d+月底?)?|"
    rf"{A_PLAN}{alternatives('indicators', 'of-a-plan')}?|[,，、:：;；。\s的—－-]|"
    rf"[一二三四五六七八九十]是|以[^，,]{{2,8}}的{alternatives('indicators', 'manner')}"
)
"""One thing that may stand before a name without being part of it."""
OWN = re.compile(rf"[全我本](?:{_OWN})(?!域)的?")
"""The place of the report itself, which every name means."""

_MOST_ADVERBS = 6
"""Words one after the other before a verb (预计比上年分别实际…): any number of them takes quadratic time."""

VALUE = re.compile(
    rf"[，,]?(?:(?!(?<=人)均)(?:{_any('linking_adverbs')})|年(?=人均)){{0,{_MOST_ADVERBS}}}"
    rf"(?:{_any('linking')}|(?:{_any('arriving')})[到至为成])了?$"
)
"""What links a name to how much there is of it."""
ARRIVING = re.compile(r"[^，,]{0,6}(?:到了?|[至为成])$")
"""What stands between where things were and where they are: 由4.1万元增加到5.4万元."""

_THAN = rf"[比较](?:(?:年初|{A_YEAR})(?:同期)?|上半年|上季度|同期|{A_PLAN})[末底]?"
CHANGE = re.compile(
    rf"(?P<verb>(?:(?:{_any('changing_adverbs')}|{_THAN})(?:分别)?){{0,{_MOST_ADVERBS}}}"
    rf"(?:(?<!自然)(?:{_any('growing', 'falling')}|{FALLS})|(?<!新)增|(?<!压)减|降|升))"
    rf"{alternatives('indicators', 'up-to')}*$"
)
"""A growth or decline; the name stands before it."""
DECLINE = re.compile(rf"{_any('falling')}|{FALLS}|减|降")

COMPARISON = re.compile(
    rf"{alternatives('indicators', 'rank')}(?=[^\d]{{2}})|{alternatives('indicators', 'rank-only')}|第$"
)
"""A figure after this says how something compares with something else."""
CIRCUMSTANCE = re.compile(
    rf"{alternatives('indicators', 'circumstance')}|(?<![制持定])在[^，,]{{1,5}}$|(?:[第用]|不到|年产)$"
)
"""A figure in such a clause is neither a result nor a target."""

LIGHT_VERBS = re.compile(
    rf"{alternatives('indicators', 'light-verb')}+了?(?!{alternatives('indicators', 'light-object')})"
)
"""Verbs that add nothing to an object which itself names an action: 完成老旧小区改造."""
NOMINAL_ACTION = re.compile(_any("nominal"))
NOMINAL_PHRASE = re.compile(rf"(?P<verbs>(?:{_any('nominal', 'nominal_companions')})+)(?P<object>[^、]+)")

BARE_ACTION = re.compile(rf"(?:已|其中)?(?P<verb>{_any('bare_actions')})")
ADDED = re.compile(rf"^{alternatives('indicators', 'added')}|(?:[新净]增|新设)$")
"""“新增市场主体7113户、达到47050户”: the total is one of all, not of the new."""
DEPENDENT = re.compile(rf"{_any('dependent')}|占.{{1,14}}(?:比重|比例|的)?|其中.*")
HEAD = re.compile(rf"(?:{_any('heads')})$")
