"""What tests of failing endpoints share: short limits, and what every error has to say."""

from __future__ import annotations

from rag.errors import ModelError, ModelFault
from rag.llm.client import ChatClient

BRIEF = 0.4
"""Seconds that a model is given where it must not be in time."""
MANY = 1_000_000
"""Tokens that no reply reaches."""


def check(error: ModelError, fault: ModelFault, model: ChatClient) -> None:
    assert error.fault is fault
    assert model.address in str(error)
    assert "\n" not in str(error)
    assert str(error).endswith(".")
