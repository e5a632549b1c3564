"""The structural guard: proof, by counting bytes, that Polars has read a file as it is written.

Polars pads a short row with blanks, reads a blank line as a row and takes a carriage return at the
end of a cell away, all in silence. Each of these leaves bytes over, or lacks some: the bytes of a
file are those of its cells, a comma or line end after each cell, and quotation marks, and nothing
else may be left. So the cells' lengths, which cost next to nothing, guard a whole file.
"""

from __future__ import annotations

import mmap
import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from chippolicy.engine.executors import UnsuitedError

_CHUNK = 1 << 20
_quoted = re.compile(rb'"(?:[^"]|"")*+"')


@dataclass
class Bytes:
    """What a file's bytes tell without being read as CSV."""

    size: int = 0
    quotes: int = 0
    doubled: bool = False
    """Whether two quotation marks stand side by side."""
    returns: int = 0
    line_ends: int = 0
    """Carriage returns that a line feed follows."""
    nul: bool = False
    last: bytes = b""
    digest: str | None = None


def look(path: Path, algorithm: str | None = None) -> Bytes:
    """Read a file's bytes once. Raises OSError if it cannot be read."""
    digest = None
    if algorithm:
        import hashlib

        digest = hashlib.new(algorithm, usedforsecurity=False)
    told = Bytes()
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            if digest:
                digest.update(chunk)
            told.nul = told.nul or b"\0" in chunk
            if b'"' in chunk:
                told.doubled |= told.last == b'"' and chunk[:1] == b'"'
                _count_quotes(chunk, told)
            if b"\r" in chunk:
                told.returns += chunk.count(b"\r")
                told.line_ends += chunk.count(b"\r\n")
            told.line_ends += told.last == b"\r" and chunk[:1] == b"\n"
            told.size += len(chunk)
            told.last = chunk[-1:]
    told.digest = digest.hexdigest() if digest else None
    return told


def _count_quotes(chunk: bytes, told: Bytes) -> None:
    # Numbers compare many at a time; bytes of Python's are searched one by one.
    codes = pl.Array(pl.UInt8, len(chunk))
    quotes = pl.Series([chunk]).bin.reinterpret(dtype=codes).explode() == ord('"')
    told.quotes += int(quotes.sum() or 0)
    told.doubled |= bool((quotes & quotes.shift(-1)).any())


def escaped_quotes(path: Path, told: Bytes) -> int:
    """How many quotation marks the cells of a file hold.

    Raises UnsuitedError where a quotation mark is neither around a cell nor doubled in one.
    """
    found = inside = 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        for match in _quoted.finditer(text):
            start, end = match.span()
            if text[start - 1 : start] not in (b"", b",", b"\n") or (
                end < told.size and text[end : end + 1] not in (b",", b"\n", b"\r")
            ):
                raise UnsuitedError
            count = match[0].count(b'"')
            found += count
            inside += (count - 2) // 2
    if found != told.quotes:
        raise UnsuitedError
    return inside


def must_account(path: Path, told: Bytes, header: bytes, rows: int, width: int, cells: int) -> None:
    """Raise UnsuitedError unless every byte of a file is accounted for.

    `header`: the first line with its line end; `cells`: the bytes in all cells of `rows` rows.
    """
    if told.nul or told.returns != told.line_ends:
        raise UnsuitedError
    body = told.size - len(header)
    if rows == 0:
        if body:
            raise UnsuitedError
        return
    inside = escaped_quotes(path, told) if told.doubled else 0
    ends = rows * width - (told.last != b"\n") + told.line_ends - header.endswith(b"\r\n")
    if body - cells - ends != told.quotes - inside:
        raise UnsuitedError
