"""The examples of the documents do what they say, on a running server."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.api import create_api
from rag.service import ReportService
from tests.rag.serving import running

ROOT = Path(__file__).parents[2]
SERVER = "http://127.0.0.1:7860"
RUN = {"sh": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"], "javascript": ["node"]}
EXAMPLES = [
    (document, language, source)
    for document in ("docs/CLIENTS.md", "docs/MCP.md", "docs/OPENAI.md")
    for language, source in re.findall(
        r"```(sh|python|javascript)\n(.*?)```", (ROOT / document).read_text("utf-8"), re.DOTALL
    )
]
ASKED = {
    "2020年社会消费品零售总额是多少？": "194亿元",
    "教育方面做了什么？": "[1]",
    "老旧小区改造": "embedding",
}


@pytest.fixture(scope="module")
def server(service: ReportService) -> Iterator[str]:
    with running(create_api(service)) as address:
        yield address


@pytest.mark.parametrize(
    ("language", "source"),
    [(language, source) for _, language, source in EXAMPLES],
    ids=[f"{document}-{language}-{number}" for number, (document, language, _) in enumerate(EXAMPLES)],
)
def test_an_example_of_the_documents_prints_the_answer(
    server: str, tmp_path: Path, language: str, source: str
) -> None:
    if language != "python" and not shutil.which("curl" if language == "sh" else "node"):
        pytest.skip(f"nothing at hand runs {language}")
    assert SERVER in source
    script = tmp_path / "example.mjs"
    script.write_text(source.replace(SERVER, server), "utf-8")
    argument = str(script) if language == "javascript" else script.read_text("utf-8")
    ended = subprocess.run([*RUN[language], argument], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert next(words for question, words in ASKED.items() if question in source) in ended.stdout
    assert "false" not in ended.stdout.splitlines()
