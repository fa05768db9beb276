"""Bundled models: the files that their provenance lists, held against its checksums before they are used."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

from index.errors import EncoderError

PROVENANCE_FILE = "provenance.toml"


def read_verified(folder: Path, what: str, remedy: str) -> dict[str, bytes]:
    """Return the files of the bundled model in `folder` by name; hashing all of them takes some 50 ms.

    Raises EncoderError, which calls the model `what` and ends with the `remedy`, when one is amiss.
    """
    try:
        provenance = tomllib.loads((folder / PROVENANCE_FILE).read_text(encoding="utf-8"))
        files = {name: (folder / name).read_bytes() for name in provenance["files"]}
    except (OSError, ValueError, KeyError) as error:
        raise EncoderError(f"The bundled {what} in {folder} is incomplete: {error}; {remedy}.") from error
    for name, expected in provenance["files"].items():
        found = hashlib.sha256(files[name]).hexdigest()
        if found != expected:
            raise EncoderError(
                f"The bundled {what}'s {folder / name} has the SHA-256 {found}, not {expected}; {remedy}."
            )
    return files
