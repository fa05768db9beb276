"""Fetch axe-core, which judges the page's accessibility in the browser tests, with npm into build/.

It is a tool of the tests and no part of the repository. Where npm or its registry is not at hand this only
says so, and that test is skipped; in CI it fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGE = "axe-core"
VERSION = "4.14.1"
FOLDER = Path(__file__).parents[2] / "build" / f"{PACKAGE}-{VERSION}"


def find_axe() -> Path | None:
    """Return the script, if it has been fetched."""
    script = FOLDER / "node_modules" / PACKAGE / "axe.min.js"
    return script if script.is_file() else None


def fetch() -> str:
    """Fetch the script; return what hinders it, or nothing."""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    install = [npm, "install", "--prefix", str(FOLDER), "--no-save", "--no-audit", "--no-fund"]
    FOLDER.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [*install, "--ignore-scripts", f"{PACKAGE}@{VERSION}"], capture_output=True, text=True, check=False
    )
    return done.stderr.strip() if done.returncode else ""


def main() -> int:
    """Fetch the script if it is missing, else explain."""
    if find_axe():
        return 0
    hindrance = fetch()
    if not hindrance:
        return 0
    sys.stdout.write(
        f"{PACKAGE} {VERSION} could not be fetched, so the page's accessibility is not judged: {hindrance}\n"
    )
    return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
