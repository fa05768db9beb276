"""Step 3: a query and its evidence become a draft or a refusal; each kind of answer has a room of its own."""

from rag.answers.answerers import ANSWERERS, answer

__all__ = ["ANSWERERS", "answer"]
