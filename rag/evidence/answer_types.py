"""Kinds of words: whether words hold the kind of thing that a question asks for."""

from __future__ import annotations

import re

from index.language.figures import Figure, find_figures
from index.language.lexicon import alternatives
from index.language.periods import find_times
from index.language.units import Kind, is_unit, kinds_of, measures_alike
from index.language.words import tag_words
from rag.question.intent import Target, Wanted

_CAUSE = re.compile(rf"{alternatives('answers', 'cause')}|受.{{0,12}}影响")
_INVESTOR = re.compile(r"由[^,，。]{2,20}(?:投资|[承运][建营]|建设)|公司|集团")
_AGENCY = re.compile(r"[一-鿿]{2}(?:部(?![门分署位])|[局委厅署院]|政府|[协总]会|机关|公司|集团)")
_PERSON = re.compile(
    r"(?P<post>副?(?:书记|主席|总理|[省市区县州旗镇乡局厅部处院校所]长|主任|院士|委员|代表))"
    r"[ \xa0　\n]+[一-鿿][ \xa0　]?[一-鿿]{1,2}(?![一-鿿])"
)


def holds(words: str, target: Target) -> bool:
    """Tell whether `words` hold the kind of thing that was asked for."""
    match target.wanted:
        case Wanted.AMOUNT:
            figures = _find_new_figures(words, target)
            asked = [figure for figure in figures if measures_alike(target.unit, figure.unit)]
            return bool(asked) and len(figures) >= target.count
        case Wanted.SHARE:
            return sum(figure.is_percentage for figure in _find_new_figures(words, target)) >= target.count
        case Wanted.DATE:
            return bool(find_times(words, report_year=0))
        case Wanted.PERSON:
            return _names_person(words, target.unit)
        case Wanted.CAUSE:
            return bool(_CAUSE.search(words))
        case Wanted.INVESTOR:
            return bool(_INVESTOR.search(words))
        case Wanted.AGENCY:
            return bool(_AGENCY.search(words))
        case Wanted.NAMED:
            return target.unit in words
        case Wanted.ITEMS:
            return "、" in words or "和" in words
        case Wanted.ANYTHING:
            return True


def measures_otherwise(words: str, target: Target) -> bool:
    """Tell whether `words` have new figures, but none in the unit asked for: 96万平方米, asked 多少条."""
    if target.wanted is not Wanted.AMOUNT or not target.unit:
        return False
    units = [figure.unit for figure in _find_new_figures(words, target)]
    known = all(map(is_unit, units))
    return bool(units) and known and not any(measures_alike(target.unit, unit) for unit in units)


def _names_person(words: str, post: str) -> bool:
    """Tell whether `words` name somebody who holds `post`, or anybody where none was asked for."""
    if post:
        return any(post in match["post"] for match in _PERSON.finditer(words))
    return any(tag == "nr" and len(word) in (2, 3) for word, tag in tag_words(words))


def _find_new_figures(words: str, target: Target) -> list[Figure]:
    """Return the figures of `words` that are no dates and that the question did not state itself."""
    return [
        figure
        for figure in find_figures(words)
        if Kind.CALENDAR not in kinds_of(figure.unit) and figure.number not in target.given
    ]
