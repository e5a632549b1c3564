"""Of files that others are held against, the rows that are asked for, kept once they are found."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock

import polars as pl

from chippolicy.engine.causes import Values
from chippolicy.engine.frames.again import Again
from chippolicy.engine.frames.reading import batches
from chippolicy.engine.frames.seeking import rows_beginning
from chippolicy.engine.frames.taking import File

_Found = list[list[Values]]
"""The rows of each file."""
_polars = Lock()
"""Polars takes every core for one file: two at once would only be in each other's way."""


class Sought:
    """The rows whose keys begin with some first parts: `key` is the column of these."""

    def __init__(self, again: Again, key: str) -> None:
        self._again, self._key = again, key
        self._asked: set[str] = set()
        """The first parts whose rows are known."""
        self._rows: _Found = []
        self._expected: tuple[set[str], Future[_Found]] | None = None
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

    def rows(self, firsts: set[str]) -> Iterator[tuple[File, Values]]:
        """The rows whose key begins with one of some first parts, and maybe some others."""
        if self._expected:
            asked, looking = self._expected
            self._expected = None
            self._keep(asked, looking.result())
        if new := firsts - self._asked - {""}:
            self._keep(new, self._look_for(new))
        for file, rows in zip(self._again.files, self._rows, strict=False):
            for row in rows:
                yield file, row

    def _keep(self, firsts: set[str], found: _Found) -> None:
        self._asked |= firsts
        before = self._rows or [[] for _ in found]
        self._rows = [old + new for old, new in zip(before, found, strict=True)]

    def _look_for(self, firsts: set[str]) -> _Found:
        return [self._rows_of(file, firsts - self._asked) for file in self._again.files]

    def _rows_of(self, file: File, firsts: set[str]) -> list[Values]:
        at = file.header.known.get(self._key)
        if at is None:
            return []
        with _polars:
            if self._over:
                return []
            found = rows_beginning(file.path, file.width, firsts) if at == 0 else None
            if found is None:
                self._again.must_be_plain(file)
                where = pl.col(str(at)).is_in(list(firsts))
                frames = batches(file.path, file.width, where=where)
                found = [row for frame in frames for row in frame.rows()]
        return found
