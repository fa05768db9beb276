"""Points that a report counts off in its text."""

from index.types import Span
from rag.answers.enumeration import find_points, gather
from rag.composition import Draft
from rag.evidence.context import ReportContext
from rag.question.understanding import read_query
from tests.rag.reports import TEXT, make_report

PROBLEMS = (
    "同时,我们也看到,发展中还存在一些问题和短板,主要表现在:一是发展动力不足。人才不够。"
    "二是产业结构偏重。三是作风有待改进,担当不够。我们要打好蓝天保卫战,打好碧水保卫战。"
)


class NoReader:
    """Nothing is read either."""


class NoIndex:
    """Lists are read from the structure: nothing is searched for."""

    def __init__(self, report) -> None:
        self.documents = {report.document.id: report}


WITH_PROBLEMS = TEXT.replace("二、2031年重点工作", f"{PROBLEMS}\n\n二、2031年重点工作")


def make_context(text: str = WITH_PROBLEMS) -> ReportContext:
    report = make_report(text)
    return ReportContext.from_index(NoIndex(report), report.document.id, NoReader())


def test_the_points_of_a_list_are_found_with_what_introduces_them():
    context = make_context()
    [points] = find_points(context)
    text = context.report.document.text
    assert [quote.span.of(text) for quote in points.quotes] == [
        "一是发展动力不足",
        "二是产业结构偏重",
        "三是作风有待改进",
    ]
    assert "存在一些问题和短板,主要表现在:" in points.lead


def test_what_is_asked_for_by_number_is_listed_only_when_the_report_has_so_many():
    context = make_context()

    def ask(question: str) -> Draft | None:
        return gather(read_query(question, context.report), context)

    draft = ask("要打好哪两场保卫战?")
    assert draft
    assert draft.statements[0].words == "共 2 项：我们要打好蓝天保卫战；打好碧水保卫战"
    assert all(isinstance(quote.span, Span) for quote in draft.statements[0].quotes)
    assert ask("要打好哪三场保卫战?") is None
    assert ask("要打好什么保卫战?") is None
