"""References that are known by the hashes of the keys they name, as they are found in rows."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from chippolicy.engine.frames.hashes import Ordered, first_half, hashed, shortly
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
    def likely(self) -> pl.Expr:
        """Whether a row has one of them; for few rows it is not so."""
        return shortly([self._key]).is_in(first_half(self.hashes).implode())

    @property
    def certain(self) -> pl.Expr:
        """Whether a row has one of them."""
        table = self.target[1]
        there = hashed(self._key).is_in(self.hashes.implode())
        return there & pl.col(self.at).str.starts_with(f"{table}/") if table else there
