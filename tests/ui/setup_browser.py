"""Make Chromium and a Chinese font available for the browser tests, and strace for those of whole processes.

On a Debian-like machine, as root and in CI (or with --install), the packages are installed; anywhere else
this only says what to install: nobody's own machine is changed unasked. Exits with 0 unless an installation
fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = ("chromium", "fonts-noto-cjk", "fonts-noto-color-emoji", "strace")
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find_browser() -> str | None:
    """Return the path of a Chromium, if this machine has one; REPORT_RAG_TEST_BROWSER names another."""
    named = os.environ.get("REPORT_RAG_TEST_BROWSER")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def find_strace() -> str | None:
    """Return the path of strace, if this machine has it; on systems other than Linux there is none."""
    return shutil.which("strace")


def has_chinese_font() -> bool:
    """Tell whether a font with Chinese characters is installed, as far as fontconfig knows."""
    if not shutil.which("fc-list"):
        return True
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())


def main() -> int:
    """Install what is missing where that is wanted, else explain."""
    if find_browser() and has_chinese_font() and (find_strace() or sys.platform != "linux"):
        return 0
    wanted = os.environ.get("CI") == "true" or "--install" in sys.argv[1:]
    able = shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0
    if not (wanted and able):
        sys.stdout.write(
            "Chromium, a Chinese font or strace is missing. Without Chromium the browser tests are skipped, "
            "without strace those of what leaves this machine; on Debian or Ubuntu install them with: "
            f"sudo apt-get install {' '.join(PACKAGES)}\n"
        )
        return 0
    install = ["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES]
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update"], check=False, env=quiet)
    return subprocess.run(install, check=False, env=quiet).returncode


if __name__ == "__main__":
    sys.exit(main())
