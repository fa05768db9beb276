"""The index on disk: opened and validated, built where it is missing, changed a document at a time.

A generation is a manifest that names the segments it is made of (index.storage.segments). A new one shares
with the one before whatever did not change, and texts that any segment holds are not encoded again.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from index.errors import CorpusError, DamagedError, GenerationError, NoGenerationError, OutdatedError
from index.retrieval.search import PassageIndex
from index.retrieval.segment import Segment
from index.retrieval.stores import DEFAULT_STORE
from index.storage.agreement import REMEDY, Maker, damaged, find_disagreement, outdated
from index.storage.builder import BATCH, SHORT_BATCH, build_segment
from index.storage.generations import KEPT, GenerationFolder
from index.storage.manifest import (
    FORMAT,
    Entry,
    FormatError,
    Manifest,
    code_digest,
    read_manifest,
    write_manifest,
)
from index.storage.segments import SegmentFolder
from index.storage.source import Source
from index.structure import parse_document
from index.types import Encoder, IndexedDocument, Progress

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation that has been opened.

    `entries` are its documents as they stand on disk, `notices` sentences its operator should read, and
    `problems` one for each document (by its id) that was wanted and is not in it.
    """

    number: int
    index: PassageIndex
    entries: Mapping[str, Entry]
    notices: tuple[str, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)


