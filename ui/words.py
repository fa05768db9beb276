"""Every word of the interface, in Chinese and in English; what reports and answers say is not translated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.types import PeriodKind


@dataclass(frozen=True, slots=True)
class Words:
    """The interface in one language; `{…}` in a text is filled in by whoever shows it."""

    tag: str
    page_title: str
    tagline: str
    report: str
    question: str
    question_hint: str
    searching: str
    loading: str
    failed: str
    broken: str
    no_documents: str
    read_as: str
    sources: str
    not_found: str
    closest: str
    done: str
    planned: str
    definition: str
    intro: str
    date: str
    speaker: str
    source: str
    occasion: str
    choose: str
    chrome: str
    characters: str
    ask_figure: str
    ask_outline: str
    ask_section: str
    ask_term: str
    ask_speaker: str
    stages: Mapping[str, str] = field(default_factory=dict)

    def of_stage(self, stage: str) -> str:
        """Return what a stage of loading is called; one that is not known keeps its name."""
        return self.stages.get(stage, stage)

    def of_kind(self, kind: PeriodKind) -> str:
        """Return the word on the badge of a passage that does this with its period; OTHER has none."""
        return {
            PeriodKind.DONE: self.done,
            PeriodKind.PLANNED: self.planned,
            PeriodKind.DEFINITION: self.definition,
            PeriodKind.OTHER: "",
        }[kind]


CHINESE = Words(
    tag="zh-CN",
    page_title="报告问答",
    tagline="每句回答都指向原文",
    report="报告原文",
    question="提问",
    question_hint="就报告内容提问，按回车键发送",
    searching="正在查找原文…",
    loading="正在准备报告，稍候即可提问。",
    failed="报告未能载入",
    broken="回答时出了错，详情见服务器日志。请换一种问法再试。",
    no_documents="还没有可供提问的报告。",
    read_as="理解为：{question}",
    sources="出处",
    not_found="报告中没有找到答案",
    closest="最接近的原文（仅供参考，不是答案）",
    done="已完成",
    planned="计划与目标",
    definition="释义",
    intro="就这份报告提问，回答中的每句话都标明出处；点击编号即可在原文中查看。",
    date="日期",
    speaker="报告人",
    source="来源",
    occasion="会议",
    choose="选择报告",
    chrome="原网页的其他文字",
    characters="{count} 字",
    ask_figure="{period}{indicator}是多少？",
    ask_outline="“{heading}”包括哪几个方面？",
    ask_section="“{heading}”方面有哪些内容？",
    ask_term="什么是{term}？",
    ask_speaker="这份报告是谁作的？",
    stages={
        "reading the corpus": "读取报告",
        "reading documents": "分析报告结构",
        "loading the encoder": "载入语言模型",
        "encoding passages": "建立索引",
        "waiting for another process that builds the index": "等待另一进程建好索引",
    },
)

ENGLISH = Words(
    tag="en",
    page_title="Report Q&A",
    tagline="Every sentence points at its source",
    report="The report",
    question="Your question",
    question_hint="Ask about the report and press Enter",
    searching="Searching the report…",
    loading="Preparing the report; you can ask in a moment.",
    failed="The report could not be loaded",
    broken="Answering failed; the server's log has the details. Please try another wording.",
    no_documents="There is no report to ask yet.",
    read_as="Read as: {question}",
    sources="Sources",
    not_found="The report does not say",
    closest="Nearest passages (for reference, not an answer)",
    done="done",
    planned="plans and targets",
    definition="definition",
    intro="Ask a question. Every sentence of the answer is cited; choose a number to see the very words.",
    date="Date",
    speaker="Speaker",
    source="Source",
    occasion="Occasion",
    choose="Choose a report",
    chrome="Other text of the original web page",
    characters="{count} characters",
    # Questions are put in the language of the reports.
    ask_figure=CHINESE.ask_figure,
    ask_outline=CHINESE.ask_outline,
    ask_section=CHINESE.ask_section,
    ask_term=CHINESE.ask_term,
    ask_speaker=CHINESE.ask_speaker,
)


def choose_words(accept_language: str | None) -> Words:
    """Return the words for a browser with this Accept-Language header.

    Its first language decides: Chinese for any kind of Chinese and for none at all, else English.
    """
    first = (accept_language or "").split(",")[0].strip().lower()
    return CHINESE if not first or first == "*" or first.split("-")[0] == "zh" else ENGLISH
