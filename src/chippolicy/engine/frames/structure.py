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
from os import SEEK_END
from pathlib import Path

from chippolicy.engine.survey import UnsuitedError

_CHUNK = 1 << 18
_quoted = re.compile(rb'"(?:[^"]|"")*+"')


@dataclass
class Bytes:
    """What a file's bytes tell without being read as CSV."""

    size: int = 0
    quotes: int = 0
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
            # Taking a byte out goes at the speed of memory, counting it does not.
            told.quotes += len(chunk) - len(chunk.replace(b'"', b""))
            if b"\r" in chunk:
                told.returns += chunk.count(b"\r")
                told.line_ends += chunk.count(b"\r\n")
            told.line_ends += told.last == b"\r" and chunk[:1] == b"\n"
            told.size += len(chunk)
            told.last = chunk[-1:]
    told.digest = digest.hexdigest() if digest else None
    return told


def lines_of(path: Path) -> int:
    """How many lines a file has, the header and a last one without a line end included.

    Raises UnsuitedError where a carriage return stands by itself.
    """
    lines, last = 0, b"\n"
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            if last == b"\r":
                chunk = last + chunk
            lines += len(chunk) - len(chunk.replace(b"\n", b""))
            last = chunk[-1:]
            if b"\r" in chunk and b"\r" in chunk.replace(b"\r\n", b"").removesuffix(b"\r"):
                raise UnsuitedError
    if last == b"\r":
        raise UnsuitedError
    return lines + (last != b"\n")


def has_returns(path: Path) -> bool:
    """Whether a file has a carriage return anywhere."""
    chunk = bytearray(_CHUNK)
    with path.open("rb", buffering=0) as file:
        while file.readinto(chunk):
            # At the end of the file some of the chunk before is left, which had none.
            if b"\r" in chunk:
                return True
    return False


def ends_with_return(path: Path) -> bool:
    """Whether the last sign of a file is a carriage return."""
    with path.open("rb") as file:
        size = file.seek(0, SEEK_END)
        file.seek(max(size - 1, 0))
        return file.read() == b"\r"


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


def must_have_no_return(held: bool) -> None:
    """Raise UnsuitedError where a cell holds a carriage return.

    With a line feed behind it, it would count as the end of a row, and hide that a byte is missing.
    """
    if held:
        raise UnsuitedError


def must_account(
    path: Path, told: Bytes, header: bytes, rows: int, width: int, cells: int, *, quoted: bool
) -> None:
    """Raise UnsuitedError unless every byte of a file is accounted for.

    `header`: the first line with its line end; `cells`: the bytes in all cells of `rows` rows,
    none of which holds a carriage return; `quoted`: whether any may hold a quotation mark.
    """
    if told.nul or told.returns != told.line_ends:
        raise UnsuitedError
    body = told.size - len(header)
    if rows == 0:
        if body:
            raise UnsuitedError
        return
    inside = escaped_quotes(path, told) if quoted else 0
    ends = rows * width - (told.last != b"\n") + told.line_ends - header.endswith(b"\r\n")
    if body - cells - ends != told.quotes - inside:
        raise UnsuitedError
