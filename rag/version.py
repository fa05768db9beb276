"""Which release this is."""

from importlib.metadata import PackageNotFoundError, version


def read_version() -> str:
    """Return the installed release, "0" in a checkout that was never installed."""
    try:
        return version("report-rag")
    except PackageNotFoundError:
        return "0"
