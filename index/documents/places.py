"""Where words of a document stand on its pages: from a span of the text to boxes, one a line."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from index.types import Box, Place, Span


def find_boxes(places: Sequence[Place], span: Span) -> tuple[Box, ...]:
    """Return the boxes of the characters in `span`, one a line, in reading order; none if they stand nowhere.

    `places` are a document's, in order and disjoint.
    """
    first = max(0, bisect_right(places, span.start, key=lambda place: place.span.start) - 1)
    boxes = []
    for place in places[first:]:
        if place.span.start >= span.end:
            break
        if place.span.overlaps(span):
            boxes.append(place.cut(max(span.start, place.span.start), min(span.end, place.span.end)))
    return tuple(boxes)


def find_page(places: Sequence[Place], span: Span) -> int | None:
    """Return on which page (counted from 0) `span` begins, None where it stands nowhere."""
    boxes = find_boxes(places, span)
    return boxes[0].page if boxes else None
