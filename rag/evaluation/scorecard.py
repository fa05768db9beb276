"""The figures of an evaluation, and how they are printed."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from rag.evaluation.marks import Marks

P95 = 0.95
SHOWN_ANSWER = 160
"""Characters of a missed answer that are printed: enough to see what went wrong."""
BINS = 5
"""Of the reliability plot: with a hundred answers each still holds enough of them to mean something."""
BAR = 20
"""Characters of a full bar of the reliability plot."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One number each, shares in [0, 1]; NaN where there is nothing to take a mean of.

    Over answerable questions: `correct` (contains everything expected, and is short), `supported` (a citation
    meets the evidence), both together, `evidence_recall` (share of the evidence cited), `citation_precision`
    (citations that meet the evidence), `false_refusal`, `spill` (cited characters beside the evidence),
    `citations_mean` (of questions not refused), `answer_chars_p50`. Over all: `n`, `errors`, `quote_validity`
    (citations whose quote stands at their offsets), `refusal_precision`, latency in milliseconds. Over
    unanswerable ones: `refusal_recall`.
    """

    n: int
    errors: int
    correct: float
    correct_and_supported: float
    supported: float
    evidence_recall: float
    citation_precision: float
    quote_validity: float
    refusal_recall: float
    refusal_precision: float
    false_refusal: float
    spill: float
    citations_mean: float
    answer_chars_p50: float
    p50_ms: float
    p95_ms: float

    @classmethod
    def from_marks(cls, marks: Sequence[Marks]) -> Figures:
        """Sum up `marks`, of which there is at least one."""
        answerable = [mark for mark in marks if mark.case.answerable]
        unanswerable = [mark for mark in marks if not mark.case.answerable]
        milliseconds = sorted(mark.milliseconds for mark in marks)
        cited = sum(mark.citations for mark in answerable)
        return cls(
            n=len(marks),
            errors=sum(mark.error for mark in marks),
            correct=_mean(mark.correct for mark in answerable),
            correct_and_supported=_mean(mark.earned for mark in answerable),
            supported=_mean(mark.supported for mark in answerable),
            evidence_recall=_mean(mark.covered for mark in answerable),
            citation_precision=sum(mark.hits for mark in answerable) / cited if cited else math.nan,
            quote_validity=_share((mark.valid for mark in marks), of=sum(mark.citations for mark in marks)),
            refusal_recall=_mean(mark.refused for mark in unanswerable),
            refusal_precision=_share(
                (mark.refused for mark in unanswerable), of=sum(mark.refused for mark in marks)
            ),
            false_refusal=_mean(mark.refused for mark in answerable),
            spill=_share((mark.spilled for mark in answerable), of=sum(mark.cited for mark in answerable)),
            citations_mean=_mean(mark.citations for mark in answerable if not mark.refused),
            answer_chars_p50=(
                statistics.median(len(mark.answer) for mark in answerable) if answerable else 0
            ),
            p50_ms=statistics.median(milliseconds),
            p95_ms=milliseconds[int(P95 * (len(milliseconds) - 1))],
        )

    def rows(self) -> list[tuple[str, str]]:
        """Return name and printed value of every figure."""
        values = [(field.name, getattr(self, field.name)) for field in fields(self)]
        return [(name, str(value) if name in ("n", "errors") else f"{value:.3f}") for name, value in values]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The outcome of an evaluation: `questions` names the file, `marks` stand in its order."""

    questions: str
    figures: Figures
    marks: tuple[Marks, ...]

    @classmethod
    def from_marks(cls, questions: str, marks: Sequence[Marks]) -> Scorecard:
        """Sum up `marks`, of which there is at least one."""
        return cls(questions, Figures.from_marks(marks), tuple(marks))

    @property
    def by_category(self) -> dict[str, tuple[float, int]]:
        """Share of right outcomes and number of questions, categories in alphabetical order."""
        earned: defaultdict[str, list[bool]] = defaultdict(list)
        for mark in self.marks:
            earned[mark.case.category].append(mark.earned)
        return {category: (_mean(values), len(values)) for category, values in sorted(earned.items())}

    @property
    def reliability(self) -> list[tuple[float, float, int]]:
        """Mean confidence, share of right outcomes and number of answers, bin by bin, empty ones left out.

        An answer to an unanswerable question counts as wrong. Confidence is calibrated where both agree.
        """
        bins: defaultdict[int, list[Marks]] = defaultdict(list)
        for mark in self.marks:
            if mark.confidence is not None:
                bins[min(int(mark.confidence * BINS), BINS - 1)].append(mark)
        return [
            (_mean(m.confidence or 0.0 for m in marks), _mean(m.earned for m in marks), len(marks))
            for _, marks in sorted(bins.items())
        ]

    @property
    def refusals(self) -> dict[tuple[bool, str], int]:
        """How many questions that are answerable (or not) ended in which outcome."""
        return dict(sorted(Counter((mark.case.answerable, _outcome(mark)) for mark in self.marks).items()))

    @property
    def misses(self) -> tuple[Marks, ...]:
        """The questions whose outcome is not the right one."""
        return tuple(mark for mark in self.marks if not mark.earned)

    def render_text(self, misses: int = 0) -> str:
        """Render for the terminal, with up to `misses` of the questions that went wrong."""
        lines = [f"{name:22s} {value}" for name, value in self.figures.rows()]
        categories = (f"{name} {share:.2f} ({n})" for name, (share, n) in self.by_category.items())
        lines.append("by category: " + "  ".join(categories))
        lines.extend("MISS | " + " | ".join(_describe_miss(mark)) for mark in self.misses[:misses])
        return "\n".join(lines)

    def render_markdown(self) -> str:
        """Render as a document: figures, categories and every miss."""
        categories = [(name, f"{share:.2f}", str(n)) for name, (share, n) in self.by_category.items()]
        missed = [_describe_miss(mark) for mark in self.misses]
        refusals = [
            ("yes" if answerable else "no", outcome, str(count))
            for (answerable, outcome), count in self.refusals.items()
        ]
        reliability = [
            (f"{confidence:.2f}", f"{right:.2f}", str(count), "█" * round(right * BAR))
            for confidence, right, count in self.reliability
        ]
        return "\n".join(
            [
                f"# Scorecard: {self.questions}",
                "",
                *_table(("figure", "value"), self.figures.rows()),
                "",
                "## Right outcomes by category",
                "",
                *_table(("category", "share", "questions"), categories),
                "",
                "## Refusals",
                "",
                *_table(("report answers", "outcome", "questions"), refusals),
                "",
                "## Reliability: how often answers of a confidence are right",
                "",
                *_table(("confidence", "right", "answers", "plot"), reliability),
                "",
                f"## Misses ({len(missed)})",
                "",
                *(
                    _table(("id", "category", "question", "expected", "outcome", "answer"), missed)
                    or ["None."]
                ),
                "",
            ]
        )


def _outcome(mark: Marks) -> str:
    return "error" if mark.error else "refused" if mark.refused else "answered"


def _mean(values: Iterable[float]) -> float:
    collected = [float(value) for value in values]
    return statistics.fmean(collected) if collected else math.nan


def _share(counts: Iterable[int], of: int) -> float:
    return sum(counts) / max(1, of)


def _describe_miss(mark: Marks) -> tuple[str, ...]:
    case = mark.case
    expected = "、".join(case.expected) if case.answerable else "(no answer)"
    answer = " ".join(mark.answer.split())[:SHOWN_ANSWER]
    return case.id, case.category, case.question, expected, mark.outcome, answer


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a Markdown table, or nothing when there are no rows."""
    if not rows:
        return []
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
