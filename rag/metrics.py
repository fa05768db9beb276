"""Figures for Prometheus: requests, answers, durations, and invariants that a verified answer broke."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest

from rag.types import Answer

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of the duration buckets: from a health check to an LLM on a slow CPU."""

METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})

_violations = Counter(
    "report_rag_invariant_violations",
    "Answers that the verifier refused, by the invariant they broke.",
    ["invariant"],
    registry=None,  # one for the process: answers are verified where no application is known
)


def count_violation(invariant: str) -> None:
    """Count an answer that broke `invariant` (a short name: it becomes a label)."""
    _violations.labels(invariant).inc()


class Metrics:
    """The figures of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_violations)
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

    def count_request(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count a request; `path` is the route's template, so that labels stay few."""
        self._requests.labels(method if method in METHODS else "other", path, status).inc()
        self._seconds.labels(path).observe(seconds)

    def count_answer(self, answer: Answer) -> None:
        """Count how a question ended."""
        self._answers.labels(answer.status, answer.reason.code if answer.reason else "").inc()

    def render(self) -> bytes:
        """Return every figure in Prometheus' text format."""
        return generate_latest(self._registry)
