"""Hashes: 128 bits that stand for a text in keys and references.

Two independent hashes of 64 bits, seeded anew in every run, so that nobody can choose texts that
have the same. That any two of a hundred million texts do is less likely than one in 10^22: what
hashes tell to be there is there. Kept as columns in ascending order, each hash once, they need no
other index. Only what repeats within a table is confirmed on the text, and needs but 64 bits.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence

import polars as pl

Hashes = pl.Series
"""Hashes in the order of whatever they stand for."""
Ordered = pl.Series
"""Hashes in ascending order, each once."""
Searched = list[tuple[int, Hashes]] | None
"""The numbers of batches with their hashes; None where these have been put together."""
Batches = set[int] | None
"""The numbers of batches; None where any may be meant."""
_WIDE = pl.lit(1 << 64, dtype=pl.UInt128)
_SEED = int.from_bytes(os.urandom(6), "big") << 8
_GATHERED = 1 << 20
"""So many hashes are gathered before they are put in order."""


def half(value: pl.Expr, seed: int) -> pl.Expr:
    """One hash of a text, of 64 bits."""
    return value.hash(_SEED + seed)


def hashed(value: pl.Expr) -> pl.Expr:
    """The hash of a text."""
    return combined([value])


def combined(values: Sequence[pl.Expr]) -> pl.Expr:
    """One hash of several texts in their order."""
    return _mixed(values, 0).cast(pl.UInt128) * _WIDE + _mixed(values, 1).cast(pl.UInt128)


def shortly(values: Sequence[pl.Expr]) -> pl.Expr:
    """A hash of several texts that is to be confirmed on them."""
    return _mixed(values, 0)


def _mixed(values: Sequence[pl.Expr], which: int) -> pl.Expr:
    mixed, *rest = (half(value, 2 * number + which) for number, value in enumerate(values))
    for one in rest:
        mixed = mixed.xor(one)
    return mixed


def combined_of(texts: Iterable[Sequence[str]], width: int) -> Hashes:
    """The hashes of several texts each, of Python's."""
    columns = list(zip(*texts, strict=True)) or [()] * width
    frame = pl.DataFrame(
        [pl.Series(str(at), column, dtype=pl.String) for at, column in enumerate(columns)]
    )
    return frame.select(combined([pl.col(name) for name in frame.columns]).alias("h"))["h"]


def hashes_of(texts: Iterable[str]) -> Hashes:
    """The hashes of some texts of Python's."""
    return pl.Series("h", list(texts), dtype=pl.String).to_frame().select(hashed(pl.col("h")))["h"]


def none() -> Ordered:
    """No hashes."""
    return pl.Series("h", [], dtype=pl.UInt128)


def ordered(hashes: Hashes) -> Ordered:
    """Hashes in ascending order, each once."""
    found = hashes.sort()
    return found if (repeated := repeats(found)) is None else found.filter(~repeated)


def repeats(hashes: Hashes) -> pl.Series | None:
    """Which of some hashes in ascending order are the same as the one before; None: none is."""
    same = hashes.eq_missing(hashes.shift(1))
    return same if same.any() else None


def among(some: Hashes, others: Ordered) -> pl.Series:
    """Which of some hashes are among others."""
    if not len(others):
        return pl.repeat(value=False, n=len(some), eager=True)
    at = others.search_sorted(some)
    return others.gather(at.clip(upper_bound=len(others) - 1)) == some


def without(some: Ordered, others: Ordered) -> Ordered:
    """Those of some hashes that are not among others."""
    if not len(some) or not len(others):
        return some
    if len(some) == len(others) and (some == others).all():
        return some.clear()
    return some.filter(~among(some, others))


def within(some: Ordered, others: Ordered) -> Ordered:
    """Those of some hashes that are among others."""
    return some.filter(among(some, others))


class Gathered:
    """Hashes that come in batches, of which those that repeat are left out now and then."""

    def __init__(self) -> None:
        self._parts: list[Hashes] = []
        self._batches: list[int] | None = []
        """The batch that each part is of; None where they have been put together."""
        self._count = 0
        self._limit = _GATHERED
        self._in_order = False

    def add(self, hashes: Hashes, batch: int = 0) -> None:
        """Take some more, of the batch with some number."""
        self._parts.append(hashes.rename("h"))
        if self._batches is not None:
            self._batches.append(batch)
        self._in_order = False
        self._count += len(hashes)
        if self._count > self._limit:
            self._shrink()

    def _shrink(self) -> None:
        found = ordered(pl.concat(self._parts))
        if len(found) * 2 < self._count:
            self._parts, self._batches = [found.rechunk()], None
            self._count = len(found)
            self._limit = self._count + _GATHERED
        else:
            # Where few repeat, leaving these out early gains nothing.
            self._limit = sys.maxsize

    def searched(self) -> Searched:
        """What is there so far, to look for the batches that hashes are of."""
        return None if self._batches is None else list(zip(self._batches, self._parts, strict=True))

    def ordered(self) -> Ordered:
        """All of them so far."""
        if not self._in_order:
            self._parts = [ordered(pl.concat([none(), *self._parts])).rechunk()]
            self._batches = None
            self._count = len(self._parts[0])
            self._in_order = True
        return self._parts[0]


def batches_with(hashes: Hashes, searched: Searched) -> Batches:
    """The batches that have any of some hashes."""
    if searched is None:
        return None
    wanted = hashes.implode()
    return {batch for batch, part in searched if part.is_in(wanted).any()}


def union(several: Iterable[Batches]) -> Batches:
    """The batches of any of several sets."""
    found: set[int] = set()
    for one in several:
        if one is None:
            return None
        found |= one
    return found
