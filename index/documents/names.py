"""The names that files come with, made fit to be shown and stored."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from index.documents.reader import Remark

LONGEST_NAME = 120
"""Characters: file systems take 255 bytes, of which one of ours takes three."""
UNNAMED = "document"

_FOLDERS = re.compile(r"^.*[/\\]", re.DOTALL)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
"""What file systems of some kind do not take."""
_ENDINGS = {
    "pdf": {".pdf"},
    "docx": {".docx", ".docm", ".dotx"},
    "html": {".html", ".htm", ".xhtml", ".shtml", ".mhtml", ".mht"},
}


def clean_name(file_name: str) -> tuple[str, Remark | None]:
    """Return a file's name fit to be shown and stored, and a remark where that changed it much."""
    visible = "".join(
        character for character in file_name if unicodedata.category(character) not in ("Cc", "Cf", "Cs")
    )
    name = unicodedata.normalize("NFC", _FORBIDDEN.sub("_", _FOLDERS.sub("", visible))).strip(" .")
    name = name or UNNAMED
    if len(name) > LONGEST_NAME:
        ending = PurePosixPath(name).suffix[:10]
        short = name[: LONGEST_NAME - len(ending) - 1] + "…" + ending
        return short, Remark(
            "name_shortened", f"The name of the file has {len(name)} characters and is kept as {short}."
        )
    if _FOLDERS.search(visible):
        return name, Remark("name_shortened", f"The name of the file is kept without its folders, as {name}.")
    return name, None


def name_mismatch(name: str, kind: str) -> Remark | None:
    """Return a remark where a file's name says that it is of another kind than its bytes say."""
    ending = PurePosixPath(name).suffix.lower()
    expected = next((known for known, endings in _ENDINGS.items() if ending in endings), None)
    if expected is None and not (kind in _ENDINGS and ending in {".txt", ".md", ".markdown"}):
        return None
    if expected == kind:
        return None
    return Remark("name_mismatch", f"{name} is named {ending}, but its bytes are {kind}: read as such.")
