"""The settings drawer: what it offers, and how its values are read."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import gradio as gr
import pytest

from rag.settings import Settings
from rag.types import Mode
from ui.conversation.model import Choice
from ui.page.settings_drawer import FEEDBACK_ADDRESS, SettingsDrawer, offered_modes, offers_feedback
from ui.texts import CHINESE

WITH_MODEL = {"llm_base_url": "http://127.0.0.1:9"}


@pytest.mark.parametrize(
    ("settings", "offered"),
    [
        (Settings(), (Mode.EXTRACTIVE,)),
        (Settings(mode=Mode.LLM, llm_model="m"), (Mode.EXTRACTIVE,)),
        (Settings(**WITH_MODEL), (Mode.EXTRACTIVE, Mode.LLM)),
        (Settings(mode=Mode.LLM, **WITH_MODEL), (Mode.LLM, Mode.EXTRACTIVE)),
    ],
)
def test_the_mode_of_the_settings_comes_first_and_llm_only_with_a_model(settings, offered):
    assert offered_modes(settings) == offered


def _make_drawer(settings):
    async def make():  # outside an event loop Gradio would open some and leave them open
        with gr.Blocks(analytics_enabled=False):
            return SettingsDrawer(settings)

    with ThreadPoolExecutor(1) as apart:  # this thread may hold the loop of the browser's driver
        return apart.submit(lambda: asyncio.run(make())).result()


@pytest.fixture(scope="module")
def drawer():
    return _make_drawer(Settings())


@pytest.mark.parametrize(
    ("ticked", "wanted"), [([], None), (["b", "a"], None), (["b"], ("b",)), (["x"], None)]
)
def test_no_report_and_every_report_both_mean_all(drawer, ticked, wanted):
    assert drawer.read(ticked, "extractive", 3, ["a", "b"]) == Choice(wanted, Mode.EXTRACTIVE, 3)


def test_without_a_model_the_drawer_says_how_to_get_one(drawer, report):
    updates = drawer.describe(Choice(), {"jia": report}, CHINESE)
    assert "REPORT_RAG_LLM_MODEL" in updates[drawer.mode]["info"]
    assert [mode for _, mode in updates[drawer.mode]["choices"]] == ["extractive"]
    assert not updates[drawer.documents]["visible"]


def test_with_a_model_the_drawer_says_what_the_modes_mean(report):
    drawer = _make_drawer(Settings(**WITH_MODEL))
    update = drawer.describe(Choice(), {"jia": report}, CHINESE)[drawer.mode]
    assert update["choices"] == [("逐字摘录", "extractive"), ("语言模型改写（逐句核对）", "llm")]
    assert update["info"] == CHINESE.modes_mean
    assert all(mode in CHINESE.modes_mean for mode in ("逐字摘录", "语言模型改写"))


def test_of_several_reports_those_to_ask_can_be_chosen(drawer, report):
    updates = drawer.describe(Choice(("yi",)), {"jia": report, "yi": report}, CHINESE)
    assert updates[drawer.documents]["visible"]
    assert updates[drawer.documents]["value"] == ["yi"]


def test_feedback_is_handed_out_on_this_machine_only(drawer):
    assert offers_feedback(Settings())
    assert not offers_feedback(Settings(host="0.0.0.0"))
    assert FEEDBACK_ADDRESS in drawer.describe(Choice(), {}, CHINESE)[drawer.components[-1]]
