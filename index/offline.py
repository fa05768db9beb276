"""Nothing leaves this machine: what the libraries below us send or look up of themselves is switched off.

Importing `index`, `rag` or `ui` does it before any of those libraries is imported. A program that uses this
floor as a library goes offline with it; `with_downloads` lets it ask the model hub.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any

OFFLINE = "HF_HUB_OFFLINE"
"""What keeps huggingface_hub and transformers from asking the hub."""

SWITCHES = {
    "ORT_DISABLE_TELEMETRY": "1",  # ONNX Runtime: a device id and a database of events, sent to its vendor
    "GRADIO_ANALYTICS_ENABLED": "False",  # Gradio: events, a look-up of its newest release
    "HF_HUB_DISABLE_TELEMETRY": "1",  # huggingface_hub, transformers
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    # transformers: asks a service to convert older weights, even where they are loaded from the cache only.
    "DISABLE_SAFETENSORS_CONVERSION": "1",
    "FASTAPI_OTEL_AUTO_CONFIGURE": "false",  # FastAPI: exporters for whatever the environment names
    "DO_NOT_TRACK": "1",  # the common wish, for whatever else is imported
    OFFLINE: "ON",  # as few users write it: a program that we start tells our word from theirs
}
"""Environment variables that are set whatever the user's environment says: the promise is ours."""

PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})
"""Environment variables that name proxies, in small letters; capitals count as well."""

_TRUE = frozenset({"1", "ON", "YES", "TRUE"})  # as huggingface_hub reads its switches
_found = os.environ.get(OFFLINE, "").replace(SWITCHES[OFFLINE], "")  # what the user's environment says


def go_offline() -> None:
    """Switch everything off, in what is imported already as far as it can be."""
    os.environ |= SWITCHES
    if hub := _find_hub():  # it has read its environment
        hub.HF_HUB_DISABLE_TELEMETRY = hub.HF_HUB_DISABLE_UPDATE_CHECK = hub.HF_HUB_OFFLINE = True
    if runtime := sys.modules.get("onnxruntime"):
        runtime.disable_telemetry_events()


@contextlib.contextmanager
def with_downloads() -> Iterator[None]:
    """Let models be downloaded from the hub meanwhile, unless the user's environment forbids it."""
    os.environ[OFFLINE] = _found
    if hub := _find_hub():
        hub.HF_HUB_OFFLINE = _found.upper() in _TRUE
    try:
        yield
    finally:
        go_offline()


@contextlib.contextmanager
def without_proxies() -> Iterator[None]:
    """Hide the proxies of the environment from a library that reads them and needs none.

    HTTP clients refuse a proxy of a kind they do not know, and some an IPv6 range in no_proxy.
    """
    hidden = {name: value for name, value in os.environ.items() if name.lower() in PROXIES}
    for name in hidden:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ |= hidden


def _find_hub() -> Any:
    """Return the module that holds what huggingface_hub has read, if it is imported."""
    return sys.modules.get("huggingface_hub.constants")
