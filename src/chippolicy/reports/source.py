"""The files that findings are about, opened once more by the path that a report gives them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from chippolicy.engine.intake.scratch import Scratch, held_input
from chippolicy.formats import opening

BINARY = frozenset({"xlsx", "parquet"})
"""The formats that have no lines."""


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked where it is packed; they can be gone through again.

    Raises OSError where it cannot be read, be it not before it is.
    """
    import zipfile
    import zlib

    try:
        with _bytes(path) as file:
            yield file
    except (EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        # ValueError: a path that no file can have.
        raise OSError(str(error)) from error


def _bytes(path: str) -> BinaryIO:
    if path != opening.STDIN:
        return opening.opened(Path(path))
    held = held_input()
    if held is None:
        raise FileNotFoundError(path)
    if opening.sniffed(held[: opening.HEAD]) != opening.GZIP:
        return io.BytesIO(held)
    import gzip

    return cast("BinaryIO", gzip.open(io.BytesIO(held)))


def format_of(path: str) -> str:
    """The format of a file: by its name, else by its first bytes; CSV if nothing tells."""
    form = opening.kind_of(path).format
    if form is not None:
        return form
    try:
        with opened(path) as file:
            return opening.sniffed(file.read(opening.HEAD))
    except OSError:
        return opening.CSV


def on_disk(path: str, form: str, scratch: Scratch) -> Path:
    """Where a file of a format can be read from disk: itself, or unpacked into `scratch`.

    Raises OSError where it cannot be read.
    """
    file = Path(path)
    if path != opening.STDIN and file.is_file() and not opening.kind_of(path).gzipped:
        return file
    # Imported here: it costs milliseconds, and few files are packed.
    import shutil

    target = scratch.file(f"unpacked.{form}")
    with opened(path) as packed, target.open("wb") as out:
        shutil.copyfileobj(packed, out)
    return target
