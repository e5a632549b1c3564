"""References that are known by the hashes of the keys they name, as they are found in rows."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from chippolicy.engine.frames.hashes import Ordered, among, hashed, likely
from chippolicy.engine.frames.taking import Target


class Lost(NamedTuple):
    """The references of a column, to one table, that have some hashes."""

    target: Target
    hashes: Ordered
    at: str
    """Where in a file the column is."""

    @property
    def cut(self) -> int:
        """How many characters stand before the key."""
        return len(f"{self.target[1]}/") if self.target[1] else 0

    @property
    def _key(self) -> pl.Expr:
        return pl.col(self.at).str.slice(self.cut)

    @property
    def likely(self) -> pl.Expr | None:
        """Whether a row may have one of them; None where so many may that all are looked at."""
        return likely([self._key], self.hashes)

    def among(self, frame: pl.DataFrame) -> pl.Series:
        """Which rows have one of them."""
        there = among(frame.select(hashed(self._key).alias("h"))["h"], self.hashes)
        table = self.target[1]
        return there & frame[self.at].str.starts_with(f"{table}/") if table else there
