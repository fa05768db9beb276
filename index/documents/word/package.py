"""The parts of a .docx: a zip archive of XML, opened within limits; namespaces are taken off."""

from __future__ import annotations

import posixpath
import zipfile
from io import BytesIO
from typing import Any

from index.documents.limits import MEBIBYTE, FileLimits
from index.errors import UnreadableError

_OFFICE_DOCUMENT = "/officeDocument"  # how the type of the relationship to the text ends, in both dialects
_DEFAULT = "word/document.xml"


def name_of(element: Any) -> str:
    """Return the name of an element without its namespace; empty for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str | None:
    """Return an attribute of an element, whatever its namespace."""
    if element is None:
        return None
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: Any, *path: str) -> Any:
    """Return the first descendant along `path`, one name a level; None where there is none."""
    for name in path:
        if element is None:
            return None
        element = next((inner for inner in element if name_of(inner) == name), None)
    return element


class Package:
    """An open .docx."""

    def __init__(self, data: bytes, name: str, limits: FileLimits) -> None:
        self._name = name
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
            entries = self._archive.infolist()
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise self.refuse() from error
        unpacked = sum(entry.file_size for entry in entries)
        if unpacked > limits.unpacked_bytes:
            raise UnreadableError(
                f"{name} unpacks to {unpacked // MEBIBYTE} MiB, and at most "
                f"{limits.unpacked_bytes // MEBIBYTE} MiB are read: save it without its pictures.",
                "too_heavy",
                name,
            )
        if any(entry.flag_bits & 1 for entry in entries):
            raise UnreadableError(
                f"{name} is locked with a password: save it without one, and give that.", "encrypted", name
            )
        self._names = {entry.filename.lower(): entry.filename for entry in entries}
        self._main = self._find_main()

    def refuse(self) -> UnreadableError:
        """Return the error of a file that is damaged."""
        return UnreadableError(
            f"{self._name} is damaged or cut off: open it in a word processor and save it anew.",
            "damaged",
            self._name,
        )

    def document(self) -> Any:
        """Return the root of the text; raises UnreadableError where there is none."""
        root = self._read(self._main)
        if root is None:
            raise self.refuse()
        return root

    def beside(self, part: str) -> Any:
        """Return the root of another part (`styles.xml`) beside the text, None where it is missing."""
        return self._read(posixpath.join(posixpath.dirname(self._main), part))

    def _find_main(self) -> str:
        for relation in self._read("_rels/.rels") if "_rels/.rels" in self._names else ():
            if (attribute(relation, "Type") or "").endswith(_OFFICE_DOCUMENT):
                return (attribute(relation, "Target") or _DEFAULT).lstrip("/")
        return _DEFAULT

    def _read(self, part: str) -> Any:
        from lxml import etree

        stored = self._names.get(part.lower())
        if stored is None:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(self._archive.read(stored), parser)
        except (etree.XMLSyntaxError, zipfile.BadZipFile, OSError, EOFError, NotImplementedError) as error:
            raise self.refuse() from error
