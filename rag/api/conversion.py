"""From the shapes of REST to the nouns of the floors, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from index.library.record import Record
from index.types import Box, GlossaryEntry, IndexedDocument, Section, Span
from rag.api import library_schemas, schemas
from rag.indicators import Indicator, Series
from rag.types import Answer, Citation, Mode, Question, Turn


def to_question(request: schemas.AskRequest, default_mode: Mode) -> Question:
    """Return the question that a request asks."""
    return Question(
        text=request.question,
        history=tuple(Turn(message.role, message.content) for message in request.history),
        documents=to_ids(request.documents),
        mode=request.mode or default_mode,
    )


def to_ids(documents: Iterable[str] | None) -> tuple[str, ...] | None:
    """Return each id once, in the order given."""
    return None if documents is None else tuple(dict.fromkeys(documents))


def from_answer(answer: Answer) -> schemas.Answer:
    """Return the answer as REST and `report-rag ask --json` write it."""
    return schemas.Answer(
        id=answer.id,
        status=answer.status,
        kind=answer.kind,
        answer=answer.answer,
        mode=answer.mode,
        model=answer.model,
        notices=list(answer.notices),
        standalone_question=answer.standalone_question,
        reason=schemas.Reason(code=answer.reason.code, text=answer.reason.text) if answer.reason else None,
        sentences=[
            schemas.Sentence(
                start=sentence.span.start,
                end=sentence.span.end,
                citations=list(sentence.citations),
                state=sentence.state,
            )
            for sentence in answer.sentences
        ],
        groups=[
            schemas.Group(
                label=group.label, kind=group.kind, document=group.document, sentences=list(group.sentences)
            )
            for group in answer.groups
        ],
        coverage=schemas.Coverage(shown=answer.coverage.shown, found=answer.coverage.found)
        if answer.coverage
        else None,
        citations=[from_citation(citation) for citation in answer.citations],
        closest=[from_citation(citation) for citation in answer.closest],
        decided_by=answer.decided_by,
        timings_ms=schemas.Timings(
            retrieve=answer.timings.retrieve,
            read=answer.timings.read,
            write=answer.timings.write,
            total=answer.timings.total,
        ),
    )


def from_citation(citation: Citation) -> schemas.Citation:
    """Return a citation, its span flattened."""
    return schemas.Citation(
        n=citation.n,
        document=citation.document,
        start=citation.span.start,
        end=citation.span.end,
        quote=citation.quote,
        sentence=_from_span(citation.sentence),
        section=list(citation.section),
        period=schemas.Period(label=citation.period.label, kind=citation.period.kind),
        score=citation.score,
        page=citation.page,
        boxes=[
            library_schemas.Box(page=one.page, x0=one.x0, y0=one.y0, x1=one.x1, y1=one.y1)
            for one in citation.boxes
        ]
        if citation.page is not None
        else None,
    )


def _from_box(box: Box) -> library_schemas.Box:
    return library_schemas.Box(page=box.page, x0=box.x0, y0=box.y0, x1=box.x1, y1=box.y1)


def from_document(indexed: IndexedDocument, record: Record | None = None) -> schemas.DocumentSummary:
    """Return what a list says of a document; `record` is what is kept of one that somebody added."""
    document = indexed.document
    return schemas.DocumentSummary(
        id=document.id,
        title=document.meta.title,
        place=document.meta.place,
        year=document.meta.year,
        date=document.meta.date,
        sha256=document.sha256,
        characters=len(document.text),
        passages=len(indexed.structure.passages),
        **_tell_added(record),
    )


def from_document_in_full(indexed: IndexedDocument, record: Record | None = None) -> schemas.DocumentDetail:
    """Return everything but a document's text."""
    meta = indexed.document.meta
    return schemas.DocumentDetail(
        **from_document(indexed, record).model_dump(exclude_unset=True),
        speaker=meta.speaker,
        occasion=meta.occasion,
        source=meta.source,
        licence=meta.licence,
        **_tell_file(record),
        outline=[_from_section(section) for section in indexed.structure.outline],
        glossary=[_from_glossary(entry, indexed.document.text) for entry in indexed.structure.glossary],
    )


def _tell_added(record: Record | None) -> dict[str, Any]:
    if record is None:
        return {}
    return {"added": record.added, "collection": record.collection, "pages": record.pages}


def _tell_file(record: Record | None) -> dict[str, Any]:
    return {"file": _from_record(record)} if record else {}


def _from_record(record: Record) -> library_schemas.AddedFile:
    return library_schemas.AddedFile(
        name=record.original.name,
        size=record.original.size,
        sha256=record.original.sha256,
        kind=record.reader.kind,
        pages=record.pages,
        lost=record.lost,
        remarks=[
            library_schemas.JobNotice(code=one.code, text=one.text, document=None) for one in record.remarks
        ],
        changed=record.changed,
    )


def from_indicators(
    indicators: Sequence[Indicator], series: Iterable[Series], text: str
) -> schemas.IndicatorList:
    """Return the indicators of the document with this text, series by the places of their rows."""
    places = {indicator: place for place, indicator in enumerate(indicators)}
    return schemas.IndicatorList(
        indicators=[_from_indicator(indicator, text) for indicator in indicators],
        series=[
            schemas.IndicatorSeries(name=one.name, unit=one.unit, rows=[places[row] for row in one.rows])
            for one in series
        ],
    )


def _from_indicator(indicator: Indicator, text: str) -> schemas.Indicator:
    span, figure = indicator.span, indicator.figure
    return schemas.Indicator(
        start=span.start,
        end=span.end,
        name=indicator.name,
        change=indicator.change,
        value=indicator.shown_value,
        number=float(indicator.number),
        unit=indicator.unit,
        period=schemas.Period(label=indicator.period.label, kind=indicator.period.kind),
        quote=span.of(text),
        figure=schemas.Figure(start=figure.start, end=figure.end, text=figure.of(text)),
        section=list(indicator.section),
    )


def _from_section(section: Section) -> schemas.Section:
    return schemas.Section(
        heading=section.heading,
        level=section.level,
        start=section.start,
        end=section.end,
        children=[_from_section(child) for child in section.children],
    )


def _from_glossary(entry: GlossaryEntry, text: str) -> schemas.GlossaryEntry:
    definition = entry.definition
    return schemas.GlossaryEntry(
        term=entry.term,
        names=list(entry.names),
        start=entry.entry.start,
        end=entry.entry.end,
        definition=schemas.Definition(start=definition.start, end=definition.end, text=definition.of(text)),
    )


def _from_span(span: Span) -> schemas.Range:
    return schemas.Range(start=span.start, end=span.end)
