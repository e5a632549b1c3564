"""A first look at a file's bytes: is it UTF-8, has it NUL bytes, is it what its descriptor says."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import NamedTuple

from chippolicy.engine.faults import finding
from chippolicy.findings import Finding
from chippolicy.formats.encoding import SAMPLE, Misencoding, convert_command, guess, wide_encoding

_CHUNK = 1 << 20


class Soundness(NamedTuple):
    """What the bytes of a file tell."""

    size: int
    has_nul: bool = False
    misencoding: Misencoding | None = None
    misencoded_line: int | None = None
    digest: str | None = None
    has_returns: bool = False
    """Whether there is a carriage return anywhere."""


def look(path: Path, algorithm: str | None = None) -> Soundness:
    """Read a file's bytes once. Raises OSError if it cannot be read.

    `algorithm` asks for the digest that a descriptor's `hash` is made with.
    """
    digest = None
    if algorithm:
        # Imported here: it costs milliseconds, and only descriptors ask for it.
        import hashlib

        digest = hashlib.new(algorithm, usedforsecurity=False)
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    size, has_nul, has_returns = 0, False, False
    misencoding: Misencoding | None = None
    line, lines_before = None, 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if size == 0 and (wide := wide_encoding(chunk)):
                misencoding, line = Misencoding(0, wide), 1
            has_nul = has_nul or b"\0" in chunk
            has_returns = has_returns or b"\r" in chunk
            if digest:
                digest.update(chunk)
            if misencoding is None:
                pending = len(decoder.getstate()[0])
                try:
                    if pending or not chunk.isascii():
                        decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    here = max(error.start - pending, 0)
                    misencoding = Misencoding(size + here, guess(chunk[:SAMPLE]))
                    line = lines_before + chunk.count(b"\n", 0, here) + 1
                else:
                    # Taking a byte out goes at the speed of memory, counting it does not.
                    lines_before += len(chunk) - len(chunk.replace(b"\n", b""))
            size += len(chunk)
    if misencoding is None:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            misencoding, line = Misencoding(size, None), lines_before + 1
    stated = digest.hexdigest() if digest else None
    return Soundness(size, has_nul, misencoding, line, stated, has_returns)


def misencoded(sound: Soundness, shown: str, table: str | None) -> Finding:
    """The finding for a file that is not UTF-8."""
    assert sound.misencoding is not None
    encoding, offset = sound.misencoding.guess, sound.misencoding.offset
    what = f"it seems to be {encoding}" if encoding else "its encoding is not known"
    hint = f"Save it as UTF-8, or run: {convert_command(encoding, shown)}" if encoding else None
    return finding(
        "file/encoding",
        f"{shown!r} is not UTF-8 (byte {offset:,}, line {sound.misencoded_line}): {what}; "
        "nothing of it was checked",
        hint=hint,
        path=shown,
        table=table,
        line=sound.misencoded_line,
    )
