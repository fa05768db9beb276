"""The server keeps what its OpenAPI document promises, whatever it is sent."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from rag.api import create_api
from rag.service import ReportService
from rag.settings import Settings
from tests.rag.serving import running

LEAST_CASES = 2_000
EXAMPLES = 60
"""For each way of making cases of an endpoint: some 3,000 in all, stateful ones among them."""
COMMAND = ("--config-file", "schemathesis.toml", "run")
OPTIONS = ("--max-examples", str(EXAMPLES), "--seed", "1", "--request-timeout", "60", "--no-color")
CHECKS = """
[checks]
enabled = true
# That a document or a mode is known is no matter of a request's shape.
positive_data_acceptance.enabled = false

# To DELETE a job gives it up; what became of it can still be read.
[[operations]]
include-path = "/api/jobs/{job_id}"
checks.use_after_free.enabled = false
"""


@pytest.mark.slow
@pytest.mark.timeout(1_200)
def test_no_request_gets_an_answer_that_is_not_described(service: ReportService, tmp_path: Path) -> None:
    context = next(iter(service.contexts.values()))
    own = ReportService.from_index(context.index, context.reader, Settings(data=tmp_path / "data"))
    (tmp_path / "schemathesis.toml").write_text(CHECKS, "utf-8")
    with running(create_api(own)) as address:
        ran = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", *COMMAND, f"{address}/openapi.json", *OPTIONS],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr
    assert int(re.search(r"(\d[\d,]*) generated", ran.stdout)[1].replace(",", "")) >= LEAST_CASES
