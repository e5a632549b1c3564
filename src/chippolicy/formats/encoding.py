"""Encodings: telling UTF-8 from what else a spreadsheet may have written."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_BOMS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_KANA = "[\u3041-\u30ff]"
_HAN = "[\u4e00-\u9fff]"
SAMPLE = 1 << 20


class Misencoding(NamedTuple):
    """Why bytes are not UTF-8: where the first such byte is, and what they may be instead."""

    offset: int
    guess: str | None


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32 if the first bytes of a file say so, by mark or by their NUL pattern."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    sample = head[:4096]
    if len(sample) >= 8:
        for name, zeros in (("UTF-16LE", sample[1::2]), ("UTF-16BE", sample[0::2])):
            if zeros.count(0) > 0.6 * len(zeros):
                return name
    return None


def guess(sample: bytes) -> str | None:
    """The likeliest encoding of text that is not UTF-8, by what it decodes to; None if none."""
    for name, telling in (("CP932", _KANA), ("GB18030", _HAN)):
        text = _decoded(sample, name)
        if text is not None and re.search(telling, text):
            return name
    return "WINDOWS-1252" if _decoded(sample, "WINDOWS-1252") is not None else None


def _decoded(sample: bytes, encoding: str) -> str | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        # Incrementally, because the sample may end inside a character.
        return decoder.decode(sample)
    except UnicodeDecodeError:
        return None


def convert_command(encoding: str, path: str) -> str:
    """The shell command that writes a UTF-8 copy of a file."""
    return f"iconv -f {encoding} -t UTF-8 '{path}' > 'utf8-copy.csv'"
