"""The built wheel answers on its own, far from the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LARGEST_WHEEL = 60_000_000  # bytes: the encoder takes about 25 MB, and package registries stop at 100 MB
QUESTION = "2020年社会消费品零售总额是多少？"


def run(*command: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    ran = subprocess.run([sys.executable, *command], cwd=cwd, env=env, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with what is installed, nothing fetched."""
    folder = tmp_path_factory.mktemp("dist")
    run("-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder), cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone; what it depends on is found in this environment."""
    target = tmp_path_factory.mktemp("installed")
    options = [
        "--no-deps",
        "--no-index",
        "--no-compile",
        "--disable-pip-version-check",
        "--target",
        str(target),
    ]
    run("-m", "pip", "install", *options, str(wheel), cwd=target)
    return target


def environment(installed: Path, data: Path) -> dict[str, str]:
    """Return this environment without the user's settings, the wheel before everything else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REPORT_RAG_")}
    return kept | {"PYTHONPATH": str(installed), "REPORT_RAG_DATA": str(data), "PYTHONUTF8": "1"}


def test_the_wheel_carries_report_encoder_page_and_licences_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {
        "corpus",
        "index",
        "rag",
        "ui",
    }
    published = {str(path.relative_to(ROOT)) for path in ROOT.glob("corpus/*/*")}
    assert published <= set(names)
    assert any(name.startswith("index/encoder/") and name.endswith(".onnx") for name in names)
    assert {f"{floor}/py.typed" for floor in ("index", "rag", "ui")} <= set(names)
    assert {Path(name).name for name in names} >= {"LICENSE", "NOTICE"}
    assert not [name for name in names if "__pycache__" in name]


def test_a_lexicon_with_a_fault_stops_the_build(tmp_path: Path) -> None:
    kept = ("pyproject.toml", "README.md", "LICENSE", "NOTICE", ".ci/build_hook.py", "index/__init__.py")
    for name in (*kept, "index/offline.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    unwanted = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "index/language", tmp_path / "index/language", ignore=unwanted)
    path = tmp_path / "index/language/lexicon/opposites.toml"
    path.write_text(path.read_text("utf-8").replace('id = "trade"', 'id = "size"'), "utf-8")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert built.returncode
    assert "opposites.toml, entry 'size': the id stands there twice" in built.stdout + built.stderr
    assert not list(tmp_path.glob("dist/*.whl"))


def test_the_wheel_stays_small(wheel: Path) -> None:
    assert wheel.stat().st_size < LARGEST_WHEEL


def test_the_installed_wheel_answers_from_its_own_corpus(installed: Path, tmp_path: Path) -> None:
    env = environment(installed, tmp_path / "data")
    home = run("-c", "import rag; print(rag.__file__)", cwd=tmp_path, env=env)
    assert Path(home.strip()).is_relative_to(installed)

    answer = json.loads(run("-m", "rag", "ask", "--json", QUESTION, cwd=tmp_path, env=env))
    assert answer["status"] == "answered"
    assert "194亿元" in answer["answer"]
    assert answer["citations"]
    for citation in answer["citations"]:
        published = installed / "corpus" / citation["document"] / "report.txt"
        text = published.read_bytes().decode("utf-8-sig")
        assert text[citation["start"] : citation["end"]] == citation["quote"]
