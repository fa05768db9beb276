"""Every word of the interface, in Chinese and in English; what reports and answers say is not translated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from index.types import PeriodKind
from rag.types import ReasonCode


@dataclass(frozen=True, slots=True)
class Words:
    """The interface in one language; `{…}` in a text is filled in by whoever shows it."""

    tag: str
    name: str
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
    ask_change: str
    ask_speaker: str
    language: str
    settings: str
    choose_documents: str
    mode: str
    extractive: str
    llm: str
    with_model: str
    no_model: str
    count: str
    count_means: str
    more_sources: str
    export_feedback: str
    feedback_stays: str
    stop: str
    stopped: str
    retry: str
    edit: str
    editing: str
    cancel_edit: str
    helpful: str
    unhelpful: str
    noted: str
    not_noted: str
    remark: str
    remark_hint: str
    save: str
    close: str
    outdated: str
    export_conversation: str
    offsets: str
    how_found: str
    standalone: str
    reason: str
    timings: str
    milliseconds: str
    retrieved: str
    rank: str
    score: str
    passage: str
    used: str
    yes: str
    no: str
    conversation: str
    original: str
    panes: str
    contents: str
    glossary: str
    find: str
    find_previous: str
    find_next: str
    nothing_found: str
    citation: str
    copy_quote: str
    copy_link: str
    copied: str
    not_copied: str
    copied_quote: str
    bad_link: str
    figures: str
    figures_about: str
    figures_table: str
    no_figures: str
    filter: str
    filter_text: str
    period: str
    all_periods: str
    kind: str
    all_kinds: str
    shown_figures: str
    indicator: str
    value: str
    unit: str
    compared: str
    growth: str
    whole_period: str
    one_year: str
    target: str
    see_source: str
    verdict: str
    looked_for: str
    contradicting: str
    reasons: Mapping[ReasonCode, str]
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
    name="中文",
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
    ask_change="{period}{indicator}{change}多少？",
    ask_speaker="这份报告是谁作的？",
    language="语言",
    settings="设置",
    choose_documents="提问的报告",
    mode="回答方式",
    extractive="逐字摘录",
    llm="由模型 {model} 改写，经核对",
    with_model="由模型改写，经核对",
    no_model="尚未配置模型：设置 REPORT_RAG_LLM_BASE_URL 和 REPORT_RAG_LLM_MODEL 后可选择由模型改写。",
    count="列出的出处条数",
    count_means="限制回答下方列出的出处和最接近的原文；正文中的编号始终保留。",
    more_sources="另有 {count} 条，可在设置中调整。",
    export_feedback="导出反馈",
    feedback_stays="反馈只保存在运行本服务的电脑上。",
    stop="停止回答",
    stopped="已停止",
    retry="重新回答",
    edit="修改提问",
    editing="修改提问（发送后替换原提问及其后的对话）",
    cancel_edit="取消修改",
    helpful="👍 有帮助",
    unhelpful="👎 没帮助",
    noted="已记录在本机",
    not_noted="反馈未能保存，详情见服务器日志。",
    remark="补充说明（可选）",
    remark_hint="哪里好，哪里不对？",
    save="保存",
    close="关闭",
    outdated="报告已更新，原来的回答不再适用，请重新提问。",
    export_conversation="导出对话",
    offsets="字符 {start}–{end}",
    how_found="这个回答是怎么找到的",
    standalone="问题理解为",
    reason="未找到的原因",
    timings="用时",
    milliseconds="检索 {retrieve:.0f} 毫秒 · 阅读 {read:.0f} 毫秒 · 共 {total:.0f} 毫秒",
    retrieved="检索到的原文，按相关程度排列",
    rank="序",
    score="得分",
    passage="原文",
    used="引用",
    yes="是",
    no="否",
    conversation="对话",
    original="原文",
    panes="切换对话与原文",
    contents="目录",
    glossary="名词解释",
    find="在原文中查找",
    find_previous="上一处",
    find_next="下一处",
    nothing_found="没有找到",
    citation="引文",
    copy_quote="复制引文",
    copy_link="复制链接",
    copied="已复制",
    not_copied="未能复制，请选中文字后手动复制",
    copied_quote="“{quote}”\n——《{title}》{section}，{date}",
    bad_link="链接所指的原文不存在，已忽略。",
    figures="数据一览",
    figures_about="报告写明的完成情况和目标。点击数值，查看原文。",
    figures_table="报告中的数据",
    no_figures="这份报告中没有找到可以列出的数据。",
    filter="筛选数据",
    filter_text="按名称、数值或单位筛选",
    period="时期",
    all_periods="全部时期",
    kind="类别",
    all_kinds="完成与目标",
    shown_figures="显示 {count} 条，共 {all} 条",
    indicator="指标",
    value="数值",
    unit="单位",
    compared="同一指标，不同时期",
    growth="增减",
    whole_period="多年合计",
    one_year="当年",
    target="目标",
    see_source="查看原文",
    verdict="报告中没有找到答案：{why}",
    looked_for="查找的是：{question}",
    contradicting="与问题前提不符的原文（供核对，不是所问的答案）",
    reasons={
        ReasonCode.OTHER_PERIOD: "问的是报告没有写到的时期",
        ReasonCode.OTHER_PLACE: "问的是别的地方",
        ReasonCode.OTHER_SUBJECT: "没有提到所问的对象",
        ReasonCode.NOT_MENTIONED: "没有谈到这件事",
        ReasonCode.FALSE_PREMISE: "问题的前提与原文不符",
    },
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
    name="English",
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
    ask_change=CHINESE.ask_change,
    ask_speaker=CHINESE.ask_speaker,
    language="Language",
    settings="Settings",
    choose_documents="Reports to ask",
    mode="How answers are worded",
    extractive="Word for word from the report",
    llm="Reworded by {model} and checked",
    with_model="Reworded by the model and checked",
    no_model="No model is configured: set REPORT_RAG_LLM_BASE_URL and REPORT_RAG_LLM_MODEL to have one.",
    count="Sources listed",
    count_means="Limits sources and nearest passages listed under an answer; markers in the text stay.",
    more_sources="{count} more: see Settings.",
    export_feedback="Export feedback",
    feedback_stays="Feedback stays on the computer that runs this server.",
    stop="Stop",
    stopped="Stopped",
    retry="Answer again",
    edit="Edit question",
    editing="Edit your question (replaces it and everything after it)",
    cancel_edit="Cancel editing",
    helpful="👍 Helpful",
    unhelpful="👎 Not helpful",
    noted="Kept on this server",
    not_noted="The feedback could not be kept; the server's log has the details.",
    remark="Comment (optional)",
    remark_hint="What was good, what was wrong?",
    save="Save",
    close="Close",
    outdated="The report has changed and the earlier answer no longer holds: ask again.",
    export_conversation="Export conversation",
    offsets="characters {start}–{end}",
    how_found="How this answer was found",
    standalone="Question read as",
    reason="Why it was not found",
    timings="Time taken",
    milliseconds="retrieval {retrieve:.0f} ms · reading {read:.0f} ms · {total:.0f} ms in all",
    retrieved="Passages retrieved, most relevant first",
    rank="No.",
    score="Score",
    passage="Passage",
    used="Cited",
    yes="yes",
    no="no",
    conversation="Conversation",
    original="Report",
    panes="Switch between conversation and report",
    contents="Contents",
    glossary="Glossary",
    find="Find in the report",
    find_previous="Previous",
    find_next="Next",
    nothing_found="Not found",
    citation="Citation",
    copy_quote="Copy quote",
    copy_link="Copy link",
    copied="Copied",
    not_copied="Could not copy; please select the words and copy them by hand",
    copied_quote="“{quote}”\n— {title}, {section}, {date}",
    bad_link="The link names a place that is in no report and was ignored.",
    figures="Figures",
    figures_about="Results and targets that the report states. Choose a figure to see the very words.",
    figures_table="Figures of the report",
    no_figures="No figures were found in this report that could be listed.",
    filter="Filter the figures",
    filter_text="Filter by name, figure or unit",
    period="Period",
    all_periods="All periods",
    kind="Kind",
    all_kinds="Results and targets",
    shown_figures="{count} of {all} shown",
    indicator="Indicator",
    value="Figure",
    unit="Unit",
    compared="One indicator, several periods",
    growth="change",
    whole_period="several years",
    one_year="one year",
    target="target",
    see_source="see the source",
    verdict="The report does not say: {why}",
    looked_for="Looked for: {question}",
    contradicting="What the report says instead (to check against, not an answer)",
    reasons={
        ReasonCode.OTHER_PERIOD: "it does not cover that period",
        ReasonCode.OTHER_PLACE: "it is about another place",
        ReasonCode.OTHER_SUBJECT: "it does not name what was asked about",
        ReasonCode.NOT_MENTIONED: "it does not speak of this",
        ReasonCode.FALSE_PREMISE: "the question assumes what the text contradicts",
    },
)


ALL_WORDS = (CHINESE, ENGLISH)

LANGUAGE_COOKIE = "language"
"""Holds the tag of the language that the reader chose on the page (assets/language.js)."""


class Visitor(Protocol):
    """What tells the language of whoever sent a request."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The request's headers."""

    @property
    def cookies(self) -> Mapping[str, str]:
        """The request's cookies."""


def words_for(visitor: Visitor) -> Words:
    """Return the words for whoever sent a request: in the language chosen on the page, else the browser's."""
    chosen = visitor.cookies.get(LANGUAGE_COOKIE)
    return choose_words(chosen or visitor.headers.get("accept-language"))


def choose_words(accept_language: str | None) -> Words:
    """Return the words for a browser with this Accept-Language header.

    Its first language decides: Chinese for any kind of Chinese and for none at all, else English.
    """
    first = (accept_language or "").split(",")[0].strip().lower()
    return CHINESE if not first or first == "*" or first.split("-")[0] == "zh" else ENGLISH
