"""The checks, from what everything stands on to what is only there when configured."""

from __future__ import annotations

import contextlib
import importlib.metadata
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator

from packaging.requirements import Requirement

from index.errors import DamagedError, IndexFloorError, NoGenerationError, OutdatedError
from rag.diagnosis.finding import Finding, good, note, wrong
from rag.errors import ModelError, ModelFault, RagError
from rag.settings import PREFIX, Settings
from rag.version import read_version

DISTRIBUTION = "report-rag"
ENOUGH_SPACE = 500 << 20
"""Bytes: an index of several hundred reports."""
_LOOKING = 10
"""Seconds for a program that lists fonts: the first time it looks through all of them."""
_ANSWERING = 3.0
"""Seconds for a server on this machine to say whether it is ready."""

Check = Callable[[Settings], Finding]


def examine(settings: Settings) -> Iterator[tuple[str, Finding]]:
    """Yield the name of each check and what it found, as it is found out."""
    for name, check in CHECKS:
        try:
            yield name, check(settings)
        except (RagError, IndexFloorError, OSError) as error:
            yield name, wrong(" ".join(str(error).split()))
        except Exception as error:
            yield name, wrong(f"The check itself failed ({error!r}): please report that.")


def check_set_up(_settings: Settings) -> Finding:
    """Look for the packages that this release needs."""
    python = f"Report Q&A {read_version()}, Python {platform.python_version()}"
    try:
        needed = [Requirement(line) for line in importlib.metadata.requires(DISTRIBUTION) or ()]
    except importlib.metadata.PackageNotFoundError:
        return note(
            f"{python}, run from a folder without being installed: pip install . checks what it needs."
        )
    needed = [one for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    amiss = [told for one in needed if (told := _miss(one))]
    if amiss:
        return wrong(f"{python}; {', '.join(amiss)}: run make setup, or pip install report-rag again.")
    return good(f"{python}, {len(needed)} packages as required")


def _miss(needed: Requirement) -> str:
    try:
        found = importlib.metadata.version(needed.name)
    except importlib.metadata.PackageNotFoundError:
        return f"{needed.name} is missing"
    fits = needed.specifier.contains(found, prereleases=True)
    return "" if fits else f"{needed.name} is {found}, not {needed.specifier}"


def check_data(settings: Settings) -> Finding:
    """Try to write into the data folder, or where it will be made."""
    folder = next(one for one in (settings.data, *settings.data.absolute().parents) if one.exists())
    with tempfile.TemporaryFile(dir=folder):
        free = shutil.disk_usage(folder).free
    if free < ENOUGH_SPACE:
        return note(f"{settings.data} has only {free >> 20:,} MiB left: make room, or set {PREFIX}DATA")
    made = "can be written to" if folder == settings.data else "will be made"
    return good(f"{settings.data} {made}, {free >> 30:,} GiB free")


def check_weights(settings: Settings) -> Finding:
    """Hold the bundled models against their checksums."""
    from index.encoder import load_tokenizer
    from rag.evidence.reader import load_reader

    load_tokenizer()
    _, told = load_reader()
    if told:
        return wrong(" ".join(told))
    if settings.encoder is not None:
        return note(f"the bundled models are whole; the encoder is another one, {settings.encoder}")
    return good("encoder and reader are those of this release")


def check_index(settings: Settings) -> Finding:
    """Open the index as a server would, without building or changing anything."""
    from index.documents.corpus import load_corpus
    from index.encoder import fingerprint, load_encoder
    from index.storage.corpus_index import open_generation

    documents = load_corpus(settings.corpus)
    encoder = load_encoder(settings.encoder, allow_downloads=settings.allow_downloads)
    try:
        opened = open_generation(settings.data, encoder, fingerprint=fingerprint(encoder))
    except NoGenerationError:
        return note(f"there is none yet; {len(documents):,} document(s) will be indexed at the first start")
    except OutdatedError as error:
        return note(f"it will be built anew at the next start: {error}")
    except DamagedError as error:
        return wrong(str(error))
    amiss = [*opened.problems.values(), *opened.notices]
    if amiss:
        return wrong(" ".join(amiss))
    held = opened.index.documents
    passages = sum(len(one.structure.passages) for one in held.values())
    missing = [one.id for one in documents if one.id not in held]
    if missing:
        return note(f"{len(missing):,} document(s) of the corpus will be added at the next start")
    return good(f"generation {opened.number}: {len(held):,} document(s), {passages:,} passages")


def check_port(settings: Settings) -> Finding:
    """Try the address, or see who has it."""
    from rag.server import bind

    where = f"port {settings.port} on {settings.host}"
    if settings.port == 0:
        return good("any free one")
    try:
        bind(settings.host, settings.port).close()
    except OSError as error:
        if _is_ours(settings):
            return good(f"{where}: a Report Q&A server is there")
        return wrong(str(error.strerror or error))
    return good(f"{where} is free")


def _is_ours(settings: Settings) -> bool:
    import httpx2

    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "[::]") else settings.host
    host = f"[{host.strip('[]')}]" if ":" in host else host
    address = f"http://{host}:{settings.port}{settings.root_path}/health/live"
    with contextlib.suppress(httpx2.HTTPError, ValueError):
        response = httpx2.get(address, timeout=_ANSWERING, trust_env=False)
        return response.is_success and response.json() == {"status": "live"}
    return False


