"""English questions in the words of a Chinese report, so that what comes after is as for Chinese ones."""

from rag.english.translation import Translation, is_english, translate

__all__ = ["Translation", "is_english", "translate"]
