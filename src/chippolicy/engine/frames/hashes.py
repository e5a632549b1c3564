"""Hashes: 128 bits that stand for a text in keys and references.

Two independent hashes of 64 bits, seeded anew in every run, so that nobody can choose texts that
have the same. That any two of a hundred million texts do is less likely than one in 10^22: what
hashes tell to be there is there. Kept as columns in ascending order, each hash once, they need no
other index. Only what repeats within a table is confirmed on the text, and needs but 64 bits.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from itertools import islice
from typing import NamedTuple

import polars as pl

Hashes = pl.Series
"""Hashes in the order of whatever they stand for."""
Ordered = pl.Series
"""Hashes in ascending order, each once."""
Batches = dict[int, pl.Series | None] | None
"""The numbers of batches, with the numbers of rows in them; None where any may be meant."""
_WIDE = pl.lit(1 << 64, dtype=pl.UInt128)
_SEED = int.from_bytes(os.urandom(6), "big") << 8
_MANY = 100_000
"""From so many hashes on it is worth while to have several threads look for them."""
_TABLED = 1 << 20
"""So many hashes may be made a table of, which takes some 50 bytes for each."""
_TIMES = 4
"""Making a table of so many times as many costs less than to look for each in their order."""
_SOUGHT = 100_000
"""So many are not sought in each batch of rows first: it costs as much as to look each row up."""
_FEW_ROWS = 1 << 14
"""So few rows of a batch are told by their numbers; of more only that they are there."""
_GATHERED = 1 << 20
"""So many hashes are gathered before they are put in order."""
_AT_ONCE = 1 << 17
"""So many texts of Python's are hashed at once, each of which takes a hundred bytes."""


def half(value: pl.Expr, seed: int) -> pl.Expr:
    """One hash of a text, of 64 bits."""
    return value.hash(_SEED + seed)


def hashed(value: pl.Expr) -> pl.Expr:
    """The hash of a text."""
    return combined([value])


def combined(values: Sequence[pl.Expr]) -> pl.Expr:
    """One hash of several texts in their order."""
    return _mixed(values, 0).cast(pl.UInt128) * _WIDE + _mixed(values, 1).cast(pl.UInt128)