class GenerationStore:
    """Generations in one folder, by one encoder with this `fingerprint`, in vector stores of one kind."""

    def __init__(
        self, folder: Path, encoder: Encoder, *, fingerprint: str, store: str = DEFAULT_STORE
    ) -> None:
        self._folder = folder
        self._encoder = encoder
        self._maker = Maker(code_digest(), fingerprint, store)
        self._generations = GenerationFolder(folder)
        self._segments = SegmentFolder(folder / "segments")
        self._passed_over: int | None = None
        self.pinned: frozenset[str] = frozenset()
        """Documents without which, as they are, no generation of another process is taken on."""

    def open(self, wanted: Sequence[Source] | None = None) -> Generation:
        """Open the current generation or, where it cannot serve, the newest older one that can.

        `wanted` is what it has to agree with (None: whatever it holds). A document whose segment is damaged
        is left out and told of. Raises NoGenerationError, or the OutdatedError or DamagedError of the current
        generation where no other can serve either.
        """
        while True:
            serving = self._generations.current()
            try:
                generation = self._open_newest(wanted)
                sound = not generation.problems
            except GenerationError:
                sound = False
                if serving == self._generations.current():
                    raise
            # Meanwhile a writer may have switched to another and removed what this one was made of.
            if sound or serving == self._generations.current():
                break
        for notice in (*generation.notices, *generation.problems.values()):
            logger.warning(notice)
        return generation

    def _open_newest(self, wanted: Sequence[Source] | None) -> Generation:
        failures: list[GenerationError] = []
        for number in self._generations.serving():
            try:
                generation = self._open(number, wanted)
            except GenerationError as error:
                failures.append(error)
                continue
            damages = [str(failure) for failure in failures if isinstance(failure, DamagedError)]
            notices = tuple(f"{damage} Generation {number} serves instead." for damage in damages)
            return replace(generation, notices=notices)
        if failures:
            raise failures[0]
        raise NoGenerationError(f"There is no index in {self._folder} yet; {REMEDY}.")

    def load(
        self, wanted: Sequence[Source], *, rebuild: bool = False, progress: Progress | None = None
    ) -> Generation:
        """Open the generation that fits `wanted`; build what is missing of it first.

        Of several processes that start at once, one builds and the others wait for it. `rebuild` encodes
        everything anew. A document that cannot be indexed is left out and told of. Raises CorpusError where
        that leaves none.
        """
        if not rebuild and (opened := self._try(wanted)) is not None:
            return opened
        with self._generations.locked(progress):
            # Another process may have built it while this one waited.
            if not rebuild and (opened := self._try(wanted)) is not None:
                return opened
            return self._build(wanted, rebuild=rebuild, progress=progress)

    def change(
        self,
        current: Generation,
        put: Sequence[Source] = (),
        remove: Collection[str] = (),
        *,
        commit: Callable[[], None] | None = None,
        progress: Progress | None = None,
    ) -> Generation:
        """Add or replace the documents `put`, forget those in `remove`, return the generation then.

        What is not named stays as it is, whoever put it there. `commit` makes the change last (see
        GenerationFolder.publish). Of what is replaced or removed nothing is left on disk afterwards. Raises
        CorpusError where a document cannot be indexed or none is left, EncoderError, or GenerationError where
        the folder cannot be written to.
        """
        built = [
            (one, self._build_segment(one, self._known(one.id, current), progress, SHORT_BATCH))
            for one in put
        ]
        if progress is not None:
            progress("publishing", 0, 1)  # the last moment at which whoever hears it may give up
        with self._generations.locked(progress):
            base = self.refresh(current) or current
            if not base.entries.keys() - set(remove) and not put:
                raise CorpusError("No document would be left: add another one first.")
            segments = {name: one for name, one in base.index.segments.items() if name not in remove}
            entries = {name: one for name, one in base.entries.items() if name not in remove}
            gone = len(entries) < len(base.entries) or any(one.id in entries for one in put)
            with self._generations.writing():
                for source, segment in built:
                    segments[source.id] = segment
                    entries[source.id] = self._write(source, segment)
            try:
                return self._publish(segments, entries, {}, commit, kept=1 if gone else KEPT)
            except BaseException:
                self._sweep()  # what was written for nothing
                raise

    def refresh(self, current: Generation) -> Generation | None:
        """Return the generation that serves now where it is another one than `current`, else None.

        One that this program cannot serve is passed over: another version of it built it, or another corpus
        folder was given with the same data folder.
        """
        number = self._generations.current()
        if number in (None, current.number, self._passed_over):
            return None
        try:
            newest = self._open(self._generations.serving()[0], None, current)
            lost = [name for name in sorted(self.pinned) if not _is_same(name, current, newest)]
            if lost:
                raise OutdatedError(
                    f"Its {lost[0]!r} is not ours: start anew, or use a data folder for each corpus."
                )
        except (GenerationError, IndexError) as error:
            self._passed_over = number
            logger.warning("Another process has changed the index; this one serves on as before: %s", error)
            return None
        return newest if newest.number != current.number else None

    def _try(self, wanted: Sequence[Source]) -> Generation | None:
        """Return the generation that fits, None where something of it has to be built."""
        try:
            opened = self.open(wanted)
        except GenerationError as error:
            logger.info("Building the index: %s", error)
            return None
        # An older one that fits is not what others take on: what is current would come back with `refresh`.
        fits = opened.number == self._generations.current() and not opened.problems
        return opened if fits else None

    def _build(self, wanted: Sequence[Source], *, rebuild: bool, progress: Progress | None) -> Generation:
        number, kept = (0, {}) if rebuild else self._find_entries()
        names = {source.id for source in wanted}
        sound = {
            name: one for name in kept.keys() & names if (one := self._reuse(name, kept[name])) is not None
        }
        segments: dict[str, Segment] = {}
        entries: dict[str, Entry] = {}
        problems: dict[str, str] = {}
        for count, source in enumerate(wanted, start=1):
            name = source.id
            if name in sound and kept[name].identity == self._maker.identify(source):
                segments[name], entries[name] = sound[name], kept[name]
            else:
                own = [sound[name]] if name in sound else []
                known = chain(own, segments.values(), self._encoded(name, rebuild=rebuild))
                try:
                    segments[name] = self._build_segment(source, known, progress, BATCH)
                except CorpusError as error:
                    if len(wanted) == 1:
                        raise
                    logger.warning("Left out: %s", error)
                    problems[name] = str(error)
                    continue
                # Written at once: a build that is killed goes on from here the next time.
                with self._generations.writing():
                    entries[name] = self._write(source, segments[name])
            if progress is not None:
                progress("reading documents", count, len(wanted))
        if not segments:
            first = next(iter(problems.values()), "There is no document: put one into the corpus folder.")
            raise CorpusError(first)
        if entries == kept and self._generations.current() == number:
            return Generation(
                number, PassageIndex(list(segments.values()), self._encoder), entries, (), problems
            )
        return self._publish(segments, entries, problems)

    def _build_segment(
        self, source: Source, known: Iterator[Segment], progress: Progress | None, batch: int
    ) -> Segment:
        document = source.load()
        try:
            structure = parse_document(document)
        except Exception as error:  # a document that no parser was ready for stands for itself alone
            logger.exception("The structure of document %r could not be read.", source.id)
            raise CorpusError(
                f"The document {source.id!r} could not be taken apart: report it with the file."
            ) from error
        return build_segment(
            IndexedDocument(document, structure), self._encoder, known, self._maker.store, progress, batch
        )

    def _known(self, name: str, current: Generation) -> Iterator[Segment]:
        """Yield the segments in which texts of document `name` may be found: its own first."""
        segments = current.index.segments
        if name in segments:
            yield segments[name]
        yield from (one for other, one in segments.items() if other != name)

    def _encoded(self, name: str, *, rebuild: bool) -> Iterator[Segment]:
        if not rebuild:
            yield from self._segments.find_encoded(self._maker.encoder, name)

    def _write(self, source: Source, segment: Segment) -> Entry:
        return self._segments.write(
            segment, self._maker.identify(source), encoder=self._maker.encoder, store=self._maker.store
        )

    def _publish(
        self,
        segments: Mapping[str, Segment],
        entries: Mapping[str, Entry],
        problems: Mapping[str, str],
        commit: Callable[[], None] | None = None,
        kept: int = KEPT,
    ) -> Generation:
        manifest = Manifest(
            format=FORMAT,
            code=self._maker.code,
            created=dt.datetime.now(dt.UTC),
            encoder=self._maker.encoder,
            store=self._maker.store,
            documents=dict(sorted(entries.items())),
        )
        number = self._generations.publish(lambda folder: write_manifest(folder, manifest), commit, kept)
        self._sweep()
        index = PassageIndex(list(segments.values()), self._encoder)
        return Generation(number, index, manifest.documents, problems=problems)

    def _sweep(self) -> None:
        """Remove the segments that no generation names; one that cannot be read serves nobody any more."""
        kept: set[str] = set()
        for number in self._generations.numbers():
            try:
                manifest = read_manifest(self._generations.path(number))
            except (ValueError, OSError):
                continue
            kept |= {entry.folder for entry in manifest.documents.values()}
        self._segments.sweep(kept)

    def _find_entries(self) -> tuple[int, Mapping[str, Entry]]:
        """Return the newest generation that this program can read and its documents, whichever they are."""
        for number in self._generations.serving():
            try:
                manifest = read_manifest(self._generations.path(number))
            except (ValueError, OSError):
                continue
            if find_disagreement(manifest, self._maker) is None:
                return number, manifest.documents
        return 0, {}

    def _reuse(self, name: str, entry: Entry) -> Segment | None:
        try:
            return self._segments.open(name, entry)
        except (ValueError, OSError) as error:
            logger.warning("The segment of document %r is built anew: %s.", name, error)
            return None

    def _open(
        self, number: int, wanted: Sequence[Source] | None, former: Generation | None = None
    ) -> Generation:
        """Validate and read one generation; raises OutdatedError or DamagedError."""
        folder = self._generations.path(number)
        try:
            manifest = read_manifest(folder)
        except FormatError as error:
            raise outdated(folder, f"it has {error}, this program reads format {FORMAT}") from error
        except (ValueError, OSError) as error:
            raise damaged(folder, str(error)) from error
        if reason := find_disagreement(manifest, self._maker, wanted):
            raise outdated(folder, reason)
        segments, problems = [], {}
        for name, entry in manifest.documents.items():
            if former is not None and former.entries.get(name) == entry and name in former.index.segments:
                segments.append(former.index.segments[name])
                continue
            try:
                segments.append(self._segments.open(name, entry))
            except (ValueError, OSError) as error:
                problems[name] = f"The index of document {name!r} is damaged: {error}; {REMEDY}."
        if not segments:
            raise damaged(folder, next(iter(problems.values()), "it has no document").removesuffix("."))
        index = PassageIndex(segments, self._encoder)
        return Generation(number, index, manifest.documents, problems=problems)


def _is_same(name: str, one: Generation, other: Generation) -> bool:
    entries = one.entries.get(name), other.entries.get(name)
    return None not in entries and len({entry.identity for entry in entries if entry}) == 1
