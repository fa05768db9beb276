"""How the page names where a citation stands: its section and its period."""

from __future__ import annotations

from index.types import Period, PeriodKind
from ui.texts.shape import Words


def name_section(section: tuple[str, ...]) -> str:
    """Return a section path as one line."""
    return " › ".join(section)


def name_period(period: Period, words: Words) -> str:
    """Return what the badge of a period says; nothing where neither time nor kind is known."""
    kind = "" if period.kind is PeriodKind.OTHER else words.of_kind(period.kind)
    return " · ".join(filter(None, (period.label, kind)))