def first_half(hashes: Hashes) -> Hashes:
    """Of hashes of several texts the part that `shortly` gives."""
    return (hashes // (1 << 64)).cast(pl.UInt64)


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
    waiting, found = iter(texts), [none()]
    while some := list(islice(waiting, _AT_ONCE)):
        columns = ([one[at] for one in some] for at in range(width))
        series = [pl.Series(str(at), one, dtype=pl.String) for at, one in enumerate(columns)]
        found.append(combined_in(pl.DataFrame(series)))
    return pl.concat(found)


def combined_in(frame: pl.DataFrame) -> Hashes:
    """The hashes of the rows of a frame."""
    return frame.select(combined([pl.col(name) for name in frame.columns]).alias("h"))["h"]


def hashes_of(texts: Iterable[str]) -> Hashes:
    """The hashes of some texts of Python's."""
    return hashes_in(pl.Series("h", list(texts), dtype=pl.String))


def hashes_in(texts: pl.Series) -> Hashes:
    """The hashes of some texts."""
    return combined_in(texts.to_frame())


def likely(texts: Sequence[pl.Expr], hashes: Hashes) -> pl.Expr | None:
    """Whether rows may have some hashes of their texts, which lets a few others by; None: any may.

    Who is let by is to be held against the hashes.
    """
    if len(hashes) > _SOUGHT:
        return None
    short = first_half(hashes) if hashes.dtype == pl.UInt128 else hashes
    return shortly(texts).is_in(short.implode())


def none() -> Ordered:
    """No hashes."""
    return pl.Series("h", [], dtype=pl.UInt128)


class Part(NamedTuple):
    """The hashes of a batch, with the numbers of the rows that they are of, if these are known."""

    batch: int
    hashes: Hashes
    rows: pl.Series | None

    def filter(self, left: pl.Series) -> Part:
        """Some of them."""
        rows = self.rows if self.rows is None else self.rows.filter(left)
        return Part(self.batch, self.hashes.filter(left), rows)


@lru_cache(maxsize=4)
def every_row(height: int) -> pl.Series:
    """The numbers of all rows of a batch: kept once, as most batches have as many."""
    return pl.int_range(height, dtype=pl.UInt32, eager=True)


def ordered(hashes: Hashes) -> Ordered:
    """Hashes in ascending order, each once."""
    found = hashes.sort()
    return found if (repeated := repeats(found)) is None else found.filter(~repeated)


def repeats(hashes: Hashes) -> pl.Series | None:
    """Which of some hashes in ascending order are the same as the one before; None: none is."""
    same = hashes.slice(1) == hashes.head(-1)
    return pl.concat([pl.Series([False]), same]) if same.any() else None


def among(some: Hashes, others: Ordered) -> pl.Series:
    """Which of some hashes are among others."""
    if not len(others):
        return pl.repeat(value=False, n=len(some), eager=True)
    if len(others) <= min(_TABLED, _TIMES * len(some)):
        # Polars makes a table of the others.
        return some.is_in(others.implode())
    return _found(some, others)


def _found(some: Hashes, others: Ordered) -> pl.Series:
    """Which of some hashes are among others, by looking for each in their order."""
    if len(some) < _MANY:
        return _among(others, some)
    # Polars looks for one after the other: on each core it looks for its part of them.
    cores = pl.thread_pool_size()
    each = -(-len(some) // cores)
    with ThreadPoolExecutor(cores) as threads:
        parts = (some.slice(core * each, each) for core in range(cores))
        return pl.concat(threads.map(partial(_among, others), parts))


def _among(others: Ordered, some: Hashes) -> pl.Series:
    at = others.search_sorted(some)
    return others.gather(at.clip(upper_bound=len(others) - 1)) == some


def without(some: Ordered, others: Ordered) -> Ordered:
    """Those of some hashes that are not among others."""
    if not len(some) or not len(others):
        return some
    if len(some) == len(others) and (some == others).all():
        return some.clear()
    # What is in order itself is found in half the time that a table takes.
    return some.filter(~_found(some, others))


def within(some: Ordered, others: Ordered) -> Ordered:
    """Those of some hashes that are among others."""
    return some.filter(_found(some, others)) if len(others) else others


class Gathered:
    """Hashes that come in batches, of which those that repeat are left out now and then."""

    def __init__(self) -> None:
        self._parts: list[Hashes] = []
        self._told: list[Part] | None = []
        """The same with the batches that they are of; None where these have been put together."""
        self._count = 0
        self._limit = _GATHERED
        self._in_order = False

    def add(self, hashes: Hashes, batch: int = 0, rows: pl.Series | None = None) -> None:
        """Take some more, of some rows of the batch with some number."""
        hashes = hashes.rename("h")
        self._parts.append(hashes)
        if self._told is not None:
            self._told.append(Part(batch, hashes, rows))
        self._in_order = False
        self._count += len(hashes)
        if self._count > self._limit:
            self._shrink()

    def _shrink(self) -> None:
        found = ordered(pl.concat(self._parts))
        if len(found) * 2 < self._count:
            self._parts, self._told = [found.rechunk()], None
            self._count = len(found)
            self._limit = self._count + _GATHERED
        else:
            # Where few repeat, leaving these out early gains nothing.
            self._limit = sys.maxsize

    @property
    def parts(self) -> Sequence[Part] | None:
        """What is there so far, batch by batch; None where it has been put together."""
        return self._told

    def ordered(self) -> Ordered:
        """All of them so far."""
        if not self._in_order:
            self._parts = [ordered(pl.concat([none(), *self._parts])).rechunk()]
            self._told = None
            self._count = len(self._parts[0])
            self._in_order = True
        return self._parts[0]


def batches_with(hashes: Ordered, parts: Collection[Part] | None) -> Batches:
    """The batches, and rows of them, that have any of some hashes."""
    if not len(hashes):
        return {}
    if parts is None or len(hashes) > len(parts) * _FEW_ROWS:
        # So many are in many rows of most batches.
        return None
    hits = ((one.batch, one.filter(among(one.hashes, hashes))) for one in parts)
    return union({batch: few(hit.rows)} for batch, hit in hits if len(hit.hashes))


def few(rows: pl.Series | None) -> pl.Series | None:
    """The rows of a batch, if they are so few that it is worth while to tell which."""
    return None if rows is None or len(rows) > _FEW_ROWS else rows


def union(several: Iterable[Batches]) -> Batches:
    """The batches, and rows of them, of any of several."""
    found: dict[int, pl.Series | None] = {}
    for one in several:
        if one is None:
            return None
        for batch, rows in one.items():
            if batch in found and rows is not None:
                known = found[batch]
                rows = None if known is None else pl.concat([known, rows]).unique()
            found[batch] = rows
    return found
