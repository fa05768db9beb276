"""English questions in the words of a Chinese report, so that what comes after is as for Chinese ones."""

from index.language.text import normalise_question
from rag.question.english.pinyin import read_aloud
from rag.question.english.term_list import load_lexicon, load_stopwords
from rag.question.english.translation import Translation, is_english, translate

__all__ = ["Translation", "is_english", "prepare", "to_chinese", "translate"]


def prepare() -> None:
    """Read the word lists and the dictionary of pinyin: half a second in which no other thread runs."""
    load_lexicon()
    load_stopwords()
    read_aloud("中")


def to_chinese(question: str, report: str) -> str:
    """Return the normalised `question` in the Chinese words of `report`; one that is not English as it is."""
    translation = translate(question, report)
    return normalise_question(translation.text) if translation else question
