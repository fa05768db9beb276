"""Promises about the tree as a whole: the floors, what is exported, what is written about it."""

from __future__ import annotations

import argparse
import ast
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.api.conversion import from_answer
from rag.service import ReportService
from rag.terminal import render_answer
from rag.types import Question

ROOT = Path(__file__).parents[1]
FLOORS = ("index", "rag", "ui")  # from the ground up
MODULES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
READMES = ("README.md", "README.zh-CN.md")
LONGEST_MODULE = 400  # lines: beyond it, look for the second job

# The server is started by its import string, as uvicorn does it: the one name that points upward.
ALLOWED_UPWARD = "ui.app:create_app"


def name_module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def is_module(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def imported_floors(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=name_module)
def test_no_module_imports_from_a_floor_above(path: Path) -> None:
    floor = FLOORS.index(path.relative_to(ROOT).parts[0])
    assert set(FLOORS[floor + 1 :]).isdisjoint(imported_floors(path))


@pytest.mark.parametrize("floor", FLOORS)
def test_only_the_import_string_of_the_server_names_a_floor_above(floor: str) -> None:
    above = FLOORS[FLOORS.index(floor) + 1 :]
    imports = re.compile(rf"\b(?:{'|'.join(above)})(?:\.\w+)+:\w+") if above else re.compile(r"(?!)")
    strings = [
        found for path in (ROOT / floor).rglob("*.py") for found in imports.findall(path.read_text("utf-8"))
    ]
    assert set(strings) <= {ALLOWED_UPWARD}


EXPORTING = [path for path in MODULES if "__all__" in path.read_text("utf-8")]


@pytest.mark.parametrize("path", EXPORTING, ids=name_module)
def test_all_names_what_is_there_once(path: Path) -> None:
    module = importlib.import_module(name_module(path))
    assert len(module.__all__) == len(set(module.__all__))
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_nothing_is_used_from_afar_that_is_not_exported() -> None:
    exported = {name_module(path): importlib.import_module(name_module(path)).__all__ for path in EXPORTING}
    used = [
        (name_module(path), f"{node.module}.{alias.name}")
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module in exported
        # Modules of one package may share what the package keeps to itself.
        and Path(*node.module.split(".")).parent != path.relative_to(ROOT).parent
        for alias in node.names
        if alias.name not in exported[node.module] and not is_module(f"{node.module}.{alias.name}")
    ]
    assert used == []


@pytest.mark.parametrize("path", MODULES, ids=name_module)
def test_a_module_has_one_job_and_says_which(path: Path) -> None:
    source = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(source))
    assert len(source.splitlines()) <= LONGEST_MODULE


RULES = {".toml", ".tsv", ".txt"}
EVERYDAY = {"四线", "搭伴", "新纪录", "栽植", "主办单位", "版权所有", "请缨"}
"""Of the words that the bundled report has and sixty others lack (report_words.txt), those of any text."""


def test_no_report_is_named_in_code() -> None:
    literals = set()
    for meta in ROOT.glob("corpus/*/meta.toml"):
        described = tomllib.loads(meta.read_text("utf-8"))
        literals |= {meta.parent.name, described["title"], described["place"], described["speaker"]}
    literals |= set((ROOT / "tests" / "report_words.txt").read_text("utf-8").split()) - EVERYDAY
    rules = (
        path
        for path in tracked_files()
        if path.suffix in RULES and path.relative_to(ROOT).parts[0] in ("index", "rag", "ui")
    )
    named = [
        (str(path.relative_to(ROOT)), literal)
        for path in {*MODULES, *rules}
        for literal in literals
        if literal in path.read_text("utf-8")
    ]
    assert named == []


def test_no_path_of_one_machine_stands_in_the_tree() -> None:
    machine = re.compile(r"(?<![\w.}/-])/(?:work|root|home/\w+|Users/\w+)/|/tmp/\w")
    found = []
    for path in tracked_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # weights
        found += [
            f"{path.relative_to(ROOT)}: {hit}" for hit in machine.findall(text) if path != Path(__file__)
        ]
    assert found == []


# Documents.


