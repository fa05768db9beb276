"""Keys in the data folder: told once, kept as digests, revoked at once; a damaged file lets nobody in."""

import json
import stat
from pathlib import Path

import pytest

from rag import cli
from rag.api.security.keys import FILE_NAME, KeyFileError, KeyStore, Scope
from rag.api.security.sessions import LIFETIME, Sessions
from rag.errors import InputError


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path)


def test_a_key_is_found_by_itself_alone_and_by_every_process(store: KeyStore, tmp_path: Path) -> None:
    key, token = store.create("phone", [Scope.ASK])
    _, other = store.create("tablet", [Scope.ASK, Scope.MANAGE])
    assert store.find(token) == KeyStore(tmp_path).find(token) == key
    assert store.find(other).scopes == {Scope.ASK, Scope.MANAGE}
    for wrong in (
        "",
        "rr-",
        token[:-1],
        f"{token}a",
        token.upper(),
        f"rr-{key.id}-",
        "密\ud800",
        other[:12] + token[12:],
    ):
        assert store.find(wrong) is None


def test_the_file_holds_no_key_and_is_for_its_owner_only(store: KeyStore, tmp_path: Path) -> None:
    _, token = store.create("phone", [Scope.ASK])
    written = (tmp_path / FILE_NAME).read_text("utf-8")
    assert token not in written
    assert token.rpartition("-")[2] not in written
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".lock") == [FILE_NAME]


def test_a_revoked_key_opens_nothing_in_any_process_and_its_name_is_free(store, tmp_path: Path) -> None:
    key, token = store.create("phone", [Scope.ASK])
    running = KeyStore(tmp_path)
    assert running.find(token)
    store.revoke("phone")
    assert running.find(token) is running.find_by_id(key.id) is None
    assert [one.is_active for one in store.list()] == [False]
    store.create("phone", [Scope.ASK])
    with pytest.raises(InputError, match="keys list has them"):
        store.revoke(key.id)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a" * 61])
def test_a_name_is_one_short_line(store: KeyStore, name: str) -> None:
    with pytest.raises(InputError, match="1 to 60 printable characters"):
        store.create(name, [Scope.ASK])


def test_two_keys_in_use_have_two_names(store: KeyStore) -> None:
    store.create("phone", [Scope.ASK])
    with pytest.raises(InputError, match="choose another name"):
        store.create("phone", [Scope.ASK])


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-20],
        lambda text: text.replace('"ask"', '"manage"'),
        lambda text: text.replace('"format": 1', '"format": 2'),
        lambda text: json.dumps([text]),
        lambda text: "",
    ],
)
def test_a_file_that_was_changed_lets_nobody_in_and_says_what_to_do(store, tmp_path: Path, change) -> None:
    _, token = store.create("phone", [Scope.ASK])
    path = tmp_path / FILE_NAME
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    for _ in range(2):  # and goes on doing so
        with pytest.raises(KeyFileError, match="restore it from a backup"):
            store.find(token)


def test_a_session_stands_for_its_key_until_it_ends_or_the_key_is_revoked(store: KeyStore) -> None:
    now = 1_000.0
    key, _ = store.create("phone", [Scope.ASK])
    other, _ = store.create("tablet", [Scope.MANAGE])
    sessions = Sessions(store, lambda: now)
    value = sessions.begin(key)
    assert sessions.find(value) == key
    assert key.digest not in value
    number, ends, signature = value.split(".")
    for forged in (
        f"{other.id}.{ends}.{signature}",
        f"{number}.{int(ends) + 1}.{signature}",
        f"{number}.{ends}.",
        f"{number}.٣.{signature}",
        f"{number}.{ends}.é",
        number,
        "",
    ):
        assert sessions.find(forged) is None
    now += LIFETIME
    assert sessions.find(value) is None
    now -= LIFETIME
    store.revoke("phone")
    assert sessions.find(value) is None


def test_the_terminal_creates_lists_and_revokes(
    monkeypatch: pytest.MonkeyPatch, capsys, tmp_path: Path
) -> None:
    monkeypatch.setenv("REPORT_RAG_DATA", str(tmp_path))
    assert cli.main(["keys", "create", "phone", "--scope", "ask", "--scope", "manage"]) == 0
    out, err = capsys.readouterr()
    token = out.strip()
    assert token not in err
    assert KeyStore(tmp_path).find(token).scopes == set(Scope)
    assert cli.main(["keys", "list"]) == 0
    out = capsys.readouterr().out
    assert "\tphone\task, manage\t" in out
    assert token not in out
    assert cli.main(["keys", "revoke", "phone"]) == 0
    assert KeyStore(tmp_path).find(token) is None
    capsys.readouterr()
    assert cli.main(["keys", "revoke", "phone"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
