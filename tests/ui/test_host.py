"""What the page sends a visitor: the report never with an answer."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import gradio as gr
import pytest

from rag.settings import Settings
from tests.ui.scripted import ScriptedService
from ui.conversation import Conversation
from ui.host import Host
from ui.parts import Parts


@pytest.fixture
def host(tmp_path):
    """A host, and the parts whose updates it gives."""
    service = ScriptedService(settings=Settings(data=tmp_path))

    async def make():  # outside an event loop Gradio would open some and leave them open
        with gr.Blocks(analytics_enabled=False):
            parts = Parts(service.settings)
        return Host(service, parts), parts

    with ThreadPoolExecutor(1) as apart:  # this thread may hold the loop of the browser's driver
        return apart.submit(lambda: asyncio.run(make())).result()


@pytest.fixture
def visitor():
    return SimpleNamespace(headers={"accept-language": "zh-CN"}, cookies={})


@pytest.mark.parametrize("question", ["两句", "1999年呢", "你好", "出错"])
def test_an_answer_changes_the_conversation_alone(host, visitor, question):
    host, parts = host
    changed = {part for update in host.ask(question, Conversation(), visitor) for part in update}
    assert changed == {parts.chat, parts.question, parts.received}


def test_the_question_box_is_emptied_once(host, visitor):
    host, parts = host
    updates = list(host.ask("很长", Conversation(), visitor))
    assert [parts.question in update for update in updates] == [True] + [False] * (len(updates) - 1)


def test_what_the_browser_sends_without_sense_changes_nothing(host, visitor):
    host, parts = host
    for sent in ("", "{", '{"action": "launch"}', '{"action": "retry", "exchange": "nobody"}'):
        assert list(host.press(sent, Conversation(), visitor)) == [{parts.received: gr.skip()}]


def test_a_blank_question_changes_nothing(host, visitor):
    host, parts = host
    assert list(host.ask(" \n", Conversation(), visitor)) == [{parts.received: gr.skip()}]
