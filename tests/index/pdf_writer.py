"""Writes small PDFs by hand: words at places, in a font that is named and not embedded; no program needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595.0, 842.0  # A4 in points


@dataclass
class Sheet:
    """A page: `words` as (x, baseline's distance from the upper edge, size, text), `lines` as two points."""

    words: list[tuple[float, float, float, str]] = field(default_factory=list)
    lines: list[tuple[float, float, float, float]] = field(default_factory=list)
    extra: str = ""  # entries of the page's dictionary: /Rotate 90
    content: str = ""  # operators after the words
    width: float = WIDTH
    height: float = HEIGHT

    def paragraph(self, x: float, y: float, size: float, lines: Sequence[str], pitch: float = 1.5) -> float:
        """Add lines below each other, the first indented by two characters; return where the next goes."""
        for number, line in enumerate(lines):
            self.words.append((x + (0 if number else 2 * size), y, size, line))
            y += pitch * size
        return y

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        """Rule a table."""
        self.lines += [(xs[0], y, xs[-1], y) for y in ys] + [(x, ys[0], x, ys[-1]) for x in xs]


def write_pdf(
    sheets: Sequence[Sheet],
    *,
    to_unicode: Mapping[int, int] | None = None,
    catalog: str = "",
    objects: Mapping[int, str] | None = None,
) -> bytes:
    """Return a PDF of `sheets`; `to_unicode` says of codes which characters they are shown for."""
    parts: dict[int, bytes] = {
        1: f"<</Type/Catalog/Pages 2 0 R {catalog}>>".encode(),
        3: (
            "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]"
            f"{'/ToUnicode 6 0 R' if to_unicode is not None else ''}>>"
        ).encode(),
        4: b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)"
        b"/Ordering(GB1)/Supplement 2>>/DW 1000/FontDescriptor 5 0 R>>",
        5: b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
        b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
    }
    if to_unicode is not None:
        parts[6] = _stream(_map(to_unicode).encode())
    parts |= {number: text.encode() for number, text in (objects or {}).items()}
    kids = []
    for sheet in sheets:
        number = max(parts) + 1
        kids.append(number)
        parts[number] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {sheet.width} {sheet.height}]/Contents {number + 1} 0 R"
            f"/Resources<</Font<</F 3 0 R>>/XObject<</X 90 0 R/I 91 0 R>>>>{sheet.extra}>>"
        ).encode()
        parts[number + 1] = _stream(_draw(sheet).encode())
    parts[2] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(f'{kid} 0 R' for kid in kids)}]>>".encode()
    return _file(parts)


def _draw(sheet: Sheet) -> str:
    drawn = [
        f"BT /F {size} Tf 1 0 0 1 {x} {sheet.height - y} Tm <{text.encode('utf-16-be').hex()}> Tj ET"
        for x, y, size, text in sheet.words
    ]
    drawn += [
        f"0.5 w {x0} {sheet.height - y0} m {x1} {sheet.height - y1} l S" for x0, y0, x1, y1 in sheet.lines
    ]
    return "\n".join([*drawn, sheet.content])


def _map(to_unicode: Mapping[int, int]) -> str:
    rows = "\n".join(f"<{code:04x}> <{shown:04x}>" for code, shown in to_unicode.items())
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(to_unicode)} beginbfchar\n{rows}\n"
        "endbfchar endcmap end end"
    )


def _stream(content: bytes) -> bytes:
    return b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)


def _file(parts: Mapping[int, bytes]) -> bytes:
    out, offsets = bytearray(b"%PDF-1.7\n"), {}
    for number in sorted(parts):
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, parts[number])
    start, size = len(out), max(parts) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 %s \n" % (offsets.get(number, 0), b"n" if number in offsets else b"f")
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, start))
