"""Makes common_words.txt of the claims' checks: common words that jieba's dictionary takes for names.

    python -m tests.rag.claims.common_words REPORTS

REPORTS is a folder of reports by many governments, one text file each, named GOVERNMENT_YEAR.txt (archives of
them, .tar.*, are read, too). A word is everyday when reports of at least LEAST governments use it; what names
something all the same stands in `names.txt` beside this module, by hand.
"""

from __future__ import annotations

import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import rjieba

from index.language.words import tag_words

LEAST = 8
NAME_TAGS = {"ns", "nr", "nrt", "nrfg", "nz", "nt"}
HERE = Path(__file__).parent
OUT = HERE.parents[2] / "rag" / "claims" / "common_words.txt"
PLACE = re.compile(r"..[省市县旗盟州区]$")


def read_reports(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the government and the text of each report."""
    for path in folder.glob("*.txt"):
        yield re.split(r"[_0-9]", path.name)[0], path.read_text("utf-8", "ignore")
    for path in folder.glob("*.tar.*"):
        with tarfile.open(path) as archive:
            for member in archive:
                if file := archive.extractfile(member) if member.isfile() else None:
                    name = Path(member.name).name
                    yield re.split(r"[_0-9]", name)[0], file.read().decode("utf-8", "ignore")


def find_common(reports: Iterator[tuple[str, str]], names: set[str]) -> list[str]:
    """Return the words that jieba takes for names and many governments use."""
    users: dict[str, set[str]] = {}
    for government, text in reports:
        for word in set(rjieba.cut(text)):
            users.setdefault(word, set()).add(government)
    return sorted(
        word
        for word, governments in users.items()
        if len(governments) >= LEAST and word not in names and _looks_like_a_name(word)
    )


def _looks_like_a_name(word: str) -> bool:
    tagged = rjieba.tag(word, False)
    return (
        re.fullmatch(r"[一-鿿]{2,}", word) is not None
        and len(tagged) == 1
        and tagged[0][1] in NAME_TAGS
        and not PLACE.search(word)
        and not any(tag_words(word + ending) == ((word + ending, "ns"),) for ending in "市省区县")
    )


def main() -> None:
    names = set((HERE / "names.txt").read_text("utf-8").split())
    OUT.write_text("\n".join(find_common(read_reports(Path(sys.argv[1])), names)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
