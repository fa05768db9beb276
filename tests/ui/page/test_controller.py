"""What the page sends a visitor: the report never with an answer."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import gradio as gr
import pytest

from rag.settings import Settings
from tests.ui.scripted import ScriptedService
from ui.conversation.model import Conversation
from ui.page.components import Components
from ui.page.controller import Controller


@pytest.fixture
def controller(tmp_path):
    """A controller, and the components whose updates it gives."""
    service = ScriptedService(settings=Settings(data=tmp_path))

    async def make():  # outside an event loop Gradio would open some and leave them open
        with gr.Blocks(analytics_enabled=False):
            components = Components(service.settings)
        return Controller(service, components), components

    with ThreadPoolExecutor(1) as apart:  # this thread may hold the loop of the browser's driver
        return apart.submit(lambda: asyncio.run(make())).result()


@pytest.fixture
def visitor():
    return SimpleNamespace(headers={"accept-language": "zh-CN"}, cookies={})


@pytest.mark.parametrize("question", ["两句", "1999年呢", "你好", "出错"])
def test_an_answer_changes_the_conversation_alone(controller, visitor, question):
    controller, components = controller
    changed = {part for update in controller.ask(question, Conversation(), visitor) for part in update}
    assert changed == {components.chat, components.question, components.received}


def test_the_question_box_is_emptied_once(controller, visitor):
    controller, components = controller
    updates = list(controller.ask("很长", Conversation(), visitor))
    assert [components.question in update for update in updates] == [True] + [False] * (len(updates) - 1)


def test_what_the_browser_sends_without_sense_changes_nothing(controller, visitor):
    controller, components = controller
    for sent in ("", "{", '{"action": "launch"}', '{"action": "retry", "exchange": "nobody"}'):
        assert list(controller.press(sent, Conversation(), visitor)) == [{components.received: gr.skip()}]


def test_a_blank_question_changes_nothing(controller, visitor):
    controller, components = controller
    assert list(controller.ask(" \n", Conversation(), visitor)) == [{components.received: gr.skip()}]
