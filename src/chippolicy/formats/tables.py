"""Tables: the raw tables of a file, whatever format but CSV it is of."""

from __future__ import annotations

from collections.abc import Callable, Collection
from importlib import import_module
from pathlib import Path

from chippolicy.formats.raw import RawTable

EXTRAS = {"yaml": "yaml", "xlsx": "xlsx", "parquet": "fast"}
"""The extra that brings the library by which a format is read."""
_NAMING = frozenset({"json", "yaml"})
"""The formats in which one file may hold several tables by name, or one without."""


def read_tables(
    path: Path, form: str, tables: Collection[str], table: str | None
) -> list[RawTable]:
    """The tables of a file of a format.

    `tables`: the names that lists may bear; `table`: the one that a bare list or record is of.
    Raises RawError where it holds none, UnicodeDecodeError where it is no UTF-8, ImportError where
    the library that reads the format is not installed.
    """
    module = import_module(f"chippolicy.formats.{'json' if form == 'jsonl' else form}")
    reader: Callable[..., list[RawTable]] = getattr(module, f"read_{form}")
    return reader(path, tables, table) if form in _NAMING else reader(path)
