"""Hashes: 64 bits that stand for a text in keys and references.

Texts with different hashes differ, so that what is missing or unique by hash is so for certain.
That two texts have one hash is as good as impossible (below one in 300,000 for ten million keys),
and what hashes tell to be a duplicate is confirmed on the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

Hashes = pl.Series


def hashed(value: pl.Expr) -> pl.Expr:
    """The hash of a text."""
    return value.hash(seed=0)


def combined(values: Sequence[pl.Expr]) -> pl.Expr:
    """One hash of several texts in their order."""
    first, *rest = values
    mixed = hashed(first)
    for number, value in enumerate(rest, 1):
        mixed = mixed.xor(value.hash(seed=number))
    return mixed


def combined_of(texts: Iterable[Sequence[str]], width: int) -> Hashes:
    """The hashes of several texts each, of Python's."""
    schema = {str(number): pl.String for number in range(width)}
    frame = pl.DataFrame(list(texts), schema=schema, orient="row")
    return frame.select(combined([pl.col(name) for name in schema]).alias("h"))["h"]


def hashes_of(texts: Iterable[str]) -> Hashes:
    """The hashes of some texts of Python's."""
    return pl.Series("h", list(texts), dtype=pl.String).to_frame().select(hashed(pl.col("h")))["h"]


def joined(parts: Iterable[Hashes]) -> Hashes:
    """Several columns of hashes as one."""
    found = [part.rename("h") for part in parts]
    return pl.concat(found) if found else pl.Series("h", [], dtype=pl.UInt64)


def without(some: Hashes, others: Hashes) -> Hashes:
    """Those of some hashes that are not among others."""
    if not len(some) or not len(others):
        return some
    if len(some) * 8 < len(others):
        # A small table of hashes, and the large one passed by it.
        found = others.filter(others.is_in(some.implode()))
        return some.filter(~some.is_in(found.unique().implode()))
    return some.to_frame().join(others.rename("h").to_frame(), on="h", how="anti")["h"]


def within(some: Hashes, others: Hashes) -> Hashes:
    """Those of some hashes that are among others."""
    return some.to_frame().join(others.rename("h").to_frame(), on="h", how="semi")["h"]
