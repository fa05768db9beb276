"""A follow-up question made to stand alone by a language model, in words of the conversation only."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Generator, Sequence

from rag.claims.numbers import read_figures, write_digits
from rag.claims.vocabulary import find_novelties
from rag.errors import ModelError
from rag.llm.client import ChatModel
from rag.llm.prompts import rewrite_messages
from rag.llm.sentences import SentenceCutter
from rag.scope import find_periods, remove_periods
from rag.types import Stage, Turn
from rag.wording import normalise_question

logger = logging.getLogger(__name__)

REWRITTEN_TOKENS = 80
"""Room for one question."""
SECONDS = 20.0
"""A reader waits for the answer after it."""
RECENT_TURNS = 6
MOST_NEW = 4
"""Characters of new words: a verb or a particle, not another subject."""


def rewrite(
    question: str, history: Sequence[Turn], model: ChatModel, year: int
) -> Generator[Stage, None, str | None]:
    """Return `question` as one that stands alone, or None when the model fails or brings in words of its own.

    Yields stages while the model writes. Relative years count from `year`.
    """
    recent = history[-RECENT_TURNS:]
    cutter = SentenceCutter()
    sentences = []
    try:
        with contextlib.closing(
            model.write(rewrite_messages(question, recent), REWRITTEN_TOKENS, SECONDS)
        ) as pieces:
            for piece in pieces:
                sentences += cutter.feed(piece)
                yield Stage.WRITING
                if sentences:
                    break
    except ModelError as error:
        logger.warning("%s", error)
        return None
    sentences += cutter.finish()
    rewritten = normalise_question(sentences[0].words) if sentences else ""
    said = "\n".join(normalise_question(text) for text in (*(turn.content for turn in recent), question))
    return rewritten if _stays_within(rewritten, said, year) else None


def _stays_within(rewritten: str, said: str, year: int) -> bool:
    """Tell whether `rewritten` asks something in words of the conversation: no other time, figure or name."""
    if not rewritten or rewritten in said:
        return False
    known = {mention.label for mention in find_periods(said, year)}
    if any(mention.label not in known for mention in find_periods(rewritten, year)):
        return False
    figures = read_figures(write_digits(said))
    if any(
        not any(figure.equals(other) for other in figures) for figure in read_figures(write_digits(rewritten))
    ):
        return False
    timeless = remove_periods(rewritten, tuple(find_periods(rewritten, year)))
    novelties, _ = find_novelties(write_digits(timeless), f"{said}\n{write_digits(said)}")
    return sum(len(one.word) for one in novelties) <= MOST_NEW and not any(
        one.is_name or one.is_noun for one in novelties
    )
