"""Every setting of the server and the terminal, checked once before anything is loaded.

A setting comes from a flag, from `REPORT_RAG_<KEY>` in the environment, or from `<KEY>` in the TOML file that
`REPORT_RAG_CONFIG` names, in this order. An empty value counts as unset; keys may be in small letters.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

import index
from rag.errors import SettingsError
from rag.types import Mode

PREFIX = "REPORT_RAG_"
CONFIG = f"{PREFIX}CONFIG"
"""Names the TOML file; the one name of the environment that is not a field of `Settings`."""

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 7860  # where people expect a Gradio application
MAX_PORT = 65_535
DEFAULT_LLM_TIMEOUT = 60.0
"""Seconds: few readers wait longer, and the quoted answer is ready long before."""
DEFAULT_LLM_CONTEXT = 4_096
"""Tokens: what local servers give a model that was not told otherwise."""
MAX_COUNT = 10_000
"""Requests at once: more than one process can hold."""
DEFAULT_WAITING = 64
"""Questions: on two busy cores the last of them waits about seven seconds, and few people wait longer."""
RATES_OFF = "off"
MIN_LLM_CONTEXT = 1_024
"""Tokens: less does not hold instructions, a passage or two, and a reply."""

_RATE = r"^(off|\d{1,6}/(second|minute|hour|day)(;\d{1,6}/(second|minute|hour|day))*)$"
_URL = TypeAdapter(HttpUrl)
_KEY = re.compile(r"[ -~]+")
# Of a URL's characters those that every proxy passes on as they are; neither "." nor ".." is a name.
_ROOT_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[\w.~-]+)*", re.ASCII)


def _default_corpus() -> Path:
    """Return the folder that stands beside the installed floors, in a checkout as in a wheel."""
    return Path(index.__file__).parent.parent / "corpus"


def _default_data() -> Path:
    return platformdirs.user_data_path("report-rag", appauthor=False)


def _refuse_bool(value: object) -> object:
    if isinstance(value, bool):  # to pydantic, true is a fine 1
        raise ValueError("a truth value is no number")  # noqa: TRY004 (pydantic passes a TypeError on)
    return value


def _check_url(url: str) -> str:
    _URL.validate_python(url)
    return url


def _check_root_path(path: str) -> str:
    """Return `path` without a slash at its end: the empty text for a page at "/"."""
    path = path.rstrip("/")
    if not _ROOT_PATH.fullmatch(path):
        raise ValueError("no path of a URL")
    return path


def _check_key(key: SecretStr) -> SecretStr:
    """Strip `key`; what no header can hold would come back in the words of an error, escaped past knowing."""
    stripped = key.get_secret_value().strip()
    if not _KEY.fullmatch(stripped):
        raise ValueError("no printable ASCII")
    return SecretStr(stripped)


class KeyPolicy(StrEnum):
    """Whether requests have to show a key: `AUTO` where others than this machine can reach the server."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


def _split(value: object) -> object:
    """Take a list apart that is written in one line, with commas, as the environment has it."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _check_network(network: str) -> str:
    ipaddress.ip_network(network)
    return network


def _check_origin(origin: str) -> str:
    origin = origin.lower()
    parts = urlsplit(origin)
    whole = f"{parts.scheme}://{parts.netloc}" == origin and bool(parts.netloc)
    if parts.scheme not in ("http", "https") or not whole:
        raise ValueError("no origin")
    return origin


class LogFormat(StrEnum):
    """How the server's log is written: for people, or a JSON object a line."""

    CONSOLE = "console"
    JSON = "json"


class Uploads(StrEnum):
    """Who may add, change and remove documents: requests from this machine, holders of keys, or nobody."""

    LOOPBACK = "loopback"
    KEYS = "keys"
    OFF = "off"


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Host = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\s/]+$")]
Port = Annotated[int, BeforeValidator(_refuse_bool), Field(ge=0, le=MAX_PORT)]
Seconds = Annotated[float, BeforeValidator(_refuse_bool), Field(gt=0, allow_inf_nan=False)]
Tokens = Annotated[int, BeforeValidator(_refuse_bool), Field(ge=MIN_LLM_CONTEXT)]
Price = Annotated[float, BeforeValidator(_refuse_bool), Field(ge=0, allow_inf_nan=False)]
Folder = Annotated[Path, AfterValidator(Path.expanduser)]
Count = Annotated[int, BeforeValidator(_refuse_bool), Field(ge=1, le=MAX_COUNT)]
Networks = Annotated[tuple[Annotated[str, AfterValidator(_check_network)], ...], BeforeValidator(_split)]
Origins = Annotated[tuple[Annotated[str, AfterValidator(_check_origin)], ...], BeforeValidator(_split)]
Rate = Annotated[str, StringConstraints(strip_whitespace=True, pattern=_RATE)]
RateStorage = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^(memory://|rediss?://\S+)$")]
Key = Annotated[SecretStr, AfterValidator(_check_key)]
RootPath = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_check_root_path)]
Url = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_check_url)]


