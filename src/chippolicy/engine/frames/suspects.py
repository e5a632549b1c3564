"""Suspects: rows that may be faulty, kept while they go by, so that they need not be read again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import polars as pl

from chippolicy.engine.frames.asking import Question
from chippolicy.engine.frames.hashes import Batches, few, union
from chippolicy.engine.frames.taking import File, Taken, Target

ROW = "row"
"""The column with the number of a row below the header of its file, from 0."""
Reason = tuple[str, ...]
"""Why rows are suspect: how that was found, of which column, of references to which table."""
BY_KEY: Reason = ("key",)
"""The key is that of another row, too."""
_MOST = 100_000
"""So many rows are kept; where there are more, they are read again."""
_MOST_BYTES = 1 << 25
"""What the cells of the rows that are kept may take."""


def by_value(column: str) -> Reason:
    """The value of a column is not certainly sound."""
    return ("value", column)


def by_reference(target: Target) -> Reason:
    """The reference leads to no record of the tables read before."""
    column, table = target
    return ("reference", column, table or "")


class Suspects:
    """In which batches suspect rows are, by the reason, and these rows as long as they are few.

    Of a reason that was taken down all such rows are known.
    """

    def __init__(self) -> None:
        self._batches: dict[Reason, Batches] = {}
        self._rows: dict[Reason, dict[Path, list[pl.DataFrame]] | None] = {}
        self._height = 0
        self._size = 0.0

    def take_down(self, reason: Reason, batches: Batches) -> None:
        """Take down in which more batches there are such rows; None: in any."""
        self._batches[reason] = union((self._batches.get(reason, {}), batches))
        self._rows.setdefault(reason, {})

    def references(self, column: str) -> set[Reason]:
        """The reasons there are to look for lost references in a column."""
        return {
            reason for reason in self._batches if reason[:2] == by_reference((column, None))[:2]
        }

    def keeps(self, reason: Reason) -> bool:
        """Whether the rows are still kept, few as they are."""
        return self._rows.get(reason) is not None

    def keep(self, reason: Reason, path: Path, rows: pl.DataFrame) -> None:
        """Keep more such rows of a file, with their numbers."""
        kept = self._rows[reason]
        if kept is None or not rows.height:
            return
        # Rows that are gathered, not filtered, do not hold all they came from in memory.
        rows = rows[pl.int_range(rows.height, eager=True)].with_columns(pl.col(ROW).cast(pl.Int64))
        kept.setdefault(path, []).append(rows)
        self._height += rows.height
        self._size += rows.estimated_size()
        if self._height > _MOST or self._size > _MOST_BYTES:
            self._forget(reason)

    def _forget(self, reason: Reason) -> None:
        for rows in (self._rows[reason] or {}).values():
            self._height -= sum(one.height for one in rows)
            self._size -= sum(one.estimated_size() for one in rows)
        self._rows[reason] = None

    def batches(self, reasons: Iterable[Reason]) -> Batches:
        """The batches with rows that are suspect for some reasons; None: any may have some."""
        return union(self._batches.get(reason) for reason in reasons)

    def rows(
        self, reasons: Collection[Reason], path: Path, columns: Iterable[str]
    ) -> pl.DataFrame | None:
        """Some columns of those rows of a file, in its order; None: not all of them were kept."""
        if not all(map(self.keeps, reasons)):
            return None
        wanted = [*dict.fromkeys(columns), ROW]
        found = [
            rows.select(wanted)
            for reason in reasons
            for rows in (self._rows[reason] or {}).get(path, ())
        ]
        if not found:
            return pl.DataFrame(schema=dict.fromkeys(wanted, pl.String) | {ROW: pl.Int64})
        rows = pl.concat(found)
        # For each reason they are in order, and there once.
        return rows if len(reasons) == 1 else rows.unique(ROW).sort(ROW)


class Suspicion(Question):
    """Keeps the rows of a batch, once they are judged, whose values are not certainly sound."""

    def __init__(self, suspects: Suspects, file: File, taken: Taken) -> None:
        self._suspects, self._file, self._taken = suspects, file, taken
        self._places = file.header.known | file.header.own
        self._first = 0
        for name in self._places:
            suspects.take_down(by_value(name), {})

    def take(self, frame: pl.DataFrame) -> None:
        """Keep the rows with what was doubted of the batch."""
        for name, doubted in self._taken.doubted.items():
            reason = by_value(name)
            rows = doubted.rows_of(frame[str(self._places[name])])
            self._suspects.take_down(reason, {self._taken.batch: few(rows)})
            if self._suspects.keeps(reason):
                numbers = (rows + self._first).alias(ROW)
                self._suspects.keep(reason, self._file.path, frame[rows].with_columns(numbers))
        self._first += frame.height
