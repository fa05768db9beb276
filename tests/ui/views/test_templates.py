"""Every template shows text as it is: markup, quotes, directions of writing and braces are characters."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from index.types import (
    Document,
    DocumentMeta,
    GlossaryEntry,
    IndexedDocument,
    Passage,
    Period,
    PeriodKind,
    Role,
    Section,
    Span,
    Structure,
)
from rag.service import Readiness
from rag.types import Mode, Reason, ReasonCode, Status
from tests.rag.reports import make_report
from tests.ui.scripted import NOT_FOUND, SPOKEN_OF, make_answer
from ui.conversation.model import Conversation, Exchange
from ui.page.bridge import Parcel, pack
from ui.page.messages import ReplyWriter
from ui.page.settings_drawer import SettingsDrawer
from ui.reports.opening import Opening, Topic
from ui.texts import CHINESE
from ui.views import templates
from ui.views.answer import AnswerPrinter
from ui.views.citation import render_card
from ui.views.indicators import render_figures
from ui.views.pane import render_pane
from ui.views.report import render_report
from ui.views.retrieval import render_found
from ui.views.start_screen import render_head, render_progress, render_start

HOSTILE = "<b onclick='x'>\"&amp; {{ 7*7 }}{% if %} \u202e\u200f *星* [1](javascript:x) `c` </pre>"
PERIOD = Period(HOSTILE, PeriodKind.DONE)
META = DocumentMeta(HOSTILE, HOSTILE, 2031, dt.date(2031, 1, 1), HOSTILE, HOSTILE, HOSTILE, HOSTILE)
WHOLE = Span(0, len(HOSTILE))
SECTION = Section(HOSTILE, 1, 0, len(HOSTILE))
HOSTILE_REPORT = IndexedDocument(
    Document(HOSTILE, HOSTILE, "0" * 64, META),
    Structure(
        (SECTION,),
        (Passage(HOSTILE, WHOLE, (HOSTILE,), PERIOD, Role.BODY),),
        (GlossaryEntry(HOSTILE, (HOSTILE,), Span(len(HOSTILE), len(HOSTILE)), WHOLE),),
    ),
)
CITED = replace(
    SPOKEN_OF.closest[0],
    document=HOSTILE,
    span=WHOLE,
    quote=HOSTILE,
    sentence=WHOLE,
    section=(HOSTILE,),
    period=PERIOD,
)
TITLED = {HOSTILE: HOSTILE_REPORT, "b": HOSTILE_REPORT}
ANSWERED = replace(make_answer((HOSTILE, CITED)), notices=(HOSTILE,), standalone_question=HOSTILE)
WRITTEN = replace(ANSWERED, mode=Mode.LLM, model=HOSTILE)
MISSING = replace(
    NOT_FOUND,
    status=Status.NOT_FOUND,
    reason=Reason(ReasonCode.OTHER_PERIOD, HOSTILE),
    closest=(CITED,),
    standalone_question=HOSTILE,
)
OPENING = Opening(HOSTILE_REPORT, (Topic(HOSTILE, HOSTILE),), ANSWERED)
DRAWER = SettingsDrawer.__new__(SettingsDrawer)


def _print(answer):
    *_, last = AnswerPrinter(TITLED, CHINESE).stream(answer, "")
    return last


def _write(**known):
    conversation, exchange = Conversation(), Exchange(HOSTILE, **known)
    ReplyWriter(TITLED, CHINESE, conversation).write(exchange)
    return exchange.shown


def _describe_drawer():
    DRAWER._hands_out_feedback = True
    return DRAWER._render_rest(replace(CHINESE, feedback_stays=HOSTILE))


def _figures():
    report = make_report()
    meta = replace(report.document.meta, title=HOSTILE)
    return render_figures(replace(report, document=replace(report.document, meta=meta)), CHINESE)


# What each template is rendered by, and how often the hostile text has to be read in it at least.
SHOWN = {
    "answer": [(lambda: _print(ANSWERED), 3), (lambda: _print(WRITTEN), 3), (lambda: _print(MISSING), 3)],
    "retrieval": [(lambda: render_found(ANSWERED, (CITED,), TITLED, CHINESE), 4)],
    "told": [(lambda: _write(problem=HOSTILE), 1)],
    "actions": [(lambda: _write(answer=replace(ANSWERED, id=HOSTILE)), 3)],
    "outline": [(lambda: render_report(HOSTILE_REPORT, CHINESE), 2)],
    "report": [(lambda: render_report(HOSTILE_REPORT, CHINESE), 6)],
    "pane": [(lambda: render_pane(TITLED, CHINESE), 2)],
    "switch": [(lambda: render_pane({}, replace(CHINESE, panes=HOSTILE)), 1)],
    "head": [(lambda: render_head(replace(CHINESE, tagline=HOSTILE)), 1)],
    "progress": [
        (lambda: render_progress(Readiness(False, HOSTILE), CHINESE), 1),
        (lambda: render_progress(Readiness(False, "", error=HOSTILE), CHINESE), 1),
    ],
    "card": [(lambda: render_card(HOSTILE_REPORT, WHOLE, CHINESE), 3)],
    "start": [(lambda: render_start([OPENING], CHINESE), 7)],
    "indicators": [(_figures, 1)],
    "about_settings": [(_describe_drawer, 1)],
    "parcel": [(lambda: pack(Parcel.FILE, HOSTILE, HOSTILE), 2)],
}


class _Reader(HTMLParser):
    """Collects what a browser would show and what attributes hold."""

    def __init__(self):
        super().__init__()
        self.texts, self.names = [""], []

    def handle_starttag(self, tag, attributes):
        self.names += [name for name, _ in attributes] + ([tag] if tag == "b" else [])
        self.texts += [value or "" for _, value in attributes]

    def handle_data(self, data):
        self.texts[0] += data


@pytest.mark.parametrize(
    ("make", "times"), [case for cases in SHOWN.values() for case in cases], ids=lambda value: ""
)
def test_hostile_text_is_read_literally(make, times):
    reader = _Reader()
    reader.feed(make())
    reader.close()
    assert "b" not in reader.names
    assert "onclick" not in reader.names
    assert sum(text.count(HOSTILE) for text in reader.texts) >= times


def test_no_template_is_left_out():
    assert {path.stem for path in templates._FOLDER.glob("*.html")} == set(SHOWN)


def test_the_lines_of_a_template_are_joined_and_those_of_values_are_not():
    assert "\n" not in render_pane({}, CHINESE)
    assert "一\n二" in pack(Parcel.KEEP, "一\n二")
