"""What is switched off, what may be asked for, and what stays quiet."""

from __future__ import annotations

import os
import subprocess
import sys

from huggingface_hub import constants

from index.offline import OFFLINE, PROXIES, with_downloads, without_proxies


def test_the_hub_is_asked_while_downloads_are_allowed_and_not_afterwards() -> None:
    assert constants.is_offline_mode()
    with with_downloads():
        assert not constants.is_offline_mode()
        assert not os.environ[OFFLINE]
    assert constants.is_offline_mode()
    assert os.environ[OFFLINE]


def test_who_forbids_downloads_in_the_environment_is_obeyed() -> None:
    program = (
        "from index.offline import with_downloads\n"
        "from huggingface_hub import constants\n"
        "with with_downloads(): print(constants.is_offline_mode())"
    )
    for environment, offline in (("1", "True"), ("0", "False"), (os.environ[OFFLINE], "False")):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {OFFLINE: environment},
            capture_output=True,
            text=True,
        )
        assert done.stdout.strip() == offline, (environment, done.stderr)


def test_proxies_come_back_after_they_were_hidden(monkeypatch) -> None:
    names = PROXIES | {name.upper() for name in PROXIES}
    for name in names:
        monkeypatch.setenv(name, "socks4://127.0.0.1:9")
    with without_proxies():
        assert names.isdisjoint(os.environ)
    assert {os.environ[name] for name in names} == {"socks4://127.0.0.1:9"}


def test_building_an_index_says_nothing_where_logging_is_set_up() -> None:
    program = (
        "import logging; logging.basicConfig()\n"
        "from index.retrieval.lexical import LexicalIndex\n"
        "LexicalIndex.build(['经济增长'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
