"""The report as HTML: every character at its offset, everything escaped, the structure visible."""

from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from index.types import (
    Document,
    DocumentMeta,
    IndexedDocument,
    Passage,
    Period,
    PeriodKind,
    Role,
    Span,
    Structure,
)
from ui.texts import CHINESE
from ui.views.report import render_report

META = DocumentMeta("题", "地", 2021, dt.date(2021, 2, 7), "", "", "源", "")


class _Pieces(HTMLParser):
    """Collects the text between tags by the offsets it claims, and the names of all tags."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[tuple[int, int, str]] = []
        self.tags: list[str] = []
        self._open = 0  # how deep inside a piece
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        if "data-start" in given:
            self.pieces.append((int(given["data-start"] or 0), int(given["data-end"] or 0), ""))
        self._open += "data-start" in given or self._open > 0

    def handle_endtag(self, tag: str) -> None:
        self._open -= self._open > 0

    def handle_data(self, data: str) -> None:
        if self._open:
            start, end, text = self.pieces[-1]
            self.pieces[-1] = (start, end, text + data)


def _parse(indexed: IndexedDocument) -> _Pieces:
    return _Pieces(render_report(indexed, CHINESE))


def _bare(text: str, passages: tuple[Passage, ...]) -> IndexedDocument:
    return IndexedDocument(Document("d", text, "0" * 64, META), Structure((), passages, ()))


def test_pieces_tile_the_text_and_hold_exactly_their_characters(report):
    text, pieces = report.document.text, _parse(report).pieces
    assert [piece[2] for piece in pieces] == [text[start:end] for start, end, _ in pieces]
    assert "".join(piece[2] for piece in pieces) == text


@given(
    st.text(st.sampled_from("甲😀a<&>\"' \r\n\t。\u3000\u2028")),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=6),
)
def test_any_text_with_any_passages_is_tiled(text, wishes):
    passages, free = [], 0
    for start, length in sorted(wishes):
        span = Span(max(start, free), min(max(start, free) + length, len(text)))
        if span.start < span.end:
            passages.append(Passage("d", span, (), Period("", PeriodKind.OTHER), Role.BODY))
            free = span.end
    pieces = _parse(_bare(text, tuple(passages))).pieces
    assert [(start, end) for start, end, _ in pieces] == list(
        zip([0, *(end for _, end, _ in pieces)], [end for _, end, _ in pieces], strict=False)
    )
    assert "".join(piece[2] for piece in pieces) == text


def test_a_passage_begins_and_ends_where_a_piece_does(report):
    pieces = _parse(report).pieces
    starts, ends = {start for start, _, _ in pieces}, {end for _, end, _ in pieces}
    for passage in report.structure.passages:
        assert passage.span.start in starts
        assert passage.span.end in ends


def test_a_carriage_return_survives_the_browsers_parser():
    text = "甲。\r\n乙。"
    indexed = _bare(text, (Passage("d", Span(0, 6), (), Period("", PeriodKind.OTHER), Role.BODY),))
    assert "&#13;\n" in render_report(indexed, CHINESE)


def test_markup_in_text_and_title_is_escaped(report, attack):
    html = render_report(report, CHINESE)
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("&lt;script&gt;") == 2


def test_headings_glossary_and_furniture_are_told_apart(report):
    html = render_report(report, CHINESE)
    assert "<h3>" in html
    assert '<span class="run-in level-2"' in html
    assert '<p class="entry"><span class="term"' in html
    assert (
        html.count('<details class="chrome">') == 3
    )  # before the title, the glossary's unlisted heading, after it


def test_a_report_without_line_breaks_is_cut_at_its_sections(report):
    from dataclasses import replace

    from index.types import Section

    text = "题目。一、甲的回顾。甲做了事。二、乙的打算。乙要做事。"
    sections = (Section("一、甲的回顾", 1, 3, 15), Section("二、乙的打算", 1, 15, 28))
    passages = tuple(
        Passage(
            "d",
            Span(text.index(words), text.index(words) + len(words)),
            (),
            Period("", PeriodKind.OTHER),
            Role.BODY,
        )
        for words in ("甲做了事。", "乙要做事。")
    )
    indexed = replace(_bare(text, passages), structure=Structure(sections, passages, ()))
    assert _parse(indexed).tags.count("p") == 1 + 1 + 2  # the header's line, the title, one for each section
