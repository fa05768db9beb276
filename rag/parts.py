"""A question that asks several things, taken apart into questions that ask one thing each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from rag.intent import strip_interrogatives
from rag.scope import PeriodMention, find_periods

_ENDS = re.compile(r"[?？;；]")
_ASKS = re.compile(r"多少|几|哪|什么|谁|何|吗|怎|如何|意思")
_MIN_SUBJECT = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things a question asks.

    `focus` is its own wording, `text` the wording that stands by itself (with what it shares with the other
    parts put back), `periods` the periods it is restricted to.
    """

    focus: str
    text: str
    periods: tuple[PeriodMention, ...]


def split_question(question: str, report_year: int) -> list[Part]:
    """Split a normalised, standalone question; one that asks a single thing comes back as one part."""
    parts: list[Part] = []
    for sentence in _split_sentences(question):
        parts += _split_periods(sentence, report_year)
    return parts


def _split_sentences(question: str) -> list[str]:
    sentences = [piece.strip(" ,，。") for piece in _ENDS.split(question)]
    asking = [piece for piece in sentences if _ASKS.search(piece)]
    return asking if len(asking) > 1 else [question]


def _split_periods(question: str, report_year: int) -> list[Part]:
    periods = find_periods(question, report_year)
    labels = list(dict.fromkeys(mention.label for mention in periods))
    if len(labels) < 2:
        return [Part(question, question, tuple(periods))]
    firsts = [next(mention for mention in periods if mention.label == label) for label in labels]
    shared = question[: firsts[0].span.start].strip(" ,，、和与")
    edges = [mention.span.start for mention in firsts] + [len(question)]
    segments = [question[start:end] for start, end in pairwise(edges)]
    subjects = [_subject(segment, mention) for segment, mention in zip(segments, firsts, strict=True)]
    parts = []
    for segment, mention, subject in zip(segments, firsts, subjects, strict=True):
        own = segment.strip(" ,，、和与")
        if len(subject) < _MIN_SUBJECT:
            # “2020年和2021年分别涉及多少户”: what the last segment asks is asked of every period.
            tail = segments[-1][len(firsts[-1].span.of(question)) :]
            own = mention.span.of(question) + tail
        text = f"{shared}{own}"
        parts.append(Part(own, text, tuple(find_periods(text, report_year))))
    return parts


def _subject(segment: str, mention: PeriodMention) -> str:
    rest = segment[len(mention.span) :].strip(" ,，、和与的")
    return strip_interrogatives(rest).replace(" ", "")
