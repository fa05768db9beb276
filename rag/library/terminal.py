"""What the terminal does with documents: it adds files one after the other, and removes documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from index.errors import CorpusError
from index.types import Progress
from rag.errors import InputError, MetadataNeededError
from rag.library.job import Details
from rag.library.library import Added, Library

Say = Callable[[str], object]


def read_details(values: Mapping[str, str | None]) -> Details:
    """Return what options say of a document; raises InputError for the first that is not understood."""
    from rag.api.library_schemas import DocumentDetails  # with all of REST, which takes half a second

    try:
        checked = DocumentDetails.model_validate({key: one for key, one in values.items() if one is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = first["loc"][0]
        raise InputError(f"--{name} is {values[str(name)]!r}: {first['msg']}.") from error
    return Details(**checked.model_dump())


def add_files(
    library: Library,
    files: Iterable[Path],
    details: Details,
    *,
    replaces: str | None,
    progress: Progress,
    say: Say,
    complain: Say,
) -> bool:
    """Add files, or have the only one replace a document; tells whether all of them are there now.

    One that cannot be added is complained of, and the others are added. `say` hears a line for each document.
    """
    all_there = True
    for path in files:
        try:
            data = path.read_bytes()
            added = (
                library.replace(replaces, data, path.name, details, progress)
                if replaces
                else library.add(data, path.name, details, progress)
            )
        except MetadataNeededError as error:
            all_there = False
            options = " and ".join(f"--{field}" for field in error.fields)
            complain(f"{path}: {error} ({options})")
        except OSError as error:
            all_there = False
            complain(f"{path}: {error.strerror or error}")
        except (CorpusError, InputError) as error:
            if replaces and isinstance(error, InputError):
                raise  # there is no such document, or it cannot be replaced
            all_there = False
            complain(f"{path}: {error}")
        else:
            say(_describe(added, path))
            for notice in added.notices:
                complain(f"{path}: {notice.text}")
    return all_there


def remove_documents(library: Library, names: Iterable[str], progress: Progress, say: Say) -> None:
    """Remove documents; raises InputError for the first that cannot be, before any of them goes."""
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        library.may_remove(name)
    for name in wanted:
        gone = library.remove(name, progress)
        say(
            f"{name}\tremoved: {gone.original}, its text ({gone.characters:,} characters), "
            f"{gone.passages:,} passages with their vectors, {gone.pages} pictures of pages"
        )


def _describe(added: Added, path: Path) -> str:
    return f"{added.document}\t{'known already' if added.known else 'added'}\t{path}"
