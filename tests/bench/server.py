"""What a user waits for: the index, a fresh server, retrieval, an answer; and what memory a server takes."""

from __future__ import annotations

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

START_LIMIT = 120.0  # seconds until a server that is not ready counts as broken
POLL = 0.02  # seconds between two looks at a starting server: the error of its ready time


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds until a whole response was there."""

    p50: float
    p95: float

    @classmethod
    def of(cls, milliseconds: list[float]) -> Latency:
        """Take the percentiles of at least two measurements."""
        percentiles = statistics.quantiles(milliseconds, n=100, method="inclusive")
        return cls(percentiles[49], percentiles[94])


@dataclass(frozen=True, slots=True)
class ServerFigures:
    """Seconds, milliseconds and MiB, as named; `build_s` and `ready_s` begin with a new process."""

    build_s: float
    ready_s: float
    retrieval: Latency
    answer: Latency
    peak_mib: float


@dataclass(frozen=True, slots=True)
class BuiltIndex:
    """The environment of a server that finds a fresh index, and the seconds it took to build it."""

    env: dict[str, str]
    build_s: float


@contextmanager
def build_index() -> Iterator[BuiltIndex]:
    """Build the index in a new process and a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        env = {name: value for name, value in os.environ.items() if not name.startswith("REPORT_RAG_")}
        env["REPORT_RAG_DATA"] = folder
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "rag", "index"], env=env, check=True, capture_output=True)
        yield BuiltIndex(env, time.perf_counter() - start)


def measure_server(questions: Path, built: BuiltIndex) -> ServerFigures:
    """Start a server on a built index and ask every question twice; the second time counts."""
    cases = [json.loads(line) for line in questions.read_text("utf-8").split("\n") if line]
    searches = [{"query": case["question"]} for case in cases]
    asked = [{"question": case["question"], "history": case.get("history", [])} for case in cases]
    with start_server(built.env) as (process, port, ready_s):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        retrieval = _measure(connection, "/api/search", searches)
        answer = _measure(connection, "/api/ask", asked)
        connection.close()
        return ServerFigures(built.build_s, ready_s, retrieval, answer, _read_peak(process.pid))


def _measure(connection: http.client.HTTPConnection, path: str, bodies: list[dict[str, object]]) -> Latency:
    for body in bodies:
        _post(connection, path, body)
    return Latency.of([_post(connection, path, body) for body in bodies])


@contextmanager
def start_server(env: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], int, float]]:
    """Give a server's process, its port and the seconds from its start until it was ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "rag", "serve", "--port", str(port)]
    start = time.perf_counter()
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            while not _is_ready(port):
                if process.poll() is not None or time.perf_counter() - start > START_LIMIT:
                    raise RuntimeError(
                        f"{' '.join(command)} did not become ready; run it by hand to see why."
                    )
                time.sleep(POLL)
            yield process, port, time.perf_counter() - start
        finally:
            process.terminate()


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:  # nothing listens yet
        return False
    finally:
        connection.close()


def _post(connection: http.client.HTTPConnection, path: str, body: dict[str, object]) -> float:
    """Send one request and return the milliseconds until the whole response was there."""
    sent = json.dumps(body).encode()
    start = time.perf_counter()
    connection.request("POST", path, sent, {"content-type": "application/json"})
    response = connection.getresponse()
    received = response.read()
    elapsed = time.perf_counter() - start
    if response.status != http.HTTPStatus.OK:
        raise RuntimeError(f"{path} answered {response.status} to {body}: {received.decode()}")
    return elapsed * 1e3


def _read_peak(pid: int) -> float:
    """Return the most memory the process ever held; what it holds now where the system keeps no peak."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        lines = dict(line.partition(":")[::2] for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return float(psutil.Process(pid).memory_info().rss) / 2**20
