"""The nouns of a report's indicators: one statement of a figure, and one indicator over several periods."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from index.types import Period, Span


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure that a report states of something, in one period.

    `name` is what a reader would call it. `change` is the verb of a growth or decline (年均增长), empty where
    the figure says how much there is. `value` is the figure as printed, hedge and unit included; `number` is
    it in units of `unit`, magnitudes applied and negative for a decline. `span` covers the clause, `figure`
    the figure inside it. `section` is the path of headings above them.
    """

    document: str
    name: str
    change: str
    value: str
    number: Decimal
    unit: str
    period: Period
    span: Span
    figure: Span
    section: tuple[str, ...]

    @property
    def shown_value(self) -> str:
        """The figure together with its change, as a reader would say it: 年均增长4.3%."""
        return self.change + self.value


@dataclass(frozen=True, slots=True)
class Series:
    """One indicator that a report gives for several periods; `rows` are in the order of the periods."""

    name: str
    unit: str
    rows: tuple[Indicator, ...]