def commands(document: str) -> list[str]:
    blocks = re.findall(r"```bash\n(.*?)```", (ROOT / document).read_text("utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line and not line.startswith("#")]


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("document", [*READMES, "CONTRIBUTING.md"])
def test_every_make_command_of_a_document_exists(document: str) -> None:
    named = [
        word
        for line in commands(document)
        if line.startswith("make ")
        for word in line.partition("#")[0].split()[1:]
        if "=" not in word
    ]
    assert named
    assert set(named) <= make_targets()


def test_the_two_readmes_give_the_same_commands() -> None:
    ours, theirs = ([line.partition("#")[0].strip() for line in commands(name)] for name in READMES)
    assert ours == theirs


@pytest.mark.parametrize(
    "document", [*READMES, "CONTRIBUTING.md", "docs/ARCHITECTURE.md", "docs/CONFIGURATION.md"]
)
def test_every_link_into_the_tree_leads_somewhere(document: str) -> None:
    path = ROOT / document
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("document", READMES)
def test_the_example_answer_of_a_readme_is_the_one_that_is_given(
    document: str, service: ReportService
) -> None:
    """The REST example is a part of the real answer, and so is the terminal's."""
    text = (ROOT / document).read_text("utf-8")
    shown = json.loads(re.findall(r"```json\n(.*?)```", text, re.DOTALL)[0])
    asked = re.search(r"report-rag ask \"(.*?)\"\n(.*?)\n```", text, re.DOTALL)
    assert asked
    answer = service.ask(Question(asked[1]))
    given = from_answer(answer).model_dump(mode="json")
    for got, example in zip(given.pop("citations"), shown.pop("citations"), strict=True):
        assert got | example == got
    assert given | shown == given
    assert render_answer(answer) == asked[2]


def test_the_architecture_describes_every_module_in_its_own_words() -> None:
    ran = subprocess.run([sys.executable, ".ci/describe", "--check"], cwd=ROOT)
    assert ran.returncode == 0, "run .ci/describe"


def test_every_setting_is_documented_in_both_languages() -> None:
    from rag.settings import CONFIG, PREFIX, Settings

    keys = {CONFIG, *(PREFIX + field.upper() for field in Settings.model_fields)}
    for document in ("docs/CONFIGURATION.md", *READMES):
        text = (ROOT / document).read_text("utf-8")
        assert [key for key in sorted(keys) if f"`{key}`" not in text] == [], document


def test_every_command_and_option_of_the_terminal_is_documented() -> None:
    from rag.cli import build_parser

    text = (ROOT / "docs/CONFIGURATION.md").read_text("utf-8")
    parser = build_parser()
    commands = next(
        action for action in parser._actions if isinstance(action, argparse._SubParsersAction)
    ).choices
    assert set(re.findall(r"^\| `report-rag ([\w-]+)", text, re.MULTILINE)) == set(commands)
    for name, command in {"": parser, **commands}.items():
        options = {option for action in command._actions for option in action.option_strings} - {
            "-h",
            "--help",
        }
        described = (
            re.search(rf"^\| `report-rag {name}\b.*$", text, re.MULTILINE)
            if name
            else re.search(".*", text, re.S)
        )
        assert described
        assert [option for option in sorted(options) if f"`{option}`" not in described[0]] == [], name


# The pinned set.


def test_everything_that_is_installed_for_the_project_is_pinned() -> None:
    ran = subprocess.run([sys.executable, ".ci/pin"], cwd=ROOT, capture_output=True, text=True)
    if "PackageNotFoundError" in ran.stderr:
        pytest.skip("an extra is not installed")
    pinned = (ROOT / "constraints.txt").read_text("utf-8")
    names = [line.partition("==")[0] for line in ran.stdout.splitlines() if "==" in line]
    assert names
    assert [name for name in names if f"\n{name}==" not in pinned] == []


def test_pins_are_exact_versions_that_any_machine_can_get() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+", pin) for pin in pins)
    assert pins == sorted(pins, key=lambda pin: pin.partition("==")[0])
    assert "torch==2.13.0" in pins
