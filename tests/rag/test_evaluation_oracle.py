"""The evaluation's figures are those of an independent scorer of the same questions."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from index.types import (
    Span,
)
from rag.evaluation import Case, Scorecard, evaluate, read_cases
from rag.types import Answer
from tests.rag.evaluating import (
    DEV,
    ORACLE,
    ROOT,
    ScriptedService,
    answered,
    cite,
    index_text,
    refused,
)

# The oracle: an independent scorer of the same questions, over HTTP. It knows where the bundled report's
# chrome ends by its words; the evaluation by its structure.


def script_answers(cases: tuple[Case, ...], text: str, rng: random.Random) -> dict[str, Answer | Exception]:
    """Give every question an outcome of a kind drawn by chance: good, poor, beside the point, none."""
    script: dict[str, Answer | Exception] = {}
    for case in cases:
        quotes = [cite(text, evidence) for evidence in case.evidence]
        gold = "、".join(words.split("|")[-1] for words in case.expected)
        stray = [
            cite(text, text[at : at + length], start=at)
            for at, length in ((rng.randrange(len(text) - 400), rng.choice((3, 40, 350))) for _ in range(2))
        ]
        wrong = [replace(citation, quote=f"{citation.quote}?") for citation in quotes]
        outcomes: list[Answer | Exception] = [
            answered(f"{gold}。[1]", *quotes),
            answered(f"{gold}。[1][2]", *quotes[:1], *stray),
            answered(f"{gold}。[1]{'长' * 700}", *quotes),
            answered(f"共1{gold}。[1]", *wrong),
            answered(f"{gold.replace('万', '萬')}。[1]", *stray),
            refused(),
        ]
        if not case.answerable:
            outcomes.append(RuntimeError("scripted"))
        script[case.question] = rng.choice(outcomes)
    return script


@contextmanager
def serve_script(script: dict[str, Answer | Exception], text: str) -> Iterator[str]:
    """Serve the script over the REST contract and give the server's address."""

    class Handler(BaseHTTPRequestHandler):
        def reply(self, status: int, kind: str, body: str) -> None:
            data = body.encode()
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            self.reply(200, "text/plain; charset=utf-8", text)

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            answer = script[asked["question"]]
            if isinstance(answer, Exception):
                self.reply(500, "application/problem+json", "{}")
                return
            citations = [
                {"document": c.document, "start": c.span.start, "end": c.span.end, "quote": c.quote}
                for c in answer.citations
            ]
            body = {"status": answer.status, "answer": answer.answer, "citations": citations}
            self.reply(200, "application/json", json.dumps(body))

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.skipif(not ORACLE.exists(), reason="the independent scorer is not at hand")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_figures_are_those_of_an_independent_scorer(tmp_path: Path, seed: int) -> None:
    text = (ROOT / "corpus/saihan-2021/report.txt").read_text(encoding="utf-8-sig")
    title = "呼和浩特市赛罕区2021年政府工作报告"
    body = Span(text.index(title, text.index(title) + 1), text.index("主办单位"))
    script = script_answers(read_cases(DEV), text, random.Random(seed))
    with serve_script(script, text) as address:
        command = [sys.executable, str(ORACLE), address, str(DEV), "--json", str(tmp_path / "oracle.json")]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    theirs = json.loads((tmp_path / "oracle.json").read_text(encoding="utf-8"))["summary"]

    service = ScriptedService({"report": index_text("report", text, body)}, script)
    scorecard = Scorecard.from_marks(DEV.name, evaluate(service, read_cases(DEV)))
    ours = {name: float(value) for name, value in scorecard.figures.rows()}

    assert list(ours) == list(theirs)
    assert scorecard.render_text().splitlines()[-1] in printed
    for name in set(theirs) - {"p50_ms", "p95_ms"}:
        assert ours[name] == pytest.approx(float(theirs[name]), abs=5e-4), name
    assert 0 < ours["errors"] < ours["n"]
    assert 0 < ours["correct_and_supported"] < 1
    assert 0 < ours["quote_validity"] < 1