def check_keys(settings: Settings) -> Finding:
    """Tell who may ask."""
    from rag.api.middleware import is_loopback
    from rag.api.security import needs_keys
    from rag.api.security.keys import KeyStore

    if not needs_keys(settings):
        if is_loopback(settings.host):
            return good(f"none are required on {settings.host}")
        return note(f"none are required ({PREFIX}KEYS=off): whoever reaches {settings.host} may use it")
    active = [key for key in KeyStore(settings.data).list() if key.is_active]
    if not active:
        return wrong("requests need one and there is none: create one with report-rag keys create NAME")
    return good(f"{len(active)} in use")


def check_fonts(_settings: Settings) -> Finding:
    """Look for Chinese fonts, with which pages of PDFs are drawn that do not bring their own."""
    lister = shutil.which("fc-list")
    if sys.platform != "linux":
        return good("those of the system")
    if lister is None:
        return note("cannot be listed (fc-list of the package fontconfig is not there)")
    listed = subprocess.run([lister, ":lang=zh", "family"], capture_output=True, text=True, timeout=_LOOKING)
    families = {line.split(",")[0].strip() for line in listed.stdout.splitlines() if line.strip()}
    if not families:
        return note(
            "no Chinese one: pages of PDFs without fonts of their own are drawn with gaps; "
            "install one, such as the package fonts-noto-cjk"
        )
    return good(f"{len(families)} Chinese families, such as {min(families)}")


def check_model(settings: Settings) -> Finding:
    """Ask the endpoint of the language model which models it has."""
    if not settings.has_llm:
        return good("none is configured: answers are quoted")
    from rag.llm.client import ChatClient
    from rag.llm.faults import make_plain

    with contextlib.closing(ChatClient(settings)) as client:
        try:
            names = [make_plain(model.name) for model in client.list_models()]
        except ModelError as error:
            if settings.llm_model is not None and error.fault is ModelFault.BROKEN:
                return note(f"{client.address} lists no models: report-rag check-llm asks it")
            raise
        wanted = settings.llm_model
        if wanted is not None and names and wanted not in names:
            return note(f"{client.address} does not list {wanted}: report-rag check-llm asks it")
        return good(f"{client.address} answers, {len(names)} model(s); report-rag check-llm measures it")


CHECKS: tuple[tuple[str, Check], ...] = (
    ("set-up", check_set_up),
    ("data", check_data),
    ("weights", check_weights),
    ("index", check_index),
    ("port", check_port),
    ("keys", check_keys),
    ("fonts", check_fonts),
    ("model", check_model),
)
