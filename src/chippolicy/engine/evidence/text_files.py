"""The files of sources' texts: found in a folder, read, and what is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from chippolicy.engine.evidence.source_text import SourceText
from chippolicy.engine.faults import finding
from chippolicy.engine.intake.source import unreadable
from chippolicy.findings import Finding
from chippolicy.formats.encoding import SAMPLE, convert_command, guess, wide_encoding

PathLike = str | os.PathLike[str]
SUFFIXES = (".txt", ".md")
MOST_BYTES = 64 * 1024 * 1024
"""A file that is larger is not the text of one source."""


def text_files(folder: PathLike) -> dict[str, Path]:
    """The texts in a folder by their sources' ids: the files named `<id>.txt` or `<id>.md`.

    What begins with a dot or with README is left alone. Raises OSError if the folder cannot be
    read, ValueError if two files are for one source or there is none.
    """
    found: dict[str, Path] = {}
    for path in sorted(Path(folder).iterdir()):
        if path.suffix.lower() not in SUFFIXES or path.name.upper().startswith((".", "README")):
            continue
        if path.stem in found:
            raise ValueError(f"two texts for {path.stem!r}: {found[path.stem]} and {path}")
        found[path.stem] = path
    if not found:
        raise ValueError(f"the folder {os.fspath(folder)!r} holds no .txt or .md files")
    return found


class TextFile(NamedTuple):
    """A source's text, and how its file is called."""

    shown: str
    text: SourceText


def read_texts(
    source_texts: Mapping[str, PathLike] | PathLike, findings: list[Finding]
) -> Iterator[tuple[str, TextFile]]:
    """Each source's text that can be read; what cannot is added to `findings`."""
    if isinstance(source_texts, Mapping):
        files = {name: Path(path) for name, path in source_texts.items()}
    else:
        try:
            files = text_files(source_texts)
        except OSError as error:
            findings.append(unreadable(os.fspath(source_texts), error))
            return
    for source, path in files.items():
        try:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            findings.append(unreadable(str(path), error))
            continue
        if len(data) > MOST_BYTES:
            what = f"{str(path)!r} has more than {MOST_BYTES:,} bytes; expected one source's text"
            findings.append(finding("file/unreadable", what, path=str(path)))
            continue
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            findings.append(_misencoded(str(path), data, error.start))
            continue
        yield source, TextFile(str(path), SourceText(text, markdown=path.suffix.lower() == ".md"))


def _misencoded(path: str, data: bytes, at: int) -> Finding:
    encoding = wide_encoding(data) or guess(data[:SAMPLE])
    what = f"it seems to be {encoding}" if encoding else "its encoding is not known"
    line = data.count(b"\n", 0, at) + 1
    command = convert_command(encoding, path) if encoding else ""
    command = command.removesuffix(".csv'") + ".txt'"
    hint = f"Save it as UTF-8, or run: {command}" if encoding else None
    return finding(
        "file/encoding",
        f"{path!r} is not UTF-8 (byte {at:,}, line {line}): {what}; no quote was looked for in it",
        hint=hint,
        path=path,
        line=line,
    )
