"""Encodings: telling UTF-8 from what else a spreadsheet may have written."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePath
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
    if _mostly_utf8(sample):
        # A stray byte: converting the file from anything would spoil what is sound in it.
        return None
    if (text := _decoded(sample, "CP932")) and re.search(_KANA, text):
        return "CP932"
    if _runs_together(sample) and (text := _decoded(sample, "GB18030")) and re.search(_HAN, text):
        japanese = _decoded(sample, "CP932")
        if japanese and re.search(_HAN, japanese) and not _mostly_common(text):
            return "CP932"
        return "GB18030"
    if _decoded(sample, "WINDOWS-1252") is not None:
        return "WINDOWS-1252"
    text = _decoded(sample, "CP932")
    return "CP932" if text and re.search(_HAN, text) else None


def _mostly_utf8(sample: bytes) -> bool:
    """Whether more characters beyond ASCII are sound UTF-8 than are not."""
    text = sample.decode("utf-8", errors="replace")
    faulty = text.count("\ufffd")
    return sum(not character.isascii() for character in text) - faulty > faulty


def _mostly_common(text: str) -> bool:
    """Whether most Chinese characters are common ones, of GB 2312; of misread Japanese few are."""
    found = re.findall(_HAN, text)
    common = sum(len(one.encode("gb2312", "ignore")) > 0 for one in found)
    return common * 2 >= len(found)


def _runs_together(sample: bytes) -> bool:
    """Whether bytes beyond ASCII stand together, as in Chinese text; a lone one is Latin."""
    runs = re.findall(rb"[\x80-\xff]+", sample)
    return sum(len(run) == 1 for run in runs) * 2 < len(runs)


def _decoded(sample: bytes, encoding: str) -> str | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        # Incrementally, because the sample may end inside a character.
        return decoder.decode(sample)
    except UnicodeDecodeError:
        return None


def convert_command(encoding: str, path: str) -> str:
    """The shell command that writes a UTF-8 copy of a file."""
    # Imported here: it costs milliseconds, and only misencoded files ask for it.
    import shlex

    name = PurePath(path)
    packed = name.suffix.lower() == ".gz"
    copy = f"utf8-copy{PurePath(name.stem).suffix if packed else name.suffix}"
    if packed:
        command = f"gunzip -c {shlex.quote(path)} | iconv -f {encoding} -t UTF-8"
    else:
        command = f"iconv -f {encoding} -t UTF-8 {shlex.quote(path)}"
    return f"{command} > {shlex.quote(copy)}"
