"""Files of chips: from a file of any format that is read to its chips as JSON, and their places.

Nothing is judged here but what JSON does not have, such as a header: what a chip's figures may be
is decided in one place for all formats.
"""

from __future__ import annotations

import json
import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

from chippolicy.controls.batch import Batch
from chippolicy.derive.plan import load_plan
from chippolicy.engine.intake.scratch import Scratch
from chippolicy.findings import Finding
from chippolicy.formats.opening import (
    CSV,
    GZIP,
    STDIN,
    SUFFIXES,
    ZIP,
    format_inside,
    gunzip,
    kind_of,
    unzip,
)
from chippolicy.formats.raw import RawError, RawTable
from chippolicy.formats.tables import EXTRAS, read_tables

CHIPS = "chips"
"""What the table is called among others."""
_LINES = "jsonl"
_MOST_LAYERS = 3
"""So many times a file may be packed: an archive can hold itself."""


class ChipFileError(Exception):
    """A file of which no chip can be read; the message says why and what to do."""


@dataclass(frozen=True)
class ChipFile:
    """The chips of a file, which can be gone through once."""

    path: str
    """The file as it was named; of an archive its member."""
    answers: Callable[[Batch], Iterator[str]]
    """What a batch tells of the chips, a block at a time."""
    unread: tuple[str, ...] = ()
    """The names of other lists or sheets, which were not read."""
    placed: Callable[[Finding], Finding] = lambda finding: finding
    """Adds to a finding what its format has for a place besides the line."""
    lines: Path | None = None
    """The file of lines, if it can be read again."""

    def how_to_convert(self) -> str | None:
        """What to do where lines are not UTF-8: as they are read once, the lines do not tell."""
        if self.lines is None:
            return None
        from chippolicy.engine.soundness import look, misencoded

        sound = look(self.lines)
        return misencoded(sound, self.path, None).hint if sound.misencoding else None


@contextmanager
def opened(source: str) -> Iterator[ChipFile]:
    """The chips of a file; `-` is standard input.

    JSON Lines are read as they come. Raises ChipFileError where no chip can be read, and OSError
    where the file cannot be opened.
    """
    with ExitStack() as stack:
        opening = _Opening(stack, stack.enter_context(Scratch()))
        if source == STDIN:
            yield opening.stream(sys.stdin.buffer, STDIN, None)
        else:
            yield opening.file(Path(source), source)


class _Opening:
    """Unpacks a file and finds out its format."""

    def __init__(self, stack: ExitStack, scratch: Scratch) -> None:
        self._stack = stack
        self._scratch = scratch
        self._layers = 0

    def file(self, path: Path, shown: str) -> ChipFile:
        """A file whose name may tell its format."""
        form, _, gzipped = kind_of(path.name)
        if gzipped:
            return self.file(self._unpacked(path, path.stem, shown), shown)
        if form in (None, "json", _LINES):
            stream = self._stack.enter_context(path.open("rb"))
            if form == _LINES:
                return self._lines(shown, stream, path)
            # A file that is called .json often holds JSON Lines.
            return self.stream(stream, shown, form, path)
        # Whether it is there at all, each reader would say in its own way.
        path.open("rb").close()
        return self._formatted(path, str(form), shown)

    def stream(
        self, stream: IO[bytes], shown: str, form: str | None, path: Path | None = None
    ) -> ChipFile:
        """Bytes whose format their beginning tells."""
        head = list(_head(stream))
        if _are_lines(head):
            return self._lines(shown, chain(head, stream), path)
        if path is None or not path.is_file():
            # It can be read but once, and other formats want more.
            path = self._scratch.file("input")
            with path.open("wb") as file:
                file.writelines(chain(head, stream))
        if form is None:
            form = format_inside(path)
        if form == GZIP:
            unpacked = self._unpacked(path, "input", shown)
            inner = self._stack.enter_context(unpacked.open("rb"))
            return self.stream(inner, shown, None, unpacked)
        if form == _LINES:
            return self._lines(shown, self._stack.enter_context(path.open("rb")), path)
        return self._formatted(path, form, shown)

    def _lines(self, shown: str, lines: Iterable[bytes], path: Path | None) -> ChipFile:
        again = path if path is not None and not self._layers and path.is_file() else None
        return ChipFile(shown, lambda batch: batch.run(lines), lines=again)

    def _unpacked(self, path: Path, name: str, shown: str) -> Path:
        self._enter_layer(shown)
        target = self._scratch.file(name)
        try:
            gunzip(path, target)
        except RawError as error:
            raise _unreadable(error, shown) from error
        return target

    def _enter_layer(self, shown: str) -> None:
        self._layers += 1
        if self._layers > _MOST_LAYERS:
            raise ChipFileError(f"{shown!r} is packed more than {_MOST_LAYERS} times")

    def _formatted(self, path: Path, form: str, shown: str) -> ChipFile:
        if form == ZIP:
            return self.file(*self._member(path, shown))
        _must_be_sound(path, form, shown)
        raw, unread = _table(_raw_tables(path, form, shown), shown)
        from chippolicy.controls.chip_rows import placed, placed_chips

        return ChipFile(
            shown,
            lambda batch: batch.run_placed(placed_chips(raw, shown)),
            unread,
            lambda finding: placed(finding, raw),
        )

    def _member(self, path: Path, shown: str) -> tuple[Path, str]:
        """The file in an archive that is called chips, or is the only one."""
        self._enter_layer(shown)
        folder = self._scratch.folder()
        try:
            unzip(path, folder)
        except RawError as error:
            raise _unreadable(error, shown) from error
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        named = [file for file in files if kind_of(file.name).stem == CHIPS]
        names = [file.relative_to(folder).as_posix() for file in named or files]
        if len(names) == 1:
            return folder / names[0], f"{shown}/{names[0]}"
        if not names:
            raise ChipFileError(f"{shown!r} holds no file of a format that is read")
        told = _listed(names)
        if named:
            raise ChipFileError(f"{shown!r} holds {told}: which are the {CHIPS} cannot be told")
        raise ChipFileError(f"{shown!r} holds {told}, and none of them is called {CHIPS}")


