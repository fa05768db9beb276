"""What a reader made of a file as JSON and back, for the way from the process that parses it."""

from __future__ import annotations

from typing import Any

from index.documents.reader import DocumentText, Remark
from index.types import Box, Place, Span


def pack(read: DocumentText) -> dict[str, Any]:
    """Return `read` as values that JSON knows."""
    return {
        "text": read.text,
        "pages": read.pages,
        "places": [
            (
                place.span.start,
                place.span.end,
                place.box.page,
                (place.box.x0, place.box.y0, place.box.x1, place.box.y1),
                place.edges,
            )
            for place in read.places
        ],
        "notes": [(note.start, note.end) for note in read.notes],
        "lost": read.lost,
        "remarks": [(remark.code, remark.text) for remark in read.remarks],
    }


def unpack(packed: dict[str, Any]) -> DocumentText:
    """Return what `pack` packed."""
    return DocumentText(
        packed["text"],
        tuple(packed["pages"]),
        tuple(
            Place(Span(start, end), Box(page, *corners), tuple(edges))
            for start, end, page, corners, edges in packed["places"]
        ),
        tuple(Span(*note) for note in packed["notes"]),
        packed["lost"],
        tuple(Remark(*remark) for remark in packed["remarks"]),
    )
