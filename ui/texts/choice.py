"""The language of a visitor: the one chosen on the page, else the browser's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ui.texts.chinese import CHINESE
from ui.texts.english import ENGLISH
from ui.texts.shape import Words

ALL_WORDS = (CHINESE, ENGLISH)

LANGUAGE_COOKIE = "language"
"""Holds the tag of the language that the reader chose on the page (assets/shared/language.js)."""


class Visitor(Protocol):
    """What tells the language of whoever sent a request."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The request's headers."""

    @property
    def cookies(self) -> Mapping[str, str]:
        """The request's cookies."""


def words_for(visitor: Visitor) -> Words:
    """Return the words for whoever sent a request: in the language chosen on the page, else the browser's."""
    chosen = visitor.cookies.get(LANGUAGE_COOKIE)
    return choose_words(chosen or visitor.headers.get("accept-language"))


def choose_words(accept_language: str | None) -> Words:
    """Return the words for a browser with this Accept-Language header.

    Its first language decides: Chinese for any kind of Chinese and for none at all, else English.
    """
    first = (accept_language or "").split(",")[0].strip().lower()
    return CHINESE if not first or first == "*" or first.split("-")[0] == "zh" else ENGLISH
