"""Every word of the interface, in Chinese and in English; what reports and answers say is not translated."""

from ui.words.chinese import CHINESE
from ui.words.choosing import ALL_WORDS, choose_words, words_for
from ui.words.english import ENGLISH
from ui.words.shape import Words

__all__ = ["ALL_WORDS", "CHINESE", "ENGLISH", "Words", "choose_words", "words_for"]