def _head(stream: IO[bytes]) -> Iterator[bytes]:
    """The first line that is not blank, and the next where the first is a broken object."""
    met = 0
    for line in stream:
        yield line
        text = _bare(line)
        met += bool(text)
        if text and (met == 2 or not text.startswith(b"{") or _object(text) is not None):
            return


def _bare(line: bytes) -> bytes:
    return line.removeprefix(BOM_UTF8).strip()


def _object(text: bytes) -> dict[str, object] | None:
    """The JSON object that a line is, or None."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _are_lines(head: Sequence[bytes]) -> bool:
    """Whether a file that begins so is of JSON Lines, of which the first may be broken."""
    texts = [text for line in head if (text := _bare(line))]
    if not texts:
        return True
    if not texts[0].startswith(b"{"):
        return False
    first = _object(texts[0])
    if first is not None:
        # A dataset can stand on one line.
        return not isinstance(first.get(CHIPS), list)
    return texts[0].endswith(b"}") and all(text.startswith(b"{") for text in texts)


def _must_be_sound(path: Path, form: str, shown: str) -> None:
    """Raises ChipFileError where a file of text is not in UTF-8, or no text at all."""
    if form not in (CSV, "json", "yaml"):
        return
    from chippolicy.engine.soundness import look, misencoded

    sound = look(path)
    if sound.misencoding is not None:
        finding = misencoded(sound, shown, None)
        message = finding.message.replace("nothing of it was checked", "nothing of it was assessed")
        raise ChipFileError(f"{message}. {finding.hint}")
    if sound.has_nul:
        kinds = ", ".join(suffix.removeprefix(".") for suffix in SUFFIXES)
        message = f"{shown!r} holds NUL bytes: it is no text, nor of another kind that is read"
        raise ChipFileError(f"{message} ({kinds})")


def _raw_tables(path: Path, form: str, shown: str) -> list[RawTable]:
    tables = load_plan().tables
    try:
        if form == CSV:
            from chippolicy.controls.chip_rows import read_csv

            return [read_csv(path, shown)]
        return read_tables(path, form, tables, CHIPS)
    except RawError as error:
        raise _unreadable(error, shown) from error
    except ImportError as error:
        raise ChipFileError(
            f"{shown!r} cannot be read: what reads {form} files is not installed. "
            f"Run: pip install 'chippolicy[{EXTRAS[form]}]'"
        ) from error


def _table(raws: Sequence[RawTable], shown: str) -> tuple[RawTable, tuple[str, ...]]:
    """The table of chips among those of a file, and the names of the others."""
    named = [raw for raw in raws if raw.name == CHIPS]
    if len(named) > 1:
        raise ChipFileError(f"{shown!r} has {CHIPS!r} twice")
    if named:
        return named[0], tuple(raw.name or "" for raw in raws if raw is not named[0])
    # A list or a sheet alone needs no name.
    if len(raws) == 1 and (raws[0].name is None or raws[0].sheet is not None):
        return raws[0], ()
    told = _listed([raw.name or "" for raw in raws])
    raise ChipFileError(f"{shown!r} holds {told}, and none of them is called {CHIPS}")


def _listed(names: Sequence[str]) -> str:
    told = ", ".join(names[:5])
    return told if len(names) <= 5 else f"{told} and {len(names) - 5:,} more"


def _unreadable(error: RawError, shown: str) -> ChipFileError:
    from chippolicy.engine.intake.convert import in_words

    return ChipFileError(in_words(error.problem, shown))
