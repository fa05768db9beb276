"""The drawer of settings: which reports to ask, how answers are worded, how many sources are listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from index.types import IndexedDocument
from rag.api.middleware import is_loopback
from rag.settings import Settings
from rag.types import Mode
from ui.conversation.model import SOURCE_COUNTS, Choice
from ui.page.raw_html import make_raw
from ui.texts import ALL_WORDS, CHINESE, Words
from ui.views.templates import PAGE, render

FEEDBACK_ADDRESS = "page/feedback.jsonl"
"""Relative to the page, which a proxy may offer under a path of its own."""


def offered_modes(settings: Settings) -> tuple[Mode, ...]:
    """Return the modes that can be asked for, the one of the settings first."""
    modes = list(Mode) if settings.has_llm else [Mode.EXTRACTIVE]
    return tuple(sorted(modes, key=lambda mode: mode is not settings.mode))


def offers_feedback(settings: Settings) -> bool:
    """Tell whether the page hands out feedback: not where others than its owner can reach the server."""
    return is_loopback(settings.host)


class SettingsDrawer:
    """The drawer's components, to be made inside `gr.Blocks`; `describe` puts them into a language."""

    def __init__(self, settings: Settings) -> None:
        self._modes = offered_modes(settings)
        self._hands_out_feedback = offers_feedback(settings)
        with gr.Accordion(CHINESE.settings, open=False, elem_id="settings") as self._frame:
            self.documents = gr.CheckboxGroup(label=CHINESE.choose_documents, visible=False)
            self.mode = gr.Radio(label=CHINESE.mode)
            self.sources = gr.Radio(SOURCE_COUNTS, value=SOURCE_COUNTS[-1], label=CHINESE.count)
            self._rest = make_raw(elem_id="about-settings")

    @property
    def inputs(self) -> list[Any]:
        """The components that hold the choice, in the order that `read` takes their values."""
        return [self.documents, self.mode, self.sources]

    @property
    def components(self) -> list[Any]:
        """Every component that `describe` updates."""
        return [self._frame, *self.inputs, self._rest]

    def read(self, documents: Sequence[str], mode: str, sources: int, known: Sequence[str]) -> Choice:
        """Return the choice that the components hold; no report or every one of the `known` means all."""
        wanted = tuple(name for name in known if name in documents)
        return Choice(None if len(wanted) in (0, len(known)) else wanted, Mode(mode), sources)

    def describe(
        self, choice: Choice, documents: Mapping[str, IndexedDocument], words: Words
    ) -> dict[Any, Any]:
        """Return the updates that show a choice in a language, by component."""
        titles = [(indexed.document.meta.title, name) for name, indexed in documents.items()]
        wordings = {Mode.EXTRACTIVE: words.extractive, Mode.LLM: words.with_model}
        return {
            self._frame: gr.update(label=words.settings),
            self.documents: gr.update(
                label=words.choose_documents,
                choices=titles,
                value=list(choice.documents or documents),
                visible=len(documents) > 1,
            ),
            self.mode: gr.update(
                label=words.mode,
                info=words.no_model if len(self._modes) == 1 else words.modes_mean,
                choices=[(wordings[mode], mode.value) for mode in sorted(self._modes)],
                value=choice.mode.value,
            ),
            self.sources: gr.update(label=words.count, info=words.count_means, value=choice.sources),
            self._rest: self._render_rest(words),
        }

    def _render_rest(self, words: Words) -> str:
        feedback = FEEDBACK_ADDRESS if self._hands_out_feedback else ""
        return render(PAGE, "about_settings", languages=ALL_WORDS, feedback=feedback, words=words)
