"""Writing tables into rag/evidence/weights.toml, with what fitted them; the others stay as they are."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

Table = Mapping[str, float | Mapping[str, float]]

WIDTH = 110
"""Characters of a line."""

# A comment after an empty line begins a block: what is said of the tables under it, up to the next.
_BLOCK = re.compile(r"\n\n(?=# )")
_HEADER = re.compile(r"^\[([a-z_]+)\]$", re.MULTILINE)


def write_tables(path: Path, comment: str, tables: Mapping[str, Table], digits: int) -> None:
    """Put `tables`, with `comment` above them, into the file `path` in place of those of their names.

    Raises ValueError where the file has the tables in a block together with others: then nothing is written.
    """
    blocks = _BLOCK.split(path.read_text("utf-8").rstrip("\n"))
    written = "\n".join(
        [*textwrap.wrap(f"# {comment}", WIDTH, subsequent_indent="# "), *_render(tables, digits)]
    )
    places = [at for at, block in enumerate(blocks) if tables.keys() & set(_HEADER.findall(block))]
    for at in places:
        if others := set(_HEADER.findall(blocks[at])) - tables.keys():
            raise ValueError(
                f"{path.name} has {sorted(others)} in one block with {sorted(tables)}: "
                "put a comment of their own above them."
            )
    first = places[0] if places else len(blocks)
    kept = [block for at, block in enumerate(blocks) if at not in places]
    path.write_text("\n\n".join([*kept[:first], written, *kept[first:]]) + "\n", "utf-8")


def _render(tables: Mapping[str, Table], digits: int) -> Iterator[str]:
    for name, table in tables.items():
        yield from ("", f"[{name}]")
        nested = {key: value for key, value in table.items() if isinstance(value, Mapping)}
        numbers = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
        yield from _render_numbers(numbers, digits)
        for key, inner in nested.items():
            yield from ("", f"[{name}.{key}]")
            yield from _render_numbers(inner, digits)


def _render_numbers(numbers: Mapping[str, float], digits: int) -> Iterator[str]:
    for name, number in numbers.items():
        key = name if name.isidentifier() else f'"{name}"'
        yield f"{key} = {number:.{digits}f}"
