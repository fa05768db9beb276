"""The READMEs' pictures: all of them are made by .ci/screenshots, and shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docs/screenshots"
LARGEST = 200_000  # bytes: every version stays in the history
LANGUAGES = {"README.md": "en", "README.zh-CN.md": "zh"}


@pytest.mark.parametrize("readme", LANGUAGES)
def test_a_readme_shows_every_picture_of_its_language_that_the_script_makes(readme):
    script = (ROOT / ".ci/screenshots").read_text("utf-8")
    made = {f"{name}-{LANGUAGES[readme]}.webp" for name in re.findall(r'save\(page, f"(\w[\w-]*)-\{', script)}
    shown = set(re.findall(r"docs/screenshots/([\w.-]+)", (ROOT / readme).read_text("utf-8")))
    assert made
    assert shown == made
    assert all((FOLDER / name).is_file() for name in shown)


def test_pictures_are_small():
    assert [path.name for path in FOLDER.iterdir() if path.stat().st_size > LARGEST] == []
