"""Measures answers against questions whose answers are known."""

from rag.evaluate.questions import Case, read_cases
from rag.evaluate.runner import evaluate, write_scorecard
from rag.evaluate.scorecard import Figures, Scorecard

__all__ = ["Case", "Figures", "Scorecard", "evaluate", "read_cases", "write_scorecard"]
