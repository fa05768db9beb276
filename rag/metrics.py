"""Figures for Prometheus: requests, answers, durations, broken invariants, and what a language model took."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from rag.types import Answer, Status

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of the duration buckets: from a health check to an LLM on a slow CPU."""

_MILLISECONDS = 1_000.0
METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})

# One of each for the process: answers are verified, and models asked, where no application is known.
_violations = Counter(
    "report_rag_invariant_violations",
    "Answers that the verifier refused, by the invariant they broke.",
    ["invariant"],
    registry=None,
)
_llm_calls = Counter(
    "report_rag_llm_calls",
    "Replies asked of a language model, by how they ended.",
    ["outcome"],
    registry=None,
)
_llm_tokens = Counter(
    "report_rag_llm_tokens",
    "Tokens sent to a language model (input) and received (output).",
    ["direction"],
    registry=None,
)
_llm_cost = Counter(
    "report_rag_llm_cost",
    "Cost of these tokens, in the currency of the prices configured.",
    registry=None,
)
_llm_first = Histogram(
    "report_rag_llm_first_token_seconds",
    "Seconds from asking a language model to the first words of its reply.",
    buckets=SECONDS,
    registry=None,
)
_llm_seconds = Histogram(
    "report_rag_llm_seconds",
    "Seconds from asking a language model to the end of its reply, however it ended.",
    buckets=SECONDS,
    registry=None,
)
_llm_sentences = Counter(
    "report_rag_llm_sentences",
    "Sentences of a language model, by whether they were verified or why they were left out.",
    ["outcome"],
    registry=None,
)
_llm_verification = Histogram(
    "report_rag_llm_verification_seconds",
    "Seconds that checking one sentence of a language model took.",
    buckets=SECONDS,
    registry=None,
)
PROCESS_WIDE = (
    _llm_sentences,
    _llm_verification,
    _violations,
    _llm_calls,
    _llm_tokens,
    _llm_cost,
    _llm_first,
    _llm_seconds,
)


def count_violation(invariant: str) -> None:
    """Count an answer that broke `invariant` (a short name: it becomes a label)."""
    _violations.labels(invariant).inc()


def count_llm_call(outcome: str, seconds: float | None = None, first: float | None = None) -> None:
    """Count a reply that ended with `outcome`, the `seconds` it took and those until its `first` words."""
    _llm_calls.labels(outcome).inc()
    if seconds is not None:
        _llm_seconds.observe(seconds)
    if first is not None:
        _llm_first.observe(first)


def count_llm_sentence(outcome: str, seconds: float) -> None:
    """Count a sentence of a language model and the `seconds` that checking it took."""
    _llm_sentences.labels(outcome).inc()
    _llm_verification.observe(seconds)


def count_llm_tokens(sent: int, received: int, cost: float) -> None:
    """Count the tokens of a prompt and of its reply, and what both cost."""
    _llm_tokens.labels("input").inc(sent)
    _llm_tokens.labels("output").inc(received)
    _llm_cost.inc(cost)


class Metrics:
    """The figures of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        for figure in PROCESS_WIDE:
            self._registry.register(figure)
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "report_rag_requests",
            "HTTP requests.",
            ["method", "path", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "report_rag_request_seconds",
            "Seconds from an HTTP request to the last byte of its response.",
            ["path"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "report_rag_answers",
            "Questions asked over REST, by how they ended.",
            ["status", "reason"],
            registry=self._registry,
        )

        self._refusals = Counter(
            "report_rag_refusals",
            "Questions that were not answered, by the check that refused them.",
            ["check"],
            registry=self._registry,
        )
        self._steps = Histogram(
            "report_rag_answer_seconds",
            "Seconds of an answer, by step: retrieve, read, write (a language model) and total.",
            ["step"],
            buckets=SECONDS,
            registry=self._registry,
        )

    def watch_index(self, generation: Callable[[], int], documents: Callable[[], int]) -> None:
        """Show which generation of the index answers and how many documents it has."""
        for name, tells, count in (
            ("report_rag_index_generation", "The generation of the index that answers.", generation),
            ("report_rag_documents", "Documents that can be asked.", documents),
        ):
            Gauge(name, tells, registry=self._registry).set_function(count)

    def watch_queue(self, running: Callable[[], int], waiting: Callable[[], int]) -> None:
        """Show how many questions are worked on and how many wait, as they are when the figures are read."""
        for name, tells, count in (
            ("report_rag_queue_running", "Questions that are worked on.", running),
            ("report_rag_queue_waiting", "Questions that wait for their turn.", waiting),
        ):
            Gauge(name, tells, registry=self._registry).set_function(count)

    def count_request(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count a request; `path` is the route's template, so that labels stay few."""
        self._requests.labels(method if method in METHODS else "other", path, status).inc()
        self._seconds.labels(path).observe(seconds)

    def count_answer(self, answer: Answer) -> None:
        """Count how a question ended and how long its steps took."""
        self._answers.labels(answer.status, answer.reason.code if answer.reason else "").inc()
        if answer.status is Status.NOT_FOUND:
            self._refusals.labels(answer.decided_by or "other").inc()
        timings = answer.timings
        for step, milliseconds in (
            ("retrieve", timings.retrieve),
            ("read", timings.read),
            ("write", timings.write),
            ("total", timings.total),
        ):
            if milliseconds:
                self._steps.labels(step).observe(milliseconds / _MILLISECONDS)

    def render(self) -> bytes:
        """Return every figure in Prometheus' text format."""
        return generate_latest(self._registry)
