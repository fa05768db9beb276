"""Checking what a language model writes: every sentence against the words that it rests on."""

from rag.verification.claims.alignment import Alignment, align
from rag.verification.claims.sources import Source
from rag.verification.claims.verdict import Fault, Problem
from rag.verification.claims.verifier import find_problems

__all__ = ["Alignment", "Fault", "Problem", "Source", "align", "find_problems"]
