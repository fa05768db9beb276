"""English questions in the words of a Chinese report, so that what comes after is as for Chinese ones."""

from index.language.text import normalise_question
from rag.question.english.translation import Translation, is_english, translate

__all__ = ["Translation", "is_english", "to_chinese", "translate"]


def to_chinese(question: str, report: str) -> str:
    """Return the normalised `question` in the Chinese words of `report`; one that is not English as it is."""
    translation = translate(question, report)
    return normalise_question(translation.text) if translation else question
