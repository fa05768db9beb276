"""Bytes of a text file as text: the character sets that Chinese files are written in, one after the other."""

from __future__ import annotations

import codecs
from contextlib import suppress

from index.errors import UnreadableError

BYTE_ORDER_MARK = "\ufeff"

_MARKED = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_UNMARKED_UTF16 = ("utf-16-le", "utf-16-be")
_USUAL = (
    (0x4E00, 0x9FFF),  # ideographs
    (0x3400, 0x4DBF),
    (0x3000, 0x303F),  # Chinese marks
    (0xFF00, 0xFFEF),  # full-width forms
    (0x2010, 0x203A),  # dashes and quotation marks
    (0x20, 0x7E),
    (0x09, 0x0D),
)
"""What Chinese text consists of: code points from and to."""
_USUAL_SHARE = 0.95
"""Of bytes in another character set, read as UTF-16, most become Hangul, surrogates or private characters."""
_LONGEST_TAIL = 3
"""Bytes that may be left of a last UTF-8 character where a file was cut."""


def decode_text(data: bytes, name: str) -> str:
    """Decode `data` and drop a byte-order mark; nothing else is changed.

    As its mark says, else as UTF-8 (cut inside its last character at worst: that is dropped), as UTF-16 where
    that gives Chinese text, or as GB18030, which holds GB2312 and GBK. Raises UnreadableError, naming `name`
    and the first byte that does not fit.
    """
    for mark, encoding in _MARKED.items():
        if data.startswith(mark):
            try:
                return data.removeprefix(mark).decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableError(
                    f"{name} is marked as {encoding.upper()}, but byte {len(mark) + error.start} "
                    "does not fit; save the file as UTF-8.",
                    "character_set",
                    name,
                ) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if (text := _decode_cut(data, error) or _decode_by_shape(data)) is not None:
            return text
        try:
            return data.decode("gb18030").removeprefix(BYTE_ORDER_MARK)
        except UnicodeDecodeError:
            raise UnreadableError(
                f"{name} is neither UTF-8 nor GB18030: byte {error.start} (0x{data[error.start]:02x}) "
                "does not fit; save the file as UTF-8.",
                "character_set",
                name,
            ) from error


def looks_utf16(data: bytes) -> bool:
    """Tell whether `data` is UTF-16, as its mark or what it is made of says."""
    marks = tuple(mark for mark, encoding in _MARKED.items() if encoding in _UNMARKED_UTF16)
    return data.startswith(marks) or _decode_by_shape(data[: len(data) // 2 * 2]) is not None


def _decode_cut(data: bytes, error: UnicodeDecodeError) -> str | None:
    """Return the text where `data` is UTF-8 but for the beginning of a character at its end.

    Something before has to show that it is UTF-8: the tail of an ASCII text may as well be GB18030.
    """
    whole = data[: error.start]
    cut = error.reason == "unexpected end of data" and len(data) - error.start <= _LONGEST_TAIL
    return whole.decode("utf-8") if cut and not whole.isascii() else None


def _decode_by_shape(data: bytes) -> str | None:
    """Return the text where `data` is UTF-16 without a mark, told by what it is made of.

    In either order the bytes may give ideographs; in the right one more of them are in everyday use (GB2312).
    """
    texts = []
    for encoding in _UNMARKED_UTF16:
        with suppress(UnicodeDecodeError):
            texts.append(data.decode(encoding))
    chinese = [text for text in texts if text and sum(map(_is_usual, text)) >= _USUAL_SHARE * len(text)]
    return max(chinese, key=lambda text: len(text.encode("gb2312", "ignore")), default=None)


def _is_usual(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _USUAL)
