"""Nothing leaves the machine, and nothing is written outside the data folder: judged on whole processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from index.offline import SWITCHES
from rag.service import ReportService
from tests.ui.driving import ask
from tests.ui.tracing import find_strace, find_strays, trace

ROOT = Path(__file__).parents[3]
QUESTIONS = (
    "2020年社会消费品零售总额是多少？",
    "什么是“四线”",
    "2021年的主要目标有哪些？",
    "火星有多远？",
    "你好",
)
OTHERWISE = dict.fromkeys(SWITCHES, "0") | {"GRADIO_ANALYTICS_ENABLED": "True"}
"""An environment that wants all of it."""


class Machine:
    """A user's machine of which nothing is set up: an empty home, and a data folder with an index."""

    def __init__(self, folder: Path, data: Path, corpus: Path) -> None:
        self.home, self.temporary, self.data = folder / "home", folder / "temporary", data
        self.home.mkdir()
        self.temporary.mkdir()
        self._strace = find_strace()
        self._logs: list[Path] = []
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "REPORT_RAG_DATA": str(data),
            "REPORT_RAG_CORPUS": str(corpus),
        }

    def start(self, *command: str, **environment: str) -> subprocess.Popen[str]:
        """Start a traced Python with nothing in its environment but what `environment` adds."""
        self._logs.append(self.home.with_name(f"trace-{len(self._logs)}"))
        return subprocess.Popen(
            [*trace(self._strace, self._logs[-1]), sys.executable, *command],
            cwd=self.home,
            env=self._environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def find_strays(self) -> list[str]:
        """Return every traced call that writes elsewhere, looks a host up or speaks to another machine."""
        assert all(log.stat().st_size for log in self._logs), "nothing was traced"
        return [
            line for log in self._logs for line in find_strays(log, self.home, (self.data, self.temporary))
        ]


@pytest.fixture
def machine(tmp_path: Path, service: ReportService) -> Machine:
    return Machine(tmp_path, service.settings.data, service.settings.corpus)


@contextmanager
def serving(machine: Machine, **environment: str) -> Iterator[str]:
    """Run `report-rag serve`, and yield the address that it names once it is there."""
    server = machine.start("-m", "rag", "serve", "--port", "0", **environment)
    assert server.stderr is not None
    try:
        address = next((line.split()[5] for line in server.stderr if " is at http" in line), None)
        assert address, "the server did not start"
        yield address
    finally:
        os.killpg(server.pid, signal.SIGINT)
        _, errors = server.communicate()
    assert server.returncode == 0, errors


@pytest.mark.slow  # the terminal's test traces the same program without the page
@pytest.mark.browser
def test_a_server_that_is_asked_and_visited_keeps_to_its_data_folder_and_its_port(
    machine: Machine, open_page: Callable[..., Any]
) -> None:
    with serving(machine) as address:
        page = open_page(address)
        ask(page, QUESTIONS[0])
        for question in QUESTIONS:
            body = json.dumps({"question": question}).encode()
            with urlopen(
                Request(f"{address}/api/ask", body, {"Content-Type": "application/json"})
            ) as response:
                assert json.load(response)["answer"], question
        page.close()  # an open one would hold up the end of the server
    assert machine.find_strays() == []


def test_the_terminal_keeps_to_the_data_folder_whatever_the_environment_wants(machine: Machine) -> None:
    asked = machine.start("-m", "rag", "ask", QUESTIONS[0], **OTHERWISE)
    answer, errors = asked.communicate()
    assert "194亿元" in answer, errors
    assert machine.find_strays() == []


def test_what_writes_or_calls_elsewhere_is_found(machine: Machine) -> None:
    """The oracle itself: a file in the home, a look-up, a packet to another machine, each in turn."""
    for sin in (
        "open('stray', 'w')",
        "import os; os.mkdir('stray')",
        "import socket; socket.getaddrinfo('host.invalid', 80)",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 9))",
    ):
        machine.start("-c", sin).communicate()
        found = machine.find_strays()
        assert found, sin
        machine._logs.clear()


def test_proxies_of_any_kind_leave_the_server_alone() -> None:
    proxies = {
        "ALL_PROXY": "socks5://127.0.0.1:9",
        "https_proxy": "socks4://127.0.0.1:9",
        "no_proxy": "fd00::/8,[::1]/128",
    }
    program = f"import ui.app, os; print(all(os.environ[name] == value for name, value in {proxies}.items()))"
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | proxies, capture_output=True, text=True
    )
    assert done.stdout.strip() == "True", done.stderr


@pytest.mark.parametrize("first", ["index.language.words", "index.errors", "rag.types", "ui.texts"])
def test_whichever_part_is_imported_first_everything_is_switched_off(first: str) -> None:
    program = (
        f"import {first}, os; print(all(os.environ[name] == value for name, value in {SWITCHES}.items()))"
    )
    environment = {name: value for name, value in os.environ.items() if name not in SWITCHES} | OTHERWISE
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == "True", done.stderr
