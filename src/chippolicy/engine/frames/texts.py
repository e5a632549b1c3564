"""Many texts kept in columns, where a set of Python's would take four times the memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

import polars as pl

from chippolicy.engine.frames.hashes import among, hashes_in, hashes_of, repeats

_FEW = 100_000
"""So few are kept as a set of Python's, which is asked for one at a time in no time."""


def set_of(parts: list[pl.Series]) -> AbstractSet[str]:
    """The different texts of some columns, as a set; the list is emptied."""
    texts = pl.concat([pl.Series([], dtype=pl.String), *parts])
    parts.clear()
    return set(texts) if len(texts) <= _FEW else Texts(texts)


class Texts(AbstractSet[str]):
    """Different texts, found by their hashes: what is asked for is better asked for together."""

    def __init__(self, texts: pl.Series) -> None:
        hashes = hashes_in(texts)
        order = hashes.arg_sort()
        hashes = hashes.gather(order)
        if (again := repeats(hashes)) is not None:
            hashes, order = hashes.filter(~again), order.filter(~again)
        self._texts, self._hashes = texts.gather(order), hashes

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and bool(self & {text})

    def __and__(self, others: Iterable[str]) -> set[str]:
        """Those of some others that are among them."""
        listed = pl.Series("v", list(others), dtype=pl.String)
        return set(listed.filter(among(hashes_of(listed), self._hashes)))

    def __sub__(self, others: Iterable[str]) -> AbstractSet[str]:
        """These without some others."""
        return set_of([self._texts.filter(~among(self._hashes, hashes_of(others).sort()))])

    def __rsub__(self, others: Iterable[str]) -> set[str]:
        """Some others without these."""
        others = set(others)
        return others - (self & others)
