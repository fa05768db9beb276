"""Measures answers against questions whose answers are known."""

from rag.evaluation.cases import Case, read_cases
from rag.evaluation.runner import evaluate, write_scorecard
from rag.evaluation.scorecard import Figures, Scorecard

__all__ = ["Case", "Figures", "Scorecard", "evaluate", "read_cases", "write_scorecard"]
