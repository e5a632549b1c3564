"""Of files that others are held against, the rows that are asked for, kept once they are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Lock

import polars as pl

from chippolicy.engine.causes import Values
from chippolicy.engine.frames.again import Again
from chippolicy.engine.frames.reading import batches
from chippolicy.engine.frames.seeking import Found, are_rows, rows_beginning
from chippolicy.engine.frames.taking import File

_polars = Lock()
"""Polars takes every core for one file: two at once would only be in each other's way."""


class Sought:
    """The rows whose keys begin with some first parts: `key` is the column of these.

    That lines are rows takes one more look at a file. It is made sure of when a row matters.
    """

    def __init__(self, again: Again, key: str) -> None:
        self._again, self._key = again, key
        self._asked: set[str] = set()
        """The first parts whose rows are known."""
        self._found: list[Found] = []
        self._lines_are_rows: dict[Path, bool] = {}
        """Of which files it is known."""
        self._expected: tuple[set[str], Future[list[Found]]] | None = None
        self._over = False

    def expect(self, firsts: set[str]) -> None:
        """Begin to look for what will be asked for."""
        self._expected = firsts, ThreadPoolExecutor(1).submit(self._look_for, firsts)

    def close(self) -> None:
        """Look for nothing more, and return when nobody reads the files: they may be written now.

        A file that is cut while it is mapped into memory ends the process that reads it.
        """
        self._over = True
        if self._expected:
            wait([self._expected[1]])

    def rows(
        self, firsts: set[str], matters: Callable[[File, Values], bool]
    ) -> Iterator[tuple[File, Values]]:
        """The rows that matter of those whose key begins with one of some first parts."""
        if self._expected:
            asked, looking = self._expected
            self._expected = None
            self._keep(asked, looking.result())
        if new := firsts - self._asked - {""}:
            self._keep(new, self._look_for(new))
        for at, file in enumerate(self._again.files[: len(self._found)]):
            found = [row for row in self._found[at].rows if matters(file, row)]
            if found and not self._are_rows(at, file):
                self._found[at] = Found(self._as_csv(file, self._asked))
                found = [row for row in self._found[at].rows if matters(file, row)]
            yield from ((file, row) for row in found)

    def _keep(self, firsts: set[str], found: list[Found]) -> None:
        self._asked |= firsts
        before = self._found or [Found([]) for _ in found]
        self._found = [
            Found(old.rows + new.rows, new.lines or old.lines)
            for old, new in zip(before, found, strict=True)
        ]

    def _are_rows(self, at: int, file: File) -> bool:
        """Whether what was found of a file are rows."""
        lines = self._found[at].lines
        if lines is None:
            return True
        if file.path not in self._lines_are_rows:
            self._lines_are_rows[file.path] = are_rows(file.path, file.width, lines)
        return self._lines_are_rows[file.path]

    def _look_for(self, firsts: set[str]) -> list[Found]:
        return [self._rows_of(file, firsts - self._asked) for file in self._again.files]

    def _rows_of(self, file: File, firsts: set[str]) -> Found:
        at = file.header.known.get(self._key)
        if at is None:
            return Found([])
        with _polars:
            if self._over:
                return Found([])
            if at == 0 and self._lines_are_rows.get(file.path, True):
                found = rows_beginning(file.path, file.width, firsts)
                if found is not None:
                    return found
            return Found(self._as_csv(file, firsts))

    def _as_csv(self, file: File, firsts: set[str]) -> list[Values]:
        self._again.must_be_plain(file)
        where = pl.col(str(file.header.known[self._key])).is_in(list(firsts))
        frames = batches(file.path, file.width, where=where)
        return [row for frame in frames for row in frame.rows()]
