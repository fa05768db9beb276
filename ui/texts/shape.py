"""What the interface says in any language: one field for each of its texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.types import PeriodKind
from rag.types import SentenceState


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
    writing: str
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
    topics: str
    date: str
    speaker: str
    source: str
    occasion: str
    choose: str
    chrome: str
    characters: str
    ask_figure: str
    ask_outline: str
    ask_summary: str
    ask_section: str
    ask_overview: str
    ask_targets: str
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
    modes_mean: str
    no_model: str
    written_by: str
    left_out: str
    left_out_many: str
    count: str
    count_means: str
    more_sources: str
    other_sources: str
    all_sources: str
    show_more: str
    ask_more: str
    on_topic: str
    export_feedback: str
    feedback_stays: str
    send: str
    stop: str
    clear: str
    undo_clear: str
    copy_answer: str
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
    decided_by: str
    milliseconds: str
    milliseconds_writing: str
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
    looked_for: str
    contradicting: str
    states: Mapping[SentenceState, str]
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
