"""What a figure measures, in the words of its clause: the subject, and the verb of a growth or decline."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.language.lexicon import alternatives
from index.language.periods import A_YEAR
from rag.indicators.vocabulary import (
    CHANGE,
    HEAD,
    LEAD,
    LIGHT_VERBS,
    NOMINAL_ACTION,
    NOMINAL_PHRASE,
    OWN,
    VALUE,
    VERBS,
)

NAME_LENGTHS = range(3, 27)
"""Characters: a shorter name says too little, a longer one is a sentence."""
GROWING_LENGTHS = range(2, 27)
"""Of what grows or declines: 出口增长7.9%."""
_SHORTEST_ACTION = 4
"""Characters of an object that can stand without its empty verb: 完成投资 keeps its own."""

_VERB_RUN = re.compile(rf"新?(?:{VERBS})(?:[、和及]?(?:{VERBS}))*")
_FINISHED = re.compile(rf"^((?:{VERBS}){{1,4}})了")
# A verb before one of these only tells what kind of thing it is: 投资项目, 建设用地.
_VERB = re.compile(rf"(?:{VERBS})(?!{alternatives('indicators', 'kind-of-thing')})")
_CARRIED_OUT = re.compile(rf"^实施(?=.{{2,}}{alternatives('indicators', 'carried-out')}(?:提升)?$)")
_NO_NAME = re.compile(
    r"各$|且|^(?:[超达比较]|在.{1,4}$)|^[一二三四]季度$|(?:^|[年下][度达]的?)(?:目标|任务|计划)|必须|^在.*[上中下]$|^(?:国家|[省市县])级$"
)
_INNER_ADVERBS = re.compile(r"(?<!人)(?:累计|全年|按可比(?:价格?|口径)(?:计算)?)")
_PAIRS = (("“", "”"), ("（", "）"), ("(", ")"), ("《", "》"))
_DRIVING = re.compile(rf"^{alternatives('indicators', 'driving')}")  # 带动固定资产投资增长20%
_SHARED = re.compile(r"^[均共各]+")
_INTENT = re.compile(
    rf"(?:{alternatives('indicators', 'intent')}|(?<!人)均|{A_YEAR}[末底]?)$"
)  # 技改投入要达到
_NUMBERING = re.compile(r"\s*\d{1,2}[、.．]")
_SHARE = re.compile(r"占.+|在[^，,]{1,6}占比.*")
_NOISE = " \t\u3000\xa0\r\n,，、:：;；。!！.的"
_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z]{2}")


@dataclass(frozen=True, slots=True)
class Stem:
    """The words before a figure taken apart.

    `subject` may be empty; `linked` tells that a verb links it to its figure.
    """

    subject: str
    change: str = ""
    linked: bool = False


def read_stem(words: str) -> Stem:
    """Take the words before a figure apart."""
    words = words.rstrip(_NOISE)
    if change := CHANGE.search(words):
        subject = _DRIVING.sub("", clean(words[: change.start()]))
        return Stem(subject, _SHARED.sub("", change["verb"]), linked=True)
    if value := VALUE.search(words):
        return Stem(clean(words[: value.start()]), linked=True)
    return Stem(clean(words))


def clean(words: str) -> str:
    """Return `words` without what may stand before a name, and without adverbs inside."""
    number = _NUMBERING.match(words)
    at = number.end() if number else 0
    while lead := LEAD.match(words, at):
        at = lead.end()
    own = OWN.match(words, at)
    kept = _INNER_ADVERBS.sub("", words[own.end() if own else at :]).strip(_NOISE)
    return _INTENT.sub("", kept)


def split_verbs(name: str) -> tuple[str, str]:
    """Return the verbs that `name` begins with, and their object."""
    run = _VERB_RUN.match(name)
    return (run.group(), name[run.end() :]) if run else ("", name)


def find_verb(words: str) -> int:
    """Return where the first verb of `words` stands, or -1."""
    found = _VERB.search(words)
    return found.start() if found else -1


def phrase(name: str) -> str:
    """Return `name` as a reader would say it: without empty verbs, an action behind its object."""
    light = LIGHT_VERBS.match(name)
    if light and len(name) - light.end() >= _SHORTEST_ACTION:
        name = name[light.end() :].strip(_NOISE)
    name = _FINISHED.sub(r"\1", _CARRIED_OUT.sub("", name))
    found = NOMINAL_PHRASE.fullmatch(name)
    if found and _can_follow(found["object"], found["verbs"]):
        name = found["object"] + found["verbs"]
    return name


def _can_follow(thing: str, verbs: str) -> bool:
    """Tell whether `verbs` can stand behind their object `thing` as its noun."""
    return bool(NOMINAL_ACTION.search(verbs)) and not HEAD.fullmatch(thing) and find_verb(thing) < 0


def is_name(name: str, change: str) -> bool:
    """Tell whether `name` can stand in a list; `change` is the verb of its growth or decline, if any."""
    return (
        len(name) in (GROWING_LENGTHS if change else NAME_LENGTHS)
        and _WORD.search(name) is not None
        and all(name.count(opening) == name.count(closing) for opening, closing in _PAIRS)
        and _NO_NAME.search(name) is None
        and _VERB_RUN.fullmatch(name) is None
    )


def split_list(names: str) -> list[str]:
    """Return the names joined in `names`, each with the head that only the last one states.

    “港口集装箱、机场旅客和货邮吞吐量” shares 吞吐量.
    """
    import rjieba

    *others, last = re.split(r"[、和与及]|以及", names)
    head_without_first = "".join(rjieba.cut(last)[1:])

    share = _SHARE.search(last)
    thing, of_what = (last[: share.start()], share.group()) if share else (last, "")

    def complete(name: str) -> str:
        if not name or HEAD.search(name) or not HEAD.search(last):
            return name + of_what
        _, ending, head = thing.rpartition(name[-1:])  # 制造业增加值: 装备制造业 ends where its head begins
        return name + (head + of_what if ending else head_without_first)

    return [*map(complete, others), last]
