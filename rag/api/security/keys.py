"""Keys that programs and people show: kept as digests in one file of the data folder."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from filelock import FileLock

from rag.errors import InputError, RagError

FILE_NAME = "keys.json"
FORMAT = 1
PREFIX = "rr-"
"""What every key begins with, so that scanners of published code can tell one."""
LONGEST_NAME = 60

_ID_BYTES = 4
_SECRET_BYTES = 32
"""256 bits of chance cannot be guessed: a fast hash keeps them, and a request costs microseconds."""
_OWNER_ONLY = 0o600
_NOBODY = "0" * 64
"""Compared with where no key has the id, so that the time says nothing of which ids there are."""


class Scope(StrEnum):
    """What a key may do: ask and read; or change documents and read the server's figures."""

    ASK = "ask"
    MANAGE = "manage"


class KeyFileError(RagError):
    """The file of keys cannot be read or is damaged."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key; `digest` is the SHA-256 of the key itself, which is nowhere kept."""

    id: str
    name: str
    scopes: frozenset[Scope]
    digest: str
    created: dt.datetime
    revoked: dt.datetime | None = None

    @property
    def is_active(self) -> bool:
        """Whether it still opens anything."""
        return self.revoked is None


@dataclass(frozen=True, slots=True)
class _Contents:
    secret: bytes
    keys: tuple[Key, ...] = ()


class KeyStore:
    """The keys in a folder; may be used by several threads and processes at once.

    What another process changes counts from the next call on. All methods raise KeyFileError.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / FILE_NAME
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._contents = _Contents(b"")

    def create(self, name: str, scopes: Iterable[Scope]) -> tuple[Key, str]:
        """Make a key; returns what is kept of it, and the key itself, which is told only here.

        Raises InputError for a name that is taken or none.
        """
        name = name.strip()
        if not (0 < len(name) <= LONGEST_NAME and name.isprintable()):
            raise InputError(f"{name!r} is no name: give 1 to {LONGEST_NAME} printable characters.")
        with self._changing() as contents:
            if any(key.name == name and key.is_active for key in contents.keys):
                raise InputError(f"A key is named {name!r} already: choose another name, or revoke that key.")
            number = secrets.token_hex(_ID_BYTES)
            token = f"{PREFIX}{number}-{secrets.token_urlsafe(_SECRET_BYTES)}"
            key = Key(number, name, frozenset(scopes), _digest(token), dt.datetime.now(dt.UTC))
            self._write(replace(contents, keys=(*contents.keys, key)))
        return key, token

    def revoke(self, name: str) -> Key:
        """Revoke the active key of this id or name; raises InputError where there is none."""
        with self._changing() as contents:
            found = [key for key in contents.keys if key.is_active and name in (key.id, key.name)]
            if not found:
                raise InputError(f"No key in use has the id or name {name!r}: report-rag keys list has them.")
            revoked = replace(found[0], revoked=dt.datetime.now(dt.UTC))
            keys = tuple(revoked if key.id == revoked.id else key for key in contents.keys)
            self._write(replace(contents, keys=keys))
        return revoked

    def list(self) -> tuple[Key, ...]:
        """Return every key, revoked ones too, oldest first."""
        return self._read().keys

    def find(self, token: str) -> Key | None:
        """Return the active key that `token` is, compared in constant time."""
        return self._find(token.removeprefix(PREFIX).partition("-")[0], _digest(token))

    def find_by_id(self, number: str) -> Key | None:
        """Return the active key of this id."""
        return next((key for key in self._read().keys if key.id == number and key.is_active), None)

    @property
    def secret(self) -> bytes:
        """What sessions are signed with; empty while there is no key."""
        return self._read().secret

    def _find(self, number: str, digest: str) -> Key | None:
        key = self.find_by_id(number)
        is_it = hmac.compare_digest(digest, key.digest if key else _NOBODY)
        return key if is_it else None

    def _read(self) -> _Contents:
        with self._lock:
            try:
                found = self._path.stat()
            except FileNotFoundError:
                self._stamp, self._contents = None, _Contents(b"")
                return self._contents
            except OSError as error:
                raise self._unreadable(error.strerror or "cannot be read") from error
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
            if stamp != self._stamp:
                try:
                    self._contents = _decode(self._path.read_bytes())
                except OSError as error:
                    raise self._unreadable(error.strerror or "cannot be read") from error
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    raise self._unreadable("is damaged") from error
                self._stamp = stamp
            return self._contents

    def _unreadable(self, why: str) -> KeyFileError:
        self._stamp = None
        return KeyFileError(
            f"The file of keys {self._path} {why}: restore it from a backup, or delete it "
            "and create keys anew."
        )

    @contextlib.contextmanager
    def _changing(self) -> Iterator[_Contents]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._path.with_suffix(".lock")):
            contents = self._read()
            yield (
                contents if contents.secret else replace(contents, secret=secrets.token_bytes(_SECRET_BYTES))
            )

    def _write(self, contents: _Contents) -> None:
        """Write the file anew, whole or not at all, for nobody else to read."""
        written = self._path.with_name(f"{FILE_NAME}.{secrets.token_hex(_ID_BYTES)}")
        descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_encode(contents))
                file.flush()
                os.fsync(file.fileno())
            written.replace(self._path)
        except BaseException:
            written.unlink(missing_ok=True)
            raise


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _encode(contents: _Contents) -> bytes:
    keys = [
        {
            "id": key.id,
            "name": key.name,
            "scopes": sorted(key.scopes),
            "digest": key.digest,
            "created": key.created.isoformat(),
            "revoked": key.revoked.isoformat() if key.revoked else None,
        }
        for key in contents.keys
    ]
    held = {"secret": contents.secret.hex(), "keys": keys}
    return json.dumps(
        {"format": FORMAT, "sha256": _check(held), **held}, ensure_ascii=False, indent=1
    ).encode()


def _decode(written: bytes) -> _Contents:
    read = json.loads(written)
    held = {"secret": read["secret"], "keys": read["keys"]}
    if read["format"] != FORMAT or read["sha256"] != _check(held):
        raise ValueError("another format, or changed by hand")
    return _Contents(
        bytes.fromhex(read["secret"]),
        tuple(
            Key(
                id=key["id"],
                name=key["name"],
                scopes=frozenset(map(Scope, key["scopes"])),
                digest=key["digest"],
                created=dt.datetime.fromisoformat(key["created"]),
                revoked=dt.datetime.fromisoformat(key["revoked"]) if key["revoked"] else None,
            )
            for key in read["keys"]
        ),
    )


def _check(held: Any) -> str:
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()
