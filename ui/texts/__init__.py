"""Every word of the interface, in Chinese and in English; what reports and answers say is not translated."""

from ui.texts.chinese import CHINESE
from ui.texts.choice import ALL_WORDS, choose_words, words_for
from ui.texts.english import ENGLISH
from ui.texts.shape import Words

__all__ = ["ALL_WORDS", "CHINESE", "ENGLISH", "Words", "choose_words", "words_for"]
