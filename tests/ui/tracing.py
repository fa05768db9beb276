"""What a program asks of the system, by strace: the files it writes, where it connects, what it looks up."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

WRITING = (
    "open openat creat mkdir mkdirat mknod mknodat rename renameat renameat2 link linkat symlink symlinkat"
)
SENDING = "connect sendto sendmsg sendmmsg"
# A question mark: not every architecture has every one of them.
TRACE = ",".join(f"?{name}" for name in f"{WRITING} {SENDING} truncate".split())

DNS_PORT = 53
LOOKED_UP_IN = ("/etc/hosts", "/etc/resolv.conf")
"""What the C library reads before it looks up a host, whichever service it then asks."""

_CALL = re.compile(r"^(?:\d+ +)?(?P<name>\w+)\((?P<arguments>.*)$")
_PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PORT = re.compile(r"port=htons\((\d+)\)")
_ADDRESS = re.compile(r'inet_(?:addr\(|pton\(AF_INET6, )"([^"]+)"')
_LOOPBACK = re.compile(r"127\.|::1$|::ffff:127\.")


def find_strace() -> str:
    """Return the path of an strace that may trace; without one the test is skipped, in CI it fails."""
    setup = runpy.run_path(str(Path(__file__).with_name("setup_browser.py")))
    path = setup["find_strace"]()
    if path and subprocess.run([path, "-o", os.devnull, "true"], capture_output=True).returncode == 0:
        return str(path)
    reason = "no strace that may trace was found (tests/ui/setup_browser.py says how to get one)"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and in CI there must be one")
    pytest.skip(reason)


def trace(strace: str, log: Path) -> list[str]:
    """Return the beginning of a command line whose program, with all it starts, is traced into `log`."""
    return [strace, "--follow-forks", "--seccomp-bpf", "-qq", "--trace", TRACE, "--output", str(log)]


def find_strays(log: Path, home: Path, allowed: Iterable[Path]) -> list[str]:
    """Return each call of a program started in `home` that writes outside `allowed` or leaves the machine."""
    within = [*allowed, Path("/dev"), Path("/proc/self")]
    return [
        line
        for line in log.read_text("utf-8", "replace").splitlines()
        if (call := _CALL.match(line)) and _strays(call["name"], call["arguments"], home, within)
    ]


def _strays(name: str, arguments: str, home: Path, within: list[Path]) -> bool:
    if name in SENDING.split():
        addresses, ports = _ADDRESS.findall(arguments), _PORT.findall(arguments)
        return not all(map(_LOOPBACK.match, addresses)) or str(DNS_PORT) in ports
    paths = [(home / path).absolute() for path in _PATH.findall(arguments)]
    if name.startswith("open") and not re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", arguments):
        return str(paths[0]) in LOOKED_UP_IN
    return not all(
        "__pycache__" in path.parts or any(path.is_relative_to(folder) for folder in within) for path in paths
    )
