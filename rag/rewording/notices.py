"""Why sentences of a language model are left out, beside the faults of a claim."""

from __future__ import annotations

from enum import StrEnum


class Left(StrEnum):
    """Why a sentence of a model is not even held against what it cites."""

    FRAGMENT = "fragment"
    MARKUP = "markup"
    LANGUAGE = "language"
    REPEATED = "repeated"
