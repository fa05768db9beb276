"""An English question as the Chinese question that the rest of the pipeline understands.

No translation for people to read: term by term, the longest first, in English order but for “A of B” and the
words that ask.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.language.lexicon import alternatives, compile_words
from index.language.numerals import to_numeral
from index.language.text import has_chinese
from index.language.units import is_unit
from rag.question.english.dates import read_cardinal, rewrite_amounts, take_periods
from rag.question.english.forms import FORMS, Form
from rag.question.english.items import WORD, Kind, arrange_items, find_items
from rag.question.english.term_list import load_lexicon, load_stopwords

_WORDS = alternatives("english", "question-words")
_CLAUSES = re.compile(
    rf"[?;]+\s*|,? and (?:also )?(?=(?:(?:by|in|at) )?{_WORDS})|,\s*(?={_WORDS})", re.IGNORECASE
)
_ASKS = compile_words("english", "asks")
_MIN_LATIN_WORDS = 2

_QUOTES = re.compile('["“”‘]')
_MAX_TERM = 3
"""“What is X” asks for the meaning of X when X is no more terms than this and nothing that is counted."""

_MEASURABLE = re.compile(rf"{alternatives('english', 'measurable')}$")
_PLANNED = compile_words("english", "planned")
_TARGET = re.compile(r"目标|计划|预期|规划")
_OPPOSITES = re.compile(
    r"\b(?P<one>urban|rural)(?: residents?'?)? (?:than|and|or|versus|vs) (?:that of |in )?(?:the )?"
    r"(?P<other>urban|rural)(?: residents?'?)?\b\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_POLITE = re.compile(
    r"^\W*(?:(?:can|could|would|will) you |please |i(?:'d| would)? (?:like|want) to |let me |do you )*"
    r"(?:tell me|know|say|show me)(?: about)?\b|\bplease\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(r"相差|更高")
_FOLLOWS_ON = re.compile(r"^\W*(?:and|so|then|but)\b\s*(?=\S)", re.IGNORECASE)
_AS_REPORTED = re.compile(
    r"\b(?:according to|in|does|did|as stated in|mentioned in|of) (?:the|this)"
    r" (?:government )?(?:work )?(?:report|speech)\b"
    r"(?! (?:cover|divided))(?: (?:mention|say|state|describe)s?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Translation:
    """An English question in Chinese words; `unknown` are its words that no term and no name explains."""

    text: str
    unknown: tuple[str, ...]


def is_english(question: str) -> bool:
    """Tell whether a normalised question is asked in English; it may quote a few Chinese words.

    A few words that ask nothing (“forest coverage”) are English where the term list knows them all; one in
    capitals (GDP) is of either language.
    """
    latin = WORD.findall(question)
    chinese = re.findall(r"[㐀-鿿]", question)
    if len(latin) >= max(_MIN_LATIN_WORDS, len(chinese)) and _ASKS.search(question):
        return True
    return not chinese and any(word.upper() != word for word in latin) and _names_terms(latin)


def _names_terms(words: list[str]) -> bool:
    """Tell whether `words` are terms that the term list knows, and stopwords."""
    lexicon, stopwords = load_lexicon(), load_stopwords()
    at, terms = 0, 0
    while at < len(words):
        if found := lexicon.find(words, at):
            at, terms = at + found[0], terms + has_chinese(found[1][0])
        elif words[at].lower() in stopwords:
            at += 1
        else:
            return False
    return terms > 0


def translate(question: str, report: str) -> Translation | None:
    """Return `question` in the words of the Chinese text `report`; None when it is no English question.

    A place that the report does not name keeps its Latin letters before its Chinese ending (Xincheng区).
    """
    if not is_english(question):
        return None
    question = _AS_REPORTED.sub(" ", _QUOTES.sub(" ", question.replace("’", "'")))
    question = " ".join(question.split())
    follows = _FOLLOWS_ON.match(question)
    clauses = [
        clause
        for clause in _CLAUSES.split(question[follows.end() if follows else 0 :])
        if WORD.search(clause)
    ]
    translated = [_translate_clause(clause, report) for clause in clauses]
    periods = [found for found, _, _ in translated if found]
    shared = periods[0] if len(periods) == 1 else ""
    text = "；".join((found or shared) + words for found, words, _ in translated if words or found)
    if not has_chinese(text):
        return None
    if follows and not text.startswith("那"):
        text = "那" + text + ("" if any(words for _, words, _ in translated) else "呢")
    return Translation(text + "？", tuple(word for _, _, words in translated for word in words))


def _translate_clause(clause: str, report: str) -> tuple[str, str, list[str]]:
    """Return a clause's periods, the rest of it in Chinese, and its unknown words."""
    periods, rest = take_periods(_POLITE.sub(" ", clause))
    form, rest, count = _take_form(rest)
    if form and _COMPARES.search(form.after):
        rest = _OR.sub("and", rest)
        rest = _OPPOSITES.sub(r"\g<one> \g<rest> and \g<other> \g<rest>", rest)
    items = list(find_items(rewrite_amounts(rest), report))
    unknown = [item.text.strip() for item in items if item.kind is Kind.UNKNOWN]
    after = form.after.format(count=count) if form else ""
    if after == "多少" and (unit := next((item for item in items if is_unit(item.text)), None)):
        items.remove(unit)
        after += unit.text
    items = arrange_items(items, report)
    words = "".join(item.text for item in items)
    if _PLANNED.search(clause) and not _TARGET.search(words):
        words = "计划" + words
    if form and form.open:
        measurable = any(_MEASURABLE.search(item.text) for item in items)
        short = len(items) <= _MAX_TERM and not periods
        after = "是多少" if measurable else "" if short else "有哪些"
        words = words if measurable or not short else "什么是" + words
    if len(periods) > 1:  # “十三五”和2021年: side by side they are one thing each
        periods = [period.removesuffix("期间") for period in periods]
    return "和".join(periods), (form.before if form else "") + words + after, unknown


def _take_form(clause: str) -> tuple[Form | None, str, str]:
    for form in FORMS:
        if match := form.pattern.search(clause):
            number = match.groupdict().get("count")
            count = read_cardinal(number) if number else None
            if number and count is None:
                continue
            rest = clause[: match.start()] + match.expand(form.stays) + clause[match.end() :]
            return form, rest, to_numeral(count) if count else ""
    return None, clause, ""