class Settings(BaseModel):
    """What the user chose. A field's description ends the sentence “… must be …”."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    host: Host = Field(DEFAULT_HOST, description="a host name or an IP address")
    port: Port = Field(DEFAULT_PORT, description=f"a whole number from 0 (any free port) to {MAX_PORT}")
    root_path: RootPath = Field(
        "", description="a path of letters, digits and -._~ that begins with /, such as /reports"
    )
    keys: KeyPolicy = Field(KeyPolicy.AUTO, description=" or ".join(KeyPolicy))
    origins: Origins = Field((), description="origins such as https://city.example, with commas between")
    trusted_proxies: Networks = Field((), description="IP addresses or networks, with commas between")
    rate_limit: Rate | None = Field(
        None, description="off, or numbers such as 10/second;300/minute (second, minute, hour, day)"
    )
    rate_storage: RateStorage = Field("memory://", description="memory:// or the address of a Redis server")
    max_running: Count | None = Field(None, description=f"a whole number from 1 to {MAX_COUNT}")
    max_waiting: Count = Field(DEFAULT_WAITING, description=f"a whole number from 1 to {MAX_COUNT}")
    data: Folder = Field(default_factory=_default_data, description="the path of a folder")
    corpus: Folder = Field(default_factory=_default_corpus, description="the path of a folder")
    uploads: Uploads = Field(Uploads.LOOPBACK, description=" or ".join(Uploads))
    encoder: Text | None = Field(None, description="the name or path of a sentence-transformers model")
    mode: Mode = Field(Mode.EXTRACTIVE, description=" or ".join(Mode))
    allow_downloads: bool = Field(False, description="true or false")
    log_format: LogFormat = Field(LogFormat.CONSOLE, description=" or ".join(LogFormat))
    log_questions: bool = Field(False, description="true or false")
    server_key: Key | None = Field(None, description="text of printable ASCII characters only")
    llm_base_url: Url | None = Field(
        None, description="the http or https address of an OpenAI-compatible endpoint"
    )
    llm_api_key: Key | None = Field(None, description="text of printable ASCII characters only")
    llm_model: Text | None = Field(None, description="the name of a model")
    llm_timeout: Seconds = Field(DEFAULT_LLM_TIMEOUT, description="a number of seconds above 0")
    llm_context: Tokens = Field(
        DEFAULT_LLM_CONTEXT, description=f"a whole number of tokens from {MIN_LLM_CONTEXT} up"
    )
    llm_input_price: Price = Field(0.0, description="a price of 0 or more")
    llm_output_price: Price = Field(0.0, description="a price of 0 or more")

    @property
    def has_llm(self) -> bool:
        """Whether a language model is configured; the endpoint names one when `llm_model` does not."""
        return self.llm_base_url is not None

    @classmethod
    def load(cls, environ: Mapping[str, str], flags: Mapping[str, object] | None = None) -> Self:
        """Read `flags` (by field name; None counts as not given), `environ` and the TOML file it names.

        Raises SettingsError for the first key or value that is not understood.
        """
        chosen: dict[str, _Entry] = {}
        for entry in (*_read_file(environ), *_read_environment(environ), *_read_flags(flags or {})):
            if entry.field not in cls.model_fields:
                raise SettingsError(_suggest(entry))
            if entry.value not in ("", None):
                chosen[entry.field] = entry  # a later layer wins
        try:
            return cls.model_validate({field: entry.value for field, entry in chosen.items()})
        except ValidationError as error:
            entry = chosen[str(error.errors()[0]["loc"][0])]
            raise SettingsError(_explain(entry)) from None  # the cause would quote the value of a secret


class _Entry(NamedTuple):
    source: str  # where the user wrote it, as an error names it
    field: str
    value: object


_SECRETS = {"llm_api_key", "server_key"}
_PATHS = {"data", "corpus"}


def _read_flags(flags: Mapping[str, object]) -> Iterable[_Entry]:
    for field, value in flags.items():
        yield _Entry(f"--{field.replace('_', '-')}", field, value)


def _read_environment(environ: Mapping[str, str]) -> Iterable[_Entry]:
    for name, value in sorted(environ.items()):
        if name.startswith(PREFIX) and name != CONFIG:
            yield _Entry(name, name.removeprefix(PREFIX).lower(), value)


def _read_file(environ: Mapping[str, str]) -> Iterable[_Entry]:
    if not (name := environ.get(CONFIG)):
        return
    path = Path(name).expanduser()
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{CONFIG} names {name}, which cannot be read ({error.strerror}): name a TOML file or unset it."
        ) from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise SettingsError(f"{path} is not a TOML file ({error}): correct it or unset {CONFIG}.") from error
    for key, value in table.items():
        field = key.removeprefix(PREFIX).lower()
        if field in _PATHS and isinstance(value, str) and value:
            value = path.parent / Path(value).expanduser()  # relative to the file that says so
        yield _Entry(f"{key} in {path}", field, value)


def _suggest(entry: _Entry) -> str:
    near = difflib.get_close_matches(entry.field, Settings.model_fields, n=1, cutoff=0.0)[0]
    return f"{entry.source} is no setting; the nearest is {PREFIX}{near.upper()}: rename or remove it."


def _explain(entry: _Entry) -> str:
    shown = "set to something else" if entry.field in _SECRETS else repr(str(entry.value))
    wanted = Settings.model_fields[entry.field].description
    return f"{entry.source} is {shown}, but must be {wanted}: correct or remove it."
