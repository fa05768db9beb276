"""What a file may cost: bytes, pages, time, memory and pixels, beyond which it is refused with a sentence."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Limits of one file; the defaults are far beyond any report, and within a small machine.

    `file_bytes` count before, `unpacked_bytes` after decompression (.docx is a zip archive), `seconds` of the
    clock, `memory_bytes` of address space (where the system limits it: not on macOS and Windows), `pixels` of
    one rendered page, `characters` of the text.
    """

    file_bytes: int = 100 * MEBIBYTE  # a scanned report of 200 pages has about 60
    pages: int = 2_000  # the longest yearbooks; a report has 20 to 60
    seconds: float = 120.0  # 2,000 pages take about 30 on a slow core
    memory_bytes: int = 2_048 * MEBIBYTE  # the interpreter reserves about 400, a report needs 35
    unpacked_bytes: int = 400 * MEBIBYTE
    pixels: int = 40_000_000  # A3 at 300 dpi has 17 million; 4 bytes each
    characters: int = 5_000_000  # 300 reports in one file


DEFAULT_LIMITS = FileLimits()
