"""Tokens of a language model: the encoder's tokenizer, corrected by what the endpoint reports."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from index.encoder import load_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FIRST_FACTOR = 1.5
"""Assumed until an endpoint reports: a vocabulary with little Chinese needs more tokens than ours."""
LEAST_FACTOR = 1.0
"""Some endpoints report only the part of a prompt that they had not cached."""
MOST_FACTOR = 4.0
"""A vocabulary that spells Chinese in bytes takes about three: more is no fact about the model's tokens."""
RECENT = 8
"""Reported prompts that are remembered; the largest of their ratios counts."""
LEAST_PROMPT = 200
"""Own tokens from which on a prompt counts: in a short one the model's template outweighs the text."""


class TokenCounter:
    """Counts tokens cautiously; safe from several threads."""

    def __init__(self) -> None:
        self._ratios: deque[float] = deque(maxlen=RECENT)
        self._lock = threading.Lock()

    def count(self, text: str) -> int:
        """Return how many tokens of the model `text` takes, rather too many than too few."""
        return math.ceil(self.count_own(text) * self.factor)

    def count_own(self, text: str) -> int:
        """Return how many tokens of the encoder `text` takes."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    @property
    def factor(self) -> float:
        """How many tokens of the model one of the encoder stands for."""
        with self._lock:
            return max((LEAST_FACTOR, *self._ratios)) if self._ratios else FIRST_FACTOR

    def learn(self, texts: Iterable[str], reported: int) -> None:
        """Take note that an endpoint counted `reported` tokens in a prompt that consists of `texts`."""
        if (own := sum(map(self.count_own, texts))) >= LEAST_PROMPT:
            with self._lock:
                self._ratios.append(min(reported, MOST_FACTOR * own) / own)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return load_tokenizer()
