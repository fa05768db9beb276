"""Cues: by which words a question shows what it asks for, as data with examples."""

from rag.question.cues.loading import Cue, CueFile, load_cues

__all__ = ["Cue", "CueFile", "load_cues"]
