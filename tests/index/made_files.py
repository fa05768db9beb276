"""Real files for tests, made by LibreOffice and Chromium from text whose every character is known."""

from __future__ import annotations

import html
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
"""Debian, Ubuntu: apt install libreoffice-writer-nogui fonts-noto-cjk."""
CONVERSION_SECONDS = 180
FONT = "Noto Serif CJK SC"

_NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
}


def paragraph(text: str, style: str = "Body") -> str:
    """Return a paragraph; `text` may hold elements that `footnote` made, else it is escaped."""
    return f'<text:p text:style-name="{style}">{text if "<text:" in text else html.escape(text)}</text:p>'


def footnote(number: int, words: str) -> str:
    """Return a footnote, to stand inside the text of a paragraph."""
    return (
        f'<text:note text:id="n{number}" text:note-class="footnote">'
        f"<text:note-citation>{number}</text:note-citation>"
        f'<text:note-body><text:p text:style-name="Footnote">{words}</text:p></text:note-body></text:note>'
    )


def columns(*blocks: str) -> str:
    """Return `blocks` in two columns."""
    return f'<text:section text:name="c{hash(blocks)}" text:style-name="Two">{"".join(blocks)}</text:section>'


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return a ruled table."""
    cells = [
        "".join(
            f'<table:table-cell table:style-name="Cell">{paragraph(cell, "Cells")}</table:table-cell>'
            for cell in row
        )
        for row in rows
    ]
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    return (
        '<table:table table:name="t"><table:table-column '
        f'table:number-columns-repeated="{len(rows[0])}"/>{body}</table:table>'
    )


def flat_document(
    blocks: Iterable[str], *, size: float = 16, header: str = "", footer: bool = True, indent: bool = True
) -> str:
    """Return a flat OpenDocument text of A4 pages with `blocks`, a running head and page numbers — n —."""
    names = " ".join(f'xmlns:{key}="{value}"' for key, value in _NAMES.items())
    text = (
        f'style:font-name="Song" style:font-name-asian="Song" fo:font-size="{size}pt" '
        f'style:font-size-asian="{size}pt" fo:language="zh" fo:country="CN" '
        'style:language-asian="zh" style:country-asian="CN"'
    )
    small = text.replace(f'"{size}pt"', f'"{size * 0.75}pt"')
    big = text.replace(f'"{size}pt"', f'"{size * 1.4}pt"')
    head = f"<style:header><text:p>{html.escape(header)}</text:p></style:header>" if header else ""
    foot = (
        '<style:footer><text:p text:style-name="Centre">— <text:page-number/> —</text:p></style:footer>'
        if footer
        else ""
    )
    first = f'fo:text-indent="{2 * size}pt"' if indent else 'fo:margin-bottom="12pt"'
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {names} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls>
<style:font-face style:name="Song" svg:font-family="'{FONT}'"/></office:font-face-decls>
<office:styles>
<style:default-style style:family="paragraph"><style:text-properties {text}/></style:default-style>
<style:style style:name="Body" style:family="paragraph"><style:paragraph-properties {first}/></style:style>
<style:style style:name="Title" style:family="paragraph"><style:paragraph-properties fo:text-align="center"
 fo:margin-bottom="10pt"/><style:text-properties {big}/></style:style>
<style:style style:name="Centre" style:family="paragraph">
<style:paragraph-properties fo:text-align="center"/></style:style>
<style:style style:name="Heading" style:family="paragraph"><style:paragraph-properties {first}/>
<style:text-properties fo:font-weight="bold" style:font-weight-asian="bold"/></style:style>
<style:style style:name="Cells" style:family="paragraph"/>
<style:style style:name="Footnote" style:family="paragraph"><style:text-properties {small}/></style:style>
</office:styles>
<office:automatic-styles>
<style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm"
 fo:margin-top="2cm" fo:margin-bottom="2cm" fo:margin-left="2.5cm" fo:margin-right="2.5cm"/>
<style:header-style>
<style:header-footer-properties fo:min-height="0.8cm" fo:margin-bottom="0.4cm"/></style:header-style>
<style:footer-style>
<style:header-footer-properties fo:min-height="0.8cm" fo:margin-top="0.4cm"/></style:footer-style>
</style:page-layout>
<style:style style:name="Two" style:family="section">
<style:section-properties text:dont-balance-text-columns="false">
<style:columns fo:column-count="2" fo:column-gap="0.8cm"/></style:section-properties></style:style>
<style:style style:name="Cell" style:family="table-cell">
<style:table-cell-properties fo:border="0.5pt solid #000000" fo:padding="0.1cm"/></style:style>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4">{head}{foot}
</style:master-page></office:master-styles>
<office:body><office:text>{"".join(blocks)}</office:text></office:body></office:document>"""


def convert(source: Path, to: str) -> Path:
    """Return `source` converted by LibreOffice to `pdf` or `docx`; skips the test where there is none."""
    if OFFICE is None:
        pytest.skip("LibreOffice is not installed (apt install libreoffice-writer-nogui)")
    target = source.parent / to
    command = [OFFICE, "--headless", f"-env:UserInstallation=file://{source.parent}/profile"]
    command += ["--convert-to", to, "--outdir", str(target), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=CONVERSION_SECONDS)
    return target / f"{source.stem}.{to}"
