"""Pages of a PDF as pictures (WebP), of the widths that the page view asks for."""

from __future__ import annotations

import io

from index.documents.limits import FileLimits
from index.documents.pdf.opening import open_pdf
from index.errors import UnreadableError

_QUALITY = 80  # of WebP: letters show no trace of it
_EFFORT = 2  # of 6: half the time of the usual 4, some 4 % more bytes
_WHITE = (255, 255, 255, 255)
_SPARE = 0.5  # pixels: the library rounds up what it draws
_LONGEST_SIDE = 16_383  # pixels, of a WebP


def render_pdf_page(data: bytes, name: str, page: int, width: int, limits: FileLimits) -> bytes:
    """Return page `page` (from 0) as a picture `width` pixels wide, as a viewer shows it.

    Raises UnreadableError where there is no such page, or where it is so high that it cannot be drawn.
    """
    with open_pdf(data, name) as document:
        if not 0 <= page < len(document):
            raise UnreadableError(
                f"{name} has {len(document)} pages, and no page {page}: count from 0.", "no_page", name
            )
        sheet = document[page]
        scale = (width - _SPARE) / max(sheet.get_width(), 1.0)
        height = sheet.get_height() * scale
        if width * height > limits.pixels or height > _LONGEST_SIDE:
            raise UnreadableError(
                f"Page {page} of {name} is {height / width:.0f} times as high as it is wide, too high for "
                "a picture: read its text instead.",
                "too_heavy",
                name,
            )
        picture = sheet.render(scale=scale, fill_color=_WHITE).to_pil().convert("RGB")
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=_QUALITY, method=_EFFORT)
    return file.getvalue()
