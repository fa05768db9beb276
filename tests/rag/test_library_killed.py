"""Whatever kills a process, a document is there whole or not at all, and nothing of it stays in the way."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from itertools import count

import pytest

from rag.library.job import Details
from rag.service import ReportService
from tests.index.killing import KilledError, killed_after
from tests.rag.library import open_library
from tests.rag.reports import TEXT

HERE = Details(place="青山市云溪区")
YUNXI = "qingshanshi-yunxiqu-2031"
STRIDE = 3
"""Every third step: the others lie between the same two renames."""


def test_what_a_killed_process_left_on_the_shelf_is_cleared_away(tmp_path, service) -> None:
    served, _ = open_library(tmp_path, service)
    served.library.add(TEXT.encode(), "a.txt", HERE)
    shelf = served.library.shelf.root
    (kept,) = (path for path in (shelf / YUNXI).iterdir() if path.is_dir())
    for debris in (
        shelf / YUNXI / "0123-4567",
        shelf / YUNXI / ".writing-x",
        shelf / "never-entered" / "0-0",
    ):
        debris.mkdir(parents=True)
        (debris / "original").write_bytes(b"half")
    served.library.tidy()
    assert [path.name for path in shelf.iterdir()] == [YUNXI]
    assert {path.name for path in (shelf / YUNXI).iterdir()} == {"record.json", kept.name}
    assert list(open_library(tmp_path, service)[0].documents) == [YUNXI, "yuanshan-2029"]


def act_add(served: ReportService) -> None:
    served.library.add(TEXT.encode(), "a.txt", HERE)


def act_replace(served: ReportService) -> None:
    served.library.replace(YUNXI, CHANGED.encode(), "b.txt", Details())


def act_edit(served: ReportService) -> None:
    served.library.edit(YUNXI, Details(speaker="某某"))


def act_remove(served: ReportService) -> None:
    served.library.remove(YUNXI)


CHANGED = TEXT.replace("88亿元", "99亿元")
ACTS = {
    act_add: ({}, {YUNXI: TEXT}),
    act_replace: ({YUNXI: TEXT}, {YUNXI: CHANGED}),
    act_edit: ({YUNXI: TEXT}, {YUNXI: TEXT}),
    act_remove: ({YUNXI: TEXT}, {}),
}


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "act", [act_add, act_remove, pytest.param(act_replace, marks=SLOW), pytest.param(act_edit, marks=SLOW)]
)
def test_killed_at_any_step_a_document_is_there_whole_or_not_at_all(
    tmp_path, service, monkeypatch, act: Callable[[ReportService], None]
) -> None:
    before, after = ACTS[act]
    whole = tmp_path / "whole"
    served, _ = open_library(whole, service)
    if before:
        act_add(served)
    outcomes = []
    for steps in count(step=STRIDE):
        folder = tmp_path / str(steps)
        shutil.copytree(whole, folder)
        served, _ = open_library(folder, service)
        try:
            with killed_after(steps, monkeypatch):
                act(served)
            died = False
        except KilledError:
            died = True
        started, _ = open_library(folder, service)
        started.library.tidy()
        there = {name: one.document.text for name, one in started.documents.items() if name == YUNXI}
        assert started.problems == {}
        assert there in (before, after)
        assert started.library.records.keys() == there.keys()
        assert {path.name for path in started.library.shelf.root.glob("*")} == there.keys()
        for name in there:
            path, record = started.library.original(name)
            assert hashlib.sha256(path.read_bytes()).hexdigest() == record.original.sha256
            assert record.text_sha256 == started.documents[name].document.sha256
        outcomes.append(there)
        if not died:
            break
    assert outcomes[0] == before
    assert outcomes[-1] == after
