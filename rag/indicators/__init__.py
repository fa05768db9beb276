"""The indicators of a report: what it says how much of there is, with the exact words it says it in."""

from rag.indicators.extraction import find_indicators
from rag.indicators.series import find_series
from rag.indicators.types import Indicator, Series

__all__ = ["Indicator", "Series", "find_indicators", "find_series"]
