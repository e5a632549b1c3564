"""What `--version` says."""

from __future__ import annotations

from chippolicy._version import __version__
from chippolicy.derive.version import DATA_VERSION, SCHEMA_VERSION


def version_line() -> str:
    """The versions of code, schemas and data."""
    return f"chippolicy {__version__} (schemas {SCHEMA_VERSION}, data {DATA_VERSION})"
