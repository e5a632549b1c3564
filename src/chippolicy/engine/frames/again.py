"""Reading files again in which something is wrong: as little of them as will do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import polars as pl

from chippolicy.engine.frames.hashes import Batches
from chippolicy.engine.frames.lines import picked
from chippolicy.engine.frames.reading import batches, cell_bytes, has_return, header_line, rows_of
from chippolicy.engine.frames.structure import lines_of, look, must_account, must_have_no_return
from chippolicy.engine.frames.suspects import ROW
from chippolicy.engine.frames.taking import File
from chippolicy.engine.survey import UnsuitedError

_SPARSE = 4
"""Of so many rows no more than one is read by its line, instead of all."""


class Batch(NamedTuple):
    """A batch of rows: of which file, the number of the first, and how many."""

    file: File
    first: int
    height: int


class Again:
    """The files of a table, once they have gone by, and which batches of rows they had.

    `guarded`: no pass has looked at every byte of them, so each is looked at before it is read.
    """

    def __init__(self, *, guarded: bool) -> None:
        self.files: list[File] = []
        self.batches: list[Batch] = []
        self._guarded = guarded

    def noting(self, file: File, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """The batches of a file as they go by for the first time."""
        row = 0
        for frame in frames:
            self.batches.append(Batch(file, row, frame.height))
            row += frame.height
            yield frame

    def height(self, file: File) -> int:
        """How many rows of a file went by."""
        return sum(one.height for one in self.batches if one.file is file)

    def frames(
        self,
        file: File,
        columns: Iterable[str] | None,
        where: pl.Expr | None = None,
        within: Batches = None,
        *,
        numbered: bool = False,
        guard: bool = True,
    ) -> Iterator[pl.DataFrame]:
        """The rows of a file once more: some columns or all, and rows `where` and `within` only.

        `numbered`: with one column more, `ROW`. `guard`: it matters if rows are missing.
        """
        wanted = None if columns is None else _at(file, columns) or [0]
        if guard and self._guarded:
            self.must_be_plain(file)
        if (rows := self._rows(file, within)) is None:
            return batches(file.path, file.width, wanted, where, numbered=ROW if numbered else None)
        return (
            frame if where is None else frame.filter(where) for frame in _picked(file, rows, wanted)
        )

    def lined(
        self, file: File, columns: Iterable[str] | None = None, within: Batches = None
    ) -> Iterator[pl.DataFrame]:
        """The rows of a file in batches, each with its `line`: some columns or rows, or all."""
        if not file.broken:
            yield from map(with_lines, self.frames(file, columns, within=within, numbered=True))
            return
        wanted = None if columns is None else sorted({*_at(file, columns), *file.broken})
        breaks = (pl.col(str(index)).str.count_matches("\n", literal=True) for index in file.broken)
        extra = pl.sum_horizontal(breaks).cast(pl.Int64)
        line = 2
        for frame in batches(file.path, file.width, wanted):
            before = pl.int_range(pl.len()) + extra.cum_sum() - extra
            yield frame.with_columns((before + line).alias("line"))
            line += frame.height + int(frame.select(extra.sum()).item() or 0)

    def _rows(self, file: File, within: Batches) -> pl.Series | None:
        """Which rows of a file to read; None where it is better read as a whole."""
        if within is None or file.broken:
            return None
        mine = [
            (batch.first, pl.int_range(batch.height, eager=True) if rows is None else rows.sort())
            for number, rows in sorted(within.items())
            if (batch := self.batches[number]).file is file
        ]
        if sum(len(rows) for _, rows in mine) * _SPARSE > self.height(file):
            return None
        none = pl.Series([], dtype=pl.Int64)
        return pl.concat([none, *(rows.cast(pl.Int64) + first for first, rows in mine)])

    def must_be_plain(self, file: File, rows: int | None = None) -> None:
        """Raise UnsuitedError where what is read of a file others are held against may not be it.

        In a plain file each line is a row: a stray quotation mark has swallowed none. Where rows
        have line breaks in their cells, every byte is to be accounted for.
        """
        if file.plain:
            return
        if rows is None:
            rows = sum(frame.height for frame in batches(file.path, file.width, [0]))
        if rows + 1 != lines_of(file.path):
            told = look(file.path)
            size = 0
            for frame in batches(file.path, file.width):
                returns = pl.any_horizontal(map(has_return, frame.columns))
                must_have_no_return(frame.select(returns).item())
                size += int(frame.select(cell_bytes(frame.columns)).item())
            header = header_line(file.path)
            must_account(file.path, told, header, rows, file.width, size, quoted=True)
        file.plain = True


def _at(file: File, columns: Iterable[str]) -> list[int]:
    """Where those of some columns are that a file has."""
    places = file.header.known | file.header.own
    return sorted({places[name] for name in columns if name in places})


def _picked(file: File, rows: pl.Series, columns: Sequence[int] | None) -> Iterator[pl.DataFrame]:
    """Some rows of a file once more, with their numbers."""
    # A row is a line, and before the first is the header.
    for lines, text in picked(file.path, rows + 1):
        frame = rows_of(text, file.width, columns)
        if frame.height != len(lines):
            raise UnsuitedError
        yield frame.with_columns((lines - 1).alias(ROW))


def with_lines(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with their lines, where each row is a line: the first is below the header's."""
    return frame.with_columns((pl.col(ROW).cast(pl.Int64) + 2).alias("line")).drop(ROW)
