"""The rooms of the page: each builds on those before it, and no shelf is too long to look along."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "ui"
ROOMS = ("texts", "reports", "conversation", "views", "page", "server")  # from the ground up
WIDEST_SHELF = 18


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_imports_from_one_above(room):
    above = {f"ui.{name}" for name in ROOMS[ROOMS.index(room) + 1 :]} | {"ui.app"}
    named = [
        (path.name, node.module)
        for path in (UI / room).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module
    ]
    assert [(path, module) for path, module in named if ".".join(module.split(".")[:2]) in above] == []


def test_every_shelf_can_be_looked_along():
    folders = [UI, *(path for path in UI.rglob("*") if path.is_dir() and path.name != "__pycache__")]
    assert {path.name for path in UI.iterdir() if path.is_dir()} - {"__pycache__", "assets"} == set(ROOMS)
    assert [
        folder for folder in folders if sum(one.is_file() for one in folder.iterdir()) > WIDEST_SHELF
    ] == []
