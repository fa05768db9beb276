"""Checking what a language model writes: every sentence against the words that it rests on."""

from rag.claims.alignment import Alignment, align
from rag.claims.checking import find_problems
from rag.claims.problems import Fault, Problem
from rag.claims.sources import Source

__all__ = ["Alignment", "Fault", "Problem", "Source", "align", "find_problems"]
