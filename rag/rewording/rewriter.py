"""A follow-up question made to stand alone by a language model, in words of the conversation only."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Generator, Sequence

from index.language.lexicon import compile_words
from index.language.periods import find_times, remove_times
from index.language.text import normalise_question
from rag.errors import ModelError
from rag.llm.client import ChatModel
from rag.rewording.prompts import TEMPLATE_TOKENS, rewrite_messages
from rag.rewording.reply_sentences import SentenceCutter
from rag.types import Stage, Turn
from rag.verification.claims.checks.new_words import content_words, find_novelties
from rag.verification.claims.numbers import read_figures, write_digits

_POINTERS = compile_words("requests", "pointers")

logger = logging.getLogger(__name__)

REWRITTEN_TOKENS = 80
"""Room for one question."""
SECONDS = 20.0
"""A reader waits for the answer after it."""
RECENT_TURNS = 6
"""Messages: what a follow-up leans on stands in one of the last three exchanges."""
MOST_NEW = 4
"""Characters of new words: a verb or a particle, not another subject."""


def rewrite(
    question: str, history: Sequence[Turn], model: ChatModel, context: int, year: int
) -> Generator[Stage, None, str | None]:
    """Return `question` as one that stands alone, or None when the model fails or makes another one of it.

    Yields stages while the model writes. `context` is the size of its window in tokens; relative years count
    from `year`.
    """
    recent = _fit_turns(question, history[-RECENT_TURNS:], model, context)
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
    if not _stays_within(rewritten, said, year) or not _keeps(rewritten, normalise_question(question), year):
        return None
    return rewritten


def _fit_turns(question: str, turns: Sequence[Turn], model: ChatModel, context: int) -> Sequence[Turn]:
    """Return the last of the `turns` that the window has room for."""
    room = context - REWRITTEN_TOKENS - TEMPLATE_TOKENS
    while turns and room < sum(
        model.count_tokens(message.content) for message in rewrite_messages(question, turns)
    ):
        turns = turns[1:]
    return turns


def _keeps(rewritten: str, question: str, year: int) -> bool:
    """Tell whether `rewritten` still asks what `question` names: its times, figures and things."""
    asked = {mention.label for mention in find_times(rewritten, year)}
    if any(mention.label not in asked for mention in find_times(question, year)):
        return False
    timeless = remove_times(question, find_times(question, year))
    return all(word in rewritten for word in content_words(_POINTERS.sub(" ", timeless)))


def _stays_within(rewritten: str, said: str, year: int) -> bool:
    """Tell whether `rewritten` asks something in words of the conversation: no other time, figure or name."""
    if not rewritten or rewritten in said:
        return False
    known = {mention.label for mention in find_times(said, year)}
    if any(mention.label not in known for mention in find_times(rewritten, year)):
        return False
    figures = read_figures(write_digits(said))
    if any(
        not any(figure.equals(other) for other in figures) for figure in read_figures(write_digits(rewritten))
    ):
        return False
    timeless = remove_times(rewritten, find_times(rewritten, year))
    novelties, _ = find_novelties(write_digits(timeless), f"{said}\n{write_digits(said)}")
    return sum(len(one.word) for one in novelties) <= MOST_NEW and not any(
        one.is_name or one.is_noun for one in novelties
    )
