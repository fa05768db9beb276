"""The trained reader: a small model that reads a question beside a passage.

pairs.py      what it reads: the question, where the passage stands, a window of the passage
reader.py     what it makes of that: does the window answer, and which of its words do
training/     how it was made; not needed to use it
"""

from rag.evidence.reader.pairs import Pair, choose_window, describe_place
from rag.evidence.reader.reader import Judgement, OnnxReader, Reader, UndecidedReader, load_reader

__all__ = [
    "Judgement",
    "OnnxReader",
    "Pair",
    "Reader",
    "UndecidedReader",
    "choose_window",
    "describe_place",
    "load_reader",
]
