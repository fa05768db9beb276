"""Whether a sentence says nothing but what its sources say; what is wrong with it otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from index.language.lexicon import compile_words
from index.language.text import is_mostly_chinese
from rag.evidence.term_weights import split_terms
from rag.question.names import find_unnamed
from rag.question.scope import find_foreign_places
from rag.verification.claims.checks import polarity
from rag.verification.claims.checks.arithmetic import are_stated, is_computed
from rag.verification.claims.checks.characters import find_odd
from rag.verification.claims.checks.emphasis import find_emphasis
from rag.verification.claims.checks.new_words import (
    Novelty,
    find_novelties,
    find_replaced,
    find_unknown_quotes,
    is_known,
    lacks_subject,
)
from rag.verification.claims.checks.order import find_fall
from rag.verification.claims.checks.periods_named import find_mistimed
from rag.verification.claims.checks.qualifiers import check_list, check_qualifiers
from rag.verification.claims.checks.respective import find_swapped
from rag.verification.claims.checks.rounding import is_rounded
from rag.verification.claims.checks.subjects import check_subjects
from rag.verification.claims.claim import Claim, read_claim
from rag.verification.claims.numbers import blank_figures, read_figures
from rag.verification.claims.sources import Source, join_places, join_words
from rag.verification.claims.verdict import Fault, Problem

LONGEST_CLAIM = 1_000
"""Characters: no sentence of an answer is longer, and checking takes more time than it grows by."""
MIN_COVERED = 0.5
"""The share of a claim's wording that has to stand in its sources: what is new costs more than it weighs."""
MIN_SEGMENT = 0.4
"""The same for each part between two marks."""
MIN_SUPPORTED = 4
"""Characters, beside figures, that a claim has in common with its sources: less says nothing about them."""
MIN_NEW = 3
"""Fewer new characters are a matter of style."""
REPEATED = 0.6
"""A clause whose terms stand in a part of a claim to this share is what that part repeats."""
NEARLY = 0.5
"""A clause that shares this part of what the likest one shares may be meant as well."""
_NOUN_COST, _VERB_COST = 1.5, 0.75
_UNKNOWN_COST = 1.5
"""Characters that an English word without explanation counts for."""
_OURS = frozenset(["我们", "我", "该", "这个", "这些", "这项", "那个", "那些", "那项"])
"""What reports say of their government themselves, and point at."""

# A claim states something of the report: it neither asks nor speaks of itself or to anyone.
_ADDRESS = compile_words("address", "reader-or-writer")


def find_problems(claim: str, sources: Sequence[Source]) -> list[Problem]:
    """Return what is wrong with `claim`, a sentence of an answer, if it rests on `sources` alone."""
    return list(_check(claim, tuple(sources)))


@lru_cache(maxsize=1024)  # an answer is checked again as a whole with every sentence that it grows by
def _check(claim: str, sources: tuple[Source, ...]) -> tuple[Problem, ...]:
    if not sources or not claim.strip() or len(claim) > LONGEST_CLAIM:
        return (Problem(Fault.WORDING, claim[:LONGEST_CLAIM]),)
    # A title (“Government Work Report”) would back every “government” of an English claim.
    support = join_words(sources, titled=is_mostly_chinese(claim))
    odd = tuple(Problem(Fault.FIGURE, char) for char in find_odd(claim, support))
    read = read_claim(claim, sources[0].document, support)
    return (*odd, *_find_problems(read, sources, support))


def _find_problems(claim: Claim, sources: Sequence[Source], support: str) -> Iterator[Problem]:
    for time in claim.times:
        if not any(source.speaks_of(time) for source in sources):
            yield Problem(Fault.PERIOD, time.label)
    yield from _check_figures(claim, sources)
    yield from find_mistimed(claim, sources)
    yield from check_list(claim.literal)
    yield from _check_names(claim, sources, support)
    if mixed := polarity.mixes_up_time(claim.literal, sources, dated=bool(claim.mentions)):
        yield Problem(Fault.MODALITY, mixed)
    for words in find_emphasis(claim.written if claim.is_english else claim.words, support):
        yield Problem(Fault.EMPHASIS, words)
    yield from _check_wording(claim, support)
    yield from _check_parts(claim, sources, support)
    yield from check_subjects(claim, sources, support)
    yield from find_swapped(claim, sources)


def _check_figures(claim: Claim, sources: Sequence[Source]) -> Iterator[Problem]:
    stated = [figure for source in sources for figure in (*source.figures, *read_figures(source.place))]
    for shown in claim.shown:
        if not shown.holds or not are_stated(shown.operands, stated):
            yield Problem(Fault.FIGURE, str(shown.result))
    computed = {shown.result for shown in claim.shown}
    figures = read_figures(claim.words)
    backed = [figure for figure in figures if any(claim.equates(figure, other) for other in stated)]
    for figure in figures:
        if figure in backed or computed & {figure.number, figure.value}:
            continue
        if is_rounded(figure, stated) or is_computed(figure, f"{claim.written} {claim.words}", backed):
            continue
        alike = [other for other in stated if other.value == figure.value]
        if not alike:
            yield Problem(Fault.FIGURE, figure.text)
        elif not any(figure.measures_like(other) for other in alike):
            yield Problem(Fault.UNIT, figure.text)
        else:
            yield Problem(Fault.HEDGE, figure.text)


def _check_names(claim: Claim, sources: Sequence[Source], support: str) -> Iterator[Problem]:
    names = list(claim.names)
    if claim.is_english:
        places = find_foreign_places(claim.words, sources[0].document)
        names += (name for name in places if name not in support)
    else:
        names += find_foreign_places(claim.written, sources[0].document)
        names += (name for name in find_unnamed(claim.words, support) if not is_known(name, support))
        names = [name for name in names if name[:-1] not in support]
        names += find_unknown_quotes(claim.written, support)
    for name in names:
        yield Problem(Fault.NAME, name)


def _check_wording(claim: Claim, support: str) -> Iterator[Problem]:
    words = blank_figures(claim.words, read_figures(claim.words))
    novelties, supported = find_novelties(words, support)
    if not claim.is_english:
        names = [novelty.word for novelty in novelties if novelty.is_name]
        for name in (*names, *find_replaced(words, novelties, support)):
            yield Problem(Fault.NAME, name)
    for noun in (one.word for one in novelties if one.is_noun and len(one.word) > 1):
        yield Problem(Fault.WORDING, noun)
    if supported < MIN_SUPPORTED:
        yield Problem(Fault.WORDING, claim.written)
    for address in _ADDRESS.finditer(claim.written):
        if address.group() not in _OURS or address.group() not in support:
            yield Problem(Fault.WORDING, address.group())
    new = sum(len(one.word) for one in novelties) + len(claim.unknown)
    unknown = _UNKNOWN_COST * len(claim.unknown)
    if new >= MIN_NEW and _share(novelties, supported, unknown) < MIN_COVERED:
        yield Problem(Fault.WORDING, claim.words)
    for segment in claim.segments:
        words = blank_figures(segment.words, read_figures(segment.words))
        novelties, supported = find_novelties(words, support)
        new = sum(len(one.word) for one in novelties)
        if new >= MIN_NEW and _share(novelties, supported) < MIN_SEGMENT:
            yield Problem(Fault.WORDING, segment.written)


def _share(novelties: Sequence[Novelty], supported: int, unknown: float = 0.0) -> float:
    cost = unknown + sum(len(one.word) * (_NOUN_COST if one.is_noun else _VERB_COST) for one in novelties)
    return supported / (supported + cost) if supported + cost else 0.0


def _check_parts(claim: Claim, sources: Sequence[Source], support: str) -> Iterator[Problem]:
    """Check each part of a claim against the clauses it comes from."""
    where = join_places(sources)
    clauses = [clause for source in sources for clause in source.clauses]
    for part, segment in enumerate(claim.segments):
        near = _find_near(segment.words, clauses, claim)
        falls = find_fall(claim, part, sources)
        if turned := polarity.turns_around(segment.written, near, falls=falls, shown=bool(claim.shown)):
            yield Problem(Fault.DIRECTION, turned)
        if not claim.is_english:
            told = "\n".join([*near, *_find_before(near, clauses), where])
            novelties, _ = find_novelties(segment.words, told)
            for word in find_replaced(segment.words, novelties, told):
                yield Problem(Fault.SUBJECT, word)
            yield from check_qualifiers(segment.written, near, support)
        if negation := polarity.negates(segment.written, segment.words, near):
            yield Problem(Fault.NEGATION, negation)


def _find_before(near: Sequence[str], clauses: Sequence[str]) -> Iterator[str]:
    """Yield the clauses before those that are `near` and begin with what is done: they say of what."""
    for before, clause in pairwise(clauses):
        if clause in near and lacks_subject(clause):
            yield before


def _find_near(words: str, clauses: Sequence[str], claim: Claim) -> list[str]:
    """Return the clauses that say what `words` say: those with their figures, and those they repeat."""
    figures = read_figures(words)
    terms = split_terms(words)
    near = [
        clause
        for clause in clauses
        if any(claim.equates(figure, other) for figure in figures for other in read_figures(clause))
    ]
    if not near and clauses:
        shared = [len(terms & split_terms(clause)) for clause in clauses]
        near = [
            clause for clause, count in zip(clauses, shared, strict=True) if count >= NEARLY * max(shared)
        ]
    repeated = (
        clause
        for clause in clauses
        if (own := split_terms(clause)) and len(terms & own) >= REPEATED * len(own)
    )
    return list(dict.fromkeys([*near, *repeated]))
